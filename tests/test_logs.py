"""The log says what happened and where, and never what someone typed."""

from __future__ import annotations

import json

import structlog
from flask.testing import FlaskClient

from tests.conftest import Lines


def test_a_form_without_its_token_is_logged_as_itself(client: FlaskClient, lines: Lines) -> None:
    client.get("/sign-in")
    client.post("/sign-in", data={"email": "ben@example.org", "password": "tulip orbit 42"})
    asked, refused = lines
    assert (asked["status"], refused["status"]) == (200, 400)
    assert asked["request_id"] != refused["request_id"]
    assert 0 <= refused["milliseconds"] < 60_000
    assert "tulip" not in json.dumps(lines)


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
