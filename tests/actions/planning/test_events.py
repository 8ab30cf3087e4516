"""An event is published, changed and called off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.errors import ChangedMeanwhile
from forum.events.models import EventStatus
from forum.outbox import runner
from forum.outbox.models import Message
from forum.planning import actions, agenda_actions, closing_actions, refusals
from forum.registration import queries
from forum.registration.models import CareState, OfferState, Status
from forum.registration.places import waiting
from tests.actions.planning.plans import NINE, TEN, does, event_plan, session_plan, standing
from tests.stored import deeds, emails, fresh, look_again, told

HOUR = timedelta(hours=1)


def test_a_draft_with_an_agenda_can_be_published(make, petra):
    event = make.event(status=EventStatus.DRAFT)
    make.session(event)

    does(actions.publish, event, version=1, by=petra)

    assert (event.status, event.revision, event.sequence) == (EventStatus.PUBLISHED, 2, 1)
    assert deeds() == [(Action.EVENT_PUBLISHED, {})]


def test_a_draft_without_an_agenda_says_what_it_lacks(make, petra):
    event = make.event(status=EventStatus.DRAFT)

    with pytest.raises(refusals.NotPublishable) as refused:
        does(actions.publish, event, version=1, by=petra)

    assert refused.value.sentence == "Add at least one session to the agenda."
    assert (event.status, event.version) == (EventStatus.DRAFT, 1)


def test_an_event_that_someone_is_registered_for_does_not_disappear(make, event, petra):
    make.registration(event)

    with pytest.raises(refusals.PeopleAreRegistered):
        does(actions.unpublish, event, version=1, by=petra)

    assert event.status == EventStatus.PUBLISHED


def test_an_event_that_everyone_has_left_can_be_a_draft_again(make, event, petra):
    make.registration(event, status=Status.CANCELLED)

    does(actions.unpublish, event, version=1, by=petra)

    assert event.status == EventStatus.DRAFT


def test_last_years_forum_is_not_hidden_for_good_once_its_people_are_gone(
    make, event, petra, today
):
    """Nothing that is over can be published, so it could not be shown again."""
    make.registration(event, status=Status.CANCELLED)
    today.move_to(event.ends_at)

    with pytest.raises(refusals.NotUnderWay):
        does(actions.unpublish, event, version=1, by=petra)

    assert fresh(event).status == EventStatus.PUBLISHED


def test_cancelling_posts_an_email_to_everyone_with_an_address_in_the_same_breath(
    make, event, petra
):
    ada = make.registration(event)
    wim = make.registration(event, status=Status.WAITLISTED)
    make.registration(event, email=None)
    make.registration(event, status=Status.CANCELLED)
    make.registration(event, care_state=CareState.REMEMBERED)
    hollis = make.registration(event, care_state=CareState.PAUSED)

    assert does(actions.cancel_event, event, version=1, by=petra) == 3

    posted = db.session.scalars(select(Message).order_by(Message.registration_id)).all()
    assert [(each.email, each.registration_id, each.facts["had_place"]) for each in posted] == [
        ("event_cancelled", ada.id, True),
        ("event_cancelled", wim.id, False),
        ("event_cancelled", hollis.id, True),
    ]
    assert (event.status, event.sequence, event.revision) == (EventStatus.CANCELLED, 1, 2)


def test_an_event_is_cancelled_once(make, event, petra):
    make.registration(event)
    does(actions.cancel_event, event, version=1, by=petra)

    with pytest.raises(refusals.AlreadyCancelled):
        does(actions.cancel_event, event, version=2, by=petra)

    assert len(db.session.scalars(select(Message)).all()) == 1


def test_what_has_taken_place_is_not_canceled_afterwards(make, event, petra, today):
    make.registration(event)
    today.move_to(event.ends_at)

    with pytest.raises(refusals.NotUnderWay):
        does(actions.cancel_event, event, version=1, by=petra)

    assert (fresh(event).status, emails()) == (EventStatus.PUBLISHED, [])


@pytest.mark.parametrize("act", [actions.publish, actions.unpublish, actions.cancel_event])
def test_whoever_saw_an_older_version_changes_nothing(event, petra, act):
    does(actions.change_event, event, event_plan(event, title="Mine"), version=1, by=petra)

    with pytest.raises(ChangedMeanwhile):
        does(act, event, version=1, by=petra)

    assert (event.title, event.status, event.version) == ("Mine", EventStatus.PUBLISHED, 2)


def test_new_words_leave_the_calendar_sequence_as_it_is(event, petra):
    does(actions.change_event, event, event_plan(event, title="Other"), version=1, by=petra)

    assert standing(event) == (0, 2)
    assert event.updated_at == db.session.scalars(select(AuditEntry.at)).one()
    was = "Living With Metastatic Breast Cancer - Spring Forum"
    told = {"changed": ["title"], "was": {"title": was}, "now": {"title": "Other"}}
    assert deeds() == [(Action.EVENT_CHANGED, told)]


def test_a_new_time_raises_the_calendar_sequence(event, petra):
    plan = event_plan(event, ends_at=event.ends_at + HOUR)

    does(actions.change_event, event, plan, version=1, by=petra)

    assert standing(event) == (1, 2)


def test_the_sessions_go_with_their_event_to_another_day_at_the_same_time_of_day(
    make, event, petra
):
    session = make.session(event, starts_at=NINE)
    to_winter = timedelta(days=210)

    does(
        actions.change_event,
        event,
        event_plan(
            event,
            starts_at=event.starts_at + to_winter + HOUR,
            ends_at=event.ends_at + to_winter + HOUR,
        ),
        version=1,
        by=petra,
    )

    assert session.starts_at == datetime(2027, 11, 20, 14, 0, tzinfo=UTC)
    assert standing(session) == (1, 2)


def test_an_event_does_not_shrink_below_its_agenda(make, event, petra):
    make.session(event, starts_at=NINE, title="Bones")

    with pytest.raises(refusals.OutsideTheEvent) as refused:
        does(actions.change_event, event, event_plan(event, starts_at=TEN), version=1, by=petra)

    assert refused.value.sentence == "“Bones” would begin before the event does, at 10:00 am."
    assert (event.starts_at, event.version) == (NINE - timedelta(minutes=45), 1)


def test_a_webcast_and_its_session_move_together(make, petra):
    webcast = make.webcast()
    session = webcast.sessions[0]
    later = {"starts_at": webcast.starts_at + HOUR, "ends_at": webcast.ends_at + HOUR}

    does(actions.change_event, webcast, event_plan(webcast, **later), version=1, by=petra)

    assert (session.starts_at, session.ends_at) == (webcast.starts_at, webcast.ends_at)

    earlier = {"starts_at": session.starts_at - HOUR, "ends_at": session.ends_at - HOUR}
    plan = session_plan(session, title="New", **earlier)
    does(agenda_actions.change_session, session, plan, version=session.version, by=petra)

    assert (webcast.starts_at, webcast.title) == (session.starts_at, "New")
    assert webcast.sequence == 2


def test_a_mode_closes_when_the_organizer_says(event, petra):
    gate = event.gates[0]

    does(closing_actions.set_closing, gate, NINE, by=petra)

    assert (gate.closes_at, event.revision) == (NINE, 2)


def test_workers_are_told_to_plan_anew_when_an_event_moves(app, event, petra):
    plan = event_plan(event, starts_at=NINE)
    does(actions.change_event, event, plan, version=1, by=petra)

    assert [task.name for task in runner.current_runner().huey.pending()] == ["plan_reminders"]


@pytest.mark.parametrize("short_notice", [None, 24])
def test_an_event_that_moves_earlier_takes_its_open_offers_along(make, petra, short_notice):
    event = make.event(capacity=1)
    boris = make.registration(event, status=Status.WAITLISTED, short_notice=short_notice)
    now = clock.now()
    offer = make.offer(boris, ends_at=now + timedelta(days=5))
    starts_at = (now + timedelta(days=2)).replace(microsecond=0)
    plan = event_plan(event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=8), people=1)

    does(actions.change_event, event, plan, version=event.version, by=petra)

    db.session.expire_all()
    expected = starts_at - timedelta(hours=short_notice or 0)
    assert offer.ends_at == expected
    assert told() == [("offer", boris.name)]
    message = db.session.query(Message).filter_by(email="offer").one()
    assert message.useful_until == expected
    assert message.due_at - now >= timedelta(hours=1)  # the day may be a slip

    does(actions.change_event, event, event_plan(event, title="New"), version=2, by=petra)
    assert told() == [("offer", boris.name)]


def test_an_offer_is_open_as_long_as_before_once_a_mistyped_hour_is_put_right(make, petra, today):
    """Three in the morning for three in the afternoon."""
    today.move_to("2027-04-21T15:00:00+00:00")
    event = make.event(capacity=1, starts_at=datetime(2027, 4, 24, 19, 0, tzinfo=UTC), hours=2)
    boris = make.registration(event, status=Status.WAITLISTED, short_notice=24)
    with transaction():
        waiting.move_lines(event.id, now=clock.now())
    offer = queries.open_offer(boris)
    promised = offer.ends_at
    right = event_plan(event)
    slip = event_plan(
        event,
        starts_at=right.starts_at - timedelta(hours=12),
        ends_at=right.ends_at - timedelta(hours=12),
    )

    does(actions.change_event, event, slip, version=1, by=petra)
    look_again()
    assert offer.ends_at < promised
    today.shift(timedelta(minutes=1))
    does(actions.change_event, event, right, version=2, by=petra)

    look_again()
    assert (offer.ends_at - offer.made_at, offer.ends_at) == (timedelta(hours=48), promised)


@pytest.mark.parametrize("days_ago", [1, 0])
@pytest.mark.parametrize("is_looked_at", [True, False])
def test_a_slip_that_is_corrected_costs_nobody_her_offer_or_her_turn(
    make, petra, days_ago, is_looked_at
):
    """The day was taken for yesterday, or for today, and has begun."""
    event = make.event(capacity=1)
    boris = make.registration(event, name="Boris", status=Status.WAITLISTED)
    make.registration(event, name="Cora", status=Status.WAITLISTED)
    offer = make.offer(boris, made_at=clock.now(), ends_at=clock.now() + timedelta(days=2))
    right = event_plan(event)
    starts_at = (clock.now() - timedelta(hours=1, days=days_ago)).replace(microsecond=0)
    slip = event_plan(event, starts_at=starts_at, ends_at=starts_at + timedelta(hours=8), people=2)

    does(actions.change_event, event, slip, version=1, by=petra)
    if is_looked_at:
        with transaction():
            waiting.move_lines(event.id, now=clock.now())
    does(actions.change_event, event, replace(right, people=2), version=2, by=petra)
    with transaction():
        waiting.move_lines(event.id, now=clock.now())

    look_again()
    assert queries.open_offer(boris) is not None
    assert (boris.wants_offers, boris.wait_no) == (True, 1)
    assert "offer_lapsed" not in emails()
    if days_ago == 0:
        assert offer.state == OfferState.OPEN
        assert offer.ends_at > clock.now() + timedelta(days=1, hours=23)


@pytest.mark.parametrize(("weeks", "hours"), [(2, 0), (-2, 0), (2, -3)])
def test_the_ends_of_registration_go_along_when_an_event_moves(event, petra, weeks, hours):
    gate = event.gates[0]
    does(closing_actions.set_closing, gate, NINE - timedelta(days=3), by=petra)
    by = timedelta(weeks=weeks, hours=hours)
    plan = event_plan(event, starts_at=event.starts_at + by, ends_at=event.ends_at + by)

    does(actions.change_event, event, plan, version=event.version, by=petra)

    assert gate.closes_at == NINE - timedelta(days=3) + timedelta(weeks=weeks)


def test_registration_never_closes_after_an_event_that_is_shorter_now(event, petra):
    gate = event.gates[0]
    does(closing_actions.set_closing, gate, event.ends_at, by=petra)
    plan = event_plan(event, ends_at=event.ends_at - timedelta(hours=2))

    does(actions.change_event, event, plan, version=event.version, by=petra)

    assert gate.closes_at == event.ends_at


def test_the_end_of_registration_goes_along_with_a_webcasts_one_session(make, petra):
    webcast = make.webcast()
    gate, session = webcast.gates[0], webcast.sessions[0]
    closes_at = session.starts_at - timedelta(hours=3)
    does(closing_actions.set_closing, gate, closes_at, by=petra)
    later = {
        "starts_at": session.starts_at + timedelta(weeks=1),
        "ends_at": session.ends_at + timedelta(weeks=1),
    }

    plan = session_plan(session, **later)
    does(agenda_actions.change_session, session, plan, version=session.version, by=petra)

    assert gate.closes_at == closes_at + timedelta(weeks=1)


def test_a_start_a_year_too_early_is_asked_about_though_the_end_is_right(make):
    event, petra = make.event(), make.organizer()
    session = make.session(event, room=make.room())
    make.registration(event, name="Ada")
    as_it_was = session.starts_at
    wrong = event.starts_at.replace(year=event.starts_at.year - 1)
    plan = event_plan(event, starts_at=wrong)

    with pytest.raises(refusals.MovedByMonths):
        does(actions.change_event, event, plan, version=event.version, by=petra)

    look_again()
    assert session.starts_at == as_it_was
