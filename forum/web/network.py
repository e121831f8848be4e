"""From which network a request comes: several people may share an address, and one have many."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from flask import request


def network() -> str:
    """Return the network a request comes from: the /24 of an address, or its /64 in IPv6."""
    return network_of(request.remote_addr or "127.0.0.1")


@lru_cache(maxsize=1_000)
def network_of(given: str) -> str:
    """Return the network of an address; what is none is its own."""
    try:
        address = ip_address(given.partition("%")[0])
    except ValueError:
        return given
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return str(ip_network((address, 24 if address.version == 4 else 64), strict=False))
