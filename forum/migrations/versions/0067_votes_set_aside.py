"""Votes that are set aside: the decisions, whom they are about, and the votes

Revision ID: 0067
Revises: 0064
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0064"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
VOTE = "reply_id, user_id, essay_id, value, version, voted_at, first_at, carried_from_id"


def pointer(table: str, column: str, to: str, ends: str | None) -> sa.ForeignKeyConstraint:
    """Return the constraint that a column points to a row of a table."""
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}", ondelete=ends
    )


def upgrade() -> None:
    """Make the tables; nothing was set aside before."""
    op.create_table(
        "asides",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("proposed_by_id", NUMBER, nullable=True),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by_id", NUMBER, nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("voters", NUMBER, nullable=False),
        sa.Column("votes", NUMBER, nullable=False),
        sa.Column("action_id", NUMBER, nullable=True),
        sa.CheckConstraint(
            "state IN ('proposed', 'agreed', 'declined', 'withdrawn', 'undone')",
            name=op.f("ck_asides_state"),
        ),
        pointer("asides", "essay_id", "essays", "CASCADE"),
        pointer("asides", "proposed_by_id", "users", "SET NULL"),
        pointer("asides", "decided_by_id", "users", "SET NULL"),
        pointer("asides", "action_id", "actions", None),
        sa.PrimaryKeyConstraint("id", name="pk_asides"),
    )
    op.create_index("ix_asides_essay", "asides", ["essay_id", "state"])
    op.create_index("ix_asides_state", "asides", ["state", "id"])
    op.create_index("ix_asides_action", "asides", ["action_id"])
    op.create_table(
        "aside_people",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("aside_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("appeal", sa.Text(), nullable=False),
        sa.Column("appealed_at", MOMENT, nullable=True),
        sa.Column("granted", sa.Boolean(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", NUMBER, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        pointer("aside_people", "aside_id", "asides", "CASCADE"),
        pointer("aside_people", "user_id", "users", "CASCADE"),
        pointer("aside_people", "answered_by_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_aside_people"),
        sa.UniqueConstraint("aside_id", "user_id", name="uq_aside_people_aside_id"),
    )
    op.create_index("ix_aside_people_user_id", "aside_people", ["user_id"])
    op.create_table(
        "votes_aside",
        sa.Column("reply_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("value", sa.String(length=8), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("voted_at", MOMENT, nullable=False),
        sa.Column("first_at", MOMENT, nullable=True),
        sa.Column("carried_from_id", NUMBER, nullable=True),
        sa.CheckConstraint(
            "value IN ('support', 'oppose', 'neutral')", name=op.f("ck_votes_aside_value")
        ),
        pointer("votes_aside", "reply_id", "replies", "CASCADE"),
        pointer("votes_aside", "user_id", "users", "CASCADE"),
        pointer("votes_aside", "essay_id", "essays", "CASCADE"),
        pointer("votes_aside", "carried_from_id", "replies", "SET NULL"),
        sa.PrimaryKeyConstraint("reply_id", "user_id", name="pk_votes_aside"),
    )
    op.create_index("ix_votes_aside_user", "votes_aside", ["user_id"])
    op.create_index("ix_votes_aside_essay", "votes_aside", ["essay_id", "user_id"])
    there = sa.text("carried_from_id IS NOT NULL")
    op.create_index(
        "ix_votes_aside_carried_from_id",
        "votes_aside",
        ["carried_from_id"],
        sqlite_where=there,
        postgresql_where=there,
    )


def downgrade() -> None:
    """Let every vote count again and forget the decisions; flask recount counts them."""
    op.execute(f"INSERT INTO votes ({VOTE}) SELECT {VOTE} FROM votes_aside")
    for table in ("votes_aside", "aside_people", "asides"):
        op.drop_table(table)
