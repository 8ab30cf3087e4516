"""Whether what an email corrects, or brings after a silence, is still otherwise than she knows."""

from datetime import datetime, timedelta

from forum.care.rules import NOTE, ONLY_IF_CHANGED, RIGHT_AGAIN
from forum.emails import queries
from forum.emails.letter import Later
from forum.emails.notice_facts import NoticeFacts
from forum.emails.subjects import SubjectRecord
from forum.events.models import EventStatus, Session
from forum.i18n import _
from forum.notices import told_queries
from forum.notices.told_queries import Told
from forum.outbox.models import Message
from forum.registration.models import Registration

A_WHILE = timedelta(hours=1)
"""How long a correction waits while something else is to be told."""


def right_by_now(
    message: Message, registration: Registration, subject: SubjectRecord | None, now: datetime
) -> str | Later | None:
    """Correct only what somebody still relies on, by all that she has been told.

    It waits while a notice has to tell her something else: that may be a slip, too.
    """
    if not message.facts.get(RIGHT_AGAIN):
        return None
    told = Told.of(registration.event)
    words = told_queries.heard(registration, now=now, before=message).words
    wrong = told.misnamed(registration, words)
    if message.email == NOTE:
        is_wrong, is_its = bool(wrong), bool(told.wrong_sessions(registration, words))
    elif isinstance(subject, Session):
        is_wrong, is_its = subject in wrong, subject in told.wrong_sessions(registration, words)
    else:
        is_wrong = told.relies_on_another_entry(registration, words)
        is_its = told.is_entry_wrong(registration, words)
    if not is_wrong:
        return _("What this person was told last is right.")
    if not is_its:
        return Later(now + A_WHILE, _("A notice has to tell this person first of another change."))
    return None


def meanwhile(
    message: Message, registration: Registration, subject: SubjectRecord | None, now: datetime
) -> str | None:
    """Say that a silence is over only where something has happened in it."""
    return as_before(registration, subject, now) if message.facts.get(ONLY_IF_CHANGED) else None


def as_before(
    registration: Registration, subject: SubjectRecord | None, now: datetime
) -> str | None:
    """Return why there is nothing that she does not know after a silence, or None."""
    if registration.event.status == EventStatus.CANCELLED:
        told = queries.was_told_of_the_end(registration)
        return _("This person has been told that the event is canceled.") if told else None
    if isinstance(subject, NoticeFacts) and (subject.changes or subject.changes_entry):
        return None
    if queries.is_entry_behind(registration) or queries.kept_sessions(registration, now=now):
        return None
    return _("Nothing has changed for this person in the meantime.")
