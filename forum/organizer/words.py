"""How the desk says times, states and names of things."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_skeleton
from flask import g
from flask_babel.speaklater import LazyString

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.care import words as care
from forum.emails.words import DESK_NAMES
from forum.events import queries
from forum.events.models import (
    CalendarMail,
    Event,
    EventKind,
    EventStatus,
    SessionKind,
    SessionStatus,
)
from forum.events.promise_rules import Promise, PromiseState
from forum.i18n import REGIONS, _, date_in_words, language_spoken, lazy, ngettext, time_in_words
from forum.notices.models import Occasion
from forum.notices.queries import Unreached
from forum.organizer.people_queries import FreeAnswer, Reach
from forum.organizer.queries import Need
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import Health
from forum.registration.detail_words import ROLE_NAMES
from forum.registration.details import DETAILS, Detail, Part, has_said, is_of_use, of, said_at_desk
from forum.registration.models import (
    OfferState,
    PairRule,
    Registration,
    SessionPlace,
    Source,
    Status,
)
from forum.registration.places.offer_rules import WhyNot
from forum.tongues import said_anew

A_MINUTE, AN_HOUR = 60, 3600

EVENT_STATUSES = {
    EventStatus.DRAFT: (lazy("Draft"), "warning"),
    EventStatus.PUBLISHED: (lazy("Published"), "good"),
    EventStatus.CANCELLED: (lazy("Canceled"), "rose"),
}
CALENDAR_MAIL = {
    CalendarMail.REQUEST: (
        lazy("An entry that we keep right"),
        lazy("It gets into the calendar by itself. Our emails change it, or take it away."),
    ),
    CalendarMail.PUBLISH: (
        lazy("A file to add by hand"),
        lazy("Nothing gets into a calendar by itself. People remove a canceled date themselves."),
    ),
    CalendarMail.NONE: (
        lazy("Nothing"),
        lazy("People can still add the date from our pages."),
    ),
}
"""What emails bring for the reader's calendar, and what that means."""
EVENT_KINDS = {EventKind.FORUM: lazy("Forum"), EventKind.WEBCAST: lazy("Webcast")}
STATUSES = {
    Status.CONFIRMED: (lazy("Has a place"), "good"),
    Status.WAITLISTED: (lazy("On the waitlist"), "warning"),
    Status.CANCELLED: (lazy("Canceled"), "quiet"),
}
AS_IT_WAS = {
    Status.CONFIRMED: (lazy("Had a place: the event is canceled"), "quiet"),
    Status.WAITLISTED: (lazy("Waited: the event is canceled"), "quiet"),
}
"""How people stood towards an event that is canceled now."""
AFTERWARDS = {
    Status.CONFIRMED: (lazy("Had a place"), "quiet"),
    Status.WAITLISTED: (lazy("Was on the waitlist"), "quiet"),
}
"""How people stood towards what is over now."""
CARE_STATES = care.CARE_STATES
CARE_REASONS = care.REASONS
ROLES = ROLE_NAMES
WHY_NOT = {
    WhyNot.CLOSED: lazy("The event is over, canceled or not published."),
    WhyNot.HELD: lazy("On hold: someone must ask them first."),
    WhyNot.PAUSED: lazy("Paused: they asked for no emails."),
    WhyNot.HAS_OFFER: lazy("A place is offered to them now."),
    WhyNot.DECLINED: lazy("They declined a place within the last 24 hours."),
    WhyNot.UNANSWERED: lazy("They did not answer the last offer. Ask whether they still wait."),
    WhyNot.NO_SHORT_NOTICE: lazy(
        "It is less than three days to the event, and they did not ask for short notice."
    ),
    WhyNot.TOO_LATE: lazy("It is too late for them to answer in time."),
    WhyNot.COMPANION: lazy("The one they come with cannot be offered a place now."),
    WhyNot.NEEDS_TWO: lazy("They come together and need two places; one is free."),
    WhyNot.FULL: lazy("No place is free for them yet."),
}
"""Why someone who waits is not offered a place."""
PAIR_RULES = {
    PairRule.TOGETHER: lazy("Both come, or both wait"),
    PairRule.EITHER: lazy("Either of them may come alone"),
}
NEEDS = {
    Need.TO_PHONE: (
        lazy("People without an email address"),
        lazy("No email reaches them. Call when something changes."),
    ),
    Need.RETURNED: (
        lazy("Emails do not arrive"),
        lazy("Call and ask for the right address. Nothing is written to the old one."),
    ),
    Need.CALENDAR_NO: (
        lazy("Their calendar says no"),
        lazy("Nothing is canceled by that. Ask whether they come before you cancel a place."),
    ),
    Need.PAUSE_OVER: (
        lazy("A pause has ended"),
        lazy("No email can tell them so. Call, ask how they are, and say so on their page."),
    ),
    Need.HELD: (
        lazy("On hold"),
        lazy(
            "Linked to someone who has died. We send them nothing automatic until you have"
            " asked them."
        ),
    ),
    Need.NOT_TOLD: (
        lazy("Canceled, and they were not told"),
        lazy(
            "They are paused or on hold, so no email told them that their event is canceled."
            " Decide for each: call, or let them get emails again."
        ),
    ),
    Need.WAITING: (
        lazy("On waitlists"),
        lazy("The next free place is offered to them, each in turn."),
    ),
    Need.NEW: (
        lazy("Registered within a week"),
        lazy("Those who still come or wait, the newest first."),
    ),
}
"""Why people need someone, and what to do."""
OFFER_STATES = {
    OfferState.OPEN: (lazy("Open"), "warning"),
    OfferState.ACCEPTED: (lazy("Taken"), "good"),
    OfferState.DECLINED: (lazy("Declined"), "quiet"),
    OfferState.LAPSED: (lazy("Ended without an answer"), "quiet"),
    OfferState.WITHDRAWN: (lazy("Taken back"), "quiet"),
}
UNREACHED = {
    Unreached.NO_ADDRESS: lazy("No email address: they are put on the list of calls"),
    Unreached.RETURNED: lazy("Emails to them do not arrive: they are put on the list of calls"),
    **{Unreached(state): reason for state, reason in CARE_REASONS.items()},
    Unreached.CANCELLED: lazy("They have canceled"),
}
"""Why someone is not written to of changes."""
OCCASIONS = {
    Occasion.CHANGES: lazy("Changes"),
    Occasion.ONLINE: lazy("Everything goes online"),
    Occasion.POSTPONED: lazy("Another day"),
    Occasion.CANCELLED: lazy("Canceled"),
}
TOLD = {FreeAnswer(detail.name): detail.listed for detail in DETAILS if detail.listed}
REACHES = {
    Reach.EMAIL: lazy("By email"),
    Reach.PHONE_ONLY: lazy("By phone only"),
    Reach.RETURNED: lazy("Emails do not arrive"),
}
SOURCES = {Source.SELF: lazy("on the website"), Source.ORGANIZER: lazy("by an organizer")}
MESSAGE_STATES = {
    MessageState.QUEUED: (lazy("Waiting"), ""),
    MessageState.SENDING: (lazy("Being sent"), ""),
    MessageState.SENT: (lazy("Sent"), "good"),
    MessageState.DROPPED: (lazy("Not sent"), "quiet"),
    MessageState.FAILED: (lazy("Failed"), "rose"),
}
EMAILS = DESK_NAMES
REASONS_THEN = {
    "Emails to this person are paused.": lazy("Emails to this person were paused then."),
    "Emails to this person are on hold until someone has asked them.": lazy(
        "Emails to this person were on hold then, until someone asked them."
    ),
}
"""Why an email was not sent that was kept back by a care state, said of that time."""
SESSION_KINDS = {
    SessionKind.PLENARY: lazy("Plenary"),
    SessionKind.TALK: lazy("Talk"),
    SessionKind.BREAKOUT: lazy("Breakout"),
    SessionKind.CIRCLE: lazy("Circle"),
    SessionKind.MOVEMENT: lazy("Movement"),
    SessionKind.DROPIN: lazy("Drop-in"),
    SessionKind.BREAK: lazy("Break"),
    SessionKind.CEREMONY: lazy("Ceremony"),
    SessionKind.CLINICIAN: lazy("For clinicians"),
}
ORGANIZER_ROLES = {
    OrganizerRole.VIEWER: lazy("Viewer"),
    OrganizerRole.COORDINATOR: lazy("Coordinator"),
    OrganizerRole.OWNER: lazy("Owner"),
}
ORGANIZER_HINTS = {
    OrganizerRole.VIEWER: lazy("Sees numbers and the agenda, nobody's answers."),
    OrganizerRole.COORDINATOR: lazy("Works with events, registrations and emails."),
    OrganizerRole.OWNER: lazy("Also decides who may work here."),
}


def moment(at: datetime, zone: str | None = None) -> str:
    """Return a short "Mon, Nov 23, 2026, 10:00 am" in `zone`, or on the programme's clock."""
    zone = zone or house_zone()
    return _("%(day)s, %(time)s", day=short_day(at, zone), time=clock_time(at, zone))


def clock_time(at: datetime, zone: str | None = None) -> str:
    """Return "10:00 am" in `zone`, or on the programme's clock."""
    return time_in_words(at, zone or house_zone()).replace(" ", "\N{NO-BREAK SPACE}")


def short_day(at: datetime, zone: str | None = None) -> str:
    """Return "Sat, Apr 24, 2027" in `zone`, or on the programme's clock."""
    local = at.astimezone(ZoneInfo(zone or house_zone()))
    return format_skeleton("yMMMEd", local, locale=REGIONS[language_spoken()])


def last_worked(health: Health) -> str:
    """Return "The worker last worked 12 seconds ago.", or on which day, or that none works."""
    at = health.last_beat_at
    if at is None:
        return _("No worker is running.")
    seconds = max(0, round((clock.now() - at).total_seconds()))
    if seconds < A_MINUTE:
        return ngettext(
            "The worker last worked %(num)s second ago.",
            "The worker last worked %(num)s seconds ago.",
            seconds,
        )
    if seconds < AN_HOUR:
        return ngettext(
            "The worker last worked %(num)s minute ago.",
            "The worker last worked %(num)s minutes ago.",
            seconds // A_MINUTE,
        )
    return _("The worker last worked on %(when)s.", when=moment(at))


def short_notice(hours: int | None) -> str:
    """Return how late an offer may still end, or "No" for someone who wants no short notice."""
    if hours is None:
        return _("No")
    return ngettext("%(num)s hour before", "%(num)s hours before", hours)


def house_zone() -> str:
    """Return the programme's time zone; asked of the database once per request."""
    if "house_zone" not in g:
        g.house_zone = queries.programme().timezone
    zone: str = g.house_zone
    return zone


def promise_state(promise: Promise) -> str:
    """Return how the promise of an event's recordings stands, as the desk says it."""
    day = date_in_words(promise.day)
    if promise.state == PromiseState.KEPT:
        return _("The promise of the recordings is kept")
    if promise.state == PromiseState.LATE:
        return _("Recordings promised by %(day)s. They are late", day=day)
    return _("Recordings promised by %(day)s", day=day)


def email_name(name: str) -> str:
    """Return what an email is called."""
    return str(EMAILS.get(name, name.replace("_", " ").capitalize()))


def reason(sentence: str | None) -> str:
    """Return why an email was not sent, in the organizer's language where the reason is ours."""
    return said_anew(sentence)


def reason_then(message: Message) -> str:
    """Return why an email told nobody: what held it back then need not hold by now."""
    if message.state == MessageState.SENT:
        return _("It did not arrive.")
    if message.state == MessageState.DROPPED and message.reason in REASONS_THEN:
        return str(REASONS_THEN[message.reason])
    return reason(message.reason)


def standing(person: Registration) -> tuple[str, str]:
    """Return how someone stands, in words and by its look: or stood, at what is off or over."""
    name, look = _statuses(person.event)[person.status]
    return str(name), look


def status_options(event: Event) -> list[tuple[str, str]]:
    """Return each status with its words at an event, to choose from."""
    return [(status, str(name)) for status, (name, _look) in _statuses(event).items()]


def is_to_come(event: Event) -> bool:
    """Tell whether an event will take place, or is under way."""
    return event.status != EventStatus.CANCELLED and clock.now() < event.ends_at


def session_standing(place: SessionPlace) -> str:
    """Return how someone stands in a session, or stood once it is over."""
    session = place.session
    is_off = session.status == SessionStatus.CANCELLED
    if is_off or session.event.status == EventStatus.CANCELLED:
        return _("Canceled")
    is_over = clock.now() >= session.ends_at
    name, _look = (STATUSES | AFTERWARDS if is_over else STATUSES)[place.status]
    return str(name)


def _statuses(event: Event) -> dict[Status, tuple[LazyString, str]]:
    if event.status == EventStatus.CANCELLED:
        return STATUSES | AS_IT_WAS
    return STATUSES | AFTERWARDS if clock.now() >= event.ends_at else STATUSES


def told_by(
    person: Registration, *parts: str, first: Sequence[str] = (), is_open: bool = True
) -> list[tuple[str, str]]:
    """Return what someone has told us, as the desk calls it; those named `first` before others.

    Unless `is_open`, of answers that are sealed it only says that there are some.
    """
    return [
        (str(detail.desk_label), _said(person, detail, is_open=is_open) or _("Not said"))
        for detail in of(*map(Part, parts), first=first)
        if detail.desk_label and detail.is_on_page and is_of_use(person, detail)
    ]


def _said(person: Registration, detail: Detail, *, is_open: bool) -> str:
    if is_open or not detail.is_sealed:
        return said_at_desk(person, detail)
    return _("Told us") if has_said(person, detail) else ""


def role_hints() -> dict[str, str]:
    """Return what each role may do."""
    return {str(role): str(hint) for role, hint in ORGANIZER_HINTS.items()}
