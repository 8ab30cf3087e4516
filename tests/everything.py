"""A house in which every table has a row, and what a database holds, all of it."""

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import inspect, text

from forum.accounts.models import Attempt, KeptForm, Passkey, SignIn, SignInLink
from forum.care.hash_actions import keep_keys
from forum.db import db, transaction
from forum.demo.actions import FILE, load_demo
from forum.events.models import Mode, OldSlug
from forum.notices.models import Notice, Occasion
from forum.outbox.models import Heartbeat, Message
from forum.privacy.models import Consent, ConsentPurpose, Tombstone
from forum.registration.models import AddressChange, InviteLink, SessionPlace, Status
from tests.make import Make

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)


def fill_every_table(make: Make) -> None:
    """Put at least one row into each table: the demo, and what happens in the weeks after it."""
    with transaction():
        petra = load_demo(FILE.read_bytes(), now=NOW).organizer
    event = make.event(capacity=1)
    session = make.session(event, capacity=5, taken=1, room=make.room())
    ada = make.registration(event)
    boris = make.registration(event, status=Status.WAITLISTED)
    make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON, wait_no=7)
    make.offer(make.registration(make.event(), status=Status.WAITLISTED))
    make.reminder(event, "P3D", session=session, roles=("patient",), words={"en": "Bring a coat."})
    make.block("gone@people.example")
    make.calendar_reply(ada, "declined")
    make.report(db.session.query(Message).first(), "gone@people.example")
    with transaction():
        db.session.add_all(
            [
                *at_the_desk(petra.id),
                *of_a_person(ada.id),
                SessionPlace(registration=boris, session=session, status=Status.CONFIRMED),
                Notice(
                    event=event,
                    occasion=Occasion.CHANGES,
                    changes={"event": {"starts_at": NOW.isoformat()}},
                    organizer_id=petra.id,
                    sent_at=NOW,
                ),
                InviteLink(
                    event=event,
                    label="Ward 4",
                    lifts=("capacity",),
                    organizer_id=petra.id,
                    created_at=NOW,
                ),
                OldSlug(slug="spring-day", event_id=event.id),
                Heartbeat(worker="one", beat_at=NOW),
                Tombstone(public_id_hash="0f3a", erased_at=NOW),
                Attempt(purpose="find", subject="0f3a", at=NOW),
            ]
        )
        keep_keys(now=NOW)
    db.session.remove()


def at_the_desk(organizer_id: int) -> list:
    return [
        SignInLink(organizer_id=organizer_id, public_id="one", created_at=NOW, expires_at=LATER),
        SignIn(
            organizer_id=organizer_id,
            token_hash="0f3a",
            created_at=NOW,
            last_seen_at=NOW,
            expires_at=LATER,
        ),
        KeptForm(key_hash="0f3a", organizer_id=organizer_id, content="{}", kept_until=LATER),
        Passkey(organizer_id=organizer_id, credential_id="one", public_key="two", created_at=NOW),
    ]


def of_a_person(registration_id: int) -> list:
    return [
        AddressChange(
            registration_id=registration_id,
            new_email="ada@new.example",
            created_at=NOW,
            expires_at=LATER,
        ),
        Consent(
            registration_id=registration_id,
            purpose=ConsentPurpose.NEXT_INVITATION,
            text_version="2026-11",
            language="es",
            given_at=NOW,
        ),
    ]


def schema() -> dict[str, dict[str, list[str]]]:
    """Return all that the database holds rows to: by kind and table, in no order."""
    db.engine.dispose()  # a connection of SQLite's may tell of the schema it met first
    found = inspect(db.engine)
    kinds = {
        "columns": found.get_multi_columns(),
        "parents": found.get_multi_foreign_keys(),
        "unique": found.get_multi_unique_constraints(),
        "checks": found.get_multi_check_constraints(),
        "indexes": found.get_multi_indexes(),
        "options": found.get_multi_table_options(),
    }
    return {
        kind: {table: sorted(map(in_words, parts)) for (_, table), parts in tables.items()}
        for kind, tables in kinds.items()
    }


def in_words(part: object) -> str:
    return json.dumps(part, default=str, sort_keys=True)


def rows() -> dict[tuple[str, str], list]:
    """Return what is stored: for each table and column its values, by the number of the row."""
    stored = {}
    with db.engine.connect() as connection:
        for table in sorted(set(inspect(db.engine).get_table_names()) - {"alembic_version"}):
            found = connection.execute(text(f'SELECT * FROM "{table}" ORDER BY id'))
            names, values = list(found.keys()), found.all()
            for place, name in enumerate(names):
                stored[table, name] = [row[place] for row in values]
    return stored
