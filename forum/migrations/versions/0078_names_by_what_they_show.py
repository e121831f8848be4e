"""Skeletons of names take turned, small and hooked letters for the letters that they show

Revision ID: 0078
Revises: 0077
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.accounts.look_alikes import skeleton
from forum.migrations.meanwhile import step_by_step

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

NAMES = [
    sa.table(name, sa.column("id"), sa.column("name"), sa.column("name_skeleton"))
    for name in ("users", "name_changes")
]
MANY = 1_000


def upgrade() -> None:
    """Make every skeleton anew; no name is taken from anyone."""
    with step_by_step():
        for names in NAMES:
            make_anew(names)


def make_anew(names: sa.TableClause) -> None:
    """Make the skeletons of a table anew, some at a time.

    A name that was changed since it was read has its own already.
    """
    connection = op.get_bind()
    read = (names.c.id == sa.bindparam("number"), names.c.name == sa.bindparam("as_read"))
    anew = names.update().where(*read)
    anew = anew.values(name_skeleton=sa.bindparam("letters"))
    rows = sa.select(names).where(names.c.id > sa.bindparam("last")).order_by(names.c.id)
    last = 0
    while some := connection.execute(rows.limit(MANY), {"last": last}).all():
        last = some[-1].id
        letters = [
            {"number": row.id, "as_read": row.name, "letters": letters}
            for row in some
            if (letters := skeleton(row.name)) != row.name_skeleton
        ]
        if letters:
            connection.execute(anew, letters)


def downgrade() -> None:
    """Leave the skeletons: the rule of before finds the same names by nearly all of them."""
