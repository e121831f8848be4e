"""The log: one JSON object a line, with who asked for what; never a text, password or token."""

from __future__ import annotations

import logging
import re
import secrets
import sys
import time
from typing import Any

import structlog
from flask import Flask, Response, request
from flask.globals import app_ctx, request_ctx
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

from .visitor import loaded_visitor

SECRET = re.compile("^(/(?:reset|unsubscribe|rehearsals|invitations|room)/).+", re.DOTALL)
"""The addresses whose rest opens something: of letters, and of rooms."""
REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

BEFORE: tuple[Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
RENDERING: tuple[Processor, ...] = (
    structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
    structlog.processors.JSONRenderer(),
)
PROCESSORS = (*BEFORE, *RENDERING)
"""What makes a line: of a failure it tells the place, never the values that it happened among."""

log = structlog.get_logger("forum.requests")


def start() -> None:
    """Give the request its number: the proxy's where it sent a sound one."""
    here, given = app_ctx.g, request_ctx.request.environ.get("HTTP_X_REQUEST_ID", "")
    here.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    here.started = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=here.request_id)


def shown_path() -> str:
    """Return the path that was asked for, without the secret that a link holds."""
    return SECRET.sub(r"\1…", request.path)


def finish(response: Response) -> Response:
    """Write one line for the request."""
    asked, here = request_ctx.request, app_ctx.g
    if asked.endpoint in {"static", "assets.style", "health.healthz"}:
        return response
    visitor = loaded_visitor()
    log.info(
        "request",
        method=asked.method,
        path=shown_path(),
        status=response.status_code,
        person=visitor.id if visitor else None,
        milliseconds=round((time.perf_counter() - here.get("started", 0.0)) * 1000, 1),
    )
    response.headers.add("X-Request-Id", here.get("request_id", ""))
    return response


def fail(_failure: Any) -> None:
    """Write one line for what no view foresaw."""
    log.exception("failure", method=request.method, path=shown_path(), endpoint=request.endpoint)


def as_json() -> logging.Handler:
    """Return what writes the lines of libraries as ours are written."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=BEFORE,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *RENDERING],
        )
    )
    return handler


def init_app(app: Flask) -> None:
    """Log every request and failure of this application, as JSON and to standard error."""
    structlog.configure(
        processors=PROCESSORS,
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if app.testing else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    if not app.testing:
        logging.basicConfig(handlers=[as_json()])
    app.log_exception = fail  # type: ignore[method-assign, assignment]
    app.before_request(start)
    app.after_request(finish)
