"""The table of an export, once for every format: rows in order, and where they came from.

A writer turns the table into one format and knows nothing of the database: a table that was
frozen at some time (see json_reader.py) is written like one that is read now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from sqlalchemy.engine import Connection

from ..accounts.grounds import voters_in_words
from ..db import now
from ..essays.models import Essay
from ..replies.filters import SORT_LABELS, Filter, Sort
from ..version import __version__
from ..votes import ranking
from ..votes.who_takes_part import who_takes_part_in_words
from ..web.languages import current_language, series
from ..web.numbers import format_decimal
from .fields import Row
from .outcomes import deals_in_words
from .provenance import Provenance
from .rows import Listing, count, read_rows, seconds, tied_out
from .rules import Rules

SENTENCES: dict[Sort, Any] = {
    Sort.TOP: _l(
        "Ranked by the share of support we can be 95% sure of, among people who took a side."
    ),
    Sort.EYES: _l("Could still turn out well, but few people have judged it."),
    Sort.CONTESTED: _l("People are most evenly, and most surely, split."),
    Sort.NEWEST: _l("The newest first."),
}

SITE = "proposals"
"""The name of the list of all essays; that of one essay begins with its slug."""

BOUNDS = "U(s, n) = 1 − L(n − s, n)"
FORMULAS: dict[Sort, str] = {
    Sort.TOP: ranking.FORMULA,
    Sort.EYES: f"U·(U − L) of s in N = s + o + p, 1 for N = 0; {ranking.FORMULA}; {BOUNDS}",
    Sort.CONTESTED: f"2·L(min(s, o), n); {ranking.FORMULA}",
    Sort.NEWEST: f"by time; score: {ranking.FORMULA}",
}


@dataclass(frozen=True)
class Table:
    """What an export shows.

    ``name`` is the stem of the file's name, ``language`` that of headings and sentences, ``counts``
    the number of proposals by lever, and ``introduction`` Markdown that goes before them. ``read``
    yields the rows, every time from the first.
    """

    name: str
    title: str
    language: str
    provenance: Provenance
    read: Callable[[], Iterator[Row]]
    introduction: str = ""

    def rows(self) -> Iterator[Row]:
        """Yield the rows in order."""
        return self.read()


def authors_shown() -> bool:
    """Say whether the site lets files name authors."""
    return bool(current_app.config["EXPORT_AUTHORS"] == "shown")


def listing_of(chosen: Filter, rules: Rules, essay: Essay | None) -> Listing:
    """Return what is asked for, with authors named or not as the site has it."""
    return Listing(chosen, rules, essay.id if essay else None, authors_shown())


def said_of_authors(shown: bool) -> str:
    """Return how the provenance says whether authors are named."""
    return "shown" if shown else "withheld"


def table_of(connection: Connection, chosen: Filter, rules: Rules, essay: Essay | None) -> Table:
    """Return the table of a list as it stands in the connection's snapshot.

    Reading the rows needs an application context and the connection still open.
    """
    listing = listing_of(chosen, rules, essay)
    total = sum(count(connection, listing).values())
    provenance = Provenance(
        site=current_app.config["BASE_URL"],
        url=address_of(chosen, rules, essay),
        filter=in_words(connection, listing),
        order=f"{SORT_LABELS[chosen.order]}. {SENTENCES[chosen.order]}",
        formula=FORMULAS[chosen.order],
        authors=said_of_authors(listing.authors_shown),
        made_at=seconds(now()),
        software=f"Circle Back {__version__}",
        rows=min(total, rules.limit) if rules.limit else total,
        voters=voters_in_words()
        + (who_takes_part_in_words(connection, [essay.id]) if essay else ""),
        deal=deals_in_words(connection, [essay.id]) if essay else "",
    )
    return Table(
        name=f"{essay.slug}-proposals" if essay else SITE,
        title=essay.title if essay else _("Proposals from every discussion"),
        language=current_language(),
        provenance=provenance,
        read=lambda: read_rows(connection, listing),
    )


def in_words(connection: Connection, listing: Listing) -> str:
    """Say the filter and the rules in the reader's language, and what they cut through a tie."""
    cut = tied_out(connection, listing) if listing.rules.limit or listing.rules.per_lever else 0
    return said_of(listing.chosen, listing.rules, cut)


def said_of(chosen: Filter, rules: Rules, cut: int = 0) -> str:
    """Say a filter and its rules; ``cut`` share the last rank and are left out."""
    said = [] if chosen.is_empty and not rules.is_empty else [chosen.in_words()]
    said += rules.in_words()
    if cut:
        said.append(
            ngettext(
                "one more with the same rank as the last is left out",
                "%(many)s more with the same rank as the last are left out",
                cut,
                many=format_decimal(cut),
            )
        )
    words = series(said)
    return words[:1].upper() + words[1:]


def address_of(chosen: Filter, rules: Rules, essay: Essay | None) -> str:
    """Return the address of the page that shows the same list.

    It is the page everyone reads; with rules, the facilitators' page that applies them.
    """
    path = f"/essays/{essay.slug}" if essay else "/proposals"
    if not rules.is_empty:
        path = f"/essays/{essay.slug}/export" if essay else "/export"
    query = urlencode(chosen.query(sort=chosen.order) | rules.query(), doseq=True)
    return f"{current_app.config['BASE_URL']}{path}?{query}"
