"""what is a try

Tells one claim of a message from the next, keeps its mark, and which events a worker stumbles over.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def rebuilt(table):
    """Rebuild a table on SQLite, as strict as it was; on PostgreSQL, alter it."""
    return op.batch_alter_table(table, table_kwargs={"sqlite_strict": True})


def upgrade():
    with rebuilt("message") as message:
        message.add_column(sa.Column("claims", sa.Integer(), nullable=False, server_default="0"))
        message.add_column(sa.Column("mark", sa.Text(), nullable=True))
    with rebuilt("message") as message:
        message.alter_column("claims", existing_type=sa.Integer(), server_default=None)
    with rebuilt("heartbeat") as heartbeat:
        heartbeat.add_column(sa.Column("stumbles_over", sa.Text(), nullable=True))


def downgrade():
    with rebuilt("heartbeat") as heartbeat:
        heartbeat.drop_column("stumbles_over")
    with rebuilt("message") as message:
        message.drop_column("mark")
        message.drop_column("claims")
