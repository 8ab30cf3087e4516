"""Ada, 61, registers in person. On the morning she cannot come, and watches from her phone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from forum.db import db
from forum.registration.models import Registration

pytestmark = [pytest.mark.browser, pytest.mark.real_time]

ADA = "Ada Q. Trialrun"


@pytest.fixture
def forum(make, morning, stream):
    forum = make.event(
        starts_at=morning, day_phone="+1-617-555-0190", day_hours="07:00-17:00", capacity=20
    )
    make.session(forum, quiet_title="Welcome", room=make.room(stream_url=stream))
    make.reminder(forum, "P2D", offers=("switch_mode",))
    return forum


@pytest.fixture
def ada(phone, forum, hours, mailbox):
    """Let her have registered, from the first page on."""
    phone.page.goto("/")
    phone.begin()
    phone.tap(phone.page.locator(f"a[href$='/events/{forum.slug}/']").first)
    phone.page.wait_for_url(f"**/events/{forum.slug}/")
    phone.link("Register")
    phone.write("Your name", ADA)
    phone.write("Email address", "ada@people.example")
    phone.choose("In person")
    phone.button("Register")
    phone.page.wait_for_url("**/registered/**")
    hours.work()
    return phone


def test_she_registers_with_six_taps_and_three_answers(ada, mailbox):
    assert (ada.taps, ada.answers) == (6, 3)
    assert "You chose: In person." in ada.words
    assert [mail.kind for mail in mailbox(ADA)] == ["confirmation"]


def test_two_taps_on_her_page_bring_one_entry(ada, mailbox):
    ada.page.goto(mailbox(ADA)[0].link("Open your page"))
    ada.begin()

    ada.fold("Add to my calendar")
    with ada.page.expect_download() as file:
        ada.link("Calendar file")

    assert ada.taps == 2
    entries = Calendar.from_ical(file.value.path().read_bytes()).walk("VEVENT")
    assert [entry["UID"] for entry in entries] == [db.session.query(Registration).one().uid]


def test_in_the_morning_two_taps_from_the_mail_and_she_watches_then_one_to_join(
    ada, forum, hours, mailbox, stream
):
    hours.come(forum.starts_at - timedelta(hours=47))
    reminder = mailbox(ADA)[-1]
    assert reminder.subject.endswith(": Lantern spring day")
    assert "days" not in reminder.subject
    hours.come(forum.starts_at - timedelta(minutes=45))

    ada.begin()
    ada.follow(reminder.link("Take part another way"))
    ada.button("Take part online instead")
    ada.page.wait_for_url("**/my/*/")
    assert ada.taps == 2
    assert ada.heading == "Today. Starts in 45 minutes"
    assert "Your place online is booked." in ada.words
    assert "Call us: 617-555-0190" in ada.words

    hours.come(forum.starts_at - timedelta(minutes=10))
    changed = mailbox(ADA)[-1]
    day = f"{forum.starts_at.astimezone(ZoneInfo(forum.timezone)):%A, %B %-d, %Y}"
    assert changed.subject == f"You now take part online, {day}: Lantern spring day"
    assert (changed.method, changed.entry.sequence) == ("REQUEST", 1)
    ada.page.goto(changed.link("Join"))
    ada.begin()

    assert "Join now" in ada.page.locator("main").get_by_role("button").first.inner_text()
    ada.button("Join now")
    ada.page.wait_for_url(stream)
    assert ada.taps == 1
