"""Rehearsals: people try a draft's discussion, and opening it erases all of that and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from forum.accounts.admissions import OpenTo
from forum.accounts.models import Rehearser, User
from forum.db import db, now
from forum.deals.models import Due
from forum.drafts.models import Draft
from forum.essays.models import Essay
from forum.events.models import Event, Follow
from forum.privacy.leaving import take_leave
from forum.rehearsals import erasing, opening
from forum.rehearsals.links import token_of
from forum.rehearsals.models import PEOPLE_MOST, Rehearsal
from forum.replies.models import Reply, ReplyVersion
from forum.replies.tallies import tallied
from forum.votes.counted_addresses import CountedAddress
from forum.votes.models import Vote
from forum.votes.people import people_by_essay
from tests.cast import Make
from tests.clock import Clock, standing_clock

Visit = Callable[..., Any]
WORDS = {
    "lever": "policy",
    "title": "Open on Saturdays",
    "body": "Every office opens on Saturdays.",
    "jurisdiction": "municipal",
    "ambition": "improves",
}


class Rehearsing:
    """A draft with an imported proposal on which two people voted, and its rehearsal under way."""

    def __init__(self, app: Flask, make: Make, visit: Visit) -> None:
        self.app, self.make, self.visit = app, make, visit
        self.essay = make.essay("Queues", state="draft")
        self.imported = make.proposal(self.essay, make.user("Old"), support=2)
        self.fay = visit(make.user("Fay", role="facilitator"))
        self.page = f"/essays/{self.essay.slug}/rehearsal"
        assert self.fay.post(f"{self.page}/begin").status_code == 303

    @property
    def link(self) -> str:
        """The address of the link that works."""
        with self.app.test_request_context():
            return f"/rehearsals/{token_of(db.session.get_one(Rehearsal, self.essay.id))}"

    def comes(self, user: User) -> Any:
        """Let a person come by the link; return their browser."""
        visitor = self.visit(user)
        assert visitor.post(self.link).status_code == 303
        return visitor

    def tries(self, user: User) -> Any:
        """Let a person come, propose, comment on the imported proposal and vote for it."""
        visitor = self.comes(user)
        words = {**WORDS, "title": f"{WORDS['title']}, says {user.name}"}
        assert visitor.post(f"/essays/{self.essay.slug}/reply", words).status_code == 303
        said = {"stance": "support", "body": "I agree."}
        assert visitor.post(f"/replies/{self.imported.id}/comment", said).status_code == 303
        voted = visitor.post(f"/replies/{self.imported.id}/vote", {"value": "oppose"})
        assert voted.status_code == 303
        return visitor

    def ends(self) -> None:
        """End it."""
        assert self.fay.post(f"{self.page}/end").status_code == 303

    def opens(self) -> Any:
        """End it and open the discussion."""
        self.ends()
        return self.fay.post(f"{self.page}/open")


@pytest.fixture
def clock() -> Iterator[None]:
    """The clock stands."""
    with standing_clock():
        yield


@pytest.fixture
def rehearsing(app: Flask, make: Make, visit: Visit) -> Rehearsing:
    return Rehearsing(app, make, visit)


def whole(app: Flask) -> dict[str, list[Any]]:
    """Return what stands in every table that a rehearsal could leave something in."""
    elsewhere = {"rehearsals", "sign_ins", "sign_in_records", "security_events", "page_versions"}
    elsewhere.add("network_keys")  # one for the whole site
    opened = {"essays", "essay_events", "events", "search_words"}
    nought = {"tallies", "essay_people_counts"}  # their rows stay, and count nothing
    left_out = elsewhere | opened | nought
    with app.app_context(), db.engine.connect() as connection:
        return {
            name: sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {name}")))
            for name in db.metadata.tables
            if name not in left_out
        }


def count(app: Flask, *of: Any) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(of[0]).where(*of[1:])) or 0


def test_opening_says_how_much_was_tried_and_erases_that_alone(
    app: Flask, make: Make, rehearsing: Rehearsing
) -> None:
    ben, cam = make.user("Ben"), make.user("Cam")
    with app.app_context():
        draws = {each.id: each.draw for each in db.session.scalars(select(Reply))}
    before = whole(app)
    tried = rehearsing.tries(ben)
    rehearsing.tries(cam)
    mine = tried.get("/proposals").text
    assert "Saturdays" not in mine
    rehearsing.ends()
    page = rehearsing.fay.get(rehearsing.page).text
    for words in ("2 proposals", "2 comments", "2 votes", "by 2 people"):
        assert words in page
    assert rehearsing.fay.post(f"{rehearsing.page}/open").status_code == 303
    with app.app_context():
        essay = db.session.get_one(Essay, rehearsing.essay.id)
        assert (essay.state, essay.rehearsal) == ("open", None)
        reply = db.session.get_one(Reply, rehearsing.imported.id)
        assert (reply.support, reply.oppose, reply.comments) == (2, 0, 0)
        reply.draw = draws[reply.id]  # drawn anew with every count
        db.session.commit()
        assert sum(tallied(essay.id).values()) == 1
        assert people_by_essay([essay.id]) == {essay.id: 3}
    after = whole(app)
    assert {name: after[name] for name in after if after[name] != before[name]} == {}
    assert rehearsing.fay.get(rehearsing.page).status_code == 200


def test_only_those_who_came_and_facilitators_see_the_draft(
    make: Make, visit: Visit, rehearsing: Rehearsing
) -> None:
    address = f"/essays/{rehearsing.essay.slug}"
    ben = rehearsing.tries(make.user("Ben"))
    assert "is erased when the discussion opens" in ben.get(address).text
    assert "is erased when the discussion opens" in ben.get(f"{address}/reply").text
    zed, cam = visit(None), visit(make.user("Cam"))
    for visitor in (zed, cam):
        assert visitor.get(address).status_code == 404
        assert visitor.get(f"/replies/{rehearsing.imported.id}").status_code == 404
    rehearsing.ends()
    assert ben.get(address).status_code == 404
    assert (
        ben.post(f"/replies/{rehearsing.imported.id}/vote", {"value": "support"}).status_code == 404
    )
    assert rehearsing.fay.get(address).status_code == 200


def test_whoever_came_votes_whomever_the_discussion_will_be_open_to(
    app: Flask, make: Make, rehearsing: Rehearsing
) -> None:
    with app.app_context():
        db.session.get_one(Essay, rehearsing.essay.id).open_to = "invited"
        db.session.commit()
    rehearsing.tries(make.user("Cam"))


def test_nothing_that_is_tried_is_told_counted_exported_or_found(
    app: Flask, make: Make, visit: Visit, rehearsing: Rehearsing
) -> None:
    ben = make.user("Ben")
    page = rehearsing.tries(ben)
    zed = visit(None)
    for path in ("/", "/proposals", "/feed.atom", "/proposals/feed.atom", "/search?q=saturdays"):
        assert "Saturdays, says" not in zed.get(path).text
    assert "Saturdays" not in zed.get(f"/people/{ben.id}").text
    assert "Saturdays" not in page.get("/yours").text
    assert page.get(f"/essays/{rehearsing.essay.slug}/proposals.csv").status_code == 403
    assert rehearsing.fay.get(f"/essays/{rehearsing.essay.slug}/proposals.csv").status_code == 403
    assert "Saturdays" not in rehearsing.fay.get("/proposals.csv").text
    assert count(app, Event) == 0
    with app.app_context():
        assert tallied(None) == {}


def test_no_file_is_made_of_what_is_tried(
    app: Flask, make: Make, rehearsing: Rehearsing, runner: FlaskCliRunner
) -> None:
    address, csv = f"/essays/{rehearsing.essay.slug}", {"format": "csv"}
    for path, sent in ((f"{address}/export", csv), (f"{address}/archive", {})):
        assert rehearsing.fay.post(path, sent).status_code == 403
    draft = make.essay("Trams", state="draft")
    make.proposal(draft)
    early = rehearsing.fay.post(f"/essays/{draft.slug}/export", csv).location
    rehearsing.fay.post(f"/essays/{draft.slug}/rehearsal/begin")
    assert runner.invoke(args=["worker", "--once"]).exit_code == 0
    assert rehearsing.fay.get(f"{early}/file").status_code == 404


def test_no_due_is_written_in_a_rehearsal(
    app: Flask, make: Make, visit: Visit, rehearsing: Rehearsing
) -> None:
    make.deal(rehearsing.essay, bound=0.1, voters=1, hold_days=0)
    ben = rehearsing.comes(make.user("Ben"))
    ben.post(f"/replies/{rehearsing.imported.id}/vote", {"value": "support"})
    with app.app_context():
        assert db.session.get_one(Reply, rehearsing.imported.id).support == 3
    assert count(app, Due) == 0
    rehearsing.opens()
    assert count(app, Due) == 0


def test_whoever_came_votes_where_only_invited_people_will(
    app: Flask, make: Make, rehearsing: Rehearsing
) -> None:
    with app.app_context():
        db.session.get_one(Essay, rehearsing.essay.id).open_to = OpenTo.INVITED
        db.session.commit()
    ben = rehearsing.tries(make.user("Ben"))
    assert ben.get(f"/replies/{rehearsing.imported.id}").text.count('aria-pressed="true"') == 1


def test_what_somebody_tried_who_left_meanwhile_is_erased_too(
    app: Flask, make: Make, rehearsing: Rehearsing
) -> None:
    ben = make.user("Ben")
    rehearsing.tries(ben)
    with app.test_request_context():
        take_leave(db.session.get_one(User, ben.id), texts=False)
        db.session.commit()
    assert rehearsing.opens().status_code == 303
    assert (count(app, Reply), count(app, Vote), count(app, Rehearser)) == (1, 2, 0)


def test_a_stranger_with_the_link_is_asked_to_sign_in_first(
    visit: Visit, rehearsing: Rehearsing
) -> None:
    zed = visit(None)
    page = zed.get(rehearsing.link)
    assert page.status_code == 200
    assert f"/sign-in?next={rehearsing.link}" in page.text
    assert "Queues" not in page.text
    assert zed.post(rehearsing.link).status_code == 401
    assert page.headers["Referrer-Policy"] == "no-referrer"


def test_a_link_ends_with_the_next_one_and_with_the_rehearsal(
    app: Flask, make: Make, visit: Visit, rehearsing: Rehearsing
) -> None:
    first, ben = rehearsing.link, rehearsing.comes(make.user("Ben"))
    rehearsing.fay.post(f"{rehearsing.page}/renew")
    cam = visit(make.user("Cam"))
    assert cam.get(first).status_code == 410
    assert cam.post(first).status_code == 410
    assert ben.get(f"/essays/{rehearsing.essay.slug}").status_code == 200
    second = rehearsing.link
    assert cam.get(second).status_code == 200
    rehearsing.ends()
    assert cam.post(second).status_code == 410
    assert count(app, Rehearser) == 1
    assert cam.get("/rehearsals/nonsense").status_code == 410


def test_whoever_took_part_already_does_not_come(
    app: Flask, make: Make, visit: Visit, rehearsing: Rehearsing
) -> None:
    with app.app_context():
        old = db.session.get_one(User, rehearsing.imported.author_id)
        voter = db.session.scalars(select(User).join(Vote, Vote.user_id == User.id)).first()
    for person in (old, voter):
        visitor = visit(person)
        assert "would be erased with it" in visitor.get(rehearsing.link).text
        assert visitor.post(rehearsing.link).status_code == 403
    assert count(app, Rehearser) == 0


def test_no_more_come_than_can_be_erased_soon(
    app: Flask, make: Make, visit: Visit, rehearsing: Rehearsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert PEOPLE_MOST == 200
    monkeypatch.setattr("forum.rehearsals.rehearsing.PEOPLE_MOST", 1)
    rehearsing.comes(make.user("Ben"))
    assert visit(make.user("Cam")).post(rehearsing.link).status_code == 403


def test_moderators_leave_a_rehearsal_alone(
    make: Make, visit: Visit, rehearsing: Rehearsing
) -> None:
    dee = rehearsing.comes(make.user("Dee", role="moderator"))
    hidden = dee.post(f"/moderation/{rehearsing.imported.id}/hide", {"reason": "spam"})
    assert hidden.status_code == 403
    reported = dee.post(f"/replies/{rehearsing.imported.id}/report", {"reason": "spam"})
    assert reported.status_code == 403


def test_a_rehearsed_draft_opens_only_through_its_rehearsal(
    app: Flask, make: Make, rehearsing: Rehearsing
) -> None:
    rehearsing.tries(make.user("Ben"))
    assert rehearsing.fay.post(f"/essays/{rehearsing.essay.slug}/publish").status_code == 409
    assert rehearsing.fay.post(f"{rehearsing.page}/open").status_code == 409
    assert rehearsing.fay.post(f"{rehearsing.page}/begin").status_code == 409
    rehearsing.ends()
    assert rehearsing.fay.post(f"{rehearsing.page}/end").status_code == 409
    assert rehearsing.fay.post(f"{rehearsing.page}/begin").status_code == 303
    assert rehearsing.opens().status_code == 303
    assert rehearsing.fay.post(f"{rehearsing.page}/open").status_code == 409


def test_the_clock_opens_it_once_all_is_erased(
    app: Flask, make: Make, visit: Visit, rehearsing: Rehearsing, clock: None
) -> None:
    with app.app_context():
        essay = db.session.get_one(Essay, rehearsing.essay.id)
        opens = essay.opened_at = now() + timedelta(days=1)
        db.session.commit()
    ben = rehearsing.tries(make.user("Ben"))
    with app.app_context():
        assert not opening.erase_next()
    Clock.moment += timedelta(days=2)
    zed = visit(None)
    assert zed.get(f"/essays/{rehearsing.essay.slug}").status_code == 404
    assert ben.get(f"/essays/{rehearsing.essay.slug}").status_code == 200
    with app.app_context():
        while opening.erase_next():
            pass
        essay = db.session.get_one(Essay, rehearsing.essay.id)
        assert (essay.state, essay.opened_at) == ("open", opens)
        rehearsal = db.session.get_one(Rehearsal, essay.id)
        assert (rehearsal.proposals, rehearsal.comments, rehearsal.votes) == (1, 1, 1)
        assert rehearsal.erased_at is not None
    assert "Saturdays" not in zed.get(f"/essays/{rehearsing.essay.slug}").text
    assert count(app, Reply) == 1


def test_much_is_erased_in_pieces_by_the_worker(
    app: Flask, make: Make, rehearsing: Rehearsing, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (erasing, opening):
        monkeypatch.setattr(module, "AT_ONCE", 2)
    for name in ("Ben", "Cam", "Eve"):
        rehearsing.tries(make.user(name))
    answer = rehearsing.opens()
    assert answer.headers["Location"] == rehearsing.page
    assert "is being erased" in rehearsing.fay.get(rehearsing.page).text
    assert rehearsing.fay.post(f"{rehearsing.page}/begin").status_code == 409
    left = [9]
    with app.app_context():
        while opening.erase_next():
            left.append(count(app, Reply) - 1 + count(app, Vote) - 2)
        essay = db.session.get_one(Essay, rehearsing.essay.id)
        rehearsal = db.session.get_one(Rehearsal, essay.id)
        assert essay.state == "open"
        assert rehearsal.opened_by is not None
    assert left == [9, 7, 5, 3, 1, 0]


def test_what_names_an_erased_reply_by_its_number_is_forgotten(
    app: Flask, make: Make, rehearsing: Rehearsing
) -> None:
    ben, cam = make.user("Ben"), make.user("Cam")
    rehearsing.tries(ben)
    page = rehearsing.comes(cam)
    with app.app_context():
        number = db.session.scalars(select(Reply.id).where(Reply.author_id == ben.id)).first()
    page.post(f"/replies/{number}/follow", {"value": "on"})
    page.post(f"/drafts/replies/{number}/comment", {"body": "B", "draft": "0.page"})
    assert (count(app, Follow), count(app, Draft, Draft.words.is_not(None))) == (1, 1)
    rehearsing.opens()
    assert (count(app, Follow), count(app, Draft, Draft.words.is_not(None))) == (0, 0)
    assert count(app, ReplyVersion) == 1
    assert count(app, CountedAddress) == 0


def test_whoever_else_prepares_a_draft_sees_at_once_that_it_is_rehearsed(
    make: Make, visit: Visit
) -> None:
    fay, flo = (visit(make.user(name, role="facilitator")) for name in ("Fay", "Flo"))
    path = f"/essays/{make.essay('Ferries', state='draft').slug}"
    for _time in range(2):
        assert f"{path}/publish" in flo.get(path).text
    assert fay.post(f"{path}/rehearsal/begin").status_code == 303
    assert f"{path}/publish" not in flo.get(path).text
