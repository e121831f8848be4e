"""Which forms keep drafts, and a form together with its draft as a page shows it.

A view whose form keeps drafts says so with ``@keeps_drafts``; the address it takes the form at is
the draft's place, and ``/drafts`` in front of that is where the draft is saved.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from flask import current_app, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter

from ..accounts.reader_kinds import AnyReader
from ..web.gaps import own
from ..web.visitor import visitor_here
from .models import WORDS_LENGTH, Stamp, draft_at, empty_draft

View = TypeVar("View", bound=Callable[..., Any])

STAMP = "draft"
"""The field of a form that carries the stamp."""


@dataclass(frozen=True)
class OpenDraft:
    """A form's draft: what goes into the fields, and what the page must send back to save."""

    place: str
    stamp: Stamp | Markup
    words: MultiDict[str, str] | None
    restored_at: datetime | None = None

    @property
    def address(self) -> str:
        """Where the draft is saved."""
        return url_for("drafts.save", place=self.place.lstrip("/"))

    def said(self, field: str) -> str | None:
        """Return what stands in a field, where the draft has it."""
        return self.words.get(field) if self.words is not None else None

    def forget(self) -> None:
        """Forget the words that the page was sent with: they have arrived."""
        if STAMP in request.form and isinstance(self.stamp, Stamp):
            empty_draft(current_user, self.place, self.stamp)


def keeps_drafts(
    page: str = "",
    anchor: str = "",
    most: int = WORDS_LENGTH,
    who: Callable[[Any], Any] = lambda _user: True,
) -> Callable[[View], View]:
    """Mark a view whose form keeps drafts; ``page`` shows the form where the view itself cannot.

    A draft holds at most so many characters, of those ``who`` may send the form.
    """

    def mark(view: View) -> View:
        view.draft_page = (page, anchor)  # type: ignore[attr-defined]
        view.draft_room = (most, who)  # type: ignore[attr-defined]
        return view

    return mark


def room_at(place: str) -> int:
    """Return how many characters the visitor may keep of the form of this place."""
    endpoint, _where = routes().match(place, method="POST")
    most, who = getattr(current_app.view_functions[endpoint], "draft_room", (0, bool))
    return int(most) if who(current_user) else WORDS_LENGTH


def open_draft(endpoint: str, **where: Any) -> OpenDraft:
    """Return the draft of the form that this view takes: sent just now, kept before, or neither.

    In a frame there is none, and its stamp is a gap: whoever kept one has a page of their own.
    """
    place = routes().build(endpoint, where, method="POST")
    sent = Stamp.read(request.form.get(STAMP, ""))
    if request.method == "POST":
        return OpenDraft(place, sent or Stamp.new(0), request.form)
    if isinstance(visitor_here(), AnyReader):
        return OpenDraft(place, own("draft", place), None)
    held = draft_at(current_user, place) if current_user.is_authenticated else None
    stamp = Stamp.new(held.version if held else 0)
    if held is None or held.words is None:
        return OpenDraft(place, stamp, None)
    return OpenDraft(place, stamp, MultiDict(held.words), held.saved_at)


def page_of(place: str) -> str | None:
    """Return the address of the page that shows the form of this place; none keeps drafts there."""
    try:
        endpoint, where = routes().match(place, method="POST")
    except HTTPException:
        return None
    found = getattr(current_app.view_functions[endpoint], "draft_page", None)
    if found is None:
        return None
    page, anchor = found
    return url_for(page or endpoint, _anchor=anchor or None, **where)


def routes() -> MapAdapter:
    """Return the routes as addresses of this site, whatever stands in front of them."""
    return current_app.url_map.bind("")
