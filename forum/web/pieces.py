"""Pieces of pages, kept for the next page that would show the same.

A piece is kept under all that it stands on, as values: whatever changes makes another key, so no
writer has to tell. What stands on who asks is never among them: a piece has gaps, which are opened
anew on each page, or it is divided and the rest is put in between.
The language, the zone of days and the place of the site are part of every key, and a piece that
says "3 weeks ago" is forgotten when it would say something else.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import Any

from flask import Flask, current_app, g, request
from markupsafe import Markup

from ..db import Base, now
from .gaps import GAP_SIZE, Gap, Sealed, apart, collected, own
from .page_notes import noted, renewed_from
from .page_versions import versions_here
from .speech import code_of, locale_now

MEGABYTES = 8
PLACE = "place_of_pieces"
"""Where a request keeps what all its pieces stand on."""
BESIDE = 600
"""Bytes that a kept piece takes beside its text, roughly."""


@dataclass(slots=True)
class KeptPiece:
    """A piece in parts, between which something else is put, and until when it is right.

    Where it has gaps, one stands after each part but the last. ``used`` says that it was asked for
    since it last stood where pieces make room.
    """

    parts: tuple[Markup, ...]
    gaps: tuple[Gap, ...]
    until: float
    size: int
    used: bool = False

    @property
    def opened(self) -> tuple[Markup, ...]:
        """The parts; where the piece has gaps, all of it as one, with these opened."""
        if not self.gaps:
            return self.parts
        gaps = (own(gap.kind, *gap.given) for gap in self.gaps)
        pairs = zip_longest(self.parts, gaps, fillvalue=Markup(""))
        return (Markup("").join(chain.from_iterable(pairs)),)


class PieceStore:
    """The pieces used lately, together at most so many bytes."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.size = 0
        self.pieces: OrderedDict[Hashable, KeptPiece] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Hashable) -> KeptPiece | None:
        """Return the piece kept under the key, as long as it is right."""
        piece = self.pieces.get(key)
        if piece is None or (piece.until < math.inf and piece.until <= now().timestamp()):
            return None
        piece.used = True
        return piece

    def put(self, key: Hashable, piece: KeptPiece) -> None:
        """Keep a piece; the oldest that were not used since they last made room do so."""
        with self.lock:
            before = self.pieces.pop(key, None)
            self.size += piece.size - (before.size if before else 0)
            self.pieces[key] = piece
            while self.size > self.most:
                self.make_room()

    def make_room(self) -> None:
        """Give up the oldest piece; one that was used stays as the newest, until it is again."""
        key, oldest = self.pieces.popitem(last=False)
        if oldest.used:
            oldest.used = False
            self.pieces[key] = oldest
        else:
            self.size -= oldest.size

    def clear(self) -> None:
        """Keep nothing."""
        with self.lock:
            self.pieces.clear()
            self.size = 0


def parts_of(
    key: tuple[Hashable, ...], make: Callable[[], Markup], between: str = ""
) -> tuple[Markup, ...]:
    """Return a piece, kept or made; ``between`` is what it is divided at.

    ``key`` is everything that it stands on beside the language, as values that never change.
    Raises TypeError for a row, which may.
    """
    store: PieceStore = current_app.extensions["pieces"]
    whole = (*place(), *key)
    piece = store.get(whole)
    if piece is None:
        if any(isinstance(each, Base) for each in key):
            raise TypeError("A kept piece stands on values, not on rows that change.")
        with noted() as notes, collected(Sealed() if between else []) as gaps:
            text = make()
        parts, placed = (text.split(between), ()) if between else apart(text, gaps)
        size = BESIDE + 2 * len(text) + GAP_SIZE * len(placed)
        piece = KeptPiece(tuple(map(Markup, parts)), placed, notes.until, size)
        store.put(whole, piece)
    if piece.until < math.inf:
        renewed_from(piece.until)
    return piece.opened


def stand_on(app: Flask, mark: Callable[[], str]) -> None:
    """Have every piece stand on this too: what tells one state of something from another."""
    app.extensions.setdefault("pieces_stand_on", []).append(mark)


def place() -> tuple[str, ...]:
    """Return what every piece stands on: the language, where the site begins, its settings."""
    locale, held = locale_now(), vars(g._get_current_object())
    if (known := held.get(PLACE)) and known[0] is locale:
        return known[1]
    found = (
        *(mark() for mark in current_app.extensions.get("pieces_stand_on", ())),
        code_of(locale) if locale else "",
        request.environ.get("SCRIPT_NAME", ""),
    )
    if versions_here():  # then no setting changes while this request lasts
        held[PLACE] = (locale, found)
    return found


def macro(part: str) -> Any:
    """Return the macro of a part, by its place among the templates."""
    template = current_app.jinja_env.get_template(f"parts/{part}.html")
    return getattr(template.module, part.split("/")[-1])


def kept_as(key: tuple[Hashable, ...], part: str, *given: Any) -> Markup:
    """Return what the macro of a part writes of what it is given, of which it shows nothing but
    the key: kept or made."""
    return parts_of((part, *key), lambda: macro(part)(*given))[0]


def init_app(app: Flask) -> None:
    """Give the application room for pieces."""
    app.extensions["pieces"] = PieceStore(MEGABYTES * 1024 * 1024)
    app.jinja_env.globals.update(kept_part_as=kept_as)
