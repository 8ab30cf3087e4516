"""An event at the desk: published, edited, listed."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import clock
from forum.db import db, transaction
from forum.events.models import EventStatus, OldSlug
from forum.registration.models import Status
from tests.desk import EVENT, OrganizerAtDesk, at, desk_form
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough


def test_publishing_asks_first_and_then_shows_it_to_everyone(make, desk, visitor, event):
    event.status = EventStatus.DRAFT
    make.session(event)
    visitor.get("/events/forum-2027/", status=404)

    assert desk.submit("/organize/events/forum-2027/publish") == "/organize/events/forum-2027/"

    assert fresh(event).status == EventStatus.PUBLISHED
    assert visitor.get("/events/forum-2027/").heading == "Spring Forum"


def test_an_event_that_is_not_ready_offers_no_button(desk, event):
    event.status = EventStatus.DRAFT
    db.session.commit()

    page = desk.get("/organize/events/forum-2027/publish")

    assert "Add at least one session to the agenda." in page.text


def test_an_event_with_people_is_not_unpublished(make, desk, event):
    make.registration(event)

    page = desk.get("/organize/events/forum-2027/unpublish")
    sent = {**page.form("/organize/sign-out"), "version": "1"}
    late = desk.post("/organize/events/forum-2027/unpublish", sent, status=409)

    sentence = "People are registered for this event. Cancel it instead, so that they are told."
    assert sentence in page.text
    assert late.errors() == [sentence]
    assert fresh(event).status == EventStatus.PUBLISHED


def test_drafts_are_listed_at_the_desk(desk, make):
    make.event(title="Draft Forum", status=EventStatus.DRAFT)

    assert "Draft Forum" in desk.get("/organize/events/").text


def test_a_past_event_is_listed_as_over(make, desk):
    long_ago = datetime(2026, 4, 24, 12, tzinfo=UTC)
    make.event(title="Old Forum", starts_at=long_ago)

    text = desk.get("/organize/events/").text

    assert text.index("Past") < text.index("Old Forum")


FAR = "The year {} is more than three years away. Look at the year again."
TELLS = "This names the illness, and others may see it. Say it without."


def test_a_neutral_title_that_tells_already_keeps_nobody_from_another_edit(desk, make):
    event = make.event(slug="autumn", quiet_title="Cancer day")

    desk.submit("/organize/events/autumn/edit", title="Autumn Forum")

    assert (fresh(event).title, event.quiet_title) == ("Autumn Forum", "Cancer day")


def test_an_edit_keeps_what_it_does_not_mention(desk, event):
    starts, opens = event.starts_at, event.registration_opens_at

    desk.submit("/organize/events/forum-2027/edit", title="Autumn Forum")

    assert (fresh(event).title, event.starts_at, event.registration_opens_at) == (
        "Autumn Forum",
        starts,
        opens,
    )


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"title": " "}, "Enter a title"),
        ({"quiet_title": "x" * 201}, "Use 200 characters or fewer"),
        ({"quiet_title": ""}, "Enter a neutral title"),
        ({"quiet_title": "Breast cancer day"}, TELLS),
        ({"title_es": "Foro", "quiet_title_es": "Día del cáncer"}, TELLS),
        ({"ends": "2027-04-24T08:00"}, "The end must come after the start"),
        (
            {"starts": "2027-03-14T02:30"},
            "The clocks skip this time that night. Choose another.",
        ),
        (
            {"ends": "2027-11-07T01:30"},
            "The clocks show this time twice that night. Choose another.",
        ),
        ({"starts": "soon"}, "Enter a day and a time"),
        ({"starts": "0207-04-24T09:00"}, FAR.format("0207")),
        ({"starts": "20027-04-24T09:00"}, FAR.format("20027")),
        ({"ends": "2062-04-24T16:30"}, FAR.format("2062")),
        ({"opens": "2062-01-25T09:00"}, FAR.format("2062")),
    ],
)
def test_a_bad_edit_is_refused_and_changes_nothing(desk, event, answers, sentence):
    page = desk.submit("/organize/events/forum-2027/edit", status=422, **answers)

    assert sentence in page.errors()
    assert fresh(event).version == 1


def test_the_second_editor_sees_both_versions_and_loses_nothing(app, make, desk, event):
    address = "/organize/events/forum-2027/edit"
    hers = OrganizerAtDesk(app, make.organizer())
    before = hers.get(address)
    desk.submit(address, title="Saved by Petra")

    typed = {**desk_form(before), "title": "Typed by her"}
    page = hers.post(address, typed, status=409)

    assert "Saved now Title Saved by Petra What you entered Title Typed by her" in page.text
    assert desk_form(page)["title"] == "Typed by her"
    db.session.rollback()
    db.session.expire_all()
    assert event.title == "Saved by Petra"

    hers.post(address, desk_form(page))
    db.session.rollback()
    db.session.expire_all()
    assert event.title == "Typed by her"


def test_a_webcasts_time_is_edited_with_its_session(make, desk):
    webcast = make.webcast(slug="webcast-2026-12")

    desk.submit(
        "/organize/events/webcast-2026-12/edit",
        starts="2026-12-16T18:00",
        ends="2026-12-16T19:00",
    )

    db.session.rollback()
    db.session.expire_all()
    later = datetime(2026, 12, 16, 23, 0, tzinfo=UTC)
    assert (webcast.starts_at, webcast.sessions[0].starts_at) == (later, later)


def test_an_organizer_decides_what_emails_bring_for_calendars(desk, event):
    address = "/organize/events/forum-2027/edit"
    before = (fresh(event).sequence, event.version)

    desk.submit(address, calendar="none")
    assert (fresh(event).calendar_mail, event.sequence) == ("none", before[0])
    page = desk.get(address)
    assert desk_form(page)["calendar"] == "none"
    refused = desk.submit(address, status=422, calendar="pigeon")

    assert refused.errors() == ["Not a valid choice."]
    assert (fresh(event).calendar_mail, event.version) == ("none", before[1] + 1)


def test_what_people_read_beforehand_fits_what_emails_bring(visitor, desk, event):
    register = "/events/forum-2027/register"
    assert "an entry for your calendar" in visitor.get(register).text
    desk.submit("/organize/events/forum-2027/edit", calendar="none")
    assert "an entry for your calendar" not in visitor.get(register).text
    asked = desk.get("/organize/events/forum-2027/cancel").text
    assert "Whoever put the date into a calendar by hand is asked to remove it there." in asked


def test_an_event_is_found_by_the_name_that_it_had(desk, event):
    with transaction():
        db.session.add(OldSlug(slug="spring-day", event_id=event.id))

    answer = desk.client.get("/organize/events/spring-day/agenda")

    assert (answer.status_code, answer.headers["Location"]) == (
        301,
        "/organize/events/forum-2027/agenda",
    )


def test_registration_cannot_open_when_the_event_is_over(desk, event):
    page = desk.submit("/organize/events/forum-2027/edit", opens="2027-05-25T09:00", status=422)

    assert page.errors() == ["Registration must open before the event is over"]
    assert fresh(event).registration_opens_at is None


def test_registration_cannot_close_after_the_event(desk, event):
    address = "/organize/events/forum-2027/places/in_person"

    page = desk.submit(address, closes="2027-05-21T17:00", status=422)

    assert page.errors() == ["The event is over by then. Choose an earlier time, or leave it empty"]
    assert fresh(event).gates[0].closes_at is None


def test_the_desk_says_who_answers_on_the_day(desk, event):
    edit = "/organize/events/forum-2027/edit"
    sent = {**desk_form(desk.get(edit)), "day_phone": "+1-617-555-0190", "day_hours": "07:00-17:00"}

    desk.post(edit, sent, status=303)

    assert (fresh(event).day_phone, fresh(event).day_hours) == ("+1-617-555-0190", "07:00-17:00")


def test_a_number_or_hours_that_nobody_could_read_are_refused(desk, event):
    edit = "/organize/events/forum-2027/edit"
    sent = {**desk_form(desk.get(edit)), "day_phone": "call Petra", "day_hours": "all day"}

    page = desk.post(edit, sent, status=422)

    assert page.errors() == [
        "Enter a number with its country code, like +1-617-555-0142",
        "Enter two times of day, like 07:00-17:00",
    ]
    assert fresh(event).day_phone == ""


def test_an_event_of_long_ago_is_edited_as_it_is(desk, make):
    then = datetime(2019, 4, 27, 13, 0, tzinfo=UTC)
    make.event(slug="forum-2019", starts_at=then, ends_at=then + timedelta(hours=7))

    desk.submit("/organize/events/forum-2019/edit", ends="2019-04-27T16:00")


def test_an_event_that_nobody_has_registered_for_is_not_moved_into_the_past(desk, event):
    year = clock.now().year - 1
    page = desk.submit(
        "/organize/events/forum-2027/edit",
        starts=f"{year}-04-24T09:00",
        ends=f"{year}-04-24T16:30",
        status=422,
    )

    assert page.errors() == [
        "With this end the event is over already. Look at the date and the year again."
    ]
    assert fresh(event).version == 1


@pytest.mark.parametrize(
    ("page", "answers"),
    [
        ("invites", {"until": "2062-04-24T09:00"}),
        ("places/in_person", {"closes": "2062-04-24T09:00"}),
        ("postpone", {"day": "2062-04-24"}),
    ],
)
def test_a_year_that_is_far_away_is_refused_wherever_a_date_is_typed(desk, event, page, answers):
    shown = desk.submit(f"/organize/events/forum-2027/{page}", status=422, **answers)

    assert FAR.format("2062") in shown.errors()
    (name, typed) = next(iter(answers.items()))
    assert desk_form(shown)[name] == typed


def test_the_desk_reads_that_an_offer_can_be_answered_later_than_was_told(make, desk, event):
    edit = "/organize/events/forum-2027/edit"
    wim = make.registration(event, status=Status.WAITLISTED)
    make.offer(wim, made_at=clock.now(), ends_at=clock.now() + timedelta(hours=40))

    desk.submit(edit, starts="2027-05-08T09:00", ends="2027-05-08T16:30", people="1")

    said = desk.get("/organize/events/forum-2027/").text
    assert "1 open offer can be answered later than the email about it says." in said


def test_the_desk_reads_before_and_after_that_the_end_of_registration_moves_along(desk, event):
    edit = "/organize/events/forum-2027/edit"
    desk.submit("/organize/events/forum-2027/places/in_person", closes="2027-04-21T17:00")
    asked = desk.get(edit).text
    desk.submit(edit, starts="2027-05-08T09:00", ends="2027-05-08T16:30")

    assert "the sessions move with it, and so do the last days to register" in asked
    said = desk.get("/organize/events/forum-2027/").text
    moved = "In person: registration moved along, and closes on "
    assert f"{moved}Wednesday, May 5, 2027, at 5:00 pm, Eastern Time now." in " ".join(said.split())


def test_saved_places_say_what_is_so_now(desk, event):
    address = "/organize/events/forum-2027/places/in_person"

    page = desk.get(desk.submit(address, capacity="30", closes=""))

    said = "Saved. In person: 30 places. Registration stays open until the event is over."
    assert said in page.text
    page = desk.get(desk.submit(address, capacity="", closes="2027-04-20T17:00"))
    assert "Saved. In person: no limit. Registration closes on Tuesday, April 20" in page.text


def test_once_it_is_over_the_desk_says_so_on_every_page_about_her(make, petra, app, event, today):
    ada = make.registration(event, name="Ada")
    today.move_to(event.ends_at + timedelta(days=17))
    desk = OrganizerAtDesk(app, petra)

    overview = desk.get(f"{EVENT}/").text
    assert "Closed since" in overview
    assert "The end of the event" not in overview
    assert "No: the event is over" in desk.get(at(ada)).text
    assert "you can give it back" not in desk.get(at(ada, "/cancel")).text


def test_the_page_to_edit_says_on_the_day_how_to_move_only_what_is_to_come(make, desk, event):
    said = "Some of this event is over. A new day takes that along, too."
    assert said not in desk.get(f"{EVENT}/edit").text
    began = clock.now().replace(microsecond=0) - timedelta(hours=3)
    going_on = make.event(slug="today", starts_at=began, hours=8)
    make.session(going_on, starts_at=began, room=make.room())
    make.registration(going_on, name="Ada")
    address = "/organize/events/today/edit"

    page = desk.get(address)

    assert said in page.text
    assert page.links()["Postpone to a new date"] == "/organize/events/today/postpone"
    days = {name: desk_form(page)[name] for name in ("starts", "ends")}
    later = {
        name: f"{datetime.fromisoformat(day) + timedelta(days=7):%Y-%m-%dT%H:%M}"
        for name, day in days.items()
    }
    asked = desk.submit(address, **later, status=422)
    assert asked.errors()[0].startswith("Sessions that are over by now would move along")
