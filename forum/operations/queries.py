"""What the operator's pages and `doctor` ask of the database."""

from dataclasses import dataclass

from sqlalchemy import ScalarSelect, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from forum.db import db
from forum.events.models import Event, Gate, Session
from forum.registration.models import Offer, OfferState, Registration, SessionPlace, Status


@dataclass(frozen=True)
class Miscount:
    """A counter that says something else than the rows it counts."""

    what: str
    says: int
    rows: int


def registrations_by_status() -> dict[Status, int]:
    """Return how many registrations there are in each status; every status is named."""
    number = func.count().label("number")
    rows = db.session.execute(select(Registration.status, number).group_by(Registration.status))
    return dict.fromkeys(Status, 0) | {row.status: row.number for row in rows}


def miscounted_gates() -> list[Miscount]:
    """Return the gates whose counters differ from the rows.

    `taken` is the number of confirmed registrations, `held` that of places in open offers.
    """
    with_place = (
        select(func.count())
        .where(
            Registration.event_id == Gate.event_id,
            Registration.mode == Gate.mode,
            Registration.status == Status.CONFIRMED,
        )
        .scalar_subquery()
    )
    offered = (
        select(func.count() + func.count(Offer.partner_id))
        .where(
            Offer.event_id == Gate.event_id,
            Offer.mode == Gate.mode,
            Offer.state == OfferState.OPEN,
        )
        .scalar_subquery()
    )
    return [
        *_gates_that_differ("", Gate.taken, with_place),
        *_gates_that_differ(", held", Gate.held, offered),
    ]


def _gates_that_differ(
    what: str, says: InstrumentedAttribute[int], rows: ScalarSelect[int]
) -> list[Miscount]:
    found = db.session.execute(
        select(Event.slug, Gate.mode, says.label("says"), rows.label("rows"))
        .join(Gate.event)
        .where(says != rows)
        .order_by(Gate.id)
    )
    return [Miscount(f"{row.slug}, {row.mode.value}{what}", row.says, row.rows) for row in found]


def miscounted_sessions() -> list[Miscount]:
    """Return the sessions whose `taken` is not the number of confirmed session places."""
    rows = (
        select(func.count())
        .where(and_(SessionPlace.session_id == Session.id, SessionPlace.status == Status.CONFIRMED))
        .scalar_subquery()
    )
    found = db.session.execute(
        select(Event.slug, Session.key, Session.taken, rows.label("rows"))
        .join(Session.event)
        .where(Session.taken != rows)
        .order_by(Session.id)
    )
    return [Miscount(f"{row.slug}, session {row.key}", row.taken, row.rows) for row in found]
