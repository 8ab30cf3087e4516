"""What is kept of somebody besides what an invitation to the next forum needs.

It needs her name and address, her language, when and how openly we may write, and whether we may:
what care keeps back stays kept back. Which event it was, how she took part and whether she came
are what the registration is, and go with it.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from forum.care.models import Task, TaskKind
from forum.incoming.models import CalendarReply
from forum.registration.models import CareState, Offer, Registration, SessionPlace, Status

EMPTY: Mapping[InstrumentedAttribute[Any], object] = {
    Registration.roles: (),
    Registration.is_first_time: False,
    Registration.wants_certificate: False,
    Registration.has_let_companion_pause: False,
    Registration.wants_offers: True,
    Registration.short_notice: None,
    Registration.auto_take_until: None,
    Registration.form_key: None,
}
"""Columns of what she has told us for the event, each with what it says of who has told nothing."""
FIRST = 0
"""The number in line of who waited in vain: it says nothing of her turn."""
IS_ASKED_STILL = and_(Task.kind != TaskKind.CALL, Task.done_at.is_(None))
"""What is true of a question whether we may write to somebody."""
_OTHER = aliased(Registration)


def holds_more_than_a_name() -> ColumnElement[bool]:
    """Return what is true of a registration of which more is kept than an invitation needs."""
    told = (
        column.is_not(None) if empty is None else column != empty for column, empty in EMPTY.items()
    )
    hanging = (
        exists().where(Offer.registration_id == Registration.id),
        exists().where(Offer.partner_id == Registration.id),
        exists().where(SessionPlace.registration_id == Registration.id),
        exists().where(CalendarReply.registration_id == Registration.id),
        exists().where(Task.registration_id == Registration.id, ~IS_ASKED_STILL),
    )
    waits_besides = and_(
        Registration.status != Status.WAITLISTED, Registration.wait_no.is_not(None)
    )
    waited = and_(Registration.status == Status.WAITLISTED, Registration.wait_no != FIRST)
    is_linked = or_(Registration.companion_of_id.is_not(None), Registration.pair_rule.is_not(None))
    return or_(*told, *hanging, waits_besides, waited, and_(is_linked, may_be_parted()))


def may_be_parted() -> ColumnElement[bool]:
    """Return what is true of who needs no link: neither of the two is held.

    The link tells because of whom somebody is held.
    """
    held = select(_OTHER.id).where(
        _OTHER.id == Registration.companion_of_id, _OTHER.care_state == CareState.HELD
    )
    return and_(Registration.care_state != CareState.HELD, ~held.exists())
