"""Rooms, who has a place in them, what they said, and how many votes came from rooms

Revision ID: 0058
Revises: 0061
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0061"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
COUNTS = ("room_support", "room_oppose", "room_neutral", "on_paper")


def upgrade() -> None:
    """Make the tables; no vote of before came from a room."""
    op.create_table(
        "rooms",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("places", NUMBER, nullable=False),
        sa.Column("begins_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("present", NUMBER, nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("opened_by_id", NUMBER, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.CheckConstraint("places BETWEEN 1 AND 500", name=op.f("ck_rooms_places")),
        sa.CheckConstraint("present BETWEEN 1 AND 500", name=op.f("ck_rooms_present")),
        sa.CheckConstraint("present IS NOT NULL OR NOT counts", name=op.f("ck_rooms_counts")),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_rooms_essay_id_essays", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["opened_by_id"], ["users.id"], name="fk_rooms_opened_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
        sa.UniqueConstraint("code", name="uq_rooms_code"),
    )
    op.create_index("ix_rooms_essay_id", "rooms", ["essay_id"])
    op.create_table(
        "room_places",
        sa.Column("user_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("room_id", NUMBER, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("on_paper", sa.Boolean(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("struck_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_room_places_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["room_id"], ["rooms.id"], name="fk_room_places_room_id_rooms", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_room_places"),
        sa.UniqueConstraint("room_id", "on_paper", "number", name="uq_room_places_room_id"),
    )
    op.create_table(
        "room_votes",
        sa.Column("reply_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("value", sa.String(length=8), nullable=False),
        sa.Column("version", NUMBER, nullable=False),
        sa.Column("voted_at", MOMENT, nullable=False),
        sa.Column("first_at", MOMENT, nullable=False),
        sa.CheckConstraint(
            "value IN ('support', 'oppose', 'neutral')", name=op.f("ck_room_votes_value")
        ),
        sa.ForeignKeyConstraint(
            ["reply_id"], ["replies.id"], name="fk_room_votes_reply_id_replies", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_room_votes_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_room_votes_essay_id_essays", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("reply_id", "user_id", name="pk_room_votes"),
    )
    op.create_index("ix_room_votes_user_id", "room_votes", ["user_id"])
    for name in COUNTS:
        column = sa.Column(name, NUMBER, nullable=False, server_default=sa.text("0"))
        op.add_column("replies", column)
    with op.batch_alter_table("sign_ins") as batch:
        batch.add_column(sa.Column("ends_at", MOMENT, nullable=True))


def downgrade() -> None:
    """Take them away, with everyone who was in a room and wrote nothing, and their votes.

    Whoever wrote stays as a person who cannot sign in. Counts are made anew by flask recount.
    """
    gone = "SELECT user_id FROM room_places"
    for table in ("votes", "sign_ins"):
        op.execute(f"DELETE FROM {table} WHERE user_id IN ({gone})")
    op.execute(
        f"DELETE FROM users WHERE id IN ({gone}) AND NOT EXISTS "
        "(SELECT 1 FROM replies WHERE author_id = users.id)"
    )
    with op.batch_alter_table("sign_ins") as batch:
        batch.drop_column("ends_at")
    for name in COUNTS:
        op.execute(f"ALTER TABLE replies DROP COLUMN {name}")
    for table in ("room_votes", "room_places", "rooms"):
        op.drop_table(table)
