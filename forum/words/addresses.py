"""Addresses of mail, as they may stand in a header and nowhere break out of it."""

from __future__ import annotations

import re
from email.headerregistry import Address

import idna
from email_validator import validate_email

_NAMED = re.compile(r'(?:"?(?P<name>[^<>"]*?)"?\s*<(?P<within>[^<>\s]+)>|(?P<bare>[^<>\s]+))')


def in_header(address: str, name: str = "") -> Address:
    """Return an address with its domain in ASCII; raise ValueError for what is none.

    Domains of a house's own network, such as ``localhost``, are as good as any other.
    """
    local, _at, domain = address.rpartition("@")
    validate_email(f"{local}@example.org", check_deliverability=False)
    return Address(name, local, idna.encode(domain, uts46=True).decode())


def mailbox(written: str) -> Address:
    """Return what is written as ``Name <address>`` or as a bare address; raise ValueError else."""
    found = _NAMED.fullmatch(written)
    if found is None or not written.isprintable():
        raise ValueError("This is not one address.")
    return in_header(found["within"] or found["bare"], found["name"] or "")
