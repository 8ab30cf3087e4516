"""How the history says what was done, to what, and the facts beside it."""

from collections.abc import Mapping

from forum.audit.models import Action
from forum.events.words import MODES
from forum.i18n import _, lazy
from forum.organizer.words import CARE_STATES, EMAILS, ORGANIZER_ROLES, STATUSES
from forum.registration.details import DETAILS

DEEDS = {
    Action.REGISTERED: lazy("Registered"),
    Action.REGISTERED_BY_PHONE: lazy("Registered by phone"),
    Action.MODE_CHANGED: lazy("Way to take part changed"),
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
    Action.FEED_RENEWED: lazy("Calendar address renewed"),
    Action.CONSENT_CHANGED: lazy("Agreement changed"),
    Action.ERASED: lazy("Erased"),
    Action.CARE_CHANGED: lazy("Care state changed"),
    Action.TASK_DONE: lazy("Task done"),
    Action.TASK_TRIED: lazy("Called, not reached"),
    Action.TASK_REOPENED: lazy("Task taken up again"),
    Action.INVITE_LINK_MADE: lazy("Invite link made"),
    Action.INVITE_LINK_REVOKED: lazy("Invite link revoked"),
    Action.PROGRAMME_LOADED: lazy("Program loaded"),
    Action.EVENT_PUBLISHED: lazy("Event published"),
    Action.EVENT_UNPUBLISHED: lazy("Event unpublished"),
    Action.EVENT_CANCELLED: lazy("Event canceled"),
    Action.EVENT_CHANGED: lazy("Event changed"),
    Action.EVENT_WENT_ONLINE: lazy("Event went online"),
    Action.EVENT_POSTPONED: lazy("Event postponed"),
    Action.WALLS_KEPT: lazy("Times kept over a change of zone law"),
    Action.PURGE_ALLOWED: lazy("Deleting what was kept long enough allowed"),
    Action.NOTICE_SENT: lazy("Notice sent"),
    Action.ROOM_CHANGED: lazy("Room changed"),
    Action.REMINDER_ADDED: lazy("Reminder added"),
    Action.REMINDER_CHANGED: lazy("Reminder changed"),
    Action.REMINDER_REMOVED: lazy("Reminder removed"),
    Action.INVITATIONS_SENT: lazy("Invitations sent"),
    Action.ADDRESS_BLOCKED: lazy("Emails to an address stopped: they came back"),
    Action.ADDRESS_UNBLOCKED: lazy("Emails to an address allowed again"),
    Action.CALENDAR_REPLIED: lazy("Answer from a calendar"),
    Action.SESSION_ADDED: lazy("Session added"),
    Action.SESSION_CHANGED: lazy("Session changed"),
    Action.SESSION_CANCELLED: lazy("Session canceled"),
    Action.SESSION_RESTORED: lazy("Canceled session put back"),
    Action.CAPACITY_CHANGED: lazy("Places changed"),
    Action.MESSAGE_RETRIED: lazy("Email tried again"),
    Action.MAIL_STOPPED: lazy("All emails stopped"),
    Action.MAIL_RESUMED: lazy("Emails go out again"),
    Action.EXPORTED: lazy("Exported"),
    Action.SIGNED_IN: lazy("Signed in"),
    Action.SIGNED_OUT: lazy("Signed out"),
    Action.PASSKEY_ADDED: lazy("Passkey added"),
    Action.PASSKEY_REMOVED: lazy("Passkey removed"),
    Action.PASSKEY_ALLOWED: lazy("Adding a new passkey allowed"),
    Action.LOOKED_AT: lazy("Looked at what they told us"),
    Action.ORGANIZER_ADDED: lazy("Organizer added"),
    Action.ORGANIZER_CHANGED: lazy("Organizer changed"),
}
FACTS = {
    "added": lazy("added"),
    "agreed": lazy("agreed"),
    "also_online": lazy("also shown online"),
    "answer": lazy("answer"),
    "by": lazy("with"),
    "canceled": lazy("canceled sessions"),
    "cancelled": lazy("canceled"),
    "changed": lazy("changed"),
    "changes": lazy("changes"),
    "companion": lazy("companion"),
    "email": lazy("email"),
    "event": lazy("event"),
    "everywhere": lazy("everywhere"),
    "from": lazy("from"),
    "had": lazy("before"),
    "held": lazy("on hold"),
    "how": lazy("how"),
    "in_person": lazy("in person"),
    "instants": lazy("times"),
    "is_active": lazy("may sign in"),
    "is_on": lazy("on"),
    "kept": lazy("kept"),
    "kind": lazy("kind"),
    "lead": lazy("before the start"),
    "lifts": lazy("allows"),
    "mode": lazy("how"),
    "moved": lazy("people moved online"),
    "needs": lazy("with what would help"),
    "no_address": lazy("without an address"),
    "no_longer_wait": lazy("people no longer waiting"),
    "offer": lazy("offer"),
    "overrides": lazy("limits set aside"),
    "paused": lazy("paused"),
    "people": lazy("people"),
    "phone": lazy("by phone"),
    "places": lazy("places"),
    "purpose": lazy("to what"),
    "remembered": lazy("remembered"),
    "returned": lazy("not arriving"),
    "role": lazy("role"),
    "session": lazy("session"),
    "sessions": lazy("sessions"),
    "short_notice": lazy("offers at short notice"),
    "status": lazy("place"),
    "stays": lazy("stays on the waitlist"),
    "takes_automatically": lazy("books without asking"),
    "through": lazy("through"),
    "to": lazy("to"),
    "unchanged": lazy("unchanged"),
    "until": lazy("until"),
    "used": lazy("used"),
    "wait_no": lazy("number on the waitlist"),
    "waits_for": lazy("is waiting for"),
    "wants_offers": lazy("wants offers"),
    "webcast": lazy("online"),
    "what": lazy("what"),
}
"""What facts in the history are called."""
FACT_VALUES: dict[str, object] = {
    **{str(mode): name for mode, name in MODES.items()},
    **{str(status): name for status, (name, _look) in STATUSES.items()},
    **{str(state): name for state, name in CARE_STATES.items()},
    **EMAILS,
    **{str(role): name for role, name in ORGANIZER_ROLES.items()},
    "link": lazy("sign-in link"),
    "passkey": lazy("passkey"),
    "hard": lazy("there is no such address"),
    "soft": lazy("three emails did not arrive"),
    "complaint": lazy("marked as unwanted"),
    "declined": lazy("declined"),
    "accepted": lazy("accepted"),
    "tentative": lazy("perhaps"),
    "call": lazy("a call"),
    "ask companion": lazy("ask the companion"),
    "check person": lazy("find out who it is"),
    "person": lazy("the person"),
    "address": lazy("address"),
    "companion": lazy("companion"),
    "registrations": lazy("list of registrations"),
    "letters": lazy("list for a mail merge"),
    "badges": lazy("name badges"),
    "check-in": lazy("list for the door"),
    "next-invitation": lazy("people to invite next"),
    "statistics": lazy("numbers"),
    "opening": lazy("opening"),
    "closing": lazy("closing"),
    "capacity": lazy("number of places"),
    "any number": lazy("any number"),
    "long enough": lazy("long enough"),
    "next invitation": lazy("being invited to the next forum"),
}
"""What our own words among the facts are called."""
CHANGED: dict[str, object] = {
    **{each.name: each.desk_label or each.label for each in DETAILS},
    "capacity": lazy("number of places"),
    "title": lazy("title"),
    "quiet_title": lazy("neutral title"),
    "starts_at": lazy("start"),
    "ends_at": lazy("end"),
    "room_id": lazy("room"),
    "speakers": lazy("speakers"),
    "is_streamed": lazy("shown online"),
    "is_recorded": lazy("recorded"),
    "stream_url": lazy("online address"),
    "dial_in": lazy("number to call"),
    "closes_at": lazy("end of registration"),
    "opens_at": lazy("start of registration"),
    "is_on": lazy("on"),
    "lead": lazy("before the start"),
    "local_time": lazy("time of day"),
    "modes": lazy("ways to take part"),
    "roles": lazy("roles"),
    "blocks": lazy("texts"),
    "session_id": lazy("session"),
    "timezone": lazy("time zone"),
    "days": lazy("days"),
    "calendar_mail": lazy("calendar entries"),
    "day_phone": lazy("phone number on the day"),
    "day_hours": lazy("phone hours on the day"),
    "track_id": lazy("theme"),
    "format": lazy("kind"),
}
"""What columns are called in the list of what was changed."""


def deed(action: Action) -> str:
    """Return what was done, as a line of the history begins."""
    return str(DEEDS[action])


def fact(name: str) -> str:
    """Return what a fact beside a deed is called."""
    return str(FACTS.get(name, name.replace("_", " ")))


def plain(value: object, names: Mapping[str, object] = FACT_VALUES) -> str:
    """Return a value of ours in words; `names` are what such values are called."""
    if value is None:
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(plain(each, names) for each in value) or _("none")
    return str(names.get(str(value), str(value).replace("_", " ")))


FILTERS = (deed,)
"""What templates ask for."""
