"""The history says before and after of everything of ours that can be changed."""

import dataclasses
from datetime import UTC, datetime

import pytest

from forum import clock
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import transaction
from forum.organizer.history_words import CHANGED, VALUES_OF
from forum.planning.plans import EventPlan, SessionPlan
from forum.registration.models import Status
from forum.reminders import rule_actions
from forum.reminders.plans import ReminderPlan
from tests.desk import EVENT, at
from tests.notices import Desk

pytestmark = pytest.mark.sqlite_is_enough

HISTORY = "/organize/history/"


def newest(desk, action=""):
    """Return the newest deed as it is read, of all or of one kind, and where the page leads."""
    page = desk.get(f"{HISTORY}?action={action}")
    line = next(each for each in page.all("ul") if each.get("class") == "deeds")[0]
    return " ".join("".join(line.itertext()).split()).split(maxsplit=2)[2], page.links()


def test_a_room(make, desk, event, petra):
    room = make.room(name="Harbor Room", stream_url="https://live.lantern.example/one")
    make.session(event, room=room)
    Desk(petra).restream(room, stream_url="https://live.lantern.example/two")

    said, links = newest(desk)

    assert said == (
        "Petra Sandboxer changed the room Harbor Room. online address:"
        " https://live.lantern.example/one, now https://live.lantern.example/two"
    )
    assert links["Harbor Room"] == f"/organize/rooms/{room.id}"


def test_the_end_of_registration(desk, event):
    desk.submit(f"{EVENT}/places/in_person", closes="2026-12-01T17:00")
    first, _links = newest(desk)
    desk.submit(f"{EVENT}/places/in_person", closes="")
    second, _links = newest(desk)

    deed = "Petra Sandboxer changed “Spring Forum”. end of registration:"
    assert first.startswith(f"{deed} when the event is over, now Tue, Dec 1, 2026, 5:00 pm")
    assert second.startswith(f"{deed} Tue, Dec 1, 2026, 5:00 pm, now when the event is over")


def test_the_texts_in_spanish(desk, event):
    desk.submit(f"{EVENT}/edit", title_es="Foro de primavera")
    first, _links = newest(desk)
    desk.submit(f"{EVENT}/edit", title_es="", description="A day of talks.")
    second, _links = newest(desk)

    deed = "Petra Sandboxer changed “Spring Forum”. title in Spanish:"
    assert first == f"{deed} none, now Foro de primavera"
    assert second == f"{deed} Foro de primavera, now none; changed: description"


@pytest.mark.both_engines
def test_a_session(make, desk, event, petra):
    track = make.track(name="Living well")
    speaker = make.speaker(name="Dr. Marigold Testwell")
    session = make.session(event, title="Circle")
    Desk(petra).change(session, track=track, speakers=(speaker,), capacity=8, has_captions=True)

    said, _links = newest(desk)

    assert sorted(said.partition(". ")[2].split("; ")) == [
        "live captions: no, now yes",
        "number of places: no limit, now 8",
        "speakers: none, now Dr. Marigold Testwell",
        "theme: none, now Living well",
    ]


@pytest.mark.both_engines
def test_a_reminder(make, desk, event):
    rule = make.reminder(event, "P7D", modes=("in_person",))
    with transaction():
        plan = ReminderPlan(lead="P7D", modes=None, roles=("patient",))
        how = {"version": rule.version, "by": desk.organizer, "now": clock.now()}
        rule_actions.change(rule, plan, **how)
    changed, _links = newest(desk)
    with transaction():
        how["version"] = rule.version
        rule_actions.switch(rule, is_on=False, **how)
    switched, _links = newest(desk)

    assert "ways to take part: In person, now all; roles: all, now Patient" in changed
    assert "on: yes, now no" in switched


def test_a_reminder_that_is_gone_names_its_event(make, desk, event):
    rule = make.reminder(event, "P7D")
    with transaction():
        how = {"version": rule.version, "by": desk.organizer, "now": clock.now()}
        rule_actions.remove(rule, **how)

    said, links = newest(desk)

    assert said == (
        "Petra Sandboxer removed a reminder for “Spring Forum”. before the start: 7 days before"
    )
    assert links["“Spring Forum”"] == f"{EVENT}/"


@pytest.mark.both_engines
def test_an_organizer(make, desk, event):
    other = make.organizer(name="Kim", email="kim@lantern.example", role="viewer")
    desk.say_yes()
    desk.submit(f"/organize/organizers/{other.id}", role="coordinator", name="Kim Sand")

    said, _links = newest(desk)

    assert said == (
        "Petra Sandboxer changed what Kim Sand may do at the desk."
        " role: Viewer, now Coordinator; changed: Name"
    )


def test_the_sessions_of_a_person(make, desk, event):
    first, second = (
        make.session(event, title=title, capacity=5) for title in ("Circle", "Movement")
    )
    ada = make.registration(event, name="Ada")
    desk.submit(at(ada, "/sessions"), sessions=[str(first.id)])
    desk.submit(at(ada, "/sessions"), sessions=[str(second.id)])

    said, _links = newest(desk)

    assert said == "Petra Sandboxer chose sessions for Ada. sessions: Circle, now Movement"


@pytest.mark.both_engines
def test_how_somebody_waits(make, desk, event):
    wim = make.registration(event, name="Wim", status=Status.WAITLISTED)
    desk.submit(at(wim, "/waiting"), short_notice="24")

    said, _links = newest(desk, Action.WAITING_CHANGED)

    assert said == (
        "Petra Sandboxer changed how Wim is waiting."
        " offers at short notice: No, now 24 hours before"
    )


@pytest.mark.both_engines
def test_a_programme_file_that_nobody_of_the_desk_loaded(make, desk, event):
    make.session(event, title="Circle")
    programme = make.programme()
    parts = [
        {
            "kind": "programme",
            "id": programme.id,
            "was": {"contact_phone": "+1-617-555-0142"},
            "now": {"contact_phone": "+1-617-555-0199"},
        },
        {
            "kind": "session",
            "id": event.sessions[0].id,
            "was": {"starts_at": datetime(2027, 4, 24, 14, 30, tzinfo=UTC).isoformat()},
            "now": {"starts_at": datetime(2027, 4, 24, 16, 20, tzinfo=UTC).isoformat()},
        },
        {"kind": "venue", "id": 1, "was": {"name": "Old Hall"}, "now": {"name": "Harbor"}},
        {"kind": "session", "id": 987654, "was": {"title": "A"}, "now": {"title": "B"}},
    ]
    with transaction():
        facts = {"added": 0, "changed": 3, "unchanged": 76, "cancelled": 0, "parts": parts}
        record(Action.PROGRAMME_LOADED, programme, facts, now=clock.now())

    said, _links = newest(desk)

    assert said == (
        "Program loaded: Lantern."
        " Lantern: phone number: +1-617-555-0142, now +1-617-555-0199;"
        " “Circle”: start: Sat, Apr 24, 2027, 10:30 am, now Sat, Apr 24, 2027, 12:20 pm;"
        " Harborlight Conference Center: Name: Old Hall, now Harbor;"
        " a session deleted since: title: A, now B;"
        " added: 0; canceled: 0; changed: 3; unchanged: 76"
    )


def test_what_is_none_is_not_said(make, desk, event):
    ada = make.registration(event, name="Ada")
    with transaction():
        facts = {"had": "confirmed", "sessions": [], "wait_no": None, "waits_for": None}
        record(Action.CANCELLED, ada, facts, now=clock.now(), organizer=desk.organizer)

    said, _links = newest(desk)

    assert said == "Petra Sandboxer canceled the place of Ada. place before: Has a place"


@pytest.mark.parametrize("plan", [EventPlan, SessionPlan, ReminderPlan])
def test_everything_that_a_form_can_change_has_a_name(plan):
    columns = {"room": "room_id", "track": "track_id"}
    fields = {columns.get(each.name, each.name) for each in dataclasses.fields(plan)}

    assert fields - CHANGED.keys() - {"people"} == set()
    assert VALUES_OF.keys() - CHANGED.keys() == {"answer"}
