"""Whether someone is reminded of an event, as things stand, in the desk's words."""

from datetime import datetime

from forum.care.rules import ASKED, GONE, state_at
from forum.emails.decision import why_none
from forum.events.models import EventStatus
from forum.i18n import _
from forum.incoming.models import ReportKind
from forum.incoming.queries import is_stopped
from forum.registration.models import CareState, Registration, Status
from forum.reminders.queries import of_event


def reminders(person: Registration, block: ReportKind | None, *, now: datetime) -> str:
    """Return whether she is reminded, and if not, why; `block` is why her address is blocked."""
    event = person.event
    if why_not := _never(person, now):
        return why_not
    if not person.wants_reminders or block == ReportKind.COMPLAINT:
        return _("No: they want none")
    if not any(each.is_on for each in of_event(event)):
        return _("No: none are set up for this event")
    if state_at(person, now=now) == CareState.PAUSED:
        return _("Not while emails are paused")
    return _("Yes") if person.email and block is None else _("By phone: we call")


def told(
    person: Registration, email: str, sentence: str, *, is_held: bool = False, now: datetime
) -> str:
    """Return that an email says what is done, or why none does, and what to do instead.

    `is_held`: they are on hold, or will be again by it.
    """
    if not person.email:
        return _("There is no email address: please phone.")
    if is_held and not is_stopped(person.email):
        return _("They are on hold, so no email says so before somebody has asked them.")
    return why_none(email, person, facts={ASKED: True}, now=now) or sentence


def _never(person: Registration, now: datetime) -> str | None:
    """Return why nobody would be reminded of it, whatever she wants; None if she may be."""
    event, state = person.event, state_at(person, now=now)
    if state in GONE:
        return _("No: nothing goes out")
    if event.status == EventStatus.CANCELLED:
        return _("No: the event is canceled")
    if now >= event.ends_at:
        return _("No: the event is over")
    if now >= event.starts_at:
        return _("No: the event has begun")
    if person.status == Status.CANCELLED:
        return _("No: they have canceled")
    return _("Not while they are on hold") if state == CareState.HELD else None
