"""The desk's pages of changes: what waits, whom it concerns, the email, sending it."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.care.models import Task
from forum.db import db, transaction
from forum.events.models import Mode
from forum.notices.models import Notice
from forum.outbox.models import Message, MessageState
from forum.planning import actions as events
from forum.registration.models import CareState, SessionPlace, Status
from tests.actions.planning.plans import event_plan
from tests.desk import OrganizerAtDesk, desk_form
from tests.notices import Desk
from tests.people import words
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough

CHANGES = "/organize/events/forum-2027/changes"
SEND = f"{CHANGES}/send"
TOLD = "Nothing to tell"


@pytest.fixture
def moved(petra, session):
    """Return a session that has moved by half an hour since it was told."""
    return Desk(petra).move(session)


def messages() -> list[Message]:
    db.session.rollback()
    return list(db.session.scalars(select(Message).where(Message.email == "notice")))


def test_a_quiet_event_has_nothing_to_tell(make, desk, event):
    make.registration(event)
    page = desk.get(CHANGES)
    assert TOLD in page.text
    assert "No notice has been sent for this event" in page.text
    assert TOLD in desk.get(SEND).text


def test_the_desk_shows_what_changed_and_whom_it_concerns_and_sends_it_on_a_word(
    make, desk, event, session, petra
):
    make.registration(event, name="Ada Trialrun")
    make.registration(event, name="Boris Trialrun", mode=Mode.WEBCAST)
    make.registration(event, name="Greta Nomail", email=None, mode=Mode.PHONE)
    make.registration(event, name="Hollis", care_state=CareState.PAUSED)
    make.registration(event, name="Ione", care_state=CareState.REMEMBERED)
    make.registration(event, name="Jasper", care_state=CareState.HELD)
    make.registration(event, name="Flora", status=Status.CANCELLED)
    Desk(petra).move(session)

    page = desk.get(CHANGES)

    assert "1 change is not told yet" in page.text
    assert "Before: Saturday, April 24, 2027, 8:15 am to 9:00 am, Eastern Time" in page.text
    assert "2 people are written to: In person 1, Online 1." in page.text
    for reason, name in [
        ("No email address: they are put on the list of calls 1", "Greta Nomail"),
        ("Paused: they asked for no emails 1", "Hollis"),
        ("On hold: someone must ask them first 1", "Jasper"),
        ("Remembered: nothing goes out any more 1", "Ione"),
        ("They have canceled 1", "Flora"),
    ]:
        assert f"{reason} {name}" in page.text
    ask = desk.post(SEND, page.form(CHANGES), status=200)
    assert "2 people are written to" in ask.text
    assert messages() == []

    assert desk.post(SEND, ask.form(SEND)) == CHANGES

    page = desk.get(CHANGES)
    assert "2 emails are on their way." in page.text
    assert "1 person still waits for a call" in page.text
    assert "Sent by Petra Sandboxer. Emails sent: 0, waiting: 2, not sent: 0." in page.text
    assert "people want quiet or are to be asked first: 2." in page.text
    [hollis] = [each for each in messages() if each.registration.name == "Hollis"]
    hollis.state, hollis.reason = MessageState.DROPPED, "Emails to this person are paused."
    db.session.commit()
    page = desk.get(CHANGES)
    assert "waiting: 2, not sent: 1." in page.text
    assert "Hollis: Emails to this person were paused then." in page.text
    assert desk.get("/organize/tasks").links()["Notice of changes"] == CHANGES


def test_the_email_is_shown_as_each_kind_of_reader_gets_it(make, desk, event, moved):
    make.registration(event)
    make.registration(event, mode=Mode.WEBCAST, is_discreet=False, language="es")
    page = desk.get(CHANGES)
    kinds = [words(option) for option in page.all("option")]
    assert kinds == [
        "In person, neutral titles, English (1)",
        "Online, full titles, Español (1)",
    ]
    assert "How you take part In person Harborlight" in page.text
    assert moved.quiet_title in page.text

    shown = desk.post(
        CHANGES,
        {
            **page.form(CHANGES),
            "reader": "webcast.comes.full.es",
            "words_en": "Please use the ramp.",
            "words_es": "Use la rampa.",
        },
        status=200,
    )

    assert "Use la rampa. " in shown.text
    assert "sábado 24 de abril de 2027" in shown.text
    assert [each.get("lang") for each in shown.all("pre")] == ["es"]
    assert messages() == []
    html = desk.client.get(shown.links()["See it as a mail program shows it"])
    assert html.status_code == 200
    assert ">Use la rampa.</p>" in html.get_data(as_text=True)
    assert "style-src 'unsafe-inline'" in html.headers["Content-Security-Policy"]
    assert "script-src" not in html.headers["Content-Security-Policy"]


@pytest.mark.both_engines
def test_who_is_offered_a_place_is_shown_apart_from_who_waits(make, desk, event, petra):
    make.registration(event, status=Status.WAITLISTED)
    wim = make.registration(event, status=Status.WAITLISTED)
    make.offer(wim, ends_at=event.starts_at - timedelta(days=4))
    with transaction():
        later = event.ends_at + timedelta(minutes=30)
        plan = event_plan(event, starts_at=event.starts_at, ends_at=later)
        events.change_event(event, plan, version=event.version, by=petra, now=clock.now())

    page = desk.get(CHANGES)

    assert [words(option) for option in page.all("option")] == [
        "On the waitlist, neutral titles, English (1)",
        "A place is offered, neutral titles, English (1)",
    ]
    assert "You have no place yet." in page.text
    shown = desk.post(
        CHANGES,
        {**page.form(CHANGES), "reader": "in_person.waits.discreet.en.offered"},
        status=200,
    )
    assert "Please answer by Tuesday, April 20, 2027, 8:15 am, Eastern Time" in shown.text
    assert "You have no place yet." not in shown.text


def test_the_preview_says_what_only_some_of_its_readers_are_told(make, desk, event, moved, petra):
    circle = make.session(event, title="Circle", capacity=8)
    make.registration(event)
    chose = make.registration(event)
    make._keep(SessionPlace(registration=chose, session=circle, status=Status.CONFIRMED))
    Desk(petra).cancel(circle)

    page = desk.get(CHANGES)

    said = "Not everyone who reads it in this way is told all of it: Circle: 1 of 2 people"
    assert said in page.text
    assert "Whoever was registered by someone else" in page.text


def test_the_desks_own_words_reach_the_email_and_may_not_tell_the_illness(make, desk, event, moved):
    make.registration(event)
    form = desk.get(CHANGES).form(CHANGES)
    page = desk.post(CHANGES, {**form, "words_en": "For all with cancer"}, status=422)
    [error] = page.errors()
    assert error.startswith("This names the illness.")
    assert page.form(CHANGES)["words_en"].strip() == "For all with cancer"
    page = desk.post(SEND, {**form, "words_en": "For all with cancer", "sure": "yes"}, status=422)
    assert page.errors() == [error]
    assert messages() == []

    ask = desk.post(SEND, {**form, "words_en": "Please use the ramp."}, status=200)
    desk.post(SEND, ask.form(SEND))
    assert len(messages()) == 1
    assert db.session.scalars(select(Notice)).one().words == {"en": "Please use the ramp."}
    assert "Please use the ramp." in desk.get(CHANGES).text


def test_what_has_changed_since_the_page_was_read_is_shown_before_it_is_sent(
    make, desk, event, moved, petra
):
    make.registration(event)
    ask = desk.get(SEND).form(SEND)
    Desk(petra).move(moved)
    page = desk.post(SEND, ask, status=409)
    assert "This was changed" in page.errors()[0]
    assert messages() == []
    desk.post(SEND, page.form(SEND))
    assert len(messages()) == 1
    page = desk.get(desk.post(SEND, ask))
    assert "There is nothing left to tell. Each notice that was sent stands below." in page.text
    assert len(messages()) == 1


@pytest.mark.both_engines
def test_where_others_would_be_written_to_by_now_it_is_shown_before_it_is_sent(
    make, desk, event, moved
):
    stays, goes = make.registration(event), make.registration(event)
    page = desk.get(SEND)
    assert "Send 2 emails" in page.text
    fresh(goes).status = Status.CANCELLED
    db.session.commit()

    page = desk.post(SEND, page.form(SEND), status=409)

    assert "Send 1 email" in page.text
    assert messages() == []
    desk.post(SEND, page.form(SEND))
    assert [each.registration_id for each in messages()] == [stays.id]


def test_a_canceled_session_that_nobody_chose_is_named_and_nobody_is_told(make, desk, event):
    circle = make.session(event, title="Circle", capacity=8)
    make.registration(event)
    desk.submit(f"/organize/events/forum-2027/agenda/{circle.id}/cancel")

    page = desk.get(CHANGES).text

    assert TOLD in page
    assert "Changed, and nobody is written to" in page
    assert "Circle: canceled" in page.partition("nobody is written to")[2]


def test_today_the_event_and_its_agenda_say_that_changes_wait(make, desk, event, moved):
    make.registration(event)
    assert desk.get("/organize/").links()["Changes not told yet: 1"] == CHANGES
    where = desk.get("/organize/events/forum-2027/")
    assert "1 change is not told yet" in where.text
    assert where.links()["See who is affected, and tell them"] == CHANGES
    assert (
        "Bones and strength Change not told yet"
        in desk.get("/organize/events/forum-2027/agenda").text
    )


def test_a_viewer_reads_no_names_and_sends_nothing(app, make, event, moved):
    make.registration(event)
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))
    for address in (CHANGES, SEND, f"{CHANGES}/email", "/organize/rooms/"):
        viewer.get(address, status=403)
    assert "Changes" not in viewer.get("/organize/").links()


@pytest.mark.both_engines
def test_what_waits_is_as_many_as_was_said_to_be_on_its_way(make, desk, event, moved):
    make.registration(event, name="Ada")
    make.registration(event, name="Hollis", care_state=CareState.PAUSED)

    page = desk.get(sent(desk))

    assert "1 email is on its way." in page.text
    assert "waiting: 1, not sent: 0." in page.text
    assert "Kept back, because the person wants quiet or is to be asked first: 1." in page.text


@pytest.mark.both_engines
def test_while_calls_wait_nobody_says_that_there_is_nothing_to_tell(make, desk, event, moved):
    make.registration(event, name="Ada")
    greta = make.registration(event, name="Greta Nomail", email=None)

    page = desk.get(sent(desk))

    assert TOLD not in page.text
    assert "1 person still waits for a call" in page.text
    db.session.execute(update(Task).values(done_at=clock.now()))
    db.session.commit()
    assert TOLD in desk.get(CHANGES).text
    assert greta.email is None


def sent(desk) -> str:
    """Send the notice that waits. Returns where the desk leads."""
    asked = desk.get(SEND)
    return desk.post(SEND, asked.form(SEND))


@pytest.mark.usefixtures("moved")
@pytest.mark.parametrize("language", ["en", "es"])
def test_whoever_does_not_send_yet_finds_her_own_sentence_again(make, desk, event, petra, language):
    make.registration(event)
    petra.language = language
    db.session.commit()
    typed = {"words_en": "Please use the ramp.", "words_es": "Use la rampa."}
    page = desk.post(SEND, {**desk_form(desk.get(CHANGES)), **typed}, status=200)

    back = page.links()["Do not send yet" if language == "en" else "No enviar todavía"]

    form = desk_form(desk.get(back))
    assert {name: form[name] for name in typed} == typed
