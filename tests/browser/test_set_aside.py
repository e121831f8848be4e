"""Votes that are set aside in a real browser: by keys alone, with scripts and without."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.asides import Asides
from tests.browser.test_judging import SCRIPTS, Window, proposal
from tests.cast import Make

ASIDE = "Your votes here are set aside, and do not count."


@SCRIPTS
def test_whoever_judges_hears_by_keys_alone_that_it_does_not_count(
    make: Make, window: Window, scripts: bool
) -> None:
    essay, cam = make.essay(), make.user("Cam")
    first = make.proposal(essay)
    make.vote(cam, first)
    for _ in range(2):
        make.proposal(essay)
    Asides(make).set_aside(essay, cam)
    page = window(cam, java_script_enabled=scripts)
    page.goto(f"/essays/{essay.slug}/judge")
    heading = page.get_by_role("heading", level=1)
    said = page.locator("p:not(#said)", has_text=ASIDE)
    for n in (2, 3):
        expect(said).to_be_visible()
        proposal(page).get_by_role("button", name="Support").focus()
        page.keyboard.press("Enter")
        expect(heading).to_have_text(f"{n} of 3 judged")
        if scripts and n == 2:
            expect(page.locator("#said")).to_contain_text(ASIDE)
    expect(page.get_by_role("heading", name="You have judged every proposal")).to_be_visible()
    expect(said).to_be_visible()
    page.get_by_role("link", name="Read why, or appeal").focus()
    page.keyboard.press("Enter")
    page.get_by_label("Your appeal").focus()
    page.keyboard.type("I am one person.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("You appealed"))).to_be_visible()
    assert make.fresh(first).support == 0
