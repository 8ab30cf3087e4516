"""Organizers' accounts: links that work once, tries that are counted, roles."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import event as sql
from sqlalchemy import func, select

from forum import clock
from forum.accounts import actions, rules, throttle
from forum.accounts.models import Attempt, OrganizerRole, SignIn
from forum.db import db, transaction
from forum.errors import Gone
from forum.links import token
from forum.outbox.models import Message

AT_ONCE = 8


def at_once(app, act):
    """Do the same from many threads at one moment; return how each went."""
    outcomes, gun = [], threading.Barrier(AT_ONCE)

    def run():
        with app.app_context():
            gun.wait()
            try:
                with transaction():
                    act()
            except (Gone, throttle.TooOften) as refusal:
                outcomes.append(type(refusal).__name__)
            else:
                outcomes.append("done")

    threads = [threading.Thread(target=run) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(outcomes)


@pytest.fixture
def petra(make):
    return make.organizer(email="petra@lantern.example")


def link_for(organizer):
    with transaction():
        return token("sign-in", actions.make_link(organizer, now=clock.now()).public_id, 1)


def test_a_link_pressed_many_times_at_once_signs_in_once(app, petra):
    link = link_for(petra)

    outcomes = at_once(app, lambda: actions.sign_in_by_link(link, now=clock.now()))

    assert outcomes == ["Gone"] * (AT_ONCE - 1) + ["done"]
    assert db.session.scalar(select(func.count()).select_from(SignIn)) == 1


def test_tries_at_once_are_all_counted(app, petra):
    outcomes = at_once(app, lambda: throttle.count("sign-in", "petra", most=5, now=clock.now()))

    assert outcomes == ["TooOften"] * (AT_ONCE - 5) + ["done"] * 5


def test_old_tries_are_forgotten(app, today):
    with transaction():
        throttle.count("sign-in", "petra", most=5, now=clock.now())
    today.shift(timedelta(minutes=15))
    with transaction():
        throttle.count("sign-in", "petra", most=5, now=clock.now())

    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 1


def statements_of(email):
    statements = []

    def note(*given):
        statements.append(given[2].split()[0])

    sql.listen(db.engine, "before_cursor_execute", note)
    with transaction():
        actions.send_link(email, client="192.0.2.1", now=clock.now())
    sql.remove(db.engine, "before_cursor_execute", note)
    return [each for each in statements if each in {"INSERT", "UPDATE"}]


def test_an_unknown_address_costs_the_same_work_as_a_known_one(make, petra):
    assert statements_of("nobody@elsewhere.example") == statements_of(petra.email)
    assert db.session.scalar(select(func.count()).select_from(Message)) == 1


def test_a_new_link_leaves_an_older_one_as_it_is(petra):
    first = link_for(petra)
    link_for(petra)

    with transaction():
        sign_in, _token = actions.sign_in_by_link(first, now=clock.now())

    assert sign_in.organizer_id == petra.id


def test_signing_out_everywhere_also_spends_the_links_that_wait(petra):
    link = link_for(petra)
    with transaction():
        actions.end_all(petra, by=petra, now=clock.now())

    with pytest.raises(Gone), transaction():
        actions.sign_in_by_link(link, now=clock.now())


@pytest.mark.parametrize(
    ("role", "rooms"),
    [
        (OrganizerRole.VIEWER, [True, False, False]),
        (OrganizerRole.COORDINATOR, [True, True, False]),
        (OrganizerRole.OWNER, [True, True, True]),
    ],
)
def test_each_role_may_do_what_those_before_it_may(role, rooms):
    assert [rules.may(role, needed) for needed in OrganizerRole] == rooms


def test_the_first_owner_is_added_and_let_in_from_the_command_line(app, make, visitor):
    make.event()
    runner = app.test_cli_runner()

    added = runner.invoke(
        args=["organizer", "add", "Petra@Lantern.example", "--role", "owner", "--name", "Petra"]
    )
    link = runner.invoke(args=["organizer", "link", "petra@lantern.example"])

    assert added.output == "Added petra@lantern.example as owner.\n"
    assert link.output.startswith("http://localhost:8000/organize/sign-in/")
    assert visitor.get(link.output.strip().removeprefix("http://localhost:8000")).status == 200


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["add", "petra@lantern.example"], "Someone with this address is already an organizer."),
        (["add", "petra"], "petra is not an email address."),
        (["link", "no@one.example"], "No active organizer has the address no@one.example."),
    ],
)
def test_a_command_that_cannot_says_so_and_fails(app, petra, words, sentence):
    outcome = app.test_cli_runner().invoke(args=["organizer", *words])

    assert (outcome.exit_code, outcome.output) == (1, f"Error: {sentence}\n")
