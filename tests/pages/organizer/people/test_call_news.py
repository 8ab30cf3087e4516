"""What a card tells somebody who can only be called: all that mails have told since."""

from datetime import timedelta

import pytest

from forum import clock
from forum.care import call_actions
from forum.care.models import TaskKind
from forum.db import db, transaction
from forum.events.models import Mode
from forum.registration.models import CareState, Status
from forum.registration.telling import ask, tell
from tests.actions.care.caring import do
from tests.actions.notices.slips import WEEK, moves
from tests.desk import EVENT, at
from tests.notices import HALF, Desk
from tests.stored import tasks

pytestmark = pytest.mark.both_engines
TASKS = "/organize/tasks"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture
def event(make):
    """A forum with a talk on a stream, and a circle that is not."""
    event = make.event(title="Spring Forum", slug="forum-2027")
    room = make.room(name="Tide Auditorium")
    make.session(event, room=room, title="Bones")
    make.session(event, title="Circle", capacity=8, is_streamed=False)
    return event


@pytest.fixture
def greta(make, event):
    return make.registration(event, name="Greta Nomail", email=None, phone="+16175550142")


def rows(desk, person, address=TASKS):
    """Return what a card says of a person, by what it is called; the last row of each name."""
    page = desk.get(address)
    [card] = [
        each
        for each in page.tree.iter(XHTML + "article")
        if person.name in "".join(each.find(XHTML + "h2").itertext())
    ]
    names = [" ".join("".join(each.itertext()).split()) for each in card.iter(XHTML + "dt")]
    said = [_lines(each) for each in card.iter(XHTML + "dd")]
    return dict(zip(names, said, strict=True))


def _lines(cell):
    for each in cell.iter(XHTML + "br"):
        each.tail = "\n" + (each.tail or "")
    lines = "".join(cell.itertext()).split("\n")
    return [" ".join(each.split()) for each in lines if each.strip()]


def go_online(desk, **words):
    desk.take_step(f"{EVENT}/online", **words)


def postpone(desk, **words):
    form = desk.submit(f"{EVENT}/postpone", status=200, day="2027-05-08", **words)
    desk.post(f"{EVENT}/postpone", {**form.form(f"{EVENT}/postpone"), "step": "do"}, status=303)
    db.session.rollback()


NEW_DAY = (
    "Before: Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time",
    "Now: Saturday, May 8, 2027, 8:15 am to 4:30 pm, Eastern Time",
)


def test_who_would_have_come_hears_that_it_is_online_and_by_which_number(desk, greta):
    go_online(desk, words_en="The roads are closed.", words_es="Las calles están cerradas.")

    said = rows(desk, greta)

    assert said["What has changed"] == [
        "“The roads are closed.”",
        "Everything is online now. We do not meet in person.",
    ]
    assert said["What to say"] == [
        "It is on Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time.",
        "They have a place: Online.",
        "The number to listen by is 617-555-0150: 8:15 am to 9:00 am.",
    ]
    assert said["What to ask"] == [
        "They have no email, so they get no link to watch. Do they want to listen by phone?"
    ]


def test_the_organizers_own_sentence_is_said_in_the_language_of_the_desk(desk, greta):
    go_online(desk, words_en="The roads are closed.", words_es="Las calles están cerradas.")

    said = rows(desk, greta, f"{TASKS}?lang=es")

    assert "“Las calles están cerradas.”" in said["Qué cambió"]


def test_who_waited_to_come_hears_that_there_is_no_waitlist(make, desk, event):
    wim = make.registration(event, name="Wim Waits", email=None, status=Status.WAITLISTED)

    go_online(desk)

    assert rows(desk, wim)["What has changed"] == [
        "There is no waitlist to come in person any more.",
        "Everything is online now. We do not meet in person.",
    ]


def test_a_new_day_that_nobody_told_stands_beside_what_came_after(desk, greta):
    postpone(desk, words_en="The hall is flooded.")
    go_online(desk, words_en="The roads are closed.")

    said = rows(desk, greta)

    assert said["What has changed"] == [
        "“The hall is flooded.”",
        "“The roads are closed.”",
        "Everything is online now. We do not meet in person.",
        *NEW_DAY,
        "The sessions move to the new date. Their times of day stay the same.",
    ]
    assert "Can they take part on that day?" in said["What to ask"]


def test_what_she_was_told_by_phone_is_not_told_again(desk, greta):
    postpone(desk, words_en="The hall is flooded.")
    desk.submit(TASKS, answer="done")
    go_online(desk)

    said = rows(desk, greta)

    assert said["What has changed"] == ["Everything is online now. We do not meet in person."]
    assert "Can they take part on that day?" not in said["What to ask"]


def test_whoever_asks_about_the_new_day_can_cancel_for_her_from_the_card(desk, greta):
    postpone(desk)

    said, links = rows(desk, greta), desk.get(TASKS).links()

    assert said["What has changed"][:2] == list(NEW_DAY)
    assert said["What to ask"] == ["Can they take part on that day?"]
    assert links["Cancel this place: Greta Nomail"] == at(greta, "/cancel")
    assert links["Change how they take part: Greta Nomail"] == at(greta, "/mode")


def test_a_notice_of_changes_brings_its_own_sentence_to_the_card(desk, petra, event, greta):
    at_work = Desk(petra)
    at_work.move(event.sessions[0])
    at_work.send(event, words={"en": "The room is larger."})

    assert rows(desk, greta)["What has changed"][0] == "“The room is larger.”"


def test_of_a_session_that_moved_twice_the_card_says_the_sum_once(desk, petra, event, greta, today):
    talk = event.sessions[0]
    for words in ("It begins later.", "It begins later."):
        Desk(petra).move(talk)
        Desk(petra).send(event, words={"en": words})
        today.shift(timedelta(minutes=5))

    assert rows(desk, greta)["What has changed"] == [
        "“It begins later.”",
        "Bones",
        "Before: Saturday, April 24, 2027, 8:15 am to 9:00 am, Eastern Time",
        "Now: Saturday, April 24, 2027, 9:15 am to 10:00 am, Eastern Time",
    ]


def test_what_is_back_as_she_knows_it_is_not_told_to_her(desk, petra, event, greta, today):
    talk = event.sessions[0]
    Desk(petra).move(talk)
    Desk(petra).send(event, words={"en": "It begins later."})
    today.shift(timedelta(minutes=5))
    Desk(petra).move(talk, -HALF)

    assert rows(desk, greta)["What has changed"] == [
        "Everything is again as they know it. There is no change to tell."
    ]


@pytest.fixture
def told_of_a_stream(make, petra, event, greta):
    """Let a room have a new stream, and a talk in it another hour; all of it is told."""
    talk = event.sessions[0]
    make.registration(event, mode=Mode.WEBCAST)
    Desk(petra).restream(talk.room, stream_url="https://live.example/9")
    Desk(petra).move(talk)
    Desk(petra).send(event)


def test_who_has_no_link_hears_nothing_of_a_button_however_she_takes_part_by_now(
    desk, greta, told_of_a_stream, today
):
    before = rows(desk, greta)["What has changed"]
    today.shift(timedelta(minutes=5))

    desk.submit(at(greta, "/mode"), mode=Mode.WEBCAST)

    assert rows(desk, greta)["What has changed"] == before


@pytest.fixture
def couple(make, event):
    """Zoë has a number; Karl comes with her, and has none."""
    zoe = make.registration(event, name="Zoë Nomail", email=None, phone="+16175550199")
    karl = make.registration(event, name="Karl Nomail", email=None, companion_of=zoe)
    return zoe, karl


def test_each_of_a_couple_names_the_other_and_the_one_number_they_have(desk, couple):
    zoe, karl = couple
    go_online(desk)

    assert rows(desk, karl)["Reached by"] == ["Through Zoë Nomail: 617-555-0199"]
    assert rows(desk, karl)["Comes with"] == [
        "Zoë Nomail. They have a card, too: one call can do for both."
    ]
    assert rows(desk, zoe)["Comes with"][0].startswith("Karl Nomail. ")
    assert len(tasks()) == 2


def test_who_is_left_is_asked_by_the_number_that_is_known(desk, couple):
    zoe, karl = couple
    desk.submit(at(zoe, "/remember/sure"))

    page, said = desk.get(TASKS), rows(desk, karl)

    assert said["Reached by"] == ["The number of Zoë Nomail, who has died: 617-555-0199"]
    assert "Comes with" not in said
    assert "Tell them things again, by phone" in page.text
    assert "Write to them again" not in page.text
    assert "They want no emails" not in page.text


def test_the_history_names_a_gate_that_is_gone(desk):
    desk.submit("/organize/events/forum-2027/places/in_person", capacity="150")
    go_online(desk)

    text = desk.get("/organize/history/").text

    assert "Petra Sandboxer changed the number of places at “Spring Forum”, In person." in text
    assert "deleted since" not in text


def test_a_card_that_asks_who_someone_is_tells_no_changes(make, desk, greta):
    with transaction():
        ask(TaskKind.CHECK_PERSON, greta, once="who", now=clock.now())
    go_online(desk)
    page = desk.get(TASKS)

    (asked,) = [
        "".join(each.itertext())
        for each in page.tree.iter(XHTML + "article")
        if "Please check" in "".join(each.itertext())
    ]
    assert "What has changed" not in asked


def test_the_address_of_someone_who_has_died_is_no_way_to_reach_anybody(make, desk, event):
    gone = {"care_state": CareState.REMEMBERED, "email": "ione@people.example"}
    ione = make.registration(event, name="Ione", phone="+16175550144", **gone)
    jasper = make.registration(event, name="Jasper", email=None, companion_of=ione)
    go_online(desk)
    desk.say_yes()

    (said,) = rows(desk, jasper)["Reached by"]

    assert said == "The number of Ione, who has died: 617-555-0144"


def test_an_address_from_which_emails_come_back_is_said_to_be_one(make, desk, event):
    rita = make.registration(event, name="Rita", email="rita@people.example")
    make.block("rita@people.example")
    with transaction():
        ask(TaskKind.CALL, rita, about="returned", once="rita", now=clock.now())

    assert rows(desk, rita)["Reached by"] == ["rita@people.example (emails do not arrive)"]


def test_the_card_of_a_correction_says_that_we_may_have_told_her_wrong(
    make, desk, event, greta, today
):
    petra, as_it_was = make.organizer(), event.starts_at
    moves(event, petra, as_it_was + WEEK, today)
    do(lambda now: tell("confirmation", greta, "x", now=now))
    [call] = tasks()
    do(call_actions.done, call, shown={call.id}, by=petra)
    moves(event, petra, as_it_was, today)

    said = rows(desk, greta)["What to say"]

    assert said[:2] == [
        "Earlier, we may have told them another date, time or phone number. That was our mistake.",
        "It is on Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time.",
    ]
