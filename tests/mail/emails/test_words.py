"""What particular emails say: invitations, offers, places, and after a pause."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from forum import clock
from forum.db import db, transaction
from forum.emails import Silence
from forum.events.models import EventStatus, Mode, Venue
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration.models import Source, Status
from tests.mail.occasions import facts_of, person_for, reminded
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
        r"Registration opens:\n  Friday, April 23, 2027, 9:00 am, Eastern Time\n"
        r"  Friday, April 23, 2027, 6:00 am, Pacific Time\n",
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
    assert "Online\n  On your page, each online session has a Join button from 15" in watching
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
        "A place is kept for you. Answer by Wednesday, November 25, 3:00 pm: Lantern spring day"
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
    assert "How you would take part\n  In person\n  Harborlight" in letter.text
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
        "You are waiting for a place\n  In person\n  Your number on the waitlist today: 1\n"
        "  Until then, you keep the place that you have."
    ) in both
    assert "You then have at least two days to answer" in both
    assert "How you take part\n  Online\n  On your page, each" in both
    none = written("waitlist", make.registration(event, status=Status.WAITLISTED)).text
    assert (
        "You are waiting for a place\n  In person\n  Your number on the waitlist today: 2\n\n"
        in none
    )
    assert "How you take part\n  You have no place yet." in none


def test_whose_offer_lapsed_reads_that_she_is_still_on_the_list_and_how_to_say_so(letter_of):
    letter = letter_of("offer_lapsed", wants_offers=False)
    assert "You are still on the waitlist." in letter.text
    assert re.search(r"I still want a place\n  \S+/waiting\n", letter.text)


def test_a_place_in_a_session_is_told_with_its_hours_and_its_room(letter_of):
    letter = letter_of("session_place")
    assert re.search(
        r"The session\n  Session \d+\n  Saturday, April 24, 2027, 8:15 am to 9:00 am, "
        r"Eastern Time\n  Harbor Room\n",
        letter.text,
    )


def test_after_a_pause_she_reads_what_is_coming_or_what_was_promised(make, event, written):
    hollis = make.registration(event, mode=Mode.WEBCAST)
    waiting = make.registration(event, status=Status.WAITLISTED)
    coming = written("pause_over", hollis)
    assert "Your place is still booked." in coming.text
    assert "Take part another way" in coming.text
    assert "You are still on the waitlist." in written("pause_over", waiting).text

    event.details = {"promised_by": "2027-05-07"}
    with time_machine.travel(event.ends_at, tick=False):
        over = written("pause_over", hollis)
    assert "We promise the recordings by Friday, May 7, 2027." in over.text
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
    asked = "Ada <Q.> Trialrun registered you. Please open your page and tell us if you agree."
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


def test_who_takes_part_another_way_reads_in_the_subject_which(make, event, written):
    subjects = {
        mode: written("mode_changed", make.registration(event, mode=mode)).subject for mode in Mode
    }

    assert subjects == {
        Mode.IN_PERSON: "You now come in person, Saturday, April 24, 2027: Lantern spring day",
        Mode.WEBCAST: "You now take part online, Saturday, April 24, 2027: Lantern spring day",
        Mode.PHONE: "You now listen by phone, Saturday, April 24, 2027: Lantern spring day",
    }


def test_who_cancels_is_thanked_and_reads_that_the_other_keeps_his_place(make, event, written):
    ada = make.registration(event, name="Ada <Q.>", status=Status.CANCELLED)
    alone = written("cancellation", ada)
    make.registration(event, companion_of=ada, name="Carl")  # he has not said yes
    of_one_who_may_be_known = written("cancellation", ada)
    boris = make.registration(event, companion_of=ada, name="Boris <T.>", email=ada.email)
    letter = written("cancellation", ada)

    for each in (alone, letter):
        assert "That is all right. Thank you for letting us know." in each.text
        assert "We wish you well. You are welcome whenever you like." in each.text
    assert "Nothing changes for" not in alone.text
    assert "Nothing changes for" not in of_one_who_may_be_known.text
    assert "Nothing changes for Boris <T.>." in letter.text
    assert "Nothing changes for Boris <T.>." in words_of_html(letter)
    boris.status = ada.status
    assert "Nothing changes for" not in written("cancellation", boris).text


@pytest.mark.parametrize("email", ["waitlist", "reminder"])
def test_whom_a_place_is_kept_for_is_no_number_on_the_waitlist(make, event, written, email):
    kestrel = make.registration(event, status=Status.WAITLISTED)
    facts = reminded(make, kestrel, "P2D") if email == "reminder" else {"again": True}
    make.offer(kestrel, ends_at=event.starts_at - timedelta(hours=3))

    at = event.starts_at - timedelta(days=2)
    with time_machine.travel(at, tick=False):
        letter = written(email, kestrel, facts=facts)

    assert letter.subject == (
        f"A place is kept for you. Answer by Saturday, April 24, 5:15 am: {event.quiet_title}"
    )
    assert "A place is kept for you." in letter.text
    assert "Please answer by\n  Saturday, April 24, 2027, 5:15 am, Eastern Time" in letter.text
    assert letter.text.count("/offer") == letter.html.count("/offer") == 1
    assert "number on the waitlist" not in letter.text
    with time_machine.travel(event.starts_at - timedelta(hours=2), tick=False):
        assert "kept for you." not in written("waitlist", kestrel).text


def test_who_is_offered_a_place_before_she_read_that_she_waits_gets_one_email(make, event, written):
    """Two would say two things in one minute."""
    kestrel = make.registration(event, status=Status.WAITLISTED)
    offer = make.offer(kestrel, ends_at=clock.now() + timedelta(days=2))
    called = "We call it “Lantern spring day” here, so that others cannot tell what it is about."

    first = written("offer", kestrel, facts={"offer": offer.id})

    assert written("waitlist", kestrel) == Silence("This person is offered a place by now.")
    assert (called in first.text, called in words_of_html(first)) == (True, True)
    make.welcome(kestrel)
    assert called not in written("offer", kestrel, facts={"offer": offer.id}).text


def test_whom_the_desk_registered_with_another_reads_that_it_was_the_organizers(
    make, event, written
):
    ada = make.registration(event, name="Ada Q. Trialrun")
    boris = make.registration(event, companion_of=ada, source=Source.ORGANIZER)

    letter = written("confirmation", boris)

    asked = "The organizers registered you, together with Ada Q. Trialrun. Please open your page"
    for said in (letter.text, words_of_html(letter)):
        assert asked in said
        assert "You get this email because this address is registered with us." in said
        assert "Trialrun registered you" not in said


@pytest.mark.parametrize("email", ["confirmation", "declined", "my_link", "notice", "reminder"])
def test_where_there_is_one_way_to_take_part_no_email_speaks_of_another(make, written, email):
    webcast = make.event(modes=(Mode.WEBCAST,))
    person = person_for(make, webcast, email, mode=Mode.WEBCAST)

    letter = written(email, person, facts=facts_of(make, email, person))

    for said in (letter.text, letter.html):
        assert "another way" not in said
        assert "/mode" not in said


def test_on_the_day_the_first_button_is_to_join_on_a_page_of_its_own(make, written):
    """Also in the first email of who registers half an hour before."""
    webcast = make.webcast()
    watching, listening = (
        make.registration(webcast, mode=mode) for mode in (Mode.WEBCAST, Mode.PHONE)
    )
    before = written("confirmation", watching)
    with time_machine.travel(webcast.starts_at - timedelta(minutes=30), tick=False):
        letter, by_phone = written("confirmation", watching), written("confirmation", listening)
        asked = written("my_link", watching)

    assert re.search(r"\nJoin\n  http\S+/join\nOpen your page\n  http", letter.text)
    assert letter.html.index("/join") < letter.html.index(">Open your page<")
    for other in (before, by_phone, asked):
        assert "/join" not in other.text + other.html


def test_whose_place_an_organizer_has_canceled_is_not_thanked_for_telling_us(make, event, written):
    ada = make.registration(event, status=Status.CANCELLED)

    letter = written("cancellation", ada, facts={"by_desk": True})

    assert "Thank you for letting us know" not in letter.text + letter.html
    assert "\n\nYou do not need to do anything else.\n\nWe wish you well." in letter.text
