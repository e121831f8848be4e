"""Answers sent compressed, where the browser takes that and there is enough of them to matter.

A page is compressed as it is sent, and a style sheet or script once for as long as the process
runs. The name in the head of a compressed page has a random length: whoever can see how long an
answer is, and can put words of their own into it, could otherwise guess a secret that stands beside
them (the attack is known as BREACH; the cure as "Heal the Breach").
"""

from __future__ import annotations

import gzip
import secrets
import struct
import zlib
from collections.abc import Mapping
from functools import lru_cache

from flask import Flask, Response
from flask.globals import request_ctx
from isal import isal_zlib
from werkzeug.http import parse_accept_header

from .page_notes import NOTES

LEAST = 1_000
"""Bytes: what is shorter is sent as it is."""
LEVEL = 5
"""How well a page is compressed that is kept for many."""
QUICK = 2
"""How well isal compresses a page that one reader sees once: a twelfth of the time, an eighth
more bytes."""
ONCE = 9
HEAD = b"\x1f\x8b\x08\x08" + bytes(5) + b"\xff"
"""How a compressed page begins (RFC 1952): a name follows, there is no time, no system is named."""
BLUR = 100
"""By how many bytes the length of a page is blurred at most."""

PAGES = frozenset({"text/html", "application/json", "application/atom+xml", "application/xml"})
FILES = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})


def squeezed(body: bytes, *, for_many: bool) -> bytes:
    """Return a page compressed, its length blurred."""
    library, level = (zlib, LEVEL) if for_many else (isal_zlib, QUICK)
    packed = library.compress(body, level, -zlib.MAX_WBITS)
    name = b"-" * secrets.randbelow(BLUR)
    tail = struct.pack("<LL", isal_zlib.crc32(body), len(body))
    return b"".join((HEAD, name, b"\0", packed, tail))


@lru_cache(maxsize=64)
def squeezed_once(body: bytes) -> bytes:
    """Return a file compressed as well as can be, kept for the next time."""
    return gzip.compress(body, ONCE, mtime=0)


@lru_cache(maxsize=1_000)
def takes_gzip(accepted: str) -> bool:
    """Say whether a browser that sends this Accept-Encoding can read what is compressed."""
    return bool(parse_accept_header(accepted)["gzip"])


def can_be_squeezed(said: Mapping[str, str]) -> bool:
    """Say of an answer with these headers whether some browsers are sent it compressed.

    Downloads and what is compressed already stay alone.
    """
    kind = said.get("Content-Type", "").partition(";")[0]
    is_download = said.get("Content-Disposition", "").startswith("attachment")
    return kind in PAGES | FILES and not is_download


def compress(response: Response) -> Response:
    """Compress an answer where that helps."""
    asked, said = request_ctx.request, dict(response.headers.to_wsgi_list())
    if (
        not can_be_squeezed(said)
        or response.status_code in {204, 206, 304}
        or (response.is_streamed and not response.direct_passthrough)
        or "Content-Encoding" in said
        or not takes_gzip(asked.environ.get("HTTP_ACCEPT_ENCODING", ""))
        or asked.method == "HEAD"
    ):
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < LEAST:
        return response
    is_kept = asked.environ.get(NOTES) is not None
    is_file = response.mimetype in FILES
    response.set_data(squeezed_once(body) if is_file else squeezed(body, for_many=is_kept))
    response.headers.add("Content-Encoding", "gzip")
    if "ETag" in said:
        response.set_etag(response.get_etag()[0] or "", weak=True)
    return response


def init_app(app: Flask) -> None:
    """Compress the answers of this application."""
    app.after_request(compress)
