"""Today: what needs an organizer, in words and numbers, and whether mail goes out."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.care.models import TaskKind
from forum.db import db, transaction
from forum.events.models import EventStatus
from forum.outbox.actions import beat
from forum.outbox.models import MessageState
from forum.outbox.rules import Trouble
from forum.registration.models import CareState, Status
from forum.registration.telling import ask
from tests.desk import OrganizerAtDesk, at, names, queries_for
from tests.pages.organizer.outbox import alive, failed_message
from tests.people import words
from tests.stored import tasks

pytestmark = pytest.mark.sqlite_is_enough

TODAY = "/organize/"
OUTBOX = "/organize/outbox/"


def test_a_quiet_day_says_so(desk):
    alive()

    assert "Nothing needs you right now." in desk.get(TODAY).text


def test_a_worker_that_never_ran_is_said_in_red(desk):
    page = desk.get(TODAY)

    assert "Emails are not going out" in page.text
    assert "No worker is running." in page.text


def test_a_worker_that_stopped_is_named_with_its_last_work(desk, today):
    alive()
    today.shift(timedelta(minutes=5))
    assert "The worker last worked 5 minutes ago. No worker is running." in desk.get(TODAY).text


def test_a_worker_that_stopped_long_ago_is_named_with_the_day(desk):
    with transaction():
        beat("one", now=clock.now() - timedelta(hours=2))

    assert "The worker last worked on Mon, Nov 23, 2026, 8:00 am." in desk.get(TODAY).text


@pytest.mark.parametrize("path", [TODAY, OUTBOX])
def test_when_the_worker_last_worked_is_always_said(desk, today, path):
    alive()
    today.shift(timedelta(seconds=12))

    assert re.search(r"The worker last worked 1\d seconds ago\.", desk.get(path).text)


def test_a_mail_server_that_is_away_is_said_in_red(desk):
    since = clock.now() - timedelta(minutes=30)
    with transaction():
        trouble = Trouble("The mail server cannot be reached.", since)
        beat("one", trouble, now=clock.now())

    page = desk.get(TODAY)

    assert "Emails are not going out" in page.text
    assert (
        "The mail server cannot be reached. It has been so since Mon, Nov 23, 2026, 9:30 am."
        in page.text
    )


def test_mail_that_waits_too_long_is_said_in_red(make, desk, event):
    alive()
    long_ago = clock.now() - timedelta(minutes=6)
    ada = make.registration(event)
    failed_message(make, ada, state=MessageState.QUEUED, due_at=long_ago)

    assert "1 email has waited for more than 5 minutes." in desk.get(TODAY).text


def test_those_who_need_someone_are_named(make, desk, event):
    hollis = make.registration(
        event,
        name="Hollis Paused",
        email=None,
        care_state=CareState.PAUSED,
        care_until=date(2026, 11, 23),
    )
    jasper = make.registration(event, name="Jasper Left", care_state=CareState.HELD)
    failed_message(make, make.registration(event, name="Ada Trialrun"))

    links = desk.get(TODAY).links()

    for person in (hollis, jasper):
        assert links[person.name] == at(person)
    assert links["Emails that failed: 1"] == "/organize/outbox/?state=failed"
    assert links["Outbox 1 failed"] == "/organize/outbox/"


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("need", "counted", "listed"),
    [
        ("to_phone", "People without an email address: 2", ["Greta Nomail", "Zita Nomail"]),
        ("pause_over", "A pause has ended: 1", ["Hollis Paused"]),
        ("held", "On hold: 1", ["Jasper Left"]),
        ("waiting", "On waitlists: 2", ["Wim", "Kestrel"]),
    ],
)
def test_each_number_leads_to_those_it_counts(make, desk, need, counted, listed):
    event = make.event()
    make.registration(event, name="Ada")
    make.registration(event, name="Greta Nomail", email=None)
    make.registration(make.event(status=EventStatus.CANCELLED), name="Zita Nomail", email=None)
    over = {"care_state": CareState.PAUSED, "care_until": date(2026, 11, 23)}
    make.registration(event, name="Hollis Paused", email=None, **over)
    make.registration(event, name="Written To", **over)
    make.registration(event, name="Jasper Left", care_state=CareState.HELD)
    make.registration(event, name="Wim", status=Status.WAITLISTED)
    make.registration(event, name="Kestrel", status=Status.WAITLISTED)
    address = f"/organize/people?who={need}"

    assert desk.get(TODAY).links()[counted] == address
    assert names(desk.get(address)) == listed


def cards(page):
    return [words(each).partition(":")[0] for each in page.all("h3")][1:]


@pytest.mark.both_engines
def test_whose_emails_do_not_arrive_stands_on_one_card_until_somebody_has_called(make, desk, event):
    alive()
    ada = make.registration(event, name="Ada")
    make.block(ada.email)
    with transaction():
        ask(TaskKind.CALL, ada, about="returned", once="ada", now=clock.now())
    assert cards(desk.get(TODAY)) == ["Calls and questions"]

    (task,) = tasks()
    task.done_at = clock.now()
    db.session.commit()

    assert cards(desk.get(TODAY)) == ["Emails do not arrive"]


@pytest.mark.both_engines
def test_a_card_for_a_person_speaks_for_all_her_registrations(make, desk, event):
    alive()
    ada = make.registration(event, name="Ada", email="ada@people.example")
    make.registration(make.event(), name="Ada", email="ada@people.example")
    make.block("ada@people.example")
    with transaction():
        ask(TaskKind.CALL, ada, about="returned", once="ada", now=clock.now())

    assert "Emails do not arrive" not in cards(desk.get(TODAY))


def test_who_is_asked_about_under_calls_is_not_said_again_to_be_on_hold(make, desk, event):
    alive()
    jasper = make.registration(event, name="Jasper", care_state=CareState.HELD)
    assert cards(desk.get(TODAY)) == ["On hold"]
    with transaction():
        ask(TaskKind.ASK_COMPANION, jasper, once="jasper", now=clock.now())

    assert cards(desk.get(TODAY)) == ["Calls and questions"]


@pytest.mark.both_engines
def test_today_leads_to_whoever_was_not_told_that_the_event_is_canceled(make, desk, event):
    alive()
    off = make.event(status=EventStatus.CANCELLED)
    make.registration(off, name="Active")
    make.registration(off, name="Paused For Good", care_state=CareState.PAUSED)
    over = {"care_state": CareState.PAUSED, "care_until": date(2026, 11, 23)}
    make.registration(off, name="Paused No More", **over)
    make.registration(off, name="On Hold", care_state=CareState.HELD)
    make.registration(off, name="Gone", care_state=CareState.REMEMBERED)
    gave_up = {"care_state": CareState.PAUSED, "status": Status.CANCELLED}
    make.registration(off, name="Gave Up", **gave_up)

    links = desk.get(TODAY).links()

    assert names(desk.get(links["Canceled, and they were not told: 2"])) == [
        "Paused For Good",
        "On Hold",
    ]


def test_a_remembered_person_is_on_no_list(make, desk, event):
    make.registration(event, name="Ione Remembered", email=None, care_state=CareState.REMEMBERED)

    assert "Ione" not in desk.get(TODAY).text


def test_a_pause_that_goes_on_needs_nobody(make, desk, event):
    make.registration(
        event, name="Hollis", care_state=CareState.PAUSED, care_until=date(2026, 11, 24)
    )

    assert "Hollis" not in desk.get(TODAY).text


def test_each_mode_is_said_in_words_and_numbers(make, desk, event):
    make.registration(event)
    make.registration(event, status=Status.WAITLISTED)

    assert "In person: 1 of 200, 1 waiting Online: 0 By phone: 0" in desk.get(TODAY).text


def test_what_opens_and_closes_this_week_is_said(desk, event):
    event.registration_opens_at = datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    event.gates[0].closes_at = datetime(2026, 11, 27, 22, 0, tzinfo=UTC)
    db.session.commit()

    text = desk.get(TODAY).text

    assert "Wed, Nov 25, 2026, 9:00 am: Lantern spring day opens" in text
    assert "Fri, Nov 27, 2026, 5:00 pm: Lantern spring day closes for “In person”" in text


def test_a_viewer_sees_numbers_and_no_names(app, make, event):
    make.registration(event, name="Greta Nomail", email=None)
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

    text = viewer.get(TODAY).text

    assert "People without an email address: 1" in text
    assert "Greta" not in text


def section(page, name: str) -> str:
    """Return the words of the part of the page with this heading."""
    _before, _heading, after = page.text.partition(name)
    return after


def test_the_next_event_comes_first_and_a_draft_is_not_it(make, desk, event):
    make.event(title="Draft", slug="draft", status=EventStatus.DRAFT, starts_at=clock.now())

    page = desk.get(TODAY)

    headings = [words(each) for each in page.all("h3")]
    assert headings[0] == event.title
    order = [page.text.index(each) for each in ("Next event", "Do now")]
    assert order == sorted(order)


def test_who_waits_is_good_to_know_and_no_work_of_now(make, desk, event):
    alive()
    make.registration(event, status=Status.WAITLISTED)

    page = desk.get(TODAY)

    assert "Nothing needs you right now." in page.text
    assert "1 person has registered within a week" not in section(page, "Good to know")
    assert "On waitlists: 1" in section(page, "Good to know")


@pytest.mark.both_engines
def test_more_people_make_the_first_page_ask_the_database_no_more(make, desk):
    event = make.event(slug="soon", starts_at=clock.now() + timedelta(days=3))
    make.reminder(event, "P2D")
    make.registration(event)
    desk.get(TODAY)
    one = queries_for(desk, TODAY)
    for _ in range(5):
        make.registration(event)

    assert queries_for(desk, TODAY) == one


def test_who_is_on_hold_and_has_no_address_is_still_among_those_to_phone(make, desk, event):
    make.registration(event, name="Karl Nomail", email=None, care_state=CareState.HELD)

    assert "Karl Nomail" in desk.get("/organize/people?who=to_phone").text
