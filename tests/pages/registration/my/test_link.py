"""Her link: nobody else can make one, it is sent again, and made anew."""

from datetime import timedelta

import pytest

from forum import links
from forum.db import db
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration.models import CareState, Status
from tests.my import PAGES, my
from tests.stored import emails, look_again

pytestmark = pytest.mark.sqlite_is_enough


def cancel(registration) -> None:
    registration.status = Status.CANCELLED
    db.session.commit()


@pytest.mark.parametrize(
    "where",
    [
        "",
        "cancel",
        "companions/",
        "day",
        "details",
        "mode",
        "offer",
        "pause",
        "reminders",
        "sessions/",
    ],
)
def test_the_link_of_a_canceled_registration_leads_on_to_what_is_so_now(visitor, make, ada, where):
    cancel(ada)
    again = make.registration(ada.event, name=ada.name, email=ada.email)
    text = visitor.get(my(ada, where)).text
    assert ("registration is canceled" in text, "no longer be changed" in text) == (True, False)

    to = visitor.submit(my(ada, where), action=my(ada, "newer"))

    assert visitor.get(to).heading == "Look in your mailbox"
    message = db.session.query(Message).one()
    assert (message.email, message.registration_id) == ("my_link", again.id)


def test_who_asks_for_a_newer_link_before_there_is_one_has_it_once_there_is(visitor, make, ada):
    cancel(ada)
    elsewhere = make.registration(make.webcast(), name=ada.name, email=ada.email)
    visitor.submit(my(ada), action=my(ada, "newer"))
    again = make.registration(ada.event, name=ada.name, email=ada.email)

    for _ in range(2):
        visitor.submit(my(ada), action=my(ada, "newer"))

    sent = [each.registration_id for each in db.session.query(Message).order_by(Message.id)]
    assert sent == [elsewhere.id, again.id]


def test_an_older_link_tells_nobody_that_there_is_a_newer_registration(visitor, make, ada):
    cancel(ada)
    pages = ("", "mode", "cancel", "day", "companions/", "pause", "offer")
    alone = [visitor.get(my(ada, where)).text for where in pages]
    again = make.registration(ada.event, name=ada.name, email=ada.email, mode=Mode.WEBCAST)

    assert [visitor.get(my(ada, where)).text for where in pages] == alone
    assert my(again) not in visitor.get(my(ada)).response.text


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: "x" + t, lambda t: "x", str.upper])
def test_a_link_that_we_did_not_sign_is_not_found(visitor, ada, spoil):
    token = spoil(links.my_token(ada))

    for more in PAGES:
        visitor.get(f"/my/{token}/{more}", status=404)


def test_a_revoked_link_is_the_same_as_an_unknown_one(visitor, ada):
    address = my(ada)
    unknown = visitor.get("/my/unknown/", status=404).text
    ada.link_version += 1
    db.session.commit()

    assert visitor.get(address, status=404).text.replace(address, "") == unknown


def test_a_feed_link_does_not_open_her_page(visitor, ada):
    visitor.get(f"/my/{links.feed_token(ada)}/", status=404)


def test_her_link_is_sent_again_and_strangers_learn_nothing(visitor, new_visitor, ada):
    known = visitor.get(visitor.submit("/find", email=" ADA@people.example "))
    unknown = new_visitor().get(new_visitor().submit("/find", email="nobody@people.example"))

    assert known.heading == "Look in your mailbox"
    assert known.text == unknown.text
    assert emails() == ["my_link"]


def test_her_link_is_sent_at_most_hourly_and_not_again_when_the_clock_strikes(visitor, ada, today):
    for minutes, sent in ((50, 1), (20, 1), (41, 2)):
        today.shift(timedelta(minutes=minutes))
        visitor.submit("/find", email="ada@people.example")

        db.session.rollback()  # a read sees what was so when it began
        assert emails() == ["my_link"] * sent


@pytest.mark.parametrize("typed", ["", "ada", "a@b@c", "ädä@people.example"])
def test_an_address_that_is_none_is_said_to_be_none(visitor, ada, typed):
    page = visitor.submit("/find", email=typed, status=422)

    assert len(page.errors()) == 1


def test_remembered_people_are_not_written_to(visitor, ada):
    ada.care_state = CareState.REMEMBERED
    db.session.commit()

    visitor.submit("/find", email="ada@people.example")

    assert emails() == []


def test_the_new_page_opens_at_once_and_every_old_link_is_dead(visitor, ada):
    old = [my(ada), f"/my/{links.feed_token(ada)}/calendar.ics"]
    for address in old:
        assert visitor.client.get(address).status_code == 200

    new = visitor.submit(my(ada, "link"))

    look_again()
    assert (new, emails()) == (my(ada), ["my_link"])
    assert "Only its new link works." in visitor.get(new).text
    assert [visitor.client.get(address).status_code for address in old] == [404, 404]


def test_a_remembered_person_keeps_her_link(visitor, ada):
    ada.care_state = CareState.REMEMBERED
    db.session.commit()
    form = visitor.get(my(ada, "link")).form()

    visitor.post(my(ada, "link"), form)

    look_again()
    assert ada.link_version == 1
