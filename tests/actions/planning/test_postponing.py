"""A whole event goes to another day, with its sessions and its deadlines."""

from datetime import timedelta

import pytest

from forum import clock
from forum.audit.models import Action
from forum.db import db, rehearsal, transaction
from forum.emails import Letter, write
from forum.notices.models import Notice
from forum.outbox.models import Message
from forum.planning import actions, refusals, whole_actions
from forum.programme.actions import load
from forum.programme.dump import dump
from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read
from forum.registration.actions import choose_sessions
from forum.registration.models import Offer, OfferState, SessionPlace, Status
from forum.registration.places.session_queries import limited_sessions
from forum.registration.refusals import SessionNotOffered
from tests.actions.planning.plans import does, event_plan, last_facts, postponed
from tests.lines import move_all_lines
from tests.make import SPRING_DAY
from tests.notices import Desk
from tests.rush import NOW
from tests.stored import look_again

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = 7 * DAY


@pytest.fixture
def event(make):
    """A forum with a session on a stream."""
    event = make.event(capacity=2)
    make.session(event, room=make.room())
    return event


def test_a_postponed_event_takes_its_sessions_and_its_deadline_along(make, event, petra):
    session = event.sessions[0]
    gate = event.gates[0]
    gate.closes_at = SPRING_DAY - 3 * DAY
    db.session.commit()

    postponed(event, petra, 2 * WEEK)

    db.session.expire_all()
    assert event.starts_at == SPRING_DAY + 2 * WEEK
    assert session.starts_at == SPRING_DAY + 2 * WEEK
    assert gate.closes_at == SPRING_DAY - 3 * DAY + 2 * WEEK
    assert (event.sequence, session.sequence) == (1, 1)
    assert last_facts(Action.EVENT_POSTPONED) == {
        "from": "2027-04-24T12:15:00+00:00",
        "to": "2027-05-08T12:15:00+00:00",
    }


@pytest.mark.parametrize("is_told", [True, False])
@pytest.mark.parametrize("is_put_off", [True, False])
def test_a_canceled_session_goes_along_to_the_new_day(make, event, petra, is_told, is_put_off):
    canceled = make.session(event, starts_at=SPRING_DAY + HOUR)
    make.registration(event)
    Desk(petra).cancel(canceled)
    if is_told:
        Desk(petra).send(event)

    if is_put_off:
        postponed(event, petra, 2 * WEEK, version=event.version)
    else:
        plan = event_plan(
            event, starts_at=event.starts_at + 2 * WEEK, ends_at=event.ends_at + 2 * WEEK
        )
        does(actions.change_event, event, plan, version=event.version, by=petra)

    look_again()
    assert {each.starts_at.date() for each in event.sessions} == {event.starts_at.date()}
    assert canceled.starts_at == SPRING_DAY + HOUR + 2 * WEEK


def test_an_event_postponed_over_a_change_of_clocks_keeps_its_hours(make, event, petra):
    session, gate = event.sessions[0], event.gates[0]
    gate.closes_at = SPRING_DAY - 3 * DAY
    db.session.commit()
    hour = timedelta(hours=1)

    with transaction():  # the same hours in Boston, on the 20th of November
        starts, ends = event.starts_at + 30 * WEEK + hour, event.ends_at + 30 * WEEK + hour
        whole_actions.postpone(event, starts, ends, version=1, by=petra, now=clock.now())

    db.session.expire_all()
    assert session.starts_at == event.starts_at == SPRING_DAY + 30 * WEEK + hour
    assert gate.closes_at == SPRING_DAY - 3 * DAY + 30 * WEEK + hour


def test_a_postponed_webcast_is_one_entry(make, petra):
    event = make.webcast()

    postponed(event, petra, WEEK)

    db.session.expire_all()
    assert event.sessions[0].starts_at == event.starts_at


def test_an_event_is_put_off_to_a_later_day_only(make, event, petra):
    with pytest.raises(refusals.NotLater) as refused:
        postponed(event, petra, -WEEK)

    assert refused.value.field == "day"
    assert event.starts_at == SPRING_DAY


def test_a_room_that_is_taken_on_the_new_day_keeps_the_old_day(make, event, petra):
    other = make.event(starts_at=SPRING_DAY + WEEK)
    make.session(other, room=event.sessions[0].room)

    with pytest.raises(refusals.Clashing):
        postponed(event, petra, WEEK)

    db.session.expire_all()
    assert event.starts_at == SPRING_DAY


@pytest.fixture
def half_held(make, event, today):
    """Let the morning be over, and the second session be on."""
    morning = event.sessions[0]
    noon = make.session(event, room=make.room(), starts_at=SPRING_DAY + 4 * HOUR, capacity=9)
    late = make.session(event, room=make.room(), starts_at=SPRING_DAY + 6 * HOUR)
    today.move_to(noon.starts_at + timedelta(minutes=10))
    return morning, noon, late


def rest_postponed(event, by, later=WEEK):
    """Put off what is still to come, at the same times of day."""
    with transaction():
        starts, ends = SPRING_DAY + 4 * HOUR + later, event.ends_at + later
        who = {"version": event.version, "by": by, "now": clock.now()}
        whole_actions.postpone(event, starts, ends, **who)


def starts(*sessions):
    db.session.expire_all()
    return [each.starts_at for each in sessions]


def test_what_was_held_stays_as_it_was_when_the_rest_is_put_off(event, petra, half_held):
    morning, noon, late = half_held

    rest_postponed(event, petra)

    assert starts(morning, noon, late, event) == [
        SPRING_DAY,
        SPRING_DAY + 4 * HOUR + WEEK,
        SPRING_DAY + 6 * HOUR + WEEK,
        SPRING_DAY + 4 * HOUR + WEEK,
    ]
    assert [each.sequence for each in half_held] == [0, 1, 1]
    assert last_facts(Action.EVENT_POSTPONED)["from"] == SPRING_DAY.isoformat()


def test_nobody_is_told_that_what_was_held_has_moved(make, event, petra, half_held):
    make.registration(event)
    rest_postponed(event, petra)

    [told] = db.session.query(Notice).all()
    _morning, *moved = half_held
    assert sorted(told.changes["sessions"]) == sorted(str(each.id) for each in moved)


def test_the_rest_is_held_later_on_the_same_day(event, petra, half_held):
    morning, noon, late = half_held

    rest_postponed(event, petra, 1 * HOUR)

    assert starts(morning, noon, late) == [
        SPRING_DAY,
        SPRING_DAY + 5 * HOUR,
        SPRING_DAY + 7 * HOUR,
    ]


def test_what_was_held_stays_there_when_the_rest_is_edited_or_put_off_again(
    event, petra, half_held
):
    morning, noon, late = half_held
    rest_postponed(event, petra)

    plan = event_plan(event, starts_at=event.starts_at + DAY, ends_at=event.ends_at + DAY)
    does(actions.change_event, event, plan, version=event.version, by=petra)
    assert starts(morning, noon) == [SPRING_DAY, SPRING_DAY + 4 * HOUR + WEEK + DAY]
    postponed(event, petra, WEEK)

    assert starts(morning, noon, late) == [
        SPRING_DAY,
        SPRING_DAY + 4 * HOUR + 2 * WEEK + DAY,
        SPRING_DAY + 6 * HOUR + 2 * WEEK + DAY,
    ]


def test_nobody_chooses_what_was_held_and_who_had_it_keeps_it(make, event, petra, half_held):
    morning, noon, _late = half_held
    morning.capacity = 5
    db.session.commit()
    ada = make.registration(event)
    with transaction():
        choose_sessions(ada, (morning.id,), now=morning.starts_at)
    rest_postponed(event, petra)

    assert limited_sessions(event, now=morning.starts_at) == [noon]
    with transaction():
        choose_sessions(ada, (noon.id,), now=clock.now())
    mine = db.session.query(SessionPlace).filter_by(status=Status.CONFIRMED)
    assert sorted(each.session_id for each in mine) == sorted([morning.id, noon.id])
    with pytest.raises(SessionNotOffered), transaction():
        choose_sessions(make.registration(event), (morning.id,), now=morning.starts_at)


@pytest.mark.parametrize("later", [WEEK, HOUR])
def test_an_event_of_which_half_was_held_is_dumped_and_loads(event, petra, half_held, later):
    rest_postponed(event, petra, later)
    text = dump()

    with rehearsal():
        report = load(read(text.encode()), now=clock.now())

        assert report.has_changes is False
    assert "time: ['2027-04-24T08:15', '2027-04-24T09:00']" in text


def test_no_file_puts_a_session_before_its_forum_that_was_not_held(event, petra, half_held):
    rest_postponed(event, petra)
    text, morning = dump(), "['2027-04-24T08:15', '2027-04-24T09:00']"
    slips = ("['2027-04-24T08:20', '2027-04-24T09:00']", "['2027-04-30T08:15', '2027-04-30T09:00']")

    for slip in slips:
        with pytest.raises(Faulty) as refused, rehearsal():
            load(read(text.replace(morning, slip).encode()), now=clock.now())

        [fault] = refused.value.faults
        assert fault.text == f"starts at {slip[2:18]}, before the forum does at 12:15"


def test_whoever_is_asked_has_two_days_more_to_think_about_the_new_day(make, event, petra):
    ada = make.registration(event, status=Status.WAITLISTED)
    offer = make.offer(ada, ends_at=clock.now() + timedelta(hours=1))

    before = clock.now()

    postponed(event, petra)

    db.session.expire_all()
    assert offer.state == OfferState.OPEN
    assert offer.ends_at >= before + 2 * DAY


def test_whoever_is_offered_a_place_while_mail_waits_hears_of_it_once_the_event_is_put_off(make):
    event = make.event(capacity=1)
    make.registration(event, status=Status.WAITLISTED)
    with transaction():
        move_all_lines(now=NOW)
    look_again()
    [offer] = db.session.query(Offer)
    first_end = offer.ends_at
    later = first_end - timedelta(hours=1)  # the mail server has been down since
    with transaction():
        whole_actions.postpone(
            event,
            event.starts_at + timedelta(days=28),
            event.ends_at + timedelta(days=28),
            version=event.version,
            by=make.organizer(),
            now=later,
        )
    look_again()
    [message] = db.session.query(Message).filter_by(email="offer")

    now = first_end + timedelta(hours=1)
    assert offer.ends_at > now
    assert isinstance(write(message, now), Letter)
