"""A whole year of a real programme, as calendar programs receive it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from forum.calendars.links import for_everything
from forum.db import db, transaction
from forum.demo.actions import FILE, load_demo
from forum.events.models import Event, EventStatus, Programme
from forum.links import feed_link
from forum.registration.models import CareState, Registration, Status
from tests.mail.illness import words_of_illness


@dataclass(frozen=True)
class Year:
    """What one engine's installation serves of the demo year, for any number of programs."""

    ahead: bytes
    forum: bytes
    forum_uids: frozenset[str]
    people: Mapping[str, tuple[bytes, bool]]
    """Each person's feed by her name, and whether it has her entry."""


YEARS: dict[str, Year] = {}


@pytest.fixture
def demo(app):
    with transaction():
        load_demo(FILE.read_bytes(), now=datetime(2026, 11, 23, 15, tzinfo=UTC))
    return app.test_client()


@pytest.fixture
def year(request, engine) -> Year:
    """Return what is served; loading a year takes longer than reading it, so it is loaded once."""
    if engine.name not in YEARS:
        YEARS[engine.name] = served(request.getfixturevalue("demo"))
    return YEARS[engine.name]


def served(visitor) -> Year:
    people = db.session.scalars(select(Registration)).all()
    return Year(
        ahead=visitor.get("/calendar.ics").data,
        forum=visitor.get(f"/events/{forum().slug}/calendar.ics").data,
        forum_uids=frozenset(each.uid for each in forum().sessions),
        people={
            person.name: (
                visitor.get(feed_link(person)).data,
                person.care_state != CareState.REMEMBERED and person.status != Status.WAITLISTED,
            )
            for person in people
        },
    )


def forum() -> Event:
    return db.session.scalars(select(Event).where(Event.key == "forum-2027")).one()


def test_the_forums_feed_has_its_thirty_two_sessions_at_their_hours(year, read):
    readings = read(year.forum)

    assert len(readings) == 32
    assert {(each.summary, each.starts_at) for each in readings} >= {
        ("Breakfast · Lantern spring day", datetime(2027, 4, 24, 12, 15, tzinfo=UTC)),
        ("Close · Lantern spring day", datetime(2027, 4, 24, 20, 20, tzinfo=UTC)),
    }
    assert {each.uid for each in readings} == year.forum_uids


def test_the_year_ahead_keeps_its_hours_while_clocks_change(year, read):
    readings = read(year.ahead)
    assert [each.starts_at for each in readings] == [
        datetime(2026, 12, 16, 17, 0, tzinfo=UTC),
        datetime(2027, 1, 20, 23, 30, tzinfo=UTC),
        datetime(2027, 2, 17, 17, 0, tzinfo=UTC),
        datetime(2027, 3, 17, 16, 0, tzinfo=UTC),
        datetime(2027, 4, 24, 12, 15, tzinfo=UTC),
        datetime(2027, 6, 16, 22, 30, tzinfo=UTC),
        datetime(2027, 9, 15, 16, 0, tzinfo=UTC),
    ]


def test_no_byte_that_anyone_subscribes_to_tells_the_illness(demo):
    events = db.session.scalars(
        select(Event).where(Event.status != EventStatus.DRAFT).order_by(Event.id)
    ).all()
    discreet = db.session.scalars(select(Registration).where(Registration.is_discreet)).all()
    addresses = [
        "/calendar.ics",
        *(f"/events/{event.slug}/calendar.ics" for event in events),
        *(
            f"/events/{event.slug}/sessions/{session.key}/calendar.ics"
            for event in events
            for session in event.sessions
        ),
        *(feed_link(registration) for registration in discreet),
    ]
    told = {
        (address, word)
        for address in addresses
        for answer in [demo.get(address)]
        for word in words_of_illness(f"{answer.headers}{answer.text}".replace("\r\n ", ""))
    }
    assert len(addresses) > 50
    assert told == set()
    assert words_of_illness(f"{for_everything(programme())}") == []


def programme() -> Programme:
    return db.session.scalars(select(Programme)).one()


def test_each_persons_feed_is_as_her_state_says(year, read):
    shown = {
        name: [each.status for each in read(feed)]
        for name, (feed, _has_entry) in year.people.items()
    }
    expected = {
        name: ["CONFIRMED"] if has_entry else [] for name, (_feed, has_entry) in year.people.items()
    }
    assert {name: states[:1] for name, states in shown.items()} == expected
    assert shown["Ione Remembered"] == []
