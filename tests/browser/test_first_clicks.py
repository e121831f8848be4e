"""How many clicks and fields it takes from the home page of a fresh browser to be counted."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import func, select

from forum.accounts.models import User
from forum.db import db
from forum.essays.models import Essay
from forum.replies.models import Reply
from forum.votes.models import Vote
from tests.cast import Make

Window = Callable[..., Page]


class Newcomer:
    """Someone at a fresh browser, whose clicks and filled fields are counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks, self.fields = page, 0, 0
        page.goto("/")

    def click(self, what: Locator) -> None:
        """Click; choosing an option with a mouse is a click as well."""
        what.click()
        self.clicks += 1

    def fill(self, **fields: str) -> None:
        """Fill in fields by their names."""
        for name, words in fields.items():
            self.page.fill(f"[name={name}]", words)
            self.fields += 1

    def open(self, essay: Essay) -> None:
        """Follow the essay's title on the home page."""
        self.click(self.page.get_by_role("link", name=essay.title).first)

    def join(self) -> None:
        """Create an account in the form that is shown."""
        self.fill(name="Zed Ali", email="zed@example.org", password="tulip orbit 42")
        self.click(self.page.locator("main form button.button").last)


@pytest.fixture
def essay(make: Make) -> Essay:
    """A discussion with something to vote on."""
    found = make.essay()
    for _ in range(3):
        make.proposal(found)
    return found


def number_of(make: Make, model: type[Vote | Reply], email: str) -> int:
    """Return how many votes or replies the person with this address has."""
    mine = model.user_id if model is Vote else model.author_id  # type: ignore[union-attr]
    with make.app.app_context():
        person = select(User.id).where(User.email == email).scalar_subquery()
        return db.session.scalar(select(func.count()).select_from(model).where(mine == person)) or 0


@pytest.mark.parametrize("way", ["list", "judge"])
def test_the_first_vote_of_one_who_is_signed_in(
    make: Make, window: Window, essay: Essay, way: str
) -> None:
    cam = make.user("Cam")
    newcomer = Newcomer(window(cam))
    newcomer.open(essay)
    if way == "judge":
        newcomer.click(newcomer.page.get_by_role("link", name="Judge them one by one").first)
    newcomer.click(newcomer.page.get_by_role("button", name="Support").first)
    # A quick click is answered by a page, a later one by a script: each says so.
    done = newcomer.page.get_by_role("status").filter(
        has_text=re.compile("Your vote is counted|1 of 3 judged")
    )
    expect(done).to_have_count(1)
    assert number_of(make, Vote, cam.email or "") == 1
    assert newcomer.clicks <= 3
    assert newcomer.fields == 0


@pytest.mark.parametrize("way", ["list", "judge"])
def test_the_first_vote_of_one_who_creates_an_account(
    make: Make, window: Window, essay: Essay, way: str
) -> None:
    newcomer = Newcomer(window())
    page = newcomer.page
    newcomer.open(essay)
    if way == "judge":
        newcomer.click(page.get_by_role("link", name="Judge them one by one").first)
    newcomer.click(page.get_by_role("button", name="Support").first)
    newcomer.click(page.locator("button[formaction='/sign-up']"))
    newcomer.join()
    pressed = page.locator("button[aria-pressed=true]")
    judged = page.get_by_role("heading", name="1 of 3 judged")
    expect(pressed.or_(judged).first).to_be_visible()  # sent by itself, once signed in
    expect(page.get_by_role("status").filter(has_text="Your vote is counted.")).to_be_focused()
    assert number_of(make, Vote, "zed@example.org") == 1
    assert newcomer.clicks <= 5, way
    assert newcomer.fields == 3


def test_the_first_proposal(make: Make, window: Window, essay: Essay) -> None:
    newcomer = Newcomer(window())
    page = newcomer.page
    newcomer.open(essay)
    newcomer.click(page.get_by_role("link", name="Circle back with a proposal").first)
    newcomer.join()
    newcomer.click(page.locator("label:has(input[name=lever][value=policy])"))
    newcomer.fill(title="Every form states how long it takes", body="A form says how many minutes.")
    newcomer.click(page.get_by_role("button", name="Publish"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Every form states how long it takes")
    assert number_of(make, Reply, "zed@example.org") == 1
    assert newcomer.clicks <= 5
    assert newcomer.fields <= 5
