"""What a phone gets: tables as blocks, targets for fingers, and the order of the keyboard."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Make

Window = Callable[..., Page]
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


def test_no_table_hides_its_numbers_beyond_the_edge(make: Make, window: Window) -> None:
    essay = make.essay()
    replies = [make.proposal(essay, title=f"Publish {'a longer queue ' * n}") for n in range(1, 6)]
    fay = make.user("Fay", role="facilitator")
    old = make.brief(fay, make.shortlist(fay, *replies[:3]))
    new = make.brief(fay, make.shortlist(fay, *replies[2:]))
    page = window(fay, **PHONE, locale="fr")
    compared = f"/briefs/{old.reference}/compare/{new.reference}"
    for path in ("/export", f"/essays/{essay.slug}/export", compared):
        page.goto(f"{path}?lang=fr")
        table = page.get_by_role("table").last
        hidden = table.evaluate("each => each.parentElement.scrollWidth > innerWidth")
        assert not hidden, path
        rows = table.locator("tbody").get_by_role("row")
        assert rows.count() == table.get_by_role("rowheader").count() > 0
        assert table.get_by_role("cell").count()
        numbers = table.locator("tbody td")
        named = numbers.evaluate_all("all => all.every((each) => each.dataset.label)")
        assert named, "every number says what it is"


def test_what_merging_comes_to_fits(make: Make, window: Window) -> None:
    essay = make.essay()
    one, other = (make.proposal(essay, support=1_000) for _ in range(2))
    page = window(make.user("Dee", role="moderator"), **PHONE, locale="fr")
    page.goto(f"/moderation/{one.id}/merge?into={other.id}&lang=fr")
    box = page.locator(".scroll:has(.outcome)")
    assert box.evaluate("each => each.scrollWidth <= each.clientWidth")


def test_targets_are_as_large_as_a_finger(make: Make, window: Window) -> None:
    essay = make.essay()
    make.proposal(essay)
    page = window(**PHONE)
    page.goto(f"/essays/{essay.slug}")
    facts = page.locator(".card-facts a")
    assert facts.count()
    assert all(
        height >= 44
        for height in facts.evaluate_all(
            "all => all.map((each) => each.getBoundingClientRect().height)"
        )
    )


@pytest.mark.parametrize("role", ["stranger", "reader", "moderator", "facilitator"])
def test_the_keyboard_goes_down_the_masthead(make: Make, window: Window, role: str) -> None:
    user = None if role == "stranger" else make.user(role.title(), role=role)
    page = window(user, viewport={"width": 360, "height": 740}, locale="fr")
    page.goto("/?lang=fr")
    places = page.locator(".masthead :is(a, input, button)").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().toJSON())"
    )
    rows = [round(place["top"] / 20) for place in places]
    assert rows == sorted(rows)
    assert len(set(rows)) <= {"stranger": 3, "facilitator": 5}.get(role, 4)


def test_places_that_are_taken_cannot_be_asked_for(make: Make, window: Window) -> None:
    essay = make.essay()
    names = ("First", "Second", "Third")
    fay = make.user("Fay", role="facilitator")
    made = make.shortlist(fay, *(make.proposal(essay, title=name) for name in names))
    page = window(fay)
    page.goto(f"/shortlists/{made.id}")

    def row(name: str) -> tuple[bool, ...]:
        item = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))
        return tuple(
            item.get_by_role("button", name=words, exact=True).is_enabled()
            for words in ("Up", "To the top", "Down", "To the end")
        )

    first, between, last = (False, False, True, True), (True,) * 4, (True, True, False, False)
    assert [row(name) for name in names] == [first, between, last]
    page.get_by_role("button", name="Up", exact=True).last.click()
    expect(page.locator(".card-title").nth(1)).to_have_text("Third")
    assert [row(name) for name in names] == [first, last, between]
    page.get_by_role("button", name="Up", exact=True).nth(1).click()
    expect(page.locator(".card-title").first).to_have_text("Third")
    assert [row(name) for name in names] == [between, last, first]
    # The button that was pressed went out: the keyboard stands on the next that leads anywhere.
    expect(page.locator(":focus")).to_have_text("Down")
    page.reload()
    assert [row(name) for name in names] == [between, last, first]
