"""Files that a browser keeps in place of showing them."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response


def attached(
    body: str | bytes | Iterable[str] | Iterable[bytes], mimetype: str, name: str
) -> Response:
    """Return a file to be kept under this name."""
    answer = Response(body, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
