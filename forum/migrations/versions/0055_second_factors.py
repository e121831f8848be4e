"""Second factors with their recovery codes, and the step of signing in at which they are asked

Revision ID: 0055
Revises: 0063
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.migrations.rewriting import rewrite_table

revision = "0055"
down_revision = "0063"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
HAS_ROLE = sa.text("role <> 'reader'")

CHECKS = (
    (
        "sign_in_records",
        "how",
        "how IN ('password', 'code', 'wrong')",
        "how IN ('password', 'code', 'provider', 'invitation', 'wrong', 'second')",
    ),
    (
        "security_events",
        "kind",
        "kind IN ('signed_in', 'wrong_password', 'refused', 'role')",
        "kind IN ('signed_in', 'wrong_password', 'refused', 'role', 'second_factor')",
    ),
)
"""Table, column, and what it may hold before and after."""


def upgrade() -> None:
    """Make room; nobody has a second factor yet."""
    op.create_table(
        "second_factors",
        sa.Column("user_id", NUMBER, nullable=False, autoincrement=False),
        sa.Column("salt", sa.String(length=32), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("last_step", NUMBER, nullable=False),
        sa.Column("wrong", NUMBER, nullable=False),
        sa.Column("wrong_since", MOMENT, nullable=False),
        whose("second_factors"),
        sa.PrimaryKeyConstraint("user_id", name="pk_second_factors"),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        whose("recovery_codes"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_recovery_codes"),
    )
    op.create_index("ix_recovery_codes_user_id", "recovery_codes", ["user_id"])
    op.create_table(
        "second_steps",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("onward", sa.JSON(), nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("tries", NUMBER, nullable=False),
        whose("second_steps"),
        sa.PrimaryKeyConstraint("id", name="pk_second_steps"),
    )
    for column in ("user_id", "browser_hash"):
        op.create_index(f"ix_second_steps_{column}", "second_steps", [column])
    op.create_index(
        "ix_users_staff", "users", ["id"], postgresql_where=HAS_ROLE, sqlite_where=HAS_ROLE
    )
    for table, column, before, after in CHECKS:
        allow(table, column, before, after)


def whose(table: str) -> sa.ForeignKeyConstraint:
    """Return the tie of a row to its person, with whom it goes."""
    return sa.ForeignKeyConstraint(
        ["user_id"], ["users.id"], name=f"fk_{table}_user_id_users", ondelete="CASCADE"
    )


def downgrade() -> None:
    """Take them away; what only they can say goes from the logs."""
    op.execute("DELETE FROM sign_in_records WHERE how IN ('provider', 'invitation', 'second')")
    op.execute("DELETE FROM security_events WHERE kind = 'second_factor'")
    for table, column, before, after in CHECKS:
        allow(table, column, after, before)
    op.drop_index("ix_users_staff", "users")
    for table in ("second_steps", "recovery_codes", "second_factors"):
        op.drop_table(table)


def allow(table: str, column: str, before: str, after: str) -> None:
    """Let a column hold other words.

    SQLite cannot change a constraint. Every row is as the new one has it, so the text of the table
    alone is changed, as SQLite's manual describes.
    """
    if op.get_bind().dialect.name == "postgresql":
        # Found by its end: tables were made with names to which the convention added its own.
        for check in sa.inspect(op.get_bind()).get_check_constraints(table):
            if str(check["name"]).endswith(f"_{column}"):
                op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check['name']}")
        op.create_check_constraint(column, table, after)
        return
    rewrite_table(table, before, after)
