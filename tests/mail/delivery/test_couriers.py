"""What couriers promise, and what happens to what a dead worker held."""

import threading
import time
from datetime import timedelta

import pytest

from forum import clock
from forum.db import db, transaction
from forum.delivery.abandoned import Beacon, Watch
from forum.delivery.couriers import ENDED, CourierGone, Couriers, Office, OfficeClosed
from forum.delivery.senders import Senders
from forum.delivery.tries import Tried
from forum.delivery.worker import Worker
from forum.outbox import actions, queries
from forum.outbox.models import Message, MessageState
from tests.faults.working import eventually

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def post(make):
    """Return a way to put mails into the outbox and claim them."""
    person = make.registration(make.event())

    def claimed(number: int = 1, owner: str = "other") -> list[actions.Claim]:
        now = clock.now()
        with transaction():
            for each in range(number):
                actions.post("my_link", person, once=f"{owner}:{each}", now=now)
            return actions.claim(owner, number, now=now, began=time.monotonic())

    return claimed


def state() -> tuple[MessageState, int, str | None]:
    db.session.expire_all()
    message = db.session.scalars(db.select(Message)).one()
    return message.state, message.attempts, message.reason


class DeadCourier:
    """Dies before, or after, it was given its letter."""

    def __init__(self, *, has_letter: bool) -> None:
        self.has_letter = has_letter

    def deliver(self, _claim, _letter):
        raise CourierGone(has_letter=self.has_letter)


class GoodCourier:
    has_ended = False

    def deliver(self, claim, _letter):
        return Tried(lambda: actions.settle_sent(claim, now=clock.now()))

    def end(self) -> None:
        self.has_ended = True


class Hiring:
    def __init__(self, *couriers) -> None:
        self.couriers = list(couriers)

    def hire(self):
        if not self.couriers:
            raise OfficeClosed
        return self.couriers.pop(0)


def keep(tried: Tried) -> None:
    with transaction():
        tried.change()


def test_a_courier_that_died_idle_is_replaced_and_nothing_is_in_doubt(app, post, letter):
    [claim] = post()
    keep(Couriers(Hiring(DeadCourier(has_letter=False), GoodCourier())).deliver(claim, letter))
    assert state() == (MessageState.SENT, 1, None)


def test_a_mail_whose_courier_died_with_it_is_sent_again_at_once(app, post, letter):
    [claim] = post()
    keep(Couriers(Hiring(DeadCourier(has_letter=True), GoodCourier())).deliver(claim, letter))
    assert state() == (MessageState.QUEUED, 1, ENDED)
    assert queries.is_any_due(now=clock.now())


def test_a_mail_whose_couriers_die_with_it_again_and_again_climbs_its_ladder(app, post, letter):
    [claim] = post()
    keep(Couriers(Hiring(DeadCourier(has_letter=True))).deliver(claim, letter))
    with transaction():
        [claim] = actions.claim("other", 1, now=clock.now(), began=time.monotonic())
    keep(Couriers(Hiring(DeadCourier(has_letter=True))).deliver(claim, letter))
    assert state() == (MessageState.QUEUED, 2, ENDED)
    assert not queries.is_any_due(now=clock.now())


def test_without_an_office_mails_are_given_back_untried(app, post, letter):
    [claim] = post()
    keep(Couriers(Hiring()).deliver(claim, letter))
    assert state()[0] == MessageState.QUEUED


def test_a_courier_with_nothing_to_do_ends_and_another_comes_for_the_next_mail(app, post, letter):
    first, second = GoodCourier(), GoodCourier()
    couriers = Couriers(Hiring(first, second))
    claims = post(2)
    keep(couriers.deliver(claims[0], letter))
    couriers.rest()
    keep(couriers.deliver(claims[1], letter))
    assert (first.has_ended, second.has_ended) == (True, False)
    assert queries.counts()[MessageState.SENT] == 2


def test_an_office_is_not_forked_from_a_process_that_has_threads(app):
    over = threading.Event()
    thread = threading.Thread(target=over.wait)
    thread.start()
    with pytest.raises(RuntimeError, match="before there are threads"):
        Office(app)
    over.set()
    thread.join()


def test_what_nobody_elsewhere_touches_for_a_minute_comes_back(app, settings, post):
    passed = [0.0]
    watch = Watch(settings, "me", lambda: passed[0])
    post(2)
    for passed[0], number in ((0.0, 0), (59.0, 0), (60.0, 2)):
        assert watch.look() == number
    assert queries.counts()[MessageState.QUEUED] == 2


def test_a_message_that_changed_hands_is_watched_anew(app, settings, post):
    passed = [0.0]
    watch = Watch(settings, "me", lambda: passed[0])
    [claim] = post()
    watch.look()
    passed[0] = 50.0
    with transaction():
        actions.put_back(claim, until=clock.now(), reason=None)
    with transaction():
        actions.claim("other", 1, now=clock.now(), began=0.0)
    assert watch.look() == 0
    passed[0] = 109.0
    assert watch.look() == 0
    passed[0] = 110.0
    assert watch.look() == 1


def test_what_the_dead_of_this_machine_held_comes_back_at_once_and_the_living_keep_theirs(
    app, settings, post
):
    dead, alive = Beacon(settings, "dead"), Beacon(settings, "alive")
    post(2, "dead"), post(3, "alive")
    dead._file.close()  # as the kernel does when the last process is gone
    assert Watch(settings, "me").look() == 2
    assert queries.counts()[MessageState.SENDING] == 3
    assert Watch(settings, "me").look() == 0
    alive.remove()


def test_threads_that_hang_are_stuck_and_one_that_works_is_not(app, letter, post, monkeypatch):
    over = threading.Event()

    class Hanging:
        def deliver(self, claim, _letter):
            over.wait()
            return Tried(lambda: actions.settle_sent(claim, now=clock.now()))

        def rest(self): ...
        def close(self): ...

    senders = Senders(app, Hanging, 2, threading.Event())
    monkeypatch.setattr("forum.delivery.senders.STUCK_AFTER", 0.0)
    first, second = post(2)
    senders._given[0].put((first, letter))
    time.sleep(0.2)
    assert not senders.are_stuck
    senders._given[1].put((second, letter))
    assert eventually(lambda: senders.are_stuck)
    over.set()
    senders.close()
    assert not senders.are_stuck


def test_a_worker_whose_threads_are_stuck_does_not_beat(app, post_to, relay, today, monkeypatch):
    post_to(relay.port, sender_threads=1)
    worker = Worker(app)
    senders = worker._hire()
    for is_stuck, workers in ((False, 1), (True, 0), (False, 1)):
        monkeypatch.setattr(Senders, "are_stuck", property(lambda _, said=is_stuck: said))
        today.shift(queries.SILENT_AFTER * 2)
        worker._last_beat = float("-inf")
        worker._beat(senders)
        db.session.rollback()
        assert queries.health(now=clock.now()).workers == workers
    senders.close()


def test_waits_that_no_retry_could_have_set_are_mended_and_others_stay(app, post_to, relay, post):
    far, near = post(2)
    now = clock.now()
    with transaction():
        actions.put_back(far, until=now + timedelta(hours=3), reason="451")
        actions.put_back(near, until=now + timedelta(seconds=70), reason="451")
    worker = Worker(app)
    assert worker._mend_waits() == 1
    assert queries.is_any_due(now=clock.now())


@pytest.mark.both_engines
def test_a_clock_that_is_set_back_hurries_no_retry_that_waits_for_its_turn(
    app, post_to, relay, post
):
    far, near, decided = post(3)
    now = clock.now()
    with transaction():
        actions.put_back(far, until=now + timedelta(hours=3), reason="451")
        actions.put_back(near, until=now + timedelta(seconds=70), reason="451")
        actions.put_back(decided, until=now + timedelta(hours=9), reason="Night.", counts=False)
    worker = Worker(app)
    worker._clock_is_ahead += timedelta(hours=3).total_seconds()
    worker._watch_others()
    db.session.expire_all()
    due = {each.id: each.due_at > clock.now() for each in db.session.scalars(db.select(Message))}
    assert due == {far.message_id: False, near.message_id: True, decided.message_id: False}


def test_a_relay_of_one_line_is_stuck_when_that_line_is(app, post, letter, monkeypatch):
    over = threading.Event()

    class Hanging:
        def deliver(self, claim, _letter):
            over.wait()
            return Tried(lambda: actions.settle_sent(claim, now=clock.now()))

        def rest(self): ...
        def close(self): ...

    senders = Senders(app, Hanging, 8, threading.Event())
    senders._lines.limit = 1
    monkeypatch.setattr("forum.delivery.senders.STUCK_AFTER", 0.0)
    [claim] = post()
    senders._given[0].put((claim, letter))
    assert eventually(lambda: senders.are_stuck)
    over.set()
    senders.close()


def test_a_courier_that_hangs_while_nobodys_mail_is_taken_was_no_try(
    app, post, letter, monkeypatch
):
    monkeypatch.setattr("forum.delivery.couriers.TRY_LIMIT", 0.0)
    [claim] = post()
    tried = Couriers(Hiring(DeadCourier(has_letter=True))).deliver(claim, letter)
    with transaction():
        tried.spared()
    assert state() == (MessageState.QUEUED, 0, "The mail server did not answer in time.")
