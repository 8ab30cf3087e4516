"""Her own page: everything about her registration, what she can change, and canceling it."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import links
from forum.db import db
from forum.events.models import CalendarMail, EventStatus, Mode
from forum.registration.models import CareState, Registration, Status
from tests.my import PAGES, my
from tests.people import words
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough

FULL_TITLE = "Living With Metastatic Breast Cancer"
FORUM_DAY = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)


def buttons(page) -> list[str]:
    return [words(each) for each in page.all("button")]


def test_her_page_says_when_how_to_join_and_whom_to_call(visitor, ada):
    page = visitor.get(my(ada))

    assert page.title == page.heading == "My registration"
    for said in (
        "Your place in person is booked.",
        "Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time",
        "How you take part: In person",
        "Harborlight Conference Center",
        "Step-free from the garage and the street.",
        "617-555-0142",
    ):
        assert said in page.text


def test_her_page_speaks_neutrally_unless_she_wants_the_full_titles(visitor, ada):
    assert "Lantern spring day" in visitor.get(my(ada)).text
    assert "ancer" not in visitor.get(my(ada)).text

    ada.is_discreet = False
    db.session.commit()

    assert "Living With Metastatic Breast Cancer" in visitor.get(my(ada)).text


def test_her_page_is_kept_by_no_cache_and_told_to_no_one(visitor, ada):
    headers = visitor.get(my(ada)).response.headers

    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_who_watches_reads_her_own_clock_first_then_the_events(visitor, make):
    ada = make.registration(make.event(), timezone="America/Phoenix", mode=Mode.WEBCAST)

    page = visitor.get(my(ada))

    mine = "Saturday, April 24, 2027, 5:15 am to 1:30 pm, Mountain Time (Phoenix)"
    assert f"{mine}8:15 am to 4:30 pm, Eastern Time" in page.text


@pytest.mark.parametrize("where", ["", "cancel", "day", "mode", "offer"])
def test_who_comes_to_the_building_reads_its_clock_first_then_her_own(visitor, make, where):
    ada = make.registration(make.event(), timezone="America/Phoenix")

    page = visitor.get(my(ada, where))

    theirs = "Saturday, April 24, 2027, 8:15 am to 4:30 pm, Eastern Time"
    assert f"{theirs}5:15 am to 1:30 pm, Mountain Time (Phoenix)" in page.text


def test_what_she_can_change_is_a_short_list_of_links(visitor, make):
    event = make.event()
    make.session(event, capacity=5)
    ada = make.registration(event)
    make.registration(event, name="Boris", companion_of=ada, email=ada.email)

    links = visitor.get(my(ada)).links()

    assert {words: address.removeprefix(my(ada)) for words, address in links.items()} | {
        "Take part another way Now: In person": "mode",
        "My sessions Some rooms have few places": "sessions/",
        "My day The day\u2019s times, to print": "day",
        "Someone with me Boris": "companions/",
        "My details Name, address, phone, needs, language": "details",
        "Pause emails Send me no emails for a while": "pause",
        "Reminders You get them": "reminders",
        "What you keep about me": "data",
        "Cancel my place": "cancel",
    } == {words: address.removeprefix(my(ada)) for words, address in links.items()}


def test_a_family_that_opens_the_page_of_one_who_died_is_left_in_peace(visitor, ada):
    ada.care_state = CareState.REMEMBERED
    db.session.commit()

    page = visitor.get(my(ada))

    assert "This registration is closed. Nothing more is sent." in page.text
    assert "617-555-0142" in page.text
    assert page.all("form") == []
    hers = [words for words, address in page.links().items() if address.startswith(my(ada))]
    assert hers == ["My registration", "Español"]


def test_opening_pages_changes_nothing(visitor, ada):
    before = (ada.mode, ada.status, ada.sequence, ada.wants_reminders)

    for more in ("", *PAGES, "mode?to=webcast"):
        visitor.client.get(my(ada, more))
    visitor.get(links.unsubscribe_link(ada))

    look_again()
    assert (ada.mode, ada.status, ada.sequence, ada.wants_reminders) == before
    assert emails() == []


def test_she_cancels_with_one_button_and_may_come_back(visitor, ada):
    page = visitor.get(visitor.submit(my(ada, "cancel"), action=my(ada, "cancel")))

    assert "Thank you for letting us know. An email with the details is on its way." in page.text
    assert "Your registration is canceled" in page.text
    assert "That is all right. We wish you well" in page.text
    assert "Register again" in buttons(page)
    look_again()
    assert ada.status == Status.CANCELLED
    assert emails() == ["cancellation"]
    assert "Your registration is canceled" in visitor.get(my(ada, "cancel")).text


def test_who_cancels_reads_that_nothing_changes_for_who_comes_along(make, visitor, ada):
    boris = make.registration(ada.event, name="Boris Trialrun", companion_of=ada, email=ada.email)
    said = "Nothing changes for Boris Trialrun."

    assert said in visitor.get(my(ada, "cancel")).text
    page = visitor.get(visitor.submit(my(ada, "cancel"), action=my(ada, "cancel")))

    assert said in page.text
    look_again()
    assert boris.status == Status.CONFIRMED
    assert "Nothing changes for Ada" not in visitor.get(my(boris, "cancel")).text


@pytest.mark.parametrize("hours", [-1, 1], ids=["open", "over"])
def test_who_has_canceled_is_told_to_register_again_only_while_one_can(make, visitor, today, hours):
    event = make.event()
    ada = make.registration(event, status=Status.CANCELLED)
    today.move_to(event.ends_at + timedelta(hours=hours))

    page = visitor.get(my(ada))

    assert ("Register again" in buttons(page)) == (hours < 0)
    assert ("you can register again" in page.text) == (hours < 0)


def test_someone_who_waits_sees_her_number_and_may_leave_the_line(visitor, make):
    event = make.event(capacity=0)
    make.registration(event, status=Status.WAITLISTED)
    ada = make.registration(event, status=Status.WAITLISTED)

    page = visitor.get(my(ada))

    assert "You are number 2 on the waitlist for a place in person." in page.text
    assert "How you take part" not in page.text
    assert visitor.get(my(ada, "cancel")).heading == "Leave the waitlist"


def test_after_the_day_nothing_can_be_changed(visitor, ada, today):
    today.move_to(FORUM_DAY + timedelta(days=2), tick=True)

    page = visitor.get(my(ada))

    assert "This event is over" in page.text
    assert "Cancel my place" not in page.links()
    for more in ("mode?to=webcast", "cancel", "pause", "companions/"):
        assert (
            "This can no longer be changed. Please call us if you need help."
            in visitor.get(my(ada, more)).text
        )


def test_a_cancelled_event_says_so_and_asks_nothing_of_her(visitor, ada):
    ada.event.status = EventStatus.CANCELLED
    db.session.commit()

    page = visitor.get(my(ada))

    assert "This event is canceled" in page.text
    assert "Cancel my place" not in page.links()


@pytest.mark.both_engines
def test_someone_who_canceled_and_comes_back_has_a_fresh_calendar_entry(visitor, ada):
    def feed(registration) -> str:
        return visitor.client.get(f"/my/{links.feed_token(registration)}/calendar.ics").text

    assert f"UID:{ada.uid}" in feed(ada)
    visitor.submit(my(ada, "cancel"))
    link = visitor.submit(my(ada), action=my(ada, "register"))
    form = visitor.get(link).form()
    assert (form["name"], form["email"]) == ("Ada Q. Trialrun", "ada@people.example")
    visitor.client.post(
        link,
        data={**form, "name": ada.name, "email": "ada@people.example", "mode": "in_person"},
    )

    look_again()
    again = db.session.query(Registration).filter(Registration.status == Status.CONFIRMED).one()
    assert (again.name, again.mode) == ("Ada Q. Trialrun", Mode.IN_PERSON)
    assert again.uid != ada.uid
    assert f"UID:{again.uid}" in feed(again)


@pytest.mark.parametrize("page", ["", "details", "mode?to=webcast", "cancel", "companions/", "day"])
def test_my_registration_in_the_navigation_leads_to_her_own_page(make, visitor, page):
    ada = make.registration(make.event())

    assert visitor.get(my(ada, page)).links()["My registration"] == my(ada)


def test_elsewhere_it_leads_to_where_she_asks_for_her_link(make, visitor):
    event = make.event()

    for address in ("/", f"/events/{event.slug}/register", "/find"):
        assert visitor.get(address).links()["My registration"] == "/find"


def test_one_tap_shows_full_titles_and_another_the_neutral_ones(visitor, ada):
    assert FULL_TITLE not in visitor.get(my(ada)).text

    visitor.submit(my(ada), action=my(ada, "titles"), titles="full")
    assert FULL_TITLE in visitor.get(my(ada)).text
    assert FULL_TITLE in visitor.get(my(ada, "day")).text

    visitor.submit(my(ada), action=my(ada, "titles"), titles="neutral")
    assert FULL_TITLE not in visitor.get(my(ada)).text


def test_they_are_remembered_for_this_link_and_device_alone(app, visitor, make, ada):
    other = make.registration(ada.event, name="Boris")
    visitor.submit(my(ada), action=my(ada, "titles"), titles="full")

    assert FULL_TITLE not in visitor.get(my(other)).text
    assert FULL_TITLE.encode() not in app.test_client().get(my(ada)).data


def test_full_titles_by_a_tap_stay_on_the_page_and_out_of_the_tab(visitor, make, ada):
    session = make.session(ada.event, description="What helps bones.", room=make.room())
    visitor.submit(my(ada), action=my(ada, "titles"), titles="full")

    page = visitor.get(my(ada, f"sessions/{session.key}/"))

    assert (page.title, page.heading) == (session.quiet_title, session.quiet_title)
    assert f"{session.quiet_title} Bones: pain, strength and radiation" in page.text
    assert "What helps bones." in page.text


@pytest.mark.parametrize("mails", CalendarMail)
def test_who_adds_the_date_by_hand_reads_that_the_email_has_brought_it(visitor, ada, mails):
    ada.event.calendar_mail = mails
    db.session.commit()

    said = "Our email has brought the date already." in visitor.get(my(ada)).text

    assert said == (mails == CalendarMail.REQUEST)
