"""The moderators' desk by its keys alone, by two at once, and without any script."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from forum.db import db
from forum.moderation.models import Action
from forum.replies.models import Reply, reply_for_update
from forum.replies.reviews import Why, open_review
from tests.cast import Make

Window = Callable[..., Page]


def queue(make: Make, number: int) -> list[Reply]:
    """Put so many reported proposals into the queue, numbered as they came."""
    essay, ben = make.essay(), make.user("Ben")
    replies = [make.proposal(essay, title=f"Number {n} of them") for n in range(number)]
    for reply in replies:
        make.report(reply, ben, "spam")
    return replies


def statuses(make: Make, replies: list[Reply]) -> str:
    """Return the first letters of what became of each: v, h or w."""
    return "".join(make.fresh(each).status[0] for each in replies)


def opened(page: Page, title: str) -> None:
    """Wait until this item is open, and has the focus."""
    expect(page.locator("#case-title")).to_have_text(title)
    expect(page.locator("#case-title")).to_be_focused()
    page.wait_for_load_state()


def test_keys_act_only_inside_the_item_that_has_the_focus(make: Make, window: Window) -> None:
    replies = queue(make, 4)
    page = window(make.user("Dee", role="moderator"))
    page.goto("/moderation")
    page.evaluate("scrollTo(0, 300)")
    page.keyboard.press("h")
    expect(page.locator("#desk-said")).to_contain_text("Nothing is chosen")
    page.get_by_role("link", name="Briefs").focus()
    page.keyboard.type("hike")
    page.locator(".desk-row-link").nth(2).focus()
    page.keyboard.press("k")
    expect(page.locator("#desk-said")).to_contain_text("Open it first")
    assert statuses(make, replies) == "vvvv"
    page.keyboard.press("Enter")
    opened(page, "Number 2 of them")
    page.get_by_role("link", name="Briefs").focus()
    page.keyboard.press("h")
    page.locator("#case-title").focus()
    page.keyboard.press("h")
    opened(page, "Number 3 of them")
    assert statuses(make, replies) == "vvhv"


def test_each_decision_leads_to_the_next_item_and_z_takes_it_back(
    make: Make, window: Window
) -> None:
    replies = queue(make, 5)
    page = window(make.user("Dee", role="moderator"))
    page.goto("/moderation")
    page.get_by_role("link", name="Open the first").click()
    opened(page, "Number 0 of them")
    page.keyboard.press("j")
    opened(page, "Number 1 of them")
    page.keyboard.press("h")
    opened(page, "Number 2 of them")
    page.keyboard.press("k")
    opened(page, "Number 3 of them")
    assert statuses(make, replies) == "vhvvv"
    expect(page.locator("h1")).to_have_text("Queue: 3")
    page.keyboard.press("z")
    opened(page, "Number 2 of them")
    expect(page.locator("h1")).to_have_text("Queue: 4")
    page.keyboard.press("i")
    opened(page, "Number 0 of them")
    page.keyboard.press("t")
    expect(page.locator("details[open] [name=lever]")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#case-title")).to_be_focused()


@pytest.mark.parametrize("why", [Why.WAITING, Why.APPEAL])
def test_the_usual_verdict_is_one_key(make: Make, window: Window, why: Why) -> None:
    dee = make.user("Dee", role="moderator")
    reply = make.proposal(make.essay(), status="waiting" if why is Why.WAITING else "visible")
    if why is Why.APPEAL:
        make.decide("hide", reply, dee, "abuse")
    with make.app.app_context():
        held = reply_for_update(reply.id)
        assert held is not None
        open_review(held, why)
        db.session.commit()
    page = window(dee)
    page.goto(f"/moderation?item={reply.id}")
    page.keyboard.press("k" if why is Why.WAITING else "r")
    expect(page.locator("h1")).to_have_text("Queue: 0")
    assert make.fresh(reply).status == "visible"
    with make.app.app_context():
        last = db.session.scalars(select(Action).order_by(Action.id.desc())).first()
        assert last is not None
        assert last.reason == "fits"


def test_a_whole_bulk_is_done_and_undone_by_keys(make: Make, window: Window) -> None:
    replies = queue(make, 5)
    page = window(make.user("Dee", role="moderator"))
    page.goto("/moderation?sort=most")
    page.locator(".desk-row-link").first.focus()
    for key in "xjxjx":
        page.keyboard.press(key)
    expect(page.locator(".desk-list output")).to_have_text("3 chosen")
    page.keyboard.press("Shift+H")
    expect(page.locator("#bulk-reason")).to_be_focused()
    page.keyboard.type("Adv")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+H")
    expect(page.locator(".results-sum")).to_be_focused()
    expect(page.locator(".results-sum")).to_have_text("3 of 3 done.")
    assert statuses(make, replies) == "hhhvv"
    page.keyboard.press("z")
    expect(page).to_have_url(re.compile(r"/moderation\?sort=most#last-action$"))
    expect(page.locator("#last-action")).to_be_focused()
    assert statuses(make, replies) == "vvvvv"


@pytest.mark.parametrize("width", [390, 1280])
def test_at_the_end_of_the_queue_the_last_decision_has_the_focus_and_can_be_taken_back(
    make: Make, window: Window, width: int
) -> None:
    replies = queue(make, 1)
    size = {"width": width, "height": 844}
    page = window(make.user("Dee", role="moderator"), viewport=size)
    page.goto(f"/moderation?item={replies[0].id}")
    opened(page, "Number 0 of them")
    page.keyboard.press("h")
    expect(page.locator("h1")).to_have_text("Queue: 0")
    expect(page.locator("#last-action")).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator("h1")).to_have_text("Queue: 1")
    assert statuses(make, replies) == "v"


def test_whoever_switches_keys_off_has_none(make: Make, window: Window) -> None:
    replies = queue(make, 2)
    page = window(make.user("Dee", role="moderator"))
    page.goto("/account")
    page.get_by_label("Single-key shortcuts").select_option("off")
    page.get_by_role("button", name="Save").click()
    page.goto(f"/moderation?item={replies[0].id}")
    expect(page.locator("#case-title")).to_be_focused()
    page.keyboard.type("hk")
    page.locator("#keys summary").click()
    expect(page.locator("#keys")).to_contain_text("switched off")
    assert statuses(make, replies) == "vv"


@pytest.mark.long
@pytest.mark.parametrize("width", [390, 1280])
def test_two_who_clear_one_queue_of_200_never_meet(make: Make, window: Window, width: int) -> None:
    """Both begin at the top: whoever comes second is told so, and from then on each has their own
    next item, in place and with the focus, until nothing is decided twice."""
    replies = queue(make, 200)
    size = {"width": width, "height": 844}
    dee, eve = (window(make.user(name, role="moderator"), viewport=size) for name in ("Dee", "Eve"))
    for page in (dee, eve):
        page.goto(f"/moderation?item={replies[0].id}")
        opened(page, "Number 0 of them")
    dee.keyboard.press("h")
    opened(dee, "Number 1 of them")
    eve.keyboard.press("k")
    expect(eve.get_by_role("alert")).to_be_visible()
    eve.goto("/moderation")
    expect(eve.locator(".desk-row").first).to_contain_text("Dee has it")
    eve.goto(f"/moderation?item={replies[2].id}")
    for number in (3, 5):
        eve.keyboard.press("k")
        opened(eve, f"Number {number} of them")
        dee.keyboard.press("h")
        opened(dee, f"Number {number + 1} of them")
    expect(dee.locator("h1")).to_have_text("Queue: 195")
    assert statuses(make, replies[:7]) == "hhvvhvv"
    with make.app.app_context():
        done = [action.reply_id for action in db.session.scalars(select(Action))]
    assert len(done) == len(set(done)) == 5
    bar = eve.locator(".verdict-bar").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] <= 845, "the verdict is in reach of a thumb"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_the_desk_works_on_a_phone_with_and_without_scripts(
    make: Make, window: Window, scripts: bool
) -> None:
    replies = queue(make, 4)
    dee = make.user("Dee", role="moderator")
    size = {"width": 360, "height": 740}
    page = window(dee, java_script_enabled=scripts, viewport=size)
    page.goto("/moderation")
    for box in page.locator("[name=item]").all()[:2]:
        box.check()
    page.locator("#bulk [name=reason]").select_option("spam")
    page.get_by_role("button", name="Hide all").click()
    expect(page.get_by_text("2 of 2 done.")).to_be_visible()
    with page.expect_navigation():
        page.get_by_role("button", name="Undo all").click()
    assert statuses(make, replies) == "vvvv"
    page.goto("/moderation")
    page.locator(".desk-row-link", has_text="Number 2").click()
    expect(page.locator(".desk-list")).to_be_hidden()
    page.get_by_role("button", name="Hide", exact=True).click()
    expect(page.locator(".last-action")).to_contain_text("Number 2 of them")
    assert statuses(make, replies) == "vvhv"
    page.goto(f"/moderation/{replies[3].id}")
    page.locator("summary", has_text="Change the tags").click()
    form = page.locator("details[open] form")
    form.locator("[name=lever]").select_option("market")
    form.locator("[name=reason]").select_option("misplaced")
    form.get_by_role("button", name="Change the tags").click()
    expect(page).to_have_url(re.compile(rf"/moderation/{replies[3].id}$"))
    assert make.fresh(replies[3]).lever == "market"
