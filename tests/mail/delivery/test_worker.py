"""Workers at work: real mail server, real database, real threads, both engines."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from forum import clock
from forum.accounts import actions as accounts
from forum.db import db, transaction
from forum.delivery.senders import Senders
from forum.delivery.tries import OwnHands
from forum.delivery.worker import Worker
from forum.events.models import Mode
from forum.events.queries import programme
from forum.outbox import actions, queries, runner
from forum.outbox.models import Message, MessageState
from forum.registration import actions as registering
from forum.registration.models import Registration, Status
from forum.registration.requests import Request
from tests.stored import tasks

PATIENCE = 20
"""Seconds after which a test about something else than time gives up."""


@pytest.fixture
def worker(app, relay, post_to) -> Worker:
    post_to(relay.port, sender_threads=4)
    return Worker(app)


@pytest.fixture
def event(make):
    return make.event()


def told(person: Registration, once: str = "my_link:1", **values) -> None:
    with transaction():
        actions.post("my_link", person, once=once, now=clock.now(), **values)


def senders_to(app, post) -> Senders:
    return Senders(app, lambda: OwnHands(post), 1, threading.Event())


def states() -> dict[str, str | None]:
    db.session.expire_all()
    return {m.state: m.reason for m in db.session.scalars(db.select(Message))}


def eventually(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        db.session.rollback()  # a read sees what was so when it began
        assert time.monotonic() < deadline, "it never came to be so"
        time.sleep(0.05)


def test_what_is_due_is_written_and_delivered(make, event, relay, worker):
    told(make.registration(event, name="Ada", email="ada@people.example"))
    assert worker.run_once() == 1
    [delivery] = relay.deliveries
    assert delivery.recipients == ["ada@people.example"]
    assert (
        delivery.message["Subject"] == "Your link for Saturday, April 24, 2027: Lantern spring day"
    )
    assert states() == {MessageState.SENT: None}


def test_a_451_is_tried_again_with_the_same_message_id(make, event, relay, worker, today):
    relay.answers.extend(["451 4.7.1 Greylisted", "451 4.7.1 Greylisted"])
    told(make.registration(event))
    for _ in range(3):
        worker.run_once()
        today.shift(timedelta(minutes=7))
    assert len(relay.tries) == 3
    assert len(set(relay.tries)) == 1
    assert len(relay.deliveries) == 1
    assert states() == {MessageState.SENT: None}


def test_between_tries_it_waits(make, event, relay, worker):
    relay.answers.append("451 4.7.1 Greylisted")
    told(make.registration(event))
    assert [worker.run_once(), worker.run_once()] == [1, 0]
    assert states() == {
        MessageState.QUEUED: "The mail server asked to try again later: 451 4.7.1 Greylisted"
    }


def test_after_six_tries_it_has_failed_and_says_why(make, event, relay, worker, today):
    relay.answers.extend(["451 4.7.1 Greylisted"] * 9)
    told(make.registration(event))
    for _ in range(8):
        worker.run_once()
        today.shift(timedelta(hours=5))
    assert len(relay.tries) == 6
    assert list(states()) == [MessageState.FAILED]


def test_a_550_has_failed_at_once_and_the_others_are_sent(make, event, relay, worker):
    relay.refused["gone@people.example"] = "550 5.1.1 No such person"
    told(make.registration(event, email="gone@people.example"), once="1")
    told(make.registration(event), once="2")
    worker.run_once()
    assert len(relay.deliveries) == 1
    assert states() == {
        MessageState.SENT: None,
        MessageState.FAILED: "The mail server refused the email: 550 5.1.1 No such person",
    }


def test_whoever_is_offered_a_place_by_an_email_that_is_refused_is_to_be_called(
    make, event, relay, worker
):
    """The server says nothing of the address, so nothing is blocked; but the offer runs out."""
    greta = make.registration(event, name="Greta", email="g@people.example", status="waitlisted")
    offer = make.offer(greta, made_at=clock.now(), ends_at=clock.now() + timedelta(days=2))
    relay.refused["g@people.example"] = "554 5.7.1 Message rejected as spam"
    facts = {"offer": offer.id}
    with transaction():
        actions.post("offer", greta, facts, once="offer:1", now=clock.now())

    worker.run_once()

    assert list(states()) == [MessageState.FAILED]
    assert [(each.about, each.registration.name) for each in tasks()] == [("offer", "Greta")]


def test_whoever_has_taken_her_address_away_meanwhile_is_to_be_called(make, event, relay, worker):
    greta = make.registration(event, name="Greta", email=None, mode=Mode.PHONE)
    with transaction():
        actions.post("promoted", greta, once="promoted:1", now=clock.now())

    worker.run_once()

    assert [(each.about, each.registration.name) for each in tasks()] == [("promoted", "Greta")]


def test_what_is_decided_against_says_why(make, event, relay, worker):
    told(make.registration(event, email=None, mode=Mode.PHONE))
    worker.run_once()
    assert relay.deliveries == []
    assert states() == {MessageState.DROPPED: "This person has no email address. Please call."}


def test_an_email_that_cannot_be_written_does_not_stop_the_others(make, event, relay, worker):
    with transaction():
        actions.post("no_such", make.registration(event), once="1", now=clock.now())
    told(make.registration(event), once="2")
    worker.run_once()
    assert len(relay.deliveries) == 1
    assert states()[MessageState.QUEUED] == "The email could not be written."


def test_a_reminder_is_planned_and_sent_in_one_go(make, event, relay, worker, today):
    make.reminder(event, "P2D", local_time="10:00")
    make.registration(event)
    today.move_to(event.starts_at - timedelta(days=2) + timedelta(hours=2))
    worker.run_once()
    [delivery] = relay.deliveries
    assert delivery.message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_two_workers_send_each_of_two_hundred_mails_once(app, make, event, relay, post_to):
    post_to(relay.port, sender_threads=4)
    person = make.registration(event)
    now = clock.now()
    rows = [
        {
            "email": "my_link",
            "registration_id": person.id,
            "dedupe_key": f"my_link:{number}",
            "due_at": now,
            "created_at": now,
        }
        for number in range(200)
    ]
    db.session.execute(db.insert(Message), rows)
    db.session.commit()

    def work() -> None:
        with app.app_context():
            Worker(app).run_once()

    both = [threading.Thread(target=work) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(relay.deliveries) == 200
    assert len({d.message_id for d in relay.deliveries}) == 200
    assert queries.counts()[MessageState.SENT] == 200


@pytest.fixture
def ada(make, event) -> Registration:
    """Return someone who registered before the worker writes beside the test."""
    return make.registration(event)


@pytest.fixture
def running(app, worker, ada) -> Iterator[threading.Thread]:
    """Let the worker run beside the test, as in a process of its own."""

    def work() -> None:
        with app.app_context():
            worker.run()

    thread = threading.Thread(target=work)
    thread.start()
    eventually(lambda: queries.health(now=clock.now()).workers == 1)
    yield thread
    worker.stop()
    thread.join(PATIENCE)


def test_a_running_worker_sends_what_is_posted_and_stops_when_told(ada, worker, relay, running):
    told(ada)
    eventually(lambda: len(relay.deliveries) == 1)
    worker.stop()
    running.join(PATIENCE)
    assert not running.is_alive()
    db.session.rollback()
    assert queries.health(now=clock.now()).workers == 0


@pytest.fixture
def soon(make):
    """Return an event with a reminder that falls due in some seconds; nobody is registered."""
    starts_at = clock.now() + timedelta(minutes=90, seconds=8)
    soon = make.event(starts_at=starts_at)
    make.reminder(soon, "PT90M")
    return soon


def test_who_registers_right_before_a_reminder_is_due_gets_it_then(soon, worker, running, relay):
    eventually(lambda: worker._next_due is not None)
    cora = Request(
        name="Cora", email="cora@people.example", mode=Mode.WEBCAST, timezone="America/New_York"
    )
    with transaction():
        registering.register(soon, cora, now=clock.now())
    eventually(lambda: len(relay.deliveries) == 2)  # the next minute's look would be too late
    assert [each.message["Subject"].partition(":")[0] for each in relay.deliveries] == [
        "Your place on Monday, November 23, 2026",
        "Today, 11",
    ]


def test_a_call_that_was_lost_only_delays(ada, relay, running, monkeypatch):
    monkeypatch.setattr(runner, "_ring", lambda _task: None)
    told(ada)
    eventually(lambda: len(relay.deliveries) == 1)


def test_a_mail_that_its_lease_leaves_no_time_for_is_given_back_untried(
    app, make, event, relay, post_to
):
    told(make.registration(event), due_at=clock.now() - timedelta(minutes=1))
    with transaction():
        long_ago = time.monotonic() - 30
        claims = actions.claim("slow", 1, now=clock.now(), began=long_ago)
    senders = senders_to(app, post_to(relay.port))
    senders.give(claims)
    senders.close()
    assert relay.deliveries == []
    assert queries.counts()[MessageState.QUEUED] == 1
    assert db.session.scalars(db.select(Message.attempts)).one() == 0


def test_a_place_cancelled_after_the_claim_is_not_confirmed_by_mail(
    app, make, event, relay, post_to
):
    gone, stays = make.registration(event), make.registration(event)
    with transaction():
        for person in (gone, stays):
            actions.post("confirmation", person, once=f"c:{person.id}", now=clock.now())
    with transaction():
        claims = actions.claim("me", 2, now=clock.now(), began=time.monotonic())
    with transaction():
        db.session.query(Registration).filter_by(id=gone.id).update({"status": Status.CANCELLED})
    senders = senders_to(app, post_to(relay.port))
    senders.give(claims)
    senders.close()
    assert [delivery.recipients for delivery in relay.deliveries] == [[stays.email]]
    assert states() == {
        MessageState.DROPPED: "This person has canceled.",
        MessageState.SENT: None,
    }


def test_what_was_claimed_before_all_emails_were_stopped_waits_untried_in_its_place(
    app, make, event, relay, post_to
):
    person, petra = make.registration(event), make.organizer()
    told(person)
    with transaction():
        accounts.send_link(petra.email, client="203.0.113.5", now=clock.now())
    before = db.session.scalars(db.select(Message.due_at).order_by(Message.id)).all()
    with transaction():
        claims = actions.claim("me", 2, now=clock.now(), began=time.monotonic())
        actions.stop(programme(), by=petra, now=clock.now())
    senders = senders_to(app, post_to(relay.port))
    senders.give(claims)
    senders.close()
    assert [delivery.recipients for delivery in relay.deliveries] == [[petra.email]]
    db.session.expire_all()
    waiting = db.session.scalars(db.select(Message).where(Message.state == "queued")).one()
    assert (waiting.attempts, waiting.due_at) == (0, before[0])
    assert not queries.is_any_due(now=clock.now())


def test_a_stopping_worker_gives_back_what_it_has_not_begun(make, event, relay, worker):
    for number in range(6):
        told(make.registration(event), once=str(number))
    worker.stop()
    worker.run()
    assert relay.deliveries == []
    assert queries.counts()[MessageState.QUEUED] == 6


def test_an_organizer_who_asks_for_a_link_is_mailed_it(make, event, relay, worker):
    petra = make.organizer(email="petra@lantern.example")
    with transaction():
        accounts.send_link(petra.email, client="203.0.113.5", now=clock.now())
    assert worker.run_once() == 1
    [delivery] = relay.deliveries
    assert delivery.recipients == [petra.email]
    assert delivery.message["Subject"] == "Your sign-in link: Lantern"
