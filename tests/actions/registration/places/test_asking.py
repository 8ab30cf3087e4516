"""Who asks in her name, or in his, hears the same whether she is registered or not."""

import pytest

from forum.db import rehearsal
from forum.events.models import Mode
from forum.registration import actions
from forum.registration.models import PairRule, Registration, Status
from forum.registration.places.admission import Asking
from forum.registration.requests import Companion
from tests.actions.registration.asking import asks, register
from tests.rush import NOW


def heard(event, **answers) -> list[tuple]:
    """Return what a stranger hears who asks; nothing is kept."""
    with rehearsal():
        outcome = actions.register(event, asks(form_key="a stranger's", **answers), now=NOW)
        both = [outcome, outcome.companion] if outcome.companion else [outcome]
        return [(each.status, each.line_number) for each in both]


@pytest.mark.parametrize("rule", PairRule)
@pytest.mark.parametrize("is_companion_known", [True, False])
@pytest.mark.parametrize("capacity", [1, 2, 3, 4])
def test_with_a_companion_nobody_hears_that_she_is_registered(
    make, capacity, is_companion_known, rule
):
    event = make.event(capacity=capacity)
    register(event, asks(form_key="hers"))
    if is_companion_known:
        register(event, asks("Boris", "boris@people.example", form_key="his"))
    boris = Companion(name="Boris", email="boris@people.example")

    of_her = heard(event, companion=boris, pair_rule=rule)

    nobody = {"name": "Nobody", "email": "nobody@people.example"}
    assert of_her == heard(event, **nobody, companion=boris, pair_rule=rule)


@pytest.mark.parametrize(
    ("known", "is_own"),
    [
        ([], True),
        ([(Status.CANCELLED, "hers")], True),
        ([(Status.CONFIRMED, "hers")], False),
        ([(Status.WAITLISTED, "a stranger's")], True),
        ([(Status.CONFIRMED, None)], False),
    ],
)
def test_only_the_form_that_brought_her_hears_how_she_stands(known, is_own):
    draft = Registration(form_key="a stranger's", mode=Mode.IN_PERSON)
    rows = tuple(Registration(status=status, form_key=key) for status, key in known)
    asking = Asking(draft, rows)
    assert asking.is_own is is_own
    assert asking.registration is (rows[0] if asking.living else draft)
    assert Asking(Registration(form_key=None), rows).is_own is (asking.living is None)
