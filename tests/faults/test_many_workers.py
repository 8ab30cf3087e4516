"""Several workers, each of which plans and sends: each reminder comes once."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db
from forum.outbox import queries
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration
from tests.faults.fake_clock import FakeClock
from tests.faults.mail_server import MailServer
from tests.faults.working import Working, eventually, mailing_to, working

pytestmark = [pytest.mark.faults, pytest.mark.faketime]
ZONES = ("America/New_York", "America/Chicago", "America/Denver")
PEOPLE = 1_050
ELEVEN_IN_DENVER = datetime(2027, 4, 22, 17, 0, tzinfo=UTC)
"""Two days before the event: everybody's reminders have come due by then."""


def crowd(make, event) -> None:
    """Register many people, in several zones."""
    one = make.registration(event)
    columns = {
        column.key: getattr(one, column.key)
        for column in Registration.__table__.columns
        if column.key not in {"id", "public_id"}
    }
    db.session.execute(
        db.insert(Registration),
        [
            columns
            | {
                "email": f"person{number}@people.example",
                "timezone": ZONES[number % len(ZONES)],
            }
            for number in range(PEOPLE - 1)
        ],
    )
    db.session.commit()


def test_three_workers_and_one_killed_while_planning_remind_each_person_once(
    make, settings, tmp_path
):
    event = make.event(capacity=None)
    for local_time in ("10:00", "10:30"):
        make.reminder(event, "P2D", local_time=local_time)
    crowd(make, event)
    fake = FakeClock(tmp_path)
    fake.set(ELEVEN_IN_DENVER + timedelta(minutes=1))
    with MailServer() as server:
        there = mailing_to(settings, server.port)
        killed = Working(there, fake.environ)
        killed.start()
        assert eventually(lambda: db.session.query(Message).first() is not None)
        killed.kill()
        with (
            working(there, **fake.environ),
            working(there, **fake.environ),
            working(there, **fake.environ),
        ):
            assert eventually(lambda: queries.counts()[MessageState.SENT] == 2 * PEOPLE, 300), (
                queries.counts()
            )
        times = Counter(each.message_id for each in server.taken)
    assert (len(times), times.total()) == (2 * PEOPLE, 2 * PEOPLE)
    assert set(Counter(each.recipient for each in server.taken).values()) == {2}
