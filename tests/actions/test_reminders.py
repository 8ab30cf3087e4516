"""Reminders are planned once per person and start time, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db, transaction
from forum.events.models import EventStatus, Mode
from forum.outbox.models import Message
from forum.registration.models import CareState, Status
from forum.reminders import actions, queries
from tests.make import SPRING_DAY

TWO_DAYS_BEFORE = datetime(2027, 4, 22, 14, 0, tzinfo=UTC)
"""10:00 in Boston."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def event(make):
    return make.event()


@pytest.fixture
def reminder(make, event):
    return make.reminder(event, "P2D", local_time="10:00", offers=("switch_mode",))


def planned(now: datetime, **options) -> int:
    with transaction():
        return actions.plan(now, **options)


def due() -> list[tuple[str, datetime]]:
    rows = db.session.scalars(db.select(Message).order_by(Message.due_at, Message.id))
    return [(message.registration.name, message.due_at) for message in rows]


def test_each_is_reminded_at_ten_of_her_own_clock(make, event, reminder):
    make.registration(event, name="Ada")
    make.registration(event, name="Cora", mode=Mode.WEBCAST, timezone="America/Phoenix")
    make.registration(event, name="Delphine", mode=Mode.WEBCAST, timezone="Europe/Paris")
    for hour in range(48):
        planned(TWO_DAYS_BEFORE - timedelta(hours=24) + timedelta(hours=hour))
    assert due() == [
        ("Delphine", TWO_DAYS_BEFORE - timedelta(hours=6)),
        ("Ada", TWO_DAYS_BEFORE),
        ("Cora", TWO_DAYS_BEFORE + timedelta(hours=3)),
    ]


def test_planning_again_plans_nothing_new(make, event, reminder):
    make.registration(event)
    assert [planned(TWO_DAYS_BEFORE), planned(TWO_DAYS_BEFORE + MINUTE)] == [1, 0]


def test_it_is_in_the_outbox_a_few_minutes_before_it_is_due(make, event, reminder):
    make.registration(event)
    assert planned(TWO_DAYS_BEFORE - 4 * MINUTE) == 0
    assert planned(TWO_DAYS_BEFORE - 2 * MINUTE) == 1


def test_the_message_says_what_it_was_planned_for(make, event, reminder):
    person = make.registration(event)
    planned(TWO_DAYS_BEFORE)
    message = db.session.scalars(db.select(Message)).one()
    start = int(SPRING_DAY.timestamp())
    assert message.facts == {
        "reminder": reminder.id,
        "starts_at": start,
        "lead": "P2D",
        "offers": ["switch_mode"],
    }
    assert message.dedupe_key == f"reminder:{reminder.id}:{person.id}:{start}"
    assert message.useful_until == SPRING_DAY - timedelta(days=1)


def test_the_planner_knows_when_the_next_reminder_falls_due(make, event, reminder):
    make.reminder(event, "PT90M", armed_at=SPRING_DAY)  # too late for it: never sent
    make.registration(event, mode=Mode.WEBCAST, timezone="Europe/Paris")
    in_paris = TWO_DAYS_BEFORE - timedelta(hours=6)

    def next_due(now):
        return queries.next_due(now=now, within=MINUTE)

    assert [next_due(in_paris - each * MINUTE) for each in (2, 1, 0)] == [None, in_paris, None]
    assert next_due(TWO_DAYS_BEFORE - MINUTE) == TWO_DAYS_BEFORE  # the event's own clock
    assert next_due(SPRING_DAY - timedelta(minutes=91)) is None


def test_a_moved_event_is_reminded_of_anew(make, event, reminder):
    make.registration(event)
    planned(TWO_DAYS_BEFORE)
    event.starts_at += timedelta(days=7)
    event.ends_at += timedelta(days=7)
    db.session.commit()
    assert planned(TWO_DAYS_BEFORE + MINUTE) == 0
    assert planned(TWO_DAYS_BEFORE + timedelta(days=7)) == 1


def test_whoever_registers_after_it_was_due_is_not_sent_it(make, event, reminder):
    make.registration(event, registered_at=TWO_DAYS_BEFORE + MINUTE)
    assert planned(TWO_DAYS_BEFORE + 2 * MINUTE) == 0


def test_a_new_rule_does_not_look_back(make, event):
    make.registration(event)
    make.reminder(event, "P2D", local_time="10:00", armed_at=TWO_DAYS_BEFORE + MINUTE)
    assert planned(TWO_DAYS_BEFORE + 2 * MINUTE) == 0


def test_after_a_night_without_a_worker_it_still_comes_but_not_too_late(make, event, reminder):
    make.registration(event, name="Ada")
    assert planned(SPRING_DAY - timedelta(days=1)) == 0
    assert planned(SPRING_DAY - timedelta(days=1) - MINUTE) == 1


def test_only_those_with_a_place_and_only_the_modes_it_is_for(make, event):
    make.reminder(event, "PT90M", modes=("webcast", "phone"))
    make.registration(event, name="Ada")
    make.registration(event, name="Cora", mode=Mode.WEBCAST)
    make.registration(event, name="Greta", mode=Mode.PHONE)
    make.registration(event, name="Left", mode=Mode.PHONE, status=Status.CANCELLED)
    make.registration(event, name="Kestrel", mode=Mode.WEBCAST, status=Status.WAITLISTED)
    evening_before = datetime(2027, 4, 23, 22, 0, tzinfo=UTC)
    planned(evening_before)
    assert due() == [("Cora", evening_before), ("Greta", evening_before)]


@pytest.mark.parametrize("status", [EventStatus.DRAFT, EventStatus.CANCELLED])
def test_nothing_is_planned_for_what_will_not_happen(make, status):
    event = make.event(status=status)
    make.reminder(event, "P2D", local_time="10:00")
    make.registration(event)
    assert planned(TWO_DAYS_BEFORE) == 0


def test_a_rule_that_is_off_is_silent(make, event):
    make.reminder(event, "P2D", local_time="10:00", is_on=False)
    make.registration(event)
    assert planned(TWO_DAYS_BEFORE) == 0


def test_on_her_treatment_days_it_comes_the_evening_before(make, event, reminder):
    make.registration(event, name="Cora", quiet_days=("wed", "thu"))
    tuesday_evening = datetime(2027, 4, 20, 22, 0, tzinfo=UTC)
    planned(tuesday_evening)
    assert due() == [("Cora", tuesday_evening)]


def test_many_are_planned_in_parts(make, event, reminder):
    for number in range(7):
        make.registration(event, name=f"Ada {number}")
    assert [planned(TWO_DAYS_BEFORE, at_most=3) for _ in range(4)] == [3, 3, 1, 0]


def test_the_preview_names_who_gets_what_when_and_who_does_not(make, event, reminder):
    make.reminder(event, "P7D", local_time="10:00")
    make.registration(event, name="Ada")
    make.registration(event, name="Greta", email=None, mode=Mode.PHONE)
    make.registration(event, name="Hollis", care_state=CareState.PAUSED)
    make.registration(event, name="Delphine", mode=Mode.WEBCAST, timezone="Europe/Paris")
    after_the_first = TWO_DAYS_BEFORE - timedelta(days=4)
    assert [
        (p.reminder.lead, p.timezone, p.due_at, p.names, p.silent)
        for p in actions.preview(event, now=after_the_first)
    ] == [
        ("P2D", "Europe/Paris", TWO_DAYS_BEFORE - timedelta(hours=6), ["Delphine"], []),
        (
            "P2D",
            "America/New_York",
            TWO_DAYS_BEFORE,
            ["Ada"],
            [
                ("Greta", "This person has no email address. Please call."),
                ("Hollis", "Emails to this person are paused."),
            ],
        ),
    ]
