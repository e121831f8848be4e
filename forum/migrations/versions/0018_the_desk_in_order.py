"""The queue by reports and by severity, what reporters reported before, and keys switched off

Revision ID: 0018
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0020"
branch_labels = None
depends_on = None

OPEN = sa.text("closed_at IS NULL")
SEVERITY = """UPDATE reviews SET severity = CASE
    WHEN personal > 0 THEN 6 WHEN abuse > 0 THEN 5 WHEN other > 0 THEN 4
    WHEN spam > 0 THEN 3 WHEN off_topic > 0 THEN 2 WHEN duplicate > 0 THEN 1 ELSE 0 END
    WHERE reports > 0"""


def upgrade() -> None:
    """Store how severe the gravest report is; index both orders; let people switch keys off."""
    op.execute("ALTER TABLE reviews ADD COLUMN severity BIGINT DEFAULT 0 NOT NULL")
    op.execute(SEVERITY)
    for name, column in (("most", "reports"), ("gravest", "severity")):
        op.create_index(
            f"ix_reviews_{name}",
            "reviews",
            [sa.text(f"{column} DESC"), "opened_at", "id"],
            sqlite_where=OPEN,
            postgresql_where=OPEN,
        )
    op.create_index("ix_reports_reporter", "reports", ["reporter_id", "action_id"])
    op.execute("ALTER TABLE users ADD COLUMN single_keys BOOLEAN DEFAULT TRUE NOT NULL")


def downgrade() -> None:
    """Undo: the orders of the queue, reporters' records, and the setting for keys."""
    op.execute("ALTER TABLE users DROP COLUMN single_keys")
    op.drop_index("ix_reports_reporter", table_name="reports")
    op.drop_index("ix_reviews_gravest", table_name="reviews")
    op.drop_index("ix_reviews_most", table_name="reviews")
    op.execute("ALTER TABLE reviews DROP COLUMN severity")
