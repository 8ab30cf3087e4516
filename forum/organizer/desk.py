"""The desk's blueprint: closed to strangers, with the way around on every page."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map

from forum import clock
from forum.accounts import guard, keeping
from forum.accounts.models import OrganizerRole
from forum.accounts.rules import READS_FOR
from forum.care import call_queries
from forum.events.words import MODES, neutral, titled
from forum.i18n import (
    LANGUAGES,
    _,
    date_in_words,
    day_in_words,
    days_in_words,
    ngettext,
    span_in_words,
    unbroken,
    zone_in_words,
)
from forum.organizer import history_words, people_queries, words
from forum.outbox import queries as outbox
from forum.phones import phone_in_words, phone_link
from forum.registration.models import Registration, Status

LAST_PAGE = 100_000
HERE = "/organize"

bp = Blueprint("organizer", __name__, url_prefix="/organize")
guard.close(bp)


class NumberConverter(IntegerConverter):
    """An id in an address: never one that the database could not hold."""

    def __init__(self, url_map: Map) -> None:
        """Refuse what is larger than the database's integers."""
        super().__init__(url_map, max=2**31 - 1)


@bp.record_once
def know_numbers(state: BlueprintSetupState) -> None:
    """Let addresses say `<number:…>`."""
    state.app.url_map.converters["number"] = NumberConverter


for say in (
    phone_in_words,
    phone_link,
    titled,
    neutral,
    words.moment,
    words.short_day,
    words.email_name,
    words.reason,
    words.reason_then,
    *history_words.FILTERS,
):
    bp.add_app_template_filter(say)


@bp.record_once
def know_desk(state: BlueprintSetupState) -> None:
    """Let pages of what went wrong keep the menu of whoever is at the desk."""
    state.app.extensions["forum_at_desk"] = lambda path: path.startswith(HERE) and guard.is_here()


@dataclass(frozen=True)
class Door:
    """A room of the desk, as its navigation names it."""

    label: str
    href: str
    is_current: bool
    count: str | None = None


class Desk:
    """What surrounds every page of the desk.

    Nothing is read before a template asks, so that an error page appears when the database fails.
    """

    @property
    def home(self) -> str:
        """Return the address of the first page."""
        return url_for("organizer.dashboard")

    @property
    def sign_out(self) -> str:
        """Return where the button to sign out leads."""
        return url_for("accounts.sign_out")

    @property
    def here(self) -> str:
        """Return where to go on in another language: this page, or the one that a form was on."""
        is_shown = request.method == "GET" or keeping.opens()
        return request.full_path.rstrip("?") if is_shown else guard.came_from()

    @property
    def until(self) -> str:
        """Return at which time whoever is here is signed out, if she opens no page before."""
        return words.clock_time(guard.ends_at())

    @property
    def seconds(self) -> int:
        """Return in how many seconds that is."""
        return int((guard.ends_at() - clock.now()).total_seconds())

    @property
    def organizer(self) -> str:
        """Return the name of whoever is here."""
        return guard.current_organizer().name

    @property
    def items(self) -> Sequence[Door]:
        """Return the rooms that whoever is here may enter."""
        return _doors()


@bp.app_context_processor
def surroundings() -> dict[str, object]:
    """Give the desk's pages the way around, and the words for states and times."""
    if not request.path.startswith(HERE):
        return {}
    return {
        "desk": Desk(),
        "words": words,
        "modes": MODES,
        "languages": LANGUAGES,
        "date_in_words": date_in_words,
        "day_in_words": day_in_words,
        "days_in_words": days_in_words,
        "span_in_words": _span,
        "zone_in_words": zone_in_words,
    }


def _span(starts: datetime, ends: datetime, zone: str) -> str:
    return unbroken(span_in_words(starts, ends, zone))


def page_of(person: Registration) -> str:
    """Return the address of someone's page."""
    return url_for("organizer.person", slug=person.event.slug, public_id=person.public_id)


def canceled_meanwhile(person: Registration) -> ResponseReturnValue | None:
    """Lead to the page of someone who has no place and waits for none any more, and say so.

    None while she is registered. For pages that another window had still offered.
    """
    if person.status != Status.CANCELLED:
        return None
    flash(_("This place was canceled meanwhile. Nothing was changed."), "warning")
    return redirect(page_of(person), 303)


def opened(people: Iterable[Registration]) -> frozenset[int]:
    """Return the numbers of those whose sealed answers whoever is here may read on this page.

    They are those that she has looked at, which is kept (`look_views`), while a passkey's yes
    counts: opening a page changes nothing, so it cannot keep that somebody looks.
    """
    people = list(people)
    if guard.reads_answers():
        return frozenset(each.id for each in people)
    if not guard.may_read():
        return frozenset()
    since = clock.now() - READS_FOR
    return people_queries.looked_at(people, guard.current_organizer(), since)


def page_number() -> int:
    """Return which page of a list is asked for; the first for anything odd."""
    return min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)


def _doors() -> list[Door]:
    rooms = [
        (_("Today"), "organizer.dashboard", OrganizerRole.VIEWER),
        (_("Events"), "organizer.events", OrganizerRole.VIEWER),
        (_("Rooms"), "organizer.rooms", OrganizerRole.COORDINATOR),
        (_("Calls"), "organizer.tasks", OrganizerRole.COORDINATOR),
        (_("Outbox"), "organizer.outbox", OrganizerRole.COORDINATOR),
        (_("History"), "organizer.history", OrganizerRole.COORDINATOR),
        (_("Organizers"), "organizer.organizers", OrganizerRole.OWNER),
        (_("My devices"), "organizer.me", OrganizerRole.VIEWER),
    ]
    return [
        Door(label, url_for(endpoint), _is_in(url_for(endpoint)), _count(endpoint))
        for label, endpoint, role in rooms
        if guard.may(role)
    ]


def _count(endpoint: str) -> str | None:
    """Return what waits in a room, where that needs someone."""
    if endpoint == "organizer.tasks":
        waiting = len(call_queries.cards(now=clock.now()))
        return str(waiting) if waiting else None
    if endpoint != "organizer.outbox":
        return None
    failed = outbox.number_failed()
    return ngettext("%(num)s failed", "%(num)s failed", failed) if failed else None


def _is_in(room: str) -> bool:
    """Tell whether this page is in a room; the first page is only itself."""
    if room == url_for("organizer.dashboard"):
        return request.path == room
    return request.path.startswith(room)
