"""promises kept or late

What the desk says of the promise of an event's recordings: a new day, and that it was kept.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("event", table_kwargs={"sqlite_strict": True}) as batch:
        for name in ("promise_moved_to", "promise_kept_on"):
            batch.add_column(sa.Column(name, sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("event", table_kwargs={"sqlite_strict": True}) as batch:
        for name in ("promise_kept_on", "promise_moved_to"):
            batch.drop_column(name)
