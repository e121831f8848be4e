"""Checking an exported PDF: is every byte as it was written?"""

from __future__ import annotations

import hashlib
from typing import IO

from ..checking import NotAnExport, careful
from ..provenance import Provenance
from ..seal import unsealed
from .writer import SEAL


@careful
def check(file: IO[bytes]) -> Provenance:
    """Return where the document came from; raises Altered where anything in it has changed."""
    before, mark, after = file.read().rpartition(SEAL)
    if not mark:
        raise NotAnExport
    seal, _end, rest = after.partition(b"\n")
    return unsealed(seal.decode("ascii", "replace"), hashlib.sha256(before + rest).hexdigest())
