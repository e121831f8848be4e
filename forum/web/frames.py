"""Frames: pages made for all readers of a kind, with gaps for what is each reader's own.

What somebody signed in sees of a discussion is nearly all what others see. So the page is made once
for nobody in particular, who is signed in (``accounts/reader_kinds``), and kept as the pages of
strangers are, under the same versions. At each request its gaps are filled. While a frame is made
there is no cookie, no session and no name: what asks for one fails at once.

``frame_here`` decides, and nothing else does, for whom a frame will do.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import structlog
from flask import Flask, Response, current_app, make_response, request, session
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from ..database.prepared import own_connection
from ..db import now
from . import languages
from .asked_pages import AskedPage
from .gaps import PageParts, collected
from .page_cache import PageCache
from .page_notes import NOTES, PageNotes
from .page_store import KeptPage, PageStore
from .page_versions import READ_HERE, PageScope, read_first
from .visitor import be_visited_by, look_again, visitor_here

if TYPE_CHECKING:
    from ..accounts.plain_readers import PlainReader
    from ..accounts.reader_kinds import AnyReader

View = TypeVar("View", bound=Callable[..., Any])

SAME_FOR_ALL = (
    "SCRIPT_NAME",
    "PATH_INFO",
    "SERVER_NAME",
    "SERVER_PORT",
    "SERVER_PROTOCOL",
    "HTTP_HOST",
    "wsgi.url_scheme",
    "wsgi.input",
    "wsgi.errors",
    "wsgi.version",
)
"""What of a request a frame may be made of: nothing that one visitor sends and another does not."""

log = structlog.get_logger("forum.frames")


class EachForThemselves(HTTPException):
    """What a page says stands on who its visitor is: no frame will do for them, or for anybody."""


class NotForFramesError(RuntimeError):
    """A page that is made for many asked who its visitor is."""


@dataclass(slots=True)
class KeptFrame(KeptPage):
    """A frame, kept as a page is; without ``parts``, that the page has none as it stands."""

    parts: PageParts | None

    @property
    def size(self) -> int:
        """Bytes that it takes, roughly."""
        return 2_000 + (self.parts.size if self.parts else 0)


class FrameCache(PageCache):
    """The frames of this process; whoever is signed in never gets one of a moment ago."""

    replica = None

    def __init__(self, app: Flask, store: PageStore) -> None:
        super().__init__(app, store)
        self.stale = 0.0

    def read_label(self, asked: AskedPage, environ: dict[str, Any]) -> str:
        """Return the versions as the request has read them before anything else."""
        return environ.get(READ_HERE) or super().read_label(asked, environ)

    def frame(self, kind: AnyReader) -> PageParts | None:
        """Return the frame of the page asked for, kept or made; nothing where it has none."""
        sent = request_ctx.request
        asked = self.routes.page(sent.environ, sent.cookies, reader=kind)
        frame = cast("KeptFrame | None", self.page(asked, sent.environ)) if asked else None
        return frame.parts if frame else None

    def made(self, asked: AskedPage, label: str, environ: dict[str, Any]) -> KeptFrame | None:
        """Have the view make the frame, for anyone of this kind, and keep it."""
        notes = PageNotes()
        inner = {name: environ[name] for name in SAME_FOR_ALL if name in environ}
        inner |= {
            NOTES: notes,
            READ_HERE: label,
            "REQUEST_METHOD": "GET",
            "QUERY_STRING": asked.query,
        }
        inner["HTTP_COOKIE"] = f"{languages.COOKIE}={asked.language}"
        with self.app.app_context(), self.app.request_context(inner), collected([]) as gaps:
            be_visited_by(asked.reader)
            try:
                view: Any = self.app.view_functions[asked.route.endpoint]
                page = view.in_parts(**asked.route.arguments)
            except EachForThemselves:
                return self.kept(asked, label, notes, None)
            except HTTPException:
                return None
            except NotForFramesError:
                if self.app.testing:
                    raise
                log.exception("no frame", endpoint=asked.route.endpoint)
                return None
            if not isinstance(page, str) or session.modified:
                return None
        return self.kept(asked, label, notes, PageParts.of(page, gaps))

    def kept(
        self, asked: AskedPage, label: str, notes: PageNotes, parts: PageParts | None
    ) -> KeptFrame:
        """Keep a frame, or that there is none, for as long as it is right."""
        frame = KeptFrame(label, notes.until, "200 OK", (), b"", time.monotonic(), parts)
        if notes.until > now().timestamp():
            self.store.put(asked.key, frame)
        return frame


def frame_here(
    scope: PageScope, arguments: Mapping[str, Any], but: AbstractSet[str]
) -> Response | None:
    """Return the page asked for from its frame; nothing where it is to be made whole.

    That is where the visitor is a stranger or of no kind, where the forum has something to tell
    them, where the address has one of the fields ``but``, and where what would fill a gap finds
    that this page is another one for them.
    """
    extensions = current_app.extensions
    frames: FrameCache | None = extensions.get("frames")
    if frames is None or "_flashes" in session or not but.isdisjoint(request.args):
        return None
    with own_connection():
        read_first(scope, arguments)
        reader: PlainReader | None = extensions["plain_reader"]()
        frame = frames.frame(reader.kind) if reader else None
        if frame is None or reader is None:
            return None
        be_visited_by(reader)
        try:
            return Response([frame.filled(reader)], mimetype="text/html")
        except EachForThemselves:
            look_again()
            return None


def framed(*but: str) -> Callable[[View], View]:
    """Return a decorator: a kept page has gaps too, and comes from a frame where one will do.

    With one of the fields ``but`` in its address it is made whole.
    """
    fields = {*but, languages.FIELD}

    def mark(view: View) -> View:
        scope, _names = view.kept_page  # type: ignore[attr-defined]

        @wraps(view)
        def page(**arguments: Any) -> ResponseReturnValue:
            if answer := frame_here(scope, arguments, fields):
                return answer
            with collected([]) as gaps:
                answer = make_response(view(**arguments))
            if gaps:
                parts = PageParts.of(answer.get_data(as_text=True), gaps)
                answer.set_data(parts.filled(visitor_here()))
            return answer

        page.in_parts = view  # type: ignore[attr-defined]
        return cast(View, page)

    return mark


def init_app(app: Flask) -> None:
    """Keep frames in half as much room as pages have, where the settings give them any."""
    if megabytes := app.config["PAGE_CACHE"]:
        app.extensions["frames"] = FrameCache(app, PageStore(megabytes * 512 * 1024))
