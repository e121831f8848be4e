"""Which versions of everything a public page shows stand in the database: one cheap statement.

The counters are raised by triggers in the transaction of whoever writes (see the migration that
made them), so no writer can forget to. A scope has several, and its version is their sum: it rises
with each, while the largest of them would hide one that commits late.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from typing import Any

from flask import has_request_context, request
from flask.globals import request_ctx
from sqlalchemy import BigInteger, Dialect, Engine, Insert, ScalarSelect, SmallInteger, func, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from ..database.borrowed import borrowed
from ..database.prepared import own_connection
from ..db import Base, db, upsert

EVERYWHERE = 0
"""The scope of what may stand on any page: essays, people's names, briefs."""

ANY_REPLY = -1
"""The scope of what pages of the whole site show of replies."""

RESTORED = -1
"""The counter of ``EVERYWHERE`` that tells one life of the database from another."""


READ_HERE = "forum.page_versions"
"""Where a request keeps those that it has read."""
EVERYWHERE_HERE = "forum.version_of_everywhere"
"""Where it keeps the one of ``EVERYWHERE``, where it has read that with something else."""


class PageVersion(Base):
    """One of the counters of a scope: of everything, of all replies, or of one essay."""

    __tablename__ = "page_versions"

    scope: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    shard: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(BigInteger)


class PageScope(StrEnum):
    """What a page shows: things of the whole site, of the essay or of the reply in its address."""

    SITE = str(ANY_REPLY)
    ESSAY = "SELECT id FROM essays WHERE slug = {}"
    REPLY = "SELECT essay_id FROM replies WHERE id = {}"


VERSIONS = (
    "SELECT scope, SUM(version) FROM page_versions WHERE scope IN ({}, ({})) "
    "GROUP BY scope ORDER BY scope"
)


def versions(engine: Engine, scope: PageScope, arguments: Mapping[str, Any]) -> str:
    """Return the versions that a page with these parts in its address depends on, as a label.

    Read past the session on purpose: before the page begins, so that it can only be newer. A
    connection that turns out to be lost says nothing of the database, which is asked once more.
    Raises SQLAlchemyError while that is away.
    """
    try:
        return versions_past_session(engine, scope, arguments)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        return versions_past_session(engine, scope, arguments)


def versions_past_session(engine: Engine, scope: PageScope, arguments: Mapping[str, Any]) -> str:
    """Return the same, asked once."""
    with borrowed(engine) as connection:
        return versions_on(connection, engine.dialect, scope, arguments)


def versions_on(
    connection: Any, dialect: Dialect, scope: PageScope, arguments: Mapping[str, Any]
) -> str:
    """Return the same, read on a connection of the driver that is at hand."""
    mark = "?" if dialect.name == "sqlite" else "%s"
    given = () if scope is PageScope.SITE else tuple(arguments.values())
    cursor = connection.cursor()
    cursor.execute(VERSIONS.format(EVERYWHERE, scope.value.format(mark)), given)
    return " ".join(f"{number}:{version}" for number, version in cursor.fetchall())


def read_first(scope: PageScope, arguments: Mapping[str, Any]) -> None:
    """Read the versions of a page before anything that stands on it, unless somebody has.

    Where a transaction has begun they stay unknown: it may see less than they count. So they do for
    what may write, and then see more; and while the database is away, which the page will find.
    """
    asked, begun = request_ctx.request, db.session.registry.has() and db.session().in_transaction()
    if READ_HERE in asked.environ or asked.method not in {"GET", "HEAD"} or begun:
        return
    dialect = db.engine.dialect
    with suppress(SQLAlchemyError), own_connection() as connection:
        asked.environ[READ_HERE] = versions_on(connection, dialect, scope, arguments)


def versions_here() -> str:
    """Return the versions of the page, where this request has read them."""
    return str(request.environ.get(READ_HERE, "")) if has_request_context() else ""


def version_of_everywhere() -> str:
    """Return the version of what may stand on any page, where this request has read it."""
    if not has_request_context():
        return ""
    return of_everywhere(versions_here()) or request.environ.get(EVERYWHERE_HERE, "")


def now_everywhere() -> ScalarSelect[int]:
    """Return what a query selects to read the version of what may stand on any page with it."""
    here = PageVersion.scope == EVERYWHERE
    return select(func.sum(PageVersion.version)).where(here).scalar_subquery()


def note_everywhere(version: int | None) -> None:
    """Note what it gave: whatever this request reads past its transaction is no older."""
    request.environ[EVERYWHERE_HERE] = "" if version is None else f"{EVERYWHERE}:{version}"


@lru_cache(maxsize=100)
def of_everywhere(label: str) -> str:
    """Return the version of what may stand on any page, among those of a page."""
    return next((each for each in label.split() if each.startswith(f"{EVERYWHERE}:")), "")


def begin_anew() -> None:
    """Tell what is written from now on from what other lives of this database have written."""
    db.session.execute(anew())


def anew() -> Insert:
    """Return the statement that does so."""
    fresh = secrets.randbelow(2**40)
    row = upsert(PageVersion).values(scope=EVERYWHERE, shard=RESTORED, version=fresh)
    return row.on_conflict_do_update(index_elements=["scope", "shard"], set_={"version": fresh})
