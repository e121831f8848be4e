"""The essay's page: the question and one way to answer it, before the essay and after it."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.cast import Make

ASK = "Circle back with a proposal"


def ways(page: str) -> list[str]:
    """Return where the calls to action lead, in the order of the page."""
    links = re.findall(r'<a class="button" href="([^"]+)">\s*Circle back', page)
    return [html.unescape(link) for link in links]


def test_the_question_stands_before_the_essay_and_again_after_it(make: Make, visit: Any) -> None:
    essay = make.essay(body="The whole essay.", prompt="What should change, and who changes it?")
    page = visit(make.user("Ben")).get(f"/essays/{essay.slug}").text
    asked = [found.start() for found in re.finditer(re.escape(essay.prompt), page)]
    told = page.index("The whole essay.")
    shown = [at for at in asked if at > page.index("<main")]
    assert len(shown) == 2
    assert shown[0] < told < shown[1]
    assert page.count(ASK) == 2
    assert ways(page) == [f"/essays/{essay.slug}/reply"] * 3, "twice, and in the bar at the foot"


def test_a_stranger_creates_an_account_and_comes_back_into_the_form(make: Make, visit: Any) -> None:
    essay = make.essay()
    zed = visit()
    led = ways(zed.get(f"/essays/{essay.slug}").text)
    form = f"/essays/{essay.slug}/reply"
    assert {html.unescape(way) for way in led} == {f"/sign-up?next={form}"}
    zed.get(led[0])
    new = {"name": "Zed Ali", "email": "zed@example.org", "password": make.PASSWORD, "next": form}
    answer = zed.post("/sign-up", new)
    assert (answer.status_code, answer.location) == (303, form)
    assert zed.get(form).status_code == 200


def test_a_draft_says_that_it_is_one(make: Make, visit: Any) -> None:
    essay = make.essay(state="draft")
    fay = visit(make.user("Fay", role="facilitator"))
    page = fay.get(f"/essays/{essay.slug}").text
    assert "This is a draft. It accepts replies once it is published." in page
    assert "closed" not in page
    assert not ways(page)
    assert fay.get(f"/essays/{essay.slug}/reply").status_code == 403


def test_a_closed_discussion_has_no_call_to_action(make: Make, visit: Any) -> None:
    essay = make.essay(state="closed")
    make.proposal(essay)
    page = visit().get(f"/essays/{essay.slug}").text
    assert "This discussion is closed." in page
    assert not ways(page)
    assert "Read the proposal" in page


@pytest.mark.parametrize("path", ["/", "/essays/{}", "/proposals", "/essays/{}/landscape"])
def test_there_is_one_search_field_a_page(make: Make, visit: Any, path: str) -> None:
    essay = make.essay()
    make.proposal(essay)
    page = visit().get(path.format(essay.slug)).text
    fields = [
        tag
        for tag in re.findall(r"<input[^>]*>", page)
        if 'type="search"' in tag and 'class="search-box-field"' in tag
    ]
    assert len(fields) == 1
    if path != "/":
        assert page.count("Containing the words") == 1
        assert page.count('type="search"') == 2


def test_an_empty_discussion_invites(make: Make, visit: Any) -> None:
    essay = make.essay()
    invited = f'<a href="/essays/{essay.slug}/reply">Be the first: one sentence is enough.</a>'
    assert invited in visit(make.user("Ben")).get(f"/essays/{essay.slug}").text
    assert "Be the first" not in visit().get("/essays/" + make.essay(state="closed").slug).text
