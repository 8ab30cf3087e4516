"""What leaves soon: reminders that fall due, counted by the database and never person by person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, union_all

from forum.db import db
from forum.events.models import Event
from forum.i18n import day_on
from forum.incoming.queries import blocked_among
from forum.registration.models import CareState, Registration
from forum.reminders import queries
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

    So are those from whose address emails come back.
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
    for start in range(0, len(numbered), AT_ONCE):
        parts = [
            select(
                literal(place).label("place"),
                func.count().filter(_speaks(group), ~stopped).label("number"),
                func.count().filter(or_(~_speaks(group), stopped)).label("quiet"),
            ).where(*group.people, *group.coming(now=now))
            for place, group in numbered[start : start + AT_ONCE]
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
