"""The headers that every answer carries, whatever view made it."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

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


def add_headers(response: Response) -> Response:
    """Add the security headers, and keep what is private out of every cache."""
    there = {name.lower() for name, _value in response.headers}
    missing = ((name, value) for name, value in ALWAYS.items() if name.lower() not in there)
    response.headers.extend(missing)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers.setdefault(
            "Strict-Transport-Security", "max-age=63072000; includeSubDomains"
        )
    if request.endpoint not in {"static", "assets.style"}:
        response.vary.update(("Cookie", "Accept-Language"))
        private = loaded_visitor() is not None or request.method not in {"GET", "HEAD"}
        response.headers.setdefault("Cache-Control", "private, no-store" if private else "no-cache")
    return response


def init_app(app: Flask) -> None:
    """Send the headers with every answer of this application."""
    app.after_request(add_headers)
