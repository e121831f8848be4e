"""Whether the process answers, and whether its database does: for whoever watches the site."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from flask import Blueprint, Flask, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from ..db import db

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    """Say that the process answers."""
    return "ok\n", {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    """Say whether the database answers and its migrations are current."""
    plain = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    try:
        current = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return "the database does not answer, or was never migrated\n", 503, plain
    if current != current_head():
        return "the database needs: flask db upgrade\n", 503, plain
    return "ready\n", plain


@cache
def current_head() -> str | None:
    """Return the newest migration of this software: the one that no other follows."""
    from alembic.script import ScriptDirectory  # takes long to import, and nobody else needs it

    return ScriptDirectory(str(Path(current_app.root_path) / "migrations")).get_current_head()


def init_app(app: Flask) -> None:
    """Give the application both pages."""
    app.register_blueprint(bp)
