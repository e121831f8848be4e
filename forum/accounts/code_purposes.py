"""What a letter says of its code: who asked for it where, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l


@dataclass(frozen=True)
class CodePurpose:
    """What a code was asked for, naming the site, and what happens once it is typed."""

    asked: Any
    does: Any


PURPOSES = {
    "join": CodePurpose(
        _l("Someone, most likely you, asked to take part in %(site)s with this address."),
        _l("They work for ten minutes, and make an account with this address."),
    ),
    "known": CodePurpose(
        _l("Someone, most likely you, asked for an account on %(site)s with this address."),
        _l(
            "It has one already: the digits work for ten minutes, and sign you in to it. The name "
            "and the password that were typed are not used."
        ),
    ),
    "claim": CodePurpose(
        _l("Someone, most likely you, asked for an account on %(site)s with this address."),
        _l(
            "It has one that nobody confirmed: the digits work for ten minutes, and sign you in to "
            "it. Its password is then the one that was typed just now."
        ),
    ),
    "sign_in": CodePurpose(
        _l("Someone, most likely you, asked to sign in to %(site)s with this address."),
        _l("They work for ten minutes, and sign you in to your account."),
    ),
    "confirm": CodePurpose(
        _l("Someone, most likely you, asked to confirm this address on %(site)s."),
        _l("They work for ten minutes, and confirm that this address is yours."),
    ),
    "prove": CodePurpose(
        _l("Someone who is signed in to your account on %(site)s asked for this, most likely you."),
        _l("They work for ten minutes, and show on that page that it is you who asks."),
    ),
    "change": CodePurpose(
        _l("Someone, most likely you, gave this as their new address on %(site)s."),
        _l("They work for ten minutes, and make this the address of your account."),
    ),
}
