"""PostgreSQL announces a changed revision to every web process that listens

SQLite needs nothing: its `data_version` tells (forum/web/revisions.py).
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ANNOUNCE = """
CREATE FUNCTION announce_revision() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('forum_revisions', ''); RETURN NULL; END $$
"""
TRIGGER = """
CREATE TRIGGER announce_revision
AFTER INSERT OR DELETE OR UPDATE OF slug, revision ON event
FOR EACH STATEMENT EXECUTE FUNCTION announce_revision()
"""


def upgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute(ANNOUNCE)
        op.execute(TRIGGER)


def downgrade():
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER announce_revision ON event")
        op.execute("DROP FUNCTION announce_revision()")
