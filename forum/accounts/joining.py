"""How a stranger comes in with six digits: to an account they have, or to one made for them.

What they are told is the same whether their address has an account or not; the letter says it.
"""

from __future__ import annotations

import secrets
from collections.abc import MutableMapping
from typing import Any

from flask_babel import gettext as _

from .codes import AddressCode, take_code
from .contacts import confirm_address
from .grounds import VoterGround
from .models import User, add_user, close_sign_ins, user_by_email

NUMBERS = 90_000


def come_in_by_code(browser: MutableMapping[str, Any], typed: str) -> tuple[User, AddressCode]:
    """Return whose digits these are, and the code; an account is made where there is none.

    Raises what ``take_code`` does.
    """
    code = take_code(None, browser, typed)
    user = user_by_email(code.address)
    if user is None:
        name = code.name or a_name()
        user = add_user(name, code.address, code.password_hash, ground=VoterGround.CODE)
    elif not user.is_confirmed:
        forget_password(user, code.password_hash)
    confirm_address(user)
    return user, code


def forget_password(user: User, password_hash: str | None) -> None:
    """Take no password but the one of this browser: who chose another never showed the address."""
    if user.password_hash != password_hash:
        user.password_hash = password_hash
        close_sign_ins(user)


def a_name() -> str:
    """Return a name for somebody who was asked for none."""
    return _("Member %(number)s", number=str(10_000 + secrets.randbelow(NUMBERS)))
