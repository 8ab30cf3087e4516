"""People who wait in a line, and the places that they wait for."""

from forum.db import db, transaction
from forum.events.models import Gate, Mode
from forum.operations.queries import miscounted_gates
from forum.registration import actions, queries
from forum.registration.models import PairRule, Status
from tests.rush import NOW

WAITS = {"status": Status.WAITLISTED}


def cancel(registration, now=NOW):
    with transaction():
        actions.cancel(registration, now=now)


def free_place(seated):
    """Let the one with the place give it up, and return the offer that follows."""
    cancel(seated)
    (offer,) = queries.open_offers(seated.event_id, Mode.IN_PERSON)
    return offer


def pair(make, event, rule=PairRule.TOGETHER, **facts):
    ada = make.registration(event, name="Ada", pair_rule=rule, **WAITS, **facts)
    boris = make.registration(
        event, name="Boris", pair_rule=rule, companion_of=ada, **WAITS, **facts
    )
    return ada, boris


def line(event, mode=Mode.IN_PERSON):
    return [each.name for each in queries.line_people(event.id, mode)]


def counted(event, mode=Mode.IN_PERSON):
    db.session.expire_all()
    gate = db.session.query(Gate).filter_by(event_id=event.id, mode=mode).one()
    assert miscounted_gates() == []
    return gate.taken, gate.held
