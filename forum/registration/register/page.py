"""The page to register on, and the one that says what came of it, as templates take them."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from flask import request, url_for

from forum.config import current_settings
from forum.events import queries as events
from forum.events import rules as event_rules
from forum.events import whole_queries, words
from forum.events.models import CalendarMail, Event, Gate, Mode, Programme, Session
from forum.events.phase_rules import EventPhase, next_morning, phase
from forum.events.phone_rules import by_hour
from forum.events.times import Times
from forum.events.words import PageNotice
from forum.i18n import _, day_on, visitors_zone
from forum.privacy.consents import text_in_force
from forum.privacy.models import ConsentPurpose
from forum.registration.clash_words import clash_in_words
from forum.registration.models import Status
from forum.registration.my.companion_forms import places_are_limited
from forum.registration.refusals import is_set_aside
from forum.registration.register.form import RegistrationForm
from forum.registration.register.receipts import Receipt
from forum.registration.requests import NONE, Overrides
from forum.registration.rules import ModeState, mode_state
from forum.site.page_query import PageQuery
from forum.site.zone_choice import ZoneChoice, zone_choice
from forum.tongues import Spoken

NOTHING: Mapping[int, Status] = MappingProxyType({})


@dataclass(frozen=True)
class RegisterPage:
    """What surrounds the form: the event, how each mode stands, what an invitation allows."""

    title: str
    when: Sequence[str]
    is_free: bool
    modes: Sequence[Mode]
    hints: dict[str, str]
    closed: Sequence[str]
    session_hints: dict[int, str]
    invited: Sequence[str]
    consent: str
    mails_dates: bool
    is_today: bool
    zones: ZoneChoice | None
    """How to have its times on her own clock, too; None where that would lose what she typed."""
    is_limited: bool
    """Whether somebody may have to wait for a place."""


@dataclass(frozen=True)
class ComingMail:
    """The email that someone can expect, so that she knows it when it comes."""

    sender: str
    address: str
    subject_ends: Spoken
    """How its subject ends, whether she is new or has registered before."""


def register_page(
    event: Event,
    sessions: Collection[Session],
    form: RegistrationForm,
    *,
    now: datetime,
    overrides: Overrides = NONE,
) -> RegisterPage:
    """Gather what the page says besides the form's own words.

    `overrides` are the limits that an invitation sets aside.
    """
    zone = form.her_zone
    times = Times(event.timezone, zone)
    states = {gate.mode: mode_state(event, gate, now=now) for gate in event.gates}
    is_open = [gate for gate in event.gates if is_set_aside(states[gate.mode], overrides)]
    return RegisterPage(
        title=words.titled(event),
        when=times.span(event.starts_at, event.ends_at),
        is_free=not event.details.get("cost"),
        modes=[gate.mode for gate in is_open],
        hints={gate.mode.value: _places(gate, overrides) for gate in is_open},
        closed=[
            _("%(mode)s: registration has closed.", mode=words.MODES[gate.mode])
            for gate in event.gates
            if states[gate.mode] == ModeState.CLOSED and gate not in is_open
        ],
        session_hints=session_hints(sessions),
        invited=list(_invited(overrides)),
        consent=str(text_in_force(ConsentPurpose.REGISTRATION).words),
        mails_dates=event.calendar_mail != CalendarMail.NONE,
        is_today=phase(event, now, zone) == EventPhase.ON_ITS_DAYS,
        zones=None if form.is_typed else _zones(event, times),
        is_limited=places_are_limited(event),
    )


def _zones(event: Event, times: Times) -> ZoneChoice:
    """Return the clocks of the page; an invitation in its address is kept."""
    path = url_for("registration.register", slug=event.slug).partition("?")[0]
    invite = request.args.get("invite", "")
    also = {"invite": invite} if invite else {}
    return zone_choice(event, PageQuery.of(request.args), times, path, also)


def session_hints(
    sessions: Collection[Session],
    *,
    chosen: Collection[int] = (),
    held: Mapping[int, Status] = NOTHING,
    titled: Callable[[Session], str] = words.titled,
) -> dict[int, str]:
    """Return how many places are left in each session, and what clashes with it, by its id.

    Of those in `held`, how she stands in them. `titled` says what a session is called to her.
    """
    stands = {
        Status.CONFIRMED: _("Your place in this session is booked."),
        Status.WAITLISTED: _("You are on the waitlist of this session."),
    }
    found = {}
    for each in sessions:
        places = stands[held[each.id]] if each.id in held else _session_places(each)
        clash = clash_in_words(each, sessions, chosen, titled=titled)
        found[each.id] = f"{places} {clash}".strip()
    return found


def _invited(overrides: Overrides) -> Iterator[str]:
    """Say what an invitation allows that is not open to everyone."""
    if overrides.opening:
        yield _("You can register early.")
    if overrides.closing:
        yield _("You can still register.")
    if overrides.capacity:
        yield _("There is a place for you, even if all places are taken.")


def _places(gate: Gate, overrides: Overrides) -> str:
    """Return how many places a mode has, and what it is."""
    what = {
        Mode.IN_PERSON: _("You come to the building."),
        Mode.WEBCAST: _("You watch live on a phone, a tablet or a computer."),
        Mode.PHONE: _("You listen by any phone. No internet is needed."),
    }[gate.mode]
    left = {
        event_rules.PlacesLeft.UNLIMITED: "",
        event_rules.PlacesLeft.LEFT: _("Places left."),
        event_rules.PlacesLeft.FEW: _("Few places left."),
        event_rules.PlacesLeft.FULL: _("Full. You can join the waitlist."),
    }[event_rules.places_left(gate)]
    return what if overrides.capacity else f"{what} {left}".strip()


def _session_places(session: Session) -> str:
    left = event_rules.places_left(session)
    if left == event_rules.PlacesLeft.FULL:
        return _("Full. You will be on the waitlist of this session.")
    return _("Few places left.") if left == event_rules.PlacesLeft.FEW else _("Places left.")


def on_both_clocks(event: Event, receipt: Receipt) -> list[str]:
    """Return day and hours: on the event's clock first to who comes to the place."""
    clocks = (event.timezone, receipt.timezone)
    second, first = reversed(clocks) if receipt.how == Mode.IN_PERSON else clocks
    return Times(second, first).span(event.starts_at, event.ends_at)


def news(event: Event, receipt: Receipt) -> list[PageNotice]:
    """Say what has become of the event since somebody registered for it."""
    planned, zone = receipt.planned_at, event.timezone
    is_moved = planned is not None and day_on(planned, zone) != day_on(event.starts_at, zone)
    online_since = _online_since(event, receipt)
    return list(words.news(event, online_since, planned if is_moved else None))


def as_it_became(event: Event, receipt: Receipt) -> Receipt:
    """Return the receipt of who would have come to what takes place online: all have places there.

    So do those who waited, for the room or for a session.
    """
    if _online_since(event, receipt) is None:
        return receipt
    return replace(
        receipt,
        mode=Mode.WEBCAST.value,
        status=Status.CONFIRMED.value,
        line_number=None,
        companion=receipt.companion and Status.CONFIRMED.value,
        companion_line_number=None,
        sessions_waiting=0,
    )


def _online_since(event: Event, receipt: Receipt) -> datetime | None:
    """Return since when nobody can come any more of whom this one would have, or None.

    A receipt does not say when it was made: what it chose could be chosen then.
    """
    is_news = receipt.how == Mode.IN_PERSON and event_rules.is_online_only(event)
    return whole_queries.went_online_at(event) if is_news else None


def number_to_call(event: Event, receipt: Receipt, now: datetime) -> str:
    """Return the number to listen by next, as it is kept, for who has a place from afar."""
    if not receipt.is_confirmed or receipt.how == Mode.IN_PERSON:
        return ""
    hours = by_hour(events.heard(event)).hours
    return next((f"{each.room.dial_in}" for each in hours if each.ends_at > now), "")


def next_turn(event: Event, sessions: Collection[Session], now: datetime) -> datetime:
    """Return when time alone changes the page with the form.

    A new day may be that of the event, and nobody chooses a session that is over.
    """
    begins = next_morning(event, now, visitors_zone())
    ends = (each.ends_at for each in sessions)
    return min(event_rules.next_change(event, now) or begins, begins, *ends)


def next_turn_afterwards(event: Event, now: datetime) -> datetime | None:
    """Return when time alone changes the page after registering: by phone, with each hour."""
    heard = (each.ends_at for each in by_hour(events.heard(event)).hours)
    turns = (event_rules.next_change(event, now), *event_rules.days_of(event), *heard)
    return min((at for at in turns if at is not None and at > now), default=None)


def coming_mail(event: Event, receipt: Receipt, programme: Programme) -> ComingMail:
    """Return what the email will look like in a mailbox."""
    title = words.titled(event, is_full=not receipt.is_discreet)
    clock = event.timezone if receipt.how == Mode.IN_PERSON else receipt.timezone
    return ComingMail(
        sender=programme.quiet_name,
        address=current_settings().mail_default_sender,
        subject_ends=title.through(
            lambda said: words.without_day(said, event.starts_at, event.ends_at, clock)
        ),
    )
