"""Addresses of mail, as they may stand in a header and nowhere break out of it."""

from __future__ import annotations

import re
from email.headerregistry import Address

import idna

PLAIN = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*", re.ASCII | re.IGNORECASE)
"""What may stand before the @, of an address as nearly all are."""
PLAIN_MOST = 64
"""Characters that it may have."""

_NAMED = re.compile(r'(?:"?(?P<name>[^<>"]*?)"?\s*<(?P<within>[^<>\s]+)>|(?P<bare>[^<>\s]+))')


def check_address(address: str) -> None:
    """Raise ValueError for what is no address. Whether mail arrives there is not asked."""
    from email_validator import validate_email  # late: it compiles what it knows of all scripts

    validate_email(address, check_deliverability=False)


def in_header(address: str, name: str = "") -> Address:
    """Return an address with its domain in ASCII; raise ValueError for what is none.

    Domains of a house's own network, such as ``localhost``, are as good as any other.
    """
    local, _at, domain = address.rpartition("@")
    if len(local) > PLAIN_MOST or not PLAIN.fullmatch(local):
        check_address(f"{local}@example.org")
    return Address(name, local, idna.encode(domain, uts46=True).decode())


def mailbox(written: str) -> Address:
    """Return what is written as ``Name <address>`` or as a bare address; raise ValueError else."""
    found = _NAMED.fullmatch(written)
    if found is None or not written.isprintable():
        raise ValueError("This is not one address.")
    return in_header(found["within"] or found["bare"], found["name"] or "")
