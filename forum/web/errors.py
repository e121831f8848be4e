"""Every error, one handler: a page in the reader's language, or problem+json for programs.

Whatever a person had typed when an error struck is shown back to them with a button to send it
again, so that an expired page, a session that ended or a limit never costs anyone their words.
"""

from __future__ import annotations

import json
import re
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import structlog
from flask import (
    Flask,
    Response,
    current_app,
    g,
    has_request_context,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable
from werkzeug.routing import RequestRedirect

from ..db import db, is_behind
from .logs import shown_path
from .visitor import forget_visitor

MESSAGES: dict[int, Any] = {
    400: _l("This request could not be understood."),
    401: _l("Sign in to continue."),
    403: _l("Your account does not have permission to do this."),
    404: _l("There is no page at this address. It may have moved, or the address may be mistyped."),
    405: _l("This address does not accept that request."),
    409: _l("This changed while you were viewing it. Reload the page and try again."),
    415: _l("This address only accepts forms."),
    410: _l("This is no longer available."),
    413: _l("This is too large to send. Shorten it and try again."),
    422: _l("There is a problem with the form."),
    429: _l("You have reached a limit."),
    500: _l("Something went wrong on our side. It has been recorded."),
    503: _l("The forum is busy for a moment. Try again in a minute."),
}
BEHIND = _l(
    "The forum’s database is not up to date. Whoever runs the forum mends that with the command "
    "“flask db upgrade”."
)
EXPIRED = _l("This page has expired. Nothing is lost: send it again below.")
EXPIRED_FOR_SCRIPTS = _l("This page has expired. Reload it and try again.")
TYPED = frozenset(
    {"title", "body", "trade_off", "evidence", "note", "private_note", "introduction"}
    | {"summary", "prompt", "reading"}
)
"""The fields that hold people's words, not what they chose or pressed."""
LONG = 80
"""Characters from which on any field holds words."""
NEVER_KEPT = frozenset(
    {"csrf_token", "password", "new_password", "second_code", "sent_code", "kept"}
)
RETRY_AFTER = 30

log = structlog.get_logger("forum.errors")


def wants_json() -> bool:
    """Say whether the client asks for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.path.endswith(".json") or best == "application/json"


def wants_part() -> bool:
    """Say whether a script asks for the part of a page that changes, rather than all of it."""
    return "return=representation" in request.headers.get("Prefer", "")


def wants_problem() -> bool:
    """Say whether the client takes an error as JSON, also where it asked for a page."""
    return wants_json() or "application/problem+json" in request.accept_mimetypes.values()


def from_here() -> bool:
    """Say whether the form was sent from one of our own pages, as far as the browser tells."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return site in {None, "same-origin", "none"} and (
        not origin or origin_of(origin) == origin_of(request.host_url)
    )


def origin_of(address: str) -> tuple[str, str] | None:
    """Return scheme and host with its port, as browsers compare them; nothing for what is none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return (parts.scheme, f"{host}:{port or usual}") if host and usual else None


def typed() -> list[tuple[str, str]]:
    """Return what the person had typed into the form, without secrets."""
    if not has_request_context() or request.method != "POST" or not from_here():
        return []
    try:
        fields = list(request.form.items(multi=True))
    except HTTPException:
        return []
    return [(name, value) for name, value in fields if name not in NEVER_KEPT]


def has_words(fields: list[tuple[str, str]]) -> bool:
    """Say whether anyone's words are among the fields, as none are in a vote."""
    return any(value and (name in TYPED or len(value) > LONG) for name, value in fields)


def kept_fields(kept: str) -> list[tuple[str, str]]:
    """Read back the fields that a sign-in form carried along; nonsense counts as nothing."""
    try:
        pairs = json.loads(kept or "[]")
        return [(str(name), str(value)) for name, value in pairs if name not in NEVER_KEPT]
    except (ValueError, TypeError, RecursionError):
        return []


def problem(error: HTTPException, message: str, **more: Any) -> Response:
    """Return the error as application/problem+json (RFC 9457), with ``more`` members of its own."""
    code = error.code or 500
    body = jsonify(
        type="about:blank", title=HTTPStatus(code).phrase, status=code, detail=str(message), **more
    )
    body.status_code = code
    body.mimetype = "application/problem+json"
    return body


def handle(error: HTTPException) -> ResponseReturnValue:
    """Answer an error; a stranger who asked for a page that needs an account goes to sign-in."""
    if isinstance(error, RequestRedirect) or error.response is not None:
        return error
    db.session.rollback()
    code = error.code or 500
    if code >= 500:
        forget_visitor()
    message = EXPIRED if isinstance(error, CSRFError) else our_words(error, code)
    if wants_problem():
        more = {"agree": url_for("agreeing.agreeing")} if g.get("agree_first") else {}
        answer = problem(error, EXPIRED_FOR_SCRIPTS if message is EXPIRED else message, **more)
    elif code == 401 and request.method in {"GET", "HEAD"}:
        return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))
    else:
        fields = typed()
        what, *advice = re.split(r"(?<=[.?!])\s+", str(message), maxsplit=1)
        page = render_template(
            "errors/error.html",
            code=code,
            message=what,
            advice="".join(advice),
            fields=fields,
            kept=json.dumps([] if g.get("is_kept") else fields),
            agree_first=code == 403 and g.get("agree_first"),
        )
        answer = Response(page, code)
    for name, value in error.get_headers():
        if name.lower() in {"retry-after", "allow"}:
            answer.headers[name] = value
    if code in {429, 503}:
        answer.headers.setdefault("Retry-After", str(g.get("retry_after", RETRY_AFTER)))
    return answer


def our_words(error: HTTPException, code: int) -> Any:
    """Return the description a view gave, or our own sentence in place of the library's."""
    given = error.description
    answered = {401, 403, 404, 409, 410, 422, 429, 503}
    if given and given != type(error).description and code in answered:
        return given
    return MESSAGES.get(code, MESSAGES[400 if code < 500 else 500])


def handle_database(error: DBAPIError) -> ResponseReturnValue:
    """Answer a database that is away or busy with 503, and any other of its errors with 500."""
    if is_behind(error):
        log.error("not migrated", path=shown_path())
        return handle(ServiceUnavailable(BEHIND))
    away = isinstance(error, OperationalError) or error.connection_invalidated
    log.error("database", path=shown_path(), kind=type(error.orig).__name__)
    if away:
        return handle(ServiceUnavailable())
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return handle(InternalServerError())


def init_app(app: Flask) -> None:
    """Answer every error of this application."""
    app.jinja_env.globals.update(TYPED=TYPED, has_words=has_words)
    app.register_error_handler(HTTPException, handle)
    app.register_error_handler(DBAPIError, handle_database)
