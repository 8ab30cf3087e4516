"""One person's page at the desk, and what is done for her when she phones."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.audit.actions import record
from forum.audit.models import Action, AuditEntry
from forum.care.models import TaskKind
from forum.db import db, transaction
from forum.events.models import Mode, SessionStatus
from forum.outbox.models import Message
from forum.registration.models import CareState, Role, SessionPlace, Status
from forum.registration.telling import ask
from tests.desk import EVENT, OrganizerAtDesk, at, desk_form
from tests.pages.organizer.outbox import failed_message
from tests.stored import fresh, registered, tasks

pytestmark = pytest.mark.sqlite_is_enough

TASKS = "/organize/tasks"


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027", capacity=2)


def test_one_persons_page_shows_her_answers_mails_and_history(make, desk, event):
    ada = make.registration(event, needs="wheelchair", phone="+16175550142")
    failed_message(make, ada)

    text = desk.get(at(ada)).text

    for part in ("wheelchair", "617-555-0142", "Confirmation", "550 no such mailbox"):
        assert part in text


def test_a_person_of_another_event_is_not_found_here(make, desk):
    other = make.registration(make.event())

    desk.get(at(other), status=404)


def test_an_organizer_cancels_for_someone(make, desk, event):
    ada = make.registration(event)

    desk.submit(at(ada, "/cancel"))

    assert fresh(ada).status == Status.CANCELLED
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.CANCELLED)
    ).one()
    assert entry.organizer_id == desk.organizer.id
    mail = db.session.scalars(select(Message).where(Message.email == "cancellation")).one()
    assert mail.facts == {"by_desk": True}


def test_an_organizer_changes_how_someone_attends(make, desk, event):
    ada = make.registration(event)

    address = at(ada, "/mode")
    desk.submit(address, mode="phone")

    assert fresh(ada).mode == Mode.PHONE


def test_her_link_is_sent_again_once_however_often_it_is_pressed(make, desk, event):
    ada = make.registration(event)
    address = at(ada)

    desk.submit(address, action=f"{address}/link")
    desk.submit(address, action=f"{address}/link")

    assert [each.email for each in db.session.scalars(select(Message))] == ["my_link"]


def test_a_full_mode_may_be_waited_for(make, desk, event):
    make.registration(event)
    make.registration(event)
    ada = make.registration(event, mode=Mode.WEBCAST)

    page = desk.get(at(ada, "/mode"))
    assert "Full. They would wait for a place and keep what they have." in page.text
    desk.submit(at(ada, "/mode"), mode="in_person")

    assert (fresh(ada).mode, ada.waits_for) == (Mode.WEBCAST, Mode.IN_PERSON)


def test_a_companion_is_added_later_and_both_pages_lead_to_each_other(make, desk, event):
    ada = make.registration(event, name="Ada")

    desk.submit(at(ada, "/companion"), companion_name="Boris", companion_mode="phone")

    boris = registered()[-1]
    assert (boris.name, boris.mode, boris.companion_of_id) == ("Boris", Mode.PHONE, ada.id)
    assert desk.get(at(ada)).links()["Boris"] == at(boris)
    assert desk.get(at(boris)).links()["Ada"] == at(ada)


def test_sessions_are_chosen_by_phone(make, desk, event):
    circle = make.session(event, capacity=1, title="Circle")
    ada = make.registration(event)

    desk.submit(at(ada, "/sessions"), sessions=[str(circle.id)])

    assert "Circle: Has a place" in desk.get(at(ada)).text
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == Action.SESSIONS_CHOSEN)
    ).one()
    assert entry.organizer_id == desk.organizer.id


def _history(page):
    """Return what her history says, without the lists on which she may stand."""
    _before, _heading, after = page.text.partition(" History ")
    return after.partition("Lists on which this person may stand")


@pytest.mark.both_engines
def test_her_history_has_the_calls_to_her_and_the_address_that_was_asked_about(make, desk, event):
    ada = make.registration(event, name="Ada", phone="+16175550142")
    desk.say_yes()
    desk.submit(at(ada, "/address"), email="ada@new.example", why="another")
    with transaction():
        ask(TaskKind.CALL, ada, about="returned", once="ada", now=clock.now())
    (task,) = tasks()
    desk.submit(TASKS, action=f"{TASKS}/{task.id}", answer="done")

    said, _heading, _lists = _history(desk.get(at(ada)))

    assert "Petra Sandboxer asked to change the email address of Ada." in said
    assert "Petra Sandboxer called Ada." in said
    everywhere = desk.get(f"/organize/history/?person={ada.public_id}").text
    assert "Petra Sandboxer called Ada." in everywhere


def test_a_list_that_was_taken_out_is_not_her_history_and_said_beside_it(make, desk, event, petra):
    ada = make.registration(event, name="Ada")
    with transaction():
        record(Action.EXPORTED, event, {"what": "letters"}, now=clock.now(), organizer=petra)

    said, _heading, lists = _history(desk.get(at(ada)))

    assert "a list from" not in said
    assert "Petra Sandboxer downloaded or printed a list from" in lists


MAILS = select(Message.email).order_by(Message.id)


@pytest.mark.both_engines
def test_whoever_is_canceled_by_slip_has_her_place_and_her_sessions_back_and_is_told(
    make, desk, event
):
    circle = make.session(event, capacity=1, title="Circle")
    ada = make.registration(event)
    desk.submit(at(ada, "/sessions"), sessions=[str(circle.id)])
    asked = desk.get(at(ada, "/cancel")).text
    assert "The place is offered to nobody now." in asked
    page = desk.get(desk.submit(at(ada, "/cancel")))
    assert "Canceled. The place is offered to nobody now." in page.text
    assert page.links()["Give the place back"] == at(ada, "/give-back")

    page = desk.get(desk.submit(at(ada, "/give-back")))

    assert "The place is booked again." in page.text
    assert "Circle: Has a place" in page.text
    assert (fresh(ada).status, ada.sequence, ada.cancelled_at) == (Status.CONFIRMED, 2, None)
    assert fresh(event).gates[0].taken == 1
    assert list(db.session.scalars(MAILS)) == ["cancellation", "confirmation"]
    assert "gave" in desk.get("/organize/history/").text


def test_a_place_that_somebody_else_has_by_now_is_not_given_back(make, desk, event):
    ada = make.registration(event)
    desk.submit(at(ada, "/cancel"))
    older = desk_form(desk.get(at(ada, "/give-back")))
    fresh(event)
    make.registration(event)
    make.registration(event)

    page = desk.get(desk.post(at(ada, "/give-back"), older))

    assert "This place can no longer be given back. Look again." in page.text
    assert "There is no free place to give back." in page.text
    assert page.links()["Register them again"] == (
        f"{EVENT}/registrations/add?again={ada.public_id}"
    )
    assert fresh(ada).status == Status.CANCELLED


def test_whoever_is_registered_again_is_filled_in_but_for_what_is_sealed(make, desk, event):
    told = {"roles": (Role.CLINICIAN,), "language": "es", "timezone": "America/Denver"}
    ada = make.registration(event, name="Ada Q", needs="wheelchair", mode=Mode.WEBCAST, **told)
    make.registration(event, name="Greta")
    again = f"{EVENT}/registrations/add?again="
    assert desk_form(desk.get(again + ada.public_id))["name"] == ""
    desk.submit(at(ada, "/cancel"))

    filled = desk_form(desk.get(again + ada.public_id))

    assert [filled[name] for name in ("name", "email", "mode", "language", "timezone")] == [
        *("Ada Q", ada.email, "webcast", "es", "America/Denver")
    ]
    assert (filled["roles"], filled["needs"]) == (["clinician"], "")
    assert desk_form(desk.get(f"{again}nobody"))["name"] == ""


def test_the_place_of_one_who_waits_for_it_is_said_to_be_offered(make, desk, event):
    ada, _boris = make.registration(event), make.registration(event)
    waits = make.registration(event, status=Status.WAITLISTED, waits_for=Mode.IN_PERSON, wait_no=1)

    assert "The place is offered to the next person." in desk.get(at(ada, "/cancel")).text
    page = desk.get(desk.submit(at(ada, "/cancel")))

    assert "Canceled. The place is offered to the next person." in page.text
    page = desk.get(desk.submit(at(waits, "/offer"), answer="leave"))
    assert "Saved. They left the waitlist." in page.text
    assert "offered to the next" not in page.text


def test_whoever_has_registered_again_is_not_given_a_second_place(make, desk, event):
    ada = make.registration(event, name="Ada Trialrun", email="ada@people.example")
    desk.submit(at(ada, "/cancel"))
    make.registration(event, name="Ada Trialrun", email="ada2@people.example")

    page = desk.get(at(ada))

    assert "Somebody of this name is registered for this event." in page.text
    assert "Give the place back" not in page.text


@pytest.mark.parametrize("room", ["cancel", "companion", "mode", "pause", "sessions"])
def test_a_window_that_was_open_when_she_was_canceled_says_so(make, desk, event, room):
    ada = make.registration(event)
    answers = {"mode": "webcast", "ends": "word", "companion_name": "Tom"}
    form = {**desk_form(desk.get(at(ada, f"/{room}"))), **answers}
    desk.submit(at(ada, "/cancel"))

    assert desk.post(at(ada, f"/{room}"), form) == at(ada)
    assert "This place was canceled meanwhile. Nothing was changed." in desk.get(at(ada)).text
    assert desk.client.get(at(ada, f"/{room}")).location == at(ada)


def test_a_way_that_another_window_has_chosen_already_is_no_error(make, desk, event):
    ada = make.registration(event)
    form = desk_form(desk.get(at(ada, "/mode")))
    form["mode"] = "in_person"

    assert desk.post(at(ada, "/mode"), form) == at(ada)
    text = desk.get(at(ada)).text
    assert "They take part this way already. Nothing was changed." in text


def test_her_sessions_are_named_in_the_history_of_a_cancel_and_a_canceled_one_is_no_place(
    make, desk, event
):
    circle = make.session(event, capacity=2, title="Circle")
    ada = make.registration(event)
    desk.submit(at(ada, "/sessions"), sessions=[str(circle.id)])
    assert "Circle: Has a place" in desk.get(at(ada)).text
    circle.status = SessionStatus.CANCELLED
    db.session.commit()
    assert "Circle: Canceled" in desk.get(at(ada)).text

    desk.submit(at(ada, "/cancel"))

    text = desk.get(at(ada)).text
    assert "sessions: Circle" in text
    assert "deleted since" not in text


def test_once_the_event_is_over_the_desk_says_how_people_stood(make, desk, event, today):
    limited = make.session(event, capacity=1, title="Circle")
    ada = make.registration(event, name="Ada")
    ben = make.registration(event, name="Ben", status=Status.WAITLISTED, companion_of=ada)
    db.session.add(SessionPlace(registration=ada, session=limited, status=Status.CONFIRMED))
    db.session.commit()
    make.registration(
        event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON, care_state=CareState.PAUSED
    )
    assert "Circle: Has a place" in desk.get(at(ada)).text
    assert "is waiting for: In person" in desk.get(f"{EVENT}/registrations").text

    today.move_to(event.ends_at + timedelta(hours=1))
    desk = OrganizerAtDesk(desk.client.application, fresh(desk.organizer))
    desk.say_yes()

    adas, bens = (desk.get(at(each)).text for each in (ada, ben))
    listed = desk.get(f"{EVENT}/registrations").text
    assert "Circle: Had a place" in adas
    assert "In person: Was on the waitlist" in adas
    for said in (adas, listed):
        assert "Had a place" in said
        assert "Has a place" not in said
    for said in (bens, listed):
        assert "Was on the waitlist" in said
        assert "On the waitlist" not in said
    assert "is waiting for" not in listed
    assert "Waits for a place" not in bens
    assert "Change how they wait" not in bens
