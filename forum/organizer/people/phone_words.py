"""What the desk says to whoever has someone on the phone: places beforehand, and what has come."""

from collections.abc import Mapping
from datetime import datetime

from forum import clock
from forum.events.models import Event, Gate
from forum.events.words import MODES
from forum.i18n import _, ngettext
from forum.organizer.people.call_words import number_to_call
from forum.organizer.people.people_forms import CompanionForm
from forum.registration import queries
from forum.registration.models import Registration, Status
from forum.registration.outcomes import Outcome
from forum.registration.refusals import not_open
from forum.registration.rules import ModeState, mode_state
from forum.web.forms import answer

Said = tuple[str, str]


def places(event: Event, *, now: datetime) -> Mapping[str, str]:
    """Return what stands beside each way to attend: whether it is open, and its places."""
    return {str(gate.mode): _place(event, gate, now=now) for gate in event.gates}


def registered(form: CompanionForm, outcome: Outcome) -> list[Said]:
    """Say how she stands, whom we registered, and how whoever comes along does."""
    if outcome.registration is None:
        return [(_("This person was registered before. Look for the name."), "warning")]
    said = [_stands(outcome.registration, outcome)]
    numbers = number_to_call(outcome.registration, now=clock.now())
    said += [(each, "info") for each in numbers]
    if outcome.companion is not None:
        said += companion_registered(form, outcome.companion)
    if outcome.sessions_waiting:
        waits = ngettext(
            "In %(num)s chosen session they wait for a place.",
            "In %(num)s chosen sessions they wait for a place.",
            outcome.sessions_waiting,
        )
        said.append((waits, "warning"))
    return said


def companion_registered(form: CompanionForm, outcome: Outcome) -> list[Said]:
    """Say how whoever comes along stands."""
    if outcome.registration is not None:
        return [_stands(outcome.registration, outcome)]
    name = answer(form.companion_name)
    sentence = _("%(name)s was registered before, and keeps that registration.", name=name)
    return [(sentence, "warning")]


def already(registration: Registration) -> str:
    """Say that this is the page of someone who is registered already."""
    name = registration.name
    return _("%(name)s is registered already. Nothing was changed; change it here.", name=name)


def goes_on(*, is_wanted: bool | None) -> str:
    """Return what would become of a place that is given up now; "" where there is none (None).

    `is_wanted`: somebody is next.
    """
    if is_wanted is None:
        return ""
    if is_wanted:
        return _("The place is offered to the next person. It cannot be given back then.")
    return _("The place is offered to nobody now. Until somebody has it, you can give it back.")


def canceled(*, had_place: bool, is_offered: bool) -> str:
    """Say that someone's registration is canceled, and what has become of a place."""
    if not had_place:
        return _("Canceled. They no longer wait.")
    if is_offered:
        return _("Canceled. The place is offered to the next person.")
    return _("Canceled. The place is offered to nobody now.")


def _stands(registration: Registration, outcome: Outcome) -> Said:
    name, mode = registration.name, MODES[outcome.mode]
    if outcome.status == Status.CONFIRMED:
        return _("%(name)s is registered: %(mode)s.", name=name, mode=mode), "good"
    return (
        _(
            "%(name)s is number %(number)s on the waitlist: %(mode)s.",
            name=name,
            number=outcome.line_number,
            mode=mode,
        ),
        "warning",
    )


def _place(event: Event, gate: Gate, *, now: datetime) -> str:
    state = mode_state(event, gate, now=now)
    if state == ModeState.OPEN:
        return _left(gate)
    if state == ModeState.CLOSED:
        closed = _("Registration for it has closed.")
        return f"{closed} {_left(gate)}"
    return f"{not_open(state, event).sentence} {_left(gate)}"


def _left(gate: Gate) -> str:
    if gate.capacity is None or gate.left is None:
        return _("No limit.")
    if gate.left > 0:
        return ngettext(
            "%(num)s of %(capacity)s places is free.",
            "%(num)s of %(capacity)s places are free.",
            gate.left,
            capacity=gate.capacity,
        )
    number = queries.number_waiting(gate.event_id, gate.mode) + 1
    return _("Full. They would be number %(number)s on the waitlist.", number=number)
