"""The log says what happened and where, and never what someone typed."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient

from forum.web.logs import as_json
from tests.conftest import Lines


def test_a_form_without_its_token_is_logged_as_itself(client: FlaskClient, lines: Lines) -> None:
    client.get("/sign-in")
    client.post("/sign-in", data={"email": "ben@example.org", "password": "tulip orbit 42"})
    asked, refused = lines
    assert (asked["status"], refused["status"]) == (200, 400)
    assert asked["request_id"] != refused["request_id"]
    assert 0 <= refused["milliseconds"] < 60_000
    assert "tulip" not in json.dumps(lines)


def test_a_failure_of_a_page_is_a_line_of_json_and_shows_no_secret(
    app: Flask, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(token: str) -> str:
        raise LookupError("nothing there")

    monkeypatch.setitem(app.view_functions, "reset.choose", fail)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    assert app.test_client().get("/reset/a-secret-token").status_code == 500
    failure, request = lines
    assert failure["event"] == "failure"
    assert failure["endpoint"] == "reset.choose"
    assert failure["exception"][0]["exc_type"] == "LookupError"
    assert failure["request_id"] == request["request_id"]
    assert request["status"] == 500
    assert "a-secret-token" not in json.dumps(lines)


def test_what_libraries_have_to_say_is_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    handler, library = as_json(), logging.getLogger("a library")
    library.addHandler(handler)
    try:
        library.warning("careful: %s", "two\nlines")
    finally:
        library.removeHandler(handler)
    (line,) = capsys.readouterr().err.splitlines()
    assert json.loads(line)["event"] == "careful: two\nlines"
    assert json.loads(line)["level"] == "warning"


def test_a_failure_is_logged_without_what_it_happened_among(lines: Lines) -> None:
    def fail() -> None:
        password = "tulip orbit 42"
        raise ValueError(len(password))

    try:
        fail()
    except ValueError:
        structlog.get_logger("forum").exception("went wrong")
    (line,) = lines
    assert line["event"] == "went wrong"
    assert line["exception"][0]["exc_type"] == "ValueError"
    assert [each["name"] for each in line["exception"][0]["frames"]][-1] == "fail"
    assert "tulip" not in json.dumps(line)
