"""What a brief holds: the proposals of a shortlist or of the top of an essay, at one moment.

The rows are those of every export, so that every writer of exports can write a brief.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, cast

from flask import current_app
from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.engine import Connection

from ..accounts.models import User
from ..db import now
from ..deals.models import Deal
from ..deals.routing import body_for
from ..deals.writing_dues import day_due, met_by_brief
from ..exports.comments import comments_by_stance
from ..exports.fields import Row
from ..exports.outcomes import RowOutcome, outcomes_of
from ..exports.provenance import Digest, Provenance
from ..exports.report import is_too_long
from ..exports.row_parts import RowParts
from ..exports.rows import MORE, as_row, permalink, quoted, seconds, words
from ..exports.rules import Rules
from ..exports.snapshot import open_snapshot
from ..exports.tables import FORMULAS, SENTENCES, authors_shown, said_of_authors, table_of
from ..exports.unprintable import Unprintable
from ..lookout.moved_ranks import TwoRanks, ranks_with_asides
from ..replies.filters import SORT_LABELS, Filter, Sort
from ..replies.listing import listed
from ..replies.models import Reply
from ..replies.tags import Stance
from ..version import __version__
from ..votes.asides import AsideVote, values_aside
from .asking import essays_of, quotes_on, said_of_asked, said_of_picking, standings
from .models import BriefDraft, Shortlist, ShortlistItem

TOP = Filter(sort=Sort.TOP)


READ = ("id", "title", "body", "note", "quoted_support", "quoted_challenge")
"""What of a row is read before a brief is published; its numbers may go on changing."""


@dataclass(frozen=True)
class Frozen:
    """The proposals of a brief as they stand at one moment, and where they come from."""

    rows: list[Row]
    provenance: Provenance
    left_out: int = 0
    """Items of the shortlist that nobody may read any more."""

    @property
    def is_too_long(self) -> bool:
        """Whether there is more text than every format can hold."""
        return is_too_long(self.rows)

    def unprintable(self, draft: BriefDraft) -> Unprintable:
        """Return what the brief's documents could not show."""
        said = [draft.title, draft.introduction, self.provenance.lines()]
        return Unprintable.of_rows(said, self.rows)

    def published(self, address: str, by: User) -> Frozen:
        """Return the same with who publishes it, and the address at which it can be read."""
        return replace(self, provenance=replace(self.provenance, url=address, publisher=by.name))

    def mark(self, draft: BriefDraft) -> str:
        """Return the mark of every word in the brief, by which a preview is known to be current.

        Votes go on while someone reads, so numbers are no part of it; which proposals there are,
        and in which order, is.
        """
        words = [[row[name] for name in READ] for row in self.rows]
        said = [draft.version, draft.title, draft.introduction, draft.supersedes_id, words]
        return hashlib.sha256(json.dumps(said).encode()).hexdigest()


def freeze(draft: BriefDraft, at: datetime | None = None) -> Frozen:
    """Return what the draft would hold if it were published at a moment, or now.

    Its words are in the draft's language; what its publication makes due stands in it.
    """
    with closing(open_snapshot()) as snapshot, force_locale(draft.language):
        if draft.shortlist is not None:
            frozen = of_shortlist(snapshot, draft.shortlist)
        else:
            frozen = of_top(snapshot, draft)
        return sealed(with_dues(frozen.rows, at or now()), frozen)


def of_top(snapshot: Connection, draft: BriefDraft) -> Frozen:
    """Return the top proposals of each lever of an essay; no comment is quoted."""
    rules = Rules(per_lever=draft.per_lever, min_voters=draft.min_voters)
    table = table_of(snapshot, TOP, rules, draft.essay)
    rows = list(table.rows())
    stands = standings(snapshot, [cast(int, row["id"]) for row in rows])
    rows = [{**row, **asdict(stands[cast(int, row["id"])])} for row in rows]
    essays = [draft.essay] if draft.essay else []
    chosen = _("By the readers’ votes alone. Nobody picked proposals, and no comment is quoted.")
    asked = said_of_asked(snapshot, essays, len(rows), chosen)
    return Frozen(rows, replace(table.provenance, **asked))


def of_shortlist(snapshot: Connection, shortlist: Shortlist) -> Frozen:
    """Return the proposals of a shortlist in its order, with notes and the comments picked."""
    items = snapshot.execute(
        select(
            ShortlistItem.id, ShortlistItem.reply_id, ShortlistItem.note, ShortlistItem.picked_by_id
        )
        .where(ShortlistItem.shortlist_id == shortlist.id, ShortlistItem.removed_at.is_(None))
        .order_by(ShortlistItem.position, ShortlistItem.id)
    ).all()
    shown = authors_shown()
    quotes = quotes_on(snapshot, [item.id for item in items])
    rows = list(picked_rows(snapshot, items, quotes, shown))
    order = _(
        "Chosen and put in order by the facilitators. The score is that of %(top)s: %(sentence)s",
        top=SORT_LABELS[Sort.TOP],
        sentence=SENTENCES[Sort.TOP],
    )
    chosen = said_of_picking(snapshot, items, quotes)
    essays = essays_of(snapshot, [item.reply_id for item in items], shortlist)
    provenance = Provenance(
        site=current_app.config["BASE_URL"],
        url="",
        filter=_("Shortlist “%(name)s”", name=shortlist.name),
        order=order,
        formula=FORMULAS[Sort.TOP],
        authors=said_of_authors(shown),
        made_at=seconds(now()),
        software=f"Circle Back {__version__}",
        rows=len(rows),
        **said_of_asked(snapshot, essays, len(rows), chosen),
    )
    return Frozen(rows, provenance, left_out=len(items) - len(rows))


def picked_rows(
    snapshot: Connection, items: Sequence[Any], quotes: Sequence[Any], authors_shown: bool
) -> Iterator[Row]:
    """Yield the proposals that everyone may read, each at its place and with its rank."""
    ids = [item.reply_id for item in items]
    found = listed(TOP, None, Sort.TOP, *MORE)
    rows = {row.id: row for row in snapshot.execute(found.where(Reply.id.in_(ids)))}
    said, became = comments_by_stance(snapshot, list(rows)), outcomes_of(snapshot, list(rows))
    stands = standings(snapshot, list(rows))
    asides = values_aside(snapshot, AsideVote.reply_id.in_(list(rows)))
    discussions = AsideVote.essay_id.in_(select(Reply.essay_id).where(Reply.id.in_(ids)))
    both = ranks_with_asides(snapshot, discussions)
    for place, item in enumerate((item for item in items if item.reply_id in rows), 1):
        row = rows[item.reply_id]
        outcome, stand = became.get(row.id, RowOutcome()), replace(stands[row.id], place=place)
        two = both.get(row.id, TwoRanks())
        more = RowParts(said[row.id], asides[row.id], two, outcome)
        fields = as_row(row, more, stand, Sort.TOP, authors_shown)
        for quote in (each for each in quotes if each.item_id == item.id):
            address = f"{permalink(row.id)}#reply-{quote.id}"
            author = quote.name if authors_shown else ""
            fields = {**fields, **quoted(Stance(quote.stance), quote.body, author, address)}
        yield {**fields, "note": item.note}


def with_dues(rows: Sequence[Row], at: datetime) -> list[Row]:
    """Return the rows with what comes due by standing in a brief that is published then."""
    met = met_by_brief(cast(int, row["id"]) for row in rows if not row["answer_status"])
    coming = {reply.id: asdict(coming_due(reply, deal, at)) for reply, deal in met}
    return [{**row, **coming.get(cast(int, row["id"]), {})} for row in rows]


def coming_due(reply: Reply, deal: Deal, at: datetime) -> RowOutcome:
    """Return the due that publishing is about to write."""
    body = body_for(deal.bodies, reply)
    return RowOutcome(
        answer_body=words(body.body.name),
        due_on=day_due(deal, at),
        due_state="waiting" if body.has_agreed else "asked",
    )


def sealed(rows: list[Row], frozen: Frozen) -> Frozen:
    """Return a brief of these rows with the checksum over them."""
    provenance = replace(frozen.provenance, rows=len(rows), sha256=str(Digest(rows)))
    return replace(frozen, rows=rows, provenance=provenance)
