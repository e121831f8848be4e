"""What those who run the site are told: what to mend, what touched its safety, and figures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import select

from forum import config, create_app
from forum.accounts.models import User
from forum.admin.models import SecurityEvent
from forum.admin.security_log import forget_old_entries
from forum.db import db, now
from forum.mail.models import Letter
from forum.secret_key import BadSetting
from forum.worker import give_sign
from tests.cast import Make
from tests.conftest import Lines

TOKEN = "token-of-some-length"


@pytest.fixture
def at_work(app: Flask) -> None:
    """A worker that gave a sign of life."""
    with app.app_context():
        Path(app.instance_path).chmod(0o700)
        give_sign()


def test_the_doctor_finds_a_sound_site_in_order(
    make: Make, runner: FlaskCliRunner, at_work: None
) -> None:
    make.user("Ada", role="admin")
    seen = runner.invoke(args=["doctor"])
    assert seen.exit_code == 0, seen.output
    assert all(line.startswith("ok") for line in seen.output.splitlines())


def test_the_doctor_says_what_to_mend_and_exits_with_1(
    app: Flask, make: Make, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo = make.user("Demo")
    monkeypatch.setitem(app.config, "BASE_URL", "http://forum.example.org")
    with app.app_context():
        db.session.get_one(User, demo.id).email = "admin@demo.example"
        late = now() - timedelta(hours=2)
        db.session.add(Letter(kind="code", address="x@example.org", language="en", next_at=late))
        db.session.commit()
    seen = runner.invoke(args=["doctor"])
    assert seen.exit_code == 1
    assert isinstance(seen.exception, SystemExit), seen.exception
    mend = [line for line in seen.output.splitlines() if line.startswith("MEND")]
    for word in ("user role", "demo", "https", "FORUM_MAIL_URL", "worker", "1 email", "CONTACT"):
        assert any(word in line for line in mend), f"{word} is not among {mend}"


def test_the_doctor_says_that_the_database_is_away() -> None:
    away = create_app(
        {"TESTING": True, "SQLALCHEMY_DATABASE_URI": "postgresql+psycopg://nobody@127.0.0.1:1/none"}
    )
    seen = away.test_cli_runner().invoke(args=["doctor"])
    assert seen.exit_code == 1
    assert seen.output == "MEND  The database does not answer, or is empty. Run flask db upgrade.\n"


def test_administrators_see_the_same_list_in_their_language(
    make: Make, visit: Any, at_work: None
) -> None:
    ada = visit(make.user("Ada", role="admin"))
    assert "The worker runs." in ada.get("/admin/health").get_data(as_text=True)
    assert "répond et est à jour" in ada.get("/admin/health?lang=fr").get_data(as_text=True)


def told(app: Flask) -> list[tuple[Any, ...]]:
    """Return what stands in the security log."""
    with app.app_context():
        rows = select(
            SecurityEvent.kind,
            SecurityEvent.person_id,
            SecurityEvent.what,
            SecurityEvent.before,
            SecurityEvent.after,
            SecurityEvent.times,
        )
        return [tuple(row) for row in db.session.execute(rows.order_by(SecurityEvent.id))]


def test_what_touches_the_safety_of_the_site_stands_in_a_log(
    app: Flask, make: Make, visit: Any, runner: FlaskCliRunner, lines: Lines
) -> None:
    ben, ada = make.user("Ben"), make.user("Ada", role="admin")
    stranger = visit()
    stranger.post("/sign-in", {"email": ben.email, "password": "not the one"})
    visitor = visit(ben)
    visitor.get("/admin/health")
    visitor.get("/admin/health")
    runner.invoke(args=["user", "role", ben.email, "moderator"])
    assert told(app) == [
        ("wrong_password", ben.id, "accounts.sign_in", "", "", 1),
        ("signed_in", ben.id, "", "", "", 1),
        ("refused", ben.id, "admin.health", "", "", 2),
        ("role", ben.id, "", "reader", "moderator", 1),
    ]
    page = " ".join(visit(ada).get("/admin/log").get_data(as_text=True).split())
    assert "Ben was refused <code>admin.health</code> (2 times within an hour)" in page
    assert "was changed from reader to moderator on the server" in page
    logged = [line for line in lines if line["event"] == "security"]
    assert [line["kind"] for line in logged][:2] == ["wrong_password", "signed_in"]
    assert "@example.org" not in str(lines)
    assert "not the one" not in str(lines)


def test_entries_are_kept_as_long_as_the_setting_says(
    app: Flask, make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit(make.user("Ben"))
    with app.app_context():
        db.session.add(SecurityEvent(kind="signed_in", at=now() - timedelta(days=40)))
        db.session.commit()
        assert not forget_old_entries()
        monkeypatch.setitem(app.config, "SECURITY_LOG_DAYS", 30)
        assert forget_old_entries()
        assert not forget_old_entries()
    assert len(told(app)) == 1


def test_prometheus_is_told_figures_for_its_token_alone(
    app: Flask, make: Make, tmp_path: Path
) -> None:
    make.proposal(make.essay(), make.user("Ben"), support=3)
    watched = create_app(
        {
            "TESTING": True,
            "INSTANCE_PATH": str(tmp_path),
            "METRICS_TOKEN": TOKEN,
            "SQLALCHEMY_DATABASE_URI": app.config["SQLALCHEMY_DATABASE_URI"],
        }
    )
    scraper = watched.test_client()
    assert app.test_client().get("/metrics").status_code == 404
    assert scraper.get("/metrics").status_code == 401
    assert scraper.get("/metrics", headers={"Authorization": "Bearer no"}).status_code == 401
    for _time in range(3):
        scraper.get("/")
    (tmp_path / "metrics" / "4194305-1").write_text('{"status 200": 40, "bound 0": 40}')
    (tmp_path / "metrics" / "4194305-2").write_text('{"status 200": 2, "bound 0": 2}')
    for _time in range(2):  # files of processes that ended become one, and are counted once
        page = scraper.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        figures = dict(
            line.rsplit(" ", 1)
            for line in page.get_data(as_text=True).splitlines()
            if not line.startswith("#")
        )
    assert len(list((tmp_path / "metrics").iterdir())) == 2
    assert figures['circle_back_requests_total{status="401"}'] == "2"
    assert figures['circle_back_requests_total{status="200"}'] == "46"
    assert figures['circle_back_request_seconds_bucket{le="+Inf"}'] == "48"
    assert figures['circle_back_replies{status="visible"}'] == "1"
    assert figures["circle_back_votes"] == "3"
    with watched.app_context():
        db.engine.dispose()


@pytest.mark.any_database
def test_a_token_that_is_easily_guessed_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="FORUM_METRICS_TOKEN must be at least 16"):
        config.load({"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_METRICS_TOKEN": "short"})
