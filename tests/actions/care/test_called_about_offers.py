"""What an offer does to the other calls to her, while it is open and once it is over."""

from datetime import timedelta

import pytest

from forum import clock
from forum.registration import actions
from forum.registration.models import Status
from forum.registration.telling import tell
from tests.actions.care.caring import do
from tests.lines import move_all_lines
from tests.stored import fresh, open_tasks, tasks


def calls() -> list[tuple[str, str]]:
    return [(each.task.registration.name, each.task.about) for each in open_tasks()]


@pytest.fixture
def event(make):
    return make.event(capacity=1, starts_at=clock.now() + timedelta(days=4))


def test_who_was_never_told_how_she_stands_is_still_to_be_called_once_an_offer_is_over(
    make, event, today
):
    seated = make.registration(event, name="Seated")
    by_phone = {"email": None, "phone": "+16175550100", "status": Status.WAITLISTED}
    ada = make.registration(event, name="Ada", **by_phone)
    do(tell, "waitlist", ada, "1")
    do(actions.cancel, fresh(seated))
    assert calls() == [("Ada", "offer")]

    today.shift(timedelta(days=3))  # nobody has called, and it is too late for another offer
    do(move_all_lines)

    assert [each.done_at for each in tasks()] == [None, None]
    assert calls() == [("Ada", "waitlist")]
