"""A date that was mistyped deletes nobody, and very many people go only on a typed number."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import clock
from forum.db import db, transaction
from forum.events.models import Event, EventStatus
from forum.outbox.models import Message, MessageState
from forum.privacy import housekeeping, purge_actions, purge_queries, rules
from forum.privacy.refusals import WrongNumber
from forum.registration.models import Registration
from tests.desk import OrganizerAtDesk, desk_form
from tests.stored import fresh

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def desk(app, make):
    make.programme()
    return OrganizerAtDesk(app, make.organizer())


@pytest.fixture
def event(make):
    event = make.event()
    for number in range(3):
        make.registration(event, name=f"Ada {number}", needs="a wheelchair", phone="+16175550142")
    return event


def moved(desk, event, *, year, month=4, day=24, status=303, **answers):
    date = f"{year}-{month:02}-{day:02}"
    page = desk.submit(
        f"/organize/events/{event.slug}/edit",
        starts=f"{date}T08:15",
        ends=f"{date}T16:30",
        status=status,
        **answers,
    )
    db.session.rollback()
    db.session.expire_all()
    return page


def worker_looks():
    """Let a worker look, as each does every hour."""
    housekeeping.Housekeeper().look(now=clock.now(), goes_on=lambda: True)
    db.session.rollback()
    db.session.expire_all()


def needs():
    return [each.needs for each in db.session.query(Registration).order_by(Registration.id)]


def test_a_year_too_early_is_asked_about_and_nothing_moves(desk, event):
    page = moved(desk, event, year=2026, status=422)

    said = page.errors()
    assert said == [
        (
            "With this end the event is over, and 3 people are registered. Look at the year."
            " If it is right, type 3 below."
        )
    ]
    assert event.starts_at == datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
    assert "people" in desk_form(page)
    assert moved(desk, event, year=2026, people="2", status=422).errors() == page.errors()


def test_last_years_people_are_not_taken_along_to_next_years_forum_unasked(desk, make):
    event = make.event(starts_at=clock.now() - 40 * DAY)
    make.registration(event, name="Ada")
    make.registration(event, name="Boris")
    was = event.starts_at

    page = moved(desk, event, year=2027, status=422)

    [said] = page.errors()
    assert said == (
        "This event is over, and 2 people are registered, who would be registered and reminded for"
        " the new date. Another event needs a name of its own, in the program file. If it is the"
        " same event, type 2 below."
    )
    assert event.starts_at == was
    moved(desk, event, year=2027, people="2")
    assert event.starts_at.year == 2027


def test_a_move_by_months_is_asked_about_and_says_what_moved_along(make, desk, event):
    event.details = {"promises": {"recordings_within_business_days": 10}}
    make.session(event, is_recorded=True)
    was = event.starts_at

    page = moved(desk, event, year=2028, month=5, day=6, status=422)

    assert page.errors() == [
        (
            "This moves the event by months, to Saturday, May 6, 2028, and 3 people are registered."
            " If the date is right, type 3 below."
        )
    ]
    assert event.starts_at == was
    moved(desk, event, year=2028, month=5, day=6, people="3")
    said = desk.get(f"/organize/events/{event.slug}/").text
    assert "The event is on Saturday, May 6, 2028 now." in said
    assert "1 session moved along." in said
    assert "Recordings are promised by Friday, May 19, 2028 now." in said


def test_a_move_within_two_months_is_not_asked_about(desk, event):
    moved(desk, event, year=2027, month=6, day=23)
    assert event.starts_at.month == 6


def test_a_year_in_the_past_is_what_is_asked_about_before_when_registration_opens(desk, event):
    event.registration_opens_at = datetime(2026, 11, 20, 14, tzinfo=UTC)
    db.session.commit()

    [said] = moved(desk, event, year=2026, status=422).errors()

    assert said.startswith("With this end the event is over, and 3 people are registered.")


def test_an_event_without_people_does_not_move_into_the_past(desk, make):
    event = make.event()
    page = moved(desk, event, year=2026, status=422)
    assert "the event is over already" in page.text
    assert event.starts_at.year == 2027


@pytest.mark.parametrize("slip", [{"year": 2026}, {"year": 2026, "month": 10, "day": 2}])
def test_a_slip_that_someone_confirmed_deletes_nothing_and_can_be_corrected(
    app, desk, event, today, slip
):
    moved(desk, event, **slip, people="3")
    worker_looks()
    assert needs() == ["a wheelchair"] * 3

    today.shift(120 * DAY)
    worker_looks()
    assert needs() == ["a wheelchair"] * 3  # it is still before the day that was announced

    moved(OrganizerAtDesk(app, desk.organizer), event, year=2027, people="3")
    worker_looks()
    assert event.kept_from is None
    assert needs() == ["a wheelchair"] * 3


def test_what_is_about_an_event_goes_as_long_after_the_latest_end_that_was_announced(
    desk, event, today
):
    announced = event.ends_at
    moved(desk, event, year=2026, people="3")
    worker_looks()

    today.move_to(announced + rules.ANSWERS - HOUR)
    worker_looks()
    assert needs() == ["a wheelchair"] * 3
    today.move_to(announced + rules.ANSWERS + DAY)
    worker_looks()
    assert needs() == [""] * 3
    today.move_to(announced + rules.UNINVITED + 2 * DAY)
    worker_looks()
    assert db.session.query(Registration).count() == 0


def test_a_year_too_late_keeps_nobody_for_decades(desk, event, today):
    moved(desk, event, year=2029, people="3")
    moved(desk, event, year=2027, people="3")
    today.move_to(event.ends_at + HOUR)
    worker_looks()
    assert event.latest_end_at.year == 2029
    assert abs(event.kept_from - (clock.now() + rules.LONGEST_SLIP)) < HOUR


def test_after_a_long_silence_of_all_workers_nothing_goes_before_one_has_seen_it_over(event, today):
    today.move_to(event.ends_at + 300 * DAY)
    worker_looks()
    assert needs() == ["a wheelchair"] * 3
    assert event.kept_from >= event.ends_at + 300 * DAY


def test_a_clock_that_is_a_year_ahead_deletes_nobody(event, today):
    today.shift(366 * DAY)
    worker_looks()
    today.shift(-366 * DAY + 2 * DAY)
    worker_looks()
    assert needs() == ["a wheelchair"] * 3

    today.move_to(event.ends_at + HOUR)
    worker_looks()
    assert abs(event.kept_from - clock.now()) < HOUR


def test_a_year_mistyped_in_a_draft_keeps_nobodys_answers_a_year_longer(make):
    event = make.event(status=EventStatus.DRAFT)
    was = event.starts_at, event.ends_at
    year = timedelta(days=366)
    with transaction():
        event.ends_at = was[1] + year
        event.starts_at = was[0] + year
    with transaction():  # a minute later, before anybody could register
        event.starts_at = was[0]
        event.ends_at = was[1]
        event.status = EventStatus.PUBLISHED
    ada = make.registration(event, needs="wheelchair")
    over = event.ends_at + timedelta(hours=1)

    housekeeping.note_over(now=over)
    housekeeping.purge(now=over + rules.ANSWERS + timedelta(days=1))

    assert fresh(ada).needs == ""


# Very many people at once


@pytest.fixture
def long_over(make):
    """An event long over, with so many people that they are nearly everybody."""
    event = make.event(starts_at=clock.now() - 100 * DAY, hours=1, title="Lantern autumn day")
    for number in range(rules.FEW + 1):
        make.registration(event, name=f"Boris {number}", needs="a chair")
    make.registration(make.event(), name="Cora")
    return event


def people():
    db.session.rollback()
    db.session.expire_all()
    return db.session.query(Registration).count()


def test_a_worker_that_would_take_most_people_at_once_stops_and_asks(desk, long_over):
    worker_looks()

    assert people() == rules.FEW + 2
    assert needs()[0] == "a chair"
    assert "People who would be deleted: 21" in desk.get("/organize/").text
    page = desk.get("/organize/purge")
    assert "Lantern autumn day" in page.text


def test_what_is_not_about_people_goes_meanwhile(make, long_over):
    message = Message(
        email="sign_in",
        dedupe_key="old",
        state=MessageState.SENT,
        due_at=clock.now() - 99 * DAY,
        created_at=clock.now() - 99 * DAY,
    )
    db.session.add(message)
    db.session.commit()
    worker_looks()
    assert db.session.query(Message).count() == 0


def test_on_an_owners_typed_number_they_go_within_the_hour(desk, long_over):
    worker_looks()
    page = desk.submit("/organize/purge", people="20", status=422)
    assert page.errors() == ["It is about 21 people. Type that number, or leave it."]
    worker_looks()
    assert people() == rules.FEW + 2

    desk.submit("/organize/purge", people="21")
    worker_looks()

    assert people() == 1
    assert "would be deleted" not in desk.get("/organize/").text
    assert "Nothing waits for your word." in desk.get("/organize/purge").text


def test_a_yes_counts_for_a_day_and_for_no_more_people(make, desk, long_over, today):
    with transaction():
        purge_actions.allow(21, by=desk.organizer, now=clock.now())
    make.registration(long_over, name="Delphine")
    worker_looks()
    assert people() == rules.FEW + 3

    with transaction(), pytest.raises(WrongNumber):
        purge_actions.allow(21, by=desk.organizer, now=clock.now())
    with transaction():
        purge_actions.allow(22, by=desk.organizer, now=clock.now())
    today.shift(DAY + HOUR)
    worker_looks()
    assert people() == rules.FEW + 3


def test_the_command_says_event_by_event_whom_it_would_take_and_wants_their_number(app, long_over):
    run = app.test_cli_runner().invoke
    dry = run(args=["purge", "--dry-run"]).output
    assert f"21  registrations of {long_over.slug} (ended 2026-08-15" in dry

    for args in ([], ["--people", "20"]):
        result = run(args=["purge", *args])
        assert result.exit_code == 1
        assert "`purge --people 21`. Nothing else was changed." in result.output
        assert people() == rules.FEW + 2

    assert run(args=["purge", "--people", "21"]).exit_code == 0
    assert people() == 1


def test_a_few_people_go_without_a_question_though_they_are_everybody(make):
    event = make.event(starts_at=clock.now() - 100 * DAY, hours=1)
    for number in range(rules.FEW):
        make.registration(event, name=f"Boris {number}")
    assert purge_queries.large_purge(now=clock.now()) is None
    worker_looks()
    assert people() == 0


def test_half_of_everybody_goes_without_a_question(make, long_over):
    coming = make.event()
    for number in range(rules.FEW):
        make.registration(coming, name=f"Eusebio {number}")
    assert purge_queries.large_purge(now=clock.now()) is None


def test_the_latest_end_never_goes_back(make):
    event = make.event()
    first = event.ends_at
    event.ends_at = first + DAY
    db.session.commit()
    event.ends_at = first - HOUR
    db.session.commit()
    assert db.session.query(Event.latest_end_at).one() == (first + DAY,)
