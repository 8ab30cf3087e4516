"""What waits to be told of an event, whom it concerns, and what has been told."""

import hashlib
import json
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import joinedload, selectinload

from forum.care.queries import reached_for
from forum.care.rules import Purpose, kept_back
from forum.db import db
from forum.events.models import Event, EventKind, EventStatus, Mode, Session
from forum.incoming.queries import stopped_emails
from forum.notices import rules
from forum.notices.baseline import Baseline, state_of
from forum.notices.models import Notice
from forum.notices.rules import Attendance, Change, Was
from forum.registration.models import Registration, SessionPlace, Status

EMAIL = "notice"
"""The folder of the email that a notice is told by."""
Happening = Event | Session
ChangesOf = Callable[[Attendance, datetime], tuple[Change, ...]]


class Unreached(StrEnum):
    """Why someone whom a change concerns is not written to."""

    NO_ADDRESS = "no_address"
    """She is called instead."""
    RETURNED = "returned"
    """Emails to her come back: she is called, too."""
    PAUSED = "paused"
    HELD = "held"
    REMEMBERED = "remembered"
    CANCELLED = "cancelled"


GONE = frozenset({Unreached.REMEMBERED, Unreached.CANCELLED})
"""Reasons of those for whom alone nothing waits to be told."""
TO_CALL = frozenset({Unreached.NO_ADDRESS, Unreached.RETURNED})
"""Reasons of those who are told by phone."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """Someone whom changes concern; `changes` name only what concerns her.

    `number` is of how many she stands for, where those who are alike are only counted;
    `offered_until` is by when she is to answer an offer that is open to her, where that is asked.
    """

    person: Registration
    changes: tuple[Change, ...]
    why_not: Unreached | None
    number: int = 1
    offered_until: datetime | None = None


@dataclass(frozen=True)
class Pending:
    """What waits to be told of an event: only what concerns someone who is still there."""

    event: Event
    changes: tuple[Change, ...] = ()
    people: tuple[Concerned, ...] = ()

    @classmethod
    def of(cls, event: Event, concerned: Iterable[Concerned]) -> "Pending":
        """Return what waits for these people; nothing where nobody of them is still there."""
        people = tuple(concerned)
        there = [each.changes for each in people if each.why_not not in GONE]
        return cls(event, all_changes(there), people) if there else cls(event)

    @property
    def number(self) -> int:
        """Return how many changes there are, each as it is said."""
        return rules.one_by_one(self.changes).number

    @property
    def reached(self) -> list[Concerned]:
        """Return those who would be written to."""
        return [each for each in self.people if each.why_not is None]

    @property
    def by_mode(self) -> Counter[Mode | None]:
        """Return how many would be written to, by how they attend; None for those who wait."""
        found: Counter[Mode | None] = Counter()
        for each in self.reached:
            is_waiting = each.person.status == Status.WAITLISTED
            found[None if is_waiting else each.person.mode] += each.number
        return Counter({mode: found[mode] for mode in (*Mode, None) if found[mode]})

    @property
    def kept(self) -> dict[Unreached, list[Registration]]:
        """Return who would not be written to, by reason, each list by name."""
        found: dict[Unreached, list[Registration]] = {}
        for each in self.people:
            if each.why_not is not None:
                found.setdefault(each.why_not, []).append(each.person)
        return {reason: found[reason] for reason in Unreached if reason in found}

    @property
    def fingerprint(self) -> str:
        """Return a few letters that are others when it is no longer as it was read.

        That is what has changed, and how many would be written to.
        """
        facts: list[object] = [
            (each.session and each.session.id, each.before, each.now) for each in self.changes
        ]
        facts += [[str(mode), number] for mode, number in self.by_mode.items()]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def sent(event: Event) -> Sequence[Notice]:
    """Return the notices about an event, the newest first, each with who sent it."""
    return db.session.scalars(
        select(Notice)
        .where(Notice.event_id == event.id)
        .options(joinedload(Notice.organizer))
        .order_by(Notice.id.desc())
    ).all()


def waiting(*, now: datetime) -> list[Pending]:
    """Return the coming events of which something waits to be told, as `untold` does."""
    room = joinedload(Session.room)
    events = db.session.scalars(
        select(Event)
        .where(Event.status == EventStatus.PUBLISHED, Event.ends_at > now)
        .options(
            joinedload(Event.room),
            joinedload(Event.house),
            selectinload(Event.gates),
            selectinload(Event.sessions).options(room),
        )
        .order_by(Event.starts_at, Event.id)
    ).all()
    different = [
        event
        for event in events
        if is_told_otherwise(event) or any(is_told_otherwise(each) for each in event.sessions)
    ]
    found = [untold(each, now=now) for each in different]
    return [each for each in found if each.changes]


def of_event(event: Event) -> Sequence[Notice]:
    """Return the notices about an event, the oldest first."""
    return db.session.scalars(
        select(Notice).where(Notice.event_id == event.id).order_by(Notice.id)
    ).all()


def stored(notice: Notice) -> dict[int | None, Baseline]:
    """Return what a notice was told against: of the event under None, of sessions by their ids."""
    found: dict[int | None, Baseline] = {
        int(number): Baseline.from_json(facts)
        for number, facts in notice.changes.get("sessions", {}).items()
    }
    if "event" in notice.changes:
        found[None] = Baseline.from_json(notice.changes["event"])
    return found


def told_by(notice: Notice, all_happenings: Sequence[Happening]) -> tuple[Change, ...]:
    """Return what a notice told of, compared with how it is now, whomever it concerned.

    `all_happenings` are the event and its sessions, as `happenings` returns them.
    """
    before = stored(notice)
    found = []
    for happening in all_happenings:
        if (known := before.get(rules.key_of(happening))) is not None:
            was, is_now = known.announced, state_of(happening)
            session = happening if isinstance(happening, Session) else None
            found.append(Change(session, was, is_now, rules.kinds(was, is_now)))
    return tuple(each for each in found if each.kinds)


def happenings(event: Event) -> list[Happening]:
    """Return an event and its sessions in their order, each with its room as it is now."""
    sessions = db.session.scalars(
        select(Session).where(Session.event_id == event.id).options(joinedload(Session.room))
    )
    in_order = sorted(sessions, key=lambda each: (each.starts_at, each.position, each.id))
    found: list[Happening] = [event, *in_order]
    for each in found:
        if each.room_id != (each.room and each.room.id):
            db.session.expire(each, ["room"])
    return found


def is_told_otherwise(happening: Happening) -> bool:
    """Tell whether anyone may have been told something else of it than what is so now."""
    if happening.told is None:
        return False
    is_now = state_of(happening)
    told = Baseline.from_json(happening.told)
    return any(rules.kinds(state, is_now) for state in told.states)


def is_announced_otherwise(happening: Happening) -> bool:
    """Tell whether it is otherwise than everyone was told last, whatever it was in between."""
    if happening.told is None:
        return False
    return bool(rules.kinds(Baseline.from_json(happening.told).announced, state_of(happening)))


def pending(event: Event, *, now: datetime) -> Pending:
    """Return what waits to be told of an event, and everyone whom it concerns, by name."""
    found = by_group(event, now=now)
    if found is None:
        return Pending(event)
    changes_of, _cuts = found
    in_sessions = sessions_of(event)
    people = db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event.id)
        .order_by(Registration.name_order, Registration.id)
    )
    stopped = stopped_emails(event=event)
    concerned = []
    for person in people:
        reader = reader_of(person, in_sessions[person.id])
        if hers := changes_of(reader, person.registered_at):
            concerned.append(Concerned(person, hers, why_not(person, stopped, now=now)))
    return Pending.of(event, concerned)


def untold(event: Event, *, now: datetime) -> Pending:
    """Return what waits to be told of an event, without the people: as quick for many as for few.

    The database counts who is alike: attends alike, and registered between the same changes.
    """
    found = by_group(event, now=now)
    if found is None:
        return Pending(event)
    changes_of, cuts = found
    era = era_by(cuts)
    alike = (Registration.mode, Registration.status, Registration.waits_for)
    there = (
        select(
            *alike, era.label("era"), func.min(Registration.registered_at).label("registered_at")
        )
        .where(
            Registration.event_id == event.id,
            Registration.status != Status.CANCELLED,
            reached_for(Purpose.EXPORT),
        )
        .group_by(*alike, "era")
    )
    in_session = (
        there.add_columns(SessionPlace.session_id)
        .join(SessionPlace, SessionPlace.registration_id == Registration.id)
        .where(SessionPlace.status != Status.CANCELLED)
        .group_by(SessionPlace.session_id)
    )
    groups = []
    for row in (*db.session.execute(there), *db.session.execute(in_session)):
        one = Registration(mode=row.mode, status=row.status, waits_for=row.waits_for)
        sessions = frozenset({row.session_id}) if "session_id" in row._fields else frozenset()
        groups.append(changes_of(reader_of(one, sessions), row.registered_at))
    return Pending(event, all_changes(groups))


def era_by(cuts: Iterable[datetime]) -> ColumnElement[int]:
    """Return between which of some changes somebody registered, as a number."""
    return sum((case((Registration.registered_at > at, 1), else_=0) for at in cuts), literal(0))


def concerning_nobody(pending: Pending, *, now: datetime) -> list[Session]:
    """Return the sessions to come that are not as they were told last, and of which nobody is told.

    Nobody who is registered takes part in them, such as in one that nobody had chosen.
    """
    event, told = pending.event, {each.session for each in pending.changes}
    if event.status != EventStatus.PUBLISHED:
        return []
    return [
        each
        for each in happenings(event)
        if isinstance(each, Session) and each not in told and now < each.ends_at
        if is_announced_otherwise(each) and event.kind != EventKind.WEBCAST
    ]


def why_not(person: Registration, stopped: Container[str], *, now: datetime) -> Unreached | None:
    """Return why somebody is not written to of changes, or None: the one place that decides.

    What the outbox decides when it sends follows the same records. `stopped` are the addresses of
    her event that emails come back from, as `incoming.queries.stopped_emails` returns them.
    """
    state = kept_back(person, Purpose.AUTOMATIC, now=now)
    if kept_back(person, Purpose.EXPORT, now=now) is not None:
        return Unreached.REMEMBERED
    if person.status == Status.CANCELLED:
        return Unreached.CANCELLED
    if state is not None:
        return Unreached(state)
    if person.email is None:
        return Unreached.NO_ADDRESS
    return Unreached.RETURNED if person.email in stopped else None


def reader_of(person: Registration, sessions: frozenset[int], was: Was | None = None) -> Attendance:
    """Return what decides what concerns a person. `sessions` are those of `sessions_of`.

    `was` is how she stood before the step that she is told of moved her, too.
    """
    was = was or stands(person)
    is_about_room = was in {Was.IN_PERSON, Was.WAITING}
    return Attendance(
        Mode.IN_PERSON if is_about_room else person.mode,
        was == Was.WAITING or person.status == Status.WAITLISTED,
        sessions,
        waits_for_room=was in {Was.WAITING, Was.RELIEVED},
    )


def stands(person: Registration) -> Was | None:
    """Return how someone stands towards the room of her event: None for one who is elsewhere."""
    return rules.stands(person.mode, person.status, person.waits_for)


def sessions_of(event: Event, person: Registration | None = None) -> Mapping[int, frozenset[int]]:
    """Return in which sessions people have a place or a number, by registration."""
    chosen = (
        select(SessionPlace.registration_id, SessionPlace.session_id)
        .join(SessionPlace.session)
        .where(Session.event_id == event.id, SessionPlace.status != Status.CANCELLED)
    )
    if person is not None:
        chosen = chosen.where(SessionPlace.registration_id == person.id)
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    for registration_id, session_id in db.session.execute(chosen):
        found[registration_id] |= {session_id}
    return found


def by_group(event: Event, *, now: datetime) -> tuple[ChangesOf, list[datetime]] | None:
    """Return a way to know what concerns a reader, found out once for all who are alike.

    Beside it the instants of changes: who registered between the same of them is alike. None when
    everything is as it was told, or nobody is told of the event any more.
    """
    if event.status != EventStatus.PUBLISHED or now >= event.ends_at:
        return None
    different = [each for each in happenings(event) if is_told_otherwise(each)]
    if not different:
        return None
    sessions = [each for each in different if isinstance(each, Session)]
    considered: list[Happening] = [event, *sessions]
    cuts = sorted(
        {at for each in considered for at in Baseline.from_json(each.told or {}).instants}
        | {each.changed_at for each in considered if each.changed_at is not None}
    )
    numbers = {each.id for each in sessions}
    known: dict[tuple[Attendance, int], tuple[Change, ...]] = {}

    def changes_of(reader: Attendance, registered_at: datetime) -> tuple[Change, ...]:
        group = replace(reader, sessions=reader.sessions & numbers)
        key = group, bisect_left(cuts, registered_at)
        if key not in known:
            before = {
                rules.key_of(each): facts
                for each in considered
                if (facts := rules.known(each, registered_at)) is not None
            }
            known[key] = rules.changes(event, sessions, before, group, now=now)
        return known[key]

    return changes_of, cuts


def all_changes(concerned: Iterable[tuple[Change, ...]]) -> tuple[Change, ...]:
    """Return everything that concerns anyone, each once: the event first, then by time."""
    found: dict[tuple[int, str], Change] = {}
    for hers in {id(each): each for each in concerned}.values():
        for change in hers:
            number = change.session.id if change.session else 0
            key = number, json.dumps(change.before, sort_keys=True)
            known = found.get(key)
            kinds = change.kinds | known.kinds if known else change.kinds
            found[key] = replace(change, kinds=kinds, is_chosen=False)
    return tuple(sorted(found.values(), key=_order))


def _order(change: Change) -> tuple[bool, str, int]:
    session = change.session
    return session is not None, change.now["starts_at"], session.id if session else 0
