"""Essays with very many replies: rows, where verbs would take days, of words as people write them.

The same numbers on both databases, from one seed: votes and scores of every kind, the tags as
often as they are on a living forum, every fifth reply a comment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any, cast

import yaml
from flask import Flask
from sqlalchemy import Table, func, insert, select, text, update

from forum.accounts.models import User
from forum.db import Base, db, now
from forum.demo.loading import HERE
from forum.essays.models import Essay
from forum.replies.cursors import Cursor, microseconds
from forum.replies.models import DRAW, Reply
from forum.replies.tags import TAGS
from forum.replies.tallies import Tally, key_of
from forum.votes.models import Vote
from forum.votes.ranking import scores
from forum.words.text import fold, skeleton
from tests.cast import HASH, Make

READERS = 1_000
CHUNK = 5_000
ORDERS = ("top", "eyes", "contested", "newest")


def fill(app: Flask, sizes: list[int]) -> None:
    """Fill an essay for each of these numbers of replies; ``slug_of`` names them."""
    make = Make(app)
    body = (HERE / "essays" / "the-price-of-asking-twice.md").read_text(encoding="utf-8")
    make.user("Fay", role="facilitator")
    make.user("Ben")
    with app.app_context():
        first = fill_readers()
        for size in sizes:
            title = f"What {size} people would change"
            essay = make.essay(title, body=body.split("---", 2)[2])
            db.session.execute(update(Essay).where(Essay.id == essay.id).values(slug=slug_of(size)))
            fill_essay(essay, size, first)
            for _ in range(3):
                make.comment(essay)
        db.session.execute(text("ANALYZE"))
        db.session.commit()


def slug_of(size: int) -> str:
    """Return the name in the address of the essay with so many replies."""
    return f"essay-of-{size}"


def fill_readers() -> int:
    """Add the readers; return the number of the first."""
    first = (db.session.scalar(select(func.max(User.id))) or 0) + 1
    names = [f"Reader {number}" for number in range(READERS)]
    rows = [
        {
            "name": n,
            "name_skeleton": skeleton(n),
            "email": f"{i}@example.org",
            "password_hash": HASH,
        }
        for i, n in enumerate(names)
    ]
    db.session.execute(insert(User), rows)
    db.session.commit()
    return first


def fill_essay(essay: Essay, size: int, first_reader: int) -> None:
    """Add the replies of an essay, a vote on every second proposal, and its tallies."""
    first = (db.session.scalar(select(func.max(Reply.id))) or 0) + 1
    chunk: list[dict[str, Any]] = []
    for row in replies(essay.id, size, first, first_reader):
        chunk.append(row)
        if len(chunk) == CHUNK:
            add(chunk)
            chunk = []
    add(chunk)
    if db.engine.dialect.name == "postgresql":  # rows that bring their numbers are not counted
        numbers = "SELECT setval('replies_id_seq', (SELECT max(id) FROM replies))"
        db.session.execute(text(numbers))
    tags = [getattr(Reply, tag.name) for tag in TAGS]
    shown = select(*tags, func.count()).where(Reply.essay_id == essay.id, Reply.lever.is_not(None))
    for *tagged, number in db.session.execute(shown.group_by(*tags)).all():
        key = dict(zip((tag.name for tag in TAGS), key_of(tuple(tagged)), strict=True))
        db.session.execute(insert(Tally).values(essay_id=essay.id, **key, proposals=number))
    db.session.commit()


def add(rows: list[dict[str, Any]]) -> None:
    """Add some replies with their votes, and let others write."""
    if not rows:
        return
    db.session.execute(insert(table_of(Reply)), rows)
    voted = [
        {
            "reply_id": row["id"],
            "user_id": row["author_id"] + (1 if row["id"] % READERS else -1),
            "essay_id": row["essay_id"],
            "value": ("support", "oppose", "neutral")[row["id"] % 3],
            "version": 1,
        }
        for row in rows
        if row["lever"] and row["id"] % 2
    ]
    if voted:
        db.session.execute(insert(table_of(Vote)), voted)
    db.session.commit()


def table_of(model: type[Base]) -> Table:
    """Return the table of a model: rows for it need not all name the same columns."""
    return cast(Table, model.__table__)


def replies(essay_id: int, size: int, first: int, first_reader: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of an essay's replies."""
    chance, present = Random(size), now()
    written = [
        reply
        for file in sorted((HERE / "replies").glob("*.yaml"))
        for reply in yaml.safe_load(file.read_text(encoding="utf-8"))["proposals"]
    ]
    for each in written:
        each["folded"] = fold(each["body"])
    values = {tag.name: [each.value for each in tag.values] for tag in TAGS}
    for n in range(size):
        words, is_comment = chance.choice(written), n % 5 == 4
        support, oppose, neutral = (int(chance.expovariate(0.1)) for _ in range(3))
        title = f"{words['title']} ({n})"[:110]
        body = words["body"]
        tags: dict[str, Any] = {
            name: None if is_comment else chance.choice(each) for name, each in values.items()
        }
        ranked = vars(scores(support, oppose, neutral)).items()
        yield {
            "id": first + n,
            "essay_id": essay_id,
            "author_id": first_reader + (first + n) % (READERS - 1),
            "thread_id": first if is_comment else None,
            "parent_id": first if is_comment else None,
            "stance": "support" if is_comment else None,
            "title": None if is_comment else title,
            "body": body,
            "body_html": f"<p>{body}</p>",
            "excerpt": body[:200],
            "renderer": "",
            "search": f"{fold(title)} {words['folded']}",
            "language": ("en", "fr")[n % 3 == 0],
            "fingerprint": str(first + n),
            "created_at": present - timedelta(seconds=37 * (size - n)),
            "support": support,
            "oppose": oppose,
            "neutral": neutral,
            "comments": chance.randrange(5),
            "draw": chance.randrange(DRAW),
            **tags,
            **{name: score * (1 - chance.random() / 1_000) for name, score in ranked},
        }


def deep(essay_id: int, order: str) -> str:
    """Return where a page in the middle of an essay's list begins, as the address has it."""
    column = Reply.created_at if order == "newest" else getattr(Reply, order)
    tie = Reply.draw if order == "eyes" else Reply.id
    query = select(column, tie).where(Reply.essay_id == essay_id, Reply.lever.is_not(None))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    middle = query.order_by(column.desc(), tie.desc()).offset(total // 2).limit(1)
    score, last = db.session.execute(middle).one()
    return str(Cursor(microseconds(score) if order == "newest" else score, last, total // 2))
