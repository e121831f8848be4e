"""From which version on a proposal's text stands, and how many votes are for an earlier one

Revision ID: 0042
Revises: 0041
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
COLUMNS = {"text_since": "1", "earlier": "0", "carried": "0"}
WORDS = ("title", "body", "trade_off", "evidence")


def upgrade() -> None:
    """Add the columns, and count what stands there already."""
    for name, default in COLUMNS.items():
        column = sa.Column(name, NUMBER, nullable=False, server_default=sa.text(default))
        op.add_column("replies", column)
    since = sa.text("UPDATE replies SET text_since = :version WHERE id = :reply")
    for reply, version in rewritten():
        op.get_bind().execute(since, {"reply": reply, "version": version})
    for name, condition in (
        ("carried", "carried_from_id IS NOT NULL"),
        ("earlier", "carried_from_id IS NULL AND votes.version < replies.text_since"),
    ):
        votes = f"FROM votes WHERE votes.reply_id = replies.id AND {condition}"
        op.execute(
            f"UPDATE replies SET {name} = (SELECT COUNT(*) {votes}) WHERE EXISTS (SELECT 1 {votes})"
        )


def rewritten() -> Iterator[tuple[int, int]]:
    """Yield the proposals whose words have changed, and by which version they last did."""
    rows = op.get_bind().execute(
        sa.text(
            "SELECT reply_id, version, wording_only, content FROM reply_versions WHERE reply_id IN "
            "(SELECT id FROM replies WHERE version > 1 AND lever IS NOT NULL) "
            "ORDER BY reply_id, version"
        )
    )
    for reply, versions in groupby(rows.all(), key=lambda row: row.reply_id):
        since, before = 1, None
        for row in versions:
            words = words_of(row.content)
            if before is not None and words != before and not row.wording_only:
                since = row.version
            before = words
        if since > 1:
            yield reply, since


def words_of(content: Any) -> list[Any]:
    """Return the words of a version, which SQLite has as text."""
    kept = json.loads(content) if isinstance(content, str) else content
    return [kept.get(name) for name in WORDS]


def downgrade() -> None:
    """Take the columns away."""
    for name in COLUMNS:
        op.execute(f"ALTER TABLE replies DROP COLUMN {name}")
