"""How many places there are, and that what is counted is what is so."""

import pytest

from forum.db import db, transaction
from forum.events.models import Gate, Mode
from forum.registration import actions, queries, refusals
from forum.registration.models import Registration, Status
from tests.actions.registration.asking import asks, register
from tests.rush import NOW


def test_more_places_are_offered_to_the_line_at_once(make):
    event = make.event(capacity=1)
    register(event)
    boris = register(event, asks("Boris", "boris@people.example")).registration

    with transaction():
        offered = actions.set_capacity(event.gates[0], 5, now=NOW)

    assert [offer.registration for offer in offered] == [boris]
    assert (boris.status, event.gates[0].held) == (Status.WAITLISTED, 1)


def test_a_limit_that_is_lifted_is_offered_to_everyone(make):
    event = make.event(capacity=0)
    for number in range(3):
        register(event, asks(f"Person {number}"))

    with transaction():
        actions.set_capacity(event.gates[0], None, now=NOW)

    assert (event.gates[0].taken, event.gates[0].held) == (0, 3)


def test_the_capacity_cannot_fall_below_what_is_taken_and_offered(make):
    event = make.event(capacity=2)
    make.registration(event)
    make.offer(make.registration(event, status=Status.WAITLISTED))

    with pytest.raises(refusals.CapacityBelowTaken) as refused, transaction():
        actions.set_capacity(event.gates[0], 1, now=NOW)

    assert refused.value.sentence == (
        "Places taken: 1. Kept for offers: 1. Choose 2 or a higher number."
    )


def test_public_pages_change_only_when_the_word_for_places_does(make):
    event = make.event(capacity=5)
    revisions = []
    for number in range(6):
        register(event, asks(f"Person {number}"))
        db.session.refresh(event)
        revisions.append(event.revision)

    assert revisions == [1, 2, 2, 2, 3, 3]  # few when 3 are left, full at 5, still full at 6


def test_taken_is_what_the_rows_say(make):
    event = make.event(capacity=2)
    for number in range(4):
        register(event, asks(f"Person {number}"))

    gate = db.session.query(Gate).filter_by(event_id=event.id, mode=Mode.IN_PERSON).one()
    confirmed = db.session.query(Registration).filter_by(status=Status.CONFIRMED).count()
    assert gate.taken == confirmed == 2


def test_someone_new_does_not_pass_those_who_wait(make):
    """A place may be free while people are waiting, such as after a restore or a repair by hand."""
    event = make.event(capacity=2)
    for name in ("Ada", "Boris"):
        make.registration(event, name=name, mode=Mode.WEBCAST)
    cora = make.registration(event, name="Cora", status=Status.WAITLISTED, wait_no=1)
    event.gates[0].capacity = 1
    event.gates[0].taken = 0
    db.session.commit()

    newcomer = register(event, asks("Dora", "dora@people.example"))

    db.session.expire_all()
    assert newcomer.status == Status.WAITLISTED
    assert queries.open_offer(cora).mode == Mode.IN_PERSON
