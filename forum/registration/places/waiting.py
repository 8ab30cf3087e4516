"""How one waits: answering an offer, leaving the line, waiting on, and with how much notice.

Every action runs inside its caller's `transaction()`, takes `now` (aware), locks every gate of the
event first, and raises a Refusal before it has changed anything that would be kept. `by` is the
organizer who does it with her on the phone. Two who come together wait as one: what either says
of their waiting holds for both.
"""

from datetime import datetime, timedelta

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences
from forum.care.rules import ASKED
from forum.db import Facts, db, read_again
from forum.errors import ChangedMeanwhile
from forum.events.models import Gate, Mode, Programme
from forum.i18n import _
from forum.outbox.actions import resume
from forum.registration import queries, refusals
from forum.registration.models import Offer, OfferState, PairRule, Registration, Status
from forum.registration.places import offers, session_places, vacating
from forum.registration.places.gates import (
    clear_wait,
    lock_all_gates,
    lock_gates_of_all,
    touch,
    waiting_of,
    words_watched,
)
from forum.registration.places.offer_rules import SHORT_NOTICE
from forum.registration.rules import waiting_fingerprint
from forum.registration.telling import tell_standing


def accept(
    offer: Offer,
    *,
    now: datetime,
    by: Organizer | None = None,
    taker: Registration | None = None,
) -> None:
    """Take the offered place, or both of a pair; a place elsewhere goes to the line there.

    Of two of whom either may come, `taker` may be the other one, who waits for the same; the one
    it was offered to keeps her number. Accepting twice is harmless. Raises OfferOver,
    NotOneOfThem or TooLateToChange.
    """
    gates = _lock_offer(offer)
    if offer.state == OfferState.ACCEPTED:
        return
    _check_open(offer, now=now)
    if taker is not None and taker not in offers.people(offer):
        _hand_over(offer, taker)
    for each in offers.people(offer):
        refusals.check_changeable(each, now=now)
    with words_watched(gates.values()):
        give_offered(gates[offer.mode], offer, now=now, by=by)


def give_offered(gate: Gate, offer: Offer, *, now: datetime, by: Organizer | None) -> None:
    """Give what an open offer holds to whom it is for, tell them, and let the other lines move."""
    had_place = {each.id: each.status == Status.CONFIRMED for each in offers.people(offer)}
    stood = {each.id: session_places.standing(each) for each in offers.people(offer)}
    freed = offers.accept(gate, offer, now=now)
    _record(Action.OFFER_ACCEPTED, offer, now=now, by=by)
    for each in offers.people(offer):
        email = "mode_changed" if had_place[each.id] else "confirmation"
        facts = {ASKED: True, **session_places.given_up(each, stood[each.id])}
        tell_standing(email, each, f"offer {offer.id}", now=now, by=by, facts=facts)
    for other in freed:
        offers.move_line(other, now=now)


def decline(
    offer: Offer,
    *,
    stay: bool,
    now: datetime,
    by: Organizer | None = None,
    who: Registration | None = None,
) -> None:
    """Leave the place to the next. Whoever stays waits on at the end of the line.

    It is `who` that declines, or else the one it was offered to. With `stay` she is offered no
    other for a day; the other one of a pair waits on with her, and is told. Without, she leaves
    the line. If she has no other place, her registration is canceled, and an email says so. The
    other one of a pair has the offer alone then. Declining twice is harmless. Raises OfferOver or
    TooLateToChange.
    """
    gates = _lock_offer(offer)
    if offer.state == OfferState.DECLINED:
        return
    _check_open(offer, now=now)
    leaver = who or offer.registration
    refusals.check_changeable(leaver, now=now)
    gate = gates[offer.mode]
    with words_watched(gates.values()):
        _record(Action.OFFER_DECLINED, offer, who=leaver, now=now, by=by)
        if stay:
            offers.decline(gate, offer, leaver, now=now)
            offers.move_line(gate, now=now)
            return
        if offer.partner is None:
            offers.close(gate, offer, OfferState.DECLINED, now=now)
        if leaver.status == Status.WAITLISTED:
            cancel(leaver, now=now, by=by)
        else:
            _leave(gate, leaver, now=now)


def leave_line(registration: Registration, *, now: datetime, by: Organizer | None = None) -> None:
    """Wait no longer, and keep the place that she has. Whoever does not wait changes nothing.

    Raises NoOtherPlace for someone who has none: she cancels. Raises TooLateToChange, also for
    who has canceled meanwhile and keeps nothing.
    """
    gates = _lock_line(registration)
    refusals.check_changeable(registration, now=now)
    if registration.waits_for is None:
        return
    if registration.status == Status.WAITLISTED:
        raise refusals.NoOtherPlace(
            _("You have no other place. To leave the waitlist, cancel your registration.")
        )
    with words_watched(gates.values()):
        gate = gates[registration.waits_for]
        facts = {"from": gate.mode, "to": None}
        record(Action.WAITING_CHANGED, registration, facts, organizer=by, now=now)
        _leave(gate, registration, now=now)


def wait_again(registration: Registration, *, now: datetime, by: Organizer | None = None) -> None:
    """Be offered places again after one was left unanswered; the number in the line stays.

    Raises NotWaiting or TooLateToChange.
    """
    gates = _lock_line(registration)
    gate = gates[_line_of(registration, now=now)]
    with words_watched(gates.values()):
        offers.end_due(gate, now=now)  # before she says so, or it would be unsaid again
        for each in _both(registration):
            each.wants_offers = True
            touch(each, now=now, in_calendar=False)
        record(Action.WAITING_CHANGED, registration, {"wants_offers": True}, organizer=by, now=now)
        offers.move_line(gate, now=now)


def set_waiting(  # noqa: PLR0913 - how she waits, by name
    registration: Registration,
    *,
    short_notice: int | None,
    auto_take_until: datetime | None,
    now: datetime,
    seen: str | None = None,
    by: Organizer | None = None,
) -> None:
    """Say how she waits: with how much notice, and until when a place is taken without asking.

    `short_notice` is in hours before the start, None for no offers within three days of it. That
    she still waits is said by it too. `seen` is her `rules.waiting_fingerprint` as whoever says it
    saw it; None is her own word, which needs no more. Raises ChangedMeanwhile, NotWaiting,
    NoticeOutOfRange, DayIsPast or TooLateToChange.
    """
    gates = _lock_line(registration)
    if seen is not None and seen != waiting_fingerprint(registration):
        raise ChangedMeanwhile
    gate = gates[_line_of(registration, now=now)]
    if short_notice is not None and not 0 <= short_notice <= SHORT_NOTICE / timedelta(hours=1):
        raise refusals.NoticeOutOfRange(
            _("Choose how many hours before the start, up to 72."), field="short_notice"
        )
    if auto_take_until is not None and auto_take_until <= now:
        raise refusals.DayIsPast(_("Choose a day that is still to come."), field="auto_take_until")
    facts = differences(
        _how(registration.short_notice, registration.auto_take_until),
        _how(short_notice, auto_take_until),
    )
    with words_watched(gates.values()):
        offers.end_due(gate, now=now)
        for each in _both(registration):
            each.short_notice, each.auto_take_until = short_notice, auto_take_until
            each.wants_offers = True
            touch(each, now=now, in_calendar=False)
        record(Action.WAITING_CHANGED, registration, facts, organizer=by, now=now)
        offers.move_line(gate, now=now)


def cancel(registration: Registration, *, now: datetime, by: Organizer | None) -> None:
    """Cancel someone: what she had goes to the lines, and she is told.

    The caller has locked the event's gates.
    """
    facts: Facts = {"mode": registration.mode, "had": registration.status}
    if registration.waits_for is not None:
        facts |= waiting_of(registration)
    status, sessions = registration.status, session_places.standing(registration)
    moving = vacating.vacate(registration, now=now)
    touch(registration, now=now, in_calendar=True)
    if sessions:
        facts["sessions"] = sessions
    record(Action.CANCELLED, registration, facts, organizer=by, now=now)
    said = {"only_waited": status == Status.WAITLISTED, "by_desk": by is not None}
    occasion = str(registration.sequence)
    tell_standing("cancellation", registration, occasion, now=now, by=by, facts=said)
    for gate in moving:
        offers.move_line(gate, now=now)


def move_lines(event_id: int, *, now: datetime) -> int:
    """End an event's overdue offers and offer its free places. Returns how many offers changed."""
    gates = lock_all_gates(event_id)
    with words_watched(gates.values()):
        ended = sum(offers.end_due(gate, now=now) for gate in gates.values())
        return ended + sum(len(offers.move_line(gate, now=now)) for gate in gates.values())


def resume_mail(programme: Programme, *, now: datetime, by: Organizer) -> bool:
    """Let emails leave again, and whoever is asked by one that waited have time to think.

    False if they did already.
    """
    let_think(only_unheard=True, now=now)
    return resume(programme, by=by, now=now)


def let_think(*, only_unheard: bool = False, now: datetime) -> None:
    """Let all open offers be open as long as new ones; or those of which nobody has heard yet."""
    events = db.session.scalars(queries.EVENTS_WITH_OFFERS).all()
    lock_gates_of_all(events)
    for number in events:
        offers.prolong(queries.event_now(number), only_unheard=only_unheard, now=now)


def _lock_offer(offer: Offer) -> dict[Mode, Gate]:
    """Lock the event's gates, and read the offer and its people as they are now."""
    gates = lock_all_gates(offer.event_id)
    read_again(offer)
    for each in offers.people(offer):
        read_again(each)
    return gates


def _lock_line(registration: Registration) -> dict[Mode, Gate]:
    """Lock the event's gates, and read the one who waits as she is now."""
    gates = lock_all_gates(registration.event_id)
    read_again(registration)
    return gates


def _check_open(offer: Offer, *, now: datetime) -> None:
    if offer.state != OfferState.OPEN or offer.ends_at <= now:
        raise refusals.OfferOver(
            _("This offer is no longer open. Nothing was changed. Your page shows how things are.")
        )


def _hand_over(offer: Offer, taker: Registration) -> None:
    """Let the other of two of whom either may come have the offer."""
    read_again(taker)
    first = offer.registration
    is_other = (
        first.pair_rule == PairRule.EITHER
        and taker in queries.companions(first)
        and taker.waits_for == offer.mode
        and queries.open_offer(taker) is None
    )
    if not is_other:
        raise refusals.NotOneOfThem(
            _("This person cannot take the place. Choose someone from the waitlist."),
            field="taker",
        )
    offer.registration = taker


def _line_of(registration: Registration, *, now: datetime) -> Mode:
    if registration.waits_for is None:
        raise refusals.NotWaiting(_("You are not on the waitlist. Nothing was changed."))
    refusals.check_changeable(registration, now=now)
    return registration.waits_for


def _how(short_notice: int | None, auto_take_until: datetime | None) -> Facts:
    """Return how somebody waits, as the history keeps it."""
    until = auto_take_until and auto_take_until.isoformat()
    return {"short_notice": short_notice, "auto_take_until": until}


def _both(registration: Registration) -> tuple[Registration, ...]:
    partner = queries.partner_in_line(registration)
    return (registration,) if partner is None else (registration, partner)


def _leave(gate: Gate, registration: Registration, *, now: datetime) -> None:
    offers.withdraw_from(gate, registration, now=now)
    clear_wait(registration)
    touch(registration, now=now, in_calendar=False)
    if gate.mode == Mode.IN_PERSON:
        session_places.give_up_all(registration, now=now)
    offers.move_line(gate, now=now)


def _record(
    action: Action,
    offer: Offer,
    *,
    who: Registration | None = None,
    now: datetime,
    by: Organizer | None,
) -> None:
    facts = {"offer": offer.id, "mode": offer.mode, "places": offer.size}
    record(action, who or offer.registration, facts, organizer=by, now=now)
