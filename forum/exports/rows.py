"""Reading the rows of an export from the database: chunk by chunk, ranked as they pass."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import Row as Found
from sqlalchemy import Select, func, or_, select
from sqlalchemy.engine import Connection

from ..essays.models import Essay, takes_replies
from ..lookout.moved_ranks import TwoRanks, ranks_with_asides
from ..replies.filters import Filter, Sort
from ..replies.listing import listed
from ..replies.models import Reply
from ..replies.orders import ORDERS, Place, read_in_turn, stretch
from ..replies.ranks import Ranks
from ..replies.tags import LEVER, TAG_NAMES, Combination, Stance
from ..replies.tallies import Tally
from ..votes import ranking
from ..votes.asides import AsideVote, values_aside
from ..words import text
from .comments import comments_by_stance
from .fields import FROM_ROOMS, Row
from .outcomes import RowOutcome, outcomes_of
from .row_parts import PlaceAndRank, RowParts
from .row_scores import DECIMALS, VALUES, score_of, score_with
from .rules import Rules

MORE = (Reply.body, Reply.evidence, Reply.assumed)
"""What a row holds beyond a card."""

CHUNK = 500
"""Rows read by one query."""


@dataclass(frozen=True)
class Listing:
    """Which proposals, in which order: of one essay, or of all where there is none."""

    chosen: Filter
    rules: Rules
    essay_id: int | None
    authors_shown: bool = True

    @property
    def conditions(self) -> list[Any]:
        """The WHERE of the list, joined with its essays; drafts are on no list of all essays."""
        chosen = self.chosen.conditions(self.essay_id, all_at_once=True)
        found = [*chosen, *self.rules.conditions()]
        return found if self.essay_id is not None else [*found, Essay.state != "draft"]

    @property
    def asides(self) -> list[Any]:
        """The condition of the votes set aside in its discussion; none where it is of all."""
        return [] if self.essay_id is None else [AsideVote.essay_id == self.essay_id]

    @property
    def is_tallied(self) -> bool:
        """Whether the stored tallies tell how many proposals it holds."""
        chosen = self.chosen
        return not (chosen.q or chosen.unjudged or self.rules.min_voters)

    def numbered(self) -> Select[Any]:
        """Return the whole list as rows of number, lever, place and rank within the lever."""
        order = [column.desc() for column in ORDERS[self.chosen.order]]
        return (
            select(
                Reply.id,
                Reply.lever,
                ORDERS[self.chosen.order][0].label("score"),
                func.row_number().over(partition_by=Reply.lever, order_by=order).label("place"),
                func.rank().over(partition_by=Reply.lever, order_by=order[0]).label("rank"),
            )
            .join(Essay, Essay.id == Reply.essay_id)
            .where(*self.conditions)
        )

    def query(self) -> Select[Any]:
        """Return the query of the whole list."""
        query = listed(
            self.chosen, self.essay_id, self.chosen.order, *MORE, all_at_once=True
        ).where(*self.rules.conditions())
        if self.rules.per_lever:
            numbered = self.numbered().subquery()
            query = query.join(numbered, numbered.c.id == Reply.id).where(
                numbered.c.place <= self.rules.per_lever
            )
        return query

    def chunk(self, connection: Connection, after: Place | None) -> list[Found[Any]]:
        """Return the rows that follow a place in the list, as many as are read at one go."""
        query, parts = self.query(), stretch(self.chosen.order, after)
        return read_in_turn(
            [or_(*parts)] if self.chosen.q else parts,
            min(CHUNK, self.rules.limit or CHUNK),
            lambda part, left: connection.execute(query.where(part).limit(left)).all(),
        )


def count(connection: Connection, listing: Listing) -> dict[str, int]:
    """Return how many proposals of each lever the list holds, ``limit`` not yet applied."""
    found: dict[str, int] = {}
    if listing.is_tallied:
        lever_at = TAG_NAMES.index(LEVER.name)
        for tagged, number in tallied_in(connection, listing).items():
            if listing.chosen.tags.admits(tagged):
                lever = str(tagged[lever_at])
                found[lever] = found.get(lever, 0) + number
    else:
        query = (
            select(Reply.lever, func.count())
            .join(Essay, Essay.id == Reply.essay_id)
            .where(*listing.conditions)
            .group_by(Reply.lever)
        )
        found = {str(lever): int(number) for lever, number in connection.execute(query)}
    most = listing.rules.per_lever
    return {lever: min(number, most) if most else number for lever, number in found.items()}


def tallied_in(connection: Connection, listing: Listing) -> dict[Combination, int]:
    """Return how many proposals the list's essays hold by their tags, whichever are chosen."""
    columns = [getattr(Tally, name) for name in TAG_NAMES]
    query = select(*columns, func.sum(Tally.proposals)).join(Essay, Essay.id == Tally.essay_id)
    if listing.essay_id is None:
        query = query.where(Essay.state != "draft")
    else:
        query = query.where(Tally.essay_id == listing.essay_id)
    rows = connection.execute(query.where(*listing.rules.conditions()).group_by(*columns))
    return {tuple(value or None for value in key): int(number) for *key, number in rows if number}


def tied_out(connection: Connection, listing: Listing) -> int:
    """Return how many proposals were cut off although they rank with the last one taken."""
    rules, cut = listing.rules, 0
    numbered = listing.numbered().subquery()
    if rules.per_lever:
        most = rules.per_lever
        tied = select(func.count()).where(numbered.c.rank <= most, numbered.c.place > most)
        cut += int(connection.scalar(tied) or 0)
    if rules.limit:
        taken = select(numbered.c.score.label("score"))
        if rules.per_lever:
            taken = taken.where(numbered.c.place <= rules.per_lever)
        scores = taken.subquery()
        over = select(
            func.row_number().over(order_by=scores.c.score.desc()).label("place"),
            func.rank().over(order_by=scores.c.score.desc()).label("rank"),
        ).subquery()
        tied = select(func.count()).where(over.c.rank <= rules.limit, over.c.place > rules.limit)
        cut += int(connection.scalar(tied) or 0)
    return cut


def read_rows(connection: Connection, listing: Listing) -> Iterator[Row]:
    """Yield every row of the list in its order, holding no more than a chunk at a time."""
    order = listing.chosen.order
    value_key, tie_key = (str(column.key) for column in ORDERS[order])
    ranks = Ranks()
    after: Place | None = None
    ranked = sum(count(connection, listing).values())
    both = ranks_with_asides(connection, *listing.asides)
    while True:
        found = listing.chunk(connection, after)
        ids = [row.id for row in found]
        said, became = comments_by_stance(connection, ids), outcomes_of(connection, ids)
        asides = values_aside(connection, AsideVote.reply_id.in_(ids))
        for row in found:
            value = getattr(row, value_key)
            stands = PlaceAndRank(0, ranks.next(value), ranked, ranks.within(row.lever, value))
            outcome = became.get(row.id, RowOutcome())
            two = both.get(row.id, TwoRanks())
            more = RowParts(said[row.id], asides[row.id], two, outcome)
            yield as_row(row, more, stands, order, listing.authors_shown)
            if listing.rules.limit and ranks.given >= listing.rules.limit:
                return
        if len(found) < CHUNK:
            return
        after = getattr(found[-1], value_key), getattr(found[-1], tie_key)


def as_row(row: Any, more: RowParts, stands: PlaceAndRank, order: Sort, authors_shown: bool) -> Row:
    """Return the fields of one proposal; no comment is quoted."""
    low, high = ranking.interval(row.support, row.oppose)
    said, score = more.said, score_of(row, order)
    return {
        **asdict(stands),
        "rank_in_discussion": more.ranks.rank,
        "rank_with_aside": more.ranks.otherwise,
        "title": words(row.title),
        **{name: getattr(row, name) for name in TAG_NAMES},
        "assumed": list(row.assumed),
        "trade_off": words(row.trade_off),
        "body": words(row.body),
        "evidence": [line for item in row.evidence if (line := " ".join(words(item).split()))],
        "author": words(row.author_name) if authors_shown else "",
        "created": seconds(row.created_at),
        "edited": seconds(row.edited_at) if row.edited_at else None,
        "support": row.support,
        "oppose": row.oppose,
        "neutral": row.neutral,
        "earlier": row.earlier,
        "carried": row.carried,
        **{name: getattr(row, name) for name in FROM_ROOMS},
        **{f"aside_{value}": more.aside[value] for value in VALUES},
        "score": score,
        "score_with_aside": score_with(row, more.aside, order) if more.aside else score,
        "low": round(low, DECIMALS),
        "high": round(high, DECIMALS),
        "comments": sum(said.values()),
        **{f"comments_{stance.value}": said[stance.value] for stance in Stance},
        **quoted(Stance.SUPPORT),
        **quoted(Stance.CHALLENGE),
        "status": status_of(row.essay_state, row.closes_at),
        **asdict(more.outcome),
        "note": "",
        "essay": words(row.essay_title),
        "language": row.language,
        "permalink": permalink(row.id),
        "id": row.id,
    }


def quoted(stance: Stance, body: str = "", author: str = "", address: str = "") -> Row:
    """Return the fields of a comment that facilitators picked; empty where they picked none."""
    name = f"quoted_{stance.value}"
    return {name: words(body), f"{name}_author": words(author), f"{name}_permalink": address}


def words(written: str | None) -> str:
    """Return a text as every format can hold it; what was cleaned at writing passes unchanged."""
    return text.scrub(written or "")


def seconds(moment: datetime) -> datetime:
    """Return a moment in whole seconds, which is as fine as a spreadsheet shows it."""
    return moment.replace(microsecond=0)


def permalink(reply_id: int) -> str:
    """Return the address at which a reply stands."""
    return f"{current_app.config['BASE_URL']}/replies/{reply_id}"


def status_of(state: str, closes_at: datetime | None) -> str:
    """Return how things stand with the discussion that a proposal is in."""
    if state == "draft":
        return state
    return "open" if takes_replies(state, closes_at) else "closed"
