"""Seeing everything that we hold, taking it along, and being erased."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from forum import links
from forum.audit.actions import record
from forum.audit.models import Action, AuditEntry
from forum.care.models import Task, TaskKind
from forum.db import db, transaction
from forum.outbox.models import Message, MessageState
from forum.privacy import actions as privacy
from forum.privacy import consents
from forum.privacy.columns import personal_columns
from forum.privacy.holdings import OURS, everything_about
from forum.privacy.models import ConsentPurpose
from forum.registration.models import (
    AddressChange,
    CareState,
    OfferState,
    Registration,
    SessionPlace,
    Status,
)
from forum.registration.my import data_words
from tests.my import my
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
UNLINKED = {"tombstone", "suppression", "attempt", "address_block", "kept_form"}
"""Codes from which no person can be found."""
STAFF = {"organizer", "sign_in", "sign_in_link", "passkey", "invite_link", "speaker", "appearance"}
HER_TABLES = {
    "registration": "registration",
    "session_place": "sessions",
    "offer": "offers",
    "consent": "consents",
    "message": "emails",
    "address_change": "address_changes",
    "task": "tasks",
    "delivery_report": "returned",
    "calendar_reply": "calendar_replies",
}
"""Where the rows of each table stand in the file."""


@pytest.fixture
def ada(make) -> Registration:
    """Someone of whom every table knows something."""
    event = make.event(capacity=2)
    session = make.session(event, capacity=1, taken=1, quiet_title="Circle 3")
    ada = make.registration(
        event,
        name="Ada Q. Trialrun",
        email="ada@people.example",
        phone="+16175550100",
        needs="A wheelchair",
        food="No nuts",
        question="What helps with sleep?",
        note="Comes late",
        roles=("patient",),
        quiet_days=("tue",),
    )
    boris = {"name": "Boris", "email": ada.email, "needs": "A secret of his"}
    make.registration(event, companion_of=ada, **boris)
    make.offer(ada, mode="in_person", state=OfferState.ACCEPTED, answered_at=NOW)
    for row in (
        SessionPlace(registration=ada, session=session, status=Status.CONFIRMED),
        Message(
            email="confirmation",
            registration=ada,
            dedupe_key="confirmation:ada",
            state=MessageState.SENT,
            due_at=NOW,
            created_at=NOW,
            sent_at=NOW,
        ),
        AddressChange(
            registration=ada,
            new_email="new@people.example",
            old_email="ada@people.example",
            created_at=NOW,
            expires_at=NOW + timedelta(hours=48),
        ),
        Task(registration=ada, kind=TaskKind.CALL, about="x", dedupe_key="x", created_at=NOW),
    ):
        make._keep(row)
    message = db.session.query(Message).one()
    make.report(message, "ada@people.example", code="5.1.1")
    make.calendar_reply(ada, "declined")
    with transaction():
        privacy.record(ada, ConsentPurpose.REGISTRATION, now=NOW, language="en")
        record(Action.ANSWERS_CHANGED, ada, {"changed": ["food"]}, now=NOW)
        petra = make.organizer(name="Petra Sandboxer")
        record(Action.EXPORTED, event, {"what": "registrations"}, now=NOW, organizer=petra)
    return ada


def test_everything_we_hold_is_said_in_words(visitor, ada):
    page = visitor.get(my(ada, "data"))

    for words in (
        "Ada Q. Trialrun",
        "ada@people.example",
        "617-555-0100",
        "A wheelchair",
        "No nuts",
        "What helps with sleep?",
        "Comes late",
        "I have metastatic breast cancer",
        "Tuesday",
        "Eastern Time (America/New_York)",
        "Circle 3",
        "Boris",
        "We use what you tell us",
        "Confirmation",
        "Monday, November 23, 2026, at 10:00 am, Eastern Time",
        "From ada@people.example to new@people.example",
        "Not confirmed",
        "Changed your answers",
        "Took out the list of registrations, with yours",
        "An organizer",
        "Call you",
        "There is no such address 5.1.1",
        "Your calendar said no",
    ):
        assert words in page.text, words


def test_nothing_of_others_is_said_but_their_names(visitor, ada):
    page = visitor.get(my(ada, "data"))
    file = visitor.client.get(my(ada, "data.json")).text

    for private in ("A secret of his", "Petra", "petra"):
        assert private not in page.text
        assert private not in file


def test_the_file_has_a_neutral_name_and_holds_the_same(visitor, ada):
    response = visitor.client.get(my(ada, "data.json"))

    assert response.headers["Content-Disposition"] == "attachment; filename=my-data.json"
    assert response.headers["Cache-Control"] == "no-store"
    content = json.loads(response.text)
    assert content.keys() == {"made_at", *everything_about(ada)._fields}
    assert content["registration"]["needs"] == "A wheelchair"
    assert content["registration"]["roles"] == ["patient"]
    assert content["companions"] == ["Boris"]
    assert content["emails"][0]["sent_at"] == "2026-11-23T15:00:00+00:00"


def test_no_personal_column_is_left_out(ada):
    held = everything_about(ada)._asdict()

    for name in personal_columns():
        table, column = name.split(".")
        if table in UNLINKED | STAFF | {"audit_entry"}:
            continue
        rows = held[HER_TABLES[table]]
        row = rows if isinstance(rows, dict) else rows[0]
        assert column.removesuffix("_sealed") in row or column in OURS[table], name


def test_every_value_has_its_words(ada):
    held = everything_about(ada)

    assert set(data_words.LABELS) == set(held.registration)
    assert {*data_words.TOLD, *data_words.PLACE, *data_words.NOTED} == set(data_words.LABELS)


@pytest.mark.both_engines
def test_looking_changes_nothing(visitor, ada):
    before = db.session.query(AuditEntry).count()

    for more in ("data", "data.json", "erase"):
        assert visitor.client.get(my(ada, more)).status_code == 200

    look_again()
    assert (ada.version, db.session.query(AuditEntry).count()) == (1, before)


@pytest.mark.parametrize("state", [CareState.REMEMBERED, CareState.HELD])
def test_no_page_or_file_tells_a_family_of_a_death(visitor, ada, state):
    ada.care_state = state
    with transaction():
        record(Action.CARE_CHANGED, ada, {"to": state}, now=NOW)
        ada.care_state = state
        message = db.session.query(Message).one()
        message.state = MessageState.DROPPED
        message.reason = "This person has died. Emails are on hold."

    page, file = visitor.get(my(ada, "data")), visitor.client.get(my(ada, "data.json")).text

    for word in ("remember", "held"):
        assert word not in page.text.lower()
        assert word not in file.lower()


def test_a_pause_is_said_with_its_day(visitor, ada):
    ada.care_state, ada.care_until = CareState.PAUSED, date(2026, 12, 24)
    db.session.commit()

    page = visitor.get(my(ada, "data"))

    assert "Paused" in page.text
    assert "Thursday, December 24, 2026" in page.text


def test_the_titles_of_her_data_are_as_discreet_as_she_is(visitor, ada):
    assert "Living With Metastatic" not in visitor.client.get(my(ada, "data.json")).text

    ada.is_discreet = False
    db.session.commit()

    assert "Living With Metastatic" in visitor.client.get(my(ada, "data.json")).text


@pytest.mark.both_engines
def test_someone_new_has_a_short_page(visitor, make):
    cleo = make.registration(make.event(), name="Cleo", email=None)

    page = visitor.get(my(cleo, "data"))

    assert "None so far." in page.text
    assert "Places offered to you" not in page.text


def test_erasing_is_explained_first_and_needs_one_button(visitor, ada):
    page = visitor.get(my(ada, "erase"))

    for words in (
        "This cannot be undone.",
        "You give up your place.",
        "If the date is in your calendar, please remove it there.",
        "one code without your name",
    ):
        assert words in page.text
    look_again()
    assert db.session.query(Registration).filter_by(name="Ada Q. Trialrun").count() == 1


def test_erased_she_is_gone_and_her_links_are_like_any_dead_link(visitor, ada):
    page, feed = my(ada), f"/my/{links.feed_token(ada)}/calendar.ics"
    unknown = visitor.get("/my/unknown/", status=404).text
    form = visitor.get(page + "erase").form()

    goodbye = visitor.post(page + "erase", form, status=200)

    assert goodbye.heading == "Everything is erased"
    assert "Ada Q." not in goodbye.text
    look_again()
    assert db.session.query(Registration).filter_by(name="Ada Q. Trialrun").count() == 0
    for more in ("", "details", "data", "erase"):
        assert visitor.get(page + more, status=404).text.replace(page + more, "") == unknown
    assert visitor.client.get(feed).status_code == 404
    visitor.post(page + "erase", form, status=404)


def test_her_place_goes_to_the_next_in_line(visitor, make):
    event = make.event(capacity=1)
    ada = make.registration(event)
    make.registration(event, name="Boris", status=Status.WAITLISTED)

    visitor.post(my(ada, "erase"), visitor.get(my(ada, "erase")).form(), status=200)

    look_again()
    assert [each.email for each in db.session.query(Message)] == ["offer"]


def test_she_may_ask_for_the_next_invitation_and_take_it_back(visitor, ada):
    data, button = my(ada, "data"), my(ada, "next-invitation")
    assert "You are not on the list for an invitation." in visitor.get(data).text

    assert visitor.submit(data, action=button) == data
    look_again()
    assert consents.has_agreed(ada, ConsentPurpose.NEXT_INVITATION)
    assert "You are on the list for an invitation." in visitor.get(data).text

    visitor.submit(data, action=button)
    look_again()
    assert not consents.has_agreed(ada, ConsentPurpose.NEXT_INVITATION)
