"""Listening to every statement that is sent to a database, SQLAlchemy's and those past it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from forum.database import prepared


@contextmanager
def heard(engine: Engine | type[Engine], listen: Callable[[str, Any], None]) -> Iterator[None]:
    """Tell of every statement in here, with what it was given as the driver takes it."""

    def note(_c: Any, _cursor: Any, statement: str, given: Any, *_more: Any) -> None:
        listen(statement, given)

    event.listen(engine, "before_cursor_execute", note)
    prepared.listeners.append(listen)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", note)
        prepared.listeners.remove(listen)
