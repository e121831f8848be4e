"""The headers that every answer carries, whatever view made it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Flask, Response
from flask.globals import request_ctx

from .compression import can_be_squeezed
from .page_store import StartResponse
from .visitor import loaded_visitor

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


HTTPS_ONLY = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
"""The same where the site is served by HTTPS."""


class WithHeaders:
    """The application with the security headers in each of its answers, unless a view set its own.

    They are added as the answer begins: Werkzeug would look through and copy them several times.
    """

    def __init__(self, app: Flask) -> None:
        self.inner = app.wsgi_app
        self.always = ALWAYS | (HTTPS_ONLY if app.config["SESSION_COOKIE_SECURE"] else {})

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer."""

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            there = dict(headers)
            headers.extend(each for each in self.always.items() if each[0] not in there)
            return start_response(status, headers, *more)

        return self.inner(environ, start)


def tell_caches(response: Response) -> Response:
    """Say what an answer varies by, and keep what is private out of every cache."""
    asked, headers = request_ctx.request, response.headers
    said = dict(headers.to_wsgi_list())
    varies = [said["Vary"]] if "Vary" in said else []
    if can_be_squeezed(said):
        varies.append("Accept-Encoding")
    if asked.endpoint not in {"static", "assets.style"}:
        varies += ["Cookie", "Accept-Language"]
        if "Cache-Control" not in said:
            private = loaded_visitor() is not None or asked.method not in {"GET", "HEAD"}
            headers.add("Cache-Control", "private, no-store" if private else "no-cache")
    if varies:
        headers["Vary"] = ", ".join(varies)
    return response


def init_app(app: Flask) -> None:
    """Send the headers with every answer of this application."""
    app.after_request(tell_caches)
    app.wsgi_app = WithHeaders(app)  # type: ignore[method-assign]
