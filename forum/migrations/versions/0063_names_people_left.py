"""The names that people left, with their days; skeletons by Unicode's table of what looks alike

Revision ID: 0063
Revises: 0042
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.accounts.look_alikes import skeleton

revision = "0063"
down_revision = "0042"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
USERS = sa.table("users", sa.column("id"), sa.column("name"), sa.column("name_skeleton"))
MANY = 1_000


def upgrade() -> None:
    """Make room for names, and make every skeleton anew; no name is taken from anyone."""
    op.create_table(
        "name_changes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=50), nullable=False),
        sa.Column("name_skeleton", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_name_changes_user_id_users", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_name_changes_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_name_changes"),
    )
    op.create_index("ix_name_changes_user_id", "name_changes", ["user_id", "id"])
    op.create_index("ix_name_changes_name_skeleton", "name_changes", ["name_skeleton", "at"])
    connection = op.get_bind()
    anew = USERS.update().where(USERS.c.id == sa.bindparam("number"))
    anew = anew.values(name_skeleton=sa.bindparam("letters"))
    last = 0
    some = (
        sa.select(USERS).where(USERS.c.id > sa.bindparam("last")).order_by(USERS.c.id).limit(MANY)
    )
    while people := connection.execute(some, {"last": last}).all():
        last = people[-1].id
        letters = [{"number": row.id, "letters": skeleton(row.name)} for row in people]
        connection.execute(anew, letters)


def downgrade() -> None:
    """Forget the names of before; skeletons made by either table serve both."""
    op.drop_table("name_changes")
