"""Kept pages: whatever is written, in whatever order, they say what pages made afresh say."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.test import EnvironBuilder, run_wsgi_app

from forum.accounts.models import User
from forum.bodies.models import Body
from forum.briefs.models import Brief
from forum.db import db
from forum.deals.models import Due
from forum.essays.models import Essay
from forum.replies.models import Reply
from forum.web.elapsed import elapsed, next_words
from forum.web.page_cache import PageCache
from forum.web.page_store import KeptPage, PageStore
from forum.web.page_versions import begin_anew
from forum.web.pieces import PieceStore
from forum.web.site_values import HELD
from tests.asides import Asides
from tests.cast import Make
from tests.circle import Circle
from tests.clock import Clock, standing_clock
from tests.conftest import forget_pages
from tests.databases import Database, Kept
from tests.test_walk import Form, Page
from tests.thoroughness import EXHAUSTIVE, examples

BEYOND_FORMS = {
    "codes.code": "needs what a letter says; what it counts is tried in test_confirmed_voters",
    "codes.send": "shows nothing public",
    "codes.change": "needs a password, and shows nothing public",
    "unsubscribing.stop": "stands in letters, and shows nothing public",
    "sign_ins.password": "needs a password, and shows nothing public",
    "codes.later": "is asked of accounts of before, and shows nothing public",
    "accounts.sign_in": "shows nothing public",
    "accounts.sign_out": "shows nothing public",
    "accounts.sign_up": "an account stands nowhere before it writes",
    "reset.ask": "shows nothing public",
    "reset.choose": "shows nothing public",
}
"""Views that take a POST and need not be tried here, and why."""

ANSWERED = (200, 302, 303)
QUERIES = {"lever": "policy"}
EACH_TIME = re.compile(
    r'(?:(?<=name="csrf_token")|(?<=name="draft")|(?<=name="discard")) value="[^"]+'
)
"""What is another on every page: the token, and the name that a page gives its draft."""


def kept(app: Flask) -> PageCache:
    """Return the cache in front of the application."""
    cache: PageCache = app.extensions["page_cache"]
    return cache


def fresh(app: Flask, path: str) -> tuple[str, bytes]:
    """Return a page as the application makes it, past the cache and of no kept piece."""
    where, _mark, query = path.partition("?")
    environ = EnvironBuilder(where, query_string=query).get_environ()
    with no_pieces(app):
        body, status, _headers = run_wsgi_app(kept(app).inner, environ, buffered=True)
    return status, b"".join(body)


@contextmanager
def no_pieces(app: Flask) -> Iterator[None]:
    """Have every piece of a page made anew in here, and read what else is held of the site."""
    pieces, held = app.extensions["pieces"], app.extensions.pop(HELD, {})
    app.extensions["pieces"] = PieceStore(pieces.most)
    try:
        yield
    finally:
        app.extensions["pieces"], app.extensions[HELD] = pieces, held


def asked(app: Flask, path: str) -> tuple[str, bytes]:
    """Return a page as a stranger gets it."""
    answer = app.test_client().get(path)
    return answer.status, answer.data


def public_pages(app: Flask) -> list[str]:
    """Return the address of every page that can be kept, of everything that there is."""
    with app.app_context():
        values: dict[str, Any] = {
            "slug": db.session.scalars(select(Essay.slug)).all(),
            "body": db.session.scalars(select(Body.slug)).all(),
            "reply_id": db.session.scalars(select(Reply.id)).all(),
            "user_id": db.session.scalars(select(Reply.author_id).distinct()).all(),
            "reference": [brief.reference for brief in db.session.scalars(select(Brief))],
            "name": ["terms", "conduct"],
        }
        values["other"] = values["reference"][:1]
    found = []
    adapter = app.url_map.bind("")
    for each in app.url_map.iter_rules():
        scope_and_names = getattr(app.view_functions[each.endpoint], "kept_page", None)
        if scope_and_names is None:
            continue
        filled: list[dict[str, Any]] = [{}]
        for name in sorted(each.arguments):
            offered = values["body"] if each.endpoint.startswith("bodies.") else values[name]
            filled = [{**rest, name: value} for rest in filled for value in offered]
        for arguments in filled:
            path = adapter.build(each.endpoint, arguments)
            found += [path]
            found += [f"{path}?{n}={v}" for n, v in QUERIES.items() if n in scope_and_names[1]]
    return found


def assert_all_as_fresh(app: Flask, after: str) -> None:
    """Every public page from the cache is the one that would be made now."""
    for path in public_pages(app):
        page = asked(app, path)
        assert page == fresh(app, path), f"{path} is another one, after {after}"


def own_page(visitor: Any, path: str) -> tuple[int, str]:
    """Return a page as one reader gets it, but for what is another each time."""
    answer = visitor.get(path)
    return answer.status_code, EACH_TIME.sub("", answer.get_data(as_text=True))


@contextmanager
def no_frames(app: Flask) -> Iterator[None]:
    """Have every page made whole in here, of no kept piece."""
    frames = app.extensions.pop("frames")
    try:
        with no_pieces(app):
            yield
    finally:
        app.extensions["frames"] = frames


def framed_pages(app: Flask) -> list[str]:
    """Return the address of every page that can come from a frame, of everything that there is."""
    adapter = app.url_map.bind("")

    def is_framed(path: str) -> bool:
        return hasattr(app.view_functions[adapter.match(path.split("?")[0])[0]], "in_parts")

    return [path for path in public_pages(app) if is_framed(path)]


def assert_own_as_whole(scene: Scene, after: str) -> None:
    """Every page from a frame is the one that would be made for this person alone.

    Each is compared for one of the cast, who take turns; where all is tried, for everyone.
    """
    for name in CAST:
        scene.visitors[name].get("/account")  # where what was said of the last deed is read
    cast, turn = list(CAST), next(scene.turns)
    for number, path in enumerate(framed_pages(scene.app)):
        for name in cast if EXHAUSTIVE else [cast[(number + turn) % len(cast)]]:
            page = own_page(scene.visitors[name], path)
            with no_frames(scene.app):
                whole = own_page(scene.visitors[name], path)
            assert page == whole, f"{path} is another one for {name}, after {after}"


CAST = {"Ada": "admin", "Ben": "reader", "Cam": "reader", "Dee": "moderator", "Fay": "facilitator"}
CAST["Ines"] = "reader"


class Scene:
    """An essay, a few replies, and the cast at their browsers."""

    def __init__(self, app: Flask, make: Make, visit: Any) -> None:
        self.app = app
        self.turns = count()
        kept(app).stale = 0.0
        people = {name: make.user(name, role=role) for name, role in CAST.items()}
        essay, other = make.essay(), make.essay("What should be measured?")
        first = make.proposal(essay, people["Ben"], support=2, oppose=1)
        make.comment(first, people["Cam"])
        make.report(make.proposal(essay, people["Cam"], lever="market"))
        make.proposal(other, people["Cam"])
        make.brief(people["Fay"], make.shortlist(people["Fay"], first, essay=essay))
        make.comment(first, people["Cam"], stance="question")
        circle, proposals = Circle(make), [make.proposal(essay) for _ in range(2)]
        body = circle.body()
        circle.seat(body, people["Ines"])
        for days, reply in zip((3, 9, -2), (first, *proposals), strict=True):
            circle.due(reply, body, days)
        circle.answer(first, body, people["Ines"], promises=(("A by-law", 5),))
        asides, voters = Asides(make), [make.user() for _ in range(4)]
        for voter in voters:
            make.vote(voter, first)
        self.asides = {
            "Dee": [asides.propose(essay, people["Dee"], voters[:1])],
            "Fay": [asides.propose(essay, people["Dee"], [each]) for each in voters[1:3]],
        }
        asides.set_aside(essay, voters[3])
        make.vote(people["Cam"], first)
        asides.set_aside(essay, people["Cam"])
        self.visitors = {name: visit(person) for name, person in people.items()}
        self.written: set[str] = set()

    def pages_for(self, name: str) -> list[str]:
        """Return where this person finds forms."""
        with self.app.app_context():
            slugs = db.session.scalars(select(Essay.slug).limit(1)).all()
            replies = db.session.scalars(select(Reply.id).limit(4)).all()
            people = db.session.scalars(select(User.id).limit(2)).all()
        pages = [
            "/account",
            "/account/letters",
            "/code",
            "/notices",
            "/drafts",
            *(f"/essays/{slug}" for slug in slugs),
        ]
        pages += [f"/essays/{slug}/reply" for slug in slugs]
        for number in replies:
            pages += [f"/replies/{number}", f"/replies/{number}/edit", f"/replies/{number}/report"]
        if name == "Ines":
            with self.app.app_context():
                due = db.session.scalars(select(Due.reply_id)).all()
            pages += ["/answering", "/answers/1", "/promises/1", "/answering/drafts/1"]
            pages += [f"/answering?reply={number}" for number in due]
        pages += [f"/essays/{slug}/set-aside" for slug in slugs]
        pages += [f"/moderation/aside/{number}" for number in self.asides.get(name, ())]
        if name in {"Dee", "Ada"}:
            pages += ["/moderation", *(f"/moderation/{number}" for number in replies)]
            pages += [f"/moderation/people/{number}" for number in people]
        if name in {"Fay", "Ada"}:
            pages += ["/essays/new", "/shortlists", "/briefs", "/shortlists/1"]
            pages += ["/bodies/new", "/bodies/council-of-harrow-inlet"]
            pages += [f"/replies/{number}/said-aloud" for number in replies]
            pages += [f"/replies/{number}/raise" for number in replies]
            for slug in slugs:
                pages += [f"/essays/{slug}/edit", f"/essays/{slug}/policy"]
                pages += [f"/briefs/new?essay={slug}", f"/essays/{slug}/export"]
        return pages

    def forms(self, name: str, path: str) -> list[Form]:
        """Return the forms on a page, as this person sees it."""
        answer = self.visitors[name].get(path)
        if answer.status_code != 200 or answer.mimetype != "text/html":
            return []
        found = Page(path, answer.get_data(as_text=True)).forms
        return [form for form in found if form.method == "POST" and "sign-out" not in form.action]

    def send(self, name: str, form: Form, filled: dict[str, str]) -> str:
        """Send a form; return what was written, or nothing where it was refused."""
        answer = self.visitors[name].post(form.action, filled)
        assert answer.status_code < 500, (form.action, filled)
        if answer.status_code not in ANSWERED:
            return ""
        endpoint = endpoint_of(self.app, form.action)
        self.written.add(endpoint)
        return f"{name} sent {filled} to {form.action}"


def endpoint_of(app: Flask, action: str) -> str:
    """Return the view that a form goes to."""
    try:
        return str(app.url_map.bind("").match(action.split("?")[0], method="POST")[0])
    except HTTPException:
        return ""


WORDS = ("A word about queues.", "Publish the times", "2")


def honest(form: Form, pick: Any) -> dict[str, str]:
    """Fill a form with what it offers, and with plain words where it offers nothing."""
    filled = {}
    for field, offered in form.offers.items():
        real = [value for value in offered if value] or list(WORDS)
        if field != "csrf_token":
            filled[field] = pick(real)
    return filled


@pytest.fixture
def scene(app: Flask, make: Make, visit: Any) -> Iterator[Scene]:
    with standing_clock():
        yield Scene(app, make, visit)
    kept(app).stale = 1.0


WALKED = frozenset(
    {
        "accounts.account",
        "brief_drafts.write",
        "drafts.save",
        "essays.edit",
        "lookout.agree_aside",
        "lookout.appeal_aside",
        "lookout.decline_aside",
        "lookout.withdraw_aside",
        "moderation.act",
        "moderation.act_on_person",
        "moderation.change_duplicate",
        "moderation.change_state",
        "moderation.hide_and_suspend",
        "moderation.hold",
        "moderation.policy",
        "moderation.read_notices",
        "moderation.report",
        "moderation.undo_action",
        "moderation.undo_many",
        "picking.first",
        "replies.comment",
        "replies.edit",
        "shortlists.every",
        "shortlists.move",
        "shortlists.note",
        "shortlists.pick",
        "shortlists.remove",
        "shortlists.rename",
        "votes.vote",
        "withdrawals.unwithdraw",
        "withdrawals.withdraw",
    }
)
"""The routes that the walk below finds forms of."""

NOTHING_PUBLIC = frozenset(
    {
        "archives.ask",
        "people.end",
        "people.moderator",
        "people.sign_out",
        "accounts.sign_in",
        "agreeing.agreeing",
        "accounts.sign_out",
        "accounts.sign_up",
        "answer_drafts.discard",
        "brief_drafts.discard",
        "brief_drafts.edit",
        "codes.change",
        "codes.code",
        "codes.later",
        "codes.send",
        "events.preferences",
        "export_jobs.ask_of_essay",
        "export_jobs.ask_of_site",
        "follows.body",
        "follows.essay",
        "follows.openings",
        "follows.reply",
        "invitations.accepting",
        "invitations.end",
        "invitations.of_essay",
        "invitations.of_site",
        "mail.again",
        "mail.test",
        "moderation.add_moderator",
        "moderation.remove_moderator",
        "joining.find",
        "lookout.propose_aside",
        "joining.join",
        "rehearsals.change",
        "rehearsals.come",
        "provider.begin",
        "provider.connection",
        "stored.everything",
        "provider.end",
        "provider.finish",
        "reset.ask",
        "reset.choose",
        "rooms.end",
        "rooms.open_one",
        "second_factors.begin",
        "second_factors.end",
        "second_factors.renew",
        "second_steps.second_step",
        "sign_ins.end",
        "sign_ins.password",
        "staff_second_factors.take",
        "unsubscribing.stop",
    }
)
"""The routes whose writing stands on no public page."""

BY_TRIGGER = frozenset(
    {
        "answer_drafts.publish",
        "answering.brief",
        "answering.reply",
        "answering_many.many",
        "answering_many.put",
        "answers.accept",
        "answers.promise",
        "answers.verdict",
        "answers.withdraw",
        "bodies.add",
        "bodies.end",
        "bodies.seat",
        "brief_drafts.publish",
        "briefs.finish",
        "essays.publish",
        "essays.write",
        "judging.undo",
        "lookout.answer_appeal",
        "moderation.room_papers",
        "moderation.room_present",
        "moderation.room_strike",
        "invitations.declare",
        "jurisdictions.begin",
        "people.role",
        "jurisdictions.edit",
        "moderation.act_on_essay",
        "moderation.bulk",
        "moderation.deal",
        "moderation.merge_into",
        "moderation.pause",
        "picking.quote",
        "privacy.erase",
        "privacy.leave",
        "privacy.erase_person",
        "recording.put",
        "recording.said_aloud",
        "rehearsals.open_discussion",
        "replies.write",
        "site_settings.levers",
        "site_settings.limits",
        "site_settings.site",
        "site_settings.undo",
    }
)
"""The routes whose forms want more than a walk has; the triggers of their tables raise versions
for them, as the last test of this file asks of every table."""


@pytest.mark.long
@pytest.mark.one_database
def test_every_form_of_the_forum_leaves_no_page_behind(scene: Scene) -> None:
    assert_all_as_fresh(scene.app, "the beginning")
    seen: set[tuple[str, str]] = set()
    assert_own_as_whole(scene, "the beginning")
    for name in ("Ines", "Ben", "Cam", "Dee", "Fay", "Ada"):
        for path in scene.pages_for(name):
            for form in scene.forms(name, path):
                what = (endpoint_of(scene.app, form.action), str(sorted(form.offers)))
                for pick in (min, max):
                    if what not in seen and (written := scene.send(name, form, honest(form, pick))):
                        seen.add(what)
                        assert_all_as_fresh(scene.app, written)
                        assert_own_as_whole(scene, written)


class Writers(RuleBasedStateMachine):
    """Anyone sends any form of any page they may open, and the clock moves."""

    begin: ClassVar[Callable[[], Scene]]

    def __init__(self) -> None:
        super().__init__()
        self.scene = type(self).begin()
        assert_all_as_fresh(self.scene.app, "the beginning")

    @rule(data=st.data(), name=st.sampled_from(sorted(CAST)))
    def write(self, data: st.DataObject, name: str) -> None:
        """Someone opens a page and sends one of its forms."""
        path = data.draw(st.sampled_from(self.scene.pages_for(name)))
        forms = self.scene.forms(name, path)
        if not forms:
            return
        form = data.draw(st.sampled_from(range(len(forms))))
        filled = honest(forms[form], lambda values: data.draw(st.sampled_from(values)))
        if written := self.scene.send(name, forms[form], filled):
            assert_all_as_fresh(self.scene.app, written)
            assert_own_as_whole(self.scene, written)

    @rule(minutes=st.integers(min_value=1, max_value=60 * 24 * 40))
    def time_passes(self, minutes: int) -> None:
        """The clock moves."""
        Clock.moment += timedelta(minutes=minutes)
        assert_all_as_fresh(self.scene.app, f"{minutes} minutes")
        assert_own_as_whole(self.scene, f"{minutes} minutes")


@pytest.mark.long
@pytest.mark.one_database
def test_any_sequence_of_writes_leaves_no_page_behind(
    app: Flask, make: Make, visit: Any, database: Database, emptied: Kept
) -> None:
    def begin() -> Scene:
        with app.app_context():
            db.session.remove()
            database.put_back(db.engine, emptied)
        forget_pages(app)
        return Scene(app, make, visit)

    with standing_clock():
        run_state_machine_as_test(
            type("WritersHere", (Writers,), {"begin": staticmethod(begin)}),
            settings=settings(
                max_examples=examples(8),
                stateful_step_count=10,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    kept(app).stale = 1.0


def tag_of(answer: Any) -> str:
    return str(answer.headers["ETag"])


def test_a_page_is_made_once_and_sent_again(app: Flask, make: Make, statements: Any) -> None:
    essay = make.essay()
    first = app.test_client().get(f"/essays/{essay.slug}")
    made = kept(app).store.size
    again = app.test_client().get(f"/essays/{essay.slug}?utm_source=letter")
    assert (again.data, tag_of(again)) == (first.data, tag_of(first))
    assert kept(app).store.size == made > 0


def test_whoever_has_the_page_is_told_so(app: Flask, make: Make) -> None:
    path = f"/essays/{make.essay().slug}"
    first = app.test_client().get(path)
    again = app.test_client().get(path, headers={"If-None-Match": tag_of(first)})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == first.headers["Content-Security-Policy"]
    make.proposal(make.essay("Another one"))
    assert app.test_client().get(path, headers={"If-None-Match": tag_of(first)}).status_code == 200


def test_a_vote_elsewhere_leaves_a_page_as_it_was(app: Flask, make: Make) -> None:
    with standing_clock():
        one, other = make.essay(), make.essay("What should be measured?")
        ours, theirs = make.proposal(one), make.proposal(other)
        before = tag_of(app.test_client().get(f"/essays/{one.slug}"))
        cam = make.user("Cam")
        make.vote(cam, theirs)
        assert tag_of(app.test_client().get(f"/essays/{one.slug}")) == before
        make.vote(cam, ours)
        assert tag_of(app.test_client().get(f"/essays/{one.slug}")) != before


def test_whoever_is_signed_in_gets_a_page_of_their_own(
    app: Flask, make: Make, visit: Any, client: Any
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    client.get(f"/essays/{essay.slug}")
    page = visit(ben).get(f"/essays/{essay.slug}")
    assert "Ben" in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "Ben" not in client.get(f"/essays/{essay.slug}").get_data(as_text=True)


def test_languages_are_kept_apart_and_the_choice_is_remembered(app: Flask, make: Make) -> None:
    path = f"/essays/{make.essay().slug}"
    english = app.test_client().get(path).data
    french = app.test_client().get(path, headers={"Accept-Language": "fr"}).data
    assert b'<html lang="en"' in english
    assert b'<html lang="fr"' in french
    for _time in range(2):
        assert "language=fr" in app.test_client().get(f"{path}?lang=fr").headers["Set-Cookie"]


def test_what_is_not_found_is_not_kept(app: Flask, make: Make) -> None:
    assert app.test_client().get("/essays/no-such-essay").status_code == 404
    assert kept(app).store.size == 0


def test_one_makes_a_page_and_the_others_wait_for_it(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/essays/{make.essay().slug}"
    cache, made = kept(app), []
    inner = cache.inner

    def slowly(environ: Any, start_response: Any) -> Any:
        made.append(environ["PATH_INFO"])
        time.sleep(0.2)
        return inner(environ, start_response)

    monkeypatch.setattr(cache, "inner", slowly)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _n: asked(app, path), range(8)))
    assert len(set(found)) == 1
    assert len(made) == 1


def test_pages_of_a_restored_database_are_made_anew(app: Flask, make: Make) -> None:
    path = f"/essays/{make.essay().slug}"
    before = tag_of(app.test_client().get(path))
    with app.app_context():
        begin_anew()
        db.session.commit()
    assert tag_of(app.test_client().get(path)) != before


def test_a_page_stays_while_the_database_is_away(
    app: Flask, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/essays/{make.essay().slug}"
    before = app.test_client().get(path).data

    def away(*_asked: Any) -> str:
        raise OperationalError("", {}, Exception("away"))

    monkeypatch.setattr("forum.web.page_cache.versions", away)
    assert app.test_client().get(path).data == before


def test_little_room_keeps_the_pages_last_used() -> None:
    store = PageStore(10_000)
    page = KeptPage("1", math.inf, "200 OK", (), b"x" * 2_000, 0.0)
    for key in ("a", "b", "a", "c"):
        store.put(key, page)
    assert store.get("b") is None
    assert store.get("a") is store.get("c") is page
    assert store.size <= 10_000


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    passed=st.floats(min_value=-4e8, max_value=4e8, allow_nan=False),
    share=st.floats(min_value=0, max_value=1),
)
@example(passed=0, share=0.999999)
@example(passed=50.9, share=1)
@example(passed=51, share=0)
def test_elapsed_time_is_told_in_the_same_words_until_it_changes(
    app: Flask, passed: float, share: float
) -> None:
    present = datetime(2026, 11, 28, 12, tzinfo=UTC)
    moment = present - timedelta(seconds=passed)
    until = next_words(moment, present)
    assert until > present
    last = until - timedelta(microseconds=1)
    between = min(present + (until - present) * share, last)
    with app.test_request_context():
        assert elapsed(moment, present) == elapsed(moment, between)


def test_every_table_on_public_pages_raises_their_versions(app: Flask, make: Make) -> None:
    names = {"replies", "actions", "essays", "essay_editions", "essay_events", "users", "briefs"}
    names |= {"site_settings"}
    where = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE name LIKE 'page_versions_%'"
        " AND type = 'trigger'",
        "postgresql": "SELECT event_object_table FROM information_schema.triggers"
        " WHERE trigger_name LIKE 'page_versions_%'",
    }
    with app.app_context():
        raising = set(db.session.scalars(text(where[db.engine.dialect.name])))
    assert names <= raising, "A migration that makes a table anew makes its triggers anew."
