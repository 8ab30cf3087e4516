"""Whoever has died is one person after the migration, and nobody writes to her."""

import flask_migrate
from sqlalchemy import text

from forum import clock
from forum.care import actions as care
from forum.db import db, transaction
from forum.registration.models import CareState, Registration
from tests.engines import MIGRATIONS

ADDRESS = "ione@people.example"


def test_who_was_remembered_under_one_apostrophe_is_not_written_to_under_another(app, make):
    with transaction():
        gone = make.registration(make.event(), name="Ione O'Neil", email=ADDRESS)
    with transaction():
        care.remember(gone, now=clock.now(), by=make.organizer())
    other = make.registration(make.event(), name="Somebody", email=ADDRESS).id
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
    assert db.session.get_one(Registration, other).care_state in {
        CareState.REMEMBERED,
        CareState.HELD,
    }
