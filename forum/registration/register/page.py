"""The page to register on, and the one that says what came of it, as templates take them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from forum.config import current_settings
from forum.events import rules as event_rules
from forum.events import words
from forum.events.models import CalendarMail, Event, Gate, Mode, Programme, Session
from forum.events.times import Times
from forum.i18n import _
from forum.privacy.consents import text_in_force
from forum.privacy.models import ConsentPurpose
from forum.registration.clash_words import clash_in_words
from forum.registration.refusals import is_set_aside
from forum.registration.register.receipts import Receipt
from forum.registration.requests import NONE, Overrides
from forum.registration.rules import ModeState, mode_state


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


@dataclass(frozen=True)
class ComingMail:
    """The email that someone can expect, so that she knows it when it comes."""

    sender: str
    address: str
    subject_ends: str
    """How its subject ends, whether she is new or has registered before."""


def register_page(
    event: Event, sessions: Collection[Session], *, now: datetime, overrides: Overrides = NONE
) -> RegisterPage:
    """Gather what the page says besides the form's own words.

    `overrides` are the limits that an invitation sets aside.
    """
    states = {gate.mode: mode_state(event, gate, now=now) for gate in event.gates}
    is_open = [gate for gate in event.gates if is_set_aside(states[gate.mode], overrides)]
    return RegisterPage(
        title=words.titled(event),
        when=Times(event.timezone, None).span(event.starts_at, event.ends_at),
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
    )


def session_hints(sessions: Collection[Session], *, chosen: Collection[int] = ()) -> dict[int, str]:
    """Return how many places are left in each session, and what clashes with it, by its id."""
    return {
        each.id: f"{_session_places(each)} {clash_in_words(each, sessions, chosen)}".strip()
        for each in sessions
    }


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


def coming_mail(event: Event, receipt: Receipt, programme: Programme) -> ComingMail:
    """Return what the email will look like in a mailbox."""
    return ComingMail(
        sender=programme.quiet_name,
        address=current_settings().mail_default_sender,
        subject_ends=words.titled(event, is_full=not receipt.is_discreet),
    )
