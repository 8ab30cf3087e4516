"""What may reach a person: the one table that everything which leaves the house asks. Pure.

An email, a list, a badge or a count says what it is for; the table says which care states keep it
back. Whatever is sent by itself is for `AUTOMATIC`.
"""

from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from forum.registration.models import CareState, Registration

QUIET = frozenset({CareState.PAUSED, CareState.REMEMBERED, CareState.HELD})
NOT_ASKED_FOR = frozenset({CareState.REMEMBERED, CareState.HELD})
GONE = frozenset({CareState.REMEMBERED})


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
    Purpose.BADGE: GONE,
    Purpose.CHECK_IN: GONE,
    Purpose.FEED: GONE,
    Purpose.STATISTICS: GONE,
}
"""Which care states keep what back. The paused and the held may still come through the door."""


def state_at(registration: Registration, *, now: datetime) -> CareState:
    """Return the care state as of now: a pause ends by itself on the morning of its last day."""
    until = registration.care_until
    if registration.care_state == CareState.PAUSED and until is not None:
        today = now.astimezone(ZoneInfo(registration.timezone)).date()
        if today >= until:
            return CareState.ACTIVE
    return registration.care_state


def kept_back(registration: Registration, purpose: Purpose, *, now: datetime) -> CareState | None:
    """Return the care state that keeps this from reaching or showing a person, or None."""
    state = state_at(registration, now=now)
    return state if state in KEPT_BACK[purpose] else None
