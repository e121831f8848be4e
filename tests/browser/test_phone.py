"""What a phone gets: tables as blocks, targets for fingers, and the order of the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import Make

pytestmark = pytest.mark.long

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


def test_the_links_of_an_export_are_as_large_as_a_finger(make: Make, window: Window) -> None:
    essay = make.essay()
    make.proposal(essay)
    page = window(make.user("Fay", role="facilitator"), **PHONE)
    page.goto(f"/essays/{essay.slug}")
    page.locator(".export summary").click()
    links = page.locator(".export").get_by_role("link")
    assert links.count() >= 7
    heights = links.evaluate_all("all => all.map(e => e.getBoundingClientRect().height)")
    assert min(heights) >= 44


ROLES = ["stranger", "reader", "moderator", "facilitator", "admin"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("role", ROLES)
def test_the_masthead_is_one_low_row_for_everyone(
    make: Make, window: Window, role: str, language: str
) -> None:
    user = None if role == "stranger" else make.user("Marie Desrosiers-Beauchemin", role=role)
    if user is not None:
        make.decide("hide", make.proposal(make.essay(), user), make.user(role="moderator"))
    page = window(user, locale=language)
    page.goto(f"/?lang={language}")
    for width in (360, 390, 768, 1056, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        height = page.locator(".masthead").evaluate("each => each.offsetHeight")
        assert height <= 64, f"{height} at {width}"
        places = page.locator(".masthead-row > :visible").evaluate_all(
            "all => all.map((each) => each.getBoundingClientRect().right)"
        )
        assert max(places) <= width


SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important }
* { word-spacing: 0.16em !important }
p { margin-bottom: 2em !important }
"""
"""What a reader may ask of letters, by WCAG 1.4.12."""


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("role", ["stranger", "admin"])
def test_the_masthead_holds_at_400_percent_with_spaced_letters(
    make: Make, window: Window, role: str, language: str
) -> None:
    user = None if role == "stranger" else make.user("Marie Desrosiers-Beauchemin", role=role)
    make.report(make.proposal(make.essay()))
    page = window(user, viewport={"width": 320, "height": 256}, locale=language, bypass_csp=True)
    page.goto(f"/?lang={language}")
    page.add_style_tag(content=SPACING)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    height = page.locator(".masthead").evaluate("each => each.offsetHeight")
    assert height <= 80, "no third of a window 256 high"
    name = page.locator(".masthead-name")
    cut = name.evaluate("e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight]")
    assert max(cut) <= 0
    boxes = page.locator(".masthead-row > :visible").evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(e => [e.left, e.right])"
    )
    assert all(left >= 0 and right <= 320 for left, right in boxes)
    page.locator(".masthead summary").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_link_to_comments_says_of_which_proposal(make: Make, window: Window) -> None:
    essay = make.essay()
    reply = make.proposal(essay, title="Publish the queue")
    make.comment(reply)
    page = window()
    page.goto(f"/essays/{essay.slug}")
    link = page.get_by_role("link", name="1 comment Publish the queue", exact=True)
    expect(link).to_have_attribute("href", f"/replies/{reply.id}#comments")


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("role", ROLES)
def test_the_menu_opens_without_a_script_and_covers_nothing(
    make: Make, window: Window, role: str, width: int
) -> None:
    user = None if role == "stranger" else make.user("Ben", role=role)
    page = window(user, viewport={"width": width, "height": 740}, java_script_enabled=False)
    page.goto("/")
    if role == "stranger" and width > 1000:
        expect(page.locator(".masthead summary")).not_to_be_visible()
        expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
        return
    page.locator(".masthead summary").click()
    menu = (
        page.locator(".masthead-more")
        .get_by_role("link")
        .or_(page.locator(".masthead-more").get_by_role("button"))
    )
    names = [name for name in menu.all_inner_texts() if name]
    wanted = {"stranger": ["Discussions", "Sign in", "Create an account"]}.get(
        role, ["Your account", "Sign out"]
    )
    if role in {"facilitator", "admin"}:
        wanted += ["Shortlists", "New essay"]
    if role in {"moderator", "admin"} and width < 1000:
        wanted += ["Moderation"]
    assert set(wanted) <= set(names)
    below = page.locator("main").bounding_box()
    last = menu.last.bounding_box()
    assert below is not None
    assert last is not None
    assert last["y"] + last["height"] <= below["y"]
    if role != "stranger":
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_text("You are signed out.")).to_be_visible()


def test_the_bar_at_the_foot_of_a_phone_covers_nothing_at_the_end(
    make: Make, window: Window
) -> None:
    essay = make.essay(body="Words.\n\n" * 40)
    make.proposal(essay)
    page = window(**PHONE)
    page.goto(f"/essays/{essay.slug}")
    bar = page.get_by_role("navigation", name="This discussion")
    expect(bar).to_have_text(re.compile(r"1 proposal\s+Judge\s+Circle back"))
    foot = bar.bounding_box()
    assert foot is not None
    assert 740 - 64 <= foot["y"] == pytest.approx(740 - foot["height"], abs=1)
    page.evaluate("document.documentElement.style.scrollBehavior = 'auto'; scrollTo(0, 1e6)")
    foot, footer = bar.bounding_box(), page.locator(".footer").bounding_box()
    assert foot is not None
    assert footer is not None
    assert foot["y"] + foot["height"] == pytest.approx(footer["y"], abs=1)
    last = page.locator(".comments").bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= foot["y"]
    page.set_viewport_size({"width": 1280, "height": 740})
    expect(bar).not_to_be_visible()


def test_the_question_and_its_call_to_action_are_on_the_first_screen_of_a_phone(
    make: Make, window: Window
) -> None:
    essay = make.essay(
        "The price of asking twice",
        summary="Benefits miss many of the people they were made for, and the remedies are known.",
        prompt="Which one change, made by which government, would most narrow the gap?",
        byline="Marian Achterberg",
    )
    page = window(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"/essays/{essay.slug}")
    for part in (page.locator(".prompt-words").first, page.locator(".prompt .button").first):
        box = part.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 844 - 57


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_narrow_window_with_letters_twice_as_large_needs_no_scrolling_sideways(
    make: Make, window: Window, language: str
) -> None:
    essay = make.essay(summary="Who waits, and who answers for it.", byline="Marian Achterberg")
    reply = make.proposal(
        essay, support=900, oppose=120, jurisdiction="indigenous", ambition="replaces"
    )
    for _ in range(22):
        make.proposal(essay, lever="regulatory")
    page = window(make.user("Ben"), viewport={"width": 320, "height": 640}, locale=language)
    for path in ("/", f"/essays/{essay.slug}", "/proposals", f"/replies/{reply.id}"):
        page.goto(f"{path}?lang={language}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        page.locator(".masthead summary").click()
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 320, path
        page.locator(".masthead summary").click()


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
            item.get_by_role("button", name=f"{words} – {name}", exact=True).is_enabled()
            for words in ("Up", "To the top", "Down", "To the end")
        )

    first, between, last = (False, False, True, True), (True,) * 4, (True, True, False, False)
    assert [row(name) for name in names] == [first, between, last]
    page.get_by_role("button", name="Up – Third", exact=True).click()
    expect(page.locator(".card-title").nth(1)).to_have_text("Third")
    assert [row(name) for name in names] == [first, last, between]
    page.get_by_role("button", name="Up – Third", exact=True).click()
    expect(page.locator(".card-title").first).to_have_text("Third")
    assert [row(name) for name in names] == [between, last, first]
    # The button that was pressed went out: the keyboard stands on the next that leads anywhere.
    expect(page.locator(":focus")).to_have_text("Down – Third")
    page.reload()
    assert [row(name) for name in names] == [between, last, first]
