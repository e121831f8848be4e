"""A page says what it shows: in its title, at its focus, and in the names of its buttons."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.cast import Make

ROOT = Path(__file__).resolve().parent.parent


def title_of(answer: Any) -> str:
    found = re.search(r"<title>(.*?)</title>", answer.get_data(as_text=True), re.DOTALL)
    assert found is not None
    return unescape(" ".join(found[1].split()))


def test_the_title_says_the_filter_the_page_and_the_query(make: Make, visit: Any) -> None:
    essay = make.essay("Who answers?")
    make.proposal(essay, title="Publish the queue")
    zed, path = visit(), f"/essays/{essay.slug}"
    assert title_of(zed.get(path)) == "Who answers? – Circle Back"
    chosen = title_of(zed.get(f"{path}?lever=policy&q=queue"))
    assert chosen.startswith("Who answers? – Policy")
    assert "queue" in chosen
    assert title_of(zed.get("/proposals?lever=market")).startswith("Proposals – Market")
    assert "Policy" in title_of(zed.get(f"{path}/landscape?lever=policy"))
    further = title_of(zed.get("/proposals?after=0.5.1"))
    assert further.endswith("– continued – Circle Back")
    assert title_of(zed.get("/search?q=queue")).startswith("Search: queue")
    assert "Policy" in title_of(zed.get("/search?q=queue&lever=policy"))
    assert "suite" in title_of(zed.get("/moderation/log?before=9&lang=fr"))


def test_after_an_action_the_focus_is_on_its_message(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    answer = ben.post(f"/essays/{essay.slug}/reply", {"lever": "", "body": "A thought."})
    page = ben.get(answer.location.partition("#")[0]).get_data(as_text=True)
    message = re.search(r'<div class="flashes"[^>]*>', page)
    assert message is not None
    for said in ('role="status"', 'tabindex="-1"', "autofocus"):
        assert said in message[0]


def test_what_is_wrong_with_a_form_has_the_focus_before_any_field(make: Make, visit: Any) -> None:
    essay, ben = make.essay(), visit(make.user("Ben"))
    page = ben.post(f"/essays/{essay.slug}/reply", {"lever": "", "body": ""}).get_data(as_text=True)
    assert re.search(r'<[^>]*class="errors"[^>]*autofocus', page)
    assert page.count("autofocus") == 1


def test_every_form_with_fields_leaves_what_is_wrong_to_us(make: Make, visit: Any) -> None:
    """The browser's own bubbles speak the browser's language."""
    essay = make.essay()
    reply = make.proposal(essay, make.user("Eve"))
    fay = visit(make.user("Fay", role="facilitator"))
    pages = (
        "/account",
        "/reset",
        "/essays/new",
        f"/essays/{essay.slug}/edit",
        f"/essays/{essay.slug}/reply",
        f"/replies/{reply.id}",
        f"/replies/{reply.id}/report",
        "/shortlists",
    )
    asked = [visit().get("/sign-in"), visit().get("/sign-up"), *map(fay.get, pages)]
    for answer in asked:
        page = answer.get_data(as_text=True)
        for form in re.findall(r'<form[^>]*method="post".*?</form>', page, re.DOTALL):
            visible = re.search(r"<(textarea|select|input(?![^>]*type=\"hidden\"))", form)
            assert not visible or "novalidate" in form.partition(">")[0], form[:200]


def test_buttons_of_a_shortlist_say_of_what(make: Make, visit: Any) -> None:
    fay = make.user("Fay", role="facilitator")
    reply = make.proposal(make.essay(), title="Publish the queue")
    shortlist = make.shortlist(fay, reply)
    page = visit(fay).get(f"/shortlists/{shortlist.id}").get_data(as_text=True)
    for words in ("Up", "Down", "Remove"):
        assert re.search(rf'>{words}<span class="visually-hidden"> – Publish the queue', page), (
            words
        )


def test_from_a_changed_filter_a_link_leads_past_it(make: Make, visit: Any) -> None:
    essay = make.essay()
    make.proposal(essay)
    zed = visit()
    past = "Skip to the (?:proposals|results)"
    for path in (f"/essays/{essay.slug}", "/proposals", "/search"):
        unchanged = zed.get(f"{path}?q=every").get_data(as_text=True)
        assert path != "/search" or not re.search(past, unchanged)
        page = zed.get(f"{path}?q=every&lever=policy").get_data(as_text=True)
        link = re.search(rf'<a href="#([^"]+)">{past}', page)
        assert link is not None, path
        assert f'id="{link[1]}"' in page


@pytest.mark.parametrize("sheet", ["exports/export.css"])
def test_the_link_to_choose_an_export_is_as_high_as_a_finger(sheet: str) -> None:
    css = (ROOT / "static" / "css" / sheet).read_text(encoding="utf-8")
    rule = re.search(r"\.export a {([^}]*)}", css)
    assert rule is not None
    assert "min-height: var(--target)" in rule[1]
