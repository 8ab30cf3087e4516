"""A pause ends on the morning of a day, by the clock of whoever wished for quiet."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forum import clock
from forum.care.pause_queries import pause_over, pause_over_at
from forum.care.rules import state_at
from forum.db import db
from forum.notices.outcome_queries import outcomes
from forum.organizer.mail.leaving_queries import mail_waiting
from forum.organizer.queries import Need, needing
from forum.outbox.models import Message
from forum.registration.models import CareState, Registration
from forum.reminders.leaving_queries import leaving

HONOLULU, TOKYO = "Pacific/Honolulu", "Asia/Tokyo"
LAST_EVENING = datetime(2027, 4, 1, 7, 0, tzinfo=UTC)
"""April 1 in Boston and Tokyo; still the evening of March 31 in Honolulu."""
FIRST_MORNING = datetime(2027, 4, 1, 1, 0, tzinfo=UTC)
"""March 31 in Boston and Honolulu; already the morning of April 1 in Tokyo."""


@pytest.fixture
def paused(make):
    """People who wish for quiet until April 1, each on her own clock."""
    event = make.event()
    return [
        make.registration(
            event, timezone=zone, care_state=CareState.PAUSED, care_until=date(2027, 4, 1)
        )
        for zone in ("America/New_York", TOKYO, HONOLULU, "America/Nowhere")
    ]


@pytest.mark.parametrize("at", [FIRST_MORNING, LAST_EVENING], ids=["morning", "evening"])
def test_the_database_says_whose_pause_is_over_as_the_rule_does(paused, today, at):
    today.move_to(at)
    over = {each.id for each in paused if state_at(each, now=at) == CareState.ACTIVE}
    assert 0 < len(over) < len(paused)

    found = set(db.session.scalars(db.select(Registration.id).where(pause_over(now=at))))
    assert found == over
    for person in paused:
        person.email = None
    db.session.commit()
    listed = needing(Need.PAUSE_OVER, now=at)
    assert {each.id for each in db.session.scalars(listed)} == over


@pytest.fixture
def nowhere(make):
    """Two whose zones no zone data know, until April 2: at events in Boston and in Auckland."""
    people = [
        make.registration(
            make.event(timezone=zone),
            name=name,
            timezone="Mars/Base",
            care_state=CareState.PAUSED,
            care_until=date(2027, 4, 2),
        )
        for name, zone in (("Ada", "America/New_York"), ("Eve", "Pacific/Auckland"))
    ]
    return dict(zip(("boston", "auckland"), people, strict=True))


@pytest.mark.parametrize(
    ("day", "hour", "over"),
    [(1, 10, []), (1, 20, ["auckland"]), (2, 3, ["auckland"]), (2, 5, ["auckland", "boston"])],
)
def test_where_a_zone_is_unknown_each_pause_is_over_on_the_clock_of_her_own_event(
    nowhere, today, day, hour, over
):
    """April 2 begins in Auckland at 11:00 UTC of April 1, in Boston at 4:00 UTC of April 2."""
    now = datetime(2027, 4, day, hour, 0, tzinfo=UTC)
    today.move_to(now)
    ids = sorted(nowhere[each].id for each in over)
    states = {each.id: state_at(each, now=now) for each in nowhere.values()}
    assert sorted(each for each in states if states[each] == CareState.ACTIVE) == ids

    found = db.session.scalars(db.select(Registration.id).where(pause_over(now=now)))
    assert sorted(found) == ids
    for person in nowhere.values():
        post(person, "notice", now, notice=1)
    said = {each.event.id: (each.number, each.quiet) for each in mail_waiting(now=now)}
    told = {each.event.id: outcomes(each.event, now=now)[1] for each in nowhere.values()}
    for person in nowhere.values():
        is_over = int(person.id in ids)
        event = person.event_id
        assert said[event] == (is_over, 1 - is_over)
        assert (told[event].waiting, told[event].quiet) == (is_over, 1 - is_over)
        person.email = None
    db.session.commit()
    listed = db.session.scalars(needing(Need.PAUSE_OVER, now=now))
    assert sorted(each.id for each in listed) == ids


def test_a_pause_without_a_day_is_never_over(make, today):
    ada = make.registration(make.event(), care_state=CareState.PAUSED)
    today.move_to(LAST_EVENING)

    assert ada not in db.session.scalars(needing(Need.PAUSE_OVER, now=clock.now())).all()


def post(person, email, due_at, **facts):
    """Let an email wait in the outbox."""
    message = Message(
        email=email,
        registration=person,
        facts=facts,
        due_at=due_at,
        created_at=clock.now(),
        dedupe_key=f"{email}:{person.id}",
    )
    db.session.add(message)
    db.session.commit()


@pytest.mark.parametrize("hours", [0, 6, 18, 30, 42])
def test_what_waits_is_counted_by_whose_pause_is_over_when_it_is_due(paused, today, hours):
    today.move_to(datetime(2027, 3, 30, 22, 0, tzinfo=UTC))
    due_at = clock.now() + timedelta(hours=hours)
    for person in paused:
        post(person, "notice", due_at, notice=1)
    over = [each for each in paused if state_at(each, now=due_at) == CareState.ACTIVE]

    [waiting] = mail_waiting(now=clock.now())

    assert (waiting.number, waiting.quiet) == (len(over), len(paused) - len(over))
    matched = pause_over_at(Message.due_at, first=clock.now(), last=due_at)
    rows = db.select(Message.registration_id).join(Message.registration).where(matched)
    assert sorted(db.session.scalars(rows)) == [each.id for each in over]


def test_a_notice_says_how_many_want_quiet_on_their_own_clocks(paused, today):
    today.move_to(LAST_EVENING)
    for person in paused:
        post(person, "notice", clock.now(), notice=1)

    outcome = outcomes(paused[0].event, now=clock.now())[1]

    assert (outcome.waiting, outcome.quiet) == (3, 1)


def test_who_is_still_paused_on_her_own_clock_is_not_counted_among_those_who_get_it(make, today):
    event = make.event()
    make.reminder(event, "P2D", local_time="18:00")
    make.registration(
        event, timezone=HONOLULU, care_state=CareState.PAUSED, care_until=date(2027, 4, 23)
    )
    today.move_to("2027-04-22T20:00:00+00:00")

    [found] = leaving(now=clock.now(), within=timedelta(days=2))

    assert found.at == datetime(2027, 4, 23, 4, 0, tzinfo=UTC)  # six in the evening of the 22nd
    assert (found.number, found.quiet) == (0, 1)
