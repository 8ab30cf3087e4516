"""Somebody hears of a webcast half an hour before it begins, registers, and joins."""

from datetime import timedelta

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.real_time]

CORA = "Cora Mockingbird"


@pytest.fixture
def webcast(make, morning, stream):
    webcast = make.webcast(starts_at=morning, room=make.room(stream_url=stream))
    for lead in ("P2D", "PT90M"):
        make.reminder(webcast, lead)
    return webcast


def test_she_registers_half_an_hour_before_and_joins(phone, webcast, hours, mailbox, stream):
    morning = webcast.starts_at
    hours.come(morning - timedelta(minutes=30))
    phone.page.goto(f"/events/{webcast.slug}/")
    phone.begin()
    phone.link("Register")
    phone.write("Your name", CORA)
    phone.write("Email address", "cora@people.example")
    phone.choose("Online")
    phone.button("Register")
    phone.page.wait_for_url("**/registered/**")
    assert (phone.taps, phone.answers) == (5, 3)

    hours.work()
    [mail] = mailbox(CORA)
    assert "Try the sound of your device now" in mail.words
    assert "Find a device" not in mail.words
    phone.page.goto(mail.link("Join"))
    assert "The Join button works from" in phone.words
    assert phone.page.get_by_role("button", name="Join now").count() == 0

    hours.come(morning - timedelta(minutes=15))
    assert [each.kind for each in mailbox(CORA)] == ["confirmation"]
    phone.page.goto(mail.link("Join"))
    phone.begin()
    assert "Join now" in phone.page.locator("main").get_by_role("button").first.inner_text()
    phone.button("Join now")
    phone.page.wait_for_url(stream)
    assert phone.taps == 1
