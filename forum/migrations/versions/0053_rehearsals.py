"""Rehearsals of discussions before they open, and who came to them

Revision ID: 0053
Revises: 0057
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0057"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
COUNTS = ("proposals", "comments", "votes", "people")


def upgrade() -> None:
    """Make room for them; no discussion is rehearsed yet."""
    op.execute(
        "ALTER TABLE essays ADD COLUMN rehearsal VARCHAR(5) "
        "CONSTRAINT ck_essays_rehearsal CHECK (rehearsal IN ('live', 'ended'))"
    )
    there = sa.text("rehearsal IS NOT NULL")
    op.create_index(
        "ix_essays_rehearsal", "essays", ["rehearsal"], sqlite_where=there, postgresql_where=there
    )
    op.create_table(
        "rehearsals",
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("link", NUMBER, nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("began_by_id", NUMBER, nullable=True),
        sa.Column("opened_by_id", NUMBER, nullable=True),
        sa.Column("erased_at", MOMENT, nullable=True),
        *(sa.Column(name, NUMBER, nullable=False) for name in COUNTS),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_rehearsals_essay_id_essays", ondelete="CASCADE"
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], ["users.id"], name=f"fk_rehearsals_{column}_users", ondelete="SET NULL"
            )
            for column in ("began_by_id", "opened_by_id")
        ),
        sa.PrimaryKeyConstraint("essay_id", name="pk_rehearsals"),
    )
    op.create_table(
        "rehearsers",
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("came_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["essay_id"],
            ["rehearsals.essay_id"],
            name="fk_rehearsers_essay_id_rehearsals",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_rehearsers_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("essay_id", "user_id", name="pk_rehearsers"),
    )
    op.create_index("ix_rehearsers_user_id", "rehearsers", ["user_id"])


def downgrade() -> None:
    """Forget them; what was tried stays in its draft."""
    op.drop_table("rehearsers")
    op.drop_table("rehearsals")
    op.drop_index("ix_essays_rehearsal", "essays")
    op.execute("ALTER TABLE essays DROP COLUMN rehearsal")
