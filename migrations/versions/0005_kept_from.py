"""from when retention counts

Adds the latest end that an event ever had, and from when it counts as over.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def rebuilt(table):
    """Rebuild a table on SQLite, as strict as it was; on PostgreSQL, alter it."""
    return op.batch_alter_table(table, table_kwargs={"sqlite_strict": True})


def upgrade():
    with rebuilt("event") as event:
        event.add_column(sa.Column("latest_end_at", INSTANT, nullable=True))
        event.add_column(sa.Column("kept_from", INSTANT, nullable=True))
    event = sa.table(
        "event",
        *(sa.column(name, INSTANT) for name in ("ends_at", "latest_end_at", "kept_from")),
    )
    op.execute(event.update().values(latest_end_at=event.c.ends_at))
    is_over = event.c.ends_at < datetime.now(UTC)
    op.execute(event.update().where(is_over).values(kept_from=event.c.ends_at))
    with rebuilt("event") as event:
        event.alter_column("latest_end_at", existing_type=INSTANT, nullable=False)


def downgrade():
    with rebuilt("event") as event:
        event.drop_column("kept_from")
        event.drop_column("latest_end_at")
