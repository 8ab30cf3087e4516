"""An offer of which nobody could tell costs nobody her turn, and somebody is asked to call."""

from datetime import timedelta

import pytest

from forum.audit.models import Action, AuditEntry
from forum.care import call_actions
from forum.care.models import Task, TaskKind
from forum.db import db, transaction
from forum.incoming import actions as incoming
from forum.incoming.models import ReportKind, ReportSource
from forum.incoming.reports import Returned
from forum.outbox import marks
from forum.outbox.models import Message, MessageState
from forum.registration import queries
from forum.registration.models import Registration
from forum.registration.places import waiting
from tests.actions.registration.places.line import WAITS, counted, free_place, line
from tests.lines import let_offers_be_heard, move_all_lines
from tests.rush import NOW
from tests.stored import tasks

ENDED = NOW + timedelta(days=4)


@pytest.fixture
def boris(make, event, seated):
    """Return the one who is offered the place; Cora comes after him."""
    boris = make.registration(event, name="Boris", **WAITS)
    make.registration(event, name="Cora", **WAITS)
    free_place(seated)
    return boris


def offer_ends_as(state: MessageState) -> None:
    with transaction():
        for message in db.session.query(Message).filter_by(email="offer"):
            message.state, message.reason = state, "The mail server refused the email."


def comes_back(code: str, kind: ReportKind, *, of: Registration | None = None) -> None:
    """Let the first email of an offer come back: at once, or `of` someone once it is over."""
    let_offers_be_heard()
    at = NOW if of is None else ENDED + timedelta(minutes=1)
    with transaction():
        message = db.session.query(Message).filter_by(email="offer").order_by(Message.id).first()
        assert of in {None, message.registration}
        said = Returned((marks.mark_of(message),), kind, code)
        incoming.keep(said, ReportSource.MAILBOX, now=at)


def time_is_over() -> None:
    with transaction():
        move_all_lines(now=ENDED)


@pytest.mark.parametrize("state", [MessageState.FAILED, MessageState.DROPPED])
def test_whoever_was_offered_a_place_by_an_email_that_never_left_keeps_her_turn(
    event, boris, state
):
    offer_ends_as(state)

    time_is_over()

    assert line(event) == ["Boris", "Cora"]
    assert (boris.wants_offers, queries.open_offer(boris).ends_at > ENDED) == (True, True)
    assert counted(event) == (0, 1)


@pytest.mark.parametrize(("code", "kind"), [("5.1.1", ReportKind.HARD), ("5.2.2", ReportKind.SOFT)])
def test_whoever_was_offered_a_place_by_an_email_that_came_back_is_called_and_keeps_her_turn(
    event, boris, code, kind
):
    comes_back(code, kind)

    assert ("offer", "Boris") in [(each.about, each.registration.name) for each in tasks()]
    time_is_over()
    assert line(event) == ["Boris", "Cora"]


def test_whoever_was_called_instead_loses_her_turn_by_not_answering(make, event, boris):
    comes_back("5.1.1", ReportKind.HARD)
    call = db.session.query(Task).filter_by(kind=TaskKind.CALL, about="offer").one()
    with transaction():
        call_actions.tried(call, shown={call.id}, now=NOW, by=make.organizer())

    time_is_over()

    assert (line(event), queries.open_offer(boris)) == (["Cora", "Boris"], None)
    assert counted(event) == (0, 1)


def test_whoever_has_heard_by_one_of_two_emails_loses_her_turn_by_not_answering(event, boris):
    let_offers_be_heard()
    message = db.session.query(Message).filter_by(email="offer").one()
    with transaction():
        again = Message(
            email="offer",
            registration=boris,
            facts=message.facts,
            dedupe_key="offer again",
            state=MessageState.FAILED,
            created_at=NOW,
            due_at=NOW,
        )
        db.session.add(again)

    time_is_over()

    assert line(event) == ["Cora", "Boris"]


@pytest.mark.parametrize(("code", "kind"), [("5.1.1", ReportKind.HARD), ("5.2.2", ReportKind.SOFT)])
def test_whose_offer_came_back_only_once_it_was_over_has_her_turn_again(event, boris, code, kind):
    let_offers_be_heard()
    time_is_over()
    assert (line(event), boris.wants_offers) == (["Cora", "Boris"], False)

    comes_back(code, kind, of=boris)

    assert (line(event), boris.wants_offers) == (["Boris", "Cora"], True)
    assert counted(event) == (0, 1)  # Cora is asked now


def test_who_has_her_turn_again_is_asked_anew_where_a_place_is_free(make, event, seated):
    boris = make.registration(event, name="Boris", **WAITS)
    free_place(seated)
    let_offers_be_heard()
    time_is_over()
    assert (queries.open_offer(boris), counted(event)) == (None, (0, 0))

    comes_back("5.2.2", ReportKind.SOFT, of=boris)

    assert (queries.open_offer(boris).ends_at > ENDED, counted(event)) == (True, (0, 1))


def test_whose_second_email_of_an_offer_arrived_has_lost_her_turn(event, boris):
    let_offers_be_heard()
    message = db.session.query(Message).filter_by(email="offer").one()
    with transaction():
        again = Message(email="offer", registration=boris, facts=message.facts)
        again.dedupe_key, again.state = "offer again", MessageState.SENT
        again.created_at = again.due_at = again.sent_at = message.sent_at + timedelta(hours=1)
        db.session.add(again)
    time_is_over()

    comes_back("5.2.2", ReportKind.SOFT, of=boris)

    assert (line(event), boris.wants_offers) == (["Cora", "Boris"], False)


def test_who_says_meanwhile_that_she_waits_on_has_her_number_again(event, boris):
    let_offers_be_heard()
    time_is_over()
    with transaction():
        waiting.wait_again(boris, now=ENDED)

    comes_back("5.2.2", ReportKind.SOFT, of=boris)

    assert line(event) == ["Boris", "Cora"]


def test_whose_call_was_said_to_be_done_by_slip_has_her_turn_again(make, event, boris):
    petra = make.organizer()
    comes_back("5.1.1", ReportKind.HARD)
    call = db.session.query(Task).filter_by(kind=TaskKind.CALL, about="offer").one()
    said_at = ENDED - timedelta(hours=1)
    with transaction():
        call_actions.done(call, shown={call.id}, now=said_at, by=petra)
    time_is_over()
    assert (line(event), boris.wants_offers) == (["Cora", "Boris"], False)

    with transaction():
        call_actions.reopen(call, now=ENDED + timedelta(hours=1), by=petra)

    assert (line(event), boris.wants_offers) == (["Boris", "Cora"], True)
    [entry] = db.session.query(AuditEntry).filter_by(action=Action.WAITING_CHANGED)
    assert (entry.subject_id, entry.organizer_id) == (boris.id, petra.id)
