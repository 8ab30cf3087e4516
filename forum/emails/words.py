"""What emails are called, by the name of their folder: at the desk, and to whoever gets them."""

from typing import NamedTuple

from flask_babel.speaklater import LazyString

from forum.emails.kinds import PASSKEY_ADDED, PASSKEY_REMOVED, SIGN_IN, WELCOME
from forum.events.models import Mode
from forum.i18n import lazy


class EmailName(NamedTuple):
    """What one email is called at the desk, and to its reader."""

    desk: LazyString
    reader: LazyString


MODE_NOW = {
    Mode.IN_PERSON: lazy("You now come in person"),
    Mode.WEBCAST: lazy("You now take part online"),
    Mode.PHONE: lazy("You now listen by phone"),
}
"""What the email about another way to take part says first."""
NAMES = {
    "confirmation": EmailName(lazy("Confirmation"), lazy("Confirmation")),
    "waitlist": EmailName(lazy("Waitlist"), lazy("You are on the waitlist")),
    "offer": EmailName(lazy("Place offered"), lazy("A place for you")),
    "offer_lapsed": EmailName(lazy("Offer has ended"), lazy("An offer has ended")),
    "promoted": EmailName(lazy("A place became free"), lazy("You have a place")),
    "session_place": EmailName(lazy("Place in a session"), lazy("A place in a session")),
    "mode_changed": EmailName(
        lazy("Way to take part changed"), lazy("How you take part has changed")
    ),
    "details_changed": EmailName(lazy("Details changed"), lazy("Your details have changed")),
    "cancellation": EmailName(lazy("Cancellation"), lazy("Cancellation")),
    "my_link": EmailName(lazy("Personal link"), lazy("Your personal link")),
    "confirm_address": EmailName(
        lazy("Question to a new address"), lazy("Link to confirm a new address")
    ),
    "address_changed": EmailName(lazy("Email address changed"), lazy("Your address has changed")),
    "pause_over": EmailName(lazy("Emails go out again"), lazy("Email pause ended")),
    "reminder": EmailName(lazy("Reminder"), lazy("Reminder")),
    "declined": EmailName(lazy("Calendar says no"), lazy("Question: are you taking part?")),
    "notice": EmailName(lazy("Notice of changes"), lazy("What has changed about the event")),
    "event_cancelled": EmailName(lazy("Event canceled"), lazy("The event is canceled")),
    "invitation": EmailName(
        lazy("Invitation to the next forum"), lazy("Invitation to the next forum")
    ),
}
DESK_NAMES = {
    **{name: called.desk for name, called in NAMES.items()},
    SIGN_IN: lazy("Sign-in link"),
    WELCOME: lazy("Welcome to the desk"),
    PASSKEY_ADDED: lazy("Passkey added"),
    PASSKEY_REMOVED: lazy("Passkey removed"),
}
"""Those that organizers get as well."""
READER_NAMES = {name: called.reader for name, called in NAMES.items()}
