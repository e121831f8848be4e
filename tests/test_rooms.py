"""Rooms: who may join, what counts of what they say, and when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.moderation.acting import act, held, subject_of, undo
from forum.moderation.decision import Decision
from forum.moderation.kinds import kind_named
from forum.moderation.models import Action
from forum.replies.changing import CannotChange
from forum.replies.models import Reply
from forum.replies.reasons import Reason
from forum.rooms.entering import RoomFull, RoomNotOpen, close_room
from forum.rooms.models import Room, room_for_update
from forum.votes.counting import FROM_ROOMS, counted_votes
from forum.votes.models import Vote
from tests.cast import Make
from tests.hearing import heard
from tests.test_merging import merge


class Workshop:
    """A room of an essay, and what is done in it, each in a transaction of its own."""

    def __init__(self, make: Make, essay: Essay, places: int = 60) -> None:
        self.make, self.app, self.essay = make, make.app, essay
        self.fay = make.user("Fay", role="facilitator")
        self.room = make.room(essay, self.fay, places)

    def held(self) -> Room:
        """Return the room with its row held."""
        room = room_for_update(self.room.id)
        assert room is not None
        return room

    def join(self, name: str = "Ana") -> User:
        """Let somebody join with the code."""
        return self.make.guest(self.room, name)

    def crowd(self, number: int, reply: Reply, value: str = "support") -> list[User]:
        """Let so many people join and vote."""
        people = [self.join(f"Guest {n}") for n in range(number)]
        for person in people:
            self.make.vote(person, reply, value)
        return people

    def act(self, kind: str, **options: Any) -> Action:
        """Let the facilitator record something of the room."""
        with self.app.test_request_context():
            room, essay = self.held(), held(Essay, self.essay.id)
            decision = Decision(self.fay, Reason.OTHER, "As counted at the door.")
            done = act(kind_named(kind), essay, decision, {"room": room, **options})
            db.session.commit()
            return done

    def present(self, number: int) -> Action:
        """Record how many were present."""
        return self.act("room_present", present=number)

    def strike(self, people: Iterable[User]) -> Action:
        """Strike these people, and nobody else."""
        return self.act("room_strike", struck=sorted(person.id for person in people))

    def papers(self, reply: Reply, *numbers: int) -> Action:
        """Enter papers on a proposal: for it, against it, not sure."""
        return self.act("room_papers", reply=reply, numbers=numbers)

    def undo(self, action: Action) -> None:
        """Take back what was recorded."""
        with self.app.test_request_context():
            kept = db.session.get_one(Action, action.id)
            undo(kept, held(Essay, self.essay.id), Decision(self.fay, Reason.OTHER))
            db.session.commit()

    def counted(self, reply: Reply) -> tuple[int, ...]:
        """Return the votes of a proposal, and of those the room's: for, against, not sure, papers.

        What is stored is what the rows say, and nothing has drifted.
        """
        fresh = self.make.fresh(reply)
        names = ("support", "oppose", "neutral", *FROM_ROOMS)
        stored = tuple(getattr(fresh, name) for name in names)
        with self.app.app_context():
            rows = counted_votes([reply.id])[reply.id]
        assert stored == tuple(getattr(rows, name) for name in names)
        said = self.app.test_cli_runner().invoke(args=["recount", "--check"])
        assert said.exit_code == 0, said.output
        return stored


@pytest.fixture
def workshop(make: Make) -> Workshop:
    """Return a room of a new discussion."""
    return Workshop(make, make.essay())


def test_one_phone_that_joins_fifty_times_moves_nothing(make: Make, workshop: Workshop) -> None:
    reply = make.proposal(workshop.essay, support=2, oppose=1)
    before = make.fresh(reply).top
    phone = workshop.crowd(50, reply)
    assert workshop.counted(reply) == (2, 1, 0, 0, 0, 0, 0)
    workshop.present(12)
    assert workshop.counted(reply) == (2, 1, 0, 0, 0, 0, 0)
    assert make.fresh(reply).top == before
    workshop.strike(phone[1:])
    assert workshop.counted(reply) == (3, 1, 0, 1, 0, 0, 0)


def test_votes_wait_for_the_number_present_and_count_once_it_is_recorded(
    make: Make, workshop: Workshop
) -> None:
    reply = make.proposal(workshop.essay, support=1)
    people = workshop.crowd(3, reply)
    make.vote(people[0], reply, "oppose")
    assert workshop.counted(reply) == (1, 0, 0, 0, 0, 0, 0)
    recorded = workshop.present(3)
    assert workshop.counted(reply) == (3, 1, 0, 2, 1, 0, 0)
    make.vote(people[1], reply, "neutral")
    make.vote(people[2], reply, "none")
    assert workshop.counted(reply) == (1, 1, 1, 0, 1, 1, 0)
    workshop.undo(recorded)
    assert workshop.counted(reply) == (1, 0, 0, 0, 0, 0, 0)


def test_a_smaller_number_takes_all_votes_back_until_rows_are_struck(
    make: Make, workshop: Workshop
) -> None:
    reply = make.proposal(workshop.essay)
    people = workshop.crowd(4, reply)
    workshop.present(4)
    assert workshop.counted(reply)[0] == 4
    workshop.present(3)
    assert workshop.counted(reply)[0] == 0
    struck = workshop.strike(people[:1])
    assert workshop.counted(reply)[0] == 3
    workshop.undo(struck)
    assert workshop.counted(reply)[0] == 0


def test_papers_and_people_together_are_no_more_than_were_present(
    make: Make, workshop: Workshop
) -> None:
    first, second = make.proposal(workshop.essay), make.proposal(workshop.essay)
    workshop.crowd(2, first)
    workshop.papers(first, 2, 1, 0)
    workshop.papers(second, 0, 0, 2)
    assert workshop.counted(first) == (0, 0, 0, 0, 0, 0, 0)
    workshop.present(5)
    assert workshop.counted(first) == (4, 1, 0, 4, 1, 0, 3)
    assert workshop.counted(second) == (0, 0, 2, 0, 0, 2, 2)
    more = workshop.papers(second, 4, 0, 0)
    assert workshop.counted(first) == (0, 0, 0, 0, 0, 0, 0)
    workshop.undo(more)
    assert workshop.counted(first) == (4, 1, 0, 4, 1, 0, 3)
    workshop.papers(first, 0, 0, 0)
    assert workshop.counted(first) == (2, 0, 0, 2, 0, 0, 0)
    assert workshop.counted(second)[2] == 2


def test_votes_that_waited_while_proposals_were_merged_are_carried_over(
    app: Flask, make: Make, visit: Any, workshop: Workshop
) -> None:
    essay, dee = workshop.essay, visit(make.user("Dee", role="moderator"))
    first, second, third = (make.proposal(essay, support=1) for _n in range(3))
    people = workshop.crowd(3, first)
    make.vote(people[0], third, "oppose")
    merge(dee, first, second)
    merge(dee, second, third)
    workshop.present(3)
    assert workshop.counted(third) == (5, 1, 0, 2, 1, 0, 0)
    assert workshop.counted(second) == (5, 0, 0, 3, 0, 0, 0)
    with app.app_context():
        last = db.session.scalar(select(func.max(Action.id)).where(Action.kind == "merge"))
    dee.post(f"/moderation/actions/{last}/undo", {"reason": "mistake"})
    assert workshop.counted(third) == (1, 1, 0, 0, 1, 0, 0)


def test_a_vote_that_was_carried_over_and_taken_back_stays_taken_back(
    make: Make, visit: Any, workshop: Workshop
) -> None:
    first, second = (make.proposal(workshop.essay, support=1) for _n in range(2))
    people = workshop.crowd(2, first)
    workshop.present(5)
    merge(visit(make.user("Dee", role="moderator")), first, second)
    make.vote(people[0], second, "none")
    assert workshop.counted(second)[0] == 3
    workshop.present(6)
    assert workshop.counted(second)[0] == 3
    workshop.strike(people[1:])
    assert workshop.counted(second)[0] == 2


def test_a_room_that_comes_to_count_begins_a_hold_and_one_that_does_not_ends_it(
    make: Make, workshop: Workshop
) -> None:
    make.deal(workshop.essay, bound=0.5, voters=5, hold_days=7)
    reply = make.proposal(workshop.essay)
    workshop.crowd(6, reply)
    assert make.fresh(reply).held_since is None
    recorded = workshop.present(6)
    assert make.fresh(reply).held_since is not None
    workshop.undo(recorded)
    assert make.fresh(reply).held_since is None


def test_nobody_joins_a_room_that_is_full_or_over(make: Make) -> None:
    workshop = Workshop(make, make.essay(), places=3)
    for name in ("Ana", "Bo"):
        workshop.join(name)
    workshop.present(2)
    with pytest.raises(RoomFull):
        workshop.join("Late")
    workshop.present(9)
    workshop.join("Cy")
    with pytest.raises(RoomFull):
        workshop.join("Di")
    with make.app.app_context():
        close_room(workshop.held())
        db.session.commit()
    with pytest.raises(RoomNotOpen):
        workshop.join("Ed")


def test_recount_finds_and_mends_what_a_room_should_not_count(
    app: Flask, make: Make, workshop: Workshop
) -> None:
    reply = make.proposal(workshop.essay)
    workshop.crowd(2, reply)
    workshop.present(2)
    with app.app_context():
        db.session.execute(delete(Vote))
        db.session.commit()
    said = app.test_cli_runner().invoke(args=["recount"])
    assert "rooms" in said.output
    assert workshop.counted(reply)[0] == 2
    with app.app_context():
        assert len(db.session.scalars(select(Vote)).all()) == 2


def test_whoever_joins_gives_a_name_votes_writes_and_is_nobody_after(
    app: Flask, make: Make, visit: Any, workshop: Workshop
) -> None:
    reply, elsewhere = make.proposal(workshop.essay), make.proposal(make.essay("Another"))
    phone = visit()
    found = phone.post("/room", {"code": workshop.room.spoken_code.lower()})
    way = found.location
    assert way == f"/room/{workshop.room.code}"
    assert "Your name here" in phone.get(way).text
    assert phone.post(way, {"name": "Ana"}).status_code == 303
    page = phone.get(f"/essays/{workshop.essay.slug}").text
    assert "You are in the room <bdi>Library</bdi>" in page
    assert phone.post(f"/replies/{reply.id}/vote", {"value": "support"}).status_code == 303
    assert workshop.counted(reply)[0] == 0
    card = phone.get(f"/replies/{reply.id}").text
    assert "Your vote is kept. It counts once" in card
    assert 'data-value="support" aria-pressed="true"' in card
    assert "/follow" not in page + card, "whoever has no account is told of nothing"
    words = {"lever": "", "body": "I was there."}
    assert phone.post(f"/essays/{workshop.essay.slug}/reply", words).status_code == 303
    assert phone.post(f"/replies/{elsewhere.id}/vote", {"value": "support"}).status_code == 403
    for path in ("/account", "/account/sign-ins", "/yours", "/sign-up", "/notices"):
        assert phone.get(path).status_code == 403
    fay = visit(workshop.fay)
    fay.get(f"/rooms/{workshop.room.id}")
    fay.post(f"/rooms/{workshop.room.id}/end", {"now": "1"})
    assert "You are in the room" not in phone.get(f"/essays/{workshop.essay.slug}").text
    assert "This room ended on" in phone.get(way).text
    assert phone.get("/yours").status_code == 302


def test_the_facilitator_looks_twice_at_papers_and_may_undo(
    make: Make, visit: Any, workshop: Workshop
) -> None:
    reply = make.proposal(workshop.essay)
    fay, here = visit(workshop.fay), f"/rooms/{workshop.room.id}"
    fay.get(here)
    assert fay.post(f"{here}/present", {"present": "3"}).status_code == 303
    numbers = {"reply": str(reply.id), "support": "2", "oppose": "0", "neutral": "1"}
    assert "Enter these papers?" in fay.post(f"{here}/papers", numbers).text
    assert workshop.counted(reply)[0] == 0
    assert fay.post(f"{here}/papers", {**numbers, "sure": "1"}).status_code == 303
    assert workshop.counted(reply) == (2, 0, 1, 2, 0, 1, 3)
    assert "3 of 3 votes came from rooms" in visit().get(f"/essays/{workshop.essay.slug}").text
    row = fay.get(f"/essays/{workshop.essay.slug}/proposals.json").get_json()["proposals"][0]
    assert [row[name] for name in FROM_ROOMS] == [2, 0, 1, 3]
    refused = fay.post(f"{here}/papers", {**numbers, "support": "3", "sure": "1"})
    assert (refused.status_code, "no more papers" in refused.text) == (422, True)
    told = visit().get("/moderation/log").text
    assert "Votes on paper entered" in told
    assert "to “2 support, 0 oppose, 1 not sure”" in told
    assert "from “present: not recorded yet, struck: 0” to “present: 3, struck: 0”" in told
    undo = f"/moderation/actions/{last_action(workshop)}/undo"
    assert fay.post(undo, {"reason": "mistake"}).status_code == 303
    assert workshop.counted(reply)[0] == 0


def test_nobody_is_put_back_whom_another_struck_meanwhile(
    make: Make, visit: Any, workshop: Workshop
) -> None:
    reply = make.proposal(workshop.essay)
    first, second, _third = workshop.crowd(3, reply)
    workshop.present(3)
    fay, path = visit(workshop.fay), f"/rooms/{workshop.room.id}/places"
    fay.get(f"/rooms/{workshop.room.id}")
    workshop.strike([first])
    sent = {"seen": "", "struck": str(second.id), "because": "Twice on the list."}
    assert fay.post(path, sent).status_code == 409
    assert workshop.counted(reply)[0] == 2
    assert fay.post(path, {**sent, "seen": str(first.id)}).status_code == 303


@pytest.mark.parametrize("zone", ["America/Toronto", "Europe/Paris"])
def test_a_room_at_the_ends_of_the_calendar_is_refused(
    app: Flask, visit: Any, workshop: Workshop, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.extensions, "time_zone", lambda: zone)
    fay, path = visit(workshop.fay), f"/essays/{workshop.essay.slug}/rooms"
    first, last = "0001-01-01T00:00", "9999-12-31T23:59"
    for begins, ends in ((first, last), (last, first)):
        sent = {"name": "N", "places": "9", "begins_at": begins, "ends_at": ends}
        assert fay.post(path, sent).status_code == 422


def test_undoing_holds_the_room_first_as_those_who_vote_in_it_do(
    app: Flask, make: Make, workshop: Workshop
) -> None:
    workshop.crowd(2, make.proposal(workshop.essay))
    recorded = workshop.present(2)
    said: list[str] = []

    def note(statement: str, _given: Any) -> None:
        said.extend(t for t in ("rooms", "replies", "essays") if f"FROM {t} " in statement)

    with app.app_context():
        kept = db.session.get_one(Action, recorded.id)
        with heard(db.engine, note):
            subject_of(kept)
    assert list(dict.fromkeys(said)) == ["rooms", "replies", "essays"]


def last_action(workshop: Workshop) -> int:
    """Return the number of what was recorded last."""
    with workshop.app.app_context():
        return db.session.scalar(select(func.max(Action.id))) or 0


def move(make: Make, reply: Reply, essay: Essay) -> None:
    """Let a moderator move a proposal to another discussion."""
    dee = make.user("Dee", role="moderator")
    with make.app.test_request_context():
        kept = held(Reply, reply.id)
        act(kind_named("move"), kept, Decision(dee, Reason.MISPLACED), {"essay_id": essay.id})
        db.session.commit()


def test_a_room_has_no_say_in_a_proposal_that_was_moved_away(
    make: Make, workshop: Workshop
) -> None:
    ben, over = make.user("Ben"), make.essay("Over", state="closed")
    kept, moved = (make.proposal(workshop.essay, ben) for _ in range(2))
    for reply in (kept, moved):
        make.vote(make.user(), reply)
    for person in workshop.crowd(3, kept):
        make.vote(person, moved)
    move(make, moved, over)
    recorded = workshop.present(3)
    assert workshop.counted(moved)[0] == 1, "what is recorded later changes nothing there"
    assert workshop.counted(kept)[0] == 4
    move(make, moved, workshop.essay)
    assert workshop.counted(moved)[0] == 4, "back again, the room has its say"
    move(make, moved, over)
    workshop.undo(recorded)
    assert workshop.counted(kept)[0] == 1
    assert workshop.counted(moved)[0] == 4, "what counted at the move goes along"
    move(make, moved, workshop.essay)
    assert workshop.counted(moved)[0] == 1


def test_what_was_merged_follows_no_successor_that_was_moved_away(
    make: Make, workshop: Workshop, visit: Any
) -> None:
    ben, over = make.user("Ben"), make.essay("Over", state="closed")
    source, target = (make.proposal(workshop.essay, ben) for _ in range(2))
    workshop.crowd(3, source)
    merge(visit(make.user("Dee", role="moderator")), source, target)
    move(make, target, over)
    workshop.present(3)
    assert workshop.counted(target)[0] == 0


def test_papers_of_a_proposal_that_was_moved_away_stay(make: Make, workshop: Workshop) -> None:
    moved = make.proposal(workshop.essay, make.user("Ben"))
    papers = workshop.papers(moved, 2, 0, 0)
    move(make, moved, make.essay("Over", state="closed"))
    with pytest.raises(CannotChange):
        workshop.undo(papers)


@pytest.mark.one_database
def test_the_page_of_rooms_counts_them_all_at_once(
    make: Make, workshop: Workshop, visit: Any, statements: Any
) -> None:
    path, zed = f"/essays/{workshop.essay.slug}/rooms", visit(make.user("Zed"))
    workshop.join()
    once = statements(zed, path)
    for _ in range(3):
        make.room(workshop.essay, workshop.fay)
    assert len(statements(zed, path)) == len(once)


@pytest.mark.parametrize(
    "typed", ["9" * 400, "-" + "9" * 400, "9" * 5000, "1e400", "nan", "\0", "²"]
)
def test_what_is_no_number_is_refused_in_words(
    make: Make, visit: Any, workshop: Workshop, typed: str
) -> None:
    fay, room = visit(workshop.fay), f"/rooms/{workshop.room.id}"
    reply = make.proposal(workshop.essay)
    papers = {"reply": str(reply.id), "support": "1", "oppose": "0", "neutral": "0"}
    assert fay.post(f"{room}/present", {"present": typed}).status_code == 422
    for name in papers:
        assert fay.post(f"{room}/papers", {**papers, name: typed}).status_code == 422
    hours = {"begins_at": "2027-01-01T10:00", "ends_at": "2027-01-01T12:00", "name": "Library"}
    sent = fay.post(f"/essays/{workshop.essay.slug}/rooms", {**hours, "places": typed})
    assert sent.status_code == 422
