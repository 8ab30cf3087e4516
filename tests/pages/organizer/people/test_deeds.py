"""What was done for a person, said in the history in whole sentences."""

from datetime import timedelta

import pytest

from forum import clock
from forum.care.models import TaskKind
from forum.db import transaction
from forum.registration.models import CareState
from forum.registration.telling import ask, tell
from tests.desk import EVENT, at
from tests.notices import Desk

pytestmark = pytest.mark.sqlite_is_enough

HISTORY = "/organize/history/"
TASKS = "/organize/tasks"


@pytest.fixture
def greta(make, event):
    greta = make.registration(event, name="Greta Nomail", email=None, phone="+16175550142")
    with transaction():
        tell("confirmation", greta, "1", now=clock.now())
    return greta


def said(desk, address=HISTORY):
    """Return the deeds that stand there, the newest first, each with what is beside it."""
    found = [each for each in desk.get(address).all("ul") if each.get("class") == "deeds"]
    lines = [" ".join("".join(line.itertext()).split()) for each in found for line in each]
    return [line.partition(" Petra Sandboxer ")[2] for line in lines]


def test_a_call_is_said_to_be_one(desk, greta):
    desk.submit(TASKS, answer="tried")
    desk.submit(TASKS, answer="done")

    assert said(desk)[:2] == [
        "called Greta Nomail.",
        "called Greta Nomail and did not reach them.",
    ]


def test_a_question_is_said_with_its_answer(desk, ione, jasper):
    desk.submit(at(ione, "/remember/sure"))
    desk.submit(TASKS, answer="quiet")

    assert "asked Jasper Sample what they want from us. answer: They want no emails" in said(desk)


def test_who_someone_is_was_found_out(make, desk, event, ione):
    desk.submit(at(ione, "/remember/sure"))
    new = make.registration(event, name="Ione Sample", email=ione.email, care_state=CareState.HELD)
    with transaction():
        ask(TaskKind.CHECK_PERSON, new, once="check", now=clock.now())
    desk.submit(desk.submit(TASKS, answer="another"))

    assert "found out who Ione Sample is. answer: Another person" in said(desk)


def test_care_is_said_in_words(desk, ione):
    desk.submit(at(ione, "/pause"), ends="word", until="")
    desk.submit(at(ione, "/resume"))
    desk.submit(at(ione, "/remember/sure"))
    desk.submit(at(ione, "/remember/undo"))

    assert said(desk)[:4] == [
        "noted that Ione Sample is alive.",
        "noted that Ione Sample has died. place before: Has a place; takes part: In person",
        "ended the pause of Ione Sample.",
        "paused emails to Ione Sample.",
    ]


@pytest.mark.both_engines
@pytest.mark.parametrize("is_open", [True, False])
def test_only_a_limit_that_stood_in_the_way_is_said_to_be_set_aside(desk, event, is_open):
    if not is_open:
        desk.submit(f"{EVENT}/places/in_person", closes="2026-11-22T17:00")
    desk.submit(
        f"{EVENT}/registrations/add",
        name="Ada",
        reach="phone",
        phone="617 555 0199",
        mode="in_person",
        before_opening="y",
        after_closing="y",
    )

    beside = "" if is_open else "; limits set aside: closing"
    assert f"registered Ada, who was on the phone. takes part: In person{beside}" in " ".join(
        said(desk)
    ).replace("; place: Has a place", "")


def test_a_spanish_sentence_that_ends_with_a_time_ends_once(make, desk, event, petra, greta):
    Desk(petra).move(make.session(event, room=make.room()), timedelta(minutes=30))
    desk.submit(TASKS, answer="done")

    for address in (HISTORY, TASKS):
        text = desk.get(f"{address}?lang=es").text
        assert ".m." in text
        assert ".m.." not in text
