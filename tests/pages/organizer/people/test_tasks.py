"""Calls to make and questions to ask: whom, where, about what, until someone has."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care.models import TaskKind
from forum.db import db, transaction
from forum.emails import Silence, write
from forum.outbox.models import Message
from forum.registration.models import CareState, Status
from forum.registration.telling import ask, tell
from tests.desk import at, queries_for
from tests.stored import fresh, tasks

pytestmark = pytest.mark.sqlite_is_enough

TASKS = "/organize/tasks"


def answered(desk, answer):
    """Answer the question of the first card, on the page that asks first, too; what comes then."""
    leads = desk.submit(TASKS, answer=answer)
    return leads if leads == TASKS else desk.submit(leads)


def test_a_quiet_list_says_so(desk):
    assert "Nobody is waiting for a call." in desk.get(TASKS).text


def test_whom_to_call_where_and_about_what(make, desk, event):
    greta = make.registration(event, name="Greta Nomail", email=None, phone="+16175550142")
    with transaction():
        tell("confirmation", greta, "1", now=clock.now())

    text = desk.get(TASKS).text

    assert "Please call: Greta Nomail" in text
    assert "617-555-0142" in text
    assert "AboutConfirmation" in text
    assert "Calls and questions: 1" in desk.get("/organize/").text


def test_done_is_done(make, desk, event):
    greta = make.registration(event, email=None)
    with transaction():
        tell("confirmation", greta, "1", now=clock.now())

    desk.submit(TASKS, answer="done")

    assert "Nobody is waiting for a call." in desk.get(TASKS).text
    assert tasks()[0].done_by == desk.organizer
    done = select(AuditEntry.facts).where(AuditEntry.action == Action.TASK_DONE)
    assert db.session.scalars(done).one() == {"kind": "call", "answer": "done"}


def test_the_end_of_an_offer_is_said(make, desk, event):
    waiting = make.registration(event, email=None, status=Status.WAITLISTED)
    make.offer(waiting, ends_at=datetime(2026, 11, 27, 15, 0, tzinfo=UTC))
    with transaction():
        tell("offer", waiting, "1", now=clock.now())

    said = "A place is offered to them: In person. They can take it by"
    when = "Friday, November 27, 2026, at 10:00 am, Eastern Time."
    assert f"{said} {when}" in " ".join(desk.get(TASKS).text.split())


@pytest.mark.parametrize(
    ("answer", "state", "status", "posted"),
    [
        ("write", CareState.ACTIVE, Status.CONFIRMED, []),
        ("quiet", CareState.PAUSED, Status.CONFIRMED, []),
    ],
)
def test_a_companion_is_asked_what_he_wants(  # noqa: PLR0917 - fixtures
    make, desk, ione, jasper, answer, state, status, posted
):
    make.welcome(jasper)
    desk.submit(at(ione, "/remember/sure"))
    assert "Please ask: Jasper Sample" in desk.get(TASKS).text

    answered(desk, answer)

    assert (fresh(jasper).care_state, jasper.status) == (state, status)
    _welcome, *sent = db.session.scalars(select(Message).order_by(Message.id))
    assert [message.email for message in sent] == posted
    for message in sent:  # held, or there is nothing new to say
        assert isinstance(write(message, clock.now()), Silence)


@pytest.mark.parametrize(
    ("email", "said"),
    [
        (None, "Jasper Sample wants no calls until they say so. “End the pause” on their page"),
        (
            "jasper@people.example",
            "Emails to Jasper Sample are paused until they say so. “Emails again” on their page",
        ),
    ],
)
def test_who_wants_quiet_is_named_with_the_way_back(desk, ione, jasper, email, said):
    jasper.email = email
    db.session.commit()
    desk.submit(at(ione, "/remember/sure"))

    page = desk.get(desk.submit(TASKS, answer="quiet"))

    assert f"{said} ends it." in page.text


def test_an_answer_that_comes_second_is_not_said_to_be_kept(desk, ione, jasper):
    desk.submit(at(ione, "/remember/sure"))
    [task] = tasks()
    form = desk.get(TASKS).form(f"{TASKS}/{task.id}")
    desk.get(answered(desk, "write"))

    said = desk.get(desk.post(f"{TASKS}/{task.id}", {**form, "answer": "quiet"})).text

    assert "This was answered before. The first answer counts." in said
    assert "Done. Thank you." not in said
    assert fresh(jasper).care_state == CareState.ACTIVE


def test_cancelling_a_bereaved_persons_place_asks_first_and_ends_the_hold(
    make, desk, event, ione, jasper
):
    make.welcome(jasper)
    other = make.registration(
        make.event(title="Autumn Forum"), name=jasper.name, email=jasper.email
    )
    desk.submit(at(ione, "/remember/sure"))

    page = desk.get(desk.submit(TASKS, answer="cancel"))

    assert page.heading == "Cancel their place"
    assert page.links()["Ione Sample"] == at(ione)
    assert "Emails go out again for: Autumn Forum." in page.text
    assert (fresh(jasper).care_state, jasper.status) == (CareState.HELD, Status.CONFIRMED)
    [task] = tasks()
    desk.submit(f"{TASKS}/{task.id}/cancel")
    assert (fresh(jasper).care_state, jasper.status) == (CareState.ACTIVE, Status.CANCELLED)
    assert fresh(other).care_state == CareState.ACTIVE
    assert "Nobody is waiting for a call." in desk.get(TASKS).text
    _welcome, sent = db.session.scalars(
        select(Message).where(Message.registration_id == jasper.id).order_by(Message.id)
    )
    assert (sent.email, isinstance(write(sent, clock.now()), Silence)) == ("cancellation", False)


@pytest.mark.parametrize("is_on_his_page", [False, True])
def test_it_says_that_what_he_had_paused_stays_paused(make, desk, ione, jasper, is_on_his_page):
    autumn = make.event(title="Autumn Forum")
    make.registration(autumn, name=jasper.name, email=jasper.email)
    desk.submit(at(jasper, "/pause"), ends="word", until="")
    desk.submit(at(ione, "/remember/sure"))

    page = desk.get(
        at(jasper, "/cancel") if is_on_his_page else desk.submit(TASKS, answer="cancel")
    )

    assert "Emails stay paused, as they had asked, for: Autumn Forum." in page.text
    assert "Emails go out again for" not in page.text


def test_from_his_page_it_asks_and_ends_the_hold_as_well(desk, ione, jasper):
    desk.submit(at(ione, "/remember/sure"))
    page = desk.get(at(jasper, "/cancel"))
    assert page.links()["Ione Sample"] == at(ione)
    assert "They are no longer on hold" in page.text

    desk.submit(at(jasper, "/cancel"))

    assert (fresh(jasper).care_state, jasper.status) == (CareState.ACTIVE, Status.CANCELLED)
    assert tasks()[0].done_by == desk.organizer


def test_who_may_be_somebody_who_has_died_stays_on_hold_when_the_place_is_canceled(
    make, desk, event, ione
):
    desk.submit(at(ione, "/remember/sure"))
    new = make.registration(event, name="Ione Sample", email=ione.email, care_state=CareState.HELD)
    with transaction():
        ask(TaskKind.CHECK_PERSON, new, once="check", now=clock.now())
    desk.get(f"{TASKS}/{tasks()[0].id}/cancel", status=404)

    desk.submit(at(new, "/cancel"))

    assert (fresh(new).care_state, new.status) == (CareState.HELD, Status.CANCELLED)


def test_the_card_and_the_page_name_whom_he_has_lost(make, desk, event, ione, jasper):
    alike = make.registration(event, name="I. Sample", email=ione.email)
    desk.submit(at(ione, "/remember/sure"))

    cards = desk.get(TASKS)
    assert "Has diedIone Sample" in cards.text
    assert cards.links()["Ione Sample"] == at(ione)
    for person in (jasper, alike):
        page = desk.get(at(person))
        assert "Ione Sample, who has died." in page.text
        assert page.links()["Ione Sample"] == at(ione)
    assert "Comes with Ione Sample Rememberedhas died" in desk.get(at(jasper)).text
    assert "This person has died" in desk.get(at(jasper)).links()


def test_a_longer_list_of_questions_asks_the_database_no_more(make, desk, event, ione, jasper):
    desk.submit(at(ione, "/remember/sure"))
    one = queries_for(desk, TASKS)
    for _each in range(3):
        gone = make.registration(event, care_state=CareState.REMEMBERED)
        left = make.registration(event, companion_of=gone, care_state=CareState.HELD)
        with transaction():
            ask(TaskKind.ASK_COMPANION, left, once=left.public_id, now=clock.now())

    assert queries_for(desk, TASKS) == one


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("another", [CareState.REMEMBERED, CareState.ACTIVE]),
        ("died", [CareState.REMEMBERED, CareState.REMEMBERED]),
        ("same", [CareState.ACTIVE, CareState.ACTIVE]),
    ],
)
def test_someone_with_a_remembered_name_is_checked(  # noqa: PLR0917 - fixtures
    make, desk, event, ione, answer, expected
):
    desk.submit(at(ione, "/remember/sure"))
    new = make.registration(event, name="Ione Sample", email=ione.email, care_state=CareState.HELD)
    with transaction():
        ask(TaskKind.CHECK_PERSON, new, once="check", now=clock.now())
    assert "Please check: Ione Sample" in desk.get(TASKS).text

    answered(desk, answer)

    assert [fresh(each).care_state for each in (ione, new)] == expected


@pytest.mark.parametrize("answer", ["", "write", "nonsense", "\x00"])
def test_an_answer_that_does_not_fit_changes_nothing(make, desk, event, answer):
    greta = make.registration(event, email=None)
    with transaction():
        tell("confirmation", greta, "1", now=clock.now())
    form = desk.get(TASKS).form(f"{TASKS}/{tasks()[0].id}")

    desk.client.post(f"{TASKS}/{tasks()[0].id}", data={**form, "answer": answer})

    assert tasks()[0].done_at is None


def test_a_task_that_is_not_there_is_not_found(desk):
    form = {"csrf_token": desk.get("/organize/me/").form()["csrf_token"], "answer": "done"}

    desk.post(f"{TASKS}/4711", form, status=404)
