"""Why a request about a registration is refused, each in a sentence fit to show."""

from datetime import datetime

from forum.errors import Refusal
from forum.events.models import Event, Gate
from forum.i18n import _, day_in_words, time_in_words, zone_in_words
from forum.registration.asked import Overrides
from forum.registration.rules import ModeState, mode_state


class NotOpenYet(Refusal):
    """Registration has not opened."""


class OnlyAnnounced(Refusal):
    """The event takes no registrations, or not yet."""


class RegistrationClosed(Refusal):
    """Registration for this mode has closed."""


class EventOver(Refusal):
    """The event has ended."""


class EventCancelled(Refusal):
    """The event will not take place."""


class ModeNotOffered(Refusal):
    """The event cannot be attended this way."""


class ModeFull(Refusal):
    """No place is free in the mode that she would change to."""


class TooLateToChange(Refusal):
    """The day is over, or the registration no longer lives."""


class ChangedMeanwhile(Refusal):
    """Someone else changed the registration at the same moment."""


class CompanionIsAsker(Refusal):
    """She named herself as her companion."""


class SessionNotOffered(Refusal):
    """A session that is not of this event, or has no places to choose."""


class SessionsNeedRoom(Refusal):
    """Sessions with limited places are in the room, not on the webcast."""


class CapacityBelowTaken(Refusal):
    """More places are taken than the new capacity would have."""


def moment_in_words(at: datetime, zone: str) -> str:
    """Return "Monday, January 25, 2027, at 9:00 am, Eastern Time"."""
    return _(
        "%(day)s, at %(time)s, %(zone)s",
        day=day_in_words(at, zone),
        time=time_in_words(at, zone),
        zone=zone_in_words(zone, at),
    )


def not_open(state: ModeState, event: Event) -> Refusal:
    """Return the refusal that says why one cannot register in this state."""
    match state:
        case ModeState.NOT_OPEN_YET:
            assert event.registration_opens_at is not None  # noqa: S101 - what the state means
            opens = moment_in_words(event.registration_opens_at, event.timezone)
            return NotOpenYet(_("Registration opens on %(moment)s.", moment=opens))
        case ModeState.CLOSED:
            return RegistrationClosed(
                _("Registration for this way to attend has closed."), field="mode"
            )
        case ModeState.OVER:
            return EventOver(_("This event is over."))
        case ModeState.CANCELLED:
            return EventCancelled(_("This event is canceled."))
        case _:
            return OnlyAnnounced(_("Registration for this event is not open."))


def mode_not_offered() -> Refusal:
    """Return the refusal for a mode without places at this event."""
    return ModeNotOffered(_("This event cannot be attended this way."), field="mode")


def check_open(event: Event, gate: Gate, overrides: Overrides, *, now: datetime) -> None:
    """Raise the refusal that fits if one cannot register here now, unless it is set aside."""
    state = mode_state(event, gate, now=now)
    set_aside = {
        ModeState.OPEN: True,
        ModeState.NOT_OPEN_YET: overrides.opening,
        ModeState.ANNOUNCED: overrides.opening,
        ModeState.CLOSED: overrides.closing,
    }
    if not set_aside.get(state, False):
        raise not_open(state, event)
