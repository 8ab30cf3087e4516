"""What an organizer does to an event's sessions: add, change, cancel.

As in `planning.actions`: inside a transaction, given the version seen. Sessions are locked before
their event, as by whoever takes a place in one.
"""

import secrets
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import selectinload

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences, standing
from forum.db import after_commit, db
from forum.events import clashes
from forum.events.locks import lock_agenda, lock_sessions, lock_version
from forum.events.models import (
    Appearance,
    Event,
    EventKind,
    EventStatus,
    Room,
    Session,
    SessionStatus,
)
from forum.events.opening_rules import days_between, moved
from forum.events.whole_queries import is_past, to_come
from forum.events.words import titled
from forum.i18n import _, day_on, time_beside
from forum.notices import watching as notices
from forum.notices.righting_actions import put_right
from forum.notices.rules import has_told_end
from forum.outbox import runner
from forum.planning import refusals, their_number
from forum.planning.closing_actions import close_along
from forum.planning.plans import SessionPlan
from forum.registration.places import offers, session_places
from forum.tongues import TOLD

MOVES = {"starts_at", "ends_at", "room_id", "is_streamed"}
"""What calendars show: a change of these raises the SEQUENCE."""


def add_session(event: Event, plan: SessionPlan, *, by: Organizer, now: datetime) -> Session:
    """Add a session to a forum. Raises AlreadyCancelled, OutsideTheEvent or Clashing."""
    lock_agenda(event)
    if event.kind == EventKind.WEBCAST:
        raise refusals.AlreadyCancelled(_("A webcast has one session."))
    if event.status == EventStatus.CANCELLED:
        raise refusals.AlreadyCancelled(_("This event is canceled and stays so."))
    session = Session(
        event_id=event.id,
        key=f"s{secrets.token_hex(4)}",
        position=_next_position(event),
        uid=f"{uuid.uuid4()}@forum",
        created_at=now,
        updated_at=now,
    )
    with notices.watched(event, now=now):
        _assign(session, plan)
        db.session.add(session)
        _check(event, [session])
    record(Action.SESSION_ADDED, session, {"event": event.id}, now=now, organizer=by)
    event.updated_at = now
    notices.begin(event)
    put_right(event, now=now)
    return session


def change_session(
    session: Session, plan: SessionPlan, *, version: int, by: Organizer, now: datetime
) -> None:
    """Make a session what `plan` says; of a webcast, the event too, whose closings go along.

    New places go to those who wait for them. Raises ChangedMeanwhile, AlreadyCancelled,
    OutsideTheEvent, Clashing, TooFewPlaces, and for a webcast what a move of any event raises.
    """
    event = session.event
    lock_sessions(event)
    lock_version(session, version)
    lock_agenda(event)
    if session.status == SessionStatus.CANCELLED or event.status == EventStatus.CANCELLED:
        raise refusals.AlreadyCancelled(_("This session is canceled and cannot be changed."))
    if plan.capacity is not None and plan.capacity < session.taken:
        raise refusals.TooFewPlaces(session.taken)
    if event.kind == EventKind.WEBCAST:
        their_number.require_to_move(event, plan.starts_at, plan.ends_at, plan.people, now=now)
    was = standing(session)
    with notices.watched(event, now=now):
        changed = _assign(session, plan)
        if event.kind == EventKind.WEBCAST:
            started_at = event.starts_at
            _lead_webcast(session, changed, now=now)
            days = days_between(started_at, event.starts_at, event.timezone)
            close_along(event, days, by=by, now=now)
    if changed & (MOVES | {"speakers"}):
        _check(event, [session])
    if changed & MOVES:
        session.sequence += 1
    session.updated_at = now
    if "capacity" in changed:
        session_places.move_line(session, now=now)
    put_right(event, now=now)
    record(
        Action.SESSION_CHANGED,
        session,
        {
            "event": event.id,
            "changed": sorted(changed),
            **differences(was, standing(session)),
        },
        now=now,
        organizer=by,
    )


def cancel_session(session: Session, *, version: int, by: Organizer, now: datetime) -> None:
    """Take a session off the agenda; it stays in calendars as canceled.

    Raises ChangedMeanwhile, NotUnderWay for what has been held, and Refusal for a webcast's one
    session.
    """
    event = session.event
    lock_sessions(event)
    lock_version(session, version)
    lock_agenda(event)
    if event.kind == EventKind.WEBCAST:
        raise refusals.AlreadyCancelled(_("A webcast has one session. Cancel the webcast itself."))
    if session.status == SessionStatus.CANCELLED:
        return
    if is_past(session, now=now):
        raise refusals.NotUnderWay(
            _("This session is over. What has taken place stays on the agenda.")
        )
    with notices.watched(event, now=now):
        session.status = SessionStatus.CANCELLED
    session.sequence += 1
    session.updated_at = now
    put_right(event, now=now)
    record(Action.SESSION_CANCELLED, session, {"event": event.id}, now=now, organizer=by)


def restore_session(session: Session, *, version: int, by: Organizer, now: datetime) -> None:
    """Put a session back that was canceled, while no notice has told anybody of it.

    Whoever had chosen it still has it. Raises ChangedMeanwhile, CancelingTold, NotUnderWay once it
    would be over, AlreadyCancelled, OutsideTheEvent or Clashing.
    """
    event = session.event
    lock_sessions(event)
    lock_version(session, version)
    lock_agenda(event)
    if session.status != SessionStatus.CANCELLED:
        return
    if event.status == EventStatus.CANCELLED:
        raise refusals.AlreadyCancelled(_("This event is canceled and stays so."))
    if has_told_end(session):
        raise refusals.CancelingTold
    if is_past(session, now=now):
        raise refusals.NotUnderWay(_("This session would be over by now. It stays canceled."))
    with notices.watched(event, now=now):
        session.status = SessionStatus.SCHEDULED
    _check(event, [session])
    session.sequence += 1
    session.updated_at = now
    session_places.move_line(session, now=now)
    put_right(event, now=now)
    record(Action.SESSION_RESTORED, session, {"event": event.id}, now=now, organizer=by)


def follow_webcast(event: Event, *, now: datetime) -> None:
    """Make a webcast's one session what the event has become."""
    session = event.sessions[0]
    for name in (*TOLD, "language", "starts_at", "ends_at", "room_id"):
        setattr(session, name, getattr(event, name))
    session.version += 1
    session.updated_at = now


def move_all(event: Event, sessions: Iterable[Session], later: timedelta, *, now: datetime) -> None:
    """Move sessions of an event on its own clock: by whole days, each keeps its time of day."""
    for session in sessions:
        session.starts_at = moved(session.starts_at, later, event.timezone)
        session.ends_at = moved(session.ends_at, later, event.timezone)
        session.sequence += 1
        session.version += 1
        session.updated_at = now


def going_along(event: Event, since: datetime) -> list[Session]:
    """Return the sessions that go along when an event moves; what was over at an instant stays.

    What is canceled goes along too: pages show it on the day on which it would have been.
    """
    return [each for each in event.sessions if each.ends_at > since]


def check_all(event: Event, *, now: datetime) -> None:
    """Raise OutsideTheEvent or Clashing for any session to come that does not fit any more."""
    _check(event, to_come(event, now=now))


def _lead_webcast(session: Session, changed: set[str], *, now: datetime) -> None:
    """Make a webcast what its one session has become."""
    event = session.event
    started_at = event.starts_at
    for name in (*TOLD, "language", "starts_at", "ends_at", "room_id"):
        setattr(event, name, getattr(session, name))
    offers.follow(event, started_at, now=now)
    event.version += 1
    event.updated_at = now
    if changed & MOVES:
        event.sequence += 1
        after_commit(runner.replan)


def _assign(session: Session, plan: SessionPlan) -> set[str]:
    """Set what differs; return the names of it."""
    wanted = {
        name: value
        for name, value in vars(plan).items()
        if name not in {"room", "track", "speakers", "people"}
    }
    wanted["room_id"] = plan.room.id if plan.room else None
    wanted["track_id"] = plan.track.id if plan.track else None
    changed = {name for name, value in wanted.items() if getattr(session, name) != value}
    for name in changed:
        setattr(session, name, wanted[name])
    held = {each.speaker_id: each for each in session.appearances}
    if [speaker.id for speaker in plan.speakers] != list(held):
        changed.add("speakers")
        session.appearances = [
            held.get(speaker.id) or Appearance(speaker=speaker) for speaker in plan.speakers
        ]
        for position, each in enumerate(session.appearances):
            each.position = position
    return changed


def _check(event: Event, sessions: list[Session]) -> None:
    """Raise OutsideTheEvent, or Clashing with all that is taken twice."""
    for session in sessions:
        _check_hours(event, session)
    others = _taking_place(event)
    found = [
        clash
        for session in sessions
        for clash in clashes.clashes(
            session,
            db.session.get(Room, session.room_id) if session.room_id else None,
            session.speakers,
            [other for other in others if other.id != session.id],
        )
    ]
    if found:
        raise refusals.Clashing(found, event.timezone)


def _check_hours(event: Event, session: Session) -> None:
    facts, zone = {"title": titled(session)}, event.timezone
    if session.starts_at < event.starts_at:
        starts = time_beside(event.starts_at, zone, day_on(session.starts_at, zone))
        raise refusals.OutsideTheEvent(
            _("“%(title)s” would begin before the event does, at %(time)s.", time=starts, **facts),
            field="starts",
        )
    if session.ends_at > event.ends_at:
        ends = time_beside(event.ends_at, zone, day_on(session.ends_at, zone))
        raise refusals.OutsideTheEvent(
            _("“%(title)s” would end after the event does, at %(time)s.", time=ends, **facts),
            field="ends",
        )


def _taking_place(event: Event) -> list[Session]:
    """Return all sessions, of any event, that go on while this one does, with their speakers.

    Its own are sorted out here, because they may be moved only in memory (`forum.supposing`).
    """
    starts_at, ends_at = event.starts_at, event.ends_at
    elsewhere = and_(
        Session.status == SessionStatus.SCHEDULED,
        Event.status != EventStatus.CANCELLED,
        Session.starts_at < ends_at,
        Session.ends_at > starts_at,
    )
    found = db.session.scalars(
        select(Session)
        .join(Session.event)
        .where(or_(Session.event_id == event.id, elsewhere))
        .options(selectinload(Session.appearances).selectinload(Appearance.speaker))
    )
    going_on = (
        each
        for each in found
        if each.status == SessionStatus.SCHEDULED
        and each.starts_at < ends_at
        and each.ends_at > starts_at
    )
    return sorted(going_on, key=lambda each: (each.starts_at, each.id))


def _next_position(event: Event) -> int:
    last = db.session.scalar(select(func.max(Session.position)).where(Session.event_id == event.id))
    return 0 if last is None else last + 1
