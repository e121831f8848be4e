"""How often one person may do a thing; the figures are settings (see the README's table).

A limit counts by account, since a workshop may share one address, and by address before sign-in.
The window moves with the clock, so a refused attempt does not prolong the block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, current_app, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user


def who() -> str:
    """Return the key to count by: the account, or the address of a stranger."""
    if current_user.is_authenticated:
        return f"person:{current_user.id}"
    return f"address:{get_remote_address()}"


def account_and_address() -> str:
    """Return the key for wrong passwords: one account from one address, locking out nobody else."""
    return f"{request.form.get('email', '').strip().casefold()[:254]}@{get_remote_address()}"


def on_first_day() -> bool:
    """Say whether the person's account is so new that the first-day limit holds for it."""
    return bool(current_user.is_authenticated and current_user.is_new)


limiter = Limiter(key_func=who)


def done(answer: Response) -> bool:
    """Say whether an attempt came through: what was refused does not count."""
    return answer.status_code < 400


def limited(
    name: str,
    key: Callable[[], str] = who,
    only_if: Callable[[], bool] | None = None,
    methods: tuple[str, ...] = ("POST",),
    counts: Callable[[Response], bool] = done,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Return a decorator that holds a view to the limit of this name in the settings.

    ``counts`` looks at the answer and says whether the attempt counts.
    """
    return limiter.shared_limit(
        lambda: current_app.config["LIMITS"][name],
        scope=name,
        key_func=key,
        methods=list(methods),
        exempt_when=(lambda: not only_if()) if only_if else None,
        deduct_when=counts,
    )


def init_app(app: Flask) -> None:
    """Count in memory, or in Redis where the settings name one."""
    limiter.init_app(app)
