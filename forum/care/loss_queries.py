"""Because of whom someone is held: whom the desk names to whoever asks him. Changes nothing."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import or_, select

from forum.db import db
from forum.names import may_be_same
from forum.registration.models import CareState, Registration, Status


def lost_by(people: Iterable[Registration]) -> Mapping[int, Sequence[Registration]]:
    """Return who is remembered and linked to each of some people, or of a name like theirs.

    By registration, one of each person; in a constant number of queries.
    """
    people = list(people)
    emails = {each.email for each in people if each.email}
    numbers = {each.id for each in people}
    beside = db.session.scalars(
        select(Registration).where(
            or_(Registration.email.in_(emails), Registration.id.in_(numbers)),
        )
    ).all()
    above = {each.companion_of_id for each in beside if each.companion_of_id is not None}
    gone = db.session.scalars(
        select(Registration)
        .where(
            Registration.care_state == CareState.REMEMBERED,
            or_(
                Registration.companion_of_id.in_([each.id for each in beside]),
                Registration.id.in_(above),
                Registration.email.in_(emails),
            ),
        )
        .order_by(Registration.id)
    ).all()
    return {each.id: _of(each, beside, gone) for each in people}


def beside(registration: Registration) -> Sequence[Registration]:
    """Return who comes with her, or with whom she comes, at this event: those who have died, too.

    Who has canceled is left out.
    """
    linked = Registration.companion_of_id == registration.id
    if registration.companion_of_id is not None:
        linked |= Registration.id == registration.companion_of_id
    is_there = Registration.status != Status.CANCELLED
    is_gone = Registration.care_state == CareState.REMEMBERED
    found = select(Registration).where(linked, or_(is_there, is_gone)).order_by(Registration.id)
    return db.session.scalars(found).all()


def partners(people: Iterable[Registration]) -> Mapping[int, Sequence[Registration]]:
    """Return with whom each of some people is linked at her event, whatever has become of them.

    By registration, in one query: who has no number of her own may be reached through theirs.
    """
    people = list(people)
    hosts = {each.companion_of_id for each in people if each.companion_of_id is not None}
    numbers = {each.id for each in people}
    linked = db.session.scalars(
        select(Registration)
        .where(or_(Registration.id.in_(hosts), Registration.companion_of_id.in_(numbers)))
        .order_by(Registration.id)
    ).all()
    return {
        each.id: [
            other
            for other in linked
            if each.id == other.companion_of_id or other.id == each.companion_of_id
        ]
        for each in people
    }


def _of(
    person: Registration, beside: Sequence[Registration], gone: Sequence[Registration]
) -> list[Registration]:
    hers = [each for each in beside if each is person or _is_same(each, person)]
    numbers = {each.id for each in hers}
    above = {each.companion_of_id for each in hers}
    first: dict[object, Registration] = {}
    for each in gone:
        is_linked = each.companion_of_id in numbers or each.id in above
        is_alike = each.email == person.email is not None and may_be_same(each.name, person.name)
        if each not in hers and (is_linked or is_alike):
            first.setdefault((each.person_key, each.email) if each.email else each.id, each)
    return list(first.values())


def _is_same(one: Registration, other: Registration) -> bool:
    if one.email is None or one.email != other.email:
        return False
    return one.person_key == other.person_key
