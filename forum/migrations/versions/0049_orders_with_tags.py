"""The tags of proposals at the end of each order, so that filters are read off it

Revision ID: 0049
Revises: 0066
"""

from __future__ import annotations

from forum.migrations.meanwhile import make_index

revision = "0049"
down_revision = "0066"
branch_labels = None
depends_on = None

PROPOSALS = "lever IS NOT NULL"
TIES = {"top": "id", "eyes": "draw", "contested": "id", "created_at": "id"}
PLACES = {"essay": ("essay_id",), "site": ()}
TAGS = ("lever", "jurisdiction", "ambition")


def upgrade() -> None:
    """Let what is looked for along an order be told from its index, without a look at the rows."""
    make_anew(TAGS)


def downgrade() -> None:
    """Take the tags out of the orders again."""
    make_anew(())


def make_anew(more: tuple[str, ...]) -> None:
    """Make the index of every order, with these columns at its end."""
    for place, columns in PLACES.items():
        for order, tie in TIES.items():
            make(f"{order}_{place}", *columns, "status", order, tie, *more)
        make(f"top_{place}_lever", *columns, "lever", "status", "top", "id", *more[1:])


def make(name: str, *columns: str) -> None:
    """Make one index in place of that of the same name."""
    make_index(f"ix_replies_{name}", "replies", columns, where=PROPOSALS)
