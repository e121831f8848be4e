"""Checking an exported Markdown document: is the text above its last line as it was written?"""

from __future__ import annotations

import hashlib
from typing import IO

from ..checking import NotAnExport, careful
from ..provenance import Provenance
from ..seal import unsealed
from .writer import SEAL

_BEFORE, _AFTER = SEAL.strip().split("{}")


@careful
def check(file: IO[bytes]) -> Provenance:
    """Return where the document came from; raises Altered where its text has changed."""
    above, _line, seal = file.read().rstrip(b"\r\n").rpartition(b"\n")
    line = seal.strip().decode("ascii", "replace")
    if not (line.startswith(_BEFORE) and line.endswith(_AFTER)):
        raise NotAnExport
    shown = hashlib.sha256(above + b"\n").hexdigest()
    return unsealed(line.removeprefix(_BEFORE).removesuffix(_AFTER), shown)
