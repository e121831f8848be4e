"""Lists that are read a page at a time, the newest first, each page beginning before a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request
from sqlalchemy import Select

from ..db import db

Row = TypeVar("Row")

PAGE = 50


@dataclass(frozen=True)
class NewestFirst(Generic[Row]):
    """A page of a list; the next one begins before ``following``, where there is one."""

    found: list[Row]
    following: int | None


def before_asked() -> int | None:
    """Return before which number the address begins; nonsense is no number."""
    written = request.args.get("before", "")
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 20 else 0
    return number if 0 < number < 2**63 else None


def newest_first(
    query: Select[Row], number: Any, before: int | None, most: int = PAGE
) -> NewestFirst[Row]:
    """Return at most so many entities, the highest number first, from below ``before`` on."""
    if before is not None:
        query = query.where(number < before)
    found = list(db.session.scalars(query.order_by(number.desc()).limit(most + 1)))
    following = getattr(found[most - 1], number.key) if len(found) > most else None
    return NewestFirst(found[:most], following)
