"""What may be sent: forms and nothing else, and in each field no more than it may hold."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from markupsafe import Markup
from werkzeug.routing import IntegerConverter, Rule

from forum.web.forms import AtMost, Form, Line
from tests.cast import Make

pytestmark = pytest.mark.one_database

DEEP = "[" * 10_000 + "]" * 10_000
BODIES = {
    "a list": ("[1]", "application/json"),
    "a word": ('"x"', "application/json"),
    "an object": ('{"value": "support", "body": "x", "title": "x"}', "application/json"),
    "nothing": ("null", "application/json"),
    "deeply nested": (DEEP, "application/json"),
    "another JSON": (DEEP, "application/vnd.api+json"),
    "broken JSON": ("{", "application/json"),
    "plain words": ("body=x", "text/plain"),
    "XML": ("<a/>", "application/xml"),
    "no type": ("body=x", ""),
    "no boundary": ("body=x", "multipart/form-data"),
}
"""What no form is sent as."""


def routes(app: Flask, method: str) -> Iterator[tuple[Rule, str]]:
    """Yield every route that takes the method, with an address that it matches."""
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()) and rule.endpoint != "static":
            values = {
                name: next(iter(getattr(converter, "items", ())), None)
                or ("1" if isinstance(converter, IntegerConverter) else "a-b")
                for name, converter in rule._converters.items()
            }
            built = rule.build(values)
            assert built is not None, rule
            yield rule, built[1]


@pytest.mark.parametrize("sent", BODIES)
def test_what_is_not_a_form_is_refused_on_every_route(
    app: Flask, make: Make, visit: Any, sent: str
) -> None:
    make.proposal(make.essay())
    ada = visit(make.user("Ada", role="admin"))
    body, kind = BODIES[sent]
    headers = {"X-CSRFToken": ada.token}
    walked = 0
    for rule, path in routes(app, "POST"):
        answer = ada.client.post(path, data=body, content_type=kind, headers=headers)
        assert answer.status_code in {400, 415}, f"{rule}: {answer.status_code}"
        walked += 1
    assert walked > 40


def test_a_body_on_a_page_that_is_only_read_does_no_harm(
    app: Flask, make: Make, visit: Any
) -> None:
    ada = visit(make.user("Ada", role="admin"))
    for rule, path in routes(app, "GET"):
        answer = ada.client.get(path, data=DEEP, content_type="application/json")
        assert answer.status_code < 500, rule


def test_a_form_that_is_sent_without_anything_in_it_is_still_a_form(make: Make, visit: Any) -> None:
    cam = visit(make.user("Cam"))
    answer = cam.client.post("/sign-out", headers={"X-CSRFToken": cam.token})
    assert answer.status_code == 303


def test_words_that_a_sign_in_carries_along_may_be_nonsense(make: Make, visit: Any) -> None:
    cam = make.user("Cam")
    for kept in (DEEP, "[1]", '"x"', "null", '{"a": 1}', "[[1, 2, 3]]"):
        data = {"email": cam.email, "password": make.PASSWORD, "kept": kept}
        assert visit().post("/sign-in", data).status_code == 303, kept[:20]


@pytest.mark.parametrize("letter", ["x", "\u0301", "\u200b", "\u4e01", " ", "Ⱥ"])
def test_a_name_of_a_megabyte_is_refused_at_once(visit: Any, letter: str) -> None:
    zed = visit()
    many = 900_000 // len(letter.encode()) // 3
    form = {"name": letter * many, "email": "zed@example.org", "password": "tulip orbit 42"}
    zed.get("/sign-up")
    began = time.thread_time()
    answer = zed.post("/sign-up", form)
    assert time.thread_time() - began < 1
    assert answer.status_code == 422
    assert "Please keep this to 50 characters." in answer.get_data(as_text=True)


def test_nothing_else_looks_at_a_field_that_is_too_long(
    make: Make, visit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look(*_args: Any, **_more: Any) -> Any:
        raise AssertionError("somebody looked")

    def look_at(words: str, **_more: Any) -> Markup:
        assert len(words) <= 10_000, "somebody looked"
        return Markup()

    for looked_at in (
        "forum.accounts.forms.check_name",
        "forum.accounts.forms.is_common",
        "forum.accounts.forms.check_address",
        "forum.words.html.render",
    ):
        monkeypatch.setattr(looked_at, look)
    long = {"name": "x" * 51, "email": "x" * 255, "password": "x" * 257}
    page = visit().post("/sign-up", long).get_data(as_text=True)
    for most in ("50", "254", "256"):
        assert page.count(f"Please keep this to {most} characters.") >= 1
    monkeypatch.undo()
    essay, ben = make.essay(), visit(make.user("Ben"))
    monkeypatch.setattr("forum.words.html.render", look_at)
    for preview in ({}, {"preview": "1"}):
        body = {"lever": "", "body": "x" * 10_001, **preview}
        assert ben.post(f"/essays/{essay.slug}/reply", body).status_code == 422


def test_every_line_of_every_form_says_how_long_it_may_be(app: Flask) -> None:
    def below(kind: type[Form]) -> Iterator[type[Form]]:
        subclasses: list[type[Form]] = kind.__subclasses__()
        for each in subclasses:
            yield each
            yield from below(each)

    shown = "forum.reading.samples"
    kinds = [
        kind
        for kind in below(Form)
        if kind.__module__.startswith("forum.") and kind.__module__ != shown
    ]
    assert len(kinds) > 20
    with app.test_request_context():
        for kind in kinds:
            for name in dir(kind):
                made = getattr(kind, name)
                field_class = getattr(made, "field_class", None)
                if isinstance(field_class, type) and issubclass(field_class, Line):
                    rules = made.args[1] if len(made.args) > 1 else made.kwargs["validators"]
                    assert any(isinstance(rule, AtMost) for rule in rules), f"{kind}.{name}"


@pytest.mark.parametrize(
    ("origin", "ours"),
    [
        ("http://localhost", True),
        ("http://localhost:80", True),
        ("HTTP://LOCALHOST/page", True),
        ("http://localhost.evil.example", False),
        ("http://localhost:81", False),
        ("https://localhost", False),
        ("http://localhost@evil.example", False),
        ("null", False),
        ("http://[", False),
    ],
)
def test_words_come_back_only_to_the_very_origin(visit: Any, origin: str, ours: bool) -> None:
    zed = visit()
    data = {"body": "Some words.", "csrf_token": "expired"}
    for header in ("Origin", "Referer"):
        answer = zed.client.post("/essays/a/reply", data=data, headers={header: origin})
        assert ("Some words." in answer.get_data(as_text=True)) is ours


def test_problems_of_bodies_are_json_for_programs(make: Make, visit: Any) -> None:
    cam = visit(make.user("Cam"))
    headers = {"X-CSRFToken": cam.token, "Accept": "application/json"}
    answer = cam.client.post("/sign-out", data="[1]", content_type="text/plain", headers=headers)
    assert answer.status_code == 415
    assert json.loads(answer.data)["status"] == 415
