"""Programs that fill in forms are stopped without a puzzle, and nobody else is."""

from datetime import timedelta

import pytest
import time_machine

from forum.db import db
from forum.outbox.models import Message
from forum.registration.models import Registration, Status
from tests.conftest import TODAY
from tests.my import my
from tests.registering import ADA, BOOKED, outcome, path

pytestmark = pytest.mark.sqlite_is_enough

TOO_QUICK = "Nothing is lost. To send it, please press Register once more."
PUZZLES = ("captcha", "challenge", "hcaptcha", "turnstile", "altcha")


def send(visitor, address: str, answers: dict[str, object], **request) -> int:
    """Send a form, as an address of the network if one is named; return the status."""
    form = visitor.get(address).form()
    return visitor.client.post(address, data={**form, **answers}, **request).status_code


def number_of(kind) -> int:
    db.session.rollback()
    return db.session.query(kind).count()


def number_kept() -> int:
    return number_of(Registration) + number_of(Message)


@pytest.fixture
def in_life(app):
    """Take forms as in life: tests may otherwise be quicker than people are."""
    app.testing = False
    return app


def test_a_program_that_fills_in_every_field_registers_nobody(make, visitor):
    event = make.event()
    form = visitor.get(path(event)).form()
    assert form["website"] == ""

    page = visitor.post(path(event), {**form, **ADA, "website": "https://x.example"}, status=422)

    assert "617-555-0142" in page.text
    assert number_kept() == 0


def test_a_program_that_fills_in_every_field_has_no_links_sent(make, visitor):
    make.registration(make.event(), email="ada@people.example")
    answers = {"email": "ada@people.example", "website": "https://x.example"}

    assert send(visitor, "/find", answers) == 422

    assert number_of(Message) == 0


def test_nobody_meets_the_trap_by_eye_by_ear_or_by_keyboard(make, visitor):
    page = visitor.get(path(make.event()))

    [trap] = [each for each in page.all("input") if each.get("name") == "website"]
    parents = {child: parent for parent in page.tree.iter() for child in parent}
    around = [trap]
    while around[-1] in parents:
        around.append(parents[around[-1]])

    assert trap.get("tabindex") == "-1"
    assert trap.get("autocomplete") == "off"
    assert any(each.get("aria-hidden") == "true" for each in around)
    assert any(
        "decoy" in (each.get("class") or "") or each.get("hidden") is not None for each in around
    )


def test_a_form_back_within_the_second_keeps_what_was_typed_and_asks_once_more(
    in_life, make, visitor
):
    event = make.event()
    with time_machine.travel(TODAY, tick=False) as still:
        form = {**visitor.get(path(event)).form(), **ADA, "needs": "A chair"}
        page = visitor.post(path(event), form, status=422)
        assert (page.errors(), page.form()["needs"]) == ([TOO_QUICK], "A chair")
        assert number_kept() == 0
        still.shift(timedelta(seconds=3))

        assert outcome(visitor.get(visitor.post(path(event), page.form()))) == BOOKED


def test_who_registers_again_has_only_to_press_and_reads_what_we_filled_in(in_life, make, visitor):
    event = make.event()
    ada = make.registration(
        event, name=ADA["name"], email=ADA["email"], status=Status.CANCELLED, needs="A chair"
    )
    with time_machine.travel(TODAY, tick=False):
        page = visitor.get(visitor.submit(my(ada), action=my(ada, "register")))
        assert "We filled in what you told us before" in page.text
        assert "This is what you had written" not in page.text

        assert outcome(visitor.get(visitor.post(path(event), page.form()))) == BOOKED


@pytest.mark.parametrize("age", [timedelta(hours=21), timedelta(days=5), timedelta(days=30)])
def test_a_form_that_lay_open_for_days_is_taken(in_life, make, visitor, today, age):
    event = make.event()
    form = {**visitor.get(path(event)).form(), **ADA}
    today.shift(age)

    assert outcome(visitor.get(visitor.post(path(event), form))) == BOOKED


def test_a_mark_that_a_program_makes_up_counts_as_none(in_life, make, visitor, today):
    event = make.event()
    form = visitor.get(path(event)).form()
    key, stamp, seal = form["mark"].rsplit(".", 2)
    today.shift(timedelta(minutes=1))

    for forged in (f"{key}.AAAAAA.{seal}", f"another.{stamp}.{seal}", key, ""):
        page = visitor.post(path(event), {**form, **ADA, "mark": forged}, status=422)
        assert page.errors() == [TOO_QUICK]

    assert number_kept() == 0


def test_one_connection_may_send_sixty_forms_a_minute_and_others_go_on(make, visitor, new_visitor):
    event = make.event()
    form = visitor.get(path(event)).form()
    from_here = {"environ_base": {"REMOTE_ADDR": "192.0.2.1"}}
    heard = [
        visitor.client.post(path(event), data=form, **from_here).status_code for _ in range(61)
    ]

    assert heard == [422] * 60 + [429]
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.2"}}
    assert send(new_visitor(), path(event), ADA, **elsewhere) == 303


def test_who_has_sent_too_many_forms_is_told_to_wait_a_minute_and_then_may(make, visitor, today):
    event = make.event()
    form = visitor.get(path(event)).form()
    for _ in range(60):
        visitor.client.post(path(event), data=form)

    page = visitor.post(path(event), {**form, **ADA}, status=429)

    assert "Wait a minute, then try again. You do not lose your place by waiting." in page.text
    today.shift(timedelta(minutes=1))
    assert outcome(visitor.get(visitor.post(path(event), {**form, **ADA}))) == BOOKED


def test_all_connections_together_have_a_limit_too(make, visitor, today):
    """A thousand machines that ask for links do not become a thousand times the mail."""
    make.programme()
    today.move_to(TODAY, tick=False)  # all within one minute, however slow the machine is
    form = visitor.get("/find").form()
    heard = [
        visitor.client.post(
            "/find",
            data={**form, "email": f"person{number}@people.example"},
            environ_base={"REMOTE_ADDR": f"198.51.{number // 250}.{number % 250}"},
        ).status_code
        for number in range(601)
    ]

    assert heard == [303] * 600 + [429]


def test_one_mailbox_is_sent_its_links_once_an_hour_however_many_ask(make, visitor, today):
    make.registration(make.event(), email="ada@people.example")
    for number in range(5):
        from_there = {"environ_base": {"REMOTE_ADDR": f"192.0.2.{number}"}}
        assert send(visitor, "/find", {"email": "ada@people.example"}, **from_there) == 303
    assert number_of(Message) == 1

    today.shift(timedelta(hours=1, minutes=1))
    send(visitor, "/find", {"email": "ada@people.example"})

    assert number_of(Message) == 2


def test_one_mailbox_is_told_once_of_its_place_and_once_an_hour_that_it_had_it_already(
    make, new_visitor, today
):
    event = make.event()
    for _ in range(5):
        assert send(new_visitor(), path(event), ADA) == 303

    assert number_of(Message) == 2


def test_no_limit_counts_against_looking(make, visitor):
    event = make.event()

    assert {visitor.client.get(path(event)).status_code for _ in range(100)} == {200}


@pytest.mark.parametrize("address", ["/events/{slug}/register", "/find"])
def test_there_is_no_puzzle(make, visitor, address):
    page = visitor.get(address.format(slug=make.event().slug))
    source = page.response.get_data(as_text=True).lower()

    assert [word for word in PUZZLES if word in source] == []
    assert page.all("img") + page.all("iframe") + page.all("canvas") + page.all("audio") == []
    assert page.all("noscript") == []
