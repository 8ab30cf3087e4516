"""Her mailbox was full on the day on which something changed: she is called, as about an offer."""

import pytest

from forum import clock
from forum.care.rules import AFTER_SLIP, RIGHT_AGAIN
from forum.db import db
from forum.incoming.models import ReportKind
from forum.notices import outcome_queries
from forum.outbox.models import Message
from forum.planning import actions as planning
from tests.actions.notices.slips import MINUTE, WEEK, is_told, mail_goes_out, moves
from tests.actions.planning.plans import does
from tests.mail.incoming.keeping import calls, came_back
from tests.stored import fresh, look_again


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def goes(app, relay, post_to):
    """Return a way to let the mail leave, and have the last email of a kind."""
    post_to(relay.port)

    def goes(email) -> Message:
        mail_goes_out(app)
        sent = db.session.query(Message).filter_by(email=email)
        return sent.order_by(Message.id.desc()).first()

    return goes


def is_full(message) -> None:
    """Let an email not arrive for once: the address is not blocked for it."""
    came_back(message, ReportKind.SOFT, "5.2.2")


@pytest.fixture
def moves_on(make, event, ada, petra, today):
    """Return a way to put the event a week off, and tell so."""
    make.welcome(ada)

    def moves_on() -> None:
        moves(event, petra, fresh(event).starts_at + WEEK, today)
        is_told(event, petra, today)

    return moves_on


@pytest.fixture
def notice(moves_on, goes):
    moves_on()
    return goes("notice")


def test_whom_word_of_the_end_did_not_reach_is_called(make, event, ada, petra, goes):
    make.welcome(ada)
    look_again()
    does(planning.cancel_event, event, words={}, version=event.version, by=petra)

    is_full(goes("event_cancelled"))

    assert calls() == [("Ada", "event_cancelled")]


def test_whom_a_notice_of_another_day_did_not_reach_is_called(notice):
    is_full(notice)

    assert calls() == [("Ada", "notice")]


def test_a_notice_that_did_not_arrive_counts_as_a_call_and_not_as_sent(event, notice):
    is_full(notice)

    outcome = outcome_queries.outcomes(fresh(event), now=clock.now())[notice.facts["notice"]]
    assert (outcome.sent, outcome.waiting, outcome.to_call) == (0, 0, 1)
    assert [each.registration.name for each in outcome.unsent] == ["Ada"]


def test_a_notice_that_did_not_arrive_is_told_by_the_next_one(event, notice, goes, moves_on):
    is_full(notice)
    moves_on()
    second = goes("notice")

    assert calls() == []
    assert outcome_queries.number_to_call(fresh(event)) == 0

    is_full(second)
    assert calls() == [("Ada", "notice")]


def test_a_notice_that_comes_back_late_asks_for_no_call_about_what_a_later_one_told(
    notice, goes, moves_on
):
    moves_on()
    goes("notice")

    is_full(notice)

    assert calls() == []


@pytest.mark.parametrize(
    ("email", "facts"),
    [
        ("details_changed", {RIGHT_AGAIN: True}),
        ("offer_lapsed", {}),
        ("pause_over", {AFTER_SLIP: True}),
        ("promoted", {}),
        ("session_place", {"session": 1}),
    ],
)
def test_whom_news_did_not_reach_is_called(ada, sent, email, facts):
    is_full(sent(ada, email, facts=facts))

    assert calls() == [("Ada", email)]


@pytest.mark.parametrize("email", ["confirmation", "details_changed", "my_link", "reminder"])
def test_whom_an_answer_or_a_reminder_did_not_reach_is_not_called(ada, sent, email):
    is_full(sent(ada, email))

    assert calls() == []


def test_whoever_has_heard_of_her_place_by_another_email_is_not_called(ada, sent, today):
    lost = sent(ada, "promoted")
    today.shift(MINUTE)
    is_full(lost)
    assert calls() == [("Ada", "promoted")]
    sent(ada, "my_link")

    assert calls() == []


def test_whom_our_server_could_not_write_to_is_called_about_what_has_changed(
    ada, relay, goes, moves_on
):
    relay.refused[ada.email] = "550 5.7.1 We do not like you"
    moves_on()
    goes("notice")

    assert calls() == [("Ada", "notice")]
