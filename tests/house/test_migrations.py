"""The schema is reached, left and reached again on both engines, and loses no child."""

import shutil

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from forum.db import db
from forum.events.models import Event, Session
from forum.notices.baseline import state_of
from forum.registration.models import Registration, Status
from tests.engines import MIGRATIONS


def tables() -> dict[str, list[str]]:
    found = inspect(db.engine)
    return {
        name: sorted(column["name"] for column in found.get_columns(name))
        for name in found.get_table_names()
    }


def test_there_is_one_head():
    assert len(ScriptDirectory(MIGRATIONS).get_heads()) == 1


def test_the_records_and_the_schema_agree(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_going_down_and_up_again_gives_the_same_schema(app):
    before = tables()

    flask_migrate.downgrade(MIGRATIONS, "base")
    assert list(tables()) == ["alembic_version"]
    flask_migrate.upgrade(MIGRATIONS)

    assert tables() == before


@pytest.fixture
def migrations_copy(tmp_path):
    """Return a copy of our migrations to which a test may add one."""
    folder = tmp_path / "migrations"
    shutil.copytree(MIGRATIONS, folder)
    return folder


def test_rebuilding_a_table_keeps_the_rows_that_refer_to_it(app, make, migrations_copy):
    make.registration(make.event(), name="Ada Q. Trialrun")
    head = ScriptDirectory(MIGRATIONS).get_current_head()
    (migrations_copy / "versions" / "9999_rebuild.py").write_text(
        f'''"""rebuild the event table"""

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade():
    with op.batch_alter_table("event", recreate="auto") as batch:
        batch.alter_column("title", existing_type=sa.Text(), nullable=True)


def downgrade():
    with op.batch_alter_table("event", recreate="auto") as batch:
        batch.alter_column("title", existing_type=sa.Text(), nullable=False)
'''
    )
    db.session.remove()

    flask_migrate.upgrade(str(migrations_copy))

    assert [row.name for row in db.session.query(Registration)] == ["Ada Q. Trialrun"]


def test_who_waited_before_offers_were_made_still_waits_for_the_same(app, make):
    event = make.event(capacity=1)
    ada = make.registration(event)
    boris = make.registration(event, status=Status.WAITLISTED)
    kept = [(ada.id, None, None), (boris.id, "in_person", boris.wait_no)]
    db.session.remove()

    flask_migrate.downgrade(MIGRATIONS, "0002")
    flask_migrate.upgrade(MIGRATIONS)

    rows = db.session.execute(
        text("SELECT id, waits_for, wait_no FROM registration ORDER BY id")
    ).all()
    assert [tuple(row) for row in rows] == kept
    assert db.session.scalar(text("SELECT sum(held) FROM gate")) == 0


def test_what_pages_said_before_notices_is_what_people_have_been_told(app, make):
    webcast, draft = make.webcast(), make.event(status="draft")
    session = make.session(make.event(), room=make.room(dial_in=None), is_streamed=False)
    expected = [(state_of(webcast), None, state_of(session))]
    numbers = {"webcast": webcast.id, "draft": draft.id, "session": session.id}
    db.session.remove()

    flask_migrate.downgrade(MIGRATIONS, "0003")
    flask_migrate.upgrade(MIGRATIONS)

    kept = (
        db.session.get(Event, numbers["webcast"]).told,
        db.session.get(Event, numbers["draft"]).told,
        db.session.get(Session, numbers["session"]).told,
    )
    assert [kept] == expected
