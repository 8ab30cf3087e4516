"""who answers on the day

The number to call on the days of an event, and its hours: the office is closed on a Saturday.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event", table_kwargs={"sqlite_strict": True}) as batch:
        for name in ("day_phone", "day_hours"):
            batch.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("event", table_kwargs={"sqlite_strict": True}) as batch:
        for name in ("day_phone", "day_hours"):
            batch.alter_column(name, existing_type=sa.Text(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("event", table_kwargs={"sqlite_strict": True}) as batch:
        for name in ("day_hours", "day_phone"):
            batch.drop_column(name)
