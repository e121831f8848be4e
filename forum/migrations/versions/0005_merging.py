"""Merging duplicates, and the pairs that are none

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Written out, since SQLite takes a constraint only together with its new column.
COLUMNS = {
    ("replies", "merged_into_id"): "CONSTRAINT fk_replies_merged_into_id_replies "
    "REFERENCES replies (id) CONSTRAINT ck_replies_merged "
    "CHECK ((status = 'merged') = (merged_into_id IS NOT NULL))",
    ("replies", "origin_id"): "CONSTRAINT fk_replies_origin_id_replies "
    "REFERENCES replies (id) ON DELETE SET NULL",
    ("votes", "carried_from_id"): "CONSTRAINT fk_votes_carried_from_id_replies "
    "REFERENCES replies (id) ON DELETE SET NULL",
    ("actions", "target_id"): "CONSTRAINT fk_actions_target_id_replies "
    "REFERENCES replies (id) ON DELETE SET NULL",
}
CHANGED = """NEW.target_id {differs} OLD.target_id AND (NEW.target_id IS NOT NULL
    OR EXISTS (SELECT 1 FROM replies WHERE replies.id = OLD.target_id))"""


def upgrade() -> None:
    """Pointers from what was merged to its successor, and from what was moved to where it was."""
    for (table, column), constraints in COLUMNS.items():
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} BIGINT {constraints}")
        there = sa.text(f"{column} IS NOT NULL")
        op.create_index(
            f"ix_{table}_{column}", table, [column], sqlite_where=there, postgresql_where=there
        )
    op.create_table(
        "duplicate_dismissals",
        sa.Column("first_id", NUMBER, nullable=False),
        sa.Column("second_id", NUMBER, nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_id < second_id", name="ordered"),
        sa.ForeignKeyConstraint(
            ["first_id"], ["replies.id"], name="fk_duplicate_dismissals_first_id_replies",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["second_id"], ["replies.id"], name="fk_duplicate_dismissals_second_id_replies",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_duplicate_dismissals_by_id_users",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name="pk_duplicate_dismissals"),
    )  # fmt: skip
    op.create_index("ix_duplicate_dismissals_second_id", "duplicate_dismissals", ["second_id"])
    if op.get_bind().dialect.name == "postgresql":
        guard_postgresql()
    else:
        guard_sqlite()


def guard_sqlite() -> None:
    """Let SQLite refuse to change which other reply an action concerned."""
    op.execute(
        f"""
        CREATE TRIGGER actions_target_not_changed BEFORE UPDATE ON actions
        WHEN {CHANGED.format(differs="IS NOT")}
        BEGIN SELECT RAISE(ABORT, 'actions are only ever added'); END
        """
    )


def guard_postgresql() -> None:
    """Let PostgreSQL refuse to change which other reply an action concerned."""
    op.execute(
        f"""
        CREATE FUNCTION refuse_to_change_targets() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF {CHANGED.format(differs="IS DISTINCT FROM")} THEN
                RAISE EXCEPTION 'actions are only ever added'
                    USING ERRCODE = 'integrity_constraint_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER actions_target_not_changed BEFORE UPDATE ON actions "
        "FOR EACH ROW EXECUTE FUNCTION refuse_to_change_targets()"
    )


def downgrade() -> None:
    """Take merging away; what is merged must be separated first, since its pointer would be lost.

    Raises where a proposal is merged.
    """
    merged = op.get_bind().scalar(sa.text("SELECT COUNT(*) FROM replies WHERE status = 'merged'"))
    if merged:
        raise RuntimeError(f"{merged} proposals are merged. Undo the merges first.")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER actions_target_not_changed ON actions")
        op.execute("DROP FUNCTION refuse_to_change_targets()")
    else:
        op.execute("DROP TRIGGER actions_target_not_changed")
    op.drop_table("duplicate_dismissals")
    for table, column in reversed(COLUMNS):
        op.drop_index(f"ix_{table}_{column}", table_name=table)
        op.drop_column(table, column)
