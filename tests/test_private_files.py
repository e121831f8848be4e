"""The instance folder, the database and all that stands beside it are the owner's alone."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from forum import config, create_app
from forum.accounts.models import add_user, hashed
from forum.backup import sqlite as copying
from forum.db import db
from forum.exports import jobs
from forum.exports.tables import SITE
from forum.files import keep_private
from forum.mail.sending import send
from forum.worker import give_sign, work_once


@pytest.fixture(autouse=True)
def careless() -> Iterator[None]:
    """Whoever starts the forum lets everyone read and change whatever they make."""
    before = os.umask(0)
    yield
    os.umask(before)


def rights(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def house(instance: Path) -> Flask:
    """A forum of its own in this folder."""
    settings = config.load({"FORUM_INSTANCE_PATH": str(instance)})
    return create_app({**settings, "RATELIMIT_ENABLED": False})


def test_all_that_the_forum_keeps_is_the_owners_alone(tmp_path: Path) -> None:
    instance = tmp_path / "new" / "instance"
    app = house(instance)
    with app.test_request_context():
        upgrade()
        ada = add_user("Ada", "ada@example.org", hashed("tulip orbit 42"), role="admin")
        db.session.commit()
        send(EmailMessage(), "letter")
        give_sign()
        wanted = {"name": SITE, "query": "", "filter": "", "language": "en", "rows": 0}
        jobs.ask_for(**wanted, by_id=ada.id, format="csv")
        db.session.commit()
        work_once()
        db.session.execute(text("UPDATE users SET name = 'Ada L.'"))
        db.session.commit()
        copying.back_up(instance / "forum.sqlite", instance / "forum.backup")
        names = {each.name for each in instance.iterdir()}
        assert {"forum.sqlite", "forum.sqlite-wal", "forum.sqlite-shm", "mail"} <= names
        for each in (instance, *instance.rglob("*")):
            assert rights(each) == (0o700 if each.is_dir() else 0o600), each


def test_a_backup_put_back_where_there_was_no_database_is_private_too(tmp_path: Path) -> None:
    with house(tmp_path / "instance").test_request_context():
        upgrade()
        copying.back_up(tmp_path / "instance" / "forum.sqlite", tmp_path / "copy")
    copying.restore(tmp_path / "copy", tmp_path / "again.sqlite")
    assert rights(tmp_path / "again.sqlite") == 0o600


def test_a_folder_of_an_earlier_version_is_mended_with_all_in_it(tmp_path: Path) -> None:
    (tmp_path / "instance" / "mail").mkdir(parents=True)
    (tmp_path / "instance" / "mail" / "1.eml").touch(0o644)
    (tmp_path / "instance" / "forum.sqlite").touch(0o644)
    house(tmp_path / "instance")
    assert rights(tmp_path / "instance") == 0o700
    assert rights(tmp_path / "instance" / "mail") == 0o700
    assert rights(tmp_path / "instance" / "mail" / "1.eml") == 0o600
    assert rights(tmp_path / "instance" / "forum.sqlite") == 0o600


def test_a_database_that_stands_elsewhere_is_private_as_well(tmp_path: Path) -> None:
    database = tmp_path / "elsewhere.sqlite"
    database.touch(0o666)
    settings = {"SQLALCHEMY_DATABASE_URI": f"sqlite:///{database}"}
    app = create_app({**config.load({"FORUM_INSTANCE_PATH": str(tmp_path / "i")}), **settings})
    with app.app_context():
        db.session.execute(text("SELECT 1"))
    assert rights(database) == 0o600


def test_what_belongs_to_everyone_is_left_to_everyone(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)
    keep_private(tmp_path)
    assert rights(tmp_path) == 0o1777
    keep_private(tmp_path / "nothing")
