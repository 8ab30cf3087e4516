"""What happens when an organizer publishes, changes and calls off."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.errors import ChangedMeanwhile
from forum.events.models import EventStatus, Mode, SessionKind, SessionStatus
from forum.outbox import runner
from forum.outbox.models import Message
from forum.planning import actions, agenda_actions, refusals
from forum.planning.plans import EventPlan, SessionPlan
from forum.registration.models import CareState, SessionPlace, Status
from forum.registration.places import session_places

NINE = datetime(2027, 4, 24, 13, 0, tzinfo=UTC)
TEN = datetime(2027, 4, 24, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def event(make):
    return make.event()


def event_plan(event, **changes):
    plan = EventPlan(
        title=event.title,
        quiet_title=event.quiet_title,
        language=event.language,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        takes_registrations=event.takes_registrations,
        registration_opens_at=event.registration_opens_at,
        calendar_mail=event.calendar_mail,
        room=event.room,
    )
    return replace(plan, **changes)


def session_plan(session=None, **changes):
    values = {
        "title": "Bones",
        "quiet_title": "Session 1",
        "kind": SessionKind.TALK,
        "language": "en",
        "starts_at": NINE,
        "ends_at": TEN,
        "room": None,
        "track": None,
        "speakers": (),
        "capacity": None,
        "is_streamed": True,
        "is_recorded": False,
        "has_captions": False,
        "has_asl": False,
        "has_spanish": False,
    }
    if session is not None:
        values |= {name: getattr(session, name) for name in values if name != "speakers"}
        values["speakers"] = tuple(session.speakers)
    return SessionPlan(**{**values, **changes})


def does(act, *given, by, **named):
    with transaction():
        return act(*given, by=by, now=clock.now(), **named)


def standing(record):
    db.session.expire_all()
    return record.sequence, record.version


def history():
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    return [(entry.action, entry.facts) for entry in entries]


def test_a_draft_with_an_agenda_can_be_published(make, petra):
    event = make.event(status=EventStatus.DRAFT)
    make.session(event)

    does(actions.publish, event, version=1, by=petra)

    assert (event.status, event.revision, event.sequence) == (EventStatus.PUBLISHED, 2, 1)
    assert history() == [(Action.EVENT_PUBLISHED, {})]


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
    assert history() == [(Action.EVENT_CHANGED, {"changed": ["title"]})]


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


def test_a_session_is_added_with_an_identity_of_its_own(event, petra):
    session = does(agenda_actions.add_session, event, session_plan(), by=petra)

    assert (session.status, session.sequence, session.event_id) == ("scheduled", 0, event.id)
    assert session.uid.endswith("@forum")
    assert event.revision == 2
    assert history() == [(Action.SESSION_ADDED, {"event": event.id})]


def test_a_room_that_is_taken_is_refused_at_the_room_field(make, event, petra):
    room = make.room(name="North Pier Room")
    make.session(event, starts_at=NINE, room=room, title="Bones")

    with pytest.raises(refusals.Clashing) as refused:
        does(agenda_actions.add_session, event, session_plan(room=room), by=petra)

    assert refused.value.found == [
        ("North Pier Room is taken from 9:00 am to 9:45 am by “Bones”.", "room")
    ]


def test_a_speaker_is_never_in_two_places(make, event, petra):
    marigold = make.speaker(name="Dr. Marigold Testwell")
    make.session(event, starts_at=NINE, speakers=(marigold,), title="Bones")
    plan = session_plan(starts_at=NINE + timedelta(minutes=30), speakers=(marigold,))

    with pytest.raises(refusals.Clashing) as refused:
        does(agenda_actions.add_session, event, plan, by=petra)

    assert refused.value.found == [
        ("Dr. Marigold Testwell is speaking from 9:00 am to 9:45 am in “Bones”.", "speakers")
    ]


def test_a_room_is_taken_by_other_events_too(make, event, petra):
    room = make.room()
    make.webcast(starts_at=NINE, room=room)

    with pytest.raises(refusals.Clashing):
        does(agenda_actions.add_session, event, session_plan(room=room), by=petra)


def test_one_session_may_begin_when_another_ends(make, event, petra):
    room, marigold = make.room(), make.speaker()
    make.session(event, starts_at=NINE - timedelta(minutes=45), room=room, speakers=(marigold,))

    does(agenda_actions.add_session, event, session_plan(room=room, speakers=(marigold,)), by=petra)


def test_a_cancelled_session_needs_no_room(make, event, petra):
    room = make.room()
    make.session(event, starts_at=NINE, room=room, status=SessionStatus.CANCELLED)

    does(agenda_actions.add_session, event, session_plan(room=room), by=petra)


def test_a_session_keeps_within_its_event(event, petra):
    plan = session_plan(ends_at=event.ends_at + HOUR)

    with pytest.raises(refusals.OutsideTheEvent) as refused:
        does(agenda_actions.add_session, event, plan, by=petra)

    assert refused.value.field == "ends"


@pytest.mark.parametrize(
    ("changes", "sequence"),
    [
        ({"title": "Other"}, 0),
        ({"has_captions": True}, 0),
        ({"starts_at": NINE + HOUR, "ends_at": TEN + HOUR}, 1),
        ({"is_streamed": False}, 1),
    ],
)
def test_only_what_calendars_show_raises_a_sessions_sequence(make, event, petra, changes, sequence):
    session = make.session(event, starts_at=NINE)

    plan = session_plan(session, **changes)
    does(agenda_actions.change_session, session, plan, version=1, by=petra)

    assert standing(session) == (sequence, 2)
    assert event.revision == 2


def test_speakers_are_replaced_in_their_order(make, event, petra):
    first, second, third = (make.speaker() for _ in range(3))
    session = make.session(event, starts_at=NINE, speakers=(first, second))

    plan = session_plan(session, speakers=(second, third, first))
    does(agenda_actions.change_session, session, plan, version=1, by=petra)

    db.session.expire_all()
    assert session.speakers == [second, third, first]


def test_two_editors_of_a_session_do_not_overwrite_each_other(make, event, petra):
    session = make.session(event, starts_at=NINE)
    mine, hers = session_plan(session, title="Mine"), session_plan(session, title="Hers")
    does(agenda_actions.change_session, session, mine, version=1, by=petra)

    with pytest.raises(ChangedMeanwhile):
        does(agenda_actions.change_session, session, hers, version=1, by=petra)

    assert session.title == "Mine"


def test_places_do_not_fall_below_those_that_are_taken(make, event, petra):
    session = make.session(event, starts_at=NINE, capacity=10, taken=4)

    plan = session_plan(session, capacity=3)

    with pytest.raises(refusals.TooFewPlaces):
        does(agenda_actions.change_session, session, plan, version=1, by=petra)

    assert session.capacity == 10


def test_a_cancelled_session_stays_and_its_sequence_rises(make, event, petra):
    session = make.session(event)

    does(agenda_actions.cancel_session, session, version=1, by=petra)

    assert session.status == SessionStatus.CANCELLED
    assert standing(session) == (1, 2)
    assert history() == [(Action.SESSION_CANCELLED, {"event": event.id})]


def test_a_webcasts_only_session_is_cancelled_with_the_webcast(make, petra):
    webcast = make.webcast()

    with pytest.raises(refusals.AlreadyCancelled):
        does(agenda_actions.cancel_session, webcast.sessions[0], version=1, by=petra)


def test_a_mode_closes_when_the_organizer_says(event, petra):
    gate = event.gates[0]

    does(actions.set_closing, gate, NINE, by=petra)

    assert (gate.closes_at, event.revision) == (NINE, 2)


@pytest.fixture
def circle(make, event):
    """A session with one place, which Ada has; Boris and Cora wait."""
    session = make.session(event, starts_at=NINE, capacity=1)
    for name in ("Ada", "Boris", "Cora"):
        with transaction():
            someone = make.registration(event, name=name, mode=Mode.IN_PERSON)
            session_places.choose(someone, [session.id], now=clock.now())
    db.session.refresh(session)
    return session


def those_inside(session):
    db.session.expire_all()
    chosen = select(SessionPlace).where(SessionPlace.session_id == session.id)
    return session.taken, [
        place.registration.name
        for place in db.session.scalars(chosen.order_by(SessionPlace.id))
        if place.status == Status.CONFIRMED
    ]


@pytest.mark.parametrize(
    ("capacity", "inside"),
    [(1, ["Ada"]), (2, ["Ada", "Boris"]), (None, ["Ada", "Boris", "Cora"])],
)
def test_new_places_of_a_session_go_to_those_who_wait_for_it(circle, petra, capacity, inside):
    assert those_inside(circle) == (1, ["Ada"])

    plan = session_plan(circle, capacity=capacity)
    does(agenda_actions.change_session, circle, plan, version=circle.version, by=petra)

    assert those_inside(circle) == (len(inside), inside)


def test_workers_are_told_to_plan_anew_when_an_event_moves(app, event, petra):
    plan = event_plan(event, starts_at=NINE)
    does(actions.change_event, event, plan, version=1, by=petra)

    assert [task.name for task in runner.current_runner().huey.pending()] == ["plan_reminders"]
