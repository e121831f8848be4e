"""Forms: whole sentences in both languages, quiet options, and histories without codes."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale
from werkzeug.datastructures import MultiDict
from wtforms import DateField, IntegerField

from forum.web.forms import Choice, Form, Radio
from tests.cast import Make

TEMPLATES = Path(__file__).resolve().parent.parent / "templates"


class Example(Form):
    """A form with every kind of field that may complain in the library's words."""

    lever = Choice("Lever", choices=[("policy", "Policy"), ("market", "Market")])
    stance = Radio("Stance", choices=["support", "challenge"])
    number = IntegerField("Number")
    day = DateField("Day")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "en",
            [
                "Choose one from the list.",
                "Choose one from the list.",
                "Give a whole number.",
                "Give a date as year, month and day, such as 2027-01-31.",
            ],
        ),
        (
            "fr",
            [
                "Choisissez un élément de la liste.",
                "Choisissez un élément de la liste.",
                "Indiquez un nombre entier.",
                "Indiquez une date : année, mois et jour, par exemple 2027-01-31.",
            ],
        ),
    ],
)
def test_what_is_wrong_is_a_whole_sentence(app: Flask, language: str, said: list[str]) -> None:
    typed = MultiDict({"lever": "x", "stance": "y", "number": "z", "day": "tomorrow"})
    with app.test_request_context(), force_locale(language):
        form = Example(typed, meta={"csrf": False})
        form.validate()
        found = [str(form[name].errors[0]) for name in typed]
    assert [message.replace("\u00a0", " ") for message in found] == said


def test_options_are_pairs_and_raise_no_warning(app: Flask) -> None:
    with app.test_request_context(), warnings.catch_warnings():
        warnings.simplefilter("error")
        form = Example(MultiDict({"lever": "late"}), meta={"csrf": False})
        assert list(map(tuple, form.lever.choices)) == [("policy", "Policy"), ("market", "Market")]
        form.lever.choices = [("late", "Added late")]
        assert form.lever.validate(form)
        assert '<option selected value="late">Added late</option>' in form.lever()
        assert [str(option.label.text) for option in form.stance] == ["support", "challenge"]


@pytest.mark.parametrize(("language", "said"), [("en", "Municipal"), ("fr", "Municipal")])
def test_the_history_of_a_reply_says_words_not_codes(
    make: Make, visit: Any, language: str, said: str
) -> None:
    dee = make.user("Dee", role="moderator")
    reply = make.proposal(make.essay(), jurisdiction="any")
    visitor = visit(dee)
    tags = {"lever": "market", "jurisdiction": "municipal", "ambition": "replaces"}
    visitor.post(f"/moderation/{reply.id}/retag", {"reason": "misplaced", **tags})
    page = visit().get(f"/replies/{reply.id}/history?lang={language}").get_data(as_text=True)
    marked = page[page.index("step-text") :]
    assert f"<ins>{said}" in marked
    for code in ("municipal<", "market<", "replaces<", ">policy", ">any<"):
        assert code not in marked


def test_the_history_of_an_essay_says_names_and_dates(make: Make, visit: Any) -> None:
    essay = make.essay()
    fay = visit(make.user("Fay", role="facilitator"))
    fay.get(f"/essays/{essay.slug}/edit")
    words = {"title": "T", "body": "B", "prompt": "P", "language": "fr"}
    fay.post(f"/essays/{essay.slug}/edit", {**words, "first_published": "2012-03-01"})
    page = fay.get(f"/essays/{essay.slug}/history").get_data(as_text=True)
    assert "<ins>Français</ins>" in page
    assert "March\u00a01, 2012" in page.replace("<ins>", "").replace("</ins>", "")


def test_a_history_shows_the_first_text_as_it_was_read(make: Make, visit: Any) -> None:
    essay = make.essay(body="## A part\n\nSome *words*.")
    reply = make.proposal(essay, body="Some **words**.")
    pages = [
        visit().get(f"{path}/history").get_data(as_text=True)
        for path in (f"/essays/{essay.slug}", f"/replies/{reply.id}")
    ]
    assert "A part</h3>" in pages[0]
    assert "<em>words</em>" in pages[0]
    assert "<strong>words</strong>" in pages[1]


def test_our_own_sentences_stand_where_a_browser_would_put_a_bubble() -> None:
    typed = re.compile(r"\brequired\b|\bfield\(|reason_fields\(|<textarea|<select|<input (?!type)")
    form = re.compile(r"(<form [^\n]*)\n(.*?)</form>", re.DOTALL)
    bubbling = [
        f"{path.name}: {head.strip()[:80]}"
        for path in TEMPLATES.rglob("*.html")
        for head, inside in form.findall(path.read_text(encoding="utf-8"))
        if 'method="post"' in head and typed.search(inside) and "novalidate" not in head
    ]
    assert bubbling == []
