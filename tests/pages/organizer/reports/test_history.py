"""The history: sentences with names, before and after, by person, organizer and day."""

import re
from datetime import timedelta

import pytest

from forum import clock
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import db, transaction
from tests.desk import EVENT, OrganizerAtDesk, at, queries_for
from tests.notices import Desk
from tests.pages.organizer.outbox import failed_message

pytestmark = pytest.mark.sqlite_is_enough

HISTORY = "/organize/history/"


@pytest.mark.both_engines
def test_a_move_is_said_with_its_name_from_when_to_when_and_the_rooms(make, desk, event, petra):
    session = make.session(event, title="Chair movement", room=make.room(name="Harbor Room"))
    Desk(petra).change(
        session,
        starts_at=session.starts_at + timedelta(minutes=30),
        ends_at=session.ends_at + timedelta(minutes=30),
        room=make.room(name="Sail Studio"),
    )

    page = desk.get(HISTORY)

    assert "Petra Sandboxer moved “Chair movement” from 8:15 am to 8:45 am." in page.text
    assert "room: Harbor Room, now Sail Studio" in page.text
    assert page.links()["“Chair movement”"] == f"{EVENT}/agenda/{session.id}"


def test_a_change_is_said_before_and_after(desk, event):
    desk.submit(f"{EVENT}/edit", title="Other")

    text = desk.get(f"{HISTORY}?action=event changed").text

    assert "Petra Sandboxer changed “Other”. title: Spring Forum, now Other" in text


def test_a_way_to_take_part_is_said_before_and_after_with_her_name(make, desk, event):
    ada = make.registration(event, name="Ada Q. Trialrun")
    desk.submit(at(ada, "/mode"), mode="phone")

    page = desk.get(HISTORY)

    said = "Petra Sandboxer changed how Ada Q. Trialrun takes part. In person, now By phone"
    assert said in page.text
    assert page.links()["Ada Q. Trialrun"] == at(ada)


def test_a_reminder_is_said_in_words(make, desk, event):
    rule = make.reminder(event, "P14D")
    with transaction():
        facts = {
            "lead": "P14D",
            "was": {"lead": "P14D"},
            "now": {"lead": "PT3H"},
        }
        record(Action.REMINDER_CHANGED, rule, facts, now=clock.now(), organizer=desk.organizer)

    text = desk.get(HISTORY).text

    assert "Petra Sandboxer changed a reminder for “Spring Forum”." in text
    assert "14 days before, now 3 hours before" in text


def test_no_number_of_ours_no_iso_time_and_no_code_stands_in_it(make, desk, event, petra):
    ada = make.registration(event, name="Ada")
    circle = make.session(event, capacity=3, title="Circle")
    facts = {
        Action.SESSIONS_CHOSEN: {"sessions": [circle.id]},
        Action.OFFERED: {"offer": 987654, "mode": "in_person", "places": 1},
        Action.COMPANION_ADDED: {"companion": ada.id, "mode": "webcast"},
        Action.CARE_CHANGED: {"to": "paused", "until": "2026-12-01"},
    }
    with transaction():
        for action, each in facts.items():
            record(action, ada, each, now=clock.now(), organizer=petra)
        rule = make.reminder(event, "P14D")
        record(Action.REMINDER_ADDED, rule, {"lead": "P14D"}, now=clock.now())

    text = desk.get(HISTORY).text

    assert "Circle" in text
    assert "987654" not in text
    assert re.search(r"\d{4}-\d\d-\d\d|P\d+D|Registration \d|Event \d|Session \d", text) is None


def test_every_deed_has_its_sentence(make, desk, event, petra):
    ada = make.registration(event, name="Ada")
    with transaction():
        for action in Action:
            record(action, ada, now=clock.now(), organizer=petra)
            record(action, ada, now=clock.now())

    text = " ".join(desk.get(f"{HISTORY}?page={page}").text for page in (1, 2, 3))

    assert "%(" not in text
    assert text.count("Petra Sandboxer ") >= len(Action)


def test_what_is_gone_is_not_named(make, desk, event, petra):
    ada = make.registration(event)
    with transaction():
        record(Action.LOOKED_AT, ada, now=clock.now(), organizer=petra)
        db.session.delete(ada)

    said = "Petra Sandboxer looked at what a person whose data has been deleted told us."
    assert said in desk.get(HISTORY).text


def test_places_of_an_event_that_went_online_are_not_those_of_the_next(make, desk, event):
    make.session(event, room=make.room())
    desk.submit(f"{EVENT}/places/in_person", capacity="150")
    desk.take_step(f"{EVENT}/online")

    make.event(title="Autumn Forum")

    text = desk.get(HISTORY).text
    assert "changed the number of places at “Spring Forum”, In person." in text
    assert "Autumn" not in text


def test_a_reminder_that_was_removed_is_not_that_of_another_event(make, desk, event):
    rule = make.reminder(event, "P3D")
    desk.submit(f"{EVENT}/reminders/{rule.id}/remove")

    make.reminder(make.event(title="Autumn Forum"), "P1D")

    text = desk.get(HISTORY).text
    assert "Petra Sandboxer removed a reminder for “Spring Forum”." in text
    assert "Autumn" not in text


@pytest.mark.parametrize("kind", ["gate", "reminder"])
def test_where_a_number_came_again_before_the_event_of_the_deed_is_named(make, desk, event, kind):
    other = make.event(title="Autumn Forum")
    later = {"gate": lambda: other.gates[0], "reminder": lambda: make.reminder(other, "P1D")}
    action = {"gate": Action.CAPACITY_CHANGED, "reminder": Action.REMINDER_REMOVED}
    with transaction():
        record(action[kind], later[kind](), {"event": event.id}, now=clock.now())

    text = desk.get(HISTORY).text

    assert "Spring Forum" in text
    assert "Autumn" not in text


def test_an_old_entry_about_places_says_what_is_gone_and_what_lives(make, desk, event, petra):
    gate = event.gates[0]
    with transaction():
        facts = {"mode": gate.mode, "from": 1, "to": 2}
        record(Action.CAPACITY_CHANGED, gate, facts, now=clock.now(), organizer=petra)
        db.session.delete(gate)

    text = desk.get(HISTORY).text

    assert "at a way to take part that the event no longer has." in text
    assert "someone or something" not in text


@pytest.mark.both_engines
def test_an_email_to_an_organizer_is_named_by_its_organizer(make, desk, event, petra):
    message = failed_message(make, make.registration(event), email="sign_in")
    message.registration, message.organizer = None, petra
    db.session.commit()
    with transaction():
        record(Action.MESSAGE_RETRIED, message, {"email": "sign_in"}, now=clock.now())

    assert "Email tried again: Petra Sandboxer." in desk.get(HISTORY).text


@pytest.mark.both_engines
def test_it_is_read_by_organizer_by_person_and_by_day(app, make, desk, event, today):
    ada, boris = make.registration(event, name="Ada"), make.registration(event, name="Boris")
    other = OrganizerAtDesk(app, make.organizer(name="Kim", email="kim@lantern.example"))
    desk.submit(at(ada, "/mode"), mode="phone")
    other.submit(at(boris, "/mode"), mode="webcast")

    by_kim = desk.get(f"{HISTORY}?by={other.organizer.id}").text
    of_ada = desk.get(f"{HISTORY}?person={ada.public_id}").text
    that_day = desk.get(f"{HISTORY}?day=2026-11-23").text
    before = desk.get(f"{HISTORY}?day=2026-11-22").text

    assert ("how Boris takes part" in by_kim, "how Ada takes part" in by_kim) == (True, False)
    assert ("how Boris takes part" in of_ada, "how Ada takes part" in of_ada) == (False, True)
    assert "Only what was done to Ada." in of_ada
    assert "how Ada takes part" in that_day
    assert "Nothing yet" in before


@pytest.mark.parametrize("query", ["day=x", "day=9999-12-31", "by=x", "person=x", "action=x"])
def test_an_odd_question_narrows_nothing(desk, query):
    assert "signed in" in desk.get(f"{HISTORY}?{query}").text


def test_a_longer_history_asks_the_database_no_more(make, desk, event):
    ada, boris = make.registration(event), make.registration(event)
    desk.submit(at(ada, "/mode"), mode="phone")
    desk.get(HISTORY)
    one = queries_for(desk, HISTORY)

    desk.submit(at(boris, "/mode"), mode="phone")

    assert queries_for(desk, HISTORY) == one


@pytest.mark.parametrize("page", ["0", "-1", "x", str(10**30)])
def test_an_odd_page_number_is_no_fault(desk, page):
    assert desk.get(f"{HISTORY}?page={page}").status == 200
