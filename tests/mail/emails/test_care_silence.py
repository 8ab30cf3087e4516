"""Every email of the system against every care state, and a whole house that stays silent."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import time_machine
from sqlalchemy import select

from forum import clock, emails, links
from forum.care import actions as care
from forum.care.rules import ASKED, FIRST_WORDS, KEPT_BACK, Purpose
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.emails import Letter, Silence
from forum.emails.kinds import KINDS, TO_ORGANIZERS
from forum.events.models import Mode
from forum.links import feed_link
from forum.outbox.models import Message, MessageState
from forum.planning.actions import cancel_event
from forum.registration.actions import send_link
from forum.registration.models import CareState, Registration
from forum.reminders.actions import plan
from tests.mail.occasions import facts_of, person_for

TEMPLATES = Path(emails.__file__).parent.parent / "templates/emails"
MAY = date(2027, 5, 1)
PROMISES = ("we keep it right", "We will email you", "we keep it for you and write to you")
A_WEEK_BEFORE = datetime(2027, 4, 17, 14, 5, tzinfo=UTC)


@pytest.fixture
def worker(app, relay, post_to) -> Worker:
    post_to(relay.port)
    return Worker(app)


def sent_to(relay) -> set[str]:
    return {address for each in relay.deliveries for address in each.recipients}


def drain(worker) -> None:
    while worker.run_once():
        pass


def states_of(email: str) -> list[tuple[str, MessageState]]:
    db.session.rollback()
    db.session.expire_all()
    rows = select(Registration.name, Message.state).join(Message.registration)
    return sorted(tuple(row) for row in db.session.execute(rows.where(Message.email == email)))


def test_every_folder_of_an_email_is_in_the_table():
    """The one beside it goes to organizers."""
    folders = {path.name for path in TEMPLATES.iterdir() if path.is_dir()}

    assert folders == {*KINDS, *TO_ORGANIZERS}


class TestEveryEmail:
    @pytest.fixture
    def engine(self, sqlite_engine):
        """One engine is enough for what only reads."""
        return sqlite_engine

    @pytest.mark.parametrize("state", CareState)
    @pytest.mark.parametrize("email", KINDS)
    def test_goes_out_just_when_the_table_lets_it(self, make, written, email, state):
        person = person_for(make, make.event(), email, care_state=state)
        make.welcome(person)

        answer = written(email, person, facts=facts_of(make, email, person))

        is_kept = state in KEPT_BACK[KINDS[email].purpose]
        assert type(answer) is (Silence if is_kept else Letter)

    @pytest.mark.parametrize("email", FIRST_WORDS)
    def test_no_pause_keeps_from_her_that_she_is_registered(self, make, written, email):
        person = person_for(make, make.event(), email, care_state=CareState.PAUSED)

        first = written(email, person)
        make.welcome(person)
        again = written(email, person)

        assert [type(first), type(again)] == [Letter, Silence]

    @pytest.mark.parametrize("email", FIRST_WORDS)
    def test_what_she_does_herself_is_answered_in_a_pause_and_not_in_a_hold(
        self, make, written, email
    ):
        event = make.event()
        states = (CareState.PAUSED, CareState.HELD)
        people = [person_for(make, event, email, care_state=state) for state in states]
        for each in people:
            make.welcome(each)

        answers = [written(email, each, facts={"again": True, ASKED: True}) for each in people]

        assert [type(each) for each in answers] == [Letter, Silence]

    @pytest.mark.parametrize("email", FIRST_WORDS)
    @pytest.mark.parametrize("until", [MAY, None])
    def test_an_email_in_a_pause_says_so_and_promises_none(self, make, written, email, until):
        paused = {"care_state": CareState.PAUSED, "care_until": until}
        person = person_for(make, make.event(), email, **paused)
        quiet = written(email, person)
        person.care_state = CareState.ACTIVE

        loud = written(email, person)

        says = "No emails until Saturday, May 1, 2027" if until else "No emails until you tell us"
        for each in (quiet.text, quiet.html):
            assert (says in each, f"{links.my_token(person)}/pause" in each) == (True, True)
            assert [said for said in PROMISES if said in each] == []
        assert "No emails until" not in loud.text

    @pytest.mark.parametrize("email", FIRST_WORDS)
    def test_who_is_held_is_not_told_even_that(self, make, written, email):
        person = person_for(make, make.event(), email, care_state=CareState.HELD)

        assert isinstance(written(email, person), Silence)

    def test_someone_remembered_gets_none_of_them(self):
        assert {CareState.REMEMBERED in KEPT_BACK[kind.purpose] for kind in KINDS.values()} == {
            True
        }


@pytest.fixture
def house(make):
    """A forum with four people, each in another state, all reached by email."""
    event = make.event()
    make.reminder(event, "P7D", local_time="10:00")
    return event, {
        state: make.registration(
            event, name=state.value, email=f"{state.value}@people.example", care_state=state
        )
        for state in CareState
    }


def test_a_reminder_reaches_only_those_who_are_written_to(relay, worker, house):
    with time_machine.travel(A_WEEK_BEFORE, tick=True):
        with transaction():
            plan(clock.now())
        drain(worker)

    assert sent_to(relay) == {"active@people.example"}


def test_calling_the_event_off_reaches_only_those_who_are_written_to(make, relay, worker, house):
    event, _people = house
    make.registration(event, name="Greta", email=None, mode=Mode.PHONE)
    with transaction():
        cancel_event(event, version=event.version, by=make.organizer(), now=clock.now())
    drain(worker)

    assert sent_to(relay) == {"active@people.example"}
    assert states_of("event_cancelled") == [
        ("active", MessageState.SENT),
        ("held", MessageState.DROPPED),
        ("paused", MessageState.DROPPED),
    ]


def test_a_link_that_was_asked_for_reaches_all_but_those_who_died(relay, worker, house):
    with transaction():
        for state in CareState:
            send_link(f"{state.value}@people.example", now=clock.now())
    drain(worker)

    assert sent_to(relay) == {
        "active@people.example",
        "paused@people.example",
        "held@people.example",
    }


def test_a_feed_is_empty_for_those_who_died(app, house):
    _event, people = house
    held = {
        state: app.test_client().get(urlsplit(feed_link(person)).path).data.count(b"BEGIN:VEVENT")
        for state, person in people.items()
    }

    assert held == {state: 0 if state in KEPT_BACK[Purpose.FEED] else 1 for state in CareState}


def test_remembering_someone_lets_nothing_out_and_stops_what_waits(make, relay, worker, house):
    event, people = house
    ione = people[CareState.ACTIVE]
    jasper = make.registration(event, name="Jasper", companion_of=ione)
    with transaction():
        send_link(ione.email, now=clock.now())
        care.pause(jasper, MAY, now=clock.now())
        care.remember(ione, now=clock.now(), by=make.organizer())
    for days in (0, 30, 180, 365):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=True):
            with transaction():
                plan(clock.now())
            drain(worker)

    assert sent_to(relay) == set()
    assert states_of("my_link") == [("active", MessageState.DROPPED)]


def test_the_end_of_a_pause_is_told_once_on_its_morning(relay, worker, house):
    _event, people = house
    ada = people[CareState.ACTIVE]
    with transaction():
        care.pause(ada, MAY, now=clock.now())
        care.pause(ada, MAY + timedelta(days=7), now=clock.now())
        care.pause(ada, MAY, now=clock.now())
    for at in ("2027-05-01T13:59Z", "2027-05-01T14:01Z", "2027-05-09T15:00Z"):
        with time_machine.travel(datetime.fromisoformat(at), tick=True):
            drain(worker)
            told = [each.message["Subject"] for each in relay.deliveries]
            assert len(told) == (0 if at == "2027-05-01T13:59Z" else 1)

    assert sent_to(relay) == {"active@people.example"}
