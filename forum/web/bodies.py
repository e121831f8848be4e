"""What may be sent to a page: a form, in one of the two ways in which browsers send one.

Anything else, such as JSON, is refused before a view could take it for a form.
"""

from __future__ import annotations

from flask import Flask, request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def has_body() -> bool:
    """Say whether anything was sent with the request beside its head."""
    return bool(request.content_length) or "Transfer-Encoding" in request.headers


def take_forms_only() -> None:
    """Refuse a body that is not a form; a request without a body is one with nothing in it."""
    if request.method in READING or not has_body():
        return
    if request.mimetype not in FORMS:
        raise UnsupportedMediaType
    if request.mimetype == "multipart/form-data" and "boundary" not in request.mimetype_params:
        raise BadRequest


def init_app(app: Flask) -> None:
    """Look at what is sent before any view does."""
    app.before_request(take_forms_only)
