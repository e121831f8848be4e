"""What ends when somebody first shows that they read the mail of an account's address.

Until then nobody knew whose account it was: whoever made it may have typed another's address.
"""

from __future__ import annotations

from .models import User
from .provider_links import untie
from .second_factors import take_away_second_factor


def claim(user: User) -> None:
    """Let the account be that of whoever reads its mail: what another tied to it ends."""
    untie(user)
    take_away_second_factor(user)
