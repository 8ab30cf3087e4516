"""Her turn given back whom an offer cost it of which, as we learn later, nobody had told her.

The caller has locked the event's gates.
"""

from datetime import datetime

from sqlalchemy import select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action, AuditEntry
from forum.db import Facts, db, read_again
from forum.events.models import EventStatus
from forum.registration.models import Offer, OfferState, Registration
from forum.registration.places import offers
from forum.registration.places.gates import gates_of, touch, words_watched


def lapsed(registration: Registration) -> Offer | None:
    """Return the last offer to her, if she has left it unanswered. Changes nothing."""
    is_hers = (Offer.registration_id == registration.id) | (Offer.partner_id == registration.id)
    last = db.session.scalars(select(Offer).where(is_hers).order_by(Offer.id.desc()).limit(1))
    offer = last.first()
    return offer if offer is not None and offer.state == OfferState.LAPSED else None


def give_back(offer: Offer, *, now: datetime, by: Organizer | None = None) -> None:
    """Let everyone whom an offer was for have her number again, and be offered places.

    Nothing happens where all have heard of it, or where one no longer waits there. What it held
    was offered to the next: who has the turn again is asked as soon as a place is free.
    """
    read_again(offer)
    people, event = offers.people(offer), offer.registration.event
    for each in people:
        read_again(each)
    is_over = event.status != EventStatus.PUBLISHED or now >= event.ends_at
    waits = all(each.waits_for == offer.mode for each in people)
    if offer.state != OfferState.LAPSED or is_over or not waits:
        return
    if not any(offers.is_unheard(offer, each, now=now) for each in people):
        return
    gates, numbers = gates_of(event), _numbers(offer)
    offer.state = OfferState.WITHDRAWN
    with words_watched(gates.values()):
        for each in people:
            each.wants_offers = True
            each.wait_no = numbers.get(str(each.id), each.wait_no)
            touch(each, now=now, in_calendar=False)
            said = {"wants_offers": True}
            record(Action.WAITING_CHANGED, each, said, organizer=by, now=now)
        offers.move_line(gates[offer.mode], now=now)


def _numbers(offer: Offer) -> Facts:
    """Return the numbers that they had in the line when it ended."""
    ended = select(AuditEntry.facts).where(
        AuditEntry.action == Action.OFFER_LAPSED,
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id == offer.registration_id,
        AuditEntry.facts["offer"].as_integer() == offer.id,
    )
    found = db.session.scalar(ended.order_by(AuditEntry.id.desc()).limit(1)) or {}
    numbers: Facts = found.get("wait_nos", {})
    return numbers
