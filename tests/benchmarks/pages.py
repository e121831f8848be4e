"""Which pages are measured: the baselines, then every public page, then those of the signed in."""

from __future__ import annotations

import http.client
import http.cookiejar
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from forum.accounts.models import User
from forum.briefs.models import Brief
from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from forum.votes.models import Vote
from tests.benchmarks.big_data import ORDERS, deep, slug_of
from tests.benchmarks.running import Running
from tests.cast import Make

HELLO, RAW = "hello world", "raw SQL + Jinja"
"""The names of the baselines."""
PACKED = {"Accept-Encoding": "gzip"}
UNKEPT = {**PACKED, "Cookie": "session=nobody"}
"""Whoever sends a session passes kept pages by: the page is made each time, as for a stranger."""
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass(frozen=True)
class Asked:
    """A page to ask for; ``size`` is that of its essay, 0 where it is of none.

    It ``is_known`` where the tag that it has now is sent along.
    """

    kind: str
    path: str
    headers: dict[str, str]
    size: int = 0
    is_known: bool = False

    @property
    def is_baseline(self) -> bool:
        """Say whether other pages are measured against this one."""
        return self.kind in (HELLO, RAW)

    @property
    def name(self) -> str:
        """What stands in the tables."""
        return self.kind if not self.size else f"{self.kind}, {self.size:,}"

    def sent(self, server: Running) -> dict[str, str]:
        """Return the headers to ask with; words such as "an hour ago" give a page another tag."""
        known = {"If-None-Match": tag(server, self.path)} if self.is_known else {}
        return {**self.headers, **known}


def asked_pages(app: Flask, server: Running, sizes: list[int]) -> list[Asked]:
    """Return every page that is measured."""
    ben, fay = (signed_in(app, server, name) for name in ("Ben", "Fay"))
    pages = [
        Asked(HELLO, "/baseline/hello", PACKED),
        Asked(RAW, f"/baseline/cards/{slug_of(sizes[0])}", PACKED),
        Asked("made: home", "/", UNKEPT),
        Asked("made: /proposals", "/proposals", UNKEPT),
        Asked("made: search", "/search?q=permit+waiting", UNKEPT),
        Asked("export of all: choosing", "/export", fay),
    ]
    for size in sizes:
        pages += of_essay(app, server, size, ben, fay)
    for kind, path in other_kept_pages(app, sizes[-1]).items():
        pages += kept(kind, path)
    return pages


def kept(kind: str, path: str, size: int = 0) -> Iterator[Asked]:
    """Yield a page as it comes from the cache: whole, and to somebody who has it already."""
    yield Asked(f"kept: {kind}", path, PACKED, size)
    yield Asked(f"304: {kind}", path, PACKED, size, is_known=True)


def other_kept_pages(app: Flask, size: int) -> dict[str, str]:
    """Return where a page of every kind that can be kept is, but for essays without a filter."""
    with app.app_context():
        essay = db.session.scalars(select(Essay).where(Essay.slug == slug_of(size))).one()
        proposals = select(Reply).where(Reply.essay_id == essay.id, Reply.lever.is_not(None))
        first = db.session.scalars(proposals.limit(1)).one()
        brief = db.session.scalars(select(Brief).where(Brief.essay_id == essay.id).limit(1)).first()
        fay = db.session.scalars(select(User).where(User.name == "Fay")).one()
    if brief is None:
        make = Make(app, first=1_000)
        brief = make.brief(fay, make.shortlist(fay, first, essay=essay))
    path = f"/essays/{essay.slug}"
    return {
        "home": "/",
        "/proposals": "/proposals",
        "?lever=market": f"{path}?lever=market",
        "?q=permit": f"{path}?q=permit",
        "a proposal": f"/replies/{first.id}",
        "landscape": f"{path}/landscape",
        "brief": f"/briefs/{brief.reference}",
        "feed": f"{path}/feed.atom",
        "a person": f"/people/{first.author_id}",
    }


def of_essay(
    app: Flask, server: Running, size: int, ben: dict[str, str], fay: dict[str, str]
) -> Iterator[Asked]:
    """Yield the pages of one essay."""
    path = f"/essays/{slug_of(size)}"
    with app.app_context():
        essay = db.session.scalars(select(Essay).where(Essay.slug == slug_of(size))).one()
        onward = {order: deep(essay.id, order) for order in ORDERS}
        proposals = Reply.lever.is_not(None), Reply.essay_id == essay.id
        first = db.session.scalar(select(Reply.id).where(*proposals).limit(1))
    vote_on_the_first(app, essay.id)
    yield from kept("essay", path, size)
    yield Asked("made: essay", path, UNKEPT, size)
    for order in ORDERS:
        yield Asked(f"made: {order}", f"{path}?sort={order}", UNKEPT, size)
        after = urllib.parse.quote(str(onward[order]))
        yield Asked(f"made: {order}, deep", f"{path}?sort={order}&after={after}", UNKEPT, size)
    for query in (
        "lever=market",
        "jurisdiction=municipal",
        "ambition=replaces",
        "lever=market&jurisdiction=municipal&ambition=replaces",
        "q=permit",
        "q=nosuchword",
        "lever=market&sort=newest",
    ):
        yield Asked(f"made: ?{query}", f"{path}?{query}", UNKEPT, size)
    yield Asked("made: landscape", f"{path}/landscape", UNKEPT, size)
    yield Asked("made: feed", f"{path}/feed.atom", UNKEPT, size)
    yield Asked("made: a proposal", f"/replies/{first}", UNKEPT, size)
    yield Asked("signed in: essay", path, ben, size)
    yield Asked("signed in: ?judged=no", f"{path}?judged=no", ben, size)
    yield Asked("facilitator: essay", path, fay, size)
    yield Asked("export: choosing", f"{path}/export", fay, size)


def tag(server: Running, path: str) -> str:
    """Return the tag of a kept page."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.request("GET", path, headers=PACKED)
    answer = connection.getresponse()
    answer.read()
    return str(answer.headers["ETag"])


def vote_on_the_first(app: Flask, essay_id: int) -> None:
    """Let Ben vote on ten of the first proposals, where he has not."""
    with app.app_context():
        ben = db.session.scalars(select(User).where(User.name == "Ben")).one()
        proposals = select(Reply).where(Reply.essay_id == essay_id, Reply.lever.is_not(None))
        first = db.session.scalars(proposals.order_by(Reply.top.desc()).limit(10)).all()
        new = [each for each in first if db.session.get(Vote, (each.id, ben.id)) is None]
    for proposal in new:
        Make(app).vote(ben, proposal)


def signed_in(app: Flask, server: Running, name: str) -> dict[str, str]:
    """Sign someone in by the form; return the headers of their browser."""
    with app.app_context():
        email = db.session.scalars(select(User.email).where(User.name == name)).one()
    jar = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = browser.open(f"{server.address}/sign-in").read().decode()
    token = TOKEN.search(page)
    if token is None:
        raise RuntimeError("The form of sign-in has no token.")
    words = {"csrf_token": token[1], "email": email, "password": Make.PASSWORD}
    browser.open(f"{server.address}/sign-in", urllib.parse.urlencode(words).encode()).read()
    return {**PACKED, "Cookie": "; ".join(f"{each.name}={each.value}" for each in jar)}
