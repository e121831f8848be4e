"""How a stranger comes in with six digits: to an account they have, or to one made for them.

What they are told is the same whether their address has an account or not; the letter says it.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from .agreements import agree
from .codes import AddressCode, take_code
from .contacts import confirm_address, showed_address
from .grounds import VoterGround
from .models import User, add_user, close_sign_ins, user_by_email
from .names import NameRefused, a_name, check_name
from .provider_links import untie
from .second_factors import take_away_second_factor


def come_in_by_code(
    browser: MutableMapping[str, Any], typed: str, agreed: str = ""
) -> tuple[User, AddressCode]:
    """Return whose digits these are, and the code; an account is made where there is none.

    With an account one agrees to the texts of the signs ``agreed``. Raises what ``take_code`` does.
    """
    code = take_code(None, browser, typed)
    user = user_by_email(code.address)
    if user is None:
        name = name_wished(code)
        user = add_user(name, code.address, code.password_hash, ground=VoterGround.CODE)
        agree(user.id, agreed)
    elif not showed_address(user):
        forget_password(user, code.password_hash)
        claim(user)
    confirm_address(user)
    return user, code


def claim(user: User) -> None:
    """Let the account be that of whoever shows first that they read its mail.

    Until then nobody knew whose it was: whoever made it may have typed another's address. So what
    they tied to it ends.
    """
    untie(user)
    take_away_second_factor(user)


def forget_password(user: User, password_hash: str | None) -> None:
    """Take no password but the one of this browser: who chose another never showed the address."""
    if user.password_hash != password_hash:
        user.password_hash = password_hash
        close_sign_ins(user)


def name_wished(code: AddressCode) -> str:
    """Return the name that a stranger wished for, unless it became another's meanwhile."""
    try:
        if code.name:
            check_name(code.name)
            return code.name
    except NameRefused:
        pass
    return a_name()
