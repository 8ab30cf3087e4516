"""Which reminders are due for whom, found in sets: never one query per person."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Exists, Select, Text, and_, cast, literal, or_, select, true
from sqlalchemy.orm import joinedload, lazyload

from forum.care.models import Task
from forum.db import Facts, db
from forum.emails.kinds import KINDS, CalendarMethod
from forum.errors import Missing
from forum.events.models import Event, EventStatus, Session, SessionStatus
from forum.notices.baseline import Baseline
from forum.offsets import known_zone
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import is_lost
from forum.registration.models import Registration, SessionPlace, Status
from forum.reminders import rules
from forum.reminders.models import Reminder

EMAIL = "reminder"
TELLING = tuple(
    sorted(name for name, kind in KINDS.items() if kind.calendar == CalendarMethod.REQUEST)
)
"""Emails that say what was missed of reminders (`emails.writing`)."""
HORIZON = timedelta(minutes=3)
"""How far ahead reminders are put into the outbox."""
LATEST = timedelta(days=1)
"""A local time falls due less than this after "so long before the start" would."""
MOST_MOVED = timedelta(days=9)
"""No due time is further before the start than this and the lead: quiet days, and zones."""


@dataclass(frozen=True, slots=True)
class Group:
    """The people who are reminded at one instant, because their clocks are alike.

    `rules` are those that fall on it: a person for whom several of them are gets one email.
    """

    event: Event
    rules: tuple[Reminder, ...]
    timezone: str
    quiet_days: tuple[str, ...]
    due_at: datetime
    useful_until: datetime
    unknown: tuple[str, ...] = ()
    """Zones that the data does not know: their people go by this clock, which is the event's."""
    moved_at: datetime | None = None
    """Since when the event starts at another instant than its people have been told."""

    @property
    def goes_at(self) -> datetime:
        """Return when it goes, in UTC: later than it is due while a move of its event is untold."""
        return rules.goes_at(self.due_at, moved_at=self.moved_at, useful_until=self.useful_until)

    @property
    def start(self) -> int:
        """Return the event's start as a number; a moved event has another."""
        return int(self.event.starts_at.timestamp())

    @property
    def key(self) -> ColumnElement[str]:
        """Return each person's dedupe key: one email for one start and one instant."""
        number = cast(Registration.id, Text)
        ending = literal(f":{self.start}:at:{int(self.due_at.timestamp())}")
        return literal("reminder:") + number + ending

    @property
    def people(self) -> list[ColumnElement[bool]]:
        """Return what is true of them."""
        return [
            Registration.event_id == self.event.id,
            or_(*(audience(rule) for rule in self.rules)),
            Registration.timezone.in_((self.timezone, *self.unknown)),
            Registration.quiet_days == self.quiet_days,
        ]

    def unplanned(self) -> Select[int]:
        """Return the ids of those who have no message of it yet, in order.

        Whoever registered or got a place after it was due reads its words in her confirmation.
        """
        return (
            select(Registration.id)
            .where(*self.people, *self._since_before(), ~self._planned())
            .order_by(Registration.id)
        )

    def last_of_batch(self, after: int, size: int) -> int | None:
        """Return the id of the last of so many of its people after an id; None: they are fewer."""
        several = select(Registration.id).where(*self.people, Registration.id > after)
        return db.session.scalar(several.order_by(Registration.id).offset(size - 1).limit(1))

    def coming(self, *, now: datetime) -> list[ColumnElement[bool]]:
        """Return what is true of those to whom it is still to go; it may wait in the outbox."""
        is_over = self.due_at < now
        return [*self._since_before(), ~self._planned(but_this=not is_over)]

    def _since_before(self) -> list[ColumnElement[bool]]:
        """Return what is true of those whom no later email has told what it says.

        An email that brings the entry for a calendar, or a call instead of it, says what the
        reminders had brought that were due before (`emails.reminding.missed`).
        """
        told = select(Message.id).where(
            Message.registration_id == Registration.id,
            Message.email.in_(TELLING),
            Message.created_at > self.due_at,
            Message.state != MessageState.DROPPED,
            ~is_lost(),
        )
        called = select(Task.id).where(
            Task.registration_id == Registration.id,
            Task.about.in_(TELLING),
            Task.created_at > self.due_at,
        )
        return [
            Registration.registered_at <= self.due_at,
            *(~each.correlate(Registration).exists() for each in (told, called)),
        ]

    def _planned(self, *, but_this: bool = False) -> Exists:
        """Return whether a person has a message of this instant, or of all her rules already.

        The second is for a person who has been reminded and then sets her clock to another zone.
        With `but_this` a message of this instant says nothing.
        """
        first, *others = self.rules
        had = [self._had(first) | ~audience(first) if others else self._had(first)]
        had += [self._had(rule) | ~audience(rule) for rule in others]
        is_this = Message.dedupe_key == self.key
        which = and_(~is_this, *had) if but_this else is_this | and_(*had)
        hers = Message.registration_id == Registration.id, Message.email == EMAIL
        return select(Message.id).where(*hers, which).correlate(Registration).exists()

    def _had(self, rule: Reminder) -> ColumnElement[bool]:
        """Return whether a rule has reminded her of this start since it was armed, or will at once.

        Not by an email that has not reached her. Messages of earlier versions have a key per rule.
        """
        number = cast(Registration.id, Text)
        once = literal(f"reminder:{rule.id}:") + number + literal(f":{self.start}")
        before = and_(Message.dedupe_key == once, Message.created_at >= rule.armed_at)
        kept = Message.facts[("rules", str(rule.id))].as_string()
        is_had = kept == rules.armed_for(rule, starts_at=self.event.starts_at)
        return and_(Message.state != MessageState.DROPPED, ~is_lost(), or_(is_had, before))


def facts(group: Group) -> Facts:
    """Return what a message of a group keeps: what it was planned for, and by which rules."""
    return {
        "starts_at": group.start,
        "due": int(group.due_at.timestamp()),
        "rules": {
            str(rule.id): rules.armed_for(rule, starts_at=group.event.starts_at)
            for rule in group.rules
        },
    }


def groups(event: Event, several: Sequence[Reminder]) -> list[Group]:
    """Return the groups of people that an event's rules are for, each with its due time in UTC.

    Rules that fall on one instant of one clock are in one group.
    """
    found: dict[tuple[datetime, str, tuple[str, ...]], list[Reminder]] = {}
    names = set[str]()
    for rule in several:
        for (timezone, quiet_days), stored in _clocks(event, rule).items():
            due_at = _due_at(event, rule, timezone, quiet_days)
            found.setdefault((due_at, timezone, quiet_days), []).append(rule)
            names |= stored - {timezone}
    moved_at, unknown = _moved_at(event), tuple(sorted(names))
    return [
        Group(
            *(event, tuple(these), timezone, quiet, due_at, _useful_until(event, these)),
            unknown=unknown if timezone == event.timezone else (),
            moved_at=moved_at,
        )
        for (due_at, timezone, quiet), these in sorted(found.items())
    ]


def events_to_remind(*, now: datetime) -> list[int]:
    """Return the ids of coming events with a reminder whose due time may be near."""
    return [event.id for event in _live(now)]


def due_groups(*, now: datetime, event_id: int | None = None) -> list[Group]:
    """Return the groups with someone whose reminder is due within `HORIZON` and not planned yet.

    Of all events, or of one. Never one that was due before its rule was armed, nor one too late to
    be useful.
    """
    return [
        group
        for event, several in _live(now, event_id).items()
        for group in ahead(event, several, now=now)
        if group.goes_at <= now + HORIZON
        and now < group.useful_until
        and db.session.scalar(select(group.unplanned().exists()))
    ]


def coming_groups(*, now: datetime, within: timedelta) -> list[Group]:
    """Return the groups of all events whose reminder falls due from now on, within so long."""
    return [
        group
        for event, several in _live(now, within=within).items()
        for group in ahead(event, several, now=now)
        if now <= group.goes_at < now + within
    ]


def ahead(event: Event, several: Sequence[Reminder], *, now: datetime) -> Iterator[Group]:
    """Give the groups that may still be sent, each with those of its rules that look ahead.

    Nothing that was due before a rule was armed is ever sent; what was due and is still useful is.
    """
    for group in groups(event, several):
        armed = tuple(rule for rule in group.rules if rule.armed_at <= group.due_at)
        until = _useful_until(event, armed) if armed else now
        if now < until:
            yield replace(group, rules=armed, useful_until=until)


def next_due(*, now: datetime, within: timedelta, event_id: int | None = None) -> datetime | None:
    """Return the first instant after now, within so long, at which a reminder falls due, or None.

    Of all events, or of one. Whoever came after it was planned, such as a person who has just
    registered, is planned then. Counted for the clocks of those who are registered, and for the
    event's own.
    """
    coming = (
        goes_at
        for event, several in _live(now, event_id).items()
        for rule in several
        if _moved_at(event) or event.starts_at - rules.lead_time(rule.lead) + LATEST > now
        for clock in {(event.timezone, ()), *_clocks(event, rule)}
        if rule.armed_at <= (due_at := _due_at(event, rule, *clock))
        and now < (goes_at := _goes_at(event, rule, due_at)) <= now + within
    )
    return min(coming, default=None)


def of_event(event: Event) -> list[Reminder]:
    """Return an event's reminder rules in order."""
    return list(
        db.session.scalars(
            select(Reminder)
            .where(Reminder.event_id == event.id)
            .options(joinedload(Reminder.session))
            .order_by(Reminder.position, Reminder.id)
        )
    )


def of_number(event: Event, reminder_id: int) -> Reminder:
    """Return a reminder rule of this event. Raises Missing."""
    found = db.session.get(Reminder, reminder_id)
    if found is None or found.event_id != event.id:
        raise Missing
    return found


def is_kept(rule: Reminder) -> bool:
    """Tell whether a rule stays because a programme file or a message names it."""
    return rule.stated is not None or has_reminded(rule)


def has_reminded(rule: Reminder) -> bool:
    """Tell whether a message was ever planned by a rule."""
    is_old = Message.dedupe_key.like(f"reminder:{rule.id}:%") & ~Message.dedupe_key.like("%:at:%")
    kept = Message.facts[("rules", str(rule.id))].as_string()
    messages = (
        select(Message.id)
        .join(Message.registration)
        .where(
            Registration.event_id == rule.event_id,
            Message.email == EMAIL,
            or_(kept.is_not(None), is_old),
        )
    )
    return db.session.scalar(select(messages.exists())) or False


def people(group: Group, *more: ColumnElement[bool]) -> list[Registration]:
    """Return the people of a group by name, of whom `more` is true as well."""
    return list(
        db.session.scalars(
            select(Registration)
            .where(*group.people, *more)
            .options(lazyload(Registration.event))
            .order_by(Registration.name_order, Registration.id)
        )
    )


def audience(rule: Reminder) -> ColumnElement[bool]:
    """Return what is true of a registration that a rule is for, as `rules.is_for` says it."""
    if rule.session_id is not None:
        standing = Status.WAITLISTED if rule.is_for_waitlist else Status.CONFIRMED
        place = (
            select(SessionPlace.id)
            .join(SessionPlace.session)
            .where(
                SessionPlace.registration_id == Registration.id,
                SessionPlace.session_id == rule.session_id,
                SessionPlace.status == standing,
                Session.status == SessionStatus.SCHEDULED,
            )
        )
        is_there = [
            Registration.status == Status.CONFIRMED,
            place.correlate(Registration).exists(),
        ]
    elif rule.is_for_waitlist:
        is_there = [Registration.waits_for.is_not(None)]
    else:
        is_there = [Registration.status == Status.CONFIRMED]
    if rule.modes is not None and rule.is_for_waitlist and rule.session_id is None:
        is_there.append(Registration.waits_for.in_(rule.modes))
    elif rule.modes is not None:
        is_there.append(Registration.mode.in_(rule.modes))
    if rule.roles is not None:
        said = literal(",") + cast(Registration.roles, Text) + literal(",")
        is_there.append(or_(*(said.contains(f",{role},") for role in rule.roles)))
    return and_(*is_there)


def missed(group: Group) -> list[Registration]:
    """Return by name who would have got a reminder of a group that has gone by, and did not."""
    return people(group, Registration.id.in_(group.unplanned().order_by(None)))


def _clocks(event: Event, rule: Reminder) -> dict[tuple[str, tuple[str, ...]], set[str]]:
    """Return the clocks and quiet days of those whom a rule is for, with their zones as stored.

    The data may lack a zone that a later or an earlier one had: the event's stands for it.
    """
    clocks = select(Registration.timezone, Registration.quiet_days).where(
        Registration.event_id == event.id, audience(rule)
    )
    found: dict[tuple[str, tuple[str, ...]], set[str]] = {}
    for name, quiet_days in db.session.execute(clocks.distinct()):
        clock = known_zone(name, event.timezone), quiet_days
        found.setdefault(clock, set()).add(name)
    return found


def _due_at(event: Event, rule: Reminder, timezone: str, quiet_days: tuple[str, ...]) -> datetime:
    return rules.due_at(
        rule.lead,
        rule.local_time,
        starts_at=event.starts_at,
        zone=timezone,
        quiet_days=quiet_days,
    )


def _goes_at(event: Event, rule: Reminder, due_at: datetime) -> datetime:
    until = _useful_until(event, [rule])
    return rules.goes_at(due_at, moved_at=_moved_at(event), useful_until=until)


def _moved_at(event: Event) -> datetime | None:
    """Return since when an event starts at another instant than its people have been told."""
    return Baseline.from_json(event.told).moved_at if event.told else None


def _useful_until(event: Event, several: Sequence[Reminder]) -> datetime:
    """Return until when one of these still helps."""
    return max(rules.useful_until(rule.lead, starts_at=event.starts_at) for rule in several)


def _live(
    now: datetime, event_id: int | None = None, *, within: timedelta = HORIZON
) -> dict[Event, list[Reminder]]:
    """Return the rules of coming events, or of one, whose due time may be near."""
    coming = (
        select(Reminder)
        .join(Reminder.event)
        .where(
            Reminder.is_on,
            Event.status == EventStatus.PUBLISHED,
            Event.starts_at > now,
            true() if event_id is None else Event.id == event_id,
        )
        .options(joinedload(Reminder.event))
        .order_by(Reminder.id)
    )
    found: dict[Event, list[Reminder]] = {}
    for rule in db.session.scalars(coming):
        if rule.event.starts_at - rules.lead_time(rule.lead) - MOST_MOVED < now + within:
            found.setdefault(rule.event, []).append(rule)
    return found
