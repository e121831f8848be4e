"""On big data every statement of every page is read off an index: nothing is scanned, or sorted.

The pages are found among the routes, and their statements by listening, so that a new page or a new
statement is held to it without being named here. ``FORUM_PLAN_REPLIES`` says how many replies there
are (20,000 without it); ``make plans`` runs this.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.engine import Connection

from forum.accounts.models import User
from forum.database import statistics
from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from tests.benchmarks.big_data import ORDERS, deep, fill, slug_of
from tests.cast import Make
from tests.circle import Circle
from tests.hearing import heard

REPLIES = int(os.environ.get("FORUM_PLAN_REPLIES", "20000"))
BIG = ("replies", "votes", "users", "essay_people", "reply_versions", "search_words", "sign_ins")
"""Tables that grow with the forum."""
FEW = 11_000
"""Rows that a statement may sort or read at one go: what a page looks among, and a little more."""

LONG_BY_NATURE = ("feeds.replies_map", "feeds.essays_map", "feeds.sitemap")
"""Pages that are lists of everything, ten thousand at a time."""

QUERIES = (
    "",
    *(f"sort={order}" for order in ORDERS),
    "lever=market",
    "jurisdiction=municipal",
    "ambition=replaces",
    "lever=market&ambition=replaces&sort=newest",
    "q=permit",
    "q=nosuchword&sort=eyes",
    "judged=no",
)


@dataclass(frozen=True)
class Said:
    """A statement as it was sent, from which page."""

    page: str
    statement: str
    given: Any


@pytest.fixture(scope="module")
def big(shared_app: Flask, database: Any, emptied: Any) -> Iterator[Flask]:
    """The application with an essay of very many replies, and one of few."""
    fill(shared_app, [100, REPLIES])
    make = Make(shared_app, first=5_000)
    with shared_app.app_context():
        essay = db.session.scalars(select(Essay).where(Essay.slug == slug_of(REPLIES))).one()
        fay = db.session.scalars(select(User).where(User.name == "Fay")).one()
        proposals = select(Reply).where(Reply.essay_id == essay.id, Reply.lever.is_not(None))
        picked = db.session.scalars(proposals.limit(3)).all()
    make.brief(fay, make.shortlist(fay, *picked, essay=essay))
    circle = Circle(make)
    body = circle.body()
    for reply in picked:
        circle.due(reply, body, 9)
    with shared_app.app_context():
        statistics.refresh()
        db.session.commit()
    yield shared_app
    with shared_app.app_context():
        db.session.remove()
        database.put_back(db.engine, emptied)


def pages(app: Flask) -> list[str]:
    """Return the address of every page that can be kept, on the big essay, and some that cannot."""
    with app.app_context():
        essay = db.session.scalars(select(Essay).where(Essay.slug == slug_of(REPLIES))).one()
        first = db.session.scalars(select(Reply).where(Reply.essay_id == essay.id).limit(1)).one()
        reference = "2026-1"
        places = [(order, deep(essay.id, order)) for order in ORDERS]
        places += [(order, replace(place, rank=0)) for order, place in places]
        onward = [f"sort={order}&after={place}" for order, place in places]
        values = {"slug": essay.slug, "reply_id": first.id, "user_id": first.author_id}
    values |= {"reference": reference, "other": reference}
    found, adapter = ["/search?q=permit+waiting", "/search?q=nosuchword"], app.url_map.bind("")
    for rule in app.url_map.iter_rules():
        kept = getattr(app.view_functions[rule.endpoint], "kept_page", None)
        if kept is None or rule.endpoint in LONG_BY_NATURE or not rule.arguments <= values.keys():
            continue
        path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        queries = (
            (*QUERIES, *(onward if "after" in kept[1] else ())) if "sort" in kept[1] else ("",)
        )
        found += [f"{path}?{query}" for query in queries]
    return found


def heard_of_pages(app: Flask, visitors: list[Any]) -> list[Said]:
    """Return every statement that the pages send, each kind of it once."""
    said: dict[str, Said] = {}
    page = ""

    def note(statement: str, given: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            said.setdefault(f"{statement}{'after' in page}", Said(page, statement, given))

    addresses = pages(app)
    with app.app_context():
        engine = db.engine
    with heard(engine, note):
        for visitor in visitors:
            for page in addresses:
                for each in ("page_cache", "frames"):
                    app.extensions[each].store.clear()
                app.extensions["pieces"].clear()
                answer = visitor.get(page)
                assert answer.status_code in (200, 404), (page, answer.status_code)
    return list(said.values())


def wrong(connection: Connection, each: Said) -> list[str]:
    """Return what a statement's plan does that it should not."""
    if connection.dialect.name == "sqlite":
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {each.statement}", each.given)
        return wrong_on_sqlite([str(row[-1]) for row in rows], each.statement)
    # What matters is that an index can serve: whether it pays depends on how much data there is.
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    connection.exec_driver_sql("SET LOCAL enable_sort = off")
    connection.exec_driver_sql("SET LOCAL enable_incremental_sort = off")
    held: Any = connection.connection.driver_connection
    words = psycopg.ClientCursor(held).mogrify(each.statement, each.given)
    explained = connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {words.replace('%', '%%')}")
    plan: Any = explained.scalar()
    whole = json.loads(plan) if isinstance(plan, str) else plan
    return list(wrong_on_postgresql(whole[0]["Plan"]))


def wrong_on_sqlite(steps: list[str], statement: str) -> list[str]:
    """Return the steps that read a big table from end to end, or sort its rows."""
    names = "|".join(BIG)
    aliases = dict(re.findall(rf"\b({names}) AS (\w+)", statement))
    big = {*BIG, *aliases.values()}
    found = [
        step
        for step in steps
        if (scan := re.match(r"SCAN (\w+)(?! VIRTUAL)", step)) and scan[1] in big
    ]
    many = re.compile(rf"SEARCH ({'|'.join(big)})\b(?!.*(INTEGER PRIMARY KEY|key_hash=))")
    of_big = any(many.match(step) for step in steps)  # not rows that are named one by one
    is_bounded = "LIMIT" in statement.rpartition(" IN (")[2]
    if of_big and not is_bounded:
        found += [step for step in steps if "TEMP B-TREE FOR ORDER BY" in step]
    return found


def wrong_on_postgresql(node: dict[str, Any]) -> Iterator[str]:
    """Yield the nodes of a plan that read a big table from end to end, or sort very many rows."""
    kind = node["Node Type"]
    if kind == "Seq Scan" and node["Relation Name"] in BIG:
        yield f"{kind} on {node['Relation Name']}"
    if "Sort" in kind and node["Plan Rows"] > FEW:
        yield f"{kind} of {node['Plan Rows']} rows"
    for below in node.get("Plans", ()):
        yield from wrong_on_postgresql(below)


def test_every_statement_of_every_page_is_read_off_an_index(
    big: Flask, visit_big: list[Any]
) -> None:
    said = heard_of_pages(big, visit_big)
    assert len(said) > 50
    found = []
    with big.app_context(), db.engine.connect() as connection:
        for each in said:
            if faults := wrong(connection, each):
                words = " ".join(each.statement.split())
                found.append(f"{each.page}\n  {faults}\n  {words}")
    assert not found, "\n".join([f"{len(found)} statements:", *found])


@pytest.fixture
def visit_big(big: Flask) -> list[Any]:
    """The browsers of a stranger and of Ben, who is signed in."""
    from flask import session

    from forum.accounts import login

    ben = big.test_client()
    with big.test_request_context(), ben.session_transaction() as held:
        login.sign_in(db.session.scalars(select(User).where(User.name == "Ben")).one())
        db.session.commit()
        held.update(session)
    return [big.test_client(), ben]
