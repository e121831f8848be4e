"""Files made in the background, and the workers' signs of life, where every node finds them

Revision ID: 0038
Revises: 0032
"""

from __future__ import annotations

import shutil
from pathlib import Path

import sqlalchemy as sa
from alembic import op
from flask import current_app

revision = "0038"
down_revision = "0032"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_KEPT = sa.text("size IS NOT NULL")


def upgrade() -> None:
    """Make the tables; what is being made is begun anew, and files made before are asked for again.

    They stood in a folder of the instance, where nothing would clear them out any more.
    """
    op.add_column(
        "exports", sa.Column("tries", NUMBER, nullable=False, server_default=sa.text("0"))
    )
    op.add_column("exports", sa.Column("taken_until", MOMENT, nullable=True))
    op.add_column("exports", sa.Column("size", NUMBER, nullable=True))
    op.execute("UPDATE exports SET state = 'waiting', written = 0 WHERE state = 'making'")
    op.create_index(
        "ix_exports_kept",
        "exports",
        ["finished_at"],
        sqlite_where=IS_KEPT,
        postgresql_where=IS_KEPT,
    )
    op.create_table(
        "export_parts",
        sa.Column("export_id", NUMBER, nullable=False),
        sa.Column("place", NUMBER, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"],
            ["exports.id"],
            name="fk_export_parts_export_id_exports",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("export_id", "place", name="pk_export_parts"),
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_workers"),
    )
    shutil.rmtree(Path(current_app.instance_path) / "exports", ignore_errors=True)


def downgrade() -> None:
    """Take them away, and the files with them."""
    op.drop_table("workers")
    op.drop_table("export_parts")
    op.drop_index("ix_exports_kept", "exports")
    for name in ("size", "taken_until", "tries"):
        op.drop_column("exports", name)
