"""The style page and the colours it measures; and what the site says of its accessibility."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2.runtime import Macro

from forum.reading.style import FAMILIES, NOT_SHOWN, PAIRS, pairs
from forum.web.theme import contrast, tokens

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "static" / "css" / "tokens.css"


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("#ffffff", "#777777") == contrast("#777777", "#ffffff")
    assert contrast("#0072b2", "#0072b2") == 1


def test_every_pair_of_colours_can_be_told_apart_in_both_themes() -> None:
    found = pairs(tokens(CSS.read_text(encoding="utf-8")))
    assert len(found) == 2 * len(PAIRS)
    faint = [f"{p.theme}: {p.front} on {p.back}, {p.contrast:.2f}" for p in found if not p.holds]
    assert not faint


def test_the_style_page_is_made_of_the_real_parts(visit: Any) -> None:
    page = visit().get("/style").get_data(as_text=True)
    for part in (
        "support-bar",
        "vote-buttons",
        "lever-tag",
        "landscape-dot",
        "field-wrong",
        "pager",
    ):
        assert f'class="{part}' in page or f" {part}" in page, part
    assert "✗" not in page
    assert "noindex" in page


def test_every_part_is_on_the_style_page_or_named_among_those_left_out(
    visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = re.compile(r"{% macro (\w+)")
    parts = {
        name
        for path in (ROOT / "templates" / "parts").rglob("*.html")
        for name in made.findall(path.read_text(encoding="utf-8"))
    }
    shown: set[str] = set()
    called = Macro.__call__

    def note(self: Macro, *args: Any, **kwargs: Any) -> Any:
        shown.add(self.name)
        return called(self, *args, **kwargs)

    monkeypatch.setattr(Macro, "__call__", note)
    page = visit().get("/style").get_data(as_text=True)
    named = {name for names in NOT_SHOWN.values() for name in names}
    assert parts - shown == named
    assert all(f"<code>{name}.html</code>" in page for name in named)


def test_the_contents_of_the_style_page_lead_somewhere(visit: Any) -> None:
    page = visit().get("/style").get_data(as_text=True)
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids)), "each id stands once"
    for family in FAMILIES:
        assert f'<a href="#{family}">' in page
        assert family in ids


def test_the_style_page_is_for_developers(
    app: Flask, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "STYLE_PAGE", False)
    assert visit().get("/style").status_code == 404


@pytest.mark.parametrize("contact", ["", "mailto:access@example.org"])
def test_the_accessibility_page_is_linked_and_says_whom_to_tell(
    app: Flask, visit: Any, monkeypatch: pytest.MonkeyPatch, contact: str
) -> None:
    monkeypatch.setitem(app.config, "SECURITY_CONTACT", contact)
    assert 'href="/accessibility"' in visit().get("/").get_data(as_text=True)
    page = visit().get("/accessibility").get_data(as_text=True)
    assert "WCAG 2.2" in page
    assert ('href="mailto:access@example.org"' in page) is bool(contact)
