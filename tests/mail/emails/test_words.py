"""What particular emails say: invitations, offers, places, and after a pause."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from forum import clock
from forum.db import db, transaction
from forum.events.models import EventStatus, Mode, Venue
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration.models import Status
from tests.mail.reading import words_of_html
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough


def test_a_title_has_a_dash_and_a_number_has_one_form(make, written):
    webcast = make.webcast(
        quiet_title="Lantern webcast - December", room=make.room(dial_in="+1-617-555-0150")
    )
    letter = written("confirmation", make.registration(webcast, mode=Mode.PHONE))
    assert letter.subject.startswith("Your place")
    assert "Lantern webcast \N{EN DASH} December" in letter.text
    assert "Lantern webcast \N{EN DASH} December" in letter.subject
    assert "\n  617-555-0150\n" in letter.text
    assert 'href="tel:+16175550150"' in letter.html


def test_an_invitation_leads_to_everyones_form_and_says_where_she_asked(letter_of, event):
    letter = letter_of("invitation", mode=Mode.WEBCAST)
    assert re.search(rf"Register\n  http\S+/events/{event.slug}/register\n", letter.text)
    assert "On Thursday, April 22, 2027 you told us that you would like" in letter.text
    assert "In person\n  Harborlight Conference Center\n" in letter.text
    assert "Online\n  By phone\n" in letter.text
    assert letter.list_id == "invitations.localhost"
    assert letter.calendar is None


def test_before_registration_opens_an_invitation_says_when_it_does(letter_of, event):
    event.registration_opens_at = datetime(2027, 4, 23, 13, 0, tzinfo=UTC)
    letter = letter_of("invitation", timezone="America/Los_Angeles")
    assert re.search(
        r"Registration opens:\n  Friday, April 23, 2027, 6:00 am, Pacific Time\n"
        r"  Friday, April 23, 2027, 9:00 am, Eastern Time\n",
        letter.text,
    )
    assert "/register" not in letter.text


@pytest.mark.parametrize(
    "overrides", [{"mail_invitation_sender": "invitations@lantern.example"}], ids=["own sender"]
)
def test_invitations_may_come_from_an_address_of_their_own(letter_of, overrides):
    invitation, reminder = letter_of("invitation"), letter_of("reminder")
    assert invitation.sender.address == "invitations@lantern.example"
    assert invitation.list_id == "invitations.lantern.example"
    assert reminder.sender.address == "events@localhost"
    assert reminder.list_id is None


def test_those_who_come_are_told_where_and_the_others_how(letter_of):
    there, watching, listening = (
        letter_of("confirmation", mode=mode).text
        for mode in (Mode.IN_PERSON, Mode.WEBCAST, Mode.PHONE)
    )
    assert "Harborlight Conference Center\n  1 Example Wharf" in there
    assert "Open your page to join\n  http" in watching
    assert "Harborlight" not in watching
    assert "By phone\n  617-555-0150" in listening


def test_a_late_registration_is_told_what_the_reminders_said(make, event, written):
    def told_at(moment: datetime) -> str:
        with time_machine.travel(moment, tick=False):
            return written("confirmation", make.registration(event)).text

    early, late, last = (told_at(SPRING_DAY - timedelta(days=days)) for days in (30, 5, 1))
    assert "Good to know" not in early
    assert "Plan how you will get there" in late
    assert "Bring your medicines" not in late
    assert "Plan how you will get there" in last
    assert "Bring your medicines" in last


def test_an_offer_says_until_when_on_both_clocks_and_has_one_link_to_answer(make, event, written):
    kestrel = make.registration(
        event, status=Status.WAITLISTED, timezone="America/Los_Angeles", name="Kestrel Trialrun"
    )
    offer = make.offer(kestrel, ends_at=datetime(2026, 11, 25, 23, 0, tzinfo=UTC))
    letter = written("offer", kestrel, facts={"offer": offer.id})
    assert letter.subject == (
        "A place is kept for you. Answer by Wednesday, November 25, 2026: Lantern spring day"
    )
    assert (
        "Please answer by\n"
        "  Wednesday, November 25, 2026, 3:00 pm, Pacific Time\n"
        "  Wednesday, November 25, 2026, 6:00 pm, Eastern Time\n"
    ) in letter.text
    assert letter.text.count("/offer") == letter.html.count("/offer") == 1
    assert letter.text.index("/offer") < letter.text.index("You can take it or decline it.")
    assert "Two places" not in letter.text


def test_an_offer_is_for_the_place_that_is_offered(make, event, written):
    kestrel = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    offer = make.offer(kestrel, ends_at=datetime(2026, 11, 25, 23, 0, tzinfo=UTC))
    letter = written("offer", kestrel, facts={"offer": offer.id})
    assert "How to join\n  In person\n  Harborlight" in letter.text
    assert "You keep the place that you have now until you take this one." in letter.text


def test_an_offer_for_a_pair_says_that_one_answer_is_for_both(make, event, written):
    kestrel, boris = (make.registration(event, status=Status.WAITLISTED) for _ in range(2))
    offer = make.offer(kestrel, partner=boris, ends_at=datetime(2026, 11, 25, 23, 0, tzinfo=UTC))
    for each in (kestrel, boris):
        letter = written("offer", each, facts={"offer": offer.id})
        assert "Two places are kept for both of you." in letter.text
        assert "One answer counts for both." in letter.text


def test_who_keeps_another_place_reads_of_both_on_the_waitlist(make, event, written):
    kestrel = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    both = written("waitlist", kestrel).text
    assert (
        "You are waiting for\n  In person\n  Your number on the waitlist today: 1\n"
        "  Until then, you keep the place that you have."
    ) in both
    assert "You then have at least two days to answer" in both
    assert "How to join\n  Online\n  Open your page to join" in both
    none = written("waitlist", make.registration(event, status=Status.WAITLISTED)).text
    assert "You are waiting for\n  In person\n  Your number on the waitlist today: 2\n\n" in none
    assert "How to join\n  You have no place yet." in none


def test_whose_offer_lapsed_reads_that_she_is_still_on_the_list_and_how_to_say_so(letter_of):
    letter = letter_of("offer_lapsed")
    assert "You are still on the waitlist, now at the end" in letter.text
    assert re.search(r"I still want a place\n  \S+/waiting\n", letter.text)


def test_a_place_in_a_session_is_told_with_its_hours_and_its_room(letter_of):
    letter = letter_of("session_place")
    assert re.search(
        r"The session\n  Session \d+\n  Saturday, April 24, 2027, 8:15 am to 9:00 am, "
        r"Eastern Time\n  Harbor Room\n",
        letter.text,
    )


def test_after_a_pause_she_reads_what_is_coming_or_what_there_is_to_watch(make, event, written):
    hollis = make.registration(event, mode=Mode.WEBCAST)
    waiting = make.registration(event, status=Status.WAITLISTED)
    coming = written("pause_over", hollis)
    assert "Your place is still booked." in coming.text
    assert "Take part another way" in coming.text
    assert "You are still on the waitlist." in written("pause_over", waiting).text

    event.details = {"recording": {"minutes": 40, "captions": "corrected", "transcript": True}}
    with time_machine.travel(event.ends_at, tick=False):
        over = written("pause_over", hollis)
    assert "The recording is 40 minutes long. Call or write to us to get it." in over.text
    assert f"/events/{event.slug}/\n" in over.text
    assert "Take part another way" not in over.text

    event.status = EventStatus.CANCELLED
    off = written("pause_over", hollis)
    assert "This was canceled in the meantime." in off.text
    assert "Take part another way" not in off.text


def test_who_was_registered_by_another_is_asked_whether_she_agrees(make, event, written):
    ada = make.registration(event, name="Ada <Q.> Trialrun")
    boris = make.registration(event, companion_of=ada, name="Boris Trialrun")
    waiting = make.registration(event, companion_of=ada, status=Status.WAITLISTED)
    asked = "Ada <Q.> Trialrun registered you."
    for letter in (written("confirmation", boris), written("waitlist", waiting)):
        assert asked in letter.text
        assert asked in words_of_html(letter)
        assert "You get this email because Ada <Q.> Trialrun registered you." in letter.text
    assert "registered you" not in written("confirmation", ada).text

    with transaction():
        privacy.record(boris, ConsentPurpose.REGISTRATION, language="en", now=clock.now())
    assert "registered you" not in written("confirmation", boris).text


def test_mail_says_whom_to_call_on_the_day_as_long_as_it_is_to_come(letter_of, event):
    event.day_phone, event.day_hours = "+1-617-555-0190", "07:00-17:00"
    coming, canceled = letter_of("confirmation"), letter_of("cancellation")

    words = "On the day of the event: 617-555-0190, 7:00 am to 5:00 pm, Eastern Time"
    assert words in coming.text
    assert 'href="tel:+16175550190"' in coming.html
    assert "555-0190" not in canceled.text


@pytest.fixture
def bilingual(event):
    """The event, with a neutral title and the way to come in in Spanish, too."""
    event.in_spanish = {"quiet_title": "Día de primavera"}
    db.session.query(Venue).one().in_spanish = {"arrival": "Sin escalones."}
    db.session.commit()
    return event


def test_a_spanish_reader_gets_a_spanish_subject_and_place(letter_of, bilingual):
    letter = letter_of("confirmation", language="es")

    assert letter.subject.endswith(": Día de primavera")
    assert "Sin escalones." in letter.text
    assert "solo en inglés" not in letter.text


def test_an_english_reader_gets_the_english_ones(letter_of, bilingual):
    letter = letter_of("confirmation")

    assert letter.subject.endswith(": Lantern spring day")
    assert "Step-free" in letter.text


def test_a_mail_says_beside_a_title_that_it_is_in_english_only(letter_of, event):
    letter = letter_of("confirmation", language="es")

    assert letter.subject.endswith(": Lantern spring day")
    assert "Lantern spring day (solo en inglés)" in letter.text
    assert "Lantern spring day (solo en inglés)" in letter.html


def test_a_session_is_named_in_her_language_or_says_that_it_is_not(letter_of, event):
    letter = letter_of("session_place", language="es", is_discreet=False)

    assert "Bones: pain, strength and radiation (solo en inglés)" in letter.text
