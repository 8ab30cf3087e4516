"""The desk's blueprint: closed to strangers, with the way around on every page."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, request, url_for

from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.events.words import MODES
from forum.i18n import _, day_in_words, span_in_words, zone_in_words
from forum.organizer import words

bp = Blueprint("organizer", __name__, url_prefix="/organize")
guard.close(bp)
for say in (words.moment, words.short_day, words.email_name):
    bp.add_app_template_filter(say)


@dataclass(frozen=True)
class Door:
    """A room of the desk, as its navigation names it."""

    label: str
    href: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True)
class Desk:
    """What surrounds every page of the desk."""

    home: str
    items: Sequence[Door]
    organizer: str
    sign_out: str


@bp.app_context_processor
def surroundings() -> dict[str, object]:
    """Give the desk's pages the way around, who is signed in, and the words for states."""
    if not request.path.startswith("/organize") or not guard.is_here():
        return {}
    desk = Desk(
        home=url_for("organizer.dashboard"),
        items=_doors(),
        organizer=guard.current_organizer().name,
        sign_out=url_for("accounts.sign_out"),
    )
    return {
        "desk": desk,
        "words": words,
        "modes": MODES,
        "day_in_words": day_in_words,
        "span_in_words": span_in_words,
        "zone_in_words": zone_in_words,
    }


def _doors() -> list[Door]:
    """Return the rooms that whoever is here may enter."""
    rooms = [
        (_("Today"), "organizer.dashboard", OrganizerRole.VIEWER),
        (_("Events"), "organizer.events", OrganizerRole.VIEWER),
        (_("Outbox"), "organizer.outbox", OrganizerRole.COORDINATOR),
        (_("History"), "organizer.history", OrganizerRole.COORDINATOR),
        (_("Organizers"), "organizer.organizers", OrganizerRole.OWNER),
        (_("My devices"), "organizer.me", OrganizerRole.VIEWER),
    ]
    return [
        Door(label, url_for(endpoint), _is_in(url_for(endpoint)))
        for label, endpoint, role in rooms
        if guard.may(role)
    ]


def _is_in(room: str) -> bool:
    """Tell whether this page is in a room; the first page is only itself."""
    if room == url_for("organizer.dashboard"):
        return request.path == room
    return request.path.startswith(room)
