"""Whether an email is written at all, decided when it is sent, from the live record."""

from dataclasses import replace
from datetime import datetime, timedelta

from forum.care.queries import was_welcomed
from forum.care.rules import ASKED, FIRST_WORDS, NOTE, RIGHT_AGAIN, Purpose, kept_back
from forum.db import Facts
from forum.emails import queries, still_needed, subjects
from forum.emails.kinds import (
    DECLINED,
    KINDS,
    UNASKED,
    WAITLIST,
    Afterwards,
    EmailKind,
    Subject,
)
from forum.emails.letter import Later, Silence
from forum.emails.reminding import ReminderTurn
from forum.emails.subjects import SubjectRecord
from forum.events.models import Event, EventStatus
from forum.events.rules import untold_until
from forum.i18n import _
from forum.incoming.queries import Blocked, block_of, calendar_says_no
from forum.incoming.rules import STOPPING
from forum.notices.baseline import Baseline
from forum.outbox.models import Message
from forum.quiet_hours import is_quiet, next_permitted
from forum.registration.models import CareState, Registration, Status
from forum.reminders import rules

GRACE = timedelta(minutes=10)


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
    found = _refusal(message, registration, subject, turn, now, blocked)
    if isinstance(found, Silence) and _is_for_now(message, registration.event, now):
        return replace(found, is_for_now=True)
    return found


def why_none(
    email: str, registration: Registration, *, facts: Facts | None = None, now: datetime
) -> str | None:
    """Return why no such email goes out for what is done now, or None where one will.

    For pages that say so, before a step and after it: what her care state, her event and her
    address say, whatever becomes of her place.
    """
    kind = KINDS[email]
    message = Message(email=email, facts=facts or {})
    return (
        _care(message, registration, now)
        or _event(kind, registration.event, now)
        or _unreached(kind, registration, block_of)
    )


def _is_for_now(message: Message, event: Event, now: datetime) -> bool:
    """Tell whether what nobody has asked for would be as right later, if less stood in its way.

    An invitation is for whoever may be written to by then; a reminder for a date or a status that
    is put right again.
    """
    kind = KINDS[message.email]
    is_off = _event(kind, event, now) or _moved(kind, message, event)
    return kind.is_invitation or (kind.is_reminder and is_off is not None)


def _refusal(  # noqa: PLR0913, PLR0917 - what it depends on
    message: Message,
    registration: Registration,
    subject: SubjectRecord | None,
    turn: ReminderTurn | None,
    now: datetime,
    blocked: Blocked,
) -> Silence | Later | None:
    kind = KINDS[message.email]
    if later := _untold(message, registration.event, now):
        return later
    reason = (
        _care(message, registration, now)
        or _person(kind, registration)
        or _event(kind, registration.event, now)
        or _moved(kind, message, registration.event)
        or _answer(message, registration)
        or _offered(message, registration, now, queries.kept_for)
        or subjects.why_not(message.email, registration, subject, now=now)
        or still_needed.right_by_now(message, registration, subject, now)
        or still_needed.meanwhile(message, registration, subject, now)
        or (_turn(turn, registration) if turn else None)
    )
    if reason:
        return reason if isinstance(reason, Later) else Silence(reason)
    if silence := _address(message, registration, subject, now):
        return silence
    until = _useful_until(message, registration, turn)
    if until and now > until:
        return Silence(_("It could not be sent while it was still useful."))
    if silence := _block(message, registration, subject, blocked, now):
        return silence
    return _night(kind, until, registration, now) if kind.stop else None


def why_no_try(
    message: Message,
    *,
    now: datetime,
    blocked: Blocked = block_of,
    offered: queries.Offered = queries.kept_for,
) -> str | None:
    """Return why another try of an email would send nothing, or None where one may help.

    Only what her own row and her event's say, so that a list may ask it of each of its emails;
    `blocked` and `offered` are for one who has asked for all of them.
    """
    kind, registration = KINDS.get(message.email), message.registration
    if message.useful_until and now > message.useful_until:
        return _("It would come too late to be useful.")
    if message.organizer is not None:
        is_here = message.organizer.is_active
        return None if is_here else _("This organizer may no longer sign in.")
    if registration is None:
        return _("The data of this person has been deleted.")
    if kind is None:
        return None
    state = kept_back(registration, _purpose(message), now=now)
    may_be_first = state == CareState.PAUSED and _is_first_word(message)
    reason = None if may_be_first else _kept(state)
    reason = (
        reason
        or _person(kind, registration)
        or _event(kind, registration.event, now)
        or _moved(kind, message, registration.event)
        or _offered(message, registration, now, offered)
    )
    if reason or kind.subject == Subject.ADDRESS:
        return reason
    return _unreached(kind, registration, blocked)


def _unreached(kind: EmailKind, registration: Registration, blocked: Blocked) -> str | None:
    if not registration.email:
        return _("This person has no email address. Please call.")
    block = blocked(registration.email)
    if block in STOPPING:
        return _("Our emails do not reach this address. Please call.")
    if block and kind.stop:
        return _("This person marked our emails as unwanted: no reminders, no invitations.")
    return None


def _care(message: Message, registration: Registration, now: datetime) -> str | None:
    """Keep back what her care state does; of a pause, all but the first word of her registration.

    A correction is ours, whatever it corrects: the note after the pause brings what it would have.
    Else whoever registers her, and asks for quiet in her name, would keep from her that he did.
    """
    state = kept_back(registration, _purpose(message), now=now)
    may_be_first = state == CareState.PAUSED and _is_first_word(message)
    if may_be_first and not was_welcomed(registration):
        return None
    return _kept(state)


def _purpose(message: Message) -> Purpose:
    if message.facts.get(RIGHT_AGAIN):
        return Purpose.AUTOMATIC
    return Purpose.ANSWER if message.facts.get(ASKED) else KINDS[message.email].purpose


def _is_first_word(message: Message) -> bool:
    return message.email in FIRST_WORDS and not message.facts.get(RIGHT_AGAIN)


def _kept(state: CareState | None) -> str | None:
    if state is None:
        return None
    if state == CareState.PAUSED:
        return _("Emails to this person are paused.")
    if state == CareState.HELD:
        return _("Emails to this person are on hold until someone has asked them.")
    return _("This person has died. No email goes out.")


def _address(
    message: Message, registration: Registration, subject: SubjectRecord | None, now: datetime
) -> Silence | None:
    """Let somebody call who has taken her address away since, but about an address."""
    kind = KINDS[message.email]
    if subjects.recipient(message.email, registration, subject):
        return None
    return Silence(
        _("This person has no email address. Please call."),
        needs_call=_is_news(message, registration, subject, now)
        and kind.subject != Subject.ADDRESS,
    )


def _block(
    message: Message,
    registration: Registration,
    subject: SubjectRecord | None,
    blocked: Blocked,
    now: datetime,
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
        return Silence(
            _("Our emails do not reach this address. Please call."),
            needs_call=is_hers and _is_news(message, registration, subject, now),
        )
    if reason and kind.stop:
        return Silence(
            _("This person marked our emails as unwanted: no reminders, no invitations.")
        )
    return None


def _is_news(
    message: Message, registration: Registration, subject: SubjectRecord | None, now: datetime
) -> bool:
    """Tell whether somebody should call who is not reached, so that she knows what it says.

    Reminders ask for calls of their own.
    """
    if message.email == NOTE and still_needed.as_before(registration, subject, now) is not None:
        return False
    return not KINDS[message.email].stop


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


def _untold(message: Message, event: Event, now: datetime) -> Later | None:
    """Let what nobody has asked for wait once an event has been moved: it may have been a slip.

    Of reminders, those that name the start as people know it: once that is so again, they go as
    they were planned. Others are planned later (`reminders.rules`).
    """
    told = Baseline.from_json(event.told) if event.told else None
    if told is None or told.moved_at is None:
        return None
    if KINDS[message.email].is_reminder:
        known = told.announced.get("starts_at")
        planned_for = message.facts.get("starts_at")
        waits = known and planned_for == int(datetime.fromisoformat(known).timestamp())
    else:
        waits = message.email in UNASKED
    until = untold_until(told.moved_at, message.useful_until or event.starts_at)
    if waits and now < until:
        return Later(until, _("The event has moved, and nobody has been told yet."))
    return None


def _answer(message: Message, registration: Registration) -> str | None:
    """Ask only about what a calendar still says of the entry as it is."""
    if message.email != DECLINED or calendar_says_no(registration):
        return None
    return _("Their calendar no longer says that they cannot come.")


def _offered(
    message: Message, registration: Registration, now: datetime, offered: queries.Offered
) -> str | None:
    """Write of waiting to nobody whom an email of its own offers a place: the two would differ.

    Who has registered again is answered all the same, with the offer; a correction stays one.
    """
    if message.email != WAITLIST or message.facts.get("again") or message.facts.get(RIGHT_AGAIN):
        return None
    offer = offered(registration)
    is_kept = offer is not None and now < offer.ends_at
    return _("This person is offered a place by now.") if is_kept else None


def _turn(turn: ReminderTurn, registration: Registration) -> str | None:
    """Compare the rules of a reminder as they are by now, and what else she gets."""
    if turn.rules is None and registration.status == Status.WAITLISTED:
        return _("This person is on the waitlist by now.")
    if turn.rules is not None and not turn.rules:
        return _("No reminder rule is for this person at that time any more.")
    if rules.yields(others=turn.others, later=turn.later):
        return _("This would be more than four emails about this event. The last reminder is sent.")
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
    if kind.is_invitation:
        return Later(morning, _("It waits until morning there."))
    return Later(morning, _("It was late, and waits until morning there."))
