"""The preview: what is being written, as it will stand, by button and by script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from forum.db import db
from forum.replies.models import Reply
from tests.cast import Make

pytestmark = pytest.mark.one_database

PART = {"Prefer": "return=representation"}
PROPOSAL = {
    "lever": "market",
    "title": "Pay on results",
    "body": "Count **how long** people wait.\nThen pay.",
    "jurisdiction": "municipal",
    "ambition": "replaces",
    "trade_off": "speed against care",
    "evidence": "https://example.org/times",
    "preview": "1",
}
ESSAY = {
    "title": "On queues",
    "summary": "In short",
    "body": "one\ntwo",
    "prompt": "What should change?",
    "byline": "Ada L.",
    "language": "en",
    "preview": "1",
}


def part(answer: Any) -> str:
    """Return the preview by itself, whether a script asked for it or a page has it."""
    shown = str(answer.get_data(as_text=True))
    if "<html" not in shown:
        return shown
    found = re.search(r"<section[^>]*data-preview.*?</section>", shown, re.DOTALL)
    assert found
    return found[0]


def replies(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Reply)) or 0


@pytest.mark.parametrize("headers", [{}, PART], ids=["button", "script"])
def test_a_proposal_is_shown_with_title_tags_and_text(
    app: Flask, make: Make, visit: Any, headers: dict[str, str]
) -> None:
    place = f"/essays/{make.essay().slug}/reply"
    shown = part(visit(make.user("Ben")).post(place, PROPOSAL, headers=headers))
    for words in (
        "Pay on results",
        "Market",
        "Municipal",
        "Replaces the present model",
        "speed against care",
        "<strong>how long</strong> people wait.<br>",
        '<a href="https://example.org/times"',
    ):
        assert words in shown, words
    assert replies(app) == 0


def test_it_reads_as_what_is_published(make: Make, visit: Any) -> None:
    place, ben = f"/essays/{make.essay().slug}/reply", visit(make.user("Ben"))
    shown = part(ben.post(place, PROPOSAL, headers=PART))
    published = ben.post(
        place, {name: said for name, said in PROPOSAL.items() if name != "preview"}
    )
    page = ben.get(published.location).get_data(as_text=True)
    for block in re.findall(
        r"<dl.*?</dl>|<div class=\"words.*?</div>|<ul.*?</ul>", shown, re.DOTALL
    ):
        assert re.sub(r"\s+", " ", block) in re.sub(r"\s+", " ", page)


def test_what_is_wrong_is_left_out_of_it(make: Make, visit: Any) -> None:
    place, ben = f"/essays/{make.essay().slug}/reply", visit(make.user("Ben"))
    odd = {
        **PROPOSAL,
        "lever": "levitation",
        "evidence": "javascript:alert(1)",
        "body": "> " * 40 + "buried",
        "jurisdiction": "lunar",
    }
    answer = ben.post(place, odd, headers=PART)
    shown = part(answer)
    assert answer.status_code == 200
    for words in ("levitation", "javascript:", "lunar", "buried"):
        assert words not in shown
    assert "Pay on results" in shown
    assert "field-error" in shown, "why the text is not there"


def test_a_title_waits_for_its_lever(make: Make, visit: Any) -> None:
    place, ben = f"/essays/{make.essay().slug}/reply", visit(make.user("Ben"))
    undecided = {"title": "Pay on results", "body": "", "preview": "1"}
    assert "Pay on results" in part(ben.post(place, undecided, headers=PART))
    assert "There is no text to show yet." in part(ben.post(place, undecided, headers=PART))
    comment = part(ben.post(place, {**undecided, "lever": ""}, headers=PART))
    assert "Pay on results" not in comment


def test_comments_edits_and_essays_have_the_same_preview(make: Make, visit: Any) -> None:
    ben, fay = make.user("Ben"), visit(make.user("Fay", role="facilitator"))
    essay = make.essay()
    reply = make.proposal(essay, ben)
    comment = {"stance": "challenge", "body": "one\ntwo", "preview": "1"}
    shown = part(visit(make.user()).post(f"/replies/{reply.id}/comment", comment, headers=PART))
    assert "Challenge" in shown
    assert "<p>one<br>\ntwo</p>" in shown
    edited = visit(ben).post(f"/replies/{reply.id}/edit", PROPOSAL, headers=PART)
    assert "Pay on results" in part(edited)
    for path in ("/essays/new", f"/essays/{essay.slug}/edit"):
        for headers in ({}, PART):
            shown = part(fay.post(path, ESSAY, headers=headers))
            for words in (
                "On queues",
                "In short",
                "What should change?",
                "Ada L.",
                "<p>one\ntwo</p>",
            ):
                assert words in shown, words


FORMS = ["/essays/{slug}/reply", "/replies/{theirs}/comment", "/replies/{mine}/edit"]


@pytest.mark.parametrize(
    "place", [*FORMS, "/essays/new", "/essays/{slug}/edit", "/replies/{theirs}"]
)
def test_the_first_button_of_every_writing_form_is_the_preview(
    make: Make, visit: Any, place: str
) -> None:
    essay, fay = make.essay(), make.user("Fay", role="facilitator")
    mine, theirs = make.proposal(essay, fay), make.proposal(essay)
    path = place.format(slug=essay.slug, mine=mine.id, theirs=theirs.id)
    page = visit(fay).get(path).get_data(as_text=True)
    [form] = [
        each for each in re.findall(r"<form.*?</form>", page, re.DOTALL) if 'name="draft"' in each
    ]
    first = re.findall(r"<button(?![^>]*type=\"button\")[^>]*>", form)[0]
    assert 'name="preview"' in first
