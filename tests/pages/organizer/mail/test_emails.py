"""Any email seen at the desk before anyone gets it: as it would be, and opening nothing."""

import re

import pytest

from forum import clock, links
from forum.db import db
from forum.emails.kinds import KINDS, TO_ORGANIZERS
from forum.events import words
from forum.events.models import Mode
from forum.organizer.mail.letter_page import SHEET_POLICY
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState
from tests.desk import at
from tests.mail.occasions import facts_of, notice_of, person_for

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def event(make):
    event = make.event(slug="forum-2027")
    make.session(event, capacity=8, room=make.room(name="Harbor Room"))
    make.reminder(event, "P7D", local_time="10:00")
    return event


EMAILS = "/organize/events/forum-2027/emails/"


@pytest.mark.both_engines
@pytest.mark.parametrize("email", [*KINDS, *TO_ORGANIZERS])
def test_every_email_is_seen_with_nobody_registered_yet(desk, make, event, email):
    notice_of(make, event)
    page = desk.get(f"{EMAILS}?email={email}&language=es")
    assert "Answers go to" in page.text
    [frame] = page.all("iframe")
    assert frame.get("sandbox") == ""
    sheet = desk.client.get(frame.get("src"))
    assert sheet.status_code == 200
    assert sheet.headers["Content-Security-Policy"] == SHEET_POLICY
    assert sheet.headers["Cache-Control"] == "no-store"


def test_a_persons_email_is_seen_with_her_facts_and_whether_it_would_go(desk, make, event):
    ada = make.registration(event, name="Ada Trialrun", mode=Mode.WEBCAST, language="es")
    page = desk.get(f"{EMAILS}?email=confirmation&person={ada.public_id}")
    assert "As Ada Trialrun would get it." in page.text
    assert "It would be sent now" in page.text
    assert f"Ada Trialrun <{ada.email}>" in page.text
    assert "Puts the entry in, or brings it up to date" in page.text
    assert "METHOD:REQUEST" in page.text
    assert "Hola, Ada Trialrun:" in page.text


def test_it_says_why_an_email_would_not_be_sent(desk, make, event):
    paused = make.registration(event, care_state=CareState.PAUSED)
    page = desk.get(f"{EMAILS}?email=reminder&person={paused.public_id}")
    assert "It would not be sent now" in page.text
    assert "Emails to this person are paused." in page.text
    assert page.all("iframe")


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("offer", "This person has not been offered a place."),
        ("confirm_address", "This person has not asked to change the address."),
        ("session_place", "This person has no place in a session with limited places."),
    ],
)
def test_an_email_about_something_that_there_is_not_says_so(desk, make, event, email, words):
    ada = make.registration(event)
    page = desk.get(f"{EMAILS}?email={email}&person={ada.public_id}")
    assert words in page.text
    assert page.all("iframe") == []
    sheet = f"{EMAILS}sheet?email={email}&person={ada.public_id}"
    assert desk.client.get(sheet).status_code == 404


def test_a_reminder_is_seen_rule_by_rule(desk, make, event):
    soon = make.reminder(event, "PT90M")
    page = desk.get(f"{EMAILS}?email=reminder&rule={soon.id}&reader=phone")
    assert "Call a few minutes before the start." in page.text


def test_discreet_and_full_titles_are_both_seen(desk, event):
    assert words.shown(event.title) not in desk.get(f"{EMAILS}?titles=discreet").all("pre")[0].text
    assert words.shown(event.title) in desk.get(f"{EMAILS}?titles=full").all("pre")[0].text


def test_a_person_is_found_by_a_name_that_stays_out_of_the_address(desk, make, event):
    make.registration(event, name="Boris Findable")
    page = desk.submit(f"{EMAILS}?email=offer", words="findable", status=200, action=None)
    assert "Boris Findable" in page.links()
    assert "findable" not in page.links()["Boris Findable"].lower()


def test_before_the_first_notice_there_is_none_to_see(desk):
    assert "No notice has been sent for this event" in desk.get(f"{EMAILS}?email=notice").text


def test_a_notice_is_seen_as_someone_gets_it_who_was_there_before(desk, make, event):
    notice_of(make, event)
    page = desk.get(f"{EMAILS}?email=notice&reader=in_person")
    assert "Now: Saturday, April 24, 2027, 8:15 am" in page.text


@pytest.mark.parametrize("email", KINDS)
def test_no_link_in_a_preview_opens_anything_of_hers(desk, app, make, event, email):
    person = person_for(make, event, email)
    facts = facts_of(make, email, person)
    now = clock.now()
    message = Message(
        email=email, registration=person, facts=facts, dedupe_key="x", due_at=now, created_at=now
    )
    db.session.add(message)
    db.session.commit()
    page = desk.get(f"/organize/outbox/{message.id}/email")
    sheet = desk.client.get(f"/organize/outbox/{message.id}/sheet").get_data(as_text=True)

    found = re.findall(r"http://[^\s\"<]+", f"{page.text} {sheet}")
    personal = {each for each in found if re.search("/(my|unsubscribe|address|confirm)", each)}

    stranger = app.test_client()
    assert personal or email == "address_changed"
    for link in personal:
        assert stranger.get(link.partition(":8000")[2]).status_code == 404, link
    for secret in (links.my_token(person), links.feed_token(person)):
        assert secret not in page.text + sheet


def test_an_email_of_the_outbox_says_that_it_is_written_anew(desk, make, event):
    person = make.registration(event)
    now = clock.now()
    sent = Message(
        email="confirmation",
        registration=person,
        dedupe_key="x",
        due_at=now,
        created_at=now,
        sent_at=now,
        state=MessageState.SENT,
    )
    db.session.add(sent)
    db.session.commit()
    outbox = desk.get("/organize/outbox/")
    assert outbox.links()["Confirmation: see this email"] == f"/organize/outbox/{sent.id}/email"
    page = desk.get(f"/organize/outbox/{sent.id}/email")
    assert "It was sent on Mon, Nov 23, 2026" in page.text
    assert "This is how it would be written now" in page.text
    of_hers = desk.get(at(person))
    assert "See any email as this person would get it" in of_hers.links()


def test_a_message_whose_matter_is_gone_has_nothing_to_show(desk, make, event):
    person = make.registration(event)
    now = clock.now()
    facts = {"address_change": 999}
    gone = Message(
        email="confirm_address",
        registration=person,
        facts=facts,
        dedupe_key="x",
        due_at=now,
        created_at=now,
    )
    db.session.add(gone)
    db.session.commit()
    page = desk.get(f"/organize/outbox/{gone.id}/email")
    assert "What this email is about is gone." in page.text
    assert desk.client.get(f"/organize/outbox/{gone.id}/sheet").status_code == 404


@pytest.mark.parametrize(
    "query",
    ["email=nothing", "reader=nobody", "language=xx", "titles=?", "rule=99999999999", "rule=²"],
)
def test_odd_choices_show_an_ordinary_email(desk, event, query):
    assert "Answers go to" in desk.get(f"{EMAILS}?{query}").text


def test_an_announced_event_without_any_way_to_attend_yet_can_be_looked_at(desk, make):
    bare = make.event(modes=(), takes_registrations=False)
    for email in ("confirmation", "waitlist", "invitation"):
        page = desk.get(f"/organize/events/{bare.slug}/emails/?email={email}")
        assert page.all("iframe")


def test_a_person_of_another_event_is_not_found(desk, make, event):
    other = make.registration(make.event())
    assert desk.client.get(f"{EMAILS}?person={other.public_id}").status_code == 404


def test_only_the_pages_that_show_an_email_may_have_frames(desk, event):
    shown = desk.client.get(EMAILS).headers["Content-Security-Policy"]
    assert shown.endswith("; frame-src 'self'")
    other = desk.client.get("/organize/").headers["Content-Security-Policy"]
    assert "frame-src" not in other
