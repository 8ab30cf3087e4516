"""programme editions and old slugs

Adds what files have last made of each part of the programme, and the names that events had in
addresses.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0006"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("programme", sa.Column("loaded", FACTS, nullable=True))
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
    op.drop_table("old_slug")
    op.drop_column("programme", "loaded")
