"""Whose turn it is: free places are offered to those who wait, and held until they answer.

The caller has locked the event's gates (`lock_all_gates`).
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.history_queries import was_quiet_since
from forum.care.queries import was_called
from forum.db import Facts, db
from forum.events.models import Event, EventStatus, Gate
from forum.events.rules import untold_until
from forum.outbox.queries import none_arrived
from forum.outbox.waiting_actions import keep_useful
from forum.registration import queries
from forum.registration.models import Offer, OfferState, Registration, Status
from forum.registration.places import offer_rules, session_places
from forum.registration.places.gates import line_up, move_in, touch
from forum.registration.places.offer_rules import Party, WhyNot
from forum.registration.telling import tell


def move_line(gate: Gate, *, now: datetime) -> list[Offer]:
    """Offer the free places of a gate to those who have waited longest, and tell each.

    Offers that have ended come first: their places are free again. Whoever takes places
    automatically has one at once, and a place that she leaves elsewhere goes to the line there.
    Returns the new offers; those that were taken at once are accepted already.
    """
    db.session.flush()
    end_due(gate, now=now)
    made, freed = [], []
    for party in _next(gate, gate.left, now=now):
        offer = _make(gate, party, now=now)
        made.append(offer)
        if offer_rules.is_taken_at_once(party, gate.event, now=now):
            stood = {each.id: session_places.standing(each) for each in party}
            freed += accept(gate, offer, now=now)
            for each in party:
                record(Action.PROMOTED, each, {"mode": gate.mode}, now=now)
                facts = session_places.given_up(each, stood[each.id])
                tell("promoted", each, _occasion(offer), facts=facts, now=now)
        else:
            record(Action.OFFERED, offer.registration, _facts(offer), now=now)
            for each in party:
                _tell_offer(offer, each, now=now)
    for other in freed:
        made += move_line(other, now=now)
    return made


def end_due(gate: Gate, *, now: datetime) -> int:
    """End the offers whose time is over, and all of an event that is over. Returns how many.

    Whoever left one unanswered waits on at the end of the line, and is offered none until she
    says that she still waits. From whom our emails were kept meanwhile keeps her turn: the place
    goes to the next, and she is told nothing. So does who cannot have heard of it, because no email
    of it has left or arrived, and nobody has tried to call her: she is asked anew.
    """
    if gate.held == 0:
        return 0
    event = gate.event
    is_over = event.status == EventStatus.CANCELLED or now >= event.ends_at
    due = [
        offer
        for offer in queries.open_offers(gate.event_id, gate.mode)
        if is_over or offer.ends_at <= now
    ]
    for offer in due:
        if is_over:
            close(gate, offer, OfferState.WITHDRAWN, now=now)
            continue
        if any(is_unheard(offer, each, now=now) for each in people(offer)):
            close(gate, offer, OfferState.WITHDRAWN, now=now)
            record(Action.OFFER_LAPSED, offer.registration, _facts(offer), now=now)
            continue
        close(gate, offer, OfferState.LAPSED, now=now)
        facts = _facts(offer) | {"wait_nos": {str(each.id): each.wait_no for each in people(offer)}}
        for each in people(offer):
            each.wants_offers = False
            line_up(gate, each)
            touch(each, now=now, in_calendar=False)
            tell("offer_lapsed", each, _occasion(offer), facts={"offer": offer.id}, now=now)
        record(Action.OFFER_LAPSED, offer.registration, facts, now=now)
    return len(due)


def is_unheard(offer: Offer, person: Registration, *, now: datetime) -> bool:
    """Tell whether she cannot have answered: nobody has told her yet, by email or by phone."""
    if was_quiet_since(person, offer.made_at, now=now):
        return True
    is_called = was_called("offer", person, since=offer.made_at)
    if is_called is not None:
        return not is_called
    return none_arrived("offer", person, about=("offer", offer.id))


def close(gate: Gate, offer: Offer, state: OfferState, *, now: datetime) -> None:
    """End an open offer in one of its ways; its places are no longer held."""
    gate.held -= offer.size
    offer.state, offer.answered_at = state, now


def withdraw_from(gate: Gate, registration: Registration, *, now: datetime) -> None:
    """Take someone out of the offer that is open to her, if one is.

    One of two who come together leaves the offer to the other, as his alone.
    """
    offer = queries.open_offer(registration)
    if offer is None:
        return
    if offer.partner is None:
        close(gate, offer, OfferState.WITHDRAWN, now=now)
        return
    if offer.registration_id == registration.id:
        offer.registration = offer.partner
    offer.partner = None
    gate.held -= 1
    _tell_offer(offer, offer.registration, is_alone=True, now=now)


def decline(gate: Gate, offer: Offer, who: Registration, *, now: datetime) -> None:
    """End an offer that is declined, for both where two wait together; they wait on at the end.

    It is kept as hers who has declined it. The other one has said nothing, and is told.
    """
    party = people(offer)
    close(gate, offer, OfferState.DECLINED, now=now)
    if who == offer.partner:
        offer.registration, offer.partner = who, offer.registration
    for each in party:
        line_up(gate, each)
        touch(each, now=now, in_calendar=False)
        if each != who:
            tell("offer_lapsed", each, _occasion(offer), facts={"offer": offer.id}, now=now)


def accept(gate: Gate, offer: Offer, *, now: datetime) -> list[Gate]:
    """Give everyone whom an offer is for what it offers; return the gates with a free place now."""
    close(gate, offer, OfferState.ACCEPTED, now=now)
    freed = [move_in(gate, each, now=now) for each in people(offer)]
    return [each for each in freed if each is not None]


def people(offer: Offer) -> Party:
    """Return whom an offer is for: one, or two who come together."""
    if offer.partner is None:
        return (offer.registration,)
    return (offer.registration, offer.partner)


def would_be_offered(gate: Gate, capacity: int | None, *, now: datetime) -> list[Registration]:
    """Return who would be offered a place if the gate had this capacity, in the line's order.

    Changes nothing and needs no lock.
    """
    free = None if capacity is None else max(0, capacity - gate.taken - gate.held)
    line = queries.all_parties(gate.event_id, gate.mode)
    return [each for party in _first_of(line, gate, free, now=now) for each in party]


def would_pass_on(registration: Registration, *, now: datetime) -> bool | None:
    """Tell whether somebody would be offered her place if she gave it up.

    None where nobody could have it any more: she has none, or the event is over or canceled.

    Changes nothing and needs no lock.
    """
    event = registration.event
    if event.status != EventStatus.PUBLISHED or now >= event.ends_at:
        return None
    gates = {gate.mode: gate for gate in event.gates}
    gate = gates.get(registration.mode)
    if gate is None or registration.status != Status.CONFIRMED:
        return None
    return gate.capacity is not None and bool(would_be_offered(gate, gate.capacity + 1, now=now))


def why_nobody(gate: Gate, *, now: datetime) -> list[tuple[Registration, WhyNot]]:
    """Return everyone who waits and is not offered a place, in the line's order, and why.

    Changes nothing and needs no lock. Whoever holds an open offer is among them.
    """
    parties = queries.all_parties(gate.event_id, gate.mode)
    next_ones = _first_of(parties, gate, gate.left, now=now)
    chosen = {each.id for party in next_ones for each in party}
    passed_over = _passed_over(gate, now)

    def why_not(party: Party) -> WhyNot | None:
        return offer_rules.why_not(party, gate.event, **passed_over, now=now)

    found = [
        (each, why_not((each,)) or _why(party, gate, why_not(party)))
        for party in parties
        for each in party
        if each.id not in chosen
    ]
    return sorted(found, key=lambda pair: pair[0].wait_no or 0)


def _why(party: Party, gate: Gate, theirs: WhyNot | None) -> WhyNot:
    """Return why somebody is offered nothing of whom alone nothing would keep it."""
    if theirs is not None:
        return WhyNot.COMPANION
    return WhyNot.NEEDS_TWO if gate.left == 1 and len(party) > 1 else WhyNot.FULL


def _next(gate: Gate, free: int | None, *, now: datetime) -> list[Party]:
    return _first_of(queries.parties(gate.event_id, gate.mode), gate, free, now=now)


def _first_of(
    parties: Iterable[Party], gate: Gate, free: int | None, *, now: datetime
) -> list[Party]:
    """Return those of a line who are offered so many free places."""
    if free == 0:
        return []
    passed_over = _passed_over(gate, now)
    return list(offer_rules.whom_to_offer(parties, free, gate.event, **passed_over, now=now))


def _passed_over(gate: Gate, now: datetime) -> dict[str, Collection[int]]:
    """Return the ids of those to whom an offer is open here, or who have declined one lately."""
    lately = now - offer_rules.RESTS
    resting = queries.who_declined(gate.event_id, gate.mode, since=lately)
    return {"offered": _offered(gate), "resting": resting}


def _offered(gate: Gate) -> list[int]:
    """Return the ids of those to whom an offer of this gate is open."""
    if gate.held == 0:
        return []
    return [
        each.id for offer in queries.open_offers(gate.event_id, gate.mode) for each in people(offer)
    ]


def follow(event: Event, started_at: datetime, *, now: datetime) -> None:
    """Let open offers follow an event that began at `started_at` before it was moved.

    Earlier, they end before it does, and say so again, not at once; one that could not be made any
    more is open until the start. On a later day, there is as much time to think as `prolong` gives:
    the day before may have been a slip. At a later hour, as much as when it was made: so may that
    have been. The gates are locked.
    """
    if event.starts_at < started_at:
        _end_earlier(event, now=now)
    elif event.starts_at - started_at >= timedelta(days=1):
        prolong(event, now=now)
    else:
        for offer in _open(event):
            _leave_open(offer, event, since=offer.made_at)


def _end_earlier(event: Event, *, now: datetime) -> None:
    """End them earlier, but none in the past: nobody has left it unanswered.

    Those of an event that is over are taken back as its lines move, and cost nobody her turn.
    """
    to_come = [at for at in (event.starts_at, event.ends_at) if at > now]
    for offer in _open(event) if to_come else ():
        party = people(offer)
        end = offer_rules.end_for(party, event, now=now) or to_come[0]
        if end < offer.ends_at:
            offer.ends_at = end
            for each in party:
                _tell_offer(offer, each, due_at=untold_until(now, end), now=now)


def tell_again(
    registration: Registration, occasion: str, *, now: datetime, by: Organizer | None = None
) -> bool:
    """Tell someone again of the offer that is open to her, if one is; return whether it is.

    Where nobody has told her of it yet, she has as much time as if it were made now.
    """
    offer = queries.open_offer(registration)
    if offer is None or now >= offer.ends_at:
        return False
    if is_unheard(offer, registration, now=now):
        _leave_open(offer, registration.event, since=now)
    _tell_offer(offer, registration, again=occasion, now=now, by=by)
    return True


def prolong(event: Event, *, only_unheard: bool = False, now: datetime) -> None:
    """Give whoever is asked now time to think anew, as about a later day; mail is useful longer.

    With `only_unheard`, only whoever no email has reached. The gates are locked.
    """
    for offer in _open(event):
        if only_unheard and not any(is_unheard(offer, each, now=now) for each in people(offer)):
            continue
        _leave_open(offer, event, since=now)


def _leave_open(offer: Offer, event: Event, *, since: datetime) -> None:
    """Let an offer be open as long as one made at that instant would be, if that is longer."""
    end = offer_rules.end_for(people(offer), event, now=since)
    if end is not None and end > offer.ends_at:
        offer.ends_at = end
        for each in people(offer):
            keep_useful("offer", each, until=end)


def _open(event: Event) -> list[Offer]:
    return [each for gate in event.gates for each in queries.open_offers(event.id, gate.mode)]


def _make(gate: Gate, party: Party, *, now: datetime) -> Offer:
    """Keep an offer, its places held at the gate."""
    offer = Offer(
        registration=party[0],
        partner=party[1] if len(party) > 1 else None,
        event_id=gate.event_id,
        mode=gate.mode,
        state=OfferState.OPEN,
        made_at=now,
        ends_at=offer_rules.end_for(party, gate.event, now=now) or now,
    )
    gate.held += len(party)
    db.session.add(offer)
    db.session.flush()
    return offer


def _tell_offer(  # noqa: PLR0913 - what a telling says, by name
    offer: Offer,
    person: Registration,
    *,
    again: str = "",
    is_alone: bool = False,
    due_at: datetime | None = None,
    now: datetime,
    by: Organizer | None = None,
) -> None:
    """Tell somebody of an offer; `is_alone`: the one whom it was for as well waits no more."""
    tell(
        "offer",
        person,
        ", ".join(filter(None, (_occasion(offer), again))),
        facts={"offer": offer.id, "alone": True} if is_alone else {"offer": offer.id},
        useful_until=offer.ends_at,
        due_at=due_at,
        now=now,
        by=by,
    )


def _occasion(offer: Offer) -> str:
    """Name what is told; an offer to two that is now for one, or ends earlier, is told anew."""
    return f"offer {offer.id}, {offer.size}, {offer.ends_at:%Y%m%d%H%M}"


def _facts(offer: Offer) -> Facts:
    return {"offer": offer.id, "mode": offer.mode, "places": offer.size}
