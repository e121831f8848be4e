"""What every command does alike: it reads files carefully and says in one sentence what failed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import DBAPIError

from .db import db, is_behind

STRIDE = 64 * 1024
"""Bytes of a file between two looks at a bar."""


class BadFile(click.ClickException):
    """A file that cannot be used; the message names the file, the line where known, and why."""

    def __init__(self, path: Path, reason: str, line: int | None = None) -> None:
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{where}: {reason}")
        self.reason = reason
        self.line = line


def progress(
    label: str, what: Iterable[Any] | None = None, length: int | None = None
) -> AbstractContextManager[Any]:
    """Return a bar that shows on a terminal how far a command is, beside what it prints."""
    hidden = not sys.stderr.isatty()
    return click.progressbar(what, length, label, hidden=hidden, file=sys.stderr)


def counted(file: Iterable[bytes], bar: Any) -> Iterator[bytes]:
    """Yield the lines of a file, and let a bar that has its size for its length move on."""
    passed = 0
    for line in file:
        yield line
        passed += len(line)
        if passed >= STRIDE:
            bar.update(passed)
            passed = 0
    bar.update(passed)


@contextmanager
def plain_errors() -> Iterator[None]:
    """Say what is wrong with the database in a sentence; nothing half-done stays in it."""
    try:
        yield
    except DBAPIError as error:
        db.session.rollback()
        raise click.ClickException(trouble(error)) from error
    except BaseException:
        db.session.rollback()
        raise


def trouble(error: DBAPIError) -> str:
    """Return the sentence for an error of the database."""
    cause = f"{type(error.orig).__name__}: {error.orig}"
    if is_behind(error):
        return "The database is not up to date. Run flask db upgrade first."
    if "locked" in cause:
        return "The database is busy with another writer. Try again in a moment."
    return f"The database refused: {str(error.orig).splitlines()[0]}"


def read_bytes(path: Path, most: int) -> bytes:
    """Return what a file holds; raise BadFile above so many bytes, and where it cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(most + 1)
    except OSError as error:
        raise BadFile(path, f"It cannot be read: {error.strerror}.") from error
    if len(content) > most:
        raise BadFile(path, f"It is larger than {most:,} bytes.")
    return content


def decoded_lines(path: Path, lines: Iterator[bytes]) -> Iterator[str]:
    """Yield the lines as text, without a byte order mark; raise BadFile at what is not UTF-8."""
    for number, line in enumerate(lines, start=1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadFile(path, "This is not text in UTF-8.", number) from error
        yield text.removeprefix("\ufeff") if number == 1 else text
