"""Jurisdictions are rows that a site names, orders and retires; a body may leave its own unsaid

Revision ID: 0060
Revises: 0055
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from forum.migrations.meanwhile import examine
from forum.migrations.rewriting import rewrite_table

revision = "0060"
down_revision = "0055"
branch_labels = None
depends_on = None

FIRST = {
    "national": {"en": "National", "fr": "Fédéral"},
    "provincial": {"en": "Provincial or territorial", "fr": "Provincial ou territorial"},
    "municipal": {"en": "Municipal", "fr": "Municipal"},
    "indigenous": {"en": "Indigenous governments", "fr": "Gouvernements autochtones"},
    "any": {"en": "Any government", "fr": "Tout ordre de gouvernement"},
}
"""Those that every site had until now, in order."""

LISTED = ", ".join(f"'{slug}'" for slug in FIRST)
CHECKS = {"replies": "ck_replies_jurisdiction", "bodies": "ck_bodies_ck_bodies_jurisdiction"}
CHECK = f"CHECK (jurisdiction IN ({LISTED}))"
KEY = "FOREIGN KEY(jurisdiction) REFERENCES jurisdictions (slug)"


def upgrade() -> None:
    """Make the rows, and point to them; examining those of before may take long on PostgreSQL."""
    if not sa.inspect(op.get_bind()).has_table("jurisdictions"):
        make_jurisdictions()
    for name in CHECKS:
        examine(name, f"fk_{name}_jurisdiction_jurisdictions")


def make_jurisdictions() -> None:
    """Make the rows, and have what is written from now on point to them."""
    table = op.create_table(
        "jurisdictions",
        sa.Column("slug", sa.String(length=12), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("slug", name="pk_jurisdictions"),
    )
    op.bulk_insert(
        table,
        [
            {"slug": slug, "names": names, "place": place}
            for place, (slug, names) in enumerate(FIRST.items())
        ],
    )
    for name, check in CHECKS.items():
        change(
            name, f"{check} {CHECK}", f"fk_{name}_jurisdiction_jurisdictions {KEY}", " NOT VALID"
        )
    may_be_unsaid(True)


def downgrade() -> None:
    """Keep to the five of before: what is another becomes what was not said."""
    op.execute(f"UPDATE replies SET jurisdiction = NULL WHERE jurisdiction NOT IN ({LISTED})")
    op.execute(
        "UPDATE bodies SET jurisdiction = 'any' "
        f"WHERE jurisdiction IS NULL OR jurisdiction NOT IN ({LISTED})"
    )
    op.execute("DELETE FROM tallies")
    op.execute(
        """
        INSERT INTO tallies (essay_id, lever, jurisdiction, ambition, proposals)
        SELECT essay_id, lever, coalesce(jurisdiction, ''), coalesce(ambition, ''), count(*)
        FROM replies WHERE status = 'visible' AND lever IS NOT NULL
        GROUP BY essay_id, lever, coalesce(jurisdiction, ''), coalesce(ambition, '')
        """
    )
    may_be_unsaid(False)
    for name, check in CHECKS.items():
        change(name, f"fk_{name}_jurisdiction_jurisdictions {KEY}", f"{check} {CHECK}")
    op.execute("DELETE FROM site_settings WHERE name = 'jurisdictions'")
    op.drop_table("jurisdictions")


def change(table: str, before: str, after: str, how: str = "") -> None:
    """Put one constraint, its name and its rule, in the place of another; ``how`` on PostgreSQL.

    SQLite cannot, and a table made anew would lose its triggers. Every row stays as it is written,
    so the text of the table alone is changed, as SQLite's manual describes for this.
    """
    if op.get_bind().dialect.name == "sqlite":
        rewrite_table(table, f"CONSTRAINT {before}", f"CONSTRAINT {after}")
    else:
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {before.split()[0]}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT {after}{how}")


def may_be_unsaid(may: bool) -> None:
    """Let a body have no jurisdiction, or hold every body to one."""
    if op.get_bind().dialect.name == "sqlite":
        both = ("jurisdiction VARCHAR(12) NOT NULL,", "jurisdiction VARCHAR(12),")
        rewrite_table("bodies", *(both if may else reversed(both)))
    else:
        deed = "DROP" if may else "SET"
        op.execute(f"ALTER TABLE bodies ALTER COLUMN jurisdiction {deed} NOT NULL")
