"""Answering: proposals and comments, edits with their history, and words that are never lost."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forum.db import db
from forum.replies.models import Reply
from forum.replies.tallies import Tally
from forum.replies.versions import versions_of
from forum.words.language_of import language_of
from forum.words.text import fold
from tests.cast import Make
from tests.rows import number_of

PROPOSAL = {
    "lever": "regulatory",
    "title": "Every form states how long it takes",
    "body": "A form says **how many minutes** it takes.",
    "jurisdiction": "provincial",
    "ambition": "improves",
    "trade_off": "completeness against effort",
    "evidence": "https://example.org/a\nhttps://example.org/b",
}


def only_reply(app: Flask) -> Reply:
    with app.app_context():
        return db.session.scalars(select(Reply).order_by(Reply.id.desc())).first()  # type: ignore[return-value]


def test_ben_proposes(app: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    answer = visit(ben).post(f"/essays/{essay.slug}/reply", PROPOSAL)
    reply = only_reply(app)
    assert answer.status_code == 303
    assert answer.location == f"/replies/{reply.id}#reply-{reply.id}"
    assert (reply.lever, reply.jurisdiction, reply.ambition) == (
        "regulatory",
        "provincial",
        "improves",
    )
    assert reply.evidence == ["https://example.org/a", "https://example.org/b"]
    assert "<strong>how many minutes</strong>" in reply.body_html
    page = visit().get(f"/replies/{reply.id}").get_data(as_text=True)
    for words in (
        PROPOSAL["title"],
        "how many minutes",
        PROPOSAL["trade_off"],
        "example.org/b",
        "Ben",
    ):
        assert words in page
    assert PROPOSAL["title"] in visit().get(f"/essays/{essay.slug}").get_data(as_text=True)


def test_a_lever_that_was_forgotten_is_asked_for(app: Flask, make: Make, visit: Any) -> None:
    """Someone who wrote a proposal's sentence and chose nothing did not mean a comment."""
    essay, ben = make.essay(), make.user("Ben")
    words = {name: said for name, said in PROPOSAL.items() if name != "lever"}
    answer = visit(ben).post(f"/essays/{essay.slug}/reply", words)
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert "Choose a lever, or none for a comment." in page
    assert words["title"] in page
    assert number_of(app, Reply) == 0


def test_without_a_lever_it_is_a_comment(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    data = {**PROPOSAL, "lever": ""}
    assert visit(make.user()).post(f"/essays/{essay.slug}/reply", data).status_code == 303
    reply = only_reply(app)
    assert reply.lever is None
    assert reply.title is None
    assert "how many minutes" in visit().get(f"/essays/{essay.slug}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"body": "  "}, "body"),
        ({"body": "x" * 10_001}, "body"),
        ({"body": "a\u202eb"}, "body"),
        ({"lever": "magic"}, "lever"),
        ({"jurisdiction": "galactic"}, "jurisdiction"),
        ({"ambition": "none"}, "ambition"),
        ({"evidence": "javascript:alert(1)"}, "evidence"),
        ({"evidence": "\n".join(f"https://example.org/{n}" for n in range(11))}, "evidence"),
        ({"trade_off": "x" * 301}, "trade_off"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field_and_nothing_typed_is_lost(
    app: Flask, make: Make, visit: Any, change: dict[str, str], named: str
) -> None:
    essay = make.essay()
    data = {**PROPOSAL, **change}
    answer = visit(make.user()).post(f"/essays/{essay.slug}/reply", data)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert f'id="{named}-error"' in page
    assert number_of(app, Reply) == 0
    for name, value in data.items():
        if name in {"body", "title", "trade_off"} and value.strip() and "\u202e" not in value:
            assert value in page, f"{name} is lost"


def test_a_preview_stores_nothing(app: Flask, make: Make, visit: Any) -> None:
    essay = make.essay()
    answer = visit(make.user()).post(f"/essays/{essay.slug}/reply", {**PROPOSAL, "preview": "1"})
    assert answer.status_code == 200
    assert "<strong>how many minutes</strong>" in answer.get_data(as_text=True)
    assert number_of(app, Reply) == 0


def test_the_same_words_twice_are_one_reply(app: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    first = ben.post(f"/essays/{essay.slug}/reply", PROPOSAL)
    second = ben.post(f"/essays/{essay.slug}/reply", PROPOSAL)
    assert first.location == second.location
    assert number_of(app, Reply) == 1
    assert visit(make.user()).post(f"/essays/{essay.slug}/reply", PROPOSAL).status_code == 303
    assert number_of(app, Reply) == 2


def test_a_session_that_ended_costs_no_words(app: Flask, make: Make, visit: Any) -> None:
    essay, ben = make.essay(), make.user("Ben")
    zed = visit()
    answer = zed.post(f"/essays/{essay.slug}/reply", PROPOSAL)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "how many minutes" in page
    kept = re.search(r'name="kept"[^>]*value="([^"]*)"', page)
    assert kept
    import html

    answer = zed.post(
        "/sign-in",
        {
            "email": ben.email,
            "password": make.PASSWORD,
            "kept": html.unescape(kept[1]),
            "next": f"/essays/{essay.slug}/reply",
        },
    )
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert PROPOSAL["body"] in page
    assert f'action="/essays/{essay.slug}/reply"' in page


def test_an_expired_page_costs_no_words(make: Make, visit: Any) -> None:
    essay = make.essay()
    ben = visit(make.user("Ben"))
    answer = ben.post(f"/essays/{essay.slug}/reply", {**PROPOSAL, "csrf_token": "stale"})
    assert answer.status_code == 400
    assert PROPOSAL["body"] in answer.get_data(as_text=True)


def test_another_sites_form_is_not_shown_back(make: Make, visit: Any) -> None:
    essay = make.essay()
    ben = visit(make.user("Ben"))
    answer = ben.client.post(
        f"/essays/{essay.slug}/reply", data=PROPOSAL, headers={"Origin": "https://evil.example"}
    )
    assert answer.status_code == 400
    assert "how many minutes" not in answer.get_data(as_text=True)


def test_an_edit_keeps_every_version_and_tells_the_voters(
    app: Flask, make: Make, visit: Any
) -> None:
    essay, ben, cam = make.essay(), make.user("Ben"), make.user("Cam")
    reply = make.proposal(essay, ben, title="Wait less", body="Old words here.")
    make.vote(cam, reply)
    edited = {**PROPOSAL, "title": "Wait less", "body": "New words here.", "note": "Clearer."}
    assert visit(ben).post(f"/replies/{reply.id}/edit", edited).status_code == 303
    now = make.fresh(reply)
    assert now.version == 2
    assert now.support == 1
    with app.app_context():
        assert [version.content["body"] for version in versions_of(now)] == [
            "New words here.",
            "Old words here.",
        ]
    history = visit().get(f"/replies/{reply.id}/history").get_data(as_text=True)
    assert "<del>Old</del><ins>New</ins> words here." in history
    assert "Clearer." in history
    for path in (f"/replies/{reply.id}", f"/essays/{essay.slug}"):
        page = visit(cam).get(path).get_data(as_text=True)
        assert "You voted on version 1" in page, "the voter is told which version they voted on"
    make.vote(cam, reply)
    assert "You voted on version 1" not in visit(cam).get(f"/replies/{reply.id}").get_data(
        as_text=True
    )


def test_an_edit_that_changes_nothing_is_no_version(make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben, title="Same", body="Same body.")
    same = {
        "lever": "policy",
        "title": "Same",
        "body": "Same body.",
        "jurisdiction": "any",
        "ambition": "improves",
    }
    visit(ben).post(f"/replies/{reply.id}/edit", same)
    assert make.fresh(reply).version == 1


def test_an_edit_moves_the_tally(app: Flask, make: Make, visit: Any) -> None:
    ben = make.user("Ben")
    reply = make.proposal(make.essay(), ben)
    visit(ben).post(f"/replies/{reply.id}/edit", PROPOSAL)
    with app.app_context():
        tallies = db.session.scalars(select(Tally).where(Tally.proposals != 0)).all()
    assert [(each.lever, each.jurisdiction, each.proposals) for each in tallies] == [
        ("regulatory", "provincial", 1)
    ]


def test_only_the_author_edits(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    for who in (
        make.user("Cam"),
        make.user("Dee", role="moderator"),
        make.user("Ada", role="admin"),
    ):
        assert visit(who).post(f"/replies/{reply.id}/edit", PROPOSAL).status_code == 403
    assert make.fresh(reply).version == 1


@pytest.mark.parametrize("stance", ["support", "challenge", "refine", "evidence", "question"])
def test_a_comment_takes_a_stance(app: Flask, make: Make, visit: Any, stance: str) -> None:
    reply = make.proposal(make.essay())
    cam = visit(make.user("Cam"))
    answer = cam.post(f"/replies/{reply.id}/comment", {"stance": stance, "body": "It would."})
    assert answer.status_code == 303
    comment = only_reply(app)
    assert (comment.stance, comment.thread_id) == (stance, reply.id)
    assert make.fresh(reply).comments == 1
    assert answer.location.endswith(f"#reply-{comment.id}")
    page = visit().get(f"/replies/{comment.id}").get_data(as_text=True)
    assert "It would." in page
    assert f'id="reply-{comment.id}"' in page


def test_a_comment_on_a_proposal_needs_a_stance(make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    answer = visit(make.user()).post(f"/replies/{reply.id}/comment", {"body": "It would."})
    assert answer.status_code == 422
    assert "It would." in answer.get_data(as_text=True)


def test_a_comment_can_be_answered(app: Flask, make: Make, visit: Any) -> None:
    reply = make.proposal(make.essay())
    comment = make.comment(reply)
    answer = visit(make.user()).post(f"/replies/{comment.id}/comment", {"body": "And yet."})
    assert answer.status_code == 303
    found = only_reply(app)
    assert (found.parent_id, found.thread_id) == (comment.id, reply.id)
    assert make.fresh(reply).comments == 2


@pytest.mark.parametrize("state", ["closed", "draft"])
def test_a_discussion_that_is_not_open_takes_nothing(make: Make, visit: Any, state: str) -> None:
    essay = make.essay(state=state)
    answer = visit(make.user("Fay", role="facilitator")).post(
        f"/essays/{essay.slug}/reply", PROPOSAL
    )
    assert answer.status_code == 403
    assert "how many minutes" in answer.get_data(as_text=True)


def test_the_database_itself_refuses_half_a_proposal(app: Flask, make: Make) -> None:
    reply = make.proposal(make.essay())
    with app.app_context(), pytest.raises(IntegrityError):
        db.session.execute(
            Reply.__table__.update().where(Reply.id == reply.id).values(lever=None)  # type: ignore[attr-defined]
        )


@pytest.mark.parametrize("path", ["/replies/999", f"/replies/{2**63}", "/replies/0", "/replies/x"])
def test_an_unknown_reply_is_no_page(make: Make, visit: Any, path: str) -> None:
    assert visit().get(path).status_code == 404


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("The office should publish what it knows of the delays.", "en"),
        ("Que les bureaux publient leurs délais, comme l’a dit la ministre.", "fr"),
        ("L’État publie les règles qu’il applique.", "fr"),
        ("Publier", "?"),
        ("", "?"),
        ("Le premier ministre: the first minister of the state is not le roi de la ville.", "?"),
        ("Die Stadt veröffentlicht die Fristen.", "?"),
    ],
)
def test_small_words_tell_the_language_of_a_text(words: str, language: str) -> None:
    assert language_of(fold(words), "?") == language


def test_a_reply_is_in_its_own_language(make: Make, visit: Any) -> None:
    """A voice reads what was written in French by French rules, under an English essay too."""
    essay = make.essay("The queue")
    ben = make.user("Ben")
    visitor = visit(ben)
    sent = {
        "lever": "policy",
        "jurisdiction": "any",
        "ambition": "improves",
        "title": "Rendre publics les délais",
        "body": "Que les bureaux disent leurs délais.",
    }
    where = visitor.post(f"/essays/{essay.slug}/reply", sent).location.partition("#")[0]
    shown = visitor.get(where).get_data(as_text=True)
    assert re.search(r'<h1[^>]* lang="fr"[^>]*>Rendre publics', shown)
    sent |= {"title": "Make the delays public", "body": "The offices say how long it takes."}
    assert visitor.post(f"{where}/edit", {**sent, "version": "1"}).status_code == 303
    assert not re.search(r'<h1[^>]* lang="fr"', visitor.get(where).get_data(as_text=True))


def test_what_can_be_mended_is_mended_and_the_page_says_so_once(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    pasted = {**PROPOSAL, "title": "Open\x07 offices", "body": "One\x0btwo\u2028three\x00\x01."}
    answer = ben.post(f"/essays/{essay.slug}/reply", pasted)
    assert answer.status_code == 303
    page = ben.get(answer.location).get_data(as_text=True)
    assert "One<br>\ntwo<br>\nthree." in page
    assert "Open offices" in page
    assert page.count("Characters that cannot be shown were left out") == 1
    assert "left out of what" not in ben.get(answer.location).get_data(as_text=True)


def test_what_changes_the_meaning_is_refused_with_its_line(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    turned = {**PROPOSAL, "body": "One\ntwo \u202eeerht"}
    answer = ben.post(f"/essays/{essay.slug}/reply", turned)
    assert answer.status_code == 422
    assert "Line 2 contains a character that turns" in answer.get_data(as_text=True)


def test_what_is_too_tangled_as_it_is_typed_is_said_beside_the_field(
    make: Make, visit: Any
) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    tangled = {**PROPOSAL, "body": "    " + "> " * 40 + "deep"}
    assert ben.post(f"/essays/{essay.slug}/reply", tangled).status_code == 422
