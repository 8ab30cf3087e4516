"""what early databases miss

Migration 0004, and the numbers of 0006 and 0007, were changed after some databases had passed
them. Those are given what they miss; all others stay as they are.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
INSTANT = sa.DateTime(timezone=True)
COLUMNS = [
    ("heartbeat", "trouble", sa.Text(), None),
    ("heartbeat", "trouble_since", INSTANT, None),
    ("programme", "loaded", FACTS, None),
    ("programme", "mail_stopped_at", INSTANT, None),
    ("reminder", "stated", FACTS, "{}"),  # as 0004 says of every rule that it finds
]


def upgrade() -> None:
    found = sa.inspect(op.get_bind())
    there = {table: {each["name"] for each in found.get_columns(table)} for table, *_ in COLUMNS}
    for table, name, kind, value in COLUMNS:
        if name in there[table]:
            continue
        op.add_column(table, sa.Column(name, kind, nullable=True))
        if value is not None:
            op.execute(f"UPDATE {table} SET {name} = '{value}'")
    if not found.has_table("old_slug"):
        op.create_table(
            "old_slug",
            sa.Column("slug", sa.Text(), nullable=False),
            sa.Column("event_id", sa.Integer(), nullable=False),
            sa.Column("id", sa.Integer(), nullable=False),
            sa.ForeignKeyConstraint(
                ["event_id"], ["event.id"], name=op.f("fk_old_slug_event_id_event")
            ),
            sa.PrimaryKeyConstraint("id", name=op.f("pk_old_slug")),
            sa.UniqueConstraint("slug", name=op.f("uq_old_slug_slug")),
            sqlite_strict=True,
        )
        op.create_index(op.f("ix_old_slug_event_id"), "old_slug", ["event_id"])


def downgrade() -> None:
    """Take nothing back: the migrations below say that it is there."""
