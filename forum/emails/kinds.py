"""Every email we write, and when it stays unwritten: the one table."""

from dataclasses import dataclass
from enum import StrEnum

from forum.care.rules import Purpose
from forum.registration.models import Status


class CalendarMethod(StrEnum):
    """What an email does to the reader's calendar (RFC 5546 1.4)."""

    REQUEST = "REQUEST"
    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


class Subject(StrEnum):
    """What an email is about besides a registration; its facts hold the number of it."""

    OFFER = "offer"
    SESSION = "session"
    ADDRESS = "address_change"
    NOTICE = "notice"
    EVENT = "event"


class Afterwards(StrEnum):
    """Whether an email is written once the event is over; it then says nothing of how to join."""

    NEVER = "never"
    ALSO = "also"
    ONLY = "only"


class OfferEnd(StrEnum):
    """How an offer has ended that she did not answer herself."""

    DECLINED = "declined"
    """The one with her has declined it."""
    WENT_ON = "went on"
    """The place went to the next person."""
    OVER = "over"
    """Its time is over, and nobody else waited who could be asked."""


class Stop(StrEnum):
    """What one click of a mail program stops (RFC 8058): the purpose of the token behind it."""

    REMINDERS = "unsubscribe"
    INVITATIONS = "uninvite"


HAS_PLACE = frozenset({Status.CONFIRMED})
WAITS = frozenset({Status.WAITLISTED})
LEFT = frozenset({Status.CANCELLED})
ANY = frozenset(Status)


@dataclass(frozen=True, slots=True)
class EmailKind:
    """One email.

    `statuses` are those of a registration for which it is still true; with `while_waiting` only
    while she has a number in a line. `purpose` decides which care states keep it unwritten.
    `calendar` is what it brings to the calendar of an event whose emails invite (REQUEST or
    CANCEL; `invitations.method` knows the others).
    `subject` is what it is about besides the registration: it is looked at anew, too.
    `is_answer` ones answer what she has done herself, or bring what she asked to wait for; of all
    others, one person gets few about an event (`reminders.rules`). `afterwards` says whether it is
    written when the event is over; `for_cancelled_event` ones are even when it will not happen.
    `is_reminder` ones can be stopped with one click, wait for the
    reader's morning and are not sent for a time that has changed. `is_invitation` ones can be
    stopped likewise and wait for her morning; they go to people of an earlier event.
    """

    statuses: frozenset[Status]
    purpose: Purpose = Purpose.AUTOMATIC
    calendar: CalendarMethod | None = None
    subject: Subject | None = None
    is_answer: bool = False
    while_waiting: bool = False
    afterwards: Afterwards = Afterwards.NEVER
    for_cancelled_event: bool = False
    is_reminder: bool = False
    is_invitation: bool = False

    @property
    def stop(self) -> Stop | None:
        """Return what one click stops; nothing stops the emails that a place brings with it."""
        if self.is_invitation:
            return Stop.INVITATIONS
        return Stop.REMINDERS if self.is_reminder else None


KINDS = {
    "confirmation": EmailKind(HAS_PLACE, is_answer=True, calendar=CalendarMethod.REQUEST),
    "waitlist": EmailKind(HAS_PLACE | WAITS, is_answer=True, while_waiting=True),
    "offer": EmailKind(
        HAS_PLACE | WAITS, is_answer=True, subject=Subject.OFFER, while_waiting=True
    ),
    "offer_lapsed": EmailKind(
        HAS_PLACE | WAITS, is_answer=True, subject=Subject.OFFER, while_waiting=True
    ),
    "promoted": EmailKind(HAS_PLACE, is_answer=True, calendar=CalendarMethod.REQUEST),
    "session_place": EmailKind(HAS_PLACE, is_answer=True, subject=Subject.SESSION),
    "mode_changed": EmailKind(
        HAS_PLACE, Purpose.ANSWER, is_answer=True, calendar=CalendarMethod.REQUEST
    ),
    "details_changed": EmailKind(
        HAS_PLACE, Purpose.ANSWER, is_answer=True, calendar=CalendarMethod.REQUEST
    ),
    "cancellation": EmailKind(
        LEFT,
        Purpose.ANSWER,
        is_answer=True,
        calendar=CalendarMethod.CANCEL,
        for_cancelled_event=True,
    ),
    "my_link": EmailKind(
        HAS_PLACE | WAITS,
        Purpose.ASKED,
        is_answer=True,
        afterwards=Afterwards.ALSO,
        for_cancelled_event=True,
    ),
    "confirm_address": EmailKind(
        ANY,
        Purpose.ASKED,
        is_answer=True,
        subject=Subject.ADDRESS,
        afterwards=Afterwards.ALSO,
        for_cancelled_event=True,
    ),
    "address_changed": EmailKind(
        ANY,
        Purpose.ANSWER,
        is_answer=True,
        subject=Subject.ADDRESS,
        afterwards=Afterwards.ALSO,
        for_cancelled_event=True,
    ),
    "pause_over": EmailKind(
        HAS_PLACE | WAITS,
        is_answer=True,
        afterwards=Afterwards.ALSO,
        for_cancelled_event=True,
    ),
    "reminder": EmailKind(HAS_PLACE | WAITS, is_reminder=True),
    "notice": EmailKind(HAS_PLACE | WAITS, subject=Subject.NOTICE),
    "declined": EmailKind(HAS_PLACE, is_answer=True),
    "event_cancelled": EmailKind(
        HAS_PLACE | WAITS, calendar=CalendarMethod.CANCEL, for_cancelled_event=True
    ),
    "invitation": EmailKind(
        ANY,
        Purpose.NEXT_INVITATION,
        subject=Subject.EVENT,
        afterwards=Afterwards.ALSO,
        for_cancelled_event=True,
        is_invitation=True,
    ),
}
"""Emails to attendees, by the name of their folder in `templates/emails`."""
DECLINED = "declined"
"""The one that asks whoever has a calendar that says no."""
COUNTED = sorted(
    name for name, kind in KINDS.items() if not kind.is_answer and not kind.is_invitation
)
"""Those that we send of our own accord: one person gets few about an event (`reminders.rules`)."""
NUMBERED = ("notice", "reminder")
"""Those of which one person may get several with the same subject, but for a number."""
CONFIRMATION = "confirmation"
"""The one that says that she has a place."""
WAITLIST = "waitlist"
"""The one that says that she waits."""
OFFER = "offer"
"""The one that offers a place."""
UNASKED = (OFFER, "promoted", "session_place")
"""Those that name a day while she has done nothing: they wait where it may be a slip."""
SIGN_IN = "sign_in"
PASSKEY_ADDED, PASSKEY_REMOVED = "passkey_added", "passkey_removed"
WELCOME = "welcome"
"""The one that tells somebody that she may work at the desk."""
TO_ORGANIZERS = (SIGN_IN, WELCOME, PASSKEY_ADDED, PASSKEY_REMOVED)
"""The emails to organizers."""
