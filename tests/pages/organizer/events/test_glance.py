"""The overview of an event and the page of a person say what is so now."""

from datetime import timedelta

import pytest

from forum import clock
from forum.db import db
from forum.events.models import EventStatus
from forum.registration.models import CareState, Status
from tests.desk import EVENT, at
from tests.people import XHTML, words

pytestmark = pytest.mark.sqlite_is_enough

DAY = timedelta(days=1)


def said_of(page, name):
    """Return what stands beside a name in the short lists of a page."""
    main = page.one("main")
    terms = [words(each) for each in main.iter(XHTML + "dt")]
    said = [words(each) for each in main.iter(XHTML + "dd")]
    return dict(zip(terms, said, strict=True))[name]


def changed(record, **facts):
    for name, value in facts.items():
        setattr(record, name, value)
    db.session.commit()


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"registration_opens_at": DAY}, "Opens on Tue, Nov 24, 2026"),
        ({"registration_opens_at": -DAY}, "Open now"),
        ({"status": EventStatus.CANCELLED}, "None: the event is canceled"),
        ({"status": EventStatus.DRAFT}, "Opens as soon as it is published"),
        ({"takes_registrations": False}, "Not taken"),
    ],
)
def test_the_overview_says_whether_people_can_register_now(desk, event, facts, said):
    if "registration_opens_at" in facts:
        facts = {"registration_opens_at": clock.now() + facts["registration_opens_at"]}
    changed(event, **facts)

    assert said_of(desk.get(f"{EVENT}/"), "Registration").startswith(said)


def test_what_has_closed_is_not_said_to_close(desk, event):
    for gate in event.gates:
        gate.closes_at = clock.now() - DAY
    changed(event)

    page = desk.get(f"{EVENT}/")

    assert said_of(page, "Registration") == "Closed now"
    assert page.text.count("Closed since") == len(event.gates)


def test_in_spanish_what_is_said_of_registration_agrees_with_it(desk, event):
    page = desk.get(f"{EVENT}/?lang=es")

    assert said_of(page, "Registro") == "Abierto ahora"
    assert "Registro hasta" in page.text


def test_a_change_of_a_session_is_a_change_of_the_event(desk, event, session):
    changed(session, updated_at=event.updated_at + 3 * DAY)

    said = said_of(desk.get(f"{EVENT}/"), "Event or agenda changed")

    assert said.startswith("Wed, Nov 4, 2026")


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({}, "Yes"),
        ({"email": None}, "By phone: we call"),
        ({"wants_reminders": False}, "No: they want none"),
        ({"status": Status.CANCELLED}, "No: they have canceled"),
        ({"care_state": CareState.HELD}, "Not while they are on hold"),
        ({"care_state": CareState.PAUSED}, "Not while emails are paused"),
        ({"care_state": CareState.REMEMBERED}, "No: nothing goes out"),
    ],
)
def test_the_page_of_a_person_says_whether_she_is_reminded(make, desk, event, facts, said):
    make.reminder(event, "P1D")
    ada = make.registration(event, **facts)

    assert said_of(desk.get(at(ada)), "Reminders") == said


def test_nobody_is_reminded_where_no_reminder_is_set_up(make, desk, event):
    page = desk.get(at(make.registration(event))).text

    assert "No: none are set up for this event" in page
