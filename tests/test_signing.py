"""What is signed for browsers: as the libraries sign it, for less."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import validate_csrf
from itsdangerous import BadSignature, SignatureExpired
from wtforms import ValidationError

from forum.web.signing import form_token, is_own_token

LIBRARY = SecureCookieSessionInterface()
HELD = {"sign_in": "a key", "more": ["x" * 200]}
TAGGED = {"pair": ("a", ["b"]), "when": datetime(2027, 1, 31, 9, tzinfo=UTC), "like": '{" t":[]}'}


def test_a_session_is_read_by_the_library_and_the_librarys_by_us(app: Flask) -> None:
    theirs = LIBRARY.get_signing_serializer(app)
    ours = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert theirs is not None
    for held in (HELD, TAGGED, {"like": TAGGED["like"]}):
        assert ours.loads(theirs.dumps(held), max_age=60) == held
        assert theirs.loads(ours.dumps(held), max_age=60) == held


def test_a_session_that_is_known_is_each_requests_own_and_grows_old(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    written = ours.dumps(HELD)
    ours.loads(written, max_age=60)["more"].append("what another request is told")
    assert ours.loads(written, max_age=60) == HELD
    signed = time.time()
    for later in (70, -70):
        monkeypatch.setattr("forum.web.signing.time.time", lambda moved=later: signed + moved)
        with pytest.raises(SignatureExpired):
            ours.loads(written, max_age=60)
        assert ours.loads(written) == HELD


def test_a_session_that_somebody_changed_is_none(app: Flask) -> None:
    ours = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    written = ours.dumps(HELD)
    for wrong in (f"x{written}", written[:-3], written.replace(".", "-"), ""):
        with pytest.raises(BadSignature):
            ours.loads(wrong)


def test_a_session_of_before_the_key_changed_is_read_once_more(app: Flask) -> None:
    before = app.session_interface.get_signing_serializer(app).dumps(HELD)  # type: ignore[attr-defined]
    old, app.secret_key = app.secret_key, "another key of this site"
    with pytest.raises(BadSignature):
        app.session_interface.get_signing_serializer(app).loads(before)  # type: ignore[attr-defined]
    app.config["SECRET_KEY_FALLBACKS"] = [old]
    assert app.session_interface.get_signing_serializer(app).loads(before) == HELD  # type: ignore[attr-defined]


def test_a_token_is_taken_by_the_library_in_its_session_alone(app: Flask) -> None:
    with app.test_request_context():
        first = form_token()  # the library makes the first, and what it signs
        later = form_token()
        validate_csrf(first)
        validate_csrf(later)
        with pytest.raises(ValidationError):
            validate_csrf(f"{later}x")
        session["csrf_token"] = "another"
        with pytest.raises(ValidationError):
            validate_csrf(later)


def test_a_token_is_our_own_where_the_library_takes_it(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context():
        tokens = [form_token(), form_token()]
        assert all(map(is_own_token, tokens))
        for wrong in ("", "x", f"{tokens[0]}x", tokens[0][1:], tokens[0].rpartition(".")[0]):
            assert not is_own_token(wrong), wrong
        held = session["csrf_token"]
        session["csrf_token"] = "another"
        assert not any(map(is_own_token, tokens))
        del session["csrf_token"]
        assert not any(map(is_own_token, tokens))
        session["csrf_token"] = held
        assert is_own_token(tokens[0])
        monkeypatch.setitem(app.config, "WTF_CSRF_TIME_LIMIT", -1)
        assert not any(map(is_own_token, tokens))
