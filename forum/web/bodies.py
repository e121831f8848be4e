"""What may be sent to a page: a form, in one of the two ways in which browsers send one.

Anything else, such as JSON, is refused before a view could take it for a form.
"""

from __future__ import annotations

from flask import Flask, Request
from flask.globals import request_ctx
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def has_body(asked: Request) -> bool:
    """Say whether anything was sent with a request beside its head."""
    return bool(asked.content_length) or "Transfer-Encoding" in asked.headers


def take_forms_only() -> None:
    """Refuse a body that is not a form; a request without a body is one with nothing in it."""
    asked = request_ctx.request
    if asked.method in READING or not has_body(asked):
        return
    if asked.mimetype not in FORMS:
        raise UnsupportedMediaType
    if asked.mimetype == "multipart/form-data" and "boundary" not in asked.mimetype_params:
        raise BadRequest


def init_app(app: Flask) -> None:
    """Look at what is sent before any view does."""
    app.before_request(take_forms_only)
