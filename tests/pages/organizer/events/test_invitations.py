"""Inviting those who asked, at the desk: seen first, asked, then once."""

import pytest
from sqlalchemy import select

from forum import clock
from forum.db import db, transaction
from forum.events.models import EventStatus, Mode
from forum.outbox.models import Message
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration.models import CareState
from tests.desk import desk_form
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough

PAGE = "/organize/events/forum-2028/invitations"


@pytest.fixture
def event(make):
    return make.event(slug="forum-2028", starts_at=SPRING_DAY.replace(year=2028))


@pytest.fixture
def asked(make):
    before = make.event(slug="forum-2027")
    people = [
        make.registration(before, name="Ada Trialrun"),
        make.registration(before, name="Greta Nomail", email=None, mode=Mode.PHONE),
        make.registration(before, name="Ione", care_state=CareState.REMEMBERED),
        make.registration(before, name="Took Back"),
    ]
    with transaction():
        for each in people:
            wish = ConsentPurpose.NEXT_INVITATION
            privacy.record(each, wish, now=clock.now(), language="en")
        privacy.withdraw_invitation(people[3], now=clock.now())
    return people


def test_who_asked_and_who_is_left_out_is_seen_before_anything_is_sent(desk, event, asked):
    overview = desk.get("/organize/events/forum-2028/")
    assert overview.links()["Invite those who asked"] == PAGE

    page = desk.get(PAGE)

    assert "Will be written to 1" in page.text
    assert "No email address: please phone, or send a letter 1" in page.text
    assert "This person has died. No email goes out. 1" in page.text
    assert "Took it back: please do not ask 1" in page.text
    assert {each.name for each in asked} <= set(page.links())
    assert "As Ada Trialrun would get it." in page.text
    assert "An invitation for Monday, April 24, 2028: Lantern spring day" in page.text
    assert page.links()["Invite 1 person"] == f"{PAGE}/send"
    assert db.session.scalars(select(Message)).all() == []


def test_it_is_asked_first_and_sent_on_a_humans_word(desk, event, asked):
    assert "1 person gets an email" in desk.get(f"{PAGE}/send").text
    assert db.session.scalars(select(Message)).all() == []

    page = desk.get(desk.submit(f"{PAGE}/send"))

    assert "1 invitation is in the outbox." in page.text
    assert "Invited already 1" in page.text
    db.session.rollback()
    [message] = db.session.scalars(select(Message))
    assert (message.email, message.registration_id) == ("invitation", asked[0].id)
    assert "Everyone who can be written to has been invited already." in (
        desk.get(f"{PAGE}/send").text
    )
    history = desk.get("/organize/history/").text
    assert "Invitations sent" in history


def test_who_was_not_read_is_not_invited_by_a_press_on_an_older_page(desk, make, event, asked):
    form = desk_form(desk.get(f"{PAGE}/send"))
    late = make.registration(asked[0].event, name="Boris Late")
    with transaction():
        privacy.record(late, ConsentPurpose.NEXT_INVITATION, now=clock.now(), language="en")

    page = desk.post(f"{PAGE}/send", form, status=409)

    others = "The people who would be invited are others than you read. Look again."
    assert page.errors() == [others]
    assert db.session.scalars(select(Message)).all() == []
    assert "Invite 2 people" in page.text
    desk.post(f"{PAGE}/send", desk_form(page))
    db.session.rollback()
    assert len(db.session.scalars(select(Message)).all()) == 2


def test_nobody_is_invited_to_a_draft_even_if_the_page_was_open(desk, event, asked):
    form = desk.get(f"{PAGE}/send").form()
    event.status = EventStatus.DRAFT
    db.session.commit()
    page = desk.post(f"{PAGE}/send", form, status=409)
    assert page.errors() == ["The event is not published."]
    db.session.rollback()
    assert db.session.scalars(select(Message)).all() == []
    assert "Nobody can be invited now" in desk.get(PAGE).text


def test_where_nobody_asked_the_page_says_so_and_shows_the_email(desk, event):
    page = desk.get(PAGE)
    assert "Nobody has asked to be invited" in page.text
    assert "As a reader who is made up would get it." in page.text
    assert desk.client.get(f"{PAGE}/sheet").status_code == 200
