"""numbers never come again

SQLite gave the number of a row that is gone to the next one, so that an open page, or the history,
meant somebody else. Its tables are rebuilt to count on, beyond whatever the history knows too.
PostgreSQL has always counted on.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COUNTING = {"sqlite_strict": True, "sqlite_autoincrement": True}
KNOWN = sa.text(
    "SELECT max(subject_id) FROM audit_entry WHERE subject_kind = :name"
    " UNION ALL SELECT seq FROM sqlite_sequence WHERE name = :name"
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    written = dict(
        connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'").all()
    )
    tables = sorted(set(sa.inspect(connection).get_table_names()) - {"alembic_version"})
    for table in tables:
        if "AUTOINCREMENT" not in written[table]:  # a database of before
            with op.batch_alter_table(table, recreate="always", table_kwargs=COUNTING):
                pass
    for table in tables:
        found = connection.scalars(KNOWN, {"name": table}).all()
        row = {"name": table, "highest": max(each or 0 for each in found)}
        connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), row)
        connection.execute(sa.text("INSERT INTO sqlite_sequence VALUES (:name, :highest)"), row)


def downgrade() -> None:
    """Take nothing back: an earlier release may not give a number again either."""
