"""Checking a file against the provenance it carries: is it as it was written?

A checksum finds every slip, and every change by someone who does not renew it; it is no
signature. Who must be sure compares it with the one that the forum gives for the same list.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import IO
from zipfile import BadZipFile

from .provenance import Provenance

BROKEN = (
    ArithmeticError,
    AttributeError,
    BadZipFile,
    EOFError,
    LookupError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zlib.error,
)
"""What the libraries raise for files that are broken in one way or another."""


class Altered(ValueError):
    """The file is an export, and not as it was written; ``str(error)`` says where."""


class NotAnExport(ValueError):
    """The file is no export of this software, or nothing in it can be checked."""

    def __init__(self, reason: str = "It is no export of this software.") -> None:
        super().__init__(reason)


Check = Callable[[IO[bytes]], Provenance]


def careful(check: Check) -> Check:
    """Return the check so that it says of a file that cannot be read that it is no export."""

    def checked(file: IO[bytes]) -> Provenance:
        try:
            return check(file)
        except (Altered, NotAnExport):
            raise
        except BROKEN as error:
            raise NotAnExport("It is broken, or no export of this software.") from error

    return checked
