"""Statements made once, since making one takes longer than running it.

Most are constants of a module. An upsert is spelled by the dialect of the database, which is known
only while an application runs.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar, cast

from ..db import db

Given = ParamSpec("Given")
Statement = TypeVar("Statement")


def made_once(make: Callable[Given, Statement]) -> Callable[Given, Statement]:
    """Have a statement made once for each kind of database, and for each thing it is made of."""

    @cache
    def made(_dialect: str, *given: object) -> Statement:
        return cast("Callable[..., Statement]", make)(*given)

    @wraps(make)
    def statement(*given: Given.args, **_none: Given.kwargs) -> Statement:
        return made(db.engine.dialect.name, *given)

    return statement
