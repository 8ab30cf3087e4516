"""A place that is given back: under another UID where calendars were told to remove the entry."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from forum.accounts.models import Organizer
from forum.care import actions as care
from forum.db import db
from forum.delivery.worker import Worker
from forum.events.models import CalendarMail
from forum.links import feed_link
from forum.outbox.models import Message, MessageState
from forum.registration import actions
from tests.actions.care.caring import do
from tests.calendars.programs import Program
from tests.calendars.readers import read_with_icalendar
from tests.mail.relay import Relay
from tests.stored import fresh, look_again

MINUTES = timedelta(minutes=5)


@pytest.fixture
def ada(make, today):
    """Someone who was mailed an invitation an hour ago."""
    ada = make.registration(make.event(slug="forum-2027"), name="Ada")
    make.welcome(ada)
    db.session.query(Message).one().has_invitation = True
    db.session.commit()
    today.shift(timedelta(hours=1))
    return fresh(ada)


@dataclass
class Slip:
    """What becomes of somebody's place, minutes apart, and what leaves meanwhile."""

    app: Flask
    petra: Organizer
    today: Any
    relay: Relay

    def cancels(self, person) -> None:
        self.today.shift(MINUTES)
        do(actions.cancel, fresh(person))

    def gives_back(self, person) -> None:
        self.today.shift(MINUTES)
        do(care.give_place_back, fresh(person), by=self.petra)

    def mails(self) -> None:
        self.today.shift(MINUTES)
        Worker(self.app).run_once()

    def brought(self) -> list[tuple[str, str]]:
        """Return the METHOD and UID of each entry that emails brought, in order."""
        found = []
        for each in self.relay.deliveries:
            parts = each.message.walk()
            files = [part for part in parts if part.get_content_type() == "text/calendar"]
            for part in files[:1]:
                [entry] = read_with_icalendar(part.get_payload(decode=True))
                found.append((part.get_param("method"), entry.uid))
        return found


@pytest.fixture
def slip(app, make, today, relay, post_to):
    post_to(relay.port)
    return Slip(app, make.organizer(), today, relay)


def test_a_place_given_back_is_another_entry_than_the_one_that_was_withdrawn(slip, ada):
    first = ada.uid
    uids = [first]
    for _time in range(2):
        slip.cancels(ada)
        slip.mails()
        slip.gives_back(ada)
        slip.mails()
        uids.append(fresh(ada).uid)

    assert len(set(uids)) == len(uids)
    assert slip.brought() == [
        ("CANCEL", first),
        ("REQUEST", uids[1]),
        ("CANCEL", uids[1]),
        ("REQUEST", uids[2]),
    ]


def test_her_feed_follows_to_the_entry_of_her_emails(app, slip, ada):
    program = Program(app)
    assert program.entries(feed_link(ada)) == [("Lantern spring day", "CONFIRMED")]
    slip.cancels(ada)
    slip.mails()
    slip.gives_back(ada)
    look_again()

    [entry] = read_with_icalendar(program.fetch(feed_link(ada)).data)
    assert (entry.uid, entry.status) == (ada.uid, "CONFIRMED")


def test_an_entry_that_was_never_withdrawn_is_put_right_under_its_own_name(slip, ada):
    first = ada.uid
    for _time in range(2):
        slip.cancels(ada)
        slip.gives_back(ada)
        slip.mails()

    assert slip.brought() == [("REQUEST", first), ("REQUEST", first)]


def test_what_was_withdrawn_before_says_nothing_of_the_entry_that_came_after(slip, ada):
    slip.cancels(ada)
    slip.mails()
    slip.gives_back(ada)
    slip.mails()
    second = fresh(ada).uid
    slip.cancels(ada)
    slip.gives_back(ada)

    assert fresh(ada).uid == second


@pytest.mark.parametrize(
    ("state", "attempts", "is_another"),
    [
        (MessageState.FAILED, 5, False),
        (MessageState.QUEUED, 0, False),
        (MessageState.QUEUED, 1, True),
        (MessageState.SENDING, 1, True),
    ],
)
def test_a_withdrawal_that_may_have_left_counts_and_one_that_was_refused_does_not(
    slip, ada, state, attempts, is_another
):
    first = ada.uid
    slip.cancels(ada)
    withdrawal = db.session.query(Message).filter_by(email="cancellation").one()
    withdrawal.state, withdrawal.attempts = state, attempts
    db.session.commit()
    slip.gives_back(ada)

    assert (fresh(ada).uid != first) == is_another


def test_an_entry_that_no_email_can_take_away_keeps_its_name(slip, make):
    ada = make.registration(make.event(calendar_mail=CalendarMail.PUBLISH), name="Ada")
    make.welcome(ada)
    first = fresh(ada).uid
    slip.cancels(ada)
    slip.mails()
    slip.gives_back(ada)

    assert fresh(ada).uid == first


def test_who_was_thought_to_have_died_keeps_her_entry_because_none_was_withdrawn(slip, ada):
    first = ada.uid
    do(care.remember, fresh(ada), by=slip.petra)
    slip.mails()
    do(care.undo_remember, fresh(ada), by=slip.petra)
    slip.mails()

    assert fresh(ada).uid == first
    assert "CANCEL" not in [method for method, _uid in slip.brought()]
