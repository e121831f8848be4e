"""Cards are kept: whoever looks sees the proposal as it is, and of votes their own alone."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup

from forum.accounts.models import User
from forum.db import db, now
from forum.essays.models import Essay
from forum.replies.filters import Filter
from forum.replies.models import Reply
from forum.web.page_notes import NOTES, PageNotes, changes_at
from forum.web.pieces import KeptPiece, PieceStore, kept_as, parts_of
from tests.cast import Make


def card_on(page: str, reply: Reply) -> str:
    """Return the card of a proposal."""
    found = re.search(rf'<article class="card" id="reply-{reply.id}".*?</article>', page, re.DOTALL)
    assert found is not None
    return found[0]


def seen(visitor: Any, essay: Essay, reply: Reply) -> str:
    """Return the card of a proposal as this visitor sees it."""
    return card_on(visitor.get(f"/essays/{essay.slug}").get_data(as_text=True), reply)


def pressed(card: str) -> list[str]:
    """Return the buttons that are pressed."""
    return re.findall(r'data-value="(\w+)" aria-pressed="true"', card)


def test_everyone_sees_their_own_vote_and_nobody_elses(make: Make, visit: Any) -> None:
    essay, ben, cam = make.essay(), make.user("Ben"), make.user("Cam")
    reply = make.proposal(essay, ben)
    make.vote(cam, reply, "oppose")
    ada = make.user("Ada", role="admin")
    make.vote(ada, reply, "neutral")
    for _turn in range(2):
        assert pressed(seen(visit(cam), essay, reply)) == ["oppose"]
        assert pressed(seen(visit(ada), essay, reply)) == ["neutral"]
        assert pressed(seen(visit(make.user()), essay, reply)) == []
        assert pressed(seen(visit(), essay, reply)) == []
        own = seen(visit(ben), essay, reply)
        assert "This is your proposal. Others vote on it." in own
        assert "<button" not in own


def test_a_vote_of_an_earlier_version_is_told_to_its_owner_alone(make: Make, visit: Any) -> None:
    essay, cam, zoe = make.essay(), make.user("Cam"), make.user("Zoe")
    reply = make.proposal(essay)
    make.vote(cam, reply)
    make.edit(reply, title="Publish them every week")
    make.vote(zoe, reply)
    for _turn in range(2):
        assert "You voted on version 1" in seen(visit(cam), essay, reply)
        assert "You voted on version" not in seen(visit(zoe), essay, reply)


def test_shortlists_stand_on_cards_of_those_who_make_them(make: Make, visit: Any) -> None:
    essay, fay = make.essay(), make.user("Fay", role="facilitator")
    reply = make.proposal(essay)
    make.shortlist(fay, reply, essay=essay, name="For the minister of queues")
    for _turn in range(2):
        assert "minister of queues" in seen(visit(fay), essay, reply)
        assert "Shortlist" not in seen(visit(make.user("Ben")), essay, reply)


def test_who_is_suspended_is_told_so_beside_a_card_that_others_have_buttons_on(
    make: Make, visit: Any
) -> None:
    essay, reply = make.essay(), None
    reply = make.proposal(essay)
    gil = make.user("Gil", suspended_until=now() + timedelta(days=3))
    assert "<button" in seen(visit(make.user()), essay, reply)
    assert "<button" not in seen(visit(gil), essay, reply)
    assert "suspended" in seen(visit(gil), essay, reply)


def test_what_a_card_stands_on_shows_at_once(app: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    reply, zed = make.proposal(essay, ben, title="Publish the times"), visit(make.user("Zed"))

    def shown() -> str:
        return seen(zed, essay, reply)

    assert "Publish the times" in shown()
    make.edit(reply, title="Publish them all")
    assert "Publish them all" in shown()
    assert "version 2" in shown()
    make.vote(make.user(), reply)
    assert "Support</span> <b>1</b>" in shown() or "Support <b>1</b>" in shown()
    make.comment(reply)
    assert "1 comment" in shown()
    make.decide("feature", reply, make.user("Dee", role="moderator"), reason="other")
    assert "Featured" in shown()
    with app.app_context():
        db.session.get_one(User, ben.id).name = "Benedict"
        db.session.commit()
    assert "Benedict" in shown()
    page = zed.get(f"/essays/{essay.slug}?lang=fr").get_data(as_text=True)
    assert "1 commentaire" in card_on(page, reply)


def test_a_rank_moves_though_its_card_does_not_change(make: Make, visit: Any) -> None:
    essay, zed = make.essay(), visit(make.user("Zed"))
    reply = make.proposal(essay, support=1)
    assert "Rank</span> 1</p>" in seen(zed, essay, reply)
    make.proposal(essay, support=5)
    assert "Rank</span> 2</p>" in seen(zed, essay, reply)


def test_a_piece_is_made_anew_when_the_clock_would_change_its_words(app: Flask) -> None:
    made: list[int] = []

    def write(seconds: float) -> Markup:
        made.append(1)
        changes_at(now() + timedelta(seconds=seconds))
        return Markup("some time ago")

    with app.test_request_context():
        for _time in range(2):
            parts_of(("long", 1), lambda: write(1_000))
        assert len(made) == 1
        piece = next(iter(app.extensions["pieces"].pieces.items()))
        app.extensions["pieces"].put(piece[0], KeptPiece(piece[1].parts, (), 1.0, 100))
        parts_of(("long", 1), lambda: write(1_000))
    assert len(made) == 2


def test_a_page_of_kept_pieces_lasts_as_long_as_the_shortest_of_them(app: Flask) -> None:
    soon = now() + timedelta(seconds=60)

    def write() -> Markup:
        changes_at(soon)
        return Markup("a minute ago")

    for _time in range(2):
        with app.test_request_context() as context:
            notes = context.request.environ[NOTES] = PageNotes()
            parts_of(("soon",), write)
            assert notes.until == pytest.approx(soon.timestamp())


def test_what_the_clock_changes_while_a_page_is_made_is_right_no_longer(app: Flask) -> None:
    began = now().timestamp() - 2
    with app.test_request_context() as context:
        notes = context.request.environ[NOTES] = PageNotes(began=began)
        changes_at(now() - timedelta(seconds=3))
        assert notes.until == math.inf, "it was over when the page began, which says so"
        changes_at(now() - timedelta(seconds=1))
        assert began < notes.until < now().timestamp()


def test_pieces_take_no_more_room_than_they_are_given() -> None:
    store = PieceStore(5_000)
    for number in range(100):
        store.put(number, KeptPiece((Markup("x"),), (), 4e9, 1_000))
    assert store.size <= 5_000
    assert [number for number in range(100) if store.get(number)] == [95, 96, 97, 98, 99]


def test_pieces_that_are_used_outlive_those_that_are_not() -> None:
    store = PieceStore(5_000)
    for number in range(100):
        store.put(number, KeptPiece((Markup("x"),), (), 4e9, 1_000))
        assert store.get(0), "it is asked for again and again"
    assert [number for number in range(100) if number in store.pieces] == [0, 96, 97, 98, 99]
    store.put("larger than all there is room for", KeptPiece((Markup("x"),), (), 4e9, 9_000))
    assert list(store.pieces) == [0], "what has no room makes none"
    assert store.size == 1_000


def test_a_kept_filter_holds_none_of_the_proposals_that_it_found(
    app: Flask, make: Make, visit: Any
) -> None:
    proposal = make.proposal(make.essay())
    assert visit().get(f"/essays/{proposal.essay.slug}?q={proposal.title}").status_code == 200
    keys = [part for key in app.extensions["pieces"].pieces for part in key]
    filters = [part for part in keys if isinstance(part, Filter)]
    assert filters
    assert not any(each.held for each in filters)


def test_a_piece_stands_on_no_row_that_may_change(app: Flask, make: Make) -> None:
    essay = make.essay()
    with app.test_request_context(), pytest.raises(TypeError, match="values"):
        kept_as((essay,), "web/footer")
