"""How the database and its replica are reached, as the environment says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..db import READ
from ..secret_key import BadSetting


def database_settings(environ: Mapping[str, str], instance: Path, pooler: bool) -> dict[str, Any]:
    """Return the settings of Flask-SQLAlchemy; raise BadSetting.

    ``pooler`` says that each transaction may be on another connection: a statement prepared on one
    is unknown on the next, so none is. Each thread takes one connection, and for a moment a second
    one to look: with fewer than that in all, threads that hold one could wait for each other.
    """
    main = database_url(environ.get("FORUM_DATABASE_URL", ""), instance)
    is_postgresql = main.startswith("postgresql")
    how: dict[str, Any] = {"prepare_threshold": None} if pooler and is_postgresql else {}
    pool: dict[str, Any] = {} if main.endswith(":memory:") else {"max_overflow": -1}
    found = {
        "SQLALCHEMY_DATABASE_URI": main,
        "SQLALCHEMY_BINDS": {},
        "SQLALCHEMY_ENGINE_OPTIONS": {"connect_args": how, **pool},
    }
    replica = environ.get("FORUM_READ_DATABASE_URL", "")
    if replica and not (is_postgresql and replica.startswith("postgres")):
        raise BadSetting(
            "FORUM_READ_DATABASE_URL names a streaming replica of FORUM_DATABASE_URL: both must "
            "begin with postgresql+psycopg://."
        )
    if replica:
        place = {"url": database_url(replica, instance), **pool}
        found["SQLALCHEMY_BINDS"] = {READ: {**place, "connect_args": {"connect_timeout": 2, **how}}}
    return found


def database_url(url: str, instance: Path) -> str:
    """Return the database to use: the one named, or forum.sqlite in the instance folder."""
    if not url:
        return f"sqlite:///{instance / 'forum.sqlite'}"
    if url.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting(
            "FORUM_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://, "
            f"not {url.split(':', 1)[0]!r}."
        )
    return url
