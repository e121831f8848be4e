"""What proposals are tagged with: one register, and tags of which nothing was said."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from forum.db import db
from forum.replies.models import Reply
from forum.replies.tags import FURTHER_TAGS, TAGS, UNSAID
from forum.replies.tallies import Tally
from tests.cast import Make

PROPOSAL = {"lever": "market", "title": "Pay by the visit", "body": "So that people wait less."}


def counts_on(page: Any) -> dict[str, int]:
    """Return the number beside each choice of a page's filter, by name and value."""
    words = page.get_data(as_text=True)
    boxes = re.findall(r'<input type="checkbox" name="(\w+)" value="(\w+)".*?</label>', words, re.S)
    numbers = re.findall(r'<span class="chip-count">([\d,]+)</span>', words)
    assert len(numbers) == len(boxes)
    return {f"{name}={value}": int(n) for (name, value), n in zip(boxes, numbers, strict=True)}


def test_nothing_is_chosen_for_an_author(make: Make, visit: Any, app: Flask) -> None:
    essay, ben = make.essay(), make.user("Ben")
    browser = visit(ben)
    page = browser.get(f"/essays/{essay.slug}/reply").get_data(as_text=True)
    assert '<option selected value="">Not said</option>' in page
    assert re.search(r'<input checked [^>]*name="ambition"[^>]* value="">', page)
    browser.post(f"/essays/{essay.slug}/reply", data=PROPOSAL)
    with app.app_context():
        kept = db.session.scalars(select(Reply)).one()
        assert (kept.lever, kept.jurisdiction, kept.ambition) == ("market", None, None)
        assert kept.assumed == []
    shown = browser.get(f"/replies/{kept.id}").get_data(as_text=True)
    assert shown.count("<dd>Not said</dd>") == 2
    form = browser.get(f"/replies/{kept.id}/edit").get_data(as_text=True)
    assert '<option selected value="">Not said</option>' in form
    browser.post(
        f"/replies/{kept.id}/edit", data={**PROPOSAL, "version": 1, "ambition": "replaces"}
    )
    with app.app_context():
        assert db.session.get_one(Reply, kept.id).ambition == "replaces"


def test_every_choice_of_a_filter_says_how_many_it_leaves(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay, jurisdiction=None)
    make.proposal(essay, jurisdiction="municipal", ambition=None, lever="market")
    make.proposal(essay, jurisdiction="municipal")
    for path in (f"/essays/{essay.slug}", "/proposals", f"/essays/{essay.slug}/landscape"):
        counts = counts_on(visit().get(f"{path}?jurisdiction=municipal"))
        assert counts["jurisdiction=municipal"] == 2
        assert counts["jurisdiction=unsaid"] == 1
        assert counts["ambition=unsaid"] == 1
        assert counts["ambition=improves"] == 1
        assert (counts["lever=market"], counts["lever=policy"]) == (1, 1)
        assert set(counts) >= {f"{t.name}={each.value}" for t in TAGS for each in t.options}


def test_what_was_not_said_can_be_looked_for(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay, title="Form of nobody", jurisdiction=None)
    make.proposal(essay, title="Form of the town", jurisdiction="municipal", ambition=None)
    make.proposal(essay, title="Form of the nation", jurisdiction="national", ambition="replaces")
    make.comment(essay, body="A form is a form.")
    zed = visit()

    def titles(path: str) -> set[str]:
        return set(re.findall(r"Form of (?:\w+ )?\w+", re.sub(r"<[^>]+>", "", zed.get(path).text)))

    for path in (f"/essays/{essay.slug}?", "/proposals?", "/search?q=form&"):
        assert titles(f"{path}jurisdiction=unsaid") == {"Form of nobody"}
        both = titles(f"{path}jurisdiction=unsaid&jurisdiction=municipal")
        assert both == {"Form of nobody", "Form of the town"}
        assert titles(f"{path}ambition=unsaid&ambition=replaces") == {
            "Form of the town",
            "Form of the nation",
        }
        assert titles(f"{path}ambition=unsaid&jurisdiction=unsaid") == set()
    said = zed.get(f"/essays/{essay.slug}?jurisdiction=unsaid&jurisdiction=municipal").text
    assert "Who can pull it: Municipal, Not said" in said


def test_what_was_not_said_is_nothing_in_files(make: Make, visit: Any) -> None:
    essay, fay = make.essay(), visit(make.user("Fay", role="facilitator"))
    make.proposal(essay, jurisdiction=None, ambition="improves")
    address = f"/essays/{essay.slug}/proposals"
    (row,) = csv.DictReader(io.StringIO(fay.get(f"{address}.csv").data.decode("utf-8-sig")))
    assert (row["jurisdiction"], row["ambition"], row["assumed"]) == ("", "improves", "")
    (told,) = json.loads(fay.get(f"{address}.json").data)["proposals"]
    assert (told["jurisdiction"], told["ambition"], told["assumed"]) == (None, "improves", [])
    assert "Who can pull it: Not said" in fay.get(f"{address}.md").text
    assert fay.get(f"{address}.docx").status_code == fay.get(f"{address}.pdf").status_code == 200
    assert fay.get(f"{address}.csv?jurisdiction=unsaid").data.count(b"\r\n") == 2


def test_a_moderator_can_say_what_nobody_said_and_take_it_back(
    make: Make, visit: Any, app: Flask
) -> None:
    reply, dee = make.proposal(make.essay(), jurisdiction=None), make.user("Dee", role="moderator")
    browser = visit(dee)
    for place in ("municipal", ""):
        tags = {"lever": "policy", "jurisdiction": place, "ambition": "improves"}
        browser.post(f"/moderation/{reply.id}/retag", data={**tags, "reason": "mistake"})
        with app.app_context():
            assert db.session.get_one(Reply, reply.id).jurisdiction == (place or None)
            tally = db.session.scalars(select(Tally).where(Tally.proposals > 0)).one()
            assert tally.jurisdiction == place


def test_the_form_of_former_days_is_remembered(app: Flask, make: Make, visit: Any) -> None:
    """Values that the form once had chosen are kept, and exports say that nobody may have."""
    essay = make.essay()
    old = make.proposal(essay, jurisdiction="any", ambition="improves")
    sure = make.proposal(essay, jurisdiction="municipal", ambition="replaces")
    half = make.proposal(essay, jurisdiction="municipal", ambition="improves")
    unsaid = make.proposal(essay, jurisdiction=None, ambition=None)
    with app.app_context():
        db.session.remove()
        downgrade(revision="0013")
        downgrade(revision="-1")
        row = text("SELECT jurisdiction, ambition FROM replies WHERE id = :id")
        with db.engine.connect() as connection:
            found = connection.execute(row, {"id": unsaid.id}).one()
            tallied = connection.execute(
                text("SELECT jurisdiction, ambition, proposals FROM tallies ORDER BY 1, 2")
            ).all()
        assert tuple(found) == ("any", "improves")
        assert list(map(tuple, tallied)) == [
            ("any", "improves", 2),
            ("municipal", "improves", 1),
            ("municipal", "replaces", 1),
        ]
        with pytest.raises(IntegrityError), db.engine.begin() as connection:
            connection.execute(
                text("UPDATE replies SET jurisdiction = NULL WHERE id = :id"), {"id": old.id}
            )
        upgrade()
        assumed = {each.id: each.assumed for each in db.session.scalars(select(Reply))}
        assert assumed == {
            old.id: ["jurisdiction", "ambition"],
            sure.id: [],
            half.id: ["ambition"],
            unsaid.id: ["jurisdiction", "ambition"],
        }
        db.session.get_one(Reply, sure.id).jurisdiction = None
        db.session.commit()
    fay = visit(make.user("Fay", role="facilitator"))
    told = json.loads(fay.get(f"/essays/{essay.slug}/proposals.json").data)["proposals"]
    assert {row["id"]: row["assumed"] for row in told} == assumed
    words = fay.get(f"/essays/{essay.slug}/proposals.md").text
    assert "Municipal · Improves the present model (perhaps not chosen)" in words


def test_choosing_a_tag_ends_the_doubt_about_it(app: Flask, make: Make, visit: Any) -> None:
    ben, dee = make.user("Ben"), make.user("Dee", role="moderator")
    reply = make.proposal(make.essay(), ben, jurisdiction="any", ambition="improves")

    def assumed(*names: str) -> list[str]:
        with app.app_context():
            kept = db.session.get_one(Reply, reply.id)
            if names:
                kept.assumed = list(names)
                db.session.commit()
            return kept.assumed

    assumed("jurisdiction", "ambition")
    words = {**PROPOSAL, "version": 1, "jurisdiction": "national", "ambition": "improves"}
    visit(ben).post(f"/replies/{reply.id}/edit", data=words)
    assert assumed() == ["ambition"]
    tags = {"lever": "market", "jurisdiction": "national", "ambition": "improves"}
    visit(dee).post(f"/moderation/{reply.id}/retag", data={**tags, "reason": "mistake"})
    assert assumed() == []


def test_every_further_tag_may_stay_unsaid() -> None:
    assert all(tag.unsaid and UNSAID not in tag for tag in FURTHER_TAGS)
