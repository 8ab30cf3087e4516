"""One attendee's own pages, as tests open them."""

from forum import links

PAGES = (
    "mode",
    "cancel",
    "sessions/",
    "day",
    "companions/",
    "pause",
    "reminders",
    "waiting",
    "waiting/leave",
    "offer",
    "offer/decline",
)
FORMS = {
    "cancel": {},
    "mode": {"to": "phone"},
    "reminders": {"reminders": "off"},
    "pause": {"until": ""},
    "pause/end": {},
    "link": {},
    "next-invitation": {"invitation": "on"},
    "agree": {},
    "offer": {},
    "offer/decline": {"stay": "yes"},
    "waiting": {},
    "waiting/again": {},
    "waiting/leave": {},
    "sessions/": {},
    "register": {},
    "newer": {},
    "details/name": {"name": "Ada B.", "version": "1"},
    "erase": {},
    "address": {"email": "new@people.example"},
    "address/remove": {},
    "zone": {"answer": "yes", "zone": "America/Phoenix"},
}
"""Every form of her pages, with an answer."""


def my(registration, more: str = "") -> str:
    """Return the address of one of her pages."""
    return f"/my/{links.my_token(registration)}/{more}"
