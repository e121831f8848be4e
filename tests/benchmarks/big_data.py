"""Essays with very many replies, as ``flask demo`` makes them, and places in the middle of them."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import func, select, update

from forum.database import statistics
from forum.db import db
from forum.demo import bulk
from forum.demo.loading import HERE
from forum.essays.models import Essay
from forum.replies.cursors import Cursor, microseconds
from forum.replies.models import Reply
from tests.cast import Make

ORDERS = ("top", "eyes", "contested", "newest")


def fill(app: Flask, sizes: list[int]) -> None:
    """Fill an essay for each of these numbers of replies; ``slug_of`` names them."""
    make = Make(app)
    body = (HERE / "essays" / "the-price-of-asking-twice.md").read_text(encoding="utf-8")
    make.user("Fay", role="facilitator")
    make.user("Ben")
    with app.app_context():
        readers = fill_readers()
        for size in sizes:
            title = f"What {size} people would change"
            essay = make.essay(title, body=body.split("---", 2)[2])
            db.session.execute(update(Essay).where(Essay.id == essay.id).values(slug=slug_of(size)))
            fill_essay(essay, size, readers)
            for _ in range(3):
                make.comment(essay)
        db.session.commit()
        statistics.refresh()


def slug_of(size: int) -> str:
    """Return the name in the address of the essay with so many replies."""
    return f"essay-of-{size}"


def fill_readers() -> range:
    """Add the readers; return their numbers."""
    return bulk.add_readers(bulk.READERS)


def fill_essay(essay: Essay, size: int, readers: range) -> None:
    """Add so many replies to an essay, of which a fifth are comments, and half as many votes."""
    bulk.fill(essay, size * bulk.EVERY // (bulk.EVERY + 1), size // 2, readers)


def deep(essay_id: int, order: str) -> Cursor:
    """Return where a page in the middle of an essay's list begins, as the page before it says."""
    column = Reply.created_at if order == "newest" else getattr(Reply, order)
    tie = Reply.draw if order == "eyes" else Reply.id
    query = select(column, tie).where(Reply.essay_id == essay_id, Reply.lever.is_not(None))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    middle = query.order_by(column.desc(), tie.desc()).offset(total // 2).limit(1)
    score, last = db.session.execute(middle).one()
    above = select(func.count()).select_from(query.where(column > score).subquery())
    rank = 1 + (db.session.scalar(above) or 0)
    return Cursor(microseconds(score) if order == "newest" else score, last, total // 2, rank)
