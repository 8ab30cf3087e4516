"""Calls: one card for each person, with how things are now, and all that is done about it."""

from datetime import timedelta

import pytest

from forum import clock
from forum.db import db, transaction
from forum.planning import actions as planning
from forum.registration import actions as registering
from forum.registration.models import Status
from forum.registration.telling import tell
from tests.desk import OrganizerAtDesk, queries_for
from tests.stored import fresh, tasks

TASKS = "/organize/tasks"


def asked(*people, about="confirmation"):
    """Let people be called about something."""
    number = len(tasks())
    with transaction():
        for person in people:
            tell(about, person, f"{number}", now=clock.now())


@pytest.fixture
def greta(make, event):
    return make.registration(event, name="Greta Nomail", email=None, phone="+16175550142")


def card(desk, person, address=TASKS):
    """Return the card of a person: its words, and the form as it stands."""
    page = desk.get(address)
    [found] = [
        each
        for each in page.tree.iter("{http://www.w3.org/1999/xhtml}article")
        if person.name in "".join(each.itertext())
    ]
    number = found.get("id").removeprefix("task-")
    action = next(
        each.get("action")
        for each in found.iter("{http://www.w3.org/1999/xhtml}form")
        if each.get("method") == "post"
    )
    return " ".join("".join(found.itertext()).split()), page.form(action), int(number), action


def press(desk, person, answer, **answers):
    _text, form, _number, action = card(desk, person)
    return desk.get(desk.post(action, {**form, **answers, "answer": answer})).text


def test_one_card_says_how_things_are_now_whatever_was_to_be_told_before(desk, event, greta):
    for about in ("confirmation", "mode_changed", "notice", "reminder", "notice", "offer"):
        asked(greta, about=about)

    text, *_rest = card(desk, greta)

    assert text.count("Please call") == 1
    assert "They have a place: In person." in text
    assert "It is on Saturday, April 24, 2027, 8:15 am to 4:30 pm of their clock." in text
    assert (text.count("Notice of changes"), text.count("Confirmation")) == (1, 0)
    assert "Offer" not in text
    assert "Calls and questions: 1" in desk.get("/organize/").text


def test_who_waits_is_told_her_number_and_the_list_asks_no_more_about_many(make, desk, event):
    ahead = [make.registration(event, status=Status.WAITLISTED) for _each in range(2)]
    hollis = make.registration(event, name="Hollis", email=None, status=Status.WAITLISTED)
    asked(hollis, about="waitlist")
    text, *_rest = card(desk, hollis)
    assert "They are number 3 on the waitlist: In person." in text
    one = queries_for(desk, TASKS)

    for person in ahead:
        person.email = None
    db.session.commit()
    asked(*ahead, about="waitlist")

    assert queries_for(desk, TASKS) == one


def test_what_is_outdated_closes_by_itself_when_an_event_is_called_off(
    make, desk, event, greta, petra
):
    gone = make.registration(event, name="Hollis Left", email=None, status=Status.CANCELLED)
    asked(greta, gone, about="notice")
    asked(greta, about="mode_changed")
    assert "Hollis Left" not in desk.get(TASKS).text

    with transaction():
        planning.cancel_event(event, version=event.version, by=petra, now=clock.now())

    text, *_rest = card(desk, greta)
    assert "The event is canceled." in text
    assert "Notice of changes" not in text
    assert len([each for each in tasks() if each.registration_id == greta.id]) == 3
    press(desk, greta, "done")
    assert [each.done_at is None for each in tasks()] == [False, True, False, False]
    assert "Nobody is waiting for a call." in desk.get(TASKS).text


def test_who_canceled_is_only_told_that(desk, event, greta):
    asked(greta, about="reminder")
    with transaction():
        registering.cancel(greta, now=clock.now())

    text, *_rest = card(desk, greta)

    assert "They have no place any more: their registration is canceled." in text
    assert "Reminder" not in text


def test_done_closes_what_the_card_showed_and_nothing_asked_for_since(desk, greta):
    asked(greta)
    _text, form, _number, action = card(desk, greta)
    asked(greta, about="reminder")

    desk.post(action, {**form, "answer": "done"})

    assert [each.done_at is None for each in tasks()] == [False, True]
    assert "Reminder" in card(desk, greta)[0]


def test_done_can_be_taken_back_for_a_day(desk, today, greta):
    asked(greta)
    asked(greta, about="notice")
    text = press(desk, greta, "done")
    assert "Done by Petra Sandboxer" in text

    desk.submit(TASKS)  # Undo

    assert [each.done_at for each in tasks()] == [None, None]
    assert "Please call: Greta Nomail" in desk.get(TASKS).text
    press(desk, greta, "done")
    today.shift(timedelta(days=1, seconds=1))
    later = OrganizerAtDesk(desk.client.application, desk.organizer)
    assert "Done by" not in later.get(TASKS).text


def test_what_was_tried_who_calls_and_notes_stand_on_the_card(app, make, desk, greta):
    asked(greta)
    boris = OrganizerAtDesk(app, make.organizer(name="Boris"))

    assert "Kept: nobody was reached." in press(desk, greta, "tried", note="voice mail,\nno name")
    assert "Tried 1 time, last on Mon, Nov 23, 2026" in card(desk, greta)[0]
    assert "Se intentó 1 vez" in desk.get(f"{TASKS}?lang=es").text
    press(boris, greta, "tried")
    assert "You make this call." in press(boris, greta, "take", note="after 5")
    press(desk, greta, "note", note="her daughter: 617 555 0199")

    text, *_rest = card(desk, greta)
    assert "Tried 2 times, last on Mon, Nov 23, 2026" in text
    assert "Boris makes this call." in text
    assert "Petra Sandboxer: voice mail, no name" in text
    assert text.index("voice mail") < text.index("after 5") < text.index("her daughter")
    [task] = tasks()
    assert "voice" not in (task.notes_sealed or "")
    assert "Anybody may make this call." in press(boris, greta, "leave")
    assert "makes this call" not in card(desk, greta)[0]


def test_two_at_one_card_lose_nothing_of_each_other(app, make, desk, greta):
    asked(greta)
    boris = OrganizerAtDesk(app, make.organizer(name="Boris"))
    _text, form, _number, action = card(desk, greta)
    press(boris, greta, "take", note="I know her")

    said = desk.get(desk.post(action, {**form, "answer": "take", "note": "she is away"})).text
    assert "Somebody else has taken or left this call meanwhile." in said
    assert "Boris makes this call." in said
    press(boris, greta, "done")
    late = desk.get(desk.post(action, {**form, "answer": "done", "note": "told her"})).text

    assert "Somebody else had said that it is done." in late
    [task] = tasks()
    assert task.done_by.name == "Boris"
    assert [line.partition(": ")[2] for line in task.notes.splitlines()] == [
        "I know her",
        "she is away",
        "told her",
    ]


def test_the_list_is_narrowed_to_an_event(make, desk, event, greta):
    other = make.event(title="Autumn", slug="autumn", quiet_title="Lantern autumn day")
    hollis = make.registration(other, name="Hollis", email=None)
    asked(greta, hollis)

    page = desk.get(desk.get(TASKS).links()["Lantern autumn day"])

    assert "Hollis" in page.text
    assert "Greta" not in page.text
    _text, form, _number, action = card(desk, hollis, f"{TASKS}?event=autumn")
    assert desk.post(action, {**form, "answer": "done"}) == f"{TASKS}?event=autumn"


def test_someone_in_two_events_has_one_card_that_names_both(make, desk, event):
    other = make.event(slug="autumn", quiet_title="Lantern autumn day")
    hers = {"name": "Hollis", "email": "hollis@people.example"}
    both = [make.registration(each, **hers) for each in (event, other)]
    make.block("hollis@people.example")
    asked(*both)

    text, *_rest = card(desk, both[0])

    assert "Lantern spring day" in text
    assert "Lantern autumn day" in text
    press(desk, both[0], "done")
    assert all(each.done_at for each in tasks())


class TestWithAPasskey:
    """Where people's answers need a passkey's yes, so do notes."""

    @pytest.fixture
    def overrides(self):
        return {"answers_need_passkey": True}

    def test_notes_are_as_hidden_as_numbers(self, desk, greta):
        asked(greta)
        press(desk, greta, "note", note="her daughter answers")

        text, *_rest = card(desk, greta)

        assert "There is a note; it is hidden." in text
        assert "her daughter answers" not in text
        assert fresh(tasks()[0]).notes.endswith("Petra Sandboxer: her daughter answers")
