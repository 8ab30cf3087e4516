"""What the desk says of an event's registration: how it stands, and that its ends have moved."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from forum import clock
from forum.events.models import Event, EventKind, EventStatus, Gate
from forum.events.promise_queries import promise_of
from forum.events.rules import Standing, standing
from forum.events.words import MODES
from forum.i18n import _, date_in_words, day_in_words, moment_in_words, ngettext
from forum.organizer.words import house_zone, moment
from forum.registration.queries import open_offers


def registration_now(event: Event, *, now: datetime) -> str:
    """Return whether people can register, as things stand."""
    opens_at = event.registration_opens_at
    is_ahead = opens_at is not None and now < opens_at
    stands = standing(event, now)
    if opens_at is not None and is_ahead and stands == Standing.NOT_OPEN:
        return _("Opens on %(when)s", when=moment(opens_at, event.timezone))
    if event.status == EventStatus.DRAFT and stands in {Standing.OPEN, Standing.CLOSED}:
        return _("Opens as soon as it is published")
    return {
        Standing.CANCELLED: _("None: the event is canceled"),
        Standing.OVER: _("None: the event is over"),
        Standing.ANNOUNCED: _("Not taken"),
        Standing.OPEN: _("Open now"),
    }.get(stands, _("Closed now"))


def closing_said(gate: Gate, *, now: datetime) -> str:
    """Return when a way to attend closes, or since when it is closed."""
    event, closes_at = gate.event, gate.closes_at
    if event.status == EventStatus.CANCELLED:
        return _("Closed: the event is canceled")
    if closes_at is None and now < event.ends_at:
        return _("The end of the event")
    closes_at = min(closes_at or event.ends_at, event.ends_at)
    when = moment(closes_at, event.timezone)
    return _("Closed since %(when)s", when=when) if closes_at <= now else when


def last_change(event: Event) -> datetime:
    """Return when the event, or a session of it, was changed last."""
    return max([event.updated_at, *(each.updated_at for each in event.sessions)])


def moved_said(event: Event) -> Callable[[object], list[tuple[str, str]]]:
    """Return what says that an event is saved, and what is on another day than it is now.

    That is the event itself, its sessions, the promise of its recordings, closings, and by when
    offers are to be answered.
    """
    closed = {gate.mode: gate.closes_at for gate in event.gates}
    began = {each.id: each.starts_at for each in event.sessions}
    offered = _offered_until(event)
    day, promised = day_in_words(event.starts_at, event.timezone), _promised(event)

    def said(_done: object) -> list[tuple[str, str]]:
        told = []
        if (new_day := day_in_words(event.starts_at, event.timezone)) != day:
            told.append(_("The event is on %(day)s now.", day=new_day))
            is_forum = event.kind == EventKind.FORUM  # a webcast is its one session
            if is_forum and (
                moved := sum(began.get(each.id) != each.starts_at for each in event.sessions)
            ):
                told.append(
                    ngettext("%(num)s session moved along.", "%(num)s sessions moved along.", moved)
                )
            if (until := _promised(event)) and until != promised:
                told.append(_("Recordings are promised by %(day)s now.", day=date_in_words(until)))
        told += [
            _(
                "%(mode)s: registration moved along, and closes on %(when)s now.",
                mode=MODES[gate.mode],
                when=moment_in_words(gate.closes_at, event.timezone),
            )
            for gate in event.gates
            if gate.closes_at is not None and gate.closes_at != closed[gate.mode]
        ]
        told += _offers_said(offered, _offered_until(event))
        done = _("Saved. Public pages and calendars show it now.")
        return [(done, "good"), *((each, "info") for each in told)]

    return said


def _offered_until(event: Event) -> dict[int, datetime]:
    """Return by when each open offer is to be answered, by its number."""
    held = [gate.mode for gate in event.gates if gate.held]
    return {each.id: each.ends_at for mode in held for each in open_offers(event.id, mode)}


def _offers_said(before: Mapping[int, datetime], now: Mapping[int, datetime]) -> list[str]:
    """Return how many people may answer later, or are to answer earlier, than they were told."""
    later = sum(each > before.get(number, each) for number, each in now.items())
    earlier = sum(each < before.get(number, each) for number, each in now.items())
    said = []
    if later:
        said.append(
            ngettext(
                "%(num)s open offer can be answered later than the email about it says.",
                "%(num)s open offers can be answered later than the emails about them say.",
                later,
            )
        )
    if earlier:
        said.append(
            ngettext(
                "%(num)s open offer ends earlier now. The person is told.",
                "%(num)s open offers end earlier now. The people are told.",
                earlier,
            )
        )
    return said


def places_said(gate: Gate) -> str:
    """Return how many places a mode has, and until when it takes registrations."""
    number, closes_at = gate.capacity, gate.closes_at
    places = (
        _("no limit") if number is None else ngettext("%(num)s place", "%(num)s places", number)
    )
    said = _("%(mode)s: %(places)s.", mode=MODES[gate.mode], places=places)
    closing = _("Registration stays open until the event is over.")
    if closes_at is not None:
        when = moment_in_words(closes_at, gate.event.timezone)
        closing = _("Registration closes on %(when)s.", when=when)
    return f"{said} {closing}"


def _promised(event: Event) -> date | None:
    promise = promise_of(event, zone=house_zone(), now=clock.now())
    return None if promise is None else promise.day
