"""Whose turn it is: free places are offered to those who wait, and held until they answer.

The caller has locked the event's gates (`lock_all_gates`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.history_queries import was_quiet_since
from forum.db import Facts, db
from forum.events.models import Event, EventStatus, Gate
from forum.outbox.actions import keep_useful
from forum.registration import queries
from forum.registration.models import Offer, OfferState, Registration
from forum.registration.places import offer_rules
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
            freed += accept(gate, offer, now=now)
            for each in party:
                record(Action.PROMOTED, each, {"mode": gate.mode}, now=now)
                tell("promoted", each, _occasion(offer), now=now)
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
    goes to the next, and she is told nothing.
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
        if any(was_quiet_since(each, offer.made_at, now=now) for each in people(offer)):
            close(gate, offer, OfferState.WITHDRAWN, now=now)
            record(Action.OFFER_LAPSED, offer.registration, _facts(offer), now=now)
            continue
        close(gate, offer, OfferState.LAPSED, now=now)
        for each in people(offer):
            each.wants_offers = False
            line_up(gate, each)
            touch(each, now=now, in_calendar=False)
            tell("offer_lapsed", each, _occasion(offer), facts={"offer": offer.id}, now=now)
        record(Action.OFFER_LAPSED, offer.registration, _facts(offer), now=now)
    return len(due)


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
    _tell_offer(offer, offer.registration, now=now)


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
    return [each for party in _next(gate, free, now=now) for each in party]


def why_nobody(gate: Gate, *, now: datetime) -> list[tuple[Registration, WhyNot]]:
    """Return everyone who waits and is not offered a place, in the line's order, and why.

    Changes nothing and needs no lock. Whoever holds an open offer is among them.
    """
    offered = _offered(gate)
    chosen = {each.id for party in _next(gate, gate.left, now=now) for each in party}
    found = [
        (each, _why(each, party, gate, offered, now))
        for party in queries.parties(gate.event_id, gate.mode)
        for each in party
        if each.id not in chosen
    ]
    return sorted(found, key=lambda pair: pair[0].wait_no or 0)


def _why(
    registration: Registration, party: Party, gate: Gate, offered: Sequence[int], now: datetime
) -> WhyNot:
    event = gate.event
    own = offer_rules.why_not((registration,), event, offered=offered, now=now)
    if own is not None:
        return own
    if offer_rules.why_not(party, event, offered=offered, now=now) is not None:
        return WhyNot.COMPANION
    return WhyNot.NEEDS_TWO if gate.left == 1 and len(party) > 1 else WhyNot.FULL


def _next(gate: Gate, free: int | None, *, now: datetime) -> list[Party]:
    return list(
        offer_rules.whom_to_offer(
            queries.parties(gate.event_id, gate.mode),
            free,
            gate.event,
            offered=_offered(gate) if free != 0 else (),
            now=now,
        )
    )


def _offered(gate: Gate) -> list[int]:
    """Return the ids of those to whom an offer of this gate is open."""
    if gate.held == 0:
        return []
    return [
        each.id for offer in queries.open_offers(gate.event_id, gate.mode) for each in people(offer)
    ]


def follow(event: Event, started_at: datetime, *, now: datetime) -> None:
    """Let open offers follow an event that began at `started_at` before it was moved.

    Earlier, they end before it does, and say so again; one that could not be made any more is open
    until the start. On a later day, there is as much time to think as `prolong` gives: the day
    before may have been a slip. The gates are locked.
    """
    if event.starts_at < started_at:
        _end_earlier(event, now=now)
    elif event.starts_at - started_at >= timedelta(days=1):
        prolong(event, now=now)


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
                _tell_offer(offer, each, now=now)


def prolong(event: Event, *, now: datetime) -> None:
    """Give whoever is asked now time to think about a later day; mail that waits is useful longer.

    The gates are locked.
    """
    for offer in _open(event):
        end = offer_rules.end_for(people(offer), event, now=now)
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


def _tell_offer(offer: Offer, person: Registration, *, now: datetime) -> None:
    facts = {"offer": offer.id}
    occasion = _occasion(offer)
    tell("offer", person, occasion, facts=facts, useful_until=offer.ends_at, now=now)


def _occasion(offer: Offer) -> str:
    """Name what is told; an offer to two that is now for one, or ends earlier, is told anew."""
    return f"offer {offer.id}, {offer.size}, {offer.ends_at:%Y%m%d%H%M}"


def _facts(offer: Offer) -> Facts:
    return {"offer": offer.id, "mode": offer.mode, "places": offer.size}
