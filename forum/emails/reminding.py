"""What a reminder says to one person, and whether it is her turn: from the rules as they are now.

A message names the instant and the start that it was planned for. Which rules fall on that instant
for her is asked anew when it is sent, so that she gets one email for all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from forum.emails.queries import CountedEmail, Sender
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration, Status
from forum.reminders import rules
from forum.reminders.models import Reminder

EMAIL = "reminder"


@dataclass(frozen=True, slots=True)
class Brought:
    """What one rule brings to her email: the texts that help so long before the start.

    `blocks` None are those that fit the lead and her way to attend. `words` are the desk's own.
    """

    lead: timedelta
    blocks: tuple[str, ...] | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class ReminderTurn:
    """A reminder's turn with one person.

    `rules` are those that are for her at that instant, None where the message is of an earlier
    version, which says its lead itself. `others` are the emails of our own accord that she has
    been sent, or that wait; `later` the instants of the reminders that are still to come.
    """

    rules: tuple[Reminder, ...] | None
    others: int = 0
    later: frozenset[datetime] = frozenset()

    @property
    def session_ids(self) -> frozenset[int]:
        """Return the numbers of the sessions whose people this is for."""
        return frozenset(rule.session_id for rule in self.rules or () if rule.session_id)


def turn_of(
    message: Message, registration: Registration, sender: Sender, *, now: datetime
) -> ReminderTurn:
    """Return what there is to say to a person at the instant that a message was planned for."""
    at = planned_at(message)
    counted = [each for each in sender.counted(registration) if each.message_id != message.id]
    hers = rules_for(registration, sender)
    theirs = None if at is None else tuple(rule for rule, due in hers if _same(due, at))
    return ReminderTurn(theirs, *around(at or now, hers, counted, registration, now=now))


def number_of(message: Message, registration: Registration, sender: Sender) -> int:
    """Return how many emails of its kind she has been sent with this one, or is just being sent.

    Several may name a day and an event in the same way, and mail programs put one subject into
    one thread.
    """
    before = [
        each
        for each in sender.counted(registration)
        if each.email == message.email and _is_before(each, message)
    ]
    return len(before) + 1


def _is_before(other: CountedEmail, message: Message) -> bool:
    if other.message_id == message.id:
        return False
    is_older = message.id is None or other.message_id < message.id  # None: it is not stored
    return other.state == MessageState.SENT or (other.state == MessageState.SENDING and is_older)


def around(
    at: datetime,
    hers: Iterable[tuple[Reminder, datetime]],
    counted: Iterable[CountedEmail],
    registration: Registration,
    *,
    now: datetime,
) -> tuple[int, frozenset[datetime]]:
    """Return how many other emails count beside a reminder, and the instants of later ones.

    A reminder that waits and is due before this one counts this one, and so this one need not
    count it: or else both might be left out.
    """
    others, later, had = 0, set(), set()
    for each in counted:
        due = each.facts.get("due")
        if each.state == MessageState.SENT:
            had |= set(each.facts.get("rules", {}).items())
        if each.state == MessageState.SENT or each.email != EMAIL:
            others += 1
        elif due is not None and due > at.timestamp():
            later.add(datetime.fromtimestamp(due, UTC))
    starts_at = registration.event.starts_at
    later |= {
        due_at.replace(microsecond=0)
        for rule, due_at in hers
        if due_at > max(at, now)
        and (str(rule.id), rules.armed_for(rule, starts_at=starts_at)) not in had
    }
    return others, frozenset(later)


def rules_for(registration: Registration, sender: Sender) -> list[tuple[Reminder, datetime]]:
    """Return the rules that are on and for this person, each with its instant on her clock.

    None that was armed after its instant: it does not look back.
    """
    return [each for each in _hers(registration, sender) if each[0].armed_at <= each[1]]


def brought(message: Message, turn: ReminderTurn, language: str) -> tuple[Brought, ...]:
    """Return what a reminder brings, rule by rule."""
    if turn.rules is None:
        return (Brought(rules.lead_time(message.facts["lead"])),)
    return tuple(_brought(rule, language) for rule in turn.rules)


def offers(message: Message, turn: ReminderTurn) -> tuple[str, ...]:
    """Return what a reminder offers."""
    if turn.rules is None:
        return tuple(message.facts.get("offers", ()))
    return tuple(dict.fromkeys(each for rule in turn.rules for each in rule.offers))


def missed(registration: Registration, sender: Sender, at: datetime) -> tuple[Brought, ...]:
    """Return what the reminders for this person brought that had gone out by an instant."""
    return tuple(
        _brought(rule, registration.language)
        for rule, due_at in _hers(registration, sender)
        if at > due_at
    )


def planned_at(message: Message) -> datetime | None:
    """Return the instant that a message was planned for; None for one of an earlier version."""
    due: int | None = message.facts.get("due")
    return None if due is None else datetime.fromtimestamp(due, UTC)


def _same(one: datetime, other: datetime) -> bool:
    """Tell whether two instants are the same to the second, as messages keep them."""
    return int(one.timestamp()) == int(other.timestamp())


def _hers(registration: Registration, sender: Sender) -> list[tuple[Reminder, datetime]]:
    live = sender.reminders(registration.event)
    standing: dict[int, Status] = {}
    if any(rule.session_id for rule in live):
        standing = {each.id: held for each, held in sender.session_places(registration).items()}
    starts_at = registration.event.starts_at
    return [
        (rule, rules.due_for(rule, registration, starts_at=starts_at))
        for rule in live
        if rules.is_for(rule, registration, standing)
    ]


def _brought(rule: Reminder, language: str) -> Brought:
    """Return what a rule brings; to those who wait, the practical texts only where it says so."""
    blocks = () if rule.is_for_waitlist and rule.blocks is None else rule.blocks
    return Brought(rules.lead_time(rule.lead), blocks, rule.words.get(language, ""))
