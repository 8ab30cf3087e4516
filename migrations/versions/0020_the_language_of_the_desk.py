"""the language of the desk

Which language an organizer has chosen to read the desk in. Nobody has chosen one yet.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organizer", table_kwargs={"sqlite_strict": True}) as batch:
        batch.add_column(sa.Column("language", sa.Text(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("organizer", table_kwargs={"sqlite_strict": True}) as batch:
        batch.drop_column("language")
