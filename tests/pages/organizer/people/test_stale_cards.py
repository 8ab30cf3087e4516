"""A card that is open in another tab: what it showed is gone, and what is pressed on it is hers."""

import pytest

from forum.care import actions as care
from forum.care import call_actions
from forum.care.models import TaskKind
from forum.privacy import actions as privacy
from forum.registration.telling import ask
from tests.actions.care.caring import do
from tests.stored import fresh, look_again, tasks

TASKS = "/organize/tasks"
OTHERS = "That card was about somebody else. Nothing was changed, no note kept."
NOTE = "Jasper says that Ione is in hospice"


@pytest.fixture
def zoe(make):
    """Make Zoe, who is to be called."""

    def make_zoe():
        zoe = make.registration(make.event(), name="Zoe", email=None, phone="+1-617-555-0188")
        do(ask, TaskKind.CALL, zoe, about="confirmation", once="zoe:1")
        return zoe

    return make_zoe


def of(person) -> list[tuple[bool, int, str]]:
    look_again()
    hers = (each for each in tasks() if each.registration_id == person.id)
    return [(each.done_at is not None, each.tried, each.notes) for each in hers]


@pytest.mark.parametrize("gone", ["erased", "undone"])
@pytest.mark.parametrize("pressed", ["done", "note", "tried"])
def test_what_is_pressed_on_a_card_that_is_gone_is_not_about_another(
    desk, jasper, zoe, gone, pressed
):
    ione, petra = jasper.companion_of, desk.organizer
    if gone == "undone":
        do(care.remember, ione, by=petra)
    else:
        do(ask, TaskKind.CALL, jasper, about="confirmation", once="jasper:1")
    [task] = tasks()
    number = task.id
    card = {**desk.get(TASKS).form(f"{TASKS}/{number}"), "note": NOTE, "answer": pressed}
    if gone == "undone":
        do(care.undo_remember, fresh(ione), by=petra)
    else:
        do(privacy.erase, fresh(jasper), by=petra)
    person = zoe()

    desk.client.post(f"{TASKS}/{number}", data=card)

    assert of(person) == [(False, 0, "")]


@pytest.mark.parametrize("pressed", ["done", "note", "take", "tried"])
def test_a_card_says_whose_it_is_and_is_refused_for_anybody_else(desk, jasper, zoe, pressed):
    do(ask, TaskKind.CALL, jasper, about="confirmation", once="jasper:1")
    [task] = tasks()
    address = f"{TASKS}/{task.id}"
    card = {**desk.get(TASKS).form(address), "note": NOTE, "answer": pressed}
    assert card["person"] == jasper.public_id
    person = zoe()
    [number] = [each.id for each in tasks() if each.registration_id == person.id]

    desk.client.post(f"{TASKS}/{number}", data=card)

    assert of(person) == [(False, 0, "")]
    assert OTHERS in desk.get(TASKS).text


def test_what_somebody_else_was_called_about_is_not_taken_back(desk, jasper, petra, zoe):
    do(ask, TaskKind.CALL, jasper, about="confirmation", once="jasper:1")
    [task] = tasks()
    do(call_actions.done, task, shown=[task.id], by=petra)
    card = desk.get(TASKS).form(f"{TASKS}/{task.id}/undo")
    person = zoe()
    [hers] = [each for each in tasks() if each.registration_id == person.id]
    do(call_actions.done, hers, shown=[hers.id], by=petra)

    desk.client.post(f"{TASKS}/{hers.id}/undo", data=card)

    assert of(person) == [(True, 0, "")]
    assert OTHERS in desk.get(TASKS).text
