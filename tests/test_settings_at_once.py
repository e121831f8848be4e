"""Two administrators who set things at once: nothing is undone by somebody who never saw it."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from forum.db import db
from forum.settings import setting_changes
from forum.settings.models import SettingChange, SiteSetting
from forum.settings.setting_changes import change_setting
from tests.cast import Make

SITE, PLACES = "/admin/site", "/admin/jurisdictions"


def held(visitor: Any, path: str) -> dict[str, str]:
    """Return what the form of a page holds."""
    page = visitor.get(path).get_data(as_text=True)
    form = page[page.index("<h1>") :].partition("</form>")[0]
    found = dict(re.findall(r'name="(\w+)"[^>]*value="([^"]*)"', form))
    return {name: unescape(value) for name, value in found.items() if name != "without_logo"}


@pytest.fixture
def two(make: Make, visit: Any) -> Any:
    """Ada and Bea, who both administer the site."""
    return visit(make.user("Ada", role="admin")), visit(make.user("Bea", role="admin"))


def test_what_another_set_elsewhere_on_the_page_stays(two: Any) -> None:
    ada, bea = two
    late = held(bea, SITE)
    assert ada.client.post(SITE, data={**held(ada, SITE), "site_name": "Clare"}).status_code == 303
    answer = bea.client.post(SITE, data={**late, "postal_address": "Ennis"})
    assert answer.status_code == 303
    assert held(ada, SITE)["site_name"] == "Clare", "Bea left the name as she saw it"
    assert held(ada, SITE)["postal_address"] == "Ennis"


def test_of_two_names_the_second_says_who_gave_the_first(two: Any) -> None:
    ada, bea = two
    late = held(bea, SITE)
    ada.client.post(SITE, data={**held(ada, SITE), "site_name": "Clare", "postal_address": "Ennis"})
    mine = {**late, "site_name": "County Clare", "time_zone": "Europe/Dublin"}
    answer = bea.client.post(SITE, data=mine)
    assert answer.status_code == 409
    page = unescape(answer.get_data(as_text=True))
    assert "Nothing was saved: this was changed while you had the page open." in page
    assert re.search(r"Name of the site: Ada, .*Now: “Clare”\.", page)
    assert 'value="County Clare"' in page, "what was typed is kept"
    assert 'value="Europe/Dublin"' in page
    assert 'value="Ennis"' in page, "what only Ada changed is shown as it is now"
    assert held(ada, SITE)["site_name"] == "Clare"
    state = re.search(r'name="state"[^>]*value="(\d+)"', page)
    assert state is not None
    again = {**mine, "postal_address": "Ennis", "state": state[1]}
    assert bea.client.post(SITE, data=again).status_code == 303
    assert held(ada, SITE)["site_name"] == "County Clare"
    assert held(ada, SITE)["postal_address"] == "Ennis"


@pytest.mark.parametrize("state", ["", "x", "9" * 30])
@pytest.mark.one_database
def test_a_form_without_a_state_is_taken_as_it_is(two: Any, state: str) -> None:
    ada, _bea = two
    assert ada.client.post(SITE, data={**held(ada, SITE), "state": state}).status_code == 303


def test_jurisdictions_that_another_added_are_not_retired_unawares(two: Any) -> None:
    ada, bea = two
    late = held(bea, PLACES)
    used = {f"used_{slug}": "y" for slug in ("national", "provincial", "municipal", "indigenous")}
    added = {**held(ada, PLACES), **used, "new_slug": "county", "new_en": "County"}
    assert ada.client.post(PLACES, data=added).status_code == 303
    mine = {**late, **used, "national_en": "Crown"}
    answer = bea.client.post(PLACES, data=mine)
    assert answer.status_code == 409
    page = unescape(answer.get_data(as_text=True))
    assert re.search(r"Jurisdictions: Ada, .*County", page)
    assert 'value="Crown"' in page
    assert 'value="County"' in page, "what was added since is on the form too"
    state = re.search(r'name="state"[^>]*value="(\d+)"', page)
    assert state is not None
    seen = {**mine, "county_en": "County", "used_county": "y", "state": state[1]}
    assert bea.client.post(PLACES, data=seen).status_code == 303
    names = bea.get(PLACES).get_data(as_text=True)
    assert 'value="Crown"' in names
    assert 'value="County"' in names
    old = {"chosen": "ireland", "state": late.get("state", "0")}
    assert bea.post(f"{PLACES}/set", old).status_code == 409


def test_the_first_two_settings_of_one_name_at_once_are_two_changes(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    both, plain = Barrier(2, timeout=20), setting_changes.is_first
    waited = set()

    def together(name: str, value: str) -> bool:
        if value not in waited and app.config["SQLALCHEMY_DATABASE_URI"].startswith("postgresql"):
            waited.add(value)
            both.wait()
        return plain(name, value)

    monkeypatch.setattr(setting_changes, "is_first", together)

    def call_it(value: str) -> None:
        with app.app_context():
            change_setting("site_name", value, None)
            db.session.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(call_it, ("One", "Two")))
    with app.app_context():
        changes = db.session.scalars(select(SettingChange).order_by(SettingChange.id)).all()
        now = db.session.get_one(SiteSetting, "site_name").value
    befores = sorted((change.before, change.after) for change in changes)
    assert len(befores) == 2
    assert {before for before, _after in befores} == {"", next(a for b, a in befores if b == "")}
    assert now == next(after for before, after in befores if before)
