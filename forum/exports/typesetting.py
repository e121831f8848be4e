"""Typesetting by typst: data in, pages out. The sources stand in ``typst/``.

The typefaces that typst brings come first, so that a file looks the same wherever it is made;
what they lack is taken from the folder ``fonts`` of the instance, and then from the system's.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import Any

from flask import current_app

from . import press

SOURCES = Path(__file__).resolve().parent / "typst"
PATIENCE = 600
"""Seconds that setting a document may take; the longest takes some twenty on an idle machine."""

_one_at_a_time = Lock()


class CannotSet(RuntimeError):
    """typst refuses a source or its data; ``diagnostic`` names the lines."""

    def __init__(self, message: str, diagnostic: str) -> None:
        super().__init__(message)
        self.diagnostic = diagnostic


def typeset(source: str, data: Any, small: bool = False, **options: Any) -> list[bytes]:
    """Return what typst makes of a source of ours with this data, which it reads as JSON.

    It is one file, or a picture a page. Raises CannotSet.
    """
    return pressed(str(SOURCES / source), str(SOURCES), json.dumps(data), small, **options)


def pressed(
    source: str, root: str = "", data: str = "", small: bool = False, **options: Any
) -> list[bytes]:
    """Return what typst makes of a source: the path of one below ``root``, or where there is none
    its text. One document is set at a time, as each takes some hundred megabytes for as long; what
    is ``small`` does not wait for that.
    """
    job = {"source": source, "root": root, "fonts": fonts(), "options": options}
    command = [sys.executable, "-I", press.__file__]
    given = json.dumps(job, default=datetime.isoformat).encode() + b"\n" + data.encode()
    with nullcontext() if small else _one_at_a_time:
        done = subprocess.run(  # noqa: S603 - our own program, and no shell
            command, input=given, capture_output=True, timeout=PATIENCE, check=False
        )
    head, _end, made = done.stdout.partition(b"\n")
    if done.returncode or not head:
        raise CannotSet("The press stopped.", done.stderr.decode(errors="replace"))
    answer = json.loads(head)
    if "error" in answer:
        raise CannotSet(answer["error"], answer["diagnostic"])
    return list(cut(made, answer["lengths"]))


def cut(made: bytes, lengths: Iterable[int]) -> Iterable[bytes]:
    """Yield the files that stand one behind the other."""
    at = 0
    for length in lengths:
        yield made[at : at + length]
        at += length


def fonts() -> list[str]:
    """Return the folders of typefaces beside those of typst and of the system."""
    folder = Path(current_app.instance_path) / "fonts"
    return [str(folder)] if folder.is_dir() else []


def date_of(moment: datetime) -> dict[str, int]:
    """Return a moment as typst takes it."""
    names = ("year", "month", "day", "hour", "minute", "second")
    return {name: getattr(moment, name) for name in names}
