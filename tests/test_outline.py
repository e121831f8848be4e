"""The outline of a long essay: headings with ids that are safe, readable and each its own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.words import html
from forum.words.outline import ANCHOR, MOST, Heading, outline, slug
from tests.cast import Make
from tests.strict import read


def ids(source: str) -> list[str]:
    elements, _words = read(str(html.render(source, anchors=True, prefix="essay")))
    return [found["id"] for tag, found in elements if tag[0] == "h" and "id" in found]


def test_an_id_is_made_of_the_words() -> None:
    assert ids("# L’État *c’est* `moi`\n\n## Œuvre & co.") == [
        "part-l-etat-c-est-moi",
        "part-oeuvre-co",
    ]


def test_no_two_headings_share_an_id() -> None:
    assert ids("# A\n\n# A 2\n\n# A\n\n# !\n\n# ?\n\n#\n") == [
        "part-a",
        "part-a-2",
        "part-a-3",
        "part-text",
        "part-text-2",
        "part-text-3",
    ]


def test_only_the_text_that_asks_gets_ids() -> None:
    assert "id=" not in html.render("# A heading")


def test_headings_in_quotes_and_lists_are_no_parts() -> None:
    assert ids("> # Quoted\n\n- # Listed\n\n# Said") == ["part-said"]


def test_notes_stay_out_of_the_outline() -> None:
    page = html.render("# One[^1]\n\n# Two\n\n# Three\n\n[^1]: A note.", anchors=True)
    assert [part.words for part in outline(page)] == ["One", "Two", "Three"]


def test_a_short_text_has_no_outline() -> None:
    assert outline(html.render("# One\n\n# Two", anchors=True)) == []


def test_the_outline_says_how_deep_each_part_stands() -> None:
    page = html.render("## One & *only*\n\n### Within\n\n## Two", anchors=True)
    assert outline(page) == [
        Heading("part-one-only", "One & only", 1),
        Heading("part-within", "Within", 2),
        Heading("part-two", "Two", 1),
    ]


def test_a_thousand_equal_headings_are_named_in_no_time() -> None:
    source = "# Same\n\n" * 1500
    assert len(set(ids(source))) == 1500
    assert len(outline(html.render(source, anchors=True))) == MOST


@given(st.text(max_size=300))
def test_whatever_the_words_the_id_is_safe(words: str) -> None:
    assert ANCHOR.fullmatch(f"part-{slug(words)}-10000")


@pytest.mark.parametrize(
    "attack", ['"><script>', "x' onclick=y", "main", "body", "</h2>", "&quot;"]
)
def test_words_that_attack_are_words(attack: str) -> None:
    for name in ids(f"# {attack}"):
        assert re.fullmatch(r"part-[a-z0-9-]+", name)


def test_the_essay_page_links_its_parts(make: Make, visit: Any) -> None:
    body = "## The queue\n\nWords.\n\n## The <b>price</b>\n\nWords.\n\n### A detail\n\nWords."
    essay = make.essay(body=body)
    page = visit().get(f"/essays/{essay.slug}").get_data(as_text=True)
    assert '<a href="#part-the-b-price-b">The &lt;b&gt;price&lt;/b&gt;</a>' in page
    targets = re.findall(r'<a href="#(part-[^"]+)"', page)
    found = re.findall(r'\bid="([^"]+)"', page)
    assert targets == ["part-the-queue", "part-the-b-price-b", "part-a-detail"]
    assert set(targets) <= set(found)
    assert len(found) == len(set(found)), "an id stands twice in the page"
    page = visit().get(f"/essays/{make.essay('Short').slug}").get_data(as_text=True)
    assert "outline" not in page
