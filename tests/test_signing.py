"""What is signed for browsers: as the libraries sign it, for less."""

from __future__ import annotations

import pytest
from flask import Flask, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import validate_csrf
from itsdangerous import BadSignature
from wtforms import ValidationError

from forum.web.signing import form_token

LIBRARY = SecureCookieSessionInterface()
HELD = {"sign_in": "a key", "more": ["x" * 200]}


def test_a_session_is_read_by_the_library_and_the_librarys_by_us(app: Flask) -> None:
    theirs = LIBRARY.get_signing_serializer(app)
    ours = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    assert theirs is not None
    assert ours.loads(theirs.dumps(HELD), max_age=60) == HELD
    assert theirs.loads(ours.dumps(HELD), max_age=60) == HELD


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
