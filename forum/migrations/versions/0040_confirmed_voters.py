"""The ground on which each account's votes count, codes for strangers, addresses counted once

Revision ID: 0040
Revises: 0046
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.migrations.rewriting import rewrite_table

revision = "0040"
down_revision = "0046"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
GROUNDS = "'unasked', 'code', 'room', 'provider', 'invitation', 'command', 'import'"
BEFORE = "(email IS NULL) = (password_hash IS NULL)"
AFTER = "email IS NOT NULL OR password_hash IS NULL"


def upgrade() -> None:
    """Make the tables; accounts of before count as they did, on the ground that is known."""
    op.execute(
        "ALTER TABLE users ADD COLUMN ground VARCHAR(16) DEFAULT 'unasked' NOT NULL "
        f"CONSTRAINT ck_users_ground CHECK (ground IN ({GROUNDS}))"
    )
    confirmed = "SELECT user_id FROM contacts WHERE confirmed_at IS NOT NULL"
    op.execute(
        "UPDATE users SET ground = CASE WHEN email IS NULL THEN 'import' "
        f"WHEN id IN ({confirmed}) THEN 'code' ELSE 'command' END "
        f"WHERE email IS NULL OR role <> 'reader' OR id IN ({confirmed})"
    )
    allow(BEFORE, AFTER)
    op.drop_table("address_codes")
    codes(
        sa.Column("user_id", NUMBER, nullable=True),
        sa.Column("name", sa.String(length=50), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("onward", sa.JSON(), nullable=True),
    )
    op.create_table(
        "confirmation_modes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("asks", sa.Boolean(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_confirmation_modes"),
    )
    op.create_table(
        "counted_addresses",
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("user_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["essay_id"], ["essays.id"], name="fk_counted_addresses_essay_id_essays",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_counted_addresses_user_id_users",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("essay_id", "mark", name="pk_counted_addresses"),
    )  # fmt: skip
    op.create_index("ix_counted_addresses_user_id", "counted_addresses", ["user_id"])


def downgrade() -> None:
    """Undo it; whoever has no password must choose one first, or they could not sign in.

    Raises where somebody has none.
    """
    query = "SELECT COUNT(*) FROM users WHERE email IS NOT NULL AND password_hash IS NULL"
    if without := op.get_bind().scalar(sa.text(query)):
        raise RuntimeError(f"{without} people have no password. Let them choose one first.")
    op.drop_table("counted_addresses")
    op.drop_table("confirmation_modes")
    op.drop_table("address_codes")
    codes(sa.Column("user_id", NUMBER, nullable=False))
    allow(AFTER, BEFORE)
    op.execute("ALTER TABLE users DROP COLUMN ground")


def codes(*whose: sa.Column[object]) -> None:
    """Make the table of codes anew: none of them is older than ten minutes."""
    op.create_table(
        "address_codes",
        sa.Column("id", NUMBER, nullable=False),
        *whose,
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("tries", NUMBER, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.id"], name="fk_address_codes_user_id_users", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_address_codes"),
    )
    op.create_index("ix_address_codes_user_id", "address_codes", ["user_id"])
    op.create_index("ix_address_codes_address", "address_codes", ["address", "made_at"])
    op.create_index("ix_address_codes_browser_hash", "address_codes", ["browser_hash"])


def allow(before: str, after: str) -> None:
    """Let other accounts do without a password.

    SQLite cannot change a constraint, and a table made anew would lose its triggers. Every row is
    as the new one has it, so the text of the table alone is changed, as SQLite's manual describes.
    """
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("sign_in", "users", type_="check")
        op.create_check_constraint("sign_in", "users", after)
        return
    rewrite_table("users", before, after)
