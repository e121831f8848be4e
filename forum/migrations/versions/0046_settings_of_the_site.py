"""What the site says of itself, set in the browser, and every change of it

Revision ID: 0046
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0034"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
RAISE = "ON CONFLICT (scope, shard) DO UPDATE SET version = version + 1"


def upgrade() -> None:
    """Make room for settings; a change of one makes every kept page anew."""
    op.create_table(
        "site_settings",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_site_settings"),
    )
    op.create_table(
        "setting_changes",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.ForeignKeyConstraint(
            ["by_id"], ["users.id"], name="fk_setting_changes_by_id_users", ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_setting_changes"),
    )
    op.create_index("ix_setting_changes_name", "setting_changes", ["name"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for deed in ("insert", "update", "delete"):
        does = (
            f"BEGIN INSERT INTO page_versions VALUES (0, 0, 1) {RAISE}; END"
            if sqlite
            else "FOR EACH STATEMENT EXECUTE FUNCTION raise_page_versions()"
        )
        op.execute(
            f"CREATE TRIGGER page_versions_site_settings_{deed} AFTER {deed.upper()} "
            f"ON site_settings {does}"
        )


def downgrade() -> None:
    """Forget what was set; its triggers go with the table."""
    op.drop_table("setting_changes")
    op.drop_table("site_settings")
