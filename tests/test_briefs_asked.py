"""A brief that can be handed on: it quotes nobody unasked, and says what was asked of whom."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from forum.accounts.models import User
from forum.briefs.models import BriefDraft, ShortlistItem
from forum.briefs.published import shown, with_words
from forum.db import db, now
from forum.replies.models import Reply
from tests.cast import Make
from tests.tables import readable
from tests.test_briefs import files, publish, seen, text_of


@pytest.fixture
def fay(make: Make) -> User:
    """Fay, who facilitates."""
    return make.user("Fay", role="facilitator")


def comments_of(make: Make, proposal: Reply) -> tuple[Reply, Reply, Reply]:
    """Make three comments: one fit to be quoted, an insult, and a challenge."""
    ben = make.user("Ben")
    return (
        make.comment(proposal, ben, body="It worked in the north."),
        make.comment(proposal, body="You live at 12 Elm Street, you fool."),
        make.comment(proposal, stance="challenge", body="Who would pay?"),
    )


def item_of(app: Flask, shortlist_id: int) -> int:
    with app.app_context():
        query = select(ShortlistItem.id).where(ShortlistItem.shortlist_id == shortlist_id)
        return db.session.scalars(query).one()


def brief_of(app: Flask, draft: BriefDraft) -> Any:
    with app.app_context():
        return db.session.get_one(BriefDraft, draft.id).brief


def supports(app: Flask, path: str) -> list[int]:
    """Return the votes for each proposal on a shortlist, in its order."""
    with app.app_context():
        query = (
            select(Reply.support)
            .join(ShortlistItem, ShortlistItem.reply_id == Reply.id)
            .where(ShortlistItem.shortlist_id == int(path.rpartition("/")[2]))
            .order_by(ShortlistItem.position)
        )
        return list(db.session.scalars(query))


def test_the_program_quotes_nobody(make: Make, visit: Any, fay: User) -> None:
    essay = make.essay("The queue")
    proposal = make.proposal(essay, support=3)
    comments_of(make, proposal)
    page = visit(fay)
    for source in (make.shortlist(fay, proposal, essay=essay), essay):
        brief = make.brief(fay, source)
        written: dict[str, Any] = {
            **files(page, brief),
            "page": text_of(page, f"/briefs/{brief.reference}"),
        }
        for extension, data in written.items():
            words = data if isinstance(data, str) else readable(extension, data)
            for said in ("Elm Street", "in the north", "Who would pay"):
                assert said not in words, extension


def test_comments_stand_in_a_brief_only_once_picked_one_by_one(
    make: Make, visit: Any, fay: User
) -> None:
    essay = make.essay()
    proposal = make.proposal(essay, support=3)
    good, insult, challenge = comments_of(make, proposal)
    made, page = make.shortlist(fay, proposal, essay=essay), visit(fay)
    item = f"/shortlists/{made.id}/items/{item_of(make.app, made.id)}"
    assert "none quoted" in text_of(page, f"/shortlists/{made.id}")
    listed = text_of(page, f"{item}/comments")
    assert all(words in listed for words in ("Elm Street", "in the north", "Who would pay"))
    for comment in (insult, good, challenge):
        assert page.post(f"{item}/quote", {"comment": str(comment.id)}).status_code == 303
    assert page.post(f"{item}/unquote", {"comment": str(challenge.id)}).status_code == 303
    draft = make.draft(fay, made)
    assert publish(page, draft).status_code == 303
    for extension, data in files(page, brief_of(make.app, draft)).items():
        words = " ".join(readable(extension, data).split())
        assert "Elm Street" not in words, "one of each stance, and the last picked stays"
        assert "Who would pay" not in words
        assert "It worked in the north." in words, extension
        assert "picked one by one: Fay" in words, "the files say who picked"


def test_only_comments_of_the_proposal_that_are_shown_can_be_quoted(
    make: Make, visit: Any, fay: User
) -> None:
    essay = make.essay()
    proposal, other = make.proposal(essay), make.proposal(essay)
    made, page = make.shortlist(fay, proposal), visit(fay)
    item = f"/shortlists/{made.id}/items/{item_of(make.app, made.id)}"
    elsewhere = make.comment(other)
    neither = make.comment(proposal, stance="question")
    hidden = make.comment(proposal, status="hidden")
    assert page.post(f"{item}/quote", {"comment": str(elsewhere.id)}).status_code == 409
    assert page.post(f"{item}/quote", {"comment": str(neither.id)}).status_code == 409
    assert page.post(f"{item}/quote", {"comment": str(hidden.id)}).status_code in {403, 404, 410}
    assert page.post(f"{item}/quote", {"comment": ""}).status_code == 422
    assert "none quoted" in text_of(page, f"/shortlists/{made.id}")


def test_a_comment_hidden_since_it_was_picked_is_left_out(
    make: Make, visit: Any, fay: User
) -> None:
    proposal = make.proposal(make.essay())
    good, _insult, _challenge = comments_of(make, proposal)
    made, page = make.shortlist(fay, proposal), visit(fay)
    make.quote(fay, made, good)
    draft = make.draft(fay, made)
    mark = seen(page, draft)
    make.decide("hide", good, make.user("Dee", role="moderator"))
    answer = page.post(f"/briefs/drafts/{draft.id}/publish", {"seen": mark})
    assert answer.status_code == 409, "what was read is not what would be published"
    assert "in the north" not in answer.get_data(as_text=True)


def test_the_preview_lists_what_is_reported_or_was_edited_since(
    app: Flask, make: Make, visit: Any, fay: User
) -> None:
    essay = make.essay()
    fine, reported, edited = (make.proposal(essay, title=name) for name in "ABC")
    good, _insult, _challenge = comments_of(make, fine)
    made, page = make.shortlist(fay, fine, reported, edited), visit(fay)
    make.quote(fay, made, good)
    draft = make.draft(fay, made)
    preview = f"/briefs/drafts/{draft.id}/preview"
    assert "Look at these again" not in text_of(page, preview)
    make.report(reported)
    make.report(good)
    with app.app_context():
        db.session.execute(update(Reply).where(Reply.id == edited.id).values(edited_at=now()))
        db.session.commit()
    warned = text_of(page, preview).partition("Look at these again")[2].partition("<form")[0]
    assert warned.count("no moderator has decided yet") == 2
    assert warned.count("edited since it was picked") == 1
    for reply in (reported, edited, good):
        assert f"/replies/{reply.id}/report" in warned, "moderators can be asked to look"
    assert f"/replies/{fine.id}/report" not in warned
    assert page.post(f"/replies/{edited.id}/report", {"reason": "other"}).status_code == 303


@pytest.mark.parametrize("of_shortlist", [True, False])
def test_every_format_says_what_was_asked_of_whom_and_how_it_was_chosen(
    make: Make, visit: Any, fay: User, of_shortlist: bool
) -> None:
    essay = make.essay("The queue", prompt="Which lever would shorten it?")
    chosen = make.proposal(essay, title="Chosen", support=2, oppose=1)
    for _ in range(6):
        make.proposal(essay, support=3, lever="market")
    source = make.shortlist(fay, chosen, essay=essay) if of_shortlist else essay
    draft, page = make.draft(fay, source), visit(fay)
    assert publish(page, draft).status_code == 303
    brief = brief_of(make.app, draft)
    here: dict[str, Any] = {"page": text_of(visit(), f"/briefs/{brief.reference}")}
    for extension, data in {**files(page, brief), **here}.items():
        words = data if isinstance(data, str) else readable(extension, data)
        for said in (
            "Which lever would shorten it?",
            "The queue",
            "Fay",
            "1 of 7 proposals" if of_shortlist else "6 of 7 proposals",
            "21 votes by 21 people",
            "still open",
            "Voters are not confirmed",
            "21 were not asked to confirm anything",
            "picked and put in order by hand: Fay" if of_shortlist else "votes alone",
        ):
            assert said in " ".join(words.split()), (extension, said)


def test_place_is_the_facilitators_and_rank_the_readers(make: Make, visit: Any, fay: User) -> None:
    essay = make.essay("The queue")
    low = make.proposal(essay, title="Low", support=1)
    make.proposal(essay, title="Middle", support=5)
    high = make.proposal(essay, title="High", support=9)
    draft, page = make.draft(fay, make.shortlist(fay, low, high, essay=essay)), visit(fay)
    assert publish(page, draft).status_code == 303
    brief = brief_of(make.app, draft)
    written = files(page, brief)
    rows = json.loads(written["json"])["proposals"]
    placed = [(each["place"], each["rank"], each["ranked"]) for each in rows]
    assert placed == [(1, 3, 3), (2, 1, 3)]
    assert "## 1. Low" in written["md"].decode()
    for extension in ("md", "docx", "pdf"):
        words = " ".join(readable(extension, written[extension]).split())
        assert "Place 1; readers: 3 of 3" in words, extension
    assert written["csv"].splitlines()[1].startswith(b"1,3,3,")
    assert "Readers: 3 of 3" in text_of(visit(), f"/briefs/{brief.reference}")
    plain = page.get(f"/essays/{essay.slug}/proposals.json").get_json()["proposals"]
    assert [(each["place"], each["rank"]) for each in plain] == [(0, 1), (0, 2), (0, 3)]


def test_a_brief_published_before_places_were_kept_is_shown_as_it_was(
    app: Flask, make: Make, fay: User
) -> None:
    brief = make.brief(fay, make.shortlist(fay, make.proposal(make.essay())))
    with app.test_request_context():
        kept = with_words(brief)
        db.session.expunge(kept)
        former = {name.replace("quoted_", "strongest_"): v for name, v in kept.rows[0].items()}
        kept.rows = [{name: v for name, v in former.items() if name not in {"place", "ranked"}}]
        row = shown(kept)[0].row
        assert (row["place"], row["rank"], row["ranked"]) == (0, 1, 0)


def test_a_shortlist_takes_the_first_ten_at_once(make: Make, visit: Any, fay: User) -> None:
    essay, page = make.essay("The queue"), visit(fay)
    for support in range(12):
        make.proposal(essay, support=support, lever=("policy", "market")[support % 2])
    assert page.post(f"/essays/{essay.slug}/close", {"reason": ""}).status_code == 303
    closed = text_of(page, f"/essays/{essay.slug}")
    assert f"/shortlists?essay={essay.slug}" in closed, "closing offers to make a brief"
    form = text_of(page, f"/shortlists?essay={essay.slug}")
    assert 'value="The queue"' in form
    words = {"name": "The queue", "essay": essay.slug, "take": "all", "number": "10"}
    made = page.post("/shortlists", words).location
    assert supports(make.app, made) == list(range(11, 1, -1))
    each = {"name": "Of each", "essay": essay.slug, "take": "lever", "number": "2"}
    assert supports(make.app, page.post("/shortlists", each).location) == [11, 10, 9, 8]
    more = page.post(f"{made}/first", {"take": "all", "number": "11"})
    assert more.status_code == 303
    assert supports(make.app, made) == list(range(11, 0, -1)), "those on it stay where they are"
    none = {"name": "No essay", "essay": "", "take": "all", "number": "3"}
    assert page.post("/shortlists", none).status_code == 422


def test_picking_answers_a_script_with_the_button_as_it_is_then(
    make: Make, visit: Any, fay: User
) -> None:
    proposal, page = make.proposal(make.essay()), visit(fay)
    made = make.shortlist(fay, name="For the minister")
    sent = {"reply": str(proposal.id)}
    answer = page.post(f"/shortlists/{made.id}/pick", sent, headers={"Accept": "application/json"})
    assert answer.status_code == 200
    said = answer.get_json()
    assert "For the minister" in said["said"]
    assert "Shortlisted once" in said["html"]
    assert f"/shortlists/{made.id}" in said["html"]
