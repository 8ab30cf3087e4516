"""Whether an email is written at all, decided when it is sent, from the live record."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from forum.care.queries import was_welcomed
from forum.care.rules import FIRST_WORDS, NOTE, ONLY_IF_CHANGED, kept_back
from forum.emails import queries, subjects
from forum.emails.kinds import DECLINED, KINDS, Afterwards, EmailKind
from forum.emails.letter import Later, Silence
from forum.emails.notice_facts import NoticeFacts
from forum.emails.reminding import ReminderTurn
from forum.emails.subjects import SubjectRecord
from forum.events.models import Event, EventStatus
from forum.i18n import _, day_in_words
from forum.incoming.queries import Blocked, block_of, calendar_says_no
from forum.incoming.rules import STOPPING
from forum.outbox.models import Message
from forum.quiet_hours import is_quiet, next_permitted
from forum.registration.models import CareState, Registration, Status
from forum.reminders import rules

GRACE = timedelta(minutes=10)
NOON = time(12)


def refusal(  # noqa: PLR0913 - what it depends on, by name
    message: Message,
    registration: Registration,
    subject: SubjectRecord | None = None,
    *,
    turn: ReminderTurn | None = None,
    now: datetime,
    blocked: Blocked = block_of,
) -> Silence | Later | None:
    """Return why a message to an attendee is not written now, or None when it may be.

    `subject` is what it is about besides her registration, as `subjects.subject_of` returns it;
    `turn` is a reminder's, as `reminding.turn_of` returns it. `blocked` tells which addresses are
    blocked, for a caller who has asked for several.
    """
    kind = KINDS[message.email]
    reason = (
        _care(message, registration, now)
        or _address(message, registration, subject)
        or _person(kind, registration)
        or _event(kind, registration.event, now)
        or _moved(kind, message, registration.event)
        or _answer(message, registration)
        or subjects.why_not(message.email, registration, subject, now=now)
        or _meanwhile(message, registration, subject)
        or (_turn(turn, registration) if turn else None)
    )
    if reason:
        return Silence(reason)
    until = _useful_until(message, registration, turn)
    if until and now > until:
        return Silence(_("It could not be sent while it was still useful."))
    if silence := _block(message, registration, subject, blocked):
        return silence
    return _night(kind, until, registration, now) if kind.stop else None


def _care(message: Message, registration: Registration, now: datetime) -> str | None:
    """Keep back what her care state does; of a pause, all but the first word of her registration.

    Else whoever registers her, and asks for quiet in her name, would keep from her that he did.
    """
    state = kept_back(registration, KINDS[message.email].purpose, now=now)
    if state is None:
        return None
    if state == CareState.PAUSED:
        if message.email in FIRST_WORDS and not was_welcomed(registration):
            return None
        return _pause(registration)
    if state == CareState.HELD:
        return _("Emails to this person are on hold until someone has asked them.")
    return _("This person has died. No email goes out.")


def _pause(registration: Registration) -> str:
    if registration.care_until is None:
        return _("Emails to this person are paused.")
    zone = registration.timezone
    until = datetime.combine(registration.care_until, NOON, tzinfo=ZoneInfo(zone))
    return _("Emails to this person are paused until %(day)s.", day=day_in_words(until, zone))


def _address(
    message: Message, registration: Registration, subject: SubjectRecord | None
) -> str | None:
    if subjects.recipient(message.email, registration, subject):
        return None
    return _("This person has no email address. Please call.")


def _block(
    message: Message, registration: Registration, subject: SubjectRecord | None, blocked: Blocked
) -> Silence | None:
    """Write nothing to an address from which emails come back; she is to be called instead.

    Nobody is called only to hear that a silence is over. The question whether a new address is
    hers goes out all the same: it finds out. Whoever called our emails spam gets the answers to
    what she does, and word of changes, and nothing else.
    """
    kind = KINDS[message.email]
    to = subjects.recipient(message.email, registration, subject)
    reason = blocked(to.address) if to and message.email != subjects.QUESTION else None
    if reason in STOPPING:
        is_hers = to is not None and to.address == registration.email
        is_news = message.email != NOTE or _as_before(registration, subject) is None
        return Silence(
            _("Our emails do not reach this address. Please call."),
            needs_call=is_hers and is_news and not kind.stop,
        )
    if reason and kind.stop:
        return Silence(
            _("This person marked our emails as unwanted: no reminders, no invitations.")
        )
    return None


def _person(kind: EmailKind, registration: Registration) -> str | None:
    if kind.is_reminder and not registration.wants_reminders:
        return _("This person stopped reminders.")
    if registration.status in kind.statuses:
        is_past = kind.while_waiting and registration.waits_for is None
        return _("This person is no longer waiting for a place.") if is_past else None
    return {
        Status.CONFIRMED: _("This person has a place by now."),
        Status.WAITLISTED: _("This person is on the waitlist by now."),
        Status.CANCELLED: _("This person has canceled."),
    }[registration.status]


def _event(kind: EmailKind, event: Event, now: datetime) -> str | None:
    if event.status == EventStatus.DRAFT:
        return _("The event is not published.")
    if event.status == EventStatus.CANCELLED and not kind.for_cancelled_event:
        return _("The event is canceled.")
    if now >= event.ends_at and kind.afterwards == Afterwards.NEVER:
        return _("The event is over.")
    if now < event.ends_at and kind.afterwards == Afterwards.ONLY:
        return _("The event is not over yet.")
    return None


def _moved(kind: EmailKind, message: Message, event: Event) -> str | None:
    """Compare the start that a reminder was planned for; a moved event has fresh ones."""
    planned_for = message.facts.get("starts_at")
    if (
        kind.is_reminder
        and planned_for is not None
        and planned_for != int(event.starts_at.timestamp())
    ):
        return _("The event has moved. A new reminder is planned.")
    return None


def _answer(message: Message, registration: Registration) -> str | None:
    """Ask only about what a calendar still says of the entry as it is."""
    if message.email != DECLINED or calendar_says_no(registration):
        return None
    return _("Their calendar no longer says that they cannot come.")


def _meanwhile(
    message: Message, registration: Registration, subject: SubjectRecord | None
) -> str | None:
    """Say that a silence is over only where something has happened in it."""
    return _as_before(registration, subject) if message.facts.get(ONLY_IF_CHANGED) else None


def _as_before(registration: Registration, subject: SubjectRecord | None) -> str | None:
    """Return why there is nothing that she does not know after a silence, or None."""
    if registration.event.status == EventStatus.CANCELLED:
        told = queries.was_told_of_the_end(registration)
        return _("This person has been told that the event is canceled.") if told else None
    if isinstance(subject, NoticeFacts) and (subject.changes or subject.changes_entry):
        return None
    if queries.is_entry_behind(registration):
        return None
    return _("Nothing has changed for this person in the meantime.")


def _turn(turn: ReminderTurn, registration: Registration) -> str | None:
    """Compare the rules of a reminder as they are by now, and what else she gets."""
    if turn.rules is None and registration.status == Status.WAITLISTED:
        return _("This person is on the waitlist by now.")
    if turn.rules is not None and not turn.rules:
        return _("No reminder rule is for this person at that time any more.")
    if rules.yields(others=turn.others, later=turn.later):
        if turn.later:
            return _(
                "A person gets at most four emails about an event. The later reminders are sent."
            )
        return _("This person has had four emails about this event, besides answers.")
    return None


def _useful_until(
    message: Message, registration: Registration, turn: ReminderTurn | None
) -> datetime | None:
    """Return until when it helps; a reminder as long as one of its rules does."""
    if turn is None or not turn.rules:
        return message.useful_until
    starts_at = registration.event.starts_at
    return max(rules.useful_until(rule.lead, starts_at=starts_at) for rule in turn.rules)


def _night(
    kind: EmailKind, until: datetime | None, registration: Registration, now: datetime
) -> Later | Silence | None:
    """Let what nobody waits for wait for the reader's morning, such as a reminder that is late.

    One that was due just before eight in the evening still goes while its mails take a few minutes.
    """
    zone, days = registration.timezone, registration.quiet_days
    if not all(is_quiet(at, zone=zone, quiet_days=days) for at in (now, now - GRACE)):
        return None
    morning = next_permitted(now, zone=zone, quiet_days=days)
    if until and morning > until:
        return Silence(
            _("It was late at night there, and the email would not help the next morning.")
        )
    day = day_in_words(morning, zone)
    if kind.is_invitation:
        return Later(morning, _("It waits until morning there, %(day)s.", day=day))
    return Later(morning, _("It was late, and waits until morning there, %(day)s.", day=day))
