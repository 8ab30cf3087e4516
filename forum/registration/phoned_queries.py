"""Who may be the person who is on the phone. Nothing here changes anything."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from forum.addresses import tidy_address
from forum.db import db
from forum.names import name_key
from forum.phones import dialed
from forum.registration import queries
from forum.registration.models import Registration, Status
from forum.registration.requests import Request
from forum.sealed import codes


def known(event_id: int, request: Request) -> Registration | None:
    """Return her registration for the event, if it is certain that she has one.

    The same name and address; for someone without an address, the same name and number.
    """
    key = name_key(request.name)
    if request.email:
        found = queries.same_person(event_id, tidy_address(request.email), key)
        return next((each for each in found if each.status != Status.CANCELLED), None)
    if not request.phone:
        return None
    hers = _living(event_id, Registration.is_named(key), _has_number(request.phone))
    return next(iter(hers), None)


def perhaps_known(event_id: int, request: Request) -> Sequence[Registration]:
    """Return who she may be: whoever has her number, or her name where one has no address.

    So it is with the name of whoever comes along. Addresses that differ tell two people apart.
    """
    doubts: list[ColumnElement[bool]] = []
    if request.phone:
        doubts.append(_has_number(request.phone))
    people = [(request.name, request.email)]
    if request.companion:
        people.append((request.companion.name, request.companion.email or request.email))
    for name, email in people:
        named = Registration.is_named(name_key(name))
        doubts.append(and_(named, Registration.email.is_(None)) if email else named)
    return _living(event_id, or_(*doubts))


def _living(event_id: int, *what: ColumnElement[bool]) -> Sequence[Registration]:
    return db.session.scalars(
        select(Registration)
        .where(Registration.event_id == event_id, Registration.status != Status.CANCELLED, *what)
        .order_by(Registration.name_order, Registration.id)
    ).all()


def _has_number(phone: str) -> ColumnElement[bool]:
    return Registration.phone_code.in_(codes(dialed(phone)))
