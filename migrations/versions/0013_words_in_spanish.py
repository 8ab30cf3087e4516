"""words in Spanish

Adds descriptions of events and sessions, and what the programme says in Spanish beside its first
words. What is stored stays as it is: one text, and nothing described.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

FACTS = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
DESCRIBED = ("event", "session")
BILINGUAL = ("programme", "venue", "room", "track", "speaker", *DESCRIBED)


def rebuilt(table):
    """Rebuild a table on SQLite, as strict as it was; on PostgreSQL, alter it."""
    return op.batch_alter_table(table, table_kwargs={"sqlite_strict": True})


def upgrade():
    for table in BILINGUAL:
        with rebuilt(table) as batch:
            batch.add_column(sa.Column("in_spanish", FACTS, nullable=True))
            if table in DESCRIBED:
                batch.add_column(
                    sa.Column("description", sa.Text(), nullable=False, server_default="")
                )
    for table in DESCRIBED:
        with rebuilt(table) as batch:
            batch.alter_column("description", existing_type=sa.Text(), server_default=None)


def downgrade():
    for table in BILINGUAL:
        with rebuilt(table) as batch:
            batch.drop_column("in_spanish")
            if table in DESCRIBED:
                batch.drop_column("description")
