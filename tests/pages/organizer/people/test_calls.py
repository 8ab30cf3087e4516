"""Calls: one card for each person, with how things are now, and all that is done about it."""

from datetime import timedelta
from typing import ClassVar

import pytest

from forum import clock
from forum.care import actions as care
from forum.db import db, transaction
from forum.events.models import Mode
from forum.planning import actions as planning
from forum.privacy.holdings import everything_about
from forum.registration import actions as registering
from forum.registration.models import Status
from forum.registration.places import waiting
from forum.registration.telling import tell
from tests.actions.registration.asking import asks, register
from tests.desk import OrganizerAtDesk, queries_for
from tests.notices import HALF, Desk
from tests.stored import fresh, open_tasks, tasks

TASKS = "/organize/tasks"


def asked(*people, about="confirmation"):
    """Let people be called about something."""
    number = len(tasks())
    with transaction():
        for person in people:
            tell(about, person, f"{number}", now=clock.now())


def same_time(hours: str) -> str:
    """Return what is said of when a session is that has changed otherwise."""
    return f"The time stays the same: Saturday, April 24, 2027, {hours}, Eastern Time"


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
    assert "It is on Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time." in text
    assert (text.count("Notice of changes"), text.count("Confirmation")) == (1, 0)
    assert "Offer" not in text
    assert "Calls and questions: 1" in desk.get("/organize/").text


@pytest.fixture
def told(event, petra, greta):
    """Change sessions and tell of it, as Petra does; Greta is to be called."""
    at_work = Desk(petra)

    def tell_of(session, **facts):
        at_work.change(session, **facts)
        at_work.send(event)

    return tell_of


@pytest.mark.both_engines
def test_a_card_says_what_a_notice_told_and_only_what_concerns_her(make, desk, event, greta, told):
    room = make.room(name="Sail Studio")
    bones, circle = (
        make.session(event, title="Bones"),
        make.session(event, title="Circle", capacity=3),
    )
    told(bones, room=room)
    told(circle, starts_at=bones.ends_at, ends_at=bones.ends_at + HALF)

    text, *_rest = card(desk, greta)

    assert f"Bones{same_time('8:15 am to 9:00 am')}It is in this room: Sail Studio." in text
    assert "Circle" not in text


@pytest.mark.both_engines
def test_it_says_how_that_is_by_now_and_nothing_that_she_knows(make, desk, event, greta, told):
    room, bones = make.room(name="Sail Studio"), make.session(event, title="Bones")
    for _time in range(2):
        told(bones, starts_at=bones.starts_at + HALF, ends_at=bones.ends_at + HALF)
    text, *_rest = card(desk, greta)
    assert "Now: Saturday, April 24, 2027, 9:15 am to 10:00 am" in text
    press(desk, greta, "done")

    told(bones, room=room)

    text, *_rest = card(desk, greta)
    now = same_time("9:15 am to 10:00 am")
    assert f"What has changedBones{now}It is in this room: Sail Studio.About" in text


def test_more_people_to_call_about_a_notice_ask_the_database_no_more(
    make, desk, event, petra, greta
):
    bones = make.session(event, title="Bones")
    Desk(petra).move(bones)
    Desk(petra).send(event)
    one = queries_for(desk, TASKS)
    for number in range(3):
        make.registration(event, name=f"Nomail {number}", email=None)
    Desk(petra).move(bones)
    Desk(petra).send(event)

    assert queries_for(desk, TASKS) <= one + 1


def test_a_number_with_words_is_a_link_of_the_number_alone(make, desk, event):
    hers = "+16175550199;ext=12 call my daughter"
    asked(make.registration(event, name="Greta", email=None, phone=hers))

    page = desk.get(TASKS)

    assert page.links()["617-555-0199 ext. 12"] == "tel:+16175550199;ext=12"
    assert "617-555-0199 ext. 12 (call my daughter)" in page.text


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


class TestNoMailReachesHer:
    """Greta is called: what comes to her address does not arrive."""

    hers: ClassVar = {"name": "Greta", "email": "greta@people.example"}

    def test_her_card_says_that_a_place_is_kept_whatever_she_asked_for_since(self, make, desk):
        full = make.event(slug="autumn", capacity=1)
        greta = make.registration(full, **self.hers, status=Status.WAITLISTED)
        make.block(greta.email)
        with transaction():
            waiting.move_lines(full.id, now=clock.now())
        offered = "A place is offered to them: In person."
        assert offered in card(desk, greta)[0]

        register(full, asks(**self.hers), now=clock.now())  # once more

        assert [each.task.about for each in open_tasks()] == ["waitlist"]
        text, *_rest = card(desk, greta)
        assert offered in text
        assert "on the waitlist" not in text

    @pytest.mark.parametrize("answer", ["done", "tried"])
    def test_a_press_is_about_what_the_card_showed(self, make, desk, event, answer):
        """She is quiet at another event, through whoever comes with her there."""
        here = make.registration(event, **self.hers)
        host = make.registration(make.event(slug="autumn"), name="Jasper")
        let = {"companion_of": host, "has_let_companion_pause": True}
        there = make.registration(host.event, **self.hers, **let)
        make.block(here.email)
        asked(there, about="mode_changed")
        with transaction():
            care.pause(fresh(there), None, through=host, now=clock.now())
        asked(fresh(here))

        press(desk, here, answer)

        with transaction():
            care.resume(fresh(there), through=fresh(host), now=clock.now())
        [hers] = [each for each in tasks() if each.registration_id == there.id]
        assert (hers.done_at, hers.tried) == (None, 0)
        assert there in [each.task.registration for each in open_tasks()]

    def test_who_has_come_back_is_not_told_that_there_is_no_place(self, make, desk, event):
        greta = make.registration(event, **self.hers)
        make.block(greta.email)
        with transaction():
            registering.cancel(fresh(greta), now=clock.now())
        register(event, asks(**self.hers), now=clock.now())

        text, *_rest = card(desk, greta)

        assert "They have a place: In person." in text
        assert "They have no place any more" not in text


def test_done_is_taken_back_for_a_day(app, petra, today, greta):
    asked(greta)
    press(OrganizerAtDesk(app, petra), greta, "done")
    today.shift(timedelta(days=1, minutes=1))
    desk, undo = OrganizerAtDesk(app, petra), f"{TASKS}/{tasks()[0].id}/undo"
    token = desk.get("/organize/me/").form()["csrf_token"]

    said = desk.get(desk.post(undo, {"csrf_token": token, "person": greta.public_id})).text

    assert "This call was done more than a day ago. It stays done." in said
    assert open_tasks() == []


class TestWithAPasskey:
    """Where people's answers need a passkey's yes, so do notes."""

    @pytest.fixture
    def overrides(self):
        return {"answers_need_passkey": True}

    def test_notes_are_as_hidden_as_numbers(self, desk, greta):
        desk.say_yes(ago=timedelta(hours=2))
        asked(greta)
        press(desk, greta, "note", note="her daughter answers")

        text, *_rest = card(desk, greta)

        assert "There is a note; it is hidden." in text
        assert "her daughter answers" not in text
        [task] = tasks()
        assert fresh(task).notes.endswith("Petra Sandboxer: her daughter answers")
        [hers] = everything_about(task.registration).tasks
        assert [line.partition(" ")[2] for line in hers["notes"]] == ["her daughter answers"]


def test_who_is_called_hears_on_which_day_a_number_is_the_one_to_call(make, desk, event):
    event.ends_at += timedelta(days=1)
    for days in (0, 1):
        room = make.room(dial_in=f"+1-617-555-015{days}")
        make.session(event, room=room, starts_at=event.starts_at + timedelta(days=days))
    ada = make.registration(event, email=None, phone="+16175550142", mode=Mode.PHONE)
    asked(ada)

    text, *_rest = card(desk, ada)

    for number, day in (("0150", "Saturday, April 24"), ("0151", "Sunday, April 25")):
        said = f"The number to listen by is 617-555-{number}: {day}, 2027, 8:15 am to 9:00 am."
        assert said in text
