"""Jurisdictions are the site's own: named, ordered, retired and chosen as a set."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from forum.bodies.models import add_body
from forum.db import db
from forum.replies.models import Reply
from forum.settings.jurisdiction_sets import SETS
from tests.cast import Make

PAGE = "/admin/jurisdictions"


def held_on(page: str) -> dict[str, str]:
    """Return what the form on the page holds."""
    fields = re.findall(r"<input[^>]*>", page)
    named = {
        name[1]: (value[1] if (value := re.search(r' value="([^"]*)"', each)) else "y")
        for each in fields
        if (name := re.search(r' name="([a-z]+_\w+)"', each))
        and ('type="checkbox"' not in each or " checked" in each)
    }
    return {name: value for name, value in named.items() if name != "csrf_token"}


def save(visitor: Any, **changes: str | None) -> Any:
    """Send the form with what it holds and these changes; nothing unticks."""
    held = {**held_on(visitor.get(PAGE).get_data(as_text=True)), **changes}
    return visitor.post(PAGE, {name: value for name, value in held.items() if value is not None})


def choices_in(visitor: Any, essay: Any) -> list[str]:
    """Return who can pull a lever, as the form of a proposal offers it."""
    page = visitor.get(f"/essays/{essay.slug}/reply").get_data(as_text=True)
    field = re.search(r'<select[^>]*name="jurisdiction".*?</select>', page, re.DOTALL)
    assert field is not None
    return re.findall(r">([^<>]+)</option>", field[0])


def test_a_site_in_ireland_begins_with_its_own_and_old_proposals_keep_theirs(
    make: Make, visit: Any, ada: Any
) -> None:
    essay, ben = make.essay(), make.user("Ben")
    old = make.proposal(essay, ben, title="Of before", jurisdiction="provincial")
    zed = visit()
    assert "Provincial or territorial" in zed.get(f"/essays/{essay.slug}").text
    assert ada.post(f"{PAGE}/set", {"chosen": "ireland"}).status_code == 303
    offered = choices_in(visit(ben), essay)
    assert offered[1:4] == ["National government", "Regional assembly", "County or city council"]
    assert "Provincial or territorial" not in offered
    page = zed.get(f"/essays/{essay.slug}?jurisdiction=provincial").text
    assert "Of before" in page
    assert page.count("Provincial or territorial") >= 3
    assert 'value="county"' in page
    assert 'value="indigenous"' not in page
    edited = {"lever": "policy", "title": "Said anew", "body": "B", "version": 1}
    answer = visit(ben).post(f"/replies/{old.id}/edit", {**edited, "jurisdiction": "provincial"})
    assert answer.status_code == 303
    sent = visit(ben).post(
        f"/essays/{essay.slug}/reply", {**edited, "body": "C", "jurisdiction": "provincial"}
    )
    assert sent.status_code == 422
    fay = visit(make.user("Fay", role="facilitator"))
    assert ",provincial," in fay.get(f"/essays/{essay.slug}/proposals.csv").text


def test_a_name_is_given_in_each_language_and_kept_pages_say_it_at_once(
    make: Make, visit: Any, ada: Any
) -> None:
    essay = make.essay()
    make.proposal(essay, jurisdiction="municipal")
    zed = visit()
    assert "Municipal" in zed.get(f"/essays/{essay.slug}").text
    assert save(ada, municipal_en="Town & village", municipal_fr="Ville").status_code == 303
    assert "Town &amp; village</span>" in zed.get(f"/essays/{essay.slug}").text
    assert "<span>Ville</span>" in zed.get(f"/essays/{essay.slug}?lang=fr").text
    assert "Town &amp; village" in zed.get("/levers?lang=en").text


def test_one_is_added_moved_and_retired_and_all_of_it_can_be_undone(
    make: Make, visit: Any, ada: Any
) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    before = choices_in(ben, essay)
    assert save(ada, new_slug="school", new_en="School board", place_any="1").status_code == 303
    assert choices_in(ben, essay)[1] == "Any government"
    assert choices_in(ben, essay)[-1] == "School board"
    assert save(ada, used_school=None).status_code == 303
    assert "School board" not in choices_in(ben, essay)
    changes = ada.get("/admin/changes").text
    assert "Any government, National, Provincial or territorial" in changes
    assert ada.post("/admin/changes/1/undo").status_code == 409
    assert ada.post("/admin/changes/2/undo").status_code == 303
    assert "School board" in choices_in(ben, essay)
    assert ada.post("/admin/changes/1/undo").status_code == 303
    assert choices_in(ben, essay) == before


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"new_slug": "fr", "new_en": "France"}, "3 to 12 letters"),
        ({"new_slug": "", "new_en": "France"}, "3 to 12 letters"),
        ({"new_slug": "market", "new_en": "Market"}, "is taken"),
        ({"new_slug": "markets", "new_en": "Markets"}, "is taken"),
        ({"new_slug": "national", "new_en": "Again"}, "is taken"),
        ({"new_slug": "school"}, "at least one language"),
        ({"municipal_en": "", "municipal_fr": ""}, "at least one language"),
        ({"place_any": "many"}, "whole number"),
    ],
)
@pytest.mark.one_database
def test_what_cannot_be_used_is_refused(ada: Any, changes: dict[str, str], said: str) -> None:
    answer = save(ada, **changes)
    assert answer.status_code == 422
    assert said in answer.text


def test_every_set_can_be_begun_with_on_the_command_line(
    app: Flask, runner: FlaskCliRunner
) -> None:
    for name, each in SETS.items():
        said = runner.invoke(args=["jurisdictions", "set", name]).output
        assert [line.split()[0] for line in said.splitlines()] == list(each.listed)
        assert all(re.fullmatch("[a-z]{3,12}", slug) for slug in each.listed)
        assert all({"en", "fr"} <= set(names) for names in each.listed.values())


def test_a_body_of_which_nothing_is_said_can_pull_any_lever(
    app: Flask, make: Make, ada: Any
) -> None:
    assert (
        ada.post(
            "/bodies/new", {"name_en": "Office", "kind": "office", "jurisdiction": ""}
        ).status_code
        == 303
    )
    with app.app_context():
        rows = db.session.execute(text("SELECT jurisdiction FROM bodies")).scalars()
        assert list(rows) == [None]


def test_going_back_leaves_what_the_five_cannot_say_unsaid(app: Flask, make: Make) -> None:
    essay = make.essay()
    with app.app_context():
        app.test_cli_runner().invoke(args=["jurisdictions", "set", "ireland"])
    old, new = make.proposal(essay, jurisdiction="county"), make.proposal(essay, jurisdiction="any")
    with app.app_context():
        add_body({"en": "Council"}, jurisdiction="county")
        db.session.commit()
        db.session.remove()
        try:
            downgrade(revision="0055")
            place = text("SELECT jurisdiction FROM replies ORDER BY id")
            assert list(db.session.scalars(place)) == [None, "any"]
            count = text("SELECT jurisdiction, proposals FROM tallies ORDER BY 1")
            assert [tuple(row) for row in db.session.execute(count)] == [("", 1), ("any", 1)]
            assert list(db.session.scalars(text("SELECT jurisdiction FROM bodies"))) == ["any"]
            db.session.remove()
        finally:
            upgrade()
        names = db.session.scalar(text("SELECT names FROM jurisdictions WHERE slug = 'national'"))
        assert (json.loads(names) if isinstance(names, str) else names)["fr"] == "Fédéral"
        assert db.session.get_one(Reply, old.id).jurisdiction is None
        assert db.session.get_one(Reply, new.id).jurisdiction == "any"
