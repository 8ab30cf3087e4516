"""Real workers under clocks that are changed: each reminder once, at the right hour."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db
from forum.delivery.abandoned import FOLDER
from forum.outbox import queries, runner
from forum.outbox.models import Message, MessageState
from tests.faults.fake_clock import FakeClock
from tests.faults.mail_server import MailServer
from tests.faults.working import eventually, fill, mailing_to, working

pytestmark = [pytest.mark.faults, pytest.mark.faketime, pytest.mark.sqlite_is_enough]
THREE_HOURS = timedelta(hours=3)
SEEN, DONE = 1.2, 1.5
"""Seconds after which a running worker has seen its clock, and then has planned and looked."""


@pytest.fixture
def fake(tmp_path) -> FakeClock:
    return FakeClock(tmp_path)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def sent() -> int:
    return queries.counts()[MessageState.SENT]


def reminders() -> list[Message]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(db.select(Message).order_by(Message.due_at, Message.id)))


def times_taken(server: MailServer) -> set[int]:
    """Return how often mails arrived: {1} when each came once."""
    return set(Counter(each.message_id for each in server.taken).values())


def turn_to(fake: FakeClock, at: datetime) -> None:
    """Set the clock, and give the running worker time to plan and to send."""
    fake.set(at)
    time.sleep(SEEN)
    runner.replan()
    time.sleep(DONE)


NIGHTS = {
    "New York in March": ("America/New_York", "02:30", utc(2027, 3, 13, 23), utc(2027, 3, 14, 13)),
    "New York in November": (
        "America/New_York",
        "01:30",
        utc(2027, 11, 6, 22),
        utc(2027, 11, 7, 14),
    ),
    "Berlin in March": ("Europe/Berlin", "02:30", utc(2027, 3, 27, 17), utc(2027, 3, 28, 7)),
    "Berlin in October": ("Europe/Berlin", "02:30", utc(2027, 10, 30, 16), utc(2027, 10, 31, 8)),
}
"""Zone, an hour that is missing or comes twice, and in UTC: six in the evening before, nine."""


@pytest.mark.parametrize("night", NIGHTS)
def test_in_the_night_when_clocks_change_each_reminder_comes_once_at_its_hour(
    make, settings, fake, night
):
    zone, odd, evening, nine = NIGHTS[night]
    event = make.event(timezone=zone, starts_at=nine + timedelta(days=1, hours=6))
    for local_time in (odd, "09:00"):
        make.reminder(event, "P1D", local_time=local_time)
    for _ in range(3):
        make.registration(event)

    fake.set(evening - timedelta(seconds=5))
    with MailServer() as server:
        with working(mailing_to(settings, server.port), **fake.environ):
            assert eventually(lambda: sent() == 3)
            for hours in (7.6, 8.6, 9.6):
                turn_to(fake, evening + timedelta(hours=hours))
            assert sent() == 3
            turn_to(fake, nine - timedelta(seconds=8))
            assert eventually(lambda: sent() == 6)
            turn_to(fake, nine - THREE_HOURS)
            turn_to(fake, nine)
        assert (len(server.taken), times_taken(server)) == (6, {1})

    found = reminders()
    assert [each.due_at for each in found] == [evening] * 3 + [nine] * 3
    hour = timedelta(hours=1)
    assert all(each.due_at <= each.sent_at < each.due_at + hour for each in found)


def test_a_clock_three_hours_ahead_and_back_repeats_no_mail_and_leaves_none_waiting(
    make, settings, fake
):
    fill(make.registration(make.event()), 900)
    with MailServer(thinks=0.01) as server:
        there = mailing_to(settings, server.port)
        with working(there, **fake.environ), working(there, **fake.environ):
            for part, by in ((200, THREE_HOURS), (500, -THREE_HOURS)):
                assert eventually(lambda part=part: len(server.taken) > part)
                fake.shift(by)
            assert eventually(lambda: sent() == 900), queries.counts()
        assert (len(server.taken), times_taken(server)) == (900, {1})


def test_what_was_put_off_under_a_clock_ahead_is_tried_soon_after_it_is_set_back(
    make, settings, fake
):
    async def is_busy(_line, moment: str) -> str | None:
        return "451 4.4.3 later" if moment == "RCPT" else None

    fill(make.registration(make.event()), 3)
    fake.shift(THREE_HOURS)
    with MailServer(mood=is_busy) as server:
        with working(mailing_to(settings, server.port), **fake.environ):
            assert eventually(lambda: all(each.reason for each in reminders()))
            server.mood = MailServer.mood
            fake.shift(-THREE_HOURS)
            assert eventually(lambda: sent() == 3)
        assert (len(server.taken), times_taken(server)) == (3, {1})


def test_two_workers_whose_clocks_are_three_hours_apart_send_each_mail_once(make, settings, fake):
    fill(make.registration(make.event()), 900)
    fake.shift(THREE_HOURS)
    with MailServer(thinks=0.01) as server:
        there = mailing_to(settings, server.port)
        with working(there, **fake.environ), working(there):
            assert eventually(lambda: sent() == 900), queries.counts()
        assert (len(server.taken), times_taken(server)) == (900, {1})


def test_what_a_worker_elsewhere_held_comes_back_in_a_minute_though_its_clock_was_ahead(
    make, settings, fake
):
    fill(make.registration(make.event()), 400)
    fake.shift(THREE_HOURS)
    with MailServer(thinks=0.01) as server:
        there = mailing_to(settings, server.port)
        with working(there, **fake.environ) as lost:
            assert eventually(lambda: len(server.taken) > 20)
            for mark in (settings.instance / FOLDER).iterdir():
                mark.unlink()  # as if it were on another machine
            lost.kill()
            assert eventually(lambda: not any(c.is_running() for c in lost.left))
            held = queries.counts()[MessageState.SENDING]
            with working(there):
                assert eventually(lambda: sent() == 400, 120), queries.counts()
        assert held > 0
        assert (len(server.taken), times_taken(server)) == (400, {1})
