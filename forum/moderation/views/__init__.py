"""The pages of moderation: reporting, the desk with its actions, the log, rules and notices."""

from . import (
    acting,
    bulk,
    closing,
    deals,
    desk,
    duplicates,
    log,
    merging,
    notices,
    overview,
    people,
    policy,
    reporting,
    rooms,
    undoing,
)
from .blueprint import bp

__all__ = [
    "acting",
    "bp",
    "bulk",
    "closing",
    "deals",
    "desk",
    "duplicates",
    "log",
    "merging",
    "notices",
    "overview",
    "people",
    "policy",
    "reporting",
    "rooms",
    "undoing",
]
