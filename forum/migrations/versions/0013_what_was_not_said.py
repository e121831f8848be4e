"""Further tags may stay unsaid; those that may have been the form's default are known as such

Revision ID: 0013
Revises: 0014
"""

from __future__ import annotations

from alembic import op

from forum.migrations.rewriting import rewrite_table

revision = "0013"
down_revision = "0014"
branch_labels = None
depends_on = None

DEFAULTS = {"jurisdiction": "any", "ambition": "improves"}
"""What the form had chosen beforehand, and what stands for nothing where nothing cannot."""

BEFORE = """lever IS NOT NULL AND title IS NOT NULL AND jurisdiction IS NOT NULL
        AND ambition IS NOT NULL AND stance IS NULL"""
AFTER = "lever IS NOT NULL AND title IS NOT NULL AND stance IS NULL"


def upgrade() -> None:
    """Let a proposal say nothing of them, and remember which values nobody may have chosen.

    The tallies keep an empty text for nothing, which cannot be part of a key.
    """
    op.execute("ALTER TABLE replies ADD COLUMN assumed JSON DEFAULT '[]' NOT NULL")
    first, second = DEFAULTS.items()
    for names, condition in (
        ('["jurisdiction"]', f"{equals(first)} AND NOT {equals(second)}"),
        ('["ambition"]', f"{equals(second)} AND NOT {equals(first)}"),
        ('["jurisdiction", "ambition"]', f"{equals(first)} AND {equals(second)}"),
    ):
        op.execute(f"UPDATE replies SET assumed = '{names}' WHERE NOT tags_fixed AND {condition}")
    allow(BEFORE, AFTER)


def downgrade() -> None:
    """Undo it: what was not said becomes what the form would have chosen."""
    for name, value in DEFAULTS.items():
        op.execute(
            f"UPDATE replies SET {name} = '{value}' WHERE lever IS NOT NULL AND {name} IS NULL"
        )
    op.execute("DELETE FROM tallies")
    op.execute(
        """
        INSERT INTO tallies (essay_id, lever, jurisdiction, ambition, proposals)
        SELECT essay_id, lever, jurisdiction, ambition, count(*) FROM replies
        WHERE status = 'visible' AND lever IS NOT NULL
        GROUP BY essay_id, lever, jurisdiction, ambition
        """
    )
    allow(AFTER, BEFORE)
    op.execute("ALTER TABLE replies DROP COLUMN assumed")


def equals(pair: tuple[str, str]) -> str:
    """Return SQL that says whether a column holds a value; nothing is none."""
    return f"coalesce({pair[0]} = '{pair[1]}', FALSE)"


def allow(before: str, after: str) -> None:
    """Change what a proposal must have.

    SQLite cannot change a constraint, and a table made anew would lose its triggers. Every row
    stays as it is written, so the text of the table alone is changed, as SQLite's manual describes
    for this.
    """
    run = op.get_bind().exec_driver_sql
    if op.get_bind().dialect.name == "postgresql":
        definition = PROPOSAL.format(named=after)
        run("ALTER TABLE replies DROP CONSTRAINT ck_replies_proposal")
        run(f"ALTER TABLE replies ADD CONSTRAINT ck_replies_proposal CHECK ({definition})")
        return
    rewrite_table("replies", before, after)


PROPOSAL = """
    (lever IS NULL AND title IS NULL AND jurisdiction IS NULL AND ambition IS NULL
        AND trade_off IS NULL)
    OR ({named} AND parent_id IS NULL)
"""
