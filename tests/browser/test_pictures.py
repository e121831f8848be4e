"""The landscape and the outline in a real browser, without scripts and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_axe import complaints
from tests.browser.test_tasks import press_to
from tests.cast import Make

pytestmark = pytest.mark.long

Window = Callable[..., Page]


def test_a_mark_is_a_link_that_says_what_it_stands_for(make: Make, window: Window) -> None:
    essay = make.essay()
    make.proposal(essay, support=1)
    reply = make.proposal(essay, title="Publish the queue", lever="market", support=3, oppose=1)
    page = window(java_script_enabled=False)
    page.goto(f"/essays/{essay.slug}")
    page.get_by_role("link", name="Show them as a landscape").click()
    name = "1. Publish the queue (Market): 3 support, 1 oppose"
    expect(page.get_by_role("link", name=name)).to_be_visible()
    page.get_by_role("link", name=name).click()
    expect(page).to_have_url(f"{page.url.split('/replies')[0]}/replies/{reply.id}")


def test_the_landscape_by_keyboard_alone(make: Make, window: Window) -> None:
    essay = make.essay()
    make.proposal(essay, title="Publish the queue", support=3)
    page = window()
    page.goto(f"/essays/{essay.slug}/landscape")
    press_to(page, ".landscape-dot")
    mark = page.locator(".landscape-dot:focus")
    assert mark.evaluate("each => getComputedStyle(each).strokeWidth") == "4px", "focus is seen"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Publish the queue")


@pytest.mark.parametrize("width", [320, 480, 1280])
def test_equal_proposals_lie_side_by_side(make: Make, window: Window, width: int) -> None:
    essay = make.essay()
    for _ in range(7):
        make.proposal(essay, support=1)
    page = window(viewport={"width": width, "height": 800})
    page.goto(f"/essays/{essay.slug}/landscape")
    boxes = page.locator(".landscape-dot").evaluate_all(
        "all => all.map((each) => each.getBoundingClientRect().toJSON())"
    )
    assert len(boxes) == 7
    for n, one in enumerate(boxes):
        assert 0 <= one["left"] <= one["right"] <= width
        for other in boxes[:n]:
            across = min(one["right"], other["right"]) - max(one["left"], other["left"])
            down = min(one["bottom"], other["bottom"]) - max(one["top"], other["top"])
            assert across <= 1 or down <= 1, "one covers another"


@pytest.mark.long
@pytest.mark.parametrize("width", [320, 1280])
def test_a_crowd_is_one_mark_that_leads_to_its_list(make: Make, window: Window, width: int) -> None:
    essay = make.essay()
    make.crowd(essay, [(400 + n % 7, n % 5) for n in range(300)] + [(1, 1)])
    options = {"viewport": {"width": width, "height": 800}, "reduced_motion": "reduce"}
    page = window(java_script_enabled=False, **options)
    page.goto(f"/essays/{essay.slug}/landscape")
    crowd = page.locator("a.landscape-crowd").first
    box = crowd.bounding_box()
    assert box
    assert min(box["width"], box["height"]) >= 24, "WCAG 2.5.8"
    number = crowd.locator("text").text_content()
    shown = page.locator(".landscape-together:visible")
    expect(shown).to_have_count(0)
    crowd.focus()
    page.keyboard.press("Enter")
    expect(shown.get_by_role("listitem")).to_have_count(int(number or 0))
    expect(shown.get_by_role("heading")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert shown.get_by_role("link").first.evaluate("each => each === document.activeElement")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    examined = window(**options)
    examined.goto(page.url)
    assert complaints(examined) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_outline_leads_to_its_parts(make: Make, window: Window, width: int) -> None:
    essay = make.essay(body="".join(f"## Part {n}\n\n{'Words. ' * 300}\n\n" for n in range(4)))
    page = window(viewport={"width": width, "height": 800}, java_script_enabled=False)
    page.goto(f"/essays/{essay.slug}")
    if width < 960:
        page.get_by_text("Parts of this essay").locator("visible=true").click()
    page.get_by_role("link", name="Part 2").click()
    expect(page.get_by_role("heading", name="Part 2")).to_be_in_viewport()
