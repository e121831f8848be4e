"""What every template may use: questions of permission, words, numbers and dates by language."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from alembic.script import ScriptDirectory
from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, format_percent, format_timedelta
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from . import dates, permissions
from .db import db, now
from .version import __version__

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


def current_head() -> str | None:
    """Return the newest migration of this software."""
    return ScriptDirectory(str(Path(__file__).parent / "migrations")).get_current_head()


def ago(moment: datetime) -> str:
    """Return how long ago a moment was, in the reader's language."""
    return format_timedelta(moment - now(), add_direction=True)


def percent(share: float) -> str:
    """Return a share between 0 and 1 as a whole percentage in the reader's language."""
    return format_percent(share)


def score(number: Any) -> str:
    """Return a score to three decimals, 0.830 as 0.784, in the reader's language."""
    return str(format_decimal(round(float(number), 3) + 0.0, "0.000"))


def day(when: date | datetime) -> str:
    """Return a date in full, on one line as far as its month."""
    return dates.unbroken(dates.day(when))


def moment(when: datetime) -> str:
    """Return a date and time, on one line as far as its month."""
    return dates.unbroken(dates.moment(when))


def init_app(app: Flask) -> None:
    """Offer all of this to the templates, and the health pages to the outside."""
    app.register_blueprint(bp)
    questions = {n: q for n, q in vars(permissions).items() if n.startswith("can_")}
    app.jinja_env.globals.update(**questions, version=__version__, now=now)
    app.jinja_env.filters.update(
        ago=ago, percent=percent, score=score, day=day, moment=moment, number=format_decimal
    )
