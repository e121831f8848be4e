"""Passwords as they are kept, and how one is checked."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$HE6orvQ1IVF1OlhdwSDTEg$"
    "ID5Q+Jgy0YlxNU7SQZMO7V43JRSCkjs8DDENjrpVeyA"
)
"""A hash that fits no password: checked where no account exists, so that the time tells nothing.

It is that of random signs which nobody kept, and takes as long to check as any other.
"""


def check_password(password_hash: str | None, password: str) -> bool:
    """Say whether the password fits the hash; takes the same time where there is no hash."""
    try:
        return hasher.verify(password_hash or NOBODY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
