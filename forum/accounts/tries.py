"""Wrong passwords, counted by account and network.

One account gets its tries from one network, and a network a number of them for all accounts
together. Where a network has used its number up, an account for which nobody there gave a wrong
password is still checked, so that one person cannot lock out the room they sit in.
"""

from __future__ import annotations

from flask import Response, request

from ..web.limits import count, limiter, standings
from ..web.network import network
from ..words import text
from .models import EMAIL_LENGTH, folded_email

ADDRESS = "sign_in_address"
TRIED = "sign_in_tried"
"""Where it is counted how often one account was tried from one network, as long as the network's
own tries are remembered."""


def account_typed() -> str:
    """Return the account that a form names, as the form will read it."""
    typed = request.form.get("email", "")[: EMAIL_LENGTH * 2]
    try:
        typed = text.clean_line(typed)
    except text.BadText:
        typed = text.scrub(typed)
    return folded_email(typed)[:EMAIL_LENGTH]


def account_and_network() -> str:
    """Return the key for wrong passwords: one account from one network, locking out nobody else."""
    return f"{account_typed()}@{network()}"


def from_network() -> str:
    """Return the key for the wrong passwords of everyone on a network."""
    return f"address:{network()}"


def was_tried_here() -> bool:
    """Say whether a wrong password for the account that is typed came from this network lately."""
    return any(each.used for each in standings(ADDRESS, account_and_network(), TRIED))


def note_wrong_try() -> None:
    """Count a wrong password; the network's limit itself counts only accounts tried before."""
    if not limiter.enabled:
        return
    if not was_tried_here():
        count(ADDRESS, from_network())
    count(ADDRESS, account_and_network(), TRIED)


def failed(answer: Response) -> bool:
    """Say whether a sign-in failed: only those count towards the limits."""
    return answer.status_code == 422
