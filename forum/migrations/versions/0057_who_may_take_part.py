"""To whom a discussion is open, who was let in, and who was invited

Revision ID: 0057
Revises: 0056
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
RAISE = "ON CONFLICT (scope, shard) DO UPDATE SET version = page_versions.version + 1"
OPEN_TO = "open_to IN ('everyone', 'invited', 'provider', 'declared')"
COLUMNS = (
    "open_to VARCHAR(10) DEFAULT 'everyone' NOT NULL "
    f"CONSTRAINT ck_essays_open_to CHECK ({OPEN_TO})",
    "declaration TEXT DEFAULT '' NOT NULL CONSTRAINT ck_essays_declaration "
    "CHECK (open_to <> 'declared' OR declaration <> '')",
)


def upgrade() -> None:
    """Make room; every discussion is open to everyone as it was."""
    forget_essays_trigger()
    for column in COLUMNS:
        op.execute(f"ALTER TABLE essays ADD COLUMN {column}")
    make_essays_trigger()
    op.create_table(
        "admissions",
        sa.Column("essay_id", NUMBER, nullable=False),
        sa.Column("user_id", NUMBER, nullable=False),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.CheckConstraint("how IN ('invited', 'declared')", name=op.f("ck_admissions_how")),
        points_at("admissions", "essay_id", "essays", "CASCADE"),
        points_at("admissions", "user_id", "users", "CASCADE"),
        sa.PrimaryKeyConstraint("essay_id", "user_id", "how", name="pk_admissions"),
    )
    op.create_index("ix_admissions_user_id", "admissions", ["user_id"])
    raise_with_admissions()
    op.create_table(
        "invitations",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("essay_id", NUMBER, nullable=True),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("by_id", NUMBER, nullable=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.Column("user_id", NUMBER, nullable=True),
        points_at("invitations", "essay_id", "essays", "CASCADE"),
        points_at("invitations", "by_id", "users", "SET NULL"),
        points_at("invitations", "user_id", "users", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
    )
    op.create_index("ix_invitations_essay", "invitations", ["essay_id", "id"])
    op.create_index("ix_invitations_address", "invitations", ["address", "essay_id"])
    op.create_index("ix_invitations_user_id", "invitations", ["user_id"])


def on_postgresql() -> bool:
    """Say which of the two databases this is."""
    return op.get_bind().dialect.name == "postgresql"


def points_at(table: str, column: str, whole: str, gone: str) -> sa.ForeignKeyConstraint:
    """Return a foreign key, named as all are."""
    name = f"fk_{table}_{column}_{whole}"
    return sa.ForeignKeyConstraint([column], [f"{whole}.id"], name=name, ondelete=gone)


def forget_essays_trigger() -> None:
    """Drop the trigger that names the columns of essays, so that it can be made with others."""
    op.execute(f"DROP TRIGGER page_versions_essays_update{' ON essays' if on_postgresql() else ''}")


def make_essays_trigger() -> None:
    """Raise the version of every page with any column of an essay but its own version."""
    names = [each["name"] for each in sa.inspect(op.get_bind()).get_columns("essays")]
    listed = ", ".join(name for name in names if name != "version")
    does = (
        "FOR EACH STATEMENT EXECUTE FUNCTION raise_page_versions()"
        if on_postgresql()
        else f"BEGIN INSERT INTO page_versions VALUES (0, 0, 1) {RAISE}; END"
    )
    op.execute(
        f"CREATE TRIGGER page_versions_essays_update AFTER UPDATE OF {listed} ON essays {does}"
    )


def raise_with_admissions() -> None:
    """Raise the version of a discussion's pages, which say how many declared something."""
    for deed, row in (("insert", "NEW"), ("update", "NEW"), ("delete", "OLD")):
        name = f"page_versions_admissions_{deed}"
        does = f"BEGIN INSERT INTO page_versions VALUES ({row}.essay_id, 0, 1) {RAISE}; "
        if on_postgresql():
            op.execute(
                f"CREATE FUNCTION raise_{name}() RETURNS trigger LANGUAGE plpgsql "
                f"AS $$ {does}RETURN NULL; END $$"
            )
            does = f"FOR EACH ROW EXECUTE FUNCTION raise_{name}()"
        else:
            does += "END"
        op.execute(f"CREATE TRIGGER {name} AFTER {deed.upper()} ON admissions {does}")


def downgrade() -> None:
    """Open every discussion to everyone again; who was let in is forgotten."""
    op.drop_table("invitations")
    op.drop_table("admissions")
    if on_postgresql():
        for deed in ("insert", "update", "delete"):
            op.execute(f"DROP FUNCTION raise_page_versions_admissions_{deed}()")
    forget_essays_trigger()
    for column in ("declaration", "open_to"):
        op.execute(f"ALTER TABLE essays DROP COLUMN {column}")
    make_essays_trigger()
