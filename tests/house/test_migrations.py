"""The schema is reached, left and reached again on both engines, and no row is lost."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import flask_migrate
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from forum import clock
from forum.accounts.models import Passkey
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care import actions as care
from forum.care.history_queries import last_change
from forum.care.models import Task, TaskKind
from forum.care.queries import is_remembered
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.events.models import Event, Session
from forum.notices.baseline import state_of
from forum.outbox.models import Message
from forum.registration.models import AddressChange, CareState, Registration, Status
from forum.reminders.models import Reminder
from tests.engines import MIGRATIONS
from tests.everything import fill_every_table, rows, schema

LANDED = Path(MIGRATIONS) / "landed.sha256"
"""As `sha256sum` writes it. A new migration gets its line at the end, and no line is changed."""
LOST_ON_THE_WAY_DOWN = {
    ("registration", "wait_no"): "before 0003, who has a place does not wait for another one",
}
"""Values that an older schema cannot hold, by table and column, and why."""
MADE_ANEW = {
    ("registration", "name_key"): "0008 compares names another way",
    ("suppression", "person_hash"): "the same",
    ("registration", "name_order"): "0014 works it out of the name",
    ("registration", "phone_code"): "0014 works it out of the phone number",
}
"""Values that follow from others, each time as the schema has it."""

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


BEFORE_OWN_ENTRIES = ScriptDirectory(MIGRATIONS).get_revision("0009").down_revision
BEFORE_PASSKEYS_WERE_COUNTED = ScriptDirectory(MIGRATIONS).get_revision("0010").down_revision
BEFORE_PATIENTS_WERE_NEUTRAL = ScriptDirectory(MIGRATIONS).get_revision("0012").down_revision


def test_no_migration_that_has_landed_is_changed_or_left_out_of_the_list():
    written = [
        f"{sha256(path.read_bytes()).hexdigest()}  {path.name}"
        for path in sorted(Path(MIGRATIONS, "versions").glob("[0-9]*.py"))
    ]
    landed = LANDED.read_text().splitlines()

    changed = [line.split()[1] for line in landed if line not in written]
    assert changed == [], "put them back, and write what they lack into a new migration"
    new = [line for line in written if line not in landed]
    assert new == [], f"add these lines to {LANDED.name}"


def test_there_is_one_head():
    assert len(ScriptDirectory(MIGRATIONS).get_heads()) == 1


def test_the_records_and_the_schema_agree(app):
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, db.metadata)

    assert differences == []


def test_going_down_and_up_again_gives_the_same_schema(app):
    before = schema()

    flask_migrate.downgrade(MIGRATIONS, "base")
    assert list(schema()["columns"]) == ["alembic_version"]
    flask_migrate.upgrade(MIGRATIONS)

    assert schema() == before


def test_every_revision_goes_down_and_up_and_keeps_the_rows_of_every_table(app, make):
    fill_every_table(make)

    for revision in list(ScriptDirectory(MIGRATIONS).walk_revisions())[:-1]:
        above, before = schema(), rows()
        assert {table for (table, _), values in before.items() if not values} == set()

        flask_migrate.downgrade(MIGRATIONS, revision.down_revision)
        below, kept = schema(), rows()
        assert different(before, kept) <= LOST_ON_THE_WAY_DOWN.keys() | MADE_ANEW.keys()
        flask_migrate.upgrade(MIGRATIONS, revision.revision)
        assert schema() == above
        assert different(kept, rows()) <= MADE_ANEW.keys()
        flask_migrate.downgrade(MIGRATIONS, revision.down_revision)
        assert (schema(), rows()) == (below, kept)
    flask_migrate.upgrade(MIGRATIONS)


def different(some: dict[tuple[str, str], list], others: dict[tuple[str, str], list]) -> set:
    """Return the tables and columns, of those that both schemas have, whose values differ."""
    return {place for place in some.keys() & others.keys() if some[place] != others[place]}


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
    later = {"address", "offsets"}  # what later releases keep of a state as well
    as_then = (
        {key: value for key, value in state_of(each).items() if key not in later}
        for each in (webcast, session)
    )
    expected = [(next(as_then), None, next(as_then))]
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


def test_names_that_are_compared_anew_are_so_in_every_row(app, make):
    event = make.event()
    name, petra = "Ada O\N{RIGHT SINGLE QUOTATION MARK}Neil", make.organizer()
    ada = make.registration(event, name=name).id
    gone = make.registration(event, name="Ione Doe\N{ACUTE ACCENT}", email="ione@people.example")
    with transaction():
        care.remember(gone, now=clock.now(), by=petra)
    db.session.remove()
    flask_migrate.downgrade(MIGRATIONS, "0007")
    before = dict(db.session.execute(text("SELECT id, name_key FROM registration")).all())
    kept = db.session.scalar(text("SELECT person_hash FROM suppression"))
    db.session.remove()

    flask_migrate.upgrade(MIGRATIONS, "0008")

    keys = dict(db.session.execute(text("SELECT id, name_key FROM registration")).all())
    assert (before[ada], keys[ada]) == (name.casefold(), "adaoneil")
    assert kept not in db.session.scalars(text("SELECT person_hash FROM suppression")).all()
    assert is_remembered("Doe, Ione", "ione@people.example")


def test_two_who_turn_out_to_be_one_person_both_keep_their_places(app, make):
    event = make.event()
    ada = make.registration(event, name="Ada O'Neil", email="home@people.example").id
    other = make.registration(event, name="Boris", email="home@people.example").id
    db.session.remove()
    flask_migrate.downgrade(MIGRATIONS, "0007")
    with transaction():
        db.session.execute(
            text("UPDATE registration SET name = :name, name_key = :key WHERE id = :id"),
            {"name": "Ada ONeil", "key": "ada oneil", "id": other},
        )
    db.session.remove()

    flask_migrate.upgrade(MIGRATIONS, "0008")

    keys = dict(db.session.execute(text("SELECT id, name_key FROM registration")).all())
    assert keys == {ada: "adaoneil", other: f"adaoneil#{other}"}


def test_who_was_remembered_under_one_apostrophe_is_not_written_to_under_another(app, make):
    with transaction():
        gone = make.registration(make.event(), name="Ione O'Neil", email="ione@people.example")
    with transaction():
        care.remember(gone, now=clock.now(), by=make.organizer())
    other = make.registration(make.event(), name="Somebody", email="ione@people.example").id
    flask_migrate.downgrade(MIGRATIONS, "0007")
    with db.engine.begin() as connection:  # the earlier comparison held them for two people
        connection.execute(
            text("UPDATE registration SET name = :name, name_key = :key WHERE id = :id"),
            {
                "name": "Ione O\N{RIGHT SINGLE QUOTATION MARK}Neil",
                "key": "ione o\N{RIGHT SINGLE QUOTATION MARK}neil",
                "id": other,
            },
        )

    flask_migrate.upgrade(MIGRATIONS)

    db.session.expire_all()
    assert db.session.get_one(Registration, other).care_state == CareState.HELD
    [task] = db.session.query(Task)
    assert (task.kind, task.registration_id) == (TaskKind.CHECK_PERSON, other)
    assert last_change(task.registration, CareState.HELD) == {"from": "active", "to": "held"}


def test_who_is_another_by_a_humans_word_is_not_held_anew(app, make):
    petra = make.organizer()
    gone = make.registration(make.event(), name="Ione Lee", email="ione@people.example")
    daughter = make.registration(make.event(), name="Ione M. Lee", email=gone.email)
    with transaction():
        care.remember(gone, now=clock.now(), by=petra)
    with transaction():
        [task] = db.session.query(Task)
        care.settle(task, TaskAnswer.ANOTHER, now=clock.now(), by=petra)
    flask_migrate.downgrade(MIGRATIONS, "0009")

    flask_migrate.upgrade(MIGRATIONS)

    db.session.expire_all()
    assert daughter.care_state == CareState.ACTIVE


def test_who_has_had_no_calendar_entry_yet_gets_one_of_her_own(app, make):
    event = make.event()
    uid, waits = event.uid, {"status": Status.WAITLISTED, "uid": event.uid}
    ada, gone = make.registration(event, uid=uid), make.registration(event, uid=uid)
    gone.status = Status.CANCELLED
    kestrel, linnea, noor = (make.registration(event, **waits) for _ in range(3))
    own = make.registration(event, status=Status.WAITLISTED).uid
    for person, has_invitation in ((linnea, True), (noor, False)):
        db.session.add(
            Message(
                email="confirmation",
                registration=person,
                facts={},
                dedupe_key=f"{person.id}",
                created_at=event.created_at,
                due_at=event.created_at,
                has_invitation=has_invitation,
            )
        )
    db.session.commit()
    numbers = [each.id for each in (ada, gone, linnea)]
    new = [kestrel.id, noor.id]
    db.session.remove()

    flask_migrate.downgrade(MIGRATIONS, BEFORE_OWN_ENTRIES)
    flask_migrate.upgrade(MIGRATIONS)

    query = text("SELECT id, uid FROM registration ORDER BY id")
    found = {row.id: row.uid for row in db.session.execute(query)}
    assert [found[number] for number in numbers] == [uid] * 3
    assert len({uid, own, *found.values()}) == 4
    assert [found[number].rpartition("@")[2] for number in new] == ["forum"] * 2


def test_instants_from_before_have_the_offsets_of_todays_law(app, make):
    event = make.event()
    make.session(event)
    kept = [(each.id, each.offsets) for each in (event, *event.sessions, *event.gates)]
    db.session.remove()

    flask_migrate.downgrade(MIGRATIONS, BEFORE_OWN_ENTRIES)
    flask_migrate.upgrade(MIGRATIONS)

    event = db.session.scalars(db.select(Event)).one()
    assert [(each.id, each.offsets) for each in (event, *event.sessions, *event.gates)] == kept
    assert event.offsets == {
        "zone": "America/New_York",
        "starts_at": -14400,
        "ends_at": -14400,
    }


def test_whose_passkeys_are_all_gone_is_known_to_have_had_one(app, make):
    has, had, never = (make.organizer() for _ in range(3))
    now, key = clock.now(), {"public_key": "x", "name": ""}
    with transaction():
        db.session.add(Passkey(organizer_id=has.id, credential_id="a", created_at=now, **key))
        record(Action.PASSKEY_ADDED, had, now=now, organizer=had)
    numbers = [has.id, had.id, never.id]
    db.session.remove()

    flask_migrate.downgrade(MIGRATIONS, BEFORE_PASSKEYS_WERE_COUNTED)
    flask_migrate.upgrade(MIGRATIONS)

    query = text("SELECT id, has_had_passkey FROM organizer")
    found = {row.id: bool(row.has_had_passkey) for row in db.session.execute(query)}
    assert [found[number] for number in numbers] == [True, True, False]


def test_patients_who_are_clinicians_too_are_written_to_neutrally_from_now_on(app, make):
    clinician, both, beside = (
        make.registration(make.event(), roles=roles, is_discreet=False).id
        for roles in (("clinician",), ("patient", "clinician"), ("caregiver", "clinician"))
    )
    patient = make.registration(make.event(), roles=("patient",), is_discreet=False).id
    db.session.remove()

    flask_migrate.downgrade(MIGRATIONS, BEFORE_PATIENTS_WERE_NEUTRAL)
    flask_migrate.upgrade(MIGRATIONS)

    found = dict(db.session.execute(db.select(Registration.id, Registration.is_discreet)).all())
    assert found == {clinician: False, both: True, beside: True, patient: False}


def test_databases_that_passed_early_migrations_get_what_these_were_given_later(app, make):
    make.reminder(make.event(), "P3D")
    before = schema()
    db.session.remove()
    flask_migrate.downgrade(MIGRATIONS, "0021")
    with db.engine.begin() as connection:
        for table, column in (
            ("heartbeat", "trouble"),
            ("heartbeat", "trouble_since"),
            ("programme", "loaded"),
            ("programme", "mail_stopped_at"),
            ("reminder", "stated"),
        ):
            connection.execute(text(f"ALTER TABLE {table} DROP COLUMN {column}"))
        connection.execute(text("DROP TABLE old_slug"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0020'"))

    flask_migrate.upgrade(MIGRATIONS)

    assert schema() == before
    assert db.session.scalars(db.select(Reminder.stated)).all() == [{}]


def test_what_went_to_a_mistyped_address_is_known_by_the_email_from_now_on(app, make):
    at, later = NOON + HOUR, NOON + 2 * HOUR
    ada, boris = (make.registration(make.event()) for _ in range(2))
    for person, done_at in ((ada, at), (boris, later)):
        make.welcome(person).sent_at = NOON
        change = AddressChange(registration=person, new_email=person.email, done_at=done_at)
        change.created_at = change.expires_at = at
        db.session.add(change)
    make.welcome(ada).sent_at = later
    db.session.commit()
    db.session.remove()

    flask_migrate.downgrade(MIGRATIONS, "0021")
    flask_migrate.upgrade(MIGRATIONS)

    strayed = db.select(Message.strayed_at).order_by(Message.id)
    assert db.session.scalars(strayed).all() == [at, None, None]
    taken = db.select(Registration.email_taken_at).order_by(Registration.id)
    assert db.session.scalars(taken).all() == [None, later]
