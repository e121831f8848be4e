"""Setting votes aside: two people, a reason in the log, a word to each voter, and a way back."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.lookout.moved_ranks import moved_by_asides
from forum.moderation.models import Action
from forum.replies.models import Reply
from forum.rooms.models import RoomPlace
from forum.votes.asides import Aside, AsidePerson, AsideVote, set_aside_in
from forum.votes.models import Vote
from tests.cast import Make
from tests.conftest import Browser, Visitor

WHY = {"reason": "invented", "note": "Twelve accounts of one minute, one ballot."}


class Crowd:
    """A discussion in which a crowd has lifted its last proposal, and those who decide there."""

    def __init__(self, app: Flask, make: Make, visit: Browser) -> None:
        self.app, self.make, self.visit = app, make, visit
        self.essay = make.essay(open_data=True)
        self.first = make.proposal(self.essay, support=9, oppose=1, title="Keep the offices open")
        self.second = make.proposal(self.essay, support=6, oppose=2, title="Open on Sundays")
        self.third = make.proposal(self.essay, support=2, oppose=5, title="Close on Fridays")
        self.before = self.counts()
        self.people = [make.user() for _ in range(12)]
        for person in self.people:
            make.vote(person, self.third, "support")
            make.vote(person, self.first, "oppose")
        self.lifted = self.counts()
        self.dee = visit(make.user("Dee", role="moderator"))
        self.fay = visit(make.user("Fay", role="facilitator"))

    def counts(self) -> dict[int, tuple[Any, ...]]:
        """Return what is stored of the votes of each proposal."""
        names = ("support", "oppose", "neutral", "top", "eyes", "contested")
        query = select(Reply.id, *(getattr(Reply, name) for name in names))
        with self.app.app_context():
            rows = db.session.execute(query.where(Reply.essay_id == self.essay.id))
            return {number: tuple(values) for number, *values in rows}

    def proposed(self, by: Visitor, people: Any = None, **changes: str) -> int:
        """Let somebody propose to set aside the votes of these people; return the decision."""
        chosen = " ".join(str(each.id) for each in (people or self.people))
        fields = {**WHY, "others": chosen, "sure": "1", **changes}
        answer = by.post(f"/essays/{self.essay.slug}/set-aside/new", fields)
        assert answer.status_code == 303, answer.get_data(as_text=True)
        return int(answer.headers["Location"].rpartition("/")[2])

    def decide(self, by: Visitor, aside_id: int, what: str, **fields: str) -> Any:
        """Let somebody decide."""
        return by.post(f"/moderation/aside/{aside_id}/{what}", fields)

    def agreed(self) -> int:
        """Set the votes of the crowd aside."""
        aside_id = self.proposed(self.dee)
        assert self.decide(self.fay, aside_id, "agree").status_code == 303
        return aside_id

    def one(self, query: Any) -> Any:
        """Return one value of the database."""
        with self.app.app_context():
            return db.session.scalar(query)

    def last_action(self) -> int:
        """Return the number of what was done last."""
        return int(self.one(select(func.max(Action.id))))


@pytest.fixture
def crowd(app: Flask, make: Make, visit: Browser) -> Crowd:
    return Crowd(app, make, visit)


def test_it_takes_two_people_and_then_counts_are_as_before_the_crowd(crowd: Crowd) -> None:
    aside_id = crowd.proposed(crowd.dee)
    assert crowd.counts() == crowd.lifted
    mine = crowd.decide(crowd.dee, aside_id, "agree")
    assert mine.status_code == 403
    assert "somebody else decides" in mine.get_data(as_text=True)
    assert crowd.counts() == crowd.lifted
    assert crowd.decide(crowd.fay, aside_id, "agree").status_code == 303
    assert crowd.counts() == crowd.before
    again = crowd.decide(crowd.fay, aside_id, "agree")
    assert again.status_code == 409
    assert "Fay has agreed to it already" in again.get_data(as_text=True)


def test_undoing_puts_every_vote_back_and_one_person_alone_cannot_do_it_again(crowd: Crowd) -> None:
    def rows() -> set[Any]:
        with crowd.app.app_context():
            columns = [*Vote.__table__.columns]
            return {tuple(row) for row in db.session.execute(select(*columns))}

    before = rows()
    crowd.agreed()
    assert rows() != before
    undo = f"/moderation/actions/{crowd.last_action()}/undo"
    assert crowd.fay.post(undo, {"reason": "mistake"}).status_code == 303
    assert rows() == before
    assert crowd.counts() == crowd.lifted
    undo = f"/moderation/actions/{crowd.last_action()}/undo"
    refused = crowd.dee.post(undo, {"reason": "mistake"})
    assert refused.status_code == 409
    assert "takes two people" in refused.get_data(as_text=True)
    assert crowd.counts() == crowd.lifted


def test_nobody_decides_about_their_own_votes_or_on_votes_for_their_own_proposal(
    crowd: Crowd, make: Make, visit: Browser
) -> None:
    hal, writer = (make.user(role="moderator") for _ in range(2))
    make.vote(hal, crowd.first)
    aside_id = crowd.proposed(crowd.dee, [*crowd.people, hal])
    refused = crowd.decide(visit(hal), aside_id, "agree")
    assert (refused.status_code, "their own votes" in refused.text) == (403, True)
    own = make.proposal(crowd.essay, writer)
    make.vote(crowd.people[0], own)
    refused = crowd.decide(visit(writer), aside_id, "agree")
    assert (refused.status_code, "proposal of yours" in refused.text) == (403, True)
    assert crowd.counts()[crowd.third.id] == crowd.lifted[crowd.third.id]


def test_it_can_be_declined_with_a_reason_or_withdrawn_and_then_nothing_is_set_aside(
    crowd: Crowd,
) -> None:
    first, second = crowd.proposed(crowd.dee), crowd.proposed(crowd.dee)
    assert crowd.decide(crowd.fay, first, "withdraw").status_code == 403
    assert crowd.decide(crowd.dee, first, "withdraw").status_code == 303
    assert crowd.decide(crowd.fay, second, "decline", why="").status_code == 422
    assert crowd.decide(crowd.fay, second, "decline", why="A meeting.").status_code == 303
    for number, said in ((first, "withdrawn it already"), (second, "declined it already")):
        late = crowd.decide(crowd.fay, number, "agree")
        assert (late.status_code, said in late.text) == (409, True)
    assert "A meeting." in crowd.dee.get(f"/moderation/aside/{second}").text
    assert crowd.counts() == crowd.lifted


def test_a_crowd_that_changed_since_the_page_is_not_set_aside_unseen(
    crowd: Crowd, make: Make
) -> None:
    make.vote(crowd.people[0], crowd.third, "none")
    make.vote(crowd.people[0], crowd.first, "none")
    chosen = " ".join(str(each.id) for each in crowd.people)
    path = f"/essays/{crowd.essay.slug}/set-aside/new"
    answer = crowd.dee.post(path, {**WHY, "rest": chosen, "sure": "1"})
    assert answer.status_code == 409
    assert "1 of the people chosen has no vote here that counts" in answer.text
    assert crowd.one(select(func.count()).select_from(Aside)) == 0
    assert crowd.dee.post(path, {**WHY, "sure": "1"}).status_code == 409
    again = crowd.dee.post(path, {**WHY, "others": "1 999999999999 x", "sure": "1"})
    assert again.status_code == 409


def test_two_decisions_on_the_same_people_set_them_aside_once(crowd: Crowd) -> None:
    first = crowd.proposed(crowd.dee)
    second, third = (crowd.proposed(crowd.dee, crowd.people[:4]) for _ in range(2))
    assert crowd.decide(crowd.fay, second, "agree").status_code == 303
    assert crowd.decide(crowd.fay, first, "agree").status_code == 303
    nobody = crowd.decide(crowd.fay, third, "agree")
    assert (nobody.status_code, "Nobody is left" in nobody.text) == (409, True)
    people = select(func.count()).where(AsidePerson.aside_id == first)
    assert crowd.one(people.select_from(AsidePerson)) == 8
    assert crowd.counts() == crowd.before


def test_later_votes_of_the_same_people_are_set_aside_too_and_their_cards_say_so(
    crowd: Crowd, visit: Browser
) -> None:
    crowd.agreed()
    one = visit(crowd.people[0])
    one.post(f"/replies/{crowd.second.id}/vote", {"value": "support"})
    assert crowd.counts() == crowd.before
    page = one.get(f"/essays/{crowd.essay.slug}").text
    assert page.count("Your vote is set aside") == 3
    assert "set aside" in one.get("/yours/votes").text
    assert "Set aside here: 25 votes of 12 people" in page
    one.post(f"/replies/{crowd.second.id}/vote", {"value": "none"})
    assert one.get(f"/essays/{crowd.essay.slug}").text.count("Your vote is set aside") == 2
    undo = f"/moderation/actions/{crowd.last_action()}/undo"
    assert crowd.fay.post(undo, {"reason": "mistake"}).status_code == 303
    assert crowd.counts() == crowd.lifted


def test_every_count_page_file_and_brief_agrees(
    crowd: Crowd, app: Flask, make: Make, visit: Browser
) -> None:
    slug, fay = crowd.essay.slug, make.user(role="facilitator")
    before = visit().get(f"/essays/{slug}/proposals.json").json
    crowd.agreed()
    after = visit().get(f"/essays/{slug}/proposals.json").json
    assert before is not None
    assert after is not None
    rows = {row["id"]: row for row in after["proposals"]}
    third = rows[crowd.third.id]
    assert (third["support"], third["aside_support"], third["score"]) == (
        2,
        12,
        round(crowd.before[crowd.third.id][3], 12),
    )
    assert third["score_with_aside"] == round(crowd.lifted[crowd.third.id][3], 12)
    assert rows[crowd.second.id]["score_with_aside"] == rows[crowd.second.id]["score"]
    places = [row["id"] for row in after["proposals"]]
    assert places[-1] == crowd.third.id
    assert before["proposals"][0]["id"] == crowd.third.id
    stranger = visit().get(f"/essays/{slug}").text
    assert "Set aside here: 24 votes of 12 people" in stranger
    brief = make.brief(fay, make.shortlist(fay, crowd.third, essay=crowd.essay))
    page = visit().get(f"/briefs/{brief.reference}").text
    assert "set aside: 24 votes by 12 people" in page
    assert "12 votes are set aside" in visit().get(f"/briefs/{brief.reference}.md").text
    check = app.test_cli_runner().invoke(args=["recount", "--check"])
    assert "No drift." in check.output
    with app.app_context():
        assert set_aside_in(crowd.essay.id) == (12, 24)
        moved = moved_by_asides(db.session.get_one(Essay, crowd.essay.id))
    assert {each.id: (each.rank, each.otherwise) for each in moved}[crowd.third.id] == (3, 1)
    public = visit().get(f"/essays/{slug}/set-aside").text
    assert "Ranks with them and without" in public
    assert not any(person.name in public for person in crowd.people)


def test_recount_finds_and_mends_what_stands_on_the_wrong_side(crowd: Crowd, app: Flask) -> None:
    crowd.agreed()
    with app.app_context():
        person = db.session.scalars(select(AsidePerson)).first()
        assert person is not None
        person.granted = True
        db.session.commit()
    run = app.test_cli_runner().invoke
    assert "asides" in run(args=["recount", "--check"]).output
    assert "mended" in run(args=["recount"]).output
    assert "No drift." in run(args=["recount", "--check"]).output
    assert crowd.one(select(func.count()).select_from(AsideVote)) == 22


def test_the_public_log_says_why_and_how_many_and_names_no_voter(
    crowd: Crowd, visit: Browser
) -> None:
    crowd.agreed()
    page = visit().get("/moderation/log").text
    data = visit().get("/moderation/log.json").json
    feed = visit().get("/moderation/log.atom").text
    assert data is not None
    action = data["actions"][0]
    assert action["changes"] == [
        {"field": "aside", "from": None, "to": {"voters": 12, "votes": 24}}
    ]
    assert (action["action"], action["reason"]) == ("set_aside", "invented")
    for words in (page, feed):
        assert "Votes set aside by two people" in words
        assert "24 votes of 12 people" in words
        assert WHY["note"] in words
    told = page + feed + str(data)
    assert not any(person.name in told for person in crowd.people)


def test_voters_are_told_and_one_appeals_once_and_gets_their_votes_back(
    crowd: Crowd, make: Make, visit: Browser
) -> None:
    aside_id = crowd.agreed()
    one, other = visit(crowd.people[0]), visit(crowd.people[1])
    assert "Your votes here are set aside" in one.get("/yours").text
    page = one.get(f"/essays/{crowd.essay.slug}/set-aside").text
    assert WHY["note"] in page
    path = f"/essays/{crowd.essay.slug}/set-aside/appeal"
    assert one.post(path, {"words": ""}).status_code == 422
    assert one.post(path, {"words": "I came with my class."}).status_code == 303
    assert one.post(path, {"words": "Again."}).status_code == 409
    assert other.post(path, {"words": "So did I."}).status_code == 303
    mine, theirs = (
        crowd.one(select(AsidePerson.id).where(AsidePerson.user_id == each.id))
        for each in crowd.people[:2]
    )
    hal = visit(make.user("Hal", role="moderator"))
    assert "Votes (2)" in hal.get("/moderation").text
    assert "I came with my class." in hal.get(f"/moderation/aside/{aside_id}").text

    def answer(by: Visitor, number: int, verdict: str) -> Any:
        words = {f"{number}-verdict": verdict, f"{number}-words": "We asked the school."}
        return by.post(f"/moderation/aside/{aside_id}/appeals/{number}", words)

    refused = answer(crowd.fay, mine, "grant")
    assert (refused.status_code, "somebody else answers" in refused.text) == (403, True)
    assert answer(hal, mine, "").status_code == 422
    assert answer(hal, mine, "grant").status_code == 303
    assert answer(hal, mine, "leave").status_code == 409
    assert answer(hal, theirs, "leave").status_code == 303
    assert crowd.counts()[crowd.third.id][0] == crowd.before[crowd.third.id][0] + 1
    assert "Your votes here count again" in one.get("/yours").text
    news = other.get("/yours").text
    assert "Your votes here stay set aside" in news
    assert "We asked the school." in news
    assert one.post(path, {"words": "Thank you."}).status_code in {403, 409}
    undo = f"/moderation/actions/{crowd.last_action()}/undo"
    alone = hal.post(undo, {"reason": "mistake"})
    assert (alone.status_code, "takes two people" in alone.text) == (409, True)


def test_one_of_the_two_answers_where_nobody_else_may_and_the_page_says_so(
    crowd: Crowd, visit: Browser
) -> None:
    aside_id = crowd.agreed()
    words = {"words": "I came with my class."}
    visit(crowd.people[0]).post(f"/essays/{crowd.essay.slug}/set-aside/appeal", words)
    mine = crowd.one(select(AsidePerson.id).where(AsidePerson.user_id == crowd.people[0].id))
    said = {f"{mine}-verdict": "leave", f"{mine}-words": "You did not."}
    path = f"/moderation/aside/{aside_id}"
    assert crowd.fay.post(f"{path}/appeals/{mine}", said).status_code == 303
    assert "Nobody else could decide here" in crowd.dee.get(path).text


def test_undoing_is_told_to_the_voters_and_a_waiting_appeal_waits_no_more(
    crowd: Crowd, visit: Browser
) -> None:
    crowd.agreed()
    one = visit(crowd.people[0])
    one.post(f"/essays/{crowd.essay.slug}/set-aside/appeal", {"words": "Why?"})
    undo = f"/moderation/actions/{crowd.one(select(Aside.action_id))}/undo"
    assert crowd.dee.post(undo, {"reason": "mistake"}).status_code == 303
    assert "Your votes here count again" in one.get("/yours").text
    assert "Votes (" not in crowd.dee.get("/moderation").text
    assert "Your votes here count again" in one.get(f"/essays/{crowd.essay.slug}/set-aside").text


def test_who_has_an_interest_neither_undoes_it_nor_answers_an_appeal(
    crowd: Crowd, make: Make, visit: Browser
) -> None:
    hal, writer = (make.user(role="moderator") for _ in range(2))
    make.vote(hal, crowd.first)
    make.vote(crowd.people[0], make.proposal(crowd.essay, writer))
    aside_id = crowd.proposed(crowd.dee, [*crowd.people, hal])
    assert crowd.decide(crowd.fay, aside_id, "agree").status_code == 303
    words = {"words": "I came with my class."}
    visit(crowd.people[0]).post(f"/essays/{crowd.essay.slug}/set-aside/appeal", words)
    mine = crowd.one(select(AsidePerson.id).where(AsidePerson.user_id == crowd.people[0].id))
    said = {f"{mine}-verdict": "grant", f"{mine}-words": "They did."}
    undo = f"/moderation/actions/{crowd.last_action()}/undo"
    kept = crowd.counts()
    for person, why in ((hal, "their own votes"), (writer, "proposal of yours")):
        refused = visit(person).post(f"/moderation/aside/{aside_id}/appeals/{mine}", said)
        assert (refused.status_code, why in refused.text) == (403, True)
        alone = visit(person).post(undo, {"reason": "mistake"})
        assert (alone.status_code, why in alone.text) == (409, True)
    assert crowd.counts() == kept


def test_a_list_of_very_many_people_is_looked_at_too(crowd: Crowd) -> None:
    path = f"/essays/{crowd.essay.slug}/set-aside/new"
    many = " ".join(map(str, range(1, 70_000)))
    page = crowd.dee.post(path, {"rest": many})
    assert page.status_code == 200
    assert page.text.count('name="person"') > 12
    assert crowd.dee.post(path, {**WHY, "rest": many, "sure": "1"}).status_code == 409


def test_somebody_in_a_room_reads_of_it_and_appeals(
    crowd: Crowd, make: Make, visit: Browser
) -> None:
    room = make.room(crowd.essay, make.user(role="facilitator"))
    ana = visit()
    ana.post(f"/room/{room.code}", {"name": "Ana"})
    ana.get(f"/essays/{crowd.essay.slug}")
    ana.post(f"/replies/{crowd.third.id}/vote", {"value": "support"})
    guest = crowd.one(select(RoomPlace.user_id))
    present = {"present": "1", "counted": "At the door."}
    assert crowd.fay.post(f"/rooms/{room.id}/present", present).status_code == 303
    aside_id = crowd.proposed(crowd.dee, [*crowd.people, User(id=guest)])
    assert crowd.decide(crowd.fay, aside_id, "agree").status_code == 303
    path = f"/essays/{crowd.essay.slug}/set-aside"
    assert WHY["note"] in ana.get(path).text
    assert ana.post(f"{path}/appeal", {"words": "I was there."}).status_code == 303
