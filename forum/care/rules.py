"""What may reach a person: the one table that everything which leaves the house asks. Pure.

An email, a list, a badge or a count says what it is for; the table says which care states keep it
back. Whatever is sent by itself is for `AUTOMATIC`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from forum.care.models import TaskKind
from forum.quiet_hours import next_permitted
from forum.registration.models import CareState, Status

QUIET = frozenset({CareState.PAUSED, CareState.REMEMBERED, CareState.HELD})
NOT_ASKED_FOR = frozenset({CareState.REMEMBERED, CareState.HELD})
GONE = frozenset({CareState.REMEMBERED})


LONGEST_PAUSE = timedelta(days=2 * 365)
MORNING = time(10)
"""When, on the day that a pause ends, the note about it goes."""


NOTE = "pause_over"
"""The email that a pause or a hold is over. It brings what others were told meanwhile."""
END = "event_cancelled"
"""The email that an event is off; its occasion is the event's SEQUENCE, so it is told once."""
FIRST_WORDS = ("confirmation", "promoted", "waitlist")
"""Emails that tell someone that she is registered: until one has left, no pause keeps them back."""
GOODBYE = "cancellation"
"""The email that answers to her canceling, and takes the entry out of her calendar."""
ASKED = "asked"
"""The fact of an email that answers what she has just done herself, where its kind may be ours."""
ONLY_IF_CHANGED = "only_if_changed"
"""The fact of a note that is written only where there is something to bring up to date."""
RIGHT_AGAIN = "right_again"
"""The fact of an email that says anew what another one, or a call, had said wrong."""
AFTER_SLIP = "after_slip"
"""The fact of a note after a slip of ours, or after what was lost: it speaks of no pause."""


class InCare(Protocol):
    """What must be known of a person: her registration, or a row with these columns of it."""

    care_state: CareState
    care_until: date | None

    @property
    def timezone(self) -> str:
        """Return her clock, by its IANA name."""


THROUGH = "through"
"""The fact of a pause that a companion has asked for."""
HERS = "hers"
"""The fact of a companion's pause over one of her own: the last day of hers."""
NO_END = "no_end"
"""Its value for a pause of hers without one."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A pause by somebody's word; it may lie beneath a hold."""

    until: date | None
    """On the morning of which day it ends; None: when she says so."""

    def outlasts(self, other: date | None) -> bool:
        """Tell whether it ends no earlier than one until this day (None: no end)."""
        return self.until is None or (other is not None and other <= self.until)


@dataclass(frozen=True, slots=True)
class Pauses:
    """By whose word somebody is paused: None for a word that nobody has said."""

    own: Pause | None = None
    """Her own, or an organizer's."""
    through: Pause | None = None
    """A companion's, over hers if it is longer."""

    def __or__(self, other: "Pauses") -> "Pauses":
        """Return the longer of each of two."""
        return Pauses(_longer(self.own, other.own), _longer(self.through, other.through))

    def __bool__(self) -> bool:
        """Tell whether anybody has said so."""
        return bool(self.own or self.through)

    def written(self) -> tuple[date | None, Mapping[str, str]]:
        """Return the last day of what holds now, and the facts that say whose word it is."""
        own, through = self.own, self.through
        if through is None or (own is not None and own.outlasts(through.until)):
            return own.until if own else None, {}
        facts = {THROUGH: "companion"}
        if own is not None:
            facts[HERS] = own.until.isoformat() if own.until else NO_END
        return through.until, facts


@dataclass(frozen=True, slots=True)
class Quieted:
    """Of whom something is kept back, by the name that outlives a restore."""

    public_id: str
    care_state: CareState
    care_until: date | None
    wants_reminders: bool
    pauses: Pauses = Pauses()
    """Also those that lie beneath a hold or a death."""


class Purpose(StrEnum):
    """What something that leaves the house is for."""

    AUTOMATIC = "automatic"
    """Whatever we send of our own accord: confirmations of others' deeds, reminders, offers."""
    ANSWER = "answer"
    """The answer to what a person has just done herself."""
    ASKED = "asked"
    """What a person has just asked for: her link, a word from her new address."""
    MAIL_MERGE = "mail merge"
    """Lists from which others write letters."""
    NEXT_INVITATION = "next invitation"
    """Next year's invitation."""
    CHANGE = "change"
    """What a person may do on her own page."""
    LINE = "line"
    """Having a number in the line for a place."""
    EXPORT = "export"
    """What the desk knows of those who come, as a file."""
    BADGE = "badge"
    CHECK_IN = "check-in"
    FEED = "feed"
    STATISTICS = "statistics"


KEPT_BACK = {
    Purpose.AUTOMATIC: QUIET,
    Purpose.ANSWER: NOT_ASKED_FOR,
    Purpose.ASKED: GONE,
    Purpose.MAIL_MERGE: QUIET,
    Purpose.NEXT_INVITATION: QUIET,
    Purpose.CHANGE: GONE,
    Purpose.LINE: GONE,
    Purpose.EXPORT: GONE,
    Purpose.BADGE: GONE,
    Purpose.CHECK_IN: GONE,
    Purpose.FEED: GONE,
    Purpose.STATISTICS: GONE,
}
"""Which care states keep what back. The paused and the held may still come through the door."""


class TaskAnswer(StrEnum):
    """How an organizer answers what the desk's list asks of her."""

    DONE = "done"
    """She has called."""
    WRITE = "write"
    """He wants emails again."""
    QUIET = "quiet"
    """He wants no emails."""
    CANCEL = "cancel"
    """He does not want his place any more."""
    DIED = "died"
    """The person is the one who is remembered, and has died."""
    SAME = "same"
    """The person is the one who is remembered, and is well: that was a mistake."""
    ANOTHER = "another"
    """Someone else has the same name and address."""


ANSWERS = {
    TaskKind.CALL: (TaskAnswer.DONE,),
    TaskKind.ASK_COMPANION: (TaskAnswer.WRITE, TaskAnswer.QUIET, TaskAnswer.CANCEL),
    TaskKind.CHECK_PERSON: (TaskAnswer.DIED, TaskAnswer.ANOTHER, TaskAnswer.SAME),
}
"""What can be answered to each kind of task."""


def first_word(status: Status) -> str:
    """Return the email that says first how somebody stands: with a place, or waiting."""
    return "confirmation" if status == Status.CONFIRMED else "waitlist"


def beneath(changes: Iterable[Mapping[str, Any]]) -> CareState:
    """Return the care state of her own beneath a hold or a death; active where nothing says it.

    `changes` is what was written down of someone's care states, the newest first.
    """
    deep = {str(state) for state in NOT_ASKED_FOR}
    for facts in changes:
        if "from" in facts and facts["from"] not in deep and facts.get("to") in deep:
            return CareState(facts["from"])
    return CareState.ACTIVE


def last_into(changes: Iterable[Mapping[str, Any]], to: CareState) -> Mapping[str, Any]:
    """Return what was written down when someone last came into a care state, from another.

    A pause may follow another one. `changes` as for `beneath`.
    """
    for facts in changes:
        if facts.get("to") == to and (to == CareState.PAUSED or facts.get("from") != to):
            return facts
    return {}


def pauses_of(until: date | None, facts: Mapping[str, Any]) -> Pauses:
    """Return by whose word someone is paused until a day, as it was written down."""
    if THROUGH not in facts:
        return Pauses(own=Pause(until))
    if HERS not in facts:
        return Pauses(through=Pause(until))
    hers = None if facts[HERS] == NO_END else date.fromisoformat(facts[HERS])
    return Pauses(own=Pause(hers), through=Pause(until))


def _longer(one: Pause | None, other: Pause | None) -> Pause | None:
    if one is None or other is None:
        return one or other
    return one if one.outlasts(other.until) else other


def is_pause_over(until: date | None, *, zone: str, now: datetime) -> bool:
    """Tell whether a pause has ended by itself: on the morning of its last day, in her zone."""
    return until is not None and now.astimezone(ZoneInfo(zone)).date() >= until


def state_at(person: InCare, *, now: datetime) -> CareState:
    """Return the care state as of now: a pause ends by itself on the morning of its last day."""
    is_paused = person.care_state == CareState.PAUSED
    if is_paused and is_pause_over(person.care_until, zone=person.timezone, now=now):
        return CareState.ACTIVE
    return person.care_state


def kept_back(person: InCare, purpose: Purpose, *, now: datetime) -> CareState | None:
    """Return the care state that keeps this from reaching or showing a person, or None."""
    state = state_at(person, now=now)
    return state if state in KEPT_BACK[purpose] else None


def is_too_long(until: date, *, today: date) -> bool:
    """Tell whether a pause would be so long that its day must be a slip of the hand."""
    return until > today + LONGEST_PAUSE


def note_due_at(until: date | None, *, now: datetime, zone: str, days: tuple[str, ...]) -> datetime:
    """Return when the note goes that a pause is over, in UTC.

    At 10:00 of her clock on the day it ends, or now for one that ends now (`until` None); later
    when that would disturb. `zone` is hers, `days` are those on which she is not written to.
    """
    if until is None:
        return next_permitted(now, zone=zone, quiet_days=days)
    morning = datetime.combine(until, MORNING, ZoneInfo(zone))
    return next_permitted(morning, zone=zone, quiet_days=days)
