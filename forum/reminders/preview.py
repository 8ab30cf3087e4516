"""What the reminder rules of an event will do, as things stand: nothing here changes anything.

Who gets which email when is asked of the function that decides when it is sent. The rules may be
those that are stored, or those that someone is about to save.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from forum.care.rules import kept_back
from forum.db import db
from forum.emails import decision, reminding, writing
from forum.emails import queries as emails
from forum.emails.kinds import KINDS
from forum.emails.letter import Letter, Silence
from forum.emails.reminding import ReminderTurn
from forum.events.models import Event
from forum.incoming.queries import Blocked, blocked_lately
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration
from forum.reminders import late_queries, queries, rules
from forum.reminders.models import Reminder
from forum.reminders.queries import EMAIL, Group

Instants = Mapping[int, Sequence[tuple[Reminder, datetime]]]


@dataclass(frozen=True, slots=True)
class _Known:
    """What is read once for all people: their coming reminders, their emails, who is blocked."""

    instants: Instants
    counted: Mapping[int, Sequence[emails.CountedEmail]]
    blocked: Blocked


@dataclass(frozen=True, slots=True)
class PlannedReminder:
    """One email at one instant: who gets it, who does not and why. `timezone` is theirs."""

    rules: tuple[Reminder, ...]
    due_at: datetime
    timezone: str
    quiet_days: tuple[str, ...]
    goes_at: datetime
    """When it goes: later than it is due while nobody was told that the event was moved."""
    people: list[Registration] = field(default_factory=list)
    silent: list[tuple[Registration, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Missed:
    """Who would have got a reminder that has gone by, and is not sent late.

    `was_late` is for one that could not leave while it was useful, not for a rule that was armed
    afterwards.
    """

    due_at: datetime
    timezone: str
    people: list[Registration]
    was_late: bool


@dataclass(frozen=True, slots=True)
class ReminderPreview:
    """What is ahead, in time order; what was missed; and for whom there are too many emails."""

    ahead: list[PlannedReminder]
    missed: list[Missed]
    crowded: list[Registration]

    def of(self, rule: Reminder) -> list[PlannedReminder]:
        """Return what is ahead of one rule."""
        return [each for each in self.ahead if rule in each.rules]


def preview(event: Event, several: Sequence[Reminder], *, now: datetime) -> ReminderPreview:
    """Say who will get which reminder when, and who will not and why.

    `several` are the event's rules; those that are off say nothing.
    """
    live = [rule for rule in several if rule.is_on]
    coming = [
        (group, queries.people(group, *group.coming(now=now)))
        for group in queries.ahead(event, live, now=now)
    ]
    known = _Known(
        _instants(coming),
        emails.counted_in(event) if coming else {},
        blocked_lately(lambda: _addresses(coming)),
    )
    ahead = [
        _ahead(group, people, known, now=now)
        for group, people in coming
        if people or group.due_at >= now
    ]
    crowded = _crowded(coming, known, now=now)
    return ReminderPreview(ahead, _missed(event, live, now=now), crowded)


def missed_by(event: Event, rule: Reminder, *, now: datetime) -> list[Missed]:
    """Return who would have got a reminder before its rule was armed."""
    return _gone_by(event, [rule] if rule.is_on else [], now=now)


def sample(
    each: PlannedReminder, several: Sequence[Reminder]
) -> tuple[Registration, Letter] | None:
    """Return an email as the first of those who get it would read it; None where nobody does."""
    if not each.people:
        return None
    person = each.people[0]
    live = [rule for rule in several if rule.is_on]
    sender = replace(emails.sender(), reminders=lambda _event: live, counted=lambda _person: ())
    facts = {"due": int(each.due_at.timestamp())}
    message = Message(email=EMAIL, registration=person, facts=facts, dedupe_key="sample")
    letter = writing.preview(message, each.due_at, sender=sender).letter
    return None if letter is None else (person, letter)


def _instants(coming: Sequence[tuple[Group, list[Registration]]]) -> Instants:
    """Return each person's coming reminders, by her number."""
    found = defaultdict[int, list[tuple[Reminder, datetime]]](list)
    for group, people in coming:
        for person in people:
            found[person.id] += [(rule, group.due_at) for rule in group.rules]
    return found


def _ahead(
    group: Group,
    people: list[Registration],
    known: _Known,
    *,
    now: datetime,
) -> PlannedReminder:
    clock = group.timezone, group.quiet_days
    found = PlannedReminder(group.rules, group.due_at, *clock, group.goes_at)
    due = int(group.due_at.timestamp())
    at = max(now, group.goes_at)
    for person in people:
        other = [
            each
            for each in known.counted.get(person.id, ())
            if each.state == MessageState.SENT or each.facts.get("due") != due
        ]
        around = reminding.around(group.due_at, known.instants[person.id], other, person, now=now)
        reason = _reason(person, ReminderTurn(group.rules, *around), at, known.blocked)
        if reason is None:
            found.people.append(person)
        else:
            found.silent.append((person, reason))
    return found


def _addresses(coming: Iterable[tuple[Group, list[Registration]]]) -> set[str]:
    return {each.email for _group, people in coming for each in people if each.email}


def _reason(
    registration: Registration, turn: ReminderTurn, at: datetime, blocked: Blocked
) -> str | None:
    """Return why a person would not get it, as things stand now."""
    with db.session.no_autoflush:
        message = Message(email=EMAIL, facts={}, useful_until=None)
        decided = decision.refusal(message, registration, turn=turn, now=at, blocked=blocked)
    return decided.reason if isinstance(decided, Silence) else None


def _crowded(
    coming: Sequence[tuple[Group, list[Registration]]],
    known: _Known,
    *,
    now: datetime,
) -> list[Registration]:
    """Return for whom the emails that were sent, that wait and that are ahead are too many.

    Not those who are not written to for another reason.
    """
    everyone = {person.id: person for _group, people in coming for person in people}
    found = []
    for number, person in everyone.items():
        ahead = {int(due_at.timestamp()) for _rule, due_at in known.instants[number]}
        others = [
            each
            for each in known.counted.get(number, ())
            if each.state == MessageState.SENT or each.facts.get("due") not in ahead
        ]
        is_too_much = len(ahead) > 1 and len(ahead) + len(others) > rules.MOST
        turn = ReminderTurn((known.instants[number][0][0],))
        if is_too_much and _reason(person, turn, now, known.blocked) is None:
            found.append(person)
    return sorted(found, key=lambda person: (person.name_order, person.id))


def _missed(event: Event, live: Sequence[Reminder], *, now: datetime) -> list[Missed]:
    """Return what is not sent late: rules armed too late, mail that was down for too long."""
    dropped = [
        Missed(datetime.fromtimestamp(due, UTC), timezone, reached, was_late=True)
        for (due, timezone), people in late_queries.late(event).items()
        if (reached := _reached(people, now))
    ]
    found = dropped + _gone_by(event, live, now=now)
    return sorted(found, key=lambda each: (each.due_at, each.timezone))


def _gone_by(event: Event, live: Sequence[Reminder], *, now: datetime) -> list[Missed]:
    """Return the groups of rules that have gone by without a message; none once it has begun."""
    found: list[Missed] = []
    if now >= event.starts_at:
        return found
    for group in queries.groups(event, live):
        if group.due_at >= now:
            continue
        armed = tuple(rule for rule in group.rules if rule.armed_at <= group.due_at)
        over = armed if now >= group.useful_until else ()
        too_new = tuple(rule for rule in group.rules if rule not in armed)
        for which, was_late in ((over, True), (too_new, False)):
            found_people = queries.missed(replace(group, rules=which)) if which else []
            people = _reached(found_people, now)
            if people:
                found.append(Missed(group.due_at, group.timezone, people, was_late=was_late))
    return found


def _reached(people: Sequence[Registration], now: datetime) -> list[Registration]:
    """Return those of some people whom a reminder may reach, by email or by a call."""
    purpose = KINDS[EMAIL].purpose
    return [
        person
        for person in people
        if person.wants_reminders and kept_back(person, purpose, now=now) is None
    ]
