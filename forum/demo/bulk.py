"""A discussion as large as one likes: rows, where the forum's verbs would take days.

The words are the demo's, numbered; people, tags, votes and times come from one seed, so the same
numbers stand on both databases. Every count is that of its rows, as ``flask recount --check`` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any

import yaml
from sqlalchemy import func, select, text

from ..accounts.look_alikes import skeleton
from ..accounts.models import User
from ..database.bulk_insert import bulk_insert
from ..db import db, now
from ..essays.models import Essay
from ..replies.models import DRAW, Reply, ReplyVersion
from ..replies.tags import TAG_NAMES, TAGS
from ..replies.tallies import Tally, key_of
from ..replies.writing import Content, stored
from ..votes.counting import counted
from ..votes.models import Value, Vote
from ..words.keys import AFTER_TITLE
from ..words.keys import key_of as word_key
from .indexes_aside import indexes_aside, words_aside
from .loading import HERE

READERS = 1_000
"""People there are at least."""
CHUNK = 1_000
"""Proposals in one transaction, with all that belongs to them."""
KIBIBYTES = 64 * 1024
"""That SQLite may keep of its indexes meanwhile, into which rows come in no order."""
FILLED = ("replies", "votes", "search_words")
FEW = 10_000
"""Up to so many proposals come into the indexes as they are."""
EVERY = 4
"""Of so many proposals one has a comment."""
LASTS = timedelta(days=60)
"""How long ago the first proposal was written."""
VALUES = (Value.SUPPORT.value, Value.OPPOSE.value, Value.NEUTRAL.value)

Done = Callable[[int], object]


def started() -> datetime:
    """Return when a discussion begins, before the first proposal."""
    return now() - LASTS - timedelta(hours=1)


def add_readers(number: int) -> range:
    """Add people who cannot sign in; return their numbers."""
    first = (db.session.scalar(select(func.max(User.id))) or 0) + 1
    numbers = range(first, first + number)
    rows = (
        {
            "id": each,
            "name": f"Reader {each}",
            "name_skeleton": skeleton(f"Reader {each}"),
            "role": "reader",
            "source": f"demo:bulk:{each}",
        }
        for each in numbers
    )
    while chunk := [row for _n, row in zip(range(CHUNK), rows, strict=False)]:
        bulk_insert(User, chunk)
    count_on("users")
    db.session.commit()
    return numbers


def fill(
    essay: Essay, proposals: int, votes: int, readers: Sequence[int], done: Done = lambda _n: None
) -> None:
    """Add so many proposals and votes to an essay; ``done`` hears how many proposals stand."""
    if db.engine.dialect.name == "sqlite":
        db.session.execute(text(f"PRAGMA cache_size=-{KIBIBYTES}"))
    there = db.session.scalar(select(func.count()).select_from(Reply)) or 0
    with all_at_the_end() if proposals > max(there, FEW) else nullcontext():
        tallies = add_rows(Bulk(essay, proposals, votes, readers), done)
    keys = [dict(zip(TAG_NAMES, key, strict=True)) for key in tallies]
    counts = zip(keys, tallies.values(), strict=True)
    bulk_insert(Tally, [{"essay_id": essay.id, **key, "proposals": n} for key, n in counts])
    count_on("replies")
    db.session.commit()


@contextmanager
def all_at_the_end() -> Iterator[None]:
    """Put into the indexes at the end what is added in here."""
    with indexes_aside(FILLED), words_aside():
        yield


def add_rows(discussion: Bulk, done: Done) -> Counter[tuple[str, ...]]:
    """Add all of a discussion, a chunk at a time; return how many proposals bear which tags."""
    tallies: Counter[tuple[str, ...]] = Counter()
    for first in range(0, discussion.proposals, CHUNK):
        most = min(CHUNK, discussion.proposals - first)
        replies, versions, ballots = discussion.rows(first, most)
        for model, rows in ((Reply, replies), (ReplyVersion, versions), (Vote, ballots)):
            bulk_insert(model, rows)
        tallies.update(
            key_of(tuple(row[name] for name in TAG_NAMES)) for row in replies if row["lever"]
        )
        db.session.commit()
        done(most)
    return tallies


class Bulk:
    """One discussion: what its words and people are drawn from, and how much is left to draw."""

    def __init__(self, essay: Essay, proposals: int, votes: int, readers: Sequence[int]) -> None:
        self.essay, self.readers = essay, readers
        self.proposals, self.votes = proposals, votes
        self.began, self.pause = now() - LASTS, LASTS / max(proposals, 1)
        self.chance = Random(proposals)  # noqa: S311 - the same discussion every time
        self.next = (db.session.scalar(select(func.max(Reply.id))) or 0) + 1
        self.words = [Words(each, essay.language) for each in written()]
        self.values = {tag.name: [each.value for each in tag.values] for tag in TAGS}

    def rows(self, first: int, most: int) -> tuple[list[Any], list[Any], list[Any]]:
        """Return the rows of so many proposals: replies, their versions, and votes."""
        replies: list[dict[str, Any]] = []
        ballots: list[dict[str, Any]] = []
        for number in range(first, first + most):
            proposal = self.proposal(number)
            cast = list(self.ballots(proposal, self.proposals - number))
            ballots += cast
            counts = Counter(ballot["value"] for ballot in cast)
            proposal |= counted_of(*(counts[value] for value in VALUES))
            replies.append(proposal)
            if number % EVERY == 0:
                proposal["comments"] = 1
                replies.append(self.comment(number, proposal["id"]))
        return replies, [version_of(row) for row in replies], ballots

    def proposal(self, number: int) -> dict[str, Any]:
        """Return the row of a proposal; its words are told from others' by a number."""
        words = self.chance.choice(self.words)
        tags = {name: self.chance.choice(each) for name, each in self.values.items()}
        own = {"comments": 0, "draw": self.chance.randrange(DRAW)}
        return {**words.proposal, **self.row(number), **tags, **words.numbered(number + 1), **own}

    def comment(self, number: int, proposal: int) -> dict[str, Any]:
        """Return the row of a comment on a proposal."""
        words = self.chance.choice(self.words)
        own = {"stance": "support", "thread_id": proposal, "parent_id": proposal}
        zero = {**counted_of(0, 0, 0), "comments": 0, "draw": self.chance.randrange(DRAW)}
        return {**words.comment, **self.row(number), **own, **zero}

    def row(self, number: int) -> dict[str, Any]:
        """Return what every reply has: a number, an essay, an author and a time."""
        this = self.next
        self.next += 1
        return {
            "id": this,
            "essay_id": self.essay.id,
            "author_id": self.readers[this % len(self.readers)],
            "thread_id": None,
            "parent_id": None,
            "fingerprint": f"demo:bulk:{this}",
            "created_at": self.began + self.pause * number,
        }

    def ballots(self, row: dict[str, Any], proposals_left: int) -> Iterator[dict[str, Any]]:
        """Yield the votes on a proposal: as many as chance says, all that is left on the last."""
        mean = self.votes / proposals_left
        number = int(self.chance.expovariate(1 / mean)) if mean else 0
        number = self.votes if proposals_left == 1 else number
        number = min(number, self.votes, len(self.readers) - 1)
        self.votes -= number
        support = self.chance.betavariate(5, 3)
        weights = support, 0.8 * (1 - support), 0.2 * (1 - support)
        values = self.chance.choices(VALUES, weights, k=number)
        author = row["author_id"]
        place = self.readers.index(author)
        for step, value in enumerate(values, start=1):
            voter = self.readers[(place + step) % len(self.readers)]
            moment = row["created_at"] + self.pause / 2
            yield {
                "reply_id": row["id"],
                "user_id": voter,
                "essay_id": self.essay.id,
                "value": value,
                "version": 1,
                "voted_at": moment,
                "first_at": moment,
            }


class Words:
    """One of the demo's texts: what all rows that say it have in common, read once."""

    def __init__(self, content: Content, language: str) -> None:
        self.proposal = stored(content, language)
        self.title = (content.title or "")[:100]
        self.title_key = word_key(self.title)
        self.after_title = AFTER_TITLE + self.proposal["search"].partition(AFTER_TITLE)[2]
        empty = dict.fromkeys((*TAG_NAMES, "title", "trade_off"))
        key = AFTER_TITLE + word_key(content.body)
        self.comment = {**self.proposal, **empty, "search": key}

    def numbered(self, number: int) -> dict[str, str]:
        """Return a title that is told from others' by a number, and the key of the whole."""
        title = f"{self.title} ({number})"
        return {"title": title, "search": f"{self.title_key} {number}{self.after_title}"}


@cache
def counted_of(support: int, oppose: int, neutral: int) -> dict[str, Any]:
    """Return the columns that count so many votes."""
    return counted(support=support, oppose=oppose, neutral=neutral)._asdict()


def version_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row of the version in which a reply was first written."""
    names = Content.__dataclass_fields__
    content = {name: row[name] for name in names}
    at: datetime = row["created_at"]
    return {
        "reply_id": row["id"],
        "version": 1,
        "content": content,
        "changes": None,
        "note": "",
        "by_id": row["author_id"],
        "at": at,
    }


def written() -> list[Content]:
    """Return the proposals of the demo as their authors wrote them."""
    names = Content.__dataclass_fields__
    return [
        Content(**{name: each[name] for name in names if name in each})
        for file in sorted((HERE / "replies").glob("*.yaml"))
        for each in yaml.safe_load(file.read_text(encoding="utf-8"))["proposals"]
    ]


def count_on(table: str) -> None:
    """Have PostgreSQL number the next row after those that brought their numbers."""
    if db.engine.dialect.name == "postgresql":
        numbers = f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))"  # noqa: S608
        db.session.execute(text(numbers))
