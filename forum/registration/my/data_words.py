"""What the values that we hold about someone are called, and what they mean, in her words."""

from collections.abc import Mapping
from typing import Any

from flask_babel.speaklater import LazyString

from forum.audit.models import Action
from forum.events.words import MODES
from forum.i18n import lazy
from forum.registration.details import DETAILS, Part, of
from forum.registration.models import OfferState, PairRule, Source, Status

Meanings = Mapping[Any, LazyString | str]
"""Words by values: texts, or members of an enum that equal their texts."""
LABELS = {
    **{detail.name: detail.label for detail in DETAILS},
    "email": lazy("Email address"),
    "is_discreet": lazy("Neutral words in emails"),
    "wants_reminders": lazy("Reminders"),
    "event": lazy("Event"),
    "mode": lazy("How you take part"),
    "status": lazy("Your place"),
    "waits_for": lazy("You are waiting for a place"),
    "wait_no": lazy("Your number on the waitlist"),
    "wants_offers": lazy("You want free places offered"),
    "short_notice": lazy("Hours before the start that are enough for an offer"),
    "auto_take_until": lazy("We may book a place for you without asking, up to"),
    "pair_rule": lazy("If there is only one place left"),
    "care_state": lazy("Emails"),
    "care_until": lazy("Pause until"),
    "has_let_companion_pause": lazy("The person with you can pause emails to you"),
    "source": lazy("How you registered"),
    "email_taken_at": lazy("Email address confirmed"),
    "registered_at": lazy("Registered"),
    "updated_at": lazy("Last change"),
    "cancelled_at": lazy("Canceled"),
    "public_id": lazy("Name of this registration in links"),
    "name_key": lazy("Name as we compare it"),
    "name_order": lazy("Name as lists are ordered by it"),
    "phone_code": lazy("Code by which we find your phone number"),
    "uid": lazy("Name of your calendar entry"),
    "sequence": lazy("Changes of your calendar entry"),
    "link_version": lazy("Number of your personal link"),
    "feed_version": lazy("Number of your calendar feed"),
    "form_key": lazy("Name of the form that you sent"),
    "version": lazy("Number of changes"),
}
"""What each value of a registration is called."""
NAME, *OTHERS = of(Part.REACH, Part.ABOUT, Part.HELP, first=("name",))
TOLD = (
    *(NAME.name, "email"),
    *(detail.name for detail in OTHERS),
    "pair_rule",
    *(detail.name for detail in of(Part.MAIL)),
    "wants_reminders",
)
PLACE = (
    *("event", "mode", "status", "waits_for", "wait_no", "wants_offers", "short_notice"),
    *("auto_take_until", "care_state", "care_until"),
    *("has_let_companion_pause", "source"),
    *("email_taken_at", "registered_at", "updated_at", "cancelled_at"),
)
NOTED = tuple(name for name in LABELS if name not in {*TOLD, *PLACE})
"""What our program needs for itself."""
STATUSES = {
    Status.CONFIRMED: lazy("Place booked"),
    Status.WAITLISTED: lazy("On the waitlist"),
    Status.CANCELLED: lazy("Canceled"),
}
OFFERS = {
    OfferState.OPEN: lazy("Open"),
    OfferState.ACCEPTED: lazy("Taken"),
    OfferState.DECLINED: lazy("Declined"),
    OfferState.LAPSED: lazy("Ended without an answer"),
    OfferState.WITHDRAWN: lazy("Withdrawn"),
}
PAIRS = {
    PairRule.TOGETHER: lazy("Together, or wait together"),
    PairRule.EITHER: lazy("Either of you"),
}
CARE = {
    "active": lazy("As usual"),
    "paused": lazy("Paused"),
    "quiet": lazy("No emails"),
    "quiet until we have spoken": lazy("No emails until we have spoken"),
}
SOURCES = {
    Source.SELF: lazy("On our website"),
    Source.ORGANIZER: lazy("By phone, with an organizer"),
}
STATES = {
    "queued": lazy("Waits to be sent"),
    "sending": lazy("Is being sent"),
    "sent": lazy("Sent"),
    "dropped": lazy("Not sent"),
    "failed": lazy("Could not be delivered"),
}
RETURNED = {
    "hard": lazy("There is no such address"),
    "soft": lazy("It did not arrive"),
    "complaint": lazy("Marked as unwanted"),
}
REPLIES = {
    "accepted": lazy("Your calendar said yes"),
    "declined": lazy("Your calendar said no"),
    "tentative": lazy("Your calendar said perhaps"),
}
TASKS = {
    "call": lazy("Call you"),
    "ask companion": lazy("Talk with you before we write"),
    "check person": lazy("Look at your registration"),
}
DEEDS = {
    Action.REGISTERED: lazy("Registered"),
    Action.REGISTERED_BY_PHONE: lazy("Registered by phone"),
    Action.MODE_CHANGED: lazy("Changed how you take part"),
    Action.CANCELLED: lazy("Canceled your place"),
    Action.GIVEN_BACK: lazy("Gave you your canceled place back"),
    Action.PROMOTED: lazy("Gave you a place"),
    Action.OFFERED: lazy("Offered you a place"),
    Action.OFFER_ACCEPTED: lazy("Took an offered place"),
    Action.OFFER_DECLINED: lazy("Declined an offered place"),
    Action.OFFER_LAPSED: lazy("An offer ended without an answer"),
    Action.WAITING_CHANGED: lazy("Changed how you wait"),
    Action.SESSIONS_CHOSEN: lazy("Chose sessions"),
    Action.COMPANION_ADDED: lazy("Added someone who comes with you"),
    Action.ANSWERS_CHANGED: lazy("Changed your answers"),
    Action.ADDRESS_ASKED: lazy("Asked to change your email address"),
    Action.ADDRESS_CHANGED: lazy("Changed your email address"),
    Action.LINK_RENEWED: lazy("Made a new personal link"),
    Action.FEED_RENEWED: lazy("Made a new calendar address"),
    Action.CONSENT_CHANGED: lazy("Changed what you agree to"),
    Action.CARE_CHANGED: lazy("Changed whether we write to you"),
    Action.EVENT_WENT_ONLINE: lazy("Moved the whole event online, with your place"),
    Action.EVENT_POSTPONED: lazy("Moved the event to a new date"),
    Action.EVENT_CANCELLED: lazy("Canceled the event"),
    Action.ADDRESS_BLOCKED: lazy("Stopped writing to your address, because emails did not arrive"),
    Action.ADDRESS_UNBLOCKED: lazy("Began to write to your address again"),
    Action.CALENDAR_REPLIED: lazy("Noted what your calendar answered"),
    Action.LOOKED_AT: lazy("Looked at what you told us"),
    Action.EXPORTED: lazy("Took out the list of registrations, with yours"),
}
"""What was done to a registration, as its owner reads it."""
BY = {"organizer": lazy("An organizer"), "person or program": lazy("You, or our system")}
MEANINGS: dict[str, Meanings] = {
    "mode": MODES,
    "waits_for": MODES,
    "status": STATUSES,
    "source": SOURCES,
    "care_state": CARE,
    "pair_rule": PAIRS,
    **{detail.name: detail.kind.meanings for detail in DETAILS if detail.kind.meanings},
}
"""What a value means, for those that are words of ours."""
