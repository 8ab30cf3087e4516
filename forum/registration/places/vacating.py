"""Giving up all that someone has at an event, and having it back.

The caller has locked the event's gates (`lock_all_gates`), but where it is said that they are
locked here.
"""

from datetime import datetime

from forum.accounts.models import Organizer
from forum.db import Facts, read_again
from forum.events.models import Gate, Mode
from forum.registration.models import Registration, Status
from forum.registration.places import offers, session_places
from forum.registration.places.gates import (
    clear_wait,
    gates_of,
    lock_all_gates,
    make_room,
    release,
    touch,
    wait_as_before,
    waiting_of,
    words_watched,
)

Standing = Facts
"""How someone stood at an event: ids and words of ours, fit for the audit's facts.

`had` is her status, beside `mode`, what `gates.waiting_of` keeps, and `sessions` as in
`session_places`.
"""


def vacate(registration: Registration, *, now: datetime) -> list[Gate]:
    """Cancel someone's registration: her place, her number, her offer and her sessions.

    Nobody is told. Returns the gates whose lines may move by it.
    """
    gates = gates_of(registration.event)
    left = []
    if registration.waits_for in gates:  # an older release let a file take that mode away
        left.append(gates[registration.waits_for])
        offers.withdraw_from(left[0], registration, now=now)
    freed = release(registration)
    registration.status, registration.cancelled_at = Status.CANCELLED, now
    clear_wait(registration)
    session_places.give_up_all(registration, now=now)
    return left if freed is None else [*left, freed]


def release_silently(registration: Registration, *, now: datetime) -> Standing:
    """Give up all that someone has without a word to her, and let the lines move.

    Locks the event's gates. Her registration is canceled; calendars and she herself hear nothing.
    Returns how she stood, for `restore`. Someone who had canceled stays as she is.
    """
    gates = lock_all_gates(registration.event_id)
    read_again(registration)
    standing: Standing = {
        "had": registration.status,
        "mode": registration.mode,
        **waiting_of(registration),
        "sessions": session_places.standing(registration),
    }
    if registration.status == Status.CANCELLED:
        return standing
    with words_watched(gates.values()):
        for gate in vacate(registration, now=now):
            offers.move_line(gate, now=now)
    touch(registration, now=now, in_calendar=False)
    return standing


def restore(
    registration: Registration,
    standing: Standing,
    *,
    now: datetime,
    by: Organizer | None,
) -> None:
    """Give back what `release_silently` took; where all places are taken, the room counts one more.

    Locks the event's gates. Whoever waited has her old number, and waits as she had said. In a
    session that is full by now she is the first to wait. Where her way to attend is no longer
    there, as after the event has gone online, she attends by webcast, or in the first way that is,
    and keeps her sessions as others do. Nobody is told. Nothing happens to someone who has a place
    or a number. The caller sees to it that no other registration of hers lives.
    """
    gates = lock_all_gates(registration.event_id)
    read_again(registration)
    if registration.status != Status.CANCELLED or standing["had"] == Status.CANCELLED or not gates:
        return
    with words_watched(gates.values()):
        registration.status, registration.cancelled_at = Status(standing["had"]), None
        registration.mode = Mode(standing["mode"])
        if registration.mode not in gates:
            registration.status = Status.CONFIRMED
            registration.mode = Mode.WEBCAST if Mode.WEBCAST in gates else next(iter(gates))
        waits_for, has_place = standing["waits_for"], registration.status == Status.CONFIRMED
        if waits_for in gates and not (has_place and waits_for == registration.mode):
            wait_as_before(registration, standing)
        if registration.status == Status.CONFIRMED:
            gate = gates[registration.mode]
            make_room(gate, 1, now=now, by=by)
            gate.taken += 1
        session_places.put_back(registration, standing["sessions"], gates, now=now)
        touch(registration, now=now, in_calendar=False)
        if registration.waits_for is not None:
            offers.move_line(gates[registration.waits_for], now=now)
