"""The stage: an application on each real database, browsers' clients, and the cast.

Ada administers, Ben proposes, Cam votes, Dee moderates, Fay facilitates, Zed is a stranger.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import pytest
import structlog
from flask import Flask, session
from flask.testing import FlaskClient, FlaskCliRunner
from flask_wtf.csrf import generate_csrf
from sqlalchemy import Engine

from forum import create_app
from forum.accounts import login
from forum.accounts.models import User
from forum.db import db
from forum.settings import current
from forum.web import site_values
from forum.web.limits import limiter
from forum.web.logs import PROCESSORS
from tests.cast import Make
from tests.databases import DATABASES, Database, Kept, unmet
from tests.hearing import heard
from tests.post_office import PostOffice, opened
from tests.thoroughness import EVERYTHING, SAID, left_out

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
IDS = re.compile(r'<[^<>]*\sid="([^"]+)"')


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what drives a browser, so that it can be chosen or left out; leave the rest to CI."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    left = set(left_out(items))
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say loudly what was skipped because this machine lacks it, or left to CI."""
    for name, why in sorted(unmet().items()):
        terminalreporter.write_line(f"SKIPPED without {name}: {why}", yellow=True, bold=True)
    if not EVERYTHING:
        terminalreporter.write_line(SAID)


@pytest.fixture(autouse=True)
def unasked(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold a test to it that says it asks nothing of the database, but for the site's settings."""
    sent: list[str] = []

    def note(statement: str, _given: Any) -> None:
        if "FROM site_settings" not in statement and "FROM jurisdictions" not in statement:
            sent.append(statement)

    if request.node.get_closest_marker("any_database") is None:
        yield
        return
    with heard(Engine, note):
        yield
    assert sent == [], "a test marked any_database asks something of it"


@pytest.fixture(scope="session", params=list(DATABASES))
def database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """A migrated database of each kind, made once and emptied between tests."""
    with DATABASES[request.param](tmp_path_factory.mktemp(request.param)) as found:
        yield found


@pytest.fixture(scope="session")
def shared_app(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application on one database; tests take it through ``app``."""
    os.environ["FORUM_INSTANCE_PATH"] = str(tmp_path_factory.mktemp("instance"))
    app = create_app(
        {
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": True,
            "SECRET_KEY": "for tests only",
            "STYLE_PAGE": True,
            "MAIL_URL": "",
            "SQLALCHEMY_DATABASE_URI": database.url,
        }
    )
    database.migrate(app)
    return app


@pytest.fixture(scope="session")
def emptied(shared_app: Flask, database: Database) -> Kept:
    """A database in which nothing stands, as it is put back after every test."""
    with shared_app.app_context():
        return database.keep(db.engine)


@pytest.fixture
def app(shared_app: Flask, database: Database, emptied: Kept) -> Iterator[Flask]:
    """The application on an empty database, with no limits that a test does not ask for."""
    limiter.enabled = False  # every application that is made turns them on
    yield shared_app
    with shared_app.app_context():
        db.session.remove()
        database.put_back(db.engine, emptied)
    forget_pages(shared_app)


def forget_pages(app: Flask) -> None:
    """Keep no page of a database that was put back: its versions begin again as well."""
    app.extensions["page_cache"].store.clear()
    app.extensions["frames"].store.clear()
    app.extensions.pop(current.KEY, None)
    app.extensions.pop(site_values.HELD, None)
    app.extensions["pieces"].clear()


Scene = TypeVar("Scene")
Once = Callable[[Callable[[], Scene]], Callable[[], Scene]]


@pytest.fixture(scope="session")
def once(shared_app: Flask, database: Database, emptied: Kept) -> Once[Any]:
    """Return what builds a scene now, and returns how to bring it back, in place of all else."""

    def once_for_all(build: Callable[[], Any]) -> Callable[[], Any]:
        built = build()
        with shared_app.app_context():
            db.session.remove()
            kept = database.keep(db.engine)
            database.put_back(db.engine, emptied)
        forget_pages(shared_app)

        def again() -> Any:
            with shared_app.app_context():
                database.put_back(db.engine, kept)
            forget_pages(shared_app)
            return built

        return again

    return once_for_all


@pytest.fixture
def make(app: Flask) -> Make:
    """The maker of people, essays, replies and votes."""
    return Make(app)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """The browser of Zed, a stranger."""
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    """The command line."""
    return app.test_cli_runner()


Browser = Callable[..., "Visitor"]


class Visitor:
    """A person at a browser: fetches pages, and sends forms with the token that they carry."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **kwargs: Any) -> Any:
        """Fetch a whole page, so that nothing stays open, and remember the token in it.

        Whatever page it is, an id stands in it once.
        """
        answer = self.client.get(path, **{"buffered": True, **kwargs})
        if answer.mimetype == "text/html":
            page = answer.get_data(as_text=True)
            ids = IDS.findall(page)
            twice = {each for each in ids if ids.count(each) > 1}
            assert not twice, f"{path}: an id stands once a page, not so {twice}"
            if found := TOKEN.search(page):
                self.token = found.group(1)
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **kwargs: Any) -> Any:
        """Send a form; fetches a token first where none is known yet."""
        if not self.token:
            self.get("/sign-in")
        return self.client.post(path, data={"csrf_token": self.token, **(data or {})}, **kwargs)

    @property
    def is_in(self) -> bool:
        """Whether somebody is signed in there."""
        return bool(self.client.get("/account").status_code == 200)


@pytest.fixture
def statements(app: Flask) -> Iterator[Callable[..., list[str]]]:
    """Return what a visitor's page asks of the database, or a form with what was ``typed``.

    Where a transaction begins is left out.
    """
    sent: list[str] = []

    def statements_of(visitor: Visitor, path: str, **typed: str) -> list[str]:
        if visitor.client.get_cookie("session") is None:
            visitor.get("/accessibility")  # what a process reads once and keeps is not counted
        sent.clear()
        answer = visitor.post(path, typed) if typed else visitor.get(path)
        assert answer.status_code == 200
        return [statement for statement in sent if not statement.startswith("BEGIN")]

    with app.app_context():
        engine = db.engine
    with heard(engine, lambda statement, _given: sent.append(statement)):
        yield statements_of


@pytest.fixture
def visit(app: Flask) -> Callable[[Any], Visitor]:
    """Return the browser of a person, signed in; of a stranger where there is nobody.

    It holds what the form of sign-in would leave it with, without rendering three pages.
    """

    def arrive(user: Any = None) -> Visitor:
        visitor = Visitor(app.test_client())
        if user is not None:
            with app.test_request_context(), visitor.client.session_transaction() as held:
                login.sign_in(db.session.get_one(User, user.id))
                db.session.commit()
                visitor.token = generate_csrf()
                held.update(session)
        return visitor

    return arrive


@pytest.fixture
def ada(make: Make, visit: Browser) -> Visitor:
    """The browser of Ada, who administers."""
    return visit(make.user("Ada", role="admin"))


@pytest.fixture
def dee(make: Make, visit: Browser) -> Visitor:
    """The browser of Dee, who moderates everything."""
    return visit(make.user("Dee", role="moderator"))


@pytest.fixture
def fay(make: Make, visit: Browser) -> Visitor:
    """The browser of Fay, who facilitates."""
    return visit(make.user("Fay", role="facilitator"))


@pytest.fixture
def office(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostOffice]:
    """A mail server that the settings name."""
    with opened() as found:
        monkeypatch.setitem(app.config, "MAIL_URL", found.url)
        yield found


Lines = list[dict[str, Any]]


@pytest.fixture
def lines(app: Flask) -> Iterator[Lines]:
    """What is logged, as it would stand in the log."""
    before, written = structlog.get_config(), []

    def write(_logger: Any, _method: str, line: Any) -> Any:
        written.append(json.loads(line))
        raise structlog.DropEvent

    structlog.configure(
        processors=[*PROCESSORS, write],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
    )
    yield written
    structlog.configure(**before)
