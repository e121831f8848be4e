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

SOURCES = Path(__file__).resolve().parent / "typst"
PRESS = Path(__file__).with_name("press.py")
BINDERY = Path(__file__).with_name("bindery.py")
PATIENCE = 600
"""Seconds that a step of setting a document may take; the longest takes two on an idle machine."""

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


def stated_in(source: str, data: Any, label: str) -> Any:
    """Return the values that a source of ours states under a label once it is laid out.

    No file is made. Raises CannotSet.
    """
    (stated,) = pressed(str(SOURCES / source), str(SOURCES), json.dumps(data), label=label)
    return json.loads(stated)


def pressed(
    source: str,
    root: str = "",
    data: str = "",
    small: bool = False,
    label: str = "",
    **options: Any,
) -> list[bytes]:
    """Return what typst makes of a source: the path of one below ``root``, or where there is none
    its text. With a ``label``, that is what the source states under it, as JSON.

    One document is set at a time, as each takes some tens of megabytes for as long; what is
    ``small`` does not wait for that.
    """
    job = {"source": source, "root": root, "fonts": fonts(), "label": label, "options": options}
    given = json.dumps(job, default=datetime.isoformat).encode() + b"\n" + data.encode()
    head, _end, made = run(PRESS, given, waits=not small).partition(b"\n")
    answer = json.loads(head)
    if "error" in answer:
        raise CannotSet(answer["error"], answer["diagnostic"])
    return list(cut(made, answer["lengths"]))


def joined(portions: list[bytes], pages: int) -> bytes:
    """Return the document that portions make, so many pages of the first and all others."""
    job = json.dumps({"lengths": [len(portion) for portion in portions], "pages": pages})
    return run(BINDERY, job.encode() + b"\n" + b"".join(portions), waits=True)


def run(program: Path, given: bytes, waits: bool) -> bytes:
    """Return what a program of ours answers; it waits until no other one runs that waits."""
    command = [sys.executable, "-I", str(program)]
    with _one_at_a_time if waits else nullcontext():
        done = subprocess.run(  # noqa: S603 - our own program, and no shell
            command, input=given, capture_output=True, timeout=PATIENCE, check=False
        )
    if done.returncode or not done.stdout:
        raise CannotSet(f"The {program.stem} stopped.", done.stderr.decode(errors="replace"))
    return done.stdout


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
