"""Hank registers Rosa, his wife, and himself, with one mailbox. Later she needs quiet."""

from datetime import timedelta

import pytest

from forum.db import db
from forum.registration.models import CareState, Registration

pytestmark = [pytest.mark.browser, pytest.mark.real_time]

HANK, ROSA = "Hank Samplewright", "Rosa Samplewright"


@pytest.fixture
def forum(make, morning):
    forum = make.event(starts_at=morning, capacity=20)
    make.reminder(forum, "P2D")
    return forum


@pytest.fixture
def hank(phone, forum, hours):
    """Let him have registered both, and said what she needs."""
    phone.page.goto(f"/events/{forum.slug}/register")
    phone.write("Your name", HANK)
    phone.write("Email address", "home@people.example")
    phone.choose("In person")
    phone.fold("If you like, tell us more")
    phone.fold("Someone comes with you")
    phone.write("Name of the person with you", ROSA)
    phone.write("What would help that person to take part?", "A chair that reclines")
    phone.button("Register")
    phone.page.wait_for_url("**/registered/**")
    hours.work()
    return phone


def test_both_read_in_one_mailbox_what_is_theirs(hank, mailbox):
    assert "Two emails are on their way" in hank.words
    assert "We wrote to Rosa Samplewright at home@people.example." in hank.words
    [his], [hers] = mailbox(HANK), mailbox(ROSA)

    assert hers.subject.startswith("Rosa Samplewright: Your place on ")
    assert his.subject.startswith("Hank Samplewright: Your place on ")
    assert "Hank Samplewright registered you. Please open your page" in hers.words
    assert "registered you" not in his.words


def test_she_says_that_it_is_right_and_finds_what_he_said_for_her(hank, mailbox):
    hank.follow(mailbox(ROSA)[0].link("Open your page"))
    assert "Hank Samplewright registered you. Is that right?" in hank.words

    hank.button("Yes, keep my registration")
    hank.page.get_by_text("Thank you. Your registration stays as it is.").wait_for()
    hank.tap(hank.page.locator("a[href$='/details']"))
    hank.page.wait_for_url("**/details")

    assert "A chair that reclines" in hank.words


def test_when_she_needs_quiet_he_alone_is_reminded_and_both_places_stay(
    hank, forum, hours, mailbox
):
    hours.come(forum.starts_at - timedelta(days=5))
    hank.page.goto(mailbox(ROSA)[0].link("Open your page"))
    hank.begin()
    hank.tap(hank.page.locator("a[href$='/pause']").first)
    hank.page.wait_for_url("**/pause")
    hank.tap(hank.page.get_by_label("Two weeks"))
    hank.button("Send me no emails")
    hank.page.wait_for_url("**/my/*/")
    assert hank.taps == 3
    assert "We write only when you change something yourself. Nothing else changes." in hank.words

    hours.come(forum.starts_at - timedelta(hours=47))

    assert [mail.kind for mail in mailbox(HANK)] == ["confirmation", "reminder"]
    assert [mail.kind for mail in mailbox(ROSA)] == ["confirmation"]
    people = {each.name: each for each in db.session.query(Registration)}
    assert (people[ROSA].care_state, people[ROSA].status) == (CareState.PAUSED, "confirmed")
    assert people[HANK].care_state == CareState.ACTIVE
