"""How the desk says times, states and names of things."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask import g
from flask_babel import get_locale

from forum.accounts.models import OrganizerRole
from forum.audit.models import Action, AuditEntry
from forum.db import Facts
from forum.events import queries
from forum.events.models import EventKind, EventStatus, SessionKind
from forum.i18n import _, lazy, ngettext, time_in_words
from forum.organizer.people_queries import Reach
from forum.organizer.queries import Need
from forum.outbox.models import MessageState
from forum.registration.models import CareState, Role, Source, Status
from forum.reminders.models import Reminder
from forum.reminders.rules import lead_time

MINUTES_A_DAY = 24 * 60

EVENT_STATUSES = {
    EventStatus.DRAFT: (lazy("Draft"), "warning"),
    EventStatus.PUBLISHED: (lazy("Published"), "good"),
    EventStatus.CANCELLED: (lazy("Canceled"), "rose"),
}
EVENT_KINDS = {EventKind.FORUM: lazy("Forum"), EventKind.WEBCAST: lazy("Webcast")}
STATUSES = {
    Status.CONFIRMED: (lazy("Has a place"), "good"),
    Status.WAITLISTED: (lazy("On the waitlist"), "warning"),
    Status.CANCELLED: (lazy("Canceled"), "quiet"),
}
CARE_STATES = {
    CareState.ACTIVE: lazy("Active"),
    CareState.PAUSED: lazy("Paused"),
    CareState.REMEMBERED: lazy("Remembered"),
    CareState.HELD: lazy("Held"),
}
"""Shown as small neutral marks, never in a color of alarm."""
ROLES = {
    Role.PATIENT: lazy("Patient"),
    Role.CAREGIVER: lazy("Loved one"),
    Role.CLINICIAN: lazy("Clinician"),
    Role.OTHER: lazy("Other"),
}
NEEDS = {
    Need.TO_PHONE: (
        lazy("People to phone"),
        lazy("No email reaches them. Call when something changes."),
    ),
    Need.PAUSE_OVER: (
        lazy("Quiet time is over"),
        lazy(
            "They asked for silence until a day that has come. Ask how they are before you write."
        ),
    ),
    Need.HELD: (
        lazy("Held"),
        lazy(
            "Linked to someone who has died. Nothing automatic reaches them until you have asked."
        ),
    ),
    Need.WAITING: (
        lazy("On waitlists"),
        lazy("They get the next free place and an email, each in turn."),
    ),
}
"""Why people need someone, and what to do."""
REACHES = {Reach.EMAIL: lazy("By email"), Reach.PHONE_ONLY: lazy("By phone only")}
SOURCES = {Source.SELF: lazy("on the website"), Source.ORGANIZER: lazy("by an organizer")}
MESSAGE_STATES = {
    MessageState.QUEUED: (lazy("Waiting"), ""),
    MessageState.SENDING: (lazy("Being sent"), ""),
    MessageState.SENT: (lazy("Sent"), "good"),
    MessageState.DROPPED: (lazy("Not sent"), "quiet"),
    MessageState.FAILED: (lazy("Failed"), "rose"),
}
EMAILS = {
    "confirmation": lazy("Confirmation"),
    "waitlist": lazy("Waitlist"),
    "promoted": lazy("A place became free"),
    "mode_changed": lazy("Way to attend changed"),
    "cancellation": lazy("Cancellation"),
    "my_link": lazy("Personal link"),
    "reminder": lazy("Reminder"),
    "event_cancelled": lazy("Event canceled"),
    "sign_in": lazy("Sign-in link"),
}
"""What emails are called, by the name of their folder."""
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
    OrganizerRole.COORDINATOR: lazy("Works with events, registrations and mail."),
    OrganizerRole.OWNER: lazy("Also decides who may work here."),
}
DEEDS = {
    Action.REGISTERED: lazy("Registered"),
    Action.REGISTERED_BY_PHONE: lazy("Registered by phone"),
    Action.MODE_CHANGED: lazy("Way to attend changed"),
    Action.CANCELLED: lazy("Place canceled"),
    Action.PROMOTED: lazy("Got a place"),
    Action.OFFERED: lazy("Place offered"),
    Action.OFFER_ACCEPTED: lazy("Offered place taken"),
    Action.OFFER_DECLINED: lazy("Offered place declined"),
    Action.OFFER_LAPSED: lazy("Offer ended without an answer"),
    Action.WAITING_CHANGED: lazy("Wait changed"),
    Action.SESSIONS_CHOSEN: lazy("Sessions chosen"),
    Action.COMPANION_ADDED: lazy("Companion added"),
    Action.ANSWERS_CHANGED: lazy("Answers changed"),
    Action.ADDRESS_CHANGED: lazy("Email address changed"),
    Action.LINK_RENEWED: lazy("Personal link renewed"),
    Action.CONSENT_CHANGED: lazy("Agreement changed"),
    Action.ERASED: lazy("Erased"),
    Action.CARE_CHANGED: lazy("Care state changed"),
    Action.TASK_DONE: lazy("Task done"),
    Action.INVITE_LINK_MADE: lazy("Invite link made"),
    Action.INVITE_LINK_REVOKED: lazy("Invite link revoked"),
    Action.PROGRAMME_LOADED: lazy("Programme loaded"),
    Action.EVENT_PUBLISHED: lazy("Event published"),
    Action.EVENT_UNPUBLISHED: lazy("Event unpublished"),
    Action.EVENT_CANCELLED: lazy("Event canceled"),
    Action.EVENT_CHANGED: lazy("Event changed"),
    Action.SESSION_ADDED: lazy("Session added"),
    Action.SESSION_CHANGED: lazy("Session changed"),
    Action.SESSION_CANCELLED: lazy("Session canceled"),
    Action.CAPACITY_CHANGED: lazy("Places changed"),
    Action.MESSAGE_RETRIED: lazy("Email tried again"),
    Action.EXPORTED: lazy("Exported"),
    Action.SIGNED_IN: lazy("Signed in"),
    Action.SIGNED_OUT: lazy("Signed out"),
    Action.PASSKEY_ADDED: lazy("Passkey added"),
    Action.PASSKEY_REMOVED: lazy("Passkey removed"),
    Action.ORGANIZER_ADDED: lazy("Organizer added"),
    Action.ORGANIZER_CHANGED: lazy("Organizer changed"),
}
SUBJECTS = {
    "registration": lazy("Registration"),
    "event": lazy("Event"),
    "session": lazy("Session"),
    "gate": lazy("Places"),
    "message": lazy("Email"),
    "invite_link": lazy("Invite link"),
    "task": lazy("Task"),
    "organizer": lazy("Organizer"),
    "sign_in": lazy("Sign-in"),
    "passkey": lazy("Passkey"),
    "programme": lazy("Programme"),
}


def moment(at: datetime, zone: str | None = None) -> str:
    """Return a short "Mon, Nov 23, 2026, 10:00 am" in `zone`, or on the programme's clock."""
    zone = zone or house_zone()
    shown = time_in_words(at, zone).replace(" ", "\N{NO-BREAK SPACE}")
    return _("%(day)s, %(time)s", day=short_day(at, zone), time=shown)


def short_day(at: datetime, zone: str | None = None) -> str:
    """Return "Sat, Apr 24, 2027" in `zone`, or on the programme's clock."""
    local = at.astimezone(ZoneInfo(zone or house_zone()))
    return format_date(local, "EEE, MMM d, y", locale=str(get_locale() or "en"))


def lead_in_words(reminder: Reminder) -> str:
    """Return "7 days before, at 10:00 am" of whoever gets it, or "90 minutes before"."""
    minutes = round(lead_time(reminder.lead).total_seconds() / 60)
    if minutes % MINUTES_A_DAY == 0:
        number = minutes // MINUTES_A_DAY
        lead = ngettext("%(num)s day before", "%(num)s days before", number)
    elif minutes % 60 == 0:
        lead = ngettext("%(num)s hour before", "%(num)s hours before", minutes // 60)
    else:
        lead = ngettext("%(num)s minute before", "%(num)s minutes before", minutes)
    if reminder.local_time is None:
        return lead
    at = time.fromisoformat(reminder.local_time)
    shown = format_time(at, "h:mm a", locale=str(get_locale() or "en")).lower()
    return _("%(lead)s, at %(time)s of their own clock", lead=lead, time=shown)


def house_zone() -> str:
    """Return the programme's time zone; asked of the database once per request."""
    if "house_zone" not in g:
        g.house_zone = queries.programme().timezone
    zone: str = g.house_zone
    return zone


def email_name(name: str) -> str:
    """Return what an email is called."""
    return str(EMAILS.get(name, name.replace("_", " ").capitalize()))


def status_options() -> list[tuple[str, str]]:
    """Return each status with its words, to choose from."""
    return [(status, str(name)) for status, (name, _look) in STATUSES.items()]


def role_names(roles: tuple[str, ...]) -> str:
    """Return what someone says she is."""
    return ", ".join(str(ROLES[Role(role)]) for role in roles)


def role_hints() -> dict[str, str]:
    """Return what each role may do."""
    return {str(role): str(hint) for role, hint in ORGANIZER_HINTS.items()}


def deed(action: Action) -> str:
    """Return what was done, as a line of the history begins."""
    return str(DEEDS[action])


def subject(entry: AuditEntry) -> str:
    """Return what it was done to: its kind and number, because names are not kept here."""
    kind = str(SUBJECTS.get(entry.subject_kind, entry.subject_kind))
    return _("%(kind)s %(number)s", kind=kind, number=entry.subject_id)


def details(facts: Facts) -> str:
    """Return the facts beside a deed: "from: webcast, to: phone"."""
    return ", ".join(f"{name.replace('_', ' ')}: {_plain(value)}" for name, value in facts.items())


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return ", ".join(str(each).replace("_", " ") for each in value)
    return str(value).replace("_", " ")
