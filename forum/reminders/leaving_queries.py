"""What leaves soon: reminders that fall due, counted by the database and never person by person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    true,
    union_all,
)

from forum.db import db
from forum.emails.kinds import COUNTED
from forum.events.models import Event
from forum.i18n import day_on
from forum.incoming.queries import blocked_among
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, Registration
from forum.reminders import queries, rules
from forum.reminders.models import Reminder
from forum.reminders.queries import Group

AT_ONCE = 40
"""How many groups one statement counts: SQLite takes up to 500 parts."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """One reminder that leaves soon, as things stand: each email is decided when it is sent."""

    event: Event
    rules: tuple[Reminder, ...]
    at: datetime
    """When the first of them goes, in UTC."""
    timezone: str
    """The clock of those who get it first."""
    has_clocks: bool
    """Others get it at another instant, on clocks of their own."""
    number: int
    """How many get it."""
    quiet: int
    """How many more it would be for: they want quiet, are to be asked first, or are called.

    So are those from whose address emails come back, and who have had as many as one person gets.
    """


def leaving(*, now: datetime, within: timedelta) -> list[Leaving]:
    """Return the reminders that fall due within so long, the first of them first."""
    found: dict[tuple[int, ...], list[tuple[Group, int, int]]] = {}
    groups = queries.coming_groups(now=now, within=within)
    for group, number, quiet in _counted(groups, now=now):
        if number or quiet:
            key = tuple(rule.id for rule in group.rules)
            found.setdefault(key, []).append((group, number, quiet))
    return sorted(map(_together, found.values()), key=lambda each: (each.at, each.event.id))


def _together(parts: Sequence[tuple[Group, int, int]]) -> Leaving:
    """Return as one what goes by the same rules to people on several clocks."""
    first = min((group for group, _number, _quiet in parts), key=lambda group: group.goes_at)
    return Leaving(
        first.event,
        first.rules,
        first.goes_at,
        first.timezone,
        has_clocks=len({group.goes_at for group, _number, _quiet in parts}) > 1,
        number=sum(number for _group, number, _quiet in parts),
        quiet=sum(quiet for _group, _number, quiet in parts),
    )


def _counted(groups: Sequence[Group], *, now: datetime) -> list[tuple[Group, int, int]]:
    """Return with each group how many get its email, and how many are left in peace."""
    found: list[tuple[Group, int, int]] = []
    numbered, stopped = list(enumerate(groups)), _stopped(groups)
    live = _live(groups)
    for start in range(0, len(numbered), AT_ONCE):
        parts = [
            select(
                literal(place).label("place"),
                func.count().filter(gets).label("number"),
                func.count().filter(not_(gets)).label("quiet"),
            ).where(*group.people, *group.coming(now=now))
            for place, group in numbered[start : start + AT_ONCE]
            for gets in [and_(_speaks(group), ~stopped, _is_not_too_much(group, live, now=now))]
        ]
        rows = db.session.execute(union_all(*parts))
        found += [(groups[row.place], row.number, row.quiet) for row in rows]
    return found


def _stopped(groups: Sequence[Group]) -> ColumnElement[bool]:
    """Match those at whose address no reminder arrives, or is wanted: named once in a statement."""
    events = {group.event.id for group in groups}
    addresses = select(Registration.email).where(Registration.event_id.in_(events)).distinct()
    blocked = blocked_among(addresses) if groups else {}
    if not blocked:
        return false()
    stopped = select(Registration.id).where(Registration.email.in_(sorted(blocked))).cte("stopped")
    return Registration.id.in_(select(stopped.c.id))


def _speaks(group: Group) -> ColumnElement[bool]:
    """Return what is true of those whom a group's email reaches when it is due."""
    return and_(
        Registration.email.is_not(None),
        Registration.wants_reminders,
        or_(
            Registration.care_state == CareState.ACTIVE,
            and_(
                Registration.care_state == CareState.PAUSED,
                Registration.care_until.is_not(None),
                Registration.care_until <= day_on(group.due_at, group.timezone),
            ),
        ),
    )


def _live(groups: Sequence[Group]) -> dict[int, list[Reminder]]:
    """Return the rules of the groups' events that are on, also those that fall due much later."""
    found = defaultdict[int, list[Reminder]](list)
    events = {group.event.id for group in groups}
    chosen = select(Reminder).where(Reminder.event_id.in_(events), Reminder.is_on)
    for rule in db.session.scalars(chosen.order_by(Reminder.id)):
        found[rule.event_id].append(rule)
    return found


def _is_not_too_much(
    group: Group, live: dict[int, list[Reminder]], *, now: datetime
) -> ColumnElement[bool]:
    """Match those for whom a group's email is none too many, as `rules.yields` says of one.

    What comes after it is counted as `emails.reminding.around` counts it.
    """
    later = defaultdict[int, list[ColumnElement[bool]]](list)
    for rule in live[group.event.id]:
        due_at = rules.due_at(
            rule.lead,
            rule.local_time,
            starts_at=group.event.starts_at,
            zone=group.timezone,
            quiet_days=group.quiet_days,
        )
        if due_at >= rule.armed_at and due_at > max(group.due_at, now):
            is_hers = and_(queries.audience(rule), ~_has_had(rule, group.event))
            later[int(due_at.timestamp())].append(is_hers)
    coming = [case((or_(*hers), 1), else_=0) for hers in later.values()]
    if not coming:
        return true()
    others = (
        select(func.count())
        .where(
            Message.registration_id == Registration.id,
            Message.email.in_(COUNTED),
            or_(
                Message.state == MessageState.SENT,
                and_(
                    Message.state.in_((MessageState.SENDING, MessageState.QUEUED)),
                    Message.email != queries.EMAIL,
                ),
            ),
        )
        .correlate(Registration)
        .scalar_subquery()
    )
    is_last = and_(*(each == 0 for each in coming))
    return or_(is_last, sum(coming, start=others) + 1 <= rules.MOST)


def _has_had(rule: Reminder, event: Event) -> ColumnElement[bool]:
    """Match those whom a rule has reminded of this start."""
    kept = Message.facts[("rules", str(rule.id))].as_string()
    had = select(Message.id).where(
        Message.registration_id == Registration.id,
        Message.state == MessageState.SENT,
        kept == rules.armed_for(rule, starts_at=event.starts_at),
    )
    return had.correlate(Registration).exists()
