"""Every counted sentence is right for nothing, one, two and a million, and so is every number."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, get_translations

from forum.web.numbers import format_decimal

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parent.parent
NUMBERS = (0, 1, 2, 1_000_000)
PLACE = re.compile(r"%\((\w+)\)s")
COUNTED = re.compile(
    r"%\(\w+\)s (characters|comments|days|discussions|drafts|essays|items|minutes|notices|people|"
    r"persons|proposals|replies|results|seconds|supporters|texts|times|versions|voters|votes|weeks|"
    r"words)\b"
)


@pytest.fixture(scope="module")
def french() -> Catalog:
    path = ROOT / "forum" / "translations" / "fr" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale="fr")


def plurals(catalogue: Catalog) -> Iterator[tuple[Message, list[str], list[str]]]:
    """Yield every counted message with its English and its French forms."""
    for message in catalogue:
        if message.id and not isinstance(message.id, str):
            yield message, list(message.id or ()), list(message.string or ())


def test_no_message_writes_a_number_as_computers_do(french: Catalog) -> None:
    for message in french:
        forms: list[str] = []
        for said in (message.id, message.string):
            forms += [said] if isinstance(said, str) else list(said or ())
        for form in forms:
            assert not re.search(r"%(\(\w+\))?[-+0-9.]*[dif]", form), form


def test_a_number_beside_a_counted_word_is_counted(french: Catalog) -> None:
    for message in french:
        if message.id and isinstance(message.id, str):
            assert not COUNTED.search(message.id), f"{message.id!r} needs ngettext."


def test_both_french_forms_name_every_number(french: Catalog) -> None:
    """The first form is for nothing as well as for one, so that it cannot leave the number out."""
    found = list(plurals(french))
    assert len(found) > 25
    for message, english, forms in found:
        for form in forms:
            assert set(PLACE.findall(form)) == set(PLACE.findall(english[1])) or not (
                set(PLACE.findall(english[1]))
            ), f"{message.id}: {form!r}"


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("number", NUMBERS)
def test_every_counted_sentence_says_its_number(
    app: Flask, french: Catalog, language: str, number: int
) -> None:
    with app.test_request_context(), force_locale(language):
        said = str(format_decimal(number))
        assert said == {"en": f"{number:,}", "fr": f"{number:,}".replace(",", "\u00a0")}[language]
        for _message, english, _forms in plurals(french):
            words = get_translations().ungettext(*english, number) % Anything(said)
            one = language == "en" and number == 1
            assert one or said in words or not PLACE.search(english[1]), words
            if language == "en" and number != 1:
                assert words == english[1] % Anything(said)


class Anything(dict[str, str]):
    """Stands for every value of a message."""

    def __init__(self, said: str) -> None:
        super().__init__()
        self.said = said

    def __missing__(self, _name: str) -> str:
        return self.said


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"ngettext", "lazy_ngettext"}:
            yield node, ast.unparse(node)


def test_code_hands_over_numbers_as_the_language_writes_them() -> None:
    """``num`` is the library's own, and a bare number."""
    for path in (ROOT / "forum").rglob("*.py"):
        for node, call in calls(ast.parse(path.read_text(encoding="utf-8"))):
            said = [each.value for each in node.args if isinstance(each, ast.Constant)]
            assert not any("%(num)" in str(each) for each in said), f"{path}: {call}"


def test_templates_hand_over_numbers_as_the_language_writes_them() -> None:
    call = re.compile(r"n(?:p)?gettext\((?:[^()]|\([^()]*\))*\)")
    seen = 0
    for path in (ROOT / "templates").rglob("*.html"):
        for found in call.findall(path.read_text(encoding="utf-8")):
            seen += 1
            for name in set(PLACE.findall(found)):
                value: Any = re.search(rf"\b{name}=([^,]*)", found)
                assert value, f"{path}: {found} hands over no {name}"
                assert name not in {"num", "some", "written"} or "|number" in value[1], (
                    f"{path}: {found}: {name} needs |number"
                )
    assert seen > 25
