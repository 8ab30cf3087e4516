"""how she stood whom we call

A call about a notice whose step moved her as well keeps how she stood before, as an email does.
Calls that are open already say what they said.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("task", table_kwargs={"sqlite_strict": True}) as batch:
        batch.add_column(sa.Column("was", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("task", table_kwargs={"sqlite_strict": True}) as batch:
        batch.drop_column("was")
