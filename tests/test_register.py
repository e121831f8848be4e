"""The register of what is stored: complete, and the same for page, worker and one's own file."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Table, func, select

from forum.accounts.models import Moderator, User
from forum.accounts.names import change_name
from forum.admin.models import SecurityKind
from forum.admin.security_log import note_security
from forum.db import Base, db, now
from forum.drafts.models import Draft
from forum.exports.models import Export, State
from forum.mail.models import DeadLetter
from forum.privacy.aftermath import forget_all
from forum.privacy.register import REGISTER, tables
from forum.worker import work_once
from tests.cast import Make

ADDRESSES = {"address", "email", "mark", "browser", "browser_hash"}
"""Columns that hold what leads to a person without referring to one."""


def of_people(table: Table) -> set[str]:
    """Return the columns of a table that refer to people, by a key or by their name."""
    keys = {each.parent.name for each in table.foreign_keys if each.column.table.name == "users"}
    return keys | ({"user_id"} & set(table.columns.keys()))


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=lambda table: table.name)
def test_every_table_that_holds_something_of_people_is_in_the_register(table: Table) -> None:
    personal = of_people(table)
    if not personal and not ADDRESSES & set(table.columns.keys()):
        return
    said = tables().get(table.name)
    assert said, f"{table.name} holds something of people: give it a row in privacy/register.py."
    unsaid = personal - {*said.mine, *said.left_out}
    assert not unsaid, f"Say of {table.name}.{unsaid} in privacy/register.py whose its rows are."
    assert {*said.mine, *said.left_out, *said.hidden} <= set(table.columns.keys())


def test_everything_about_me_holds_each_table_and_nothing_of_others(
    app: Flask, make: Make, visit: Any
) -> None:
    ben, cam, essay = make.user("Ben"), make.user("Cam Otherwise"), make.essay()
    make.proposal(essay, ben, title="Open the archive")
    make.vote(ben, make.proposal(essay, cam, title="Not of Ben"))
    answer = visit(ben).post("/account/everything", {"password": Make.PASSWORD})
    assert answer.headers["Content-Disposition"].startswith("attachment")
    text = answer.get_data(as_text=True)
    found = json.loads(text)
    given = {name: rows for data in found["data"] for name, rows in data["tables"].items()}
    assert set(given) == {name for name, table in tables().items() if table.mine}
    assert given["users"][0]["email"] == ben.email
    assert [row["title"] for row in given["replies"]] == ["Open the archive"]
    assert [row["value"] for row in given["votes"]] == ["support"]
    assert len(given["reply_versions"]) == 1
    assert given["sign_ins"]
    for secret in ("password_hash", "key_hash", "fingerprint", "Otherwise", "Not of Ben"):
        assert secret not in text


def test_everything_about_me_does_not_say_who_among_the_staff_did_something_to_it(
    app: Flask, make: Make, visit: Any
) -> None:
    ben, dee, essay = make.user("Ben"), make.user("Dee", role="admin"), make.essay()
    with app.app_context():
        change_name(db.session.get_one(User, ben.id), "Benno", dee)
        db.session.add(Moderator(essay_id=essay.id, user_id=ben.id, made_by_id=dee.id))
        note_security(SecurityKind.SIGNED_OUT, ben, by_id=dee.id)
        db.session.commit()
    answer = visit(ben).post("/account/everything", {"password": Make.PASSWORD})
    data = json.loads(answer.get_data(as_text=True))["data"]
    given = {name: rows for each in data for name, rows in each["tables"].items()}
    for name in ("name_changes", "moderators", "security_events"):
        assert given[name], name
        assert dee.id not in [row.get(by) for row in given[name] for by in ("by_id", "made_by_id")]


@pytest.mark.one_database
def test_everything_is_written_a_row_at_a_time(
    app: Flask, make: Make, visit: Any, statements: Any
) -> None:
    sent = statements(visit(make.user("Ben")), "/account/everything", password=Make.PASSWORD)
    assert len(sent) < len(tables()) + 12


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_page_says_each_line_with_its_period(app: Flask, visit: Any, language: str) -> None:
    page = visit().get(f"/stored?lang={language}").get_data(as_text=True)
    assert page.count("<dt>") >= 2 * len(REGISTER)
    assert re.search(r"730\s(days|jours)", page)


def test_the_page_says_what_the_settings_say(
    app: Flask, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "DRAFTS_DAYS", 12_345)
    assert "12,345 days" in visit().get("/stored").get_data(as_text=True)


def test_what_was_kept_long_enough_goes_and_the_rest_stays(app: Flask, make: Make) -> None:
    ben = make.user("Ben")
    old, young = now() - timedelta(days=800), now() - timedelta(days=20)
    with app.app_context():
        for moment in (old, young):
            said = {"words": {"body": "x"}, "page": "x", "saved_at": moment}
            db.session.add(Draft(user_id=ben.id, place=f"/{moment:%Y}", **said))
            what = {"name": "x", "query": "", "filter": "", "format": "csv", "language": "en"}
            db.session.add(Export(**what, rows=0, state=State.SENT, asked_at=moment, by_id=ben.id))
            sent = {"kind": "code", "address": "b@example.org", "language": "en", "tries": 1}
            db.session.add(DeadLetter(**sent, made_at=moment, died_at=moment, why="x"))
        db.session.commit()
        assert forget_all()
        for table in (Draft, Export, DeadLetter):
            assert db.session.scalar(select(func.count()).select_from(table)) == 1, table
        assert not forget_all()


def test_the_worker_forgets_by_the_register(app: Flask, make: Make) -> None:
    ben = make.user("Ben")
    with app.app_context():
        old = now() - timedelta(days=800)
        db.session.add(Draft(user_id=ben.id, place="/x", words=None, page="x", saved_at=old))
        db.session.commit()
        app.extensions.pop("forgets at", None)
        assert work_once()
        assert db.session.scalar(select(func.count()).select_from(Draft)) == 0
