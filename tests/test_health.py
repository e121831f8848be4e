"""Migrations up and down, and what the machines ask."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from forum import create_app
from forum.db import db


def test_the_process_and_the_database_are_ready(visit: Any) -> None:
    assert visit().get("/healthz").data == b"ok\n"
    assert visit().get("/readyz").data == b"ready\n"


def test_an_old_database_is_not_ready(app: Flask, visit: Any) -> None:
    with app.app_context():
        known = db.session.scalar(text("SELECT version_num FROM alembic_version"))
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        db.session.commit()
    try:
        assert visit().get("/readyz").status_code == 503
    finally:
        with app.app_context():
            db.session.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": known})
            db.session.commit()


def test_migrations_go_down_and_up_and_make_what_the_models_say(app: Flask) -> None:
    with app.app_context():
        downgrade(revision="base")
        assert inspect(db.engine).get_table_names() == ["alembic_version"]
        upgrade()
        names = set(inspect(db.engine).get_table_names())
        made = {name for name in names if not name.startswith("search_words_")}  # FTS5's own
    assert made == {"alembic_version", *db.metadata.tables}


def test_a_database_that_is_away_is_a_clear_page(tmp_path: Any) -> None:
    away = create_app(
        {
            "TESTING": True,
            "SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://nobody@127.0.0.1:1/none",
            "RATELIMIT_ENABLED": False,
        }
    )
    answer = away.test_client().get("/")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Try again in a minute" in answer.get_data(as_text=True)
    assert away.test_client().get("/healthz").status_code == 200
    assert away.test_client().get("/readyz").status_code == 503
