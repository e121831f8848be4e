"""A county in Ireland sets the site up by its pages alone, with no file of code touched."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from forum.accounts.codes import sample_code
from forum.mail.letters import words_of
from forum.web import dates
from tests.cast import Make
from tests.test_site_settings import picture, send


def settle(ada: Any) -> None:
    """Make the site that of a county in Ireland."""
    told = {
        "site_name": "Clare County Council",
        "accent": "#005385",
        "contact": "hello@clare.example",
        "time_zone": "Europe/Dublin",
        "logo": (BytesIO(picture()), "logo.png"),
    }
    assert send(ada, **told).status_code == 303
    levers = {"lever_regulatory_meaning_en": "A by-law <b>changes</b>.",
              "lever_regulatory_example_en": "Let a parade close the quay."}  # fmt: skip
    assert ada.post("/admin/levers", levers).status_code == 303
    assert ada.post("/admin/jurisdictions/set", {"chosen": "ireland"}).status_code == 303


def test_pages_letters_files_briefs_and_feeds_are_the_countys(
    app: Flask, make: Make, visit: Any, ada: Any
) -> None:
    essay, fay = make.essay(open_data=True), make.user("Fay", role="facilitator")
    zed, ben = visit(), visit(make.user("Ben"))
    path = f"/essays/{essay.slug}"
    for page in ("/", path, "/levers"):
        zed.get(page)  # so that they are kept
    settle(ada)
    make.proposal(essay, title="Pave it", support=9, jurisdiction="county", lever="regulatory")
    home, filtered, levers = (zed.get(each).text for each in ("/", path, "/levers"))
    assert "Clare County Council</title>" in home
    assert '<img class="logo' in home
    assert "<span>County or city council</span>" in filtered
    for page in (filtered, levers, ben.get(f"{path}/reply").text):
        assert "A by-law &lt;b&gt;changes&lt;/b&gt;." in page
    assert "Let a parade close the quay." in levers
    assert "directive" in visit().get("/levers?lang=fr").text
    assert ",county," in zed.get(f"{path}/proposals.csv").text
    assert "County or city council" in zed.get(f"{path}/proposals.md").text
    brief = zed.get(f"/briefs/{make.brief(fay, essay).reference}").text
    for said in ("County or city council", "Clare County Council</title>"):
        assert said in brief
    assert "Clare County Council" in zed.get(f"{path}/feed.atom").text
    with app.test_request_context():
        letter = words_of("code", "en", sample_code())
        assert dates.clock(datetime(2027, 7, 1, 12, tzinfo=UTC)).startswith("1:00")
    assert "Clare County Council" in letter.text
    assert "Circle Back" not in letter.text


def test_days_are_kept_in_the_zone_that_was_set_and_an_unknown_one_is_refused(
    app: Flask, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "name of a zone" in send(ada, time_zone="Mars/Olympus").text
    midnight = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
    with app.app_context():
        assert dates.day_of(midnight).day == 30
    assert send(ada, time_zone="Europe/Dublin").status_code == 303
    with app.app_context():
        assert dates.day_of(midnight).day == 1
    monkeypatch.setitem(app.config, "FIXED", frozenset({"FORUM_TIMEZONE"}))
    assert "FORUM_TIMEZONE" in ada.get("/admin/site").text
    with app.app_context():
        assert dates.day_of(midnight).day == 30


def test_words_for_a_lever_can_be_undone_and_an_empty_field_goes_back_to_ours(
    visit: Any, ada: Any
) -> None:
    settle(ada)
    ours = "The rules themselves change"
    assert ours not in visit().get("/levers").text
    page = ada.get("/admin/changes").text
    assert "Regulatory: what it means (English)" in page
    assert ada.post("/admin/levers", {"lever_regulatory_meaning_en": ""}).status_code == 303
    assert ours in visit().get("/levers").text
