"""Reminders are planned once per person and start time, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.db import db, transaction
from forum.events.models import EventStatus, Mode, SessionStatus
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration, SessionPlace, Status
from forum.reminders import actions, queries, rules
from tests.make import SPRING_DAY
from tests.rush import at_once

OTHER = {Mode.IN_PERSON: Mode.WEBCAST, Mode.WEBCAST: Mode.IN_PERSON}

TWO_DAYS_BEFORE = datetime(2027, 4, 22, 14, 0, tzinfo=UTC)
"""10:00 in Boston."""
MINUTE = timedelta(minutes=1)


@pytest.fixture
def event(make):
    return make.event()


@pytest.fixture
def reminder(make, event):
    return make.reminder(event, "P2D", local_time="10:00", offers=("switch_mode",))


def planned(now: datetime) -> int:
    with transaction():
        return actions.plan(now)


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
    armed = int(reminder.armed_at.timestamp())
    due = int(TWO_DAYS_BEFORE.timestamp())
    assert message.facts == {
        "starts_at": start,
        "due": due,
        "rules": {str(reminder.id): f"{start}:{armed}"},
    }
    assert message.dedupe_key == f"reminder:{person.id}:{start}:at:{due}"
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
    (group,) = queries.due_groups(now=TWO_DAYS_BEFORE)
    numbers, after = [], 0
    while after is not None:
        with transaction():
            number, after = actions.plan_group(group, now=TWO_DAYS_BEFORE, after=after, at_most=3)
        numbers.append(number)
    assert numbers == [3, 3, 1]
    assert planned(TWO_DAYS_BEFORE) == 0


def test_two_rules_that_fall_on_one_instant_are_one_email(make, event, reminder):
    make.reminder(event, "P2D", local_time="10:00", roles=("caregiver",))
    make.reminder(event, "P2D", local_time="10:00", modes=("webcast",))
    make.registration(event, name="Ada", roles=("patient", "caregiver"))
    make.registration(event, name="Cora", roles=("caregiver",), mode=Mode.WEBCAST)
    assert planned(TWO_DAYS_BEFORE) == 2
    assert due() == [("Ada", TWO_DAYS_BEFORE), ("Cora", TWO_DAYS_BEFORE)]


def test_whoever_attends_another_way_after_her_reminder_gets_no_second_at_that_instant(make, event):
    make.reminder(event, "P2D", local_time="10:00", modes=("in_person",))
    make.reminder(event, "P2D", local_time="10:00", modes=("webcast",))
    ada = make.registration(event)
    assert planned(TWO_DAYS_BEFORE) == 1
    ada.mode = Mode.WEBCAST
    db.session.commit()
    assert planned(TWO_DAYS_BEFORE + MINUTE) == 0


def test_whoever_moves_to_another_zone_after_her_reminder_gets_no_second(make, event, reminder):
    ada = make.registration(event)
    planned(TWO_DAYS_BEFORE)
    ada.timezone = "America/Los_Angeles"
    db.session.commit()
    assert planned(TWO_DAYS_BEFORE + timedelta(hours=3)) == 0


def test_one_that_was_dropped_before_she_moved_does_not_count_as_had(make, event, reminder):
    ada = make.registration(event)
    planned(TWO_DAYS_BEFORE)
    db.session.execute(db.update(Message).values(state=MessageState.DROPPED))
    ada.timezone = "America/Los_Angeles"
    db.session.commit()
    assert planned(TWO_DAYS_BEFORE + timedelta(hours=3)) == 1


@pytest.mark.parametrize("lost", ["returned_at", "strayed_at"])
def test_one_that_has_not_reached_her_before_she_moved_does_not_count_as_had(
    make, event, reminder, lost
):
    ada = make.registration(event)
    planned(TWO_DAYS_BEFORE)
    values = {"state": MessageState.SENT, "sent_at": TWO_DAYS_BEFORE, lost: TWO_DAYS_BEFORE}
    db.session.execute(db.update(Message).values(**values))
    ada.timezone = "America/Los_Angeles"
    db.session.commit()
    assert planned(TWO_DAYS_BEFORE + timedelta(hours=3)) == 1


@pytest.mark.parametrize("lost", ["returned_at", "strayed_at"])
def test_an_entry_that_has_not_reached_her_has_not_told_what_a_reminder_says(
    make, event, reminder, lost
):
    ada = make.registration(event)
    late = TWO_DAYS_BEFORE + MINUTE
    told = {"registration": ada, "dedupe_key": "told", "facts": {}, "state": MessageState.SENT}
    told |= {"created_at": late, "due_at": late, "sent_at": late, lost: late}
    db.session.add(Message(email="details_changed", **told))
    db.session.commit()
    assert planned(late + MINUTE) == 1


def test_planners_at_once_give_each_person_one(app, make, event, reminder):
    make.reminder(event, "P2D", local_time="10:00", roles=("caregiver",))
    for number in range(30):
        make.registration(event, name=f"Ada {number}", roles=("caregiver",))
    assert at_once(app, *[lambda: actions.plan(TWO_DAYS_BEFORE)] * 4) == []
    assert len(due()) == len(set(due())) == 30


def old_message(person, reminder, start: int, **facts) -> None:
    """Put into the outbox what an earlier version did, with a key per rule."""
    values = {
        "email": "reminder",
        "registration": person,
        "facts": {"reminder": reminder.id, "starts_at": start, "lead": "P2D", "offers": []},
        "dedupe_key": f"reminder:{reminder.id}:{person.id}:{start}",
        "state": MessageState.SENT,
        "due_at": TWO_DAYS_BEFORE,
        "created_at": TWO_DAYS_BEFORE - MINUTE,
    }
    db.session.add(Message(**{**values, **facts}))
    db.session.commit()


@pytest.mark.parametrize("state", [MessageState.SENT, MessageState.QUEUED])
def test_an_upgrade_in_the_middle_of_a_campaign_doubles_nothing(make, event, reminder, state):
    reached, missing = make.registration(event, name="Ada"), make.registration(event, name="Cora")
    old_message(reached, reminder, int(SPRING_DAY.timestamp()), state=state)
    assert planned(TWO_DAYS_BEFORE + MINUTE) == 1
    assert [name for name, _at in due()] == ["Ada", missing.name]


def test_a_rule_that_is_armed_anew_after_an_upgrade_reminds_again(make, event, reminder):
    ada = make.registration(event)
    old_message(ada, reminder, int(SPRING_DAY.timestamp()))
    reminder.lead, reminder.armed_at = "P1D", TWO_DAYS_BEFORE + MINUTE
    db.session.commit()
    assert planned(TWO_DAYS_BEFORE + timedelta(days=1)) == 1


def test_those_who_wait_are_reminded_of_what_they_wait_for(make, event):
    make.reminder(event, "P2D", local_time="10:00", is_for_waitlist=True, modes=("in_person",))
    make.registration(event, name="Ada")
    make.registration(event, name="Kestrel", status=Status.WAITLISTED)
    make.registration(event, name="Cora", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    make.registration(event, name="Greta", mode=Mode.PHONE, status=Status.WAITLISTED)
    planned(TWO_DAYS_BEFORE)
    assert [name for name, _at in due()] == ["Kestrel", "Cora"]


@pytest.mark.parametrize(
    "audience",
    [
        {"modes": ("webcast", "phone")},
        {"roles": ("patient", "other")},
        {"roles": ("caregiver",), "modes": ("in_person",)},
        {"is_for_waitlist": True},
        {"is_for_waitlist": True, "modes": ("in_person",)},
        {"of_session": True},
        {"of_session": True, "is_for_waitlist": True, "modes": ("in_person",)},
    ],
    ids=str,
)
def test_the_database_and_the_rule_agree_whom_it_is_for(make, event, audience):
    session = make.session(event, capacity=1)
    if audience.pop("of_session", None):
        audience["session_id"] = session.id
    rule = make.reminder(event, "P2D", **audience)
    for roles in ((), ("patient",), ("patient", "caregiver"), ("clinician",)):
        for mode in (Mode.IN_PERSON, Mode.WEBCAST):
            for standing in (Status.CONFIRMED, Status.WAITLISTED, Status.CANCELLED):
                person = make.registration(event, roles=roles, mode=mode, status=standing)
                place = Status.WAITLISTED if roles == ("patient",) else Status.CONFIRMED
                db.session.add(SessionPlace(registration=person, session=session, status=place))
            make.registration(event, roles=roles, mode=mode, waits_for=OTHER[mode])
    db.session.commit()
    everyone = db.session.scalars(db.select(Registration)).all()
    chosen = set(db.session.scalars(db.select(Registration.id).where(queries.audience(rule))))
    by_rule = {
        person.id
        for person in everyone
        if rules.is_for(
            rule, person, {place.session_id: place.status for place in person.session_places}
        )
    }
    assert chosen == by_rule
    assert 0 < len(chosen) < len(everyone)


def test_nobody_is_reminded_of_a_session_that_is_canceled(make, event):
    session = make.session(event, capacity=8, status=SessionStatus.CANCELLED)
    make.reminder(event, "P2D", local_time="10:00", session_id=session.id)
    place = SessionPlace(
        registration=make.registration(event), session=session, status=Status.CONFIRMED
    )
    db.session.add(place)
    db.session.commit()
    assert planned(TWO_DAYS_BEFORE) == 0
