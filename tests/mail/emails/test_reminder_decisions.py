"""Whether a reminder is sent when its time has come: its rules, and no more than four emails."""

from datetime import UTC, datetime

import pytest
import time_machine

from forum import clock
from forum.db import db
from forum.emails import Letter, Silence, write
from forum.outbox.models import Message, MessageState
from forum.reminders import rules
from tests.mail.occasions import reminded
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough

THE_DAY_BEFORE = datetime(2027, 4, 23, 15, 0, tzinfo=UTC)
"""11:00 in Boston."""


@pytest.fixture
def event(make):
    event = make.event()
    make.session(event, room=make.room(name="Tide Auditorium", dial_in="+1-617-555-0150"))
    return event


def decided(queue, ada, told):
    """Return what becomes of a reminder, and keep it as the outbox would."""
    with time_machine.travel(datetime.fromtimestamp(told["due"], UTC), tick=False):
        message = queue("reminder", ada, facts=told)
        decided = write(message, clock.now())
    is_sent = isinstance(decided, Letter)
    message.state = MessageState.SENT if is_sent else MessageState.DROPPED
    db.session.commit()
    return decided


@pytest.fixture
def ada(make, event):
    return make.registration(event)


@pytest.mark.parametrize(
    "change",
    [
        {"is_on": False},
        {"lead": "P3D"},
        {"roles": ("clinician",)},
        {"armed_at": THE_DAY_BEFORE},
    ],
    ids=str,
)
def test_a_rule_that_has_changed_meanwhile_sends_nothing(make, queue, ada, change):
    told = reminded(make, ada, "P2D")
    [number] = told["rules"]
    rule = db.session.get(type(make.reminder(ada.event, "P9D")), int(number))
    for name, value in change.items():
        setattr(rule, name, value)
    db.session.commit()
    assert decided(queue, ada, told) == Silence(
        "No reminder rule is for this person at that time any more."
    )


def test_one_of_an_earlier_version_still_goes(queue, ada):
    start = int(SPRING_DAY.timestamp())
    told = {"reminder": 7, "starts_at": start, "lead": "P2D", "offers": ["switch_mode"]}
    with time_machine.travel(THE_DAY_BEFORE, tick=False):
        letter = write(queue("reminder", ada, facts=told), clock.now())
    assert "Bring your medicines" in letter.text
    assert letter.html.count("Take part another way") == 1


def test_of_five_the_earliest_is_left_out_and_the_last_four_go(make, queue, ada):
    every = [reminded(make, ada, f"P{days}D") for days in (9, 7, 5, 3, 1)]
    outcomes = [isinstance(decided(queue, ada, told), Letter) for told in every]
    assert outcomes == [False, True, True, True, True]


def test_what_we_sent_of_our_own_accord_counts_and_answers_do_not(make, queue, ada):
    told, _later = reminded(make, ada, "P2D"), reminded(make, ada, "P1D")
    for email in ("confirmation", "details_changed", "my_link", "offer", "promoted"):
        queue(email, ada, state=MessageState.SENT)
    for state in (MessageState.SENT, MessageState.SENT, MessageState.DROPPED):
        queue("event_cancelled", ada, state=state)
    assert isinstance(decided(queue, ada, told), Letter)
    queue("event_cancelled", ada, state=MessageState.QUEUED)
    assert decided(queue, ada, told) == Silence(
        "This would be more than four emails about this event. The last reminder is sent."
    )


def test_the_last_reminder_goes_however_much_was_to_be_told_before(make, queue, ada):
    first, last = reminded(make, ada, "P2D"), reminded(make, ada, "PT90M")
    for _ in range(6):
        queue("notice", ada, state=MessageState.SENT)
    outcomes = [isinstance(decided(queue, ada, told), Letter) for told in (first, last)]
    assert outcomes == [False, True]


@pytest.mark.parametrize("lost", ["returned_at", "strayed_at"])
def test_what_has_not_reached_her_does_not_count(make, queue, ada, lost):
    for _ in range(4):
        queue("event_cancelled", ada, state=MessageState.SENT, **{lost: clock.now()})
    first, _last = reminded(make, ada, "P2D"), reminded(make, ada, "P1D")
    assert isinstance(decided(queue, ada, first), Letter)


def test_one_that_has_not_reached_her_has_no_number(make, queue, ada):
    early, late = reminded(make, ada, "P5D"), reminded(make, ada, "P3D")
    assert isinstance(decided(queue, ada, early), Letter)
    [message] = db.session.query(Message).filter_by(email="reminder")
    message.returned_at = clock.now()
    db.session.commit()

    assert "(reminder 2)" not in decided(queue, ada, late).subject


def test_the_last_reminder_is_kept_before_an_earlier_one(make, queue, ada):
    early, last = reminded(make, ada, "P7D"), reminded(make, ada, "P1D")
    for _ in range(3):
        queue("event_cancelled", ada, state=MessageState.SENT)
    assert decided(queue, ada, early) == Silence(
        "This would be more than four emails about this event. The last reminder is sent."
    )
    assert isinstance(decided(queue, ada, last), Letter)


def test_two_that_wait_at_once_are_not_both_left_out(make, queue, ada):
    early, next_one, _last = (reminded(make, ada, lead) for lead in ("P7D", "P6D", "P1D"))
    for _ in range(2):
        queue("event_cancelled", ada, state=MessageState.SENT)
    queue("reminder", ada, facts=early)
    assert isinstance(decided(queue, ada, next_one), Letter)


def test_it_helps_as_long_as_one_of_her_rules_does(make, queue, ada):
    told = reminded(make, ada, "P2D")
    with time_machine.travel(THE_DAY_BEFORE, tick=False):
        half_way = rules.useful_until("P2D", starts_at=SPRING_DAY)
        assert clock.now() > half_way
        assert write(queue("reminder", ada, facts=told), clock.now()) == Silence(
            "It could not be sent while it was still useful."
        )
