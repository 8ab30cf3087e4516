"""A message's life in the outbox, on both engines."""

from dataclasses import replace
from datetime import timedelta

import pytest

from forum import clock
from forum.db import db, transaction
from forum.errors import Refusal
from forum.outbox import actions, queries, runner
from forum.outbox.models import Message, MessageState
from forum.outbox.rules import Trouble

LATER = timedelta(minutes=5)


@pytest.fixture
def ada(make):
    return make.registration(make.event(), name="Ada Q. Trialrun")


def posted(person, once="confirmation:1", **values) -> bool:
    with transaction():
        return actions.post("confirmation", person, once=once, now=clock.now(), **values)


def claimed(owner="one", limit=10, *, at=None) -> list[actions.Claim]:
    with transaction():
        return actions.claim(owner, limit, now=at or clock.now(), began=0.0)


def taken_back(claim: actions.Claim) -> int:
    with transaction():
        return actions.take_back([claim.held])


def message() -> Message:
    db.session.expire_all()
    return db.session.scalars(db.select(Message)).one()


def test_posting_the_same_occasion_again_changes_nothing(ada):
    assert posted(ada, facts={"kept": True}) is True
    assert posted(ada, facts={"kept": False}) is False
    assert message().facts == {"kept": True}
    assert message().state == MessageState.QUEUED


def test_what_is_undone_is_not_in_the_outbox(ada):
    def fail_afterwards() -> None:
        with transaction():
            actions.post("confirmation", ada, once="confirmation:1", now=clock.now())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_afterwards()
    assert queries.counts()[MessageState.QUEUED] == 0


def test_workers_are_woken_once_it_is_kept_and_only_for_what_is_due(app, ada):
    tasks = runner.current_runner().huey
    posted(ada, once="later", due_at=clock.now() + LATER)
    assert tasks.pending_count() == 0
    posted(ada, once="now")
    assert tasks.pending_count() == 1


def test_a_runner_that_is_down_never_hurts_a_registration(app, settings, ada):
    app.extensions["forum_runner"] = runner.Runner(
        replace(settings, redis_url="redis://127.0.0.1:1/0")
    )
    assert posted(ada) is True
    assert message().state == MessageState.QUEUED


def test_two_workers_never_hold_the_same_message(ada):
    for number in range(5):
        posted(ada, once=str(number))
    first, second = claimed("one", 3), claimed("two", 3)
    assert [len(first), len(second)] == [3, 2]
    assert {c.message_id for c in first} & {c.message_id for c in second} == set()
    assert claimed("three") == []


def test_the_longest_due_comes_first(ada):
    now = clock.now()
    for once, minutes in (("new", 1), ("old", 3), ("middle", 2)):
        posted(ada, once=once, due_at=now - timedelta(minutes=minutes))
    taken = claimed(limit=1)
    assert db.session.get_one(Message, taken[0].message_id).dedupe_key == "old"


def test_what_is_not_due_yet_is_left_alone(ada):
    posted(ada, due_at=clock.now() + LATER)
    assert claimed() == []
    assert len(claimed(at=clock.now() + LATER)) == 1


def test_a_message_comes_back_untried_when_its_holder_dies(ada):
    posted(ada)
    [lost] = claimed("dead")
    assert claimed("alive", at=clock.now() + timedelta(hours=3)) == []
    assert taken_back(lost) == 1
    assert [(c.owner, c.attempts) for c in claimed("alive")] == [("alive", 1)]
    assert taken_back(lost) == 0


def test_what_a_dead_worker_held_comes_back_and_what_others_hold_stays(ada):
    for number in range(4):
        posted(ada, once=str(number))
    claimed("dead", 2), claimed("alive", 1)
    with transaction():
        actions.beat("dead", now=clock.now())
        assert actions.bury("dead") == 2
    assert queries.counts()[MessageState.SENDING] == 1
    assert queries.health(now=clock.now()).workers == 0


def test_a_message_that_its_holder_put_back_and_took_again_is_another_claim(ada):
    posted(ada)
    [first] = claimed("one")
    with transaction():
        actions.put_back(first, until=None, reason=None, counts=False)
    [second] = claimed("one")
    assert (first.attempts, second.attempts) == (1, 1)
    assert taken_back(first) == 0
    assert queries.held() == [second.held]


def test_a_killed_worker_uses_up_no_try(ada):
    posted(ada)
    for _ in range(8):
        claimed("dead")
        with transaction():
            assert actions.bury("dead") == 1
    assert message().attempts == 0


def test_one_who_lost_the_lease_has_nothing_more_to_say(ada):
    posted(ada)
    [lost] = claimed("slow")
    taken_back(lost)
    [held] = claimed("quick")
    with transaction():
        assert actions.settle_failed(lost, "Too late.") is False
        assert actions.settle_sent(held, now=clock.now()) is True
    assert message().state == MessageState.SENT
    with transaction():
        assert actions.put_back(lost, until=clock.now(), reason=None) is False
    assert message().state == MessageState.SENT


def test_a_worker_that_has_it_again_says_nothing_for_its_try_before(ada):
    posted(ada)
    [lost] = claimed("slow")
    taken_back(lost)
    [held] = claimed("slow")
    with transaction():
        assert actions.settle_failed(lost, "Too late.") is False
        assert actions.settle_sent(held, now=clock.now()) is True
    assert message().state == MessageState.SENT


def test_the_outcome_and_its_reason_are_kept(ada):
    now = clock.now()
    for number in range(4):
        posted(ada, once=str(number))
    sent, dropped, failed, put_back = claimed()
    with transaction():
        actions.settle_sent(sent, now=now)
        actions.settle_dropped(dropped, "She canceled.")
        actions.settle_failed(failed, "No such person.")
        actions.put_back(put_back, until=now + LATER, reason="Busy.")
    rows = db.session.scalars(db.select(Message).order_by(Message.id)).all()
    assert [(r.state, r.reason, r.attempts, r.lease_owner) for r in rows] == [
        (MessageState.SENT, None, 1, None),
        (MessageState.DROPPED, "She canceled.", 1, None),
        (MessageState.FAILED, "No such person.", 1, None),
        (MessageState.QUEUED, "Busy.", 1, None),
    ]
    assert rows[0].sent_at == now
    assert rows[3].due_at == now + LATER


def test_giving_back_what_was_not_tried_does_not_count(ada):
    posted(ada)
    [claim] = claimed()
    with transaction():
        actions.put_back(claim, until=clock.now(), reason=None, counts=False)
    assert message().attempts == 0


def test_an_organizer_can_try_again_what_failed(ada):
    posted(ada)
    [claim] = claimed()
    with transaction():
        actions.settle_failed(claim, "No such person.")
    with transaction():
        actions.retry(message(), now=clock.now())
    assert (message().state, message().attempts) == (MessageState.QUEUED, 0)
    assert len(claimed()) == 1


def test_what_was_sent_is_not_sent_again(ada):
    posted(ada)
    [claim] = claimed()
    with transaction():
        actions.settle_sent(claim, now=clock.now())
    with pytest.raises(Refusal, match="needs no other try"):
        actions.retry(message(), now=clock.now())


def test_the_desk_sees_every_state_and_can_filter(ada):
    posted(ada, once="1")
    posted(ada, once="2")
    [claim] = claimed(limit=1)
    with transaction():
        actions.settle_failed(claim, "No such person.")
    assert queries.counts() == {
        MessageState.QUEUED: 1,
        MessageState.SENDING: 0,
        MessageState.SENT: 0,
        MessageState.DROPPED: 0,
        MessageState.FAILED: 1,
    }
    failed = db.session.scalars(queries.messages(state=MessageState.FAILED)).all()
    assert [m.id for m in failed] == [claim.message_id]
    assert len(queries.of_registration(ada.id)) == 2


def test_the_desk_is_told_when_no_worker_works(ada):
    now = clock.now()
    posted(ada)
    assert queries.health(now=now) == queries.Health(0, None, 0, 0, None)
    with transaction():
        actions.beat("one", now=now)
    assert queries.health(now=now).is_well
    later = now + timedelta(minutes=10)
    assert queries.health(now=later) == queries.Health(0, now, 1, 0, None)
    with transaction():
        actions.beat("two", now=later)
    assert not queries.health(now=later).is_well  # alive, but mail is not going out


def test_what_waits_on_purpose_is_not_overdue(ada):
    now = clock.now()
    posted(ada, once="quiet hours", due_at=now + timedelta(hours=9))
    posted(ada, once="another try", due_at=now + timedelta(hours=4))
    with transaction():
        actions.beat("one", now=now)
    assert queries.health(now=now).is_well


def test_a_mail_server_in_trouble_is_told_after_two_minutes(app):
    now = clock.now()
    trouble = Trouble("The mail server cannot be reached.", now - timedelta(seconds=119))
    with transaction():
        actions.beat("one", trouble, now=now)
    assert queries.health(now=now).is_well
    in_a_second = now + timedelta(seconds=1)
    assert queries.health(now=in_a_second).trouble == trouble
    assert not queries.health(now=in_a_second).is_well
    with transaction():
        actions.beat("one", now=in_a_second)
    assert queries.health(now=in_a_second).is_well


def test_a_beat_from_the_future_says_nothing(app):
    now = clock.now()
    with transaction():
        actions.beat("one", now=now + timedelta(hours=3))
    assert queries.health(now=now) == queries.Health(0, None, 0, 0, None)


def test_a_worker_that_ends_is_no_longer_listed(app):
    with transaction():
        actions.beat("one", now=clock.now())
        actions.leave("one")
    assert queries.health(now=clock.now()).last_beat_at is None
