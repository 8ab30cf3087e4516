"""Why a request about a registration is refused, each in a sentence fit to show."""

from collections.abc import Sequence
from datetime import datetime

from forum.errors import Refusal
from forum.events.models import Event, Gate
from forum.i18n import _, moment_in_words
from forum.registration.models import Registration, Status
from forum.registration.requests import Overrides
from forum.registration.rules import ModeState, may_change, mode_state


class NotOpenYet(Refusal):
    """Registration has not opened."""


class OnlyAnnounced(Refusal):
    """The event takes no registrations, or not yet."""


class RegistrationClosed(Refusal):
    """Registration for this mode has closed."""


NOT_OPEN = NotOpenYet, OnlyAnnounced, RegistrationClosed
"""The event takes place, but nobody new is taken now."""


class EventOver(Refusal):
    """The event has ended."""


class EventCancelled(Refusal):
    """The event will not take place."""


class ModeNotOffered(Refusal):
    """The event cannot be attended this way."""


class TooLateToChange(Refusal):
    """The day is over, or the registration no longer lives."""


class CompanionIsAsker(Refusal):
    """She named herself as her companion."""


class SessionNotOffered(Refusal):
    """A session that is not of this event, or has no places to choose."""


class SessionsNeedRoom(Refusal):
    """Sessions with limited places are in the room, not on the webcast."""


class CapacityBelowTaken(Refusal):
    """More places are taken than the new capacity would have."""


class OfferOver(Refusal):
    """The offer was answered before, or its time is over and the place is another's."""


class NotWaiting(Refusal):
    """She has no number in a line."""


class NoOtherPlace(Refusal):
    """She has nothing but her number in the line: leaving it is canceling."""


class NotOneOfThem(Refusal):
    """Whoever is to take the place is not one of the two who wait for it."""


class NoticeOutOfRange(Refusal):
    """Short notice is given in hours, within three days of the start."""


class DayIsPast(Refusal):
    """A day that must be to come is past."""


class HasCompanion(Refusal):
    """Someone comes with her already."""


class PersonKnown(Refusal):
    """Another living registration of the event has the same name and address."""


class NoWayToReach(Refusal):
    """Neither an address nor a phone number would be left."""


class AskedTooOften(Refusal):
    """Too many new addresses were asked about in one day."""


class QuestionClosed(Refusal):
    """The link to confirm a new address has expired, or another has taken its place."""


class InviteRevoked(Refusal):
    """An organizer has ended the invite link."""


class InviteExpired(Refusal):
    """The invite link's day is over."""


class InviteUsedUp(Refusal):
    """As many people as the invite link was made for have registered with it."""


class Known(Refusal):
    """She is registered already. `registration` is hers."""

    def __init__(self, registration: Registration) -> None:
        """Keep which one it is."""
        super().__init__(_("This person is registered already. Nothing was changed."))
        self.registration = registration


class PerhapsKnown(Refusal):
    """Someone with this number or this name is registered. `people` are who that may be."""

    def __init__(self, people: Sequence[Registration]) -> None:
        """Keep who it may be."""
        sentence = _("Someone with this number or name is registered already. Is it this person?")
        super().__init__(sentence, field="is_another")
        self.people = people


def not_open(state: ModeState, event: Event) -> Refusal:
    """Return the refusal that says why one cannot register in this state."""
    match state:
        case ModeState.NOT_OPEN_YET:
            assert event.registration_opens_at is not None  # noqa: S101 - what the state means
            opens = moment_in_words(event.registration_opens_at, event.timezone)
            return NotOpenYet(_("Registration opens on %(moment)s.", moment=opens))
        case ModeState.CLOSED:
            return RegistrationClosed(
                _("You can no longer register this way. Choose another way, or call us."),
                field="mode",
            )
        case ModeState.OVER:
            return EventOver(_("This event is over."))
        case ModeState.CANCELLED:
            return EventCancelled(_("This event is canceled."))
        case _:
            return OnlyAnnounced(
                _("Registration for this event is not open. Call us if you have a question.")
            )


def mode_not_offered() -> Refusal:
    """Return the refusal for a mode without places at this event."""
    return ModeNotOffered(
        _("This event does not offer this way to take part. Choose another way."), field="mode"
    )


def is_set_aside(state: ModeState, overrides: Overrides) -> bool:
    """Tell whether one can register in this state, by itself or because limits are set aside."""
    return {
        ModeState.OPEN: True,
        ModeState.NOT_OPEN_YET: overrides.opening,
        ModeState.ANNOUNCED: overrides.opening,
        ModeState.CLOSED: overrides.closing,
    }.get(state, False)


def set_aside(event: Event, gate: Gate, overrides: Overrides, *, now: datetime) -> list[str]:
    """Return which limits really stood in the way of a place here, by name, for the history.

    `gate` as it is before the place is given.
    """
    state = mode_state(event, gate, now=now)
    stood = {
        "opening": state in {ModeState.NOT_OPEN_YET, ModeState.ANNOUNCED},
        "closing": state == ModeState.CLOSED,
        "capacity": True,
    }
    return [name for name in overrides.in_words() if stood[name]]


def capacity_below(gate: Gate) -> CapacityBelowTaken:
    """Return the refusal for fewer places than are taken and held by offers."""
    if not gate.held:
        sentence = _(
            "%(taken)s places are taken already. Choose that number or a higher one.",
            taken=gate.taken,
        )
    else:
        sentence = _(
            "Places taken: %(taken)s. Kept for offers: %(held)s. Choose %(least)s or a higher"
            " number.",
            taken=gate.taken,
            held=gate.held,
            least=gate.taken + gate.held,
        )
    return CapacityBelowTaken(sentence, field="capacity")


def check_open(event: Event, gate: Gate, overrides: Overrides, *, now: datetime) -> None:
    """Raise the refusal that fits if one cannot register here now, unless it is set aside."""
    state = mode_state(event, gate, now=now)
    if not is_set_aside(state, overrides):
        raise not_open(state, event)


def check_not_canceled(registration: Registration) -> None:
    """Raise TooLateToChange for what is canceled."""
    if registration.status == Status.CANCELLED:
        raise _too_late()


def check_changeable(registration: Registration, *, now: datetime) -> None:
    """Raise TooLateToChange for what is canceled, over, or no longer anyone's to change."""
    if not may_change(registration, now=now):
        raise _too_late()


def _too_late() -> TooLateToChange:
    return TooLateToChange(
        _("This registration can no longer be changed. Please call us if you need help.")
    )
