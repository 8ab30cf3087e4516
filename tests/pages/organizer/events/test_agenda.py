"""The agenda at the desk: sessions added, changed and canceled."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.db import db, transaction
from forum.events.models import Session, SessionKind, SessionStatus
from forum.registration.models import SessionPlace, Status
from forum.registration.places import session_places
from tests.desk import desk_form
from tests.notices import Desk
from tests.people import XHTML
from tests.people import words as words_of
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough


def test_who_waits_for_a_session_is_counted(make, desk, event):
    circle = make.session(event, capacity=1)
    for name in ("Ada", "Boris"):
        with transaction():
            someone = make.registration(event, name=name)
            session_places.choose(someone, [circle.id], now=clock.now())

    assert "1 of 1, 1 waiting" in desk.get("/organize/events/forum-2027/agenda").text


def test_a_session_is_added(make, desk, event):
    room, speaker = make.room(), make.speaker()

    desk.submit(
        "/organize/events/forum-2027/agenda/add",
        title="Bones",
        quiet_title="Session 1",
        starts="09:00",
        ends="09:45",
        room=room.id,
        speakers=[speaker.id],
    )

    session = db.session.scalars(select(Session)).one()
    assert (session.title, session.starts_at, session.room_id, session.speakers) == (
        "Bones",
        datetime(2027, 4, 24, 13, 0, tzinfo=UTC),
        room.id,
        [speaker],
    )


def test_every_clash_is_said_at_its_field(make, desk, event):
    room, speaker = make.room(name="North"), make.speaker(name="Marigold")
    nine = datetime(2027, 4, 24, 13, 0, tzinfo=UTC)
    make.session(event, starts_at=nine, room=room, speakers=(speaker,), title="Bones")

    page = desk.submit(
        "/organize/events/forum-2027/agenda/add",
        title="Sleep",
        quiet_title="Session 2",
        starts="09:30",
        ends="10:00",
        room=room.id,
        speakers=[speaker.id],
        status=422,
    )

    assert page.errors() == [
        "North is taken from 9:00 am to 9:45 am by “Bones”.",
        "Marigold is speaking from 9:00 am to 9:45 am in “Bones”.",
    ]
    assert desk_form(page)["title"] == "Sleep"
    assert len(db.session.scalars(select(Session)).all()) == 1


def test_the_second_editor_of_a_session_sees_both_versions(make, desk, event):
    session = make.session(event)
    address = f"/organize/events/forum-2027/agenda/{session.id}"
    before = desk_form(desk.get(address))
    desk.submit(address, title="First")

    page = desk.post(address, {**before, "title": "Second"}, status=409)

    assert "First" in page.text
    assert desk_form(page)["title"] == "Second"


def test_a_session_of_another_event_is_not_found_here(make, desk):
    other = make.session(make.event())

    desk.get(f"/organize/events/forum-2027/agenda/{other.id}", status=404)


def test_cancelling_a_session_asks_first(make, desk, event):
    session = make.session(event)
    address = f"/organize/events/forum-2027/agenda/{session.id}/cancel"

    desk.get(address)
    assert fresh(session).status == "scheduled"

    desk.submit(address)
    assert fresh(session).status == "cancelled"


def test_nobody_is_asked_of_a_webcast_what_it_is_by_nature(make, desk):
    webcast = make.webcast(room=make.room())
    session = webcast.sessions[0]
    address = f"/organize/events/{webcast.slug}/agenda/{session.id}"

    asked = desk_form(desk.get(address))
    desk.submit(address, title="News in plain words", has_captions="y")

    assert asked.keys() & {"kind", "track", "capacity", "is_streamed"} == set()
    saved = fresh(session)
    assert (saved.title, saved.has_captions) == ("News in plain words", True)
    assert (saved.kind, saved.is_streamed, saved.capacity) == (SessionKind.TALK, True, None)
    desk.get(f"/organize/events/{webcast.slug}/agenda/add", status=404)


AGENDA = "/organize/events/forum-2027/agenda"


@pytest.mark.parametrize(
    ("room", "sentence"),
    [
        (None, "It is marked as online, but it has no room."),
        ({"stream_url": None}, "It is marked as online, but its room has no online address."),
    ],
)
def test_who_marks_a_session_as_online_that_cannot_be_watched_is_warned(
    make, desk, event, room, sentence
):
    session = make.session(event, room=make.room(**room) if room is not None else None)

    back = desk.submit(f"{AGENDA}/{session.id}", is_streamed="y")

    page = desk.get(back)
    assert sentence in page.text
    assert "Online, without an address" in desk.get(AGENDA).text


def test_a_session_that_can_be_watched_is_said_nothing_of(make, desk, event):
    session = make.session(event, room=make.room(stream_url="https://live.example/1"))

    page = desk.get(desk.submit(f"{AGENDA}/{session.id}", is_streamed="y"))

    assert "It is marked as online" not in page.text
    assert "Online, without an address" not in page.text


def test_canceling_a_session_says_how_many_chose_it_and_that_it_can_be_taken_back(
    make, desk, event
):
    circle = make.session(event, capacity=1)
    for name in ("Ada", "Boris"):
        with transaction():
            someone = make.registration(event, name=name)
            session_places.choose(someone, [circle.id], now=clock.now())

    text = desk.get(f"{AGENDA}/{circle.id}/cancel").text

    assert "1 person has chosen it." in text
    assert "1 person is waiting for a place in it." in text
    assert "You can take it back until a notice has told people." in text


@pytest.mark.both_engines
def test_a_canceled_session_is_put_back_with_those_who_chose_it(make, desk, event):
    circle = make.session(event, capacity=2, room=make.room())
    with transaction():
        ada = make.registration(event, name="Ada")
        session_places.choose(ada, [circle.id], now=clock.now())
    desk.submit(f"{AGENDA}/{circle.id}/cancel")
    page = desk.get(AGENDA)

    desk.submit(page.links()[f"Take it back: {circle.title}"])

    again = fresh(circle)
    assert (again.status, again.taken, again.sequence) == (SessionStatus.SCHEDULED, 1, 2)
    assert "Nothing to tell" in desk.get("/organize/events/forum-2027/changes").text


def test_what_a_notice_has_told_is_not_taken_back(make, desk, event, petra):
    session = make.session(event)
    make.registration(event)
    page = desk.get(f"{AGENDA}/{session.id}/cancel")
    desk.submit(f"{AGENDA}/{session.id}/cancel")
    form = desk_form(desk.get(f"{AGENDA}/{session.id}/restore"))
    Desk(petra).send(event)

    late = desk.post(f"{AGENDA}/{session.id}/restore", form, status=409)

    assert "People have been told that it is canceled." in late.text
    assert fresh(session).status == SessionStatus.CANCELLED
    assert f"Take it back: {session.title}" not in desk.get(AGENDA).links()
    assert page.heading == "Cancel this session"


def test_a_room_that_is_needed_elsewhere_meanwhile_keeps_it_canceled(make, desk, event):
    room = make.room()
    session = make.session(event, room=room)
    desk.submit(f"{AGENDA}/{session.id}/cancel")
    make.session(event, title="Instead", room=room)

    page = desk.submit(f"{AGENDA}/{session.id}/restore", status=409)

    assert "Instead" in " ".join(page.errors())
    assert fresh(session).status == SessionStatus.CANCELLED


class TestMorePlacesInASession:
    """Those who wait get them at once, and nobody can take them back."""

    @pytest.fixture
    def circle(self, make, event):
        """A circle for one, and two who wait."""
        circle = make.session(event, title="Circle", capacity=1)
        for name in ("Ada", "Boris", "Cora"):
            with transaction():
                someone = make.registration(event, name=name)
                session_places.choose(someone, [circle.id], now=clock.now())
        return circle

    @pytest.mark.both_engines
    def test_a_mistyped_number_gives_no_places_before_it_was_asked_about(self, desk, circle):
        page = desk.submit(f"{AGENDA}/{circle.id}", capacity="10", title="Round", status=200)

        assert "2 people who wait get a place at once." in page.text
        assert [words_of(each) for each in next(page.one("main").iter(XHTML + "ol"))] == [
            "Boris",
            "Cora",
        ]
        assert (stands(circle), fresh(circle).title) == ((1, [CONFIRMED, WAITS, WAITS]), "Circle")

    def test_whoever_goes_back_finds_what_she_has_typed(self, desk, circle):
        page = desk.submit(f"{AGENDA}/{circle.id}", capacity="10", title="Round", status=200)

        typed = desk_form(desk.get(page.links()["Go back"]))

        assert (typed["capacity"], typed["title"]) == ("10", "Round")

    def test_a_yes_saves_all_that_was_typed_and_gives_the_places(self, make, desk, circle):
        speakers = [make.speaker(name="Ann").id, make.speaker(name="Bea").id]
        address = f"{AGENDA}/{circle.id}"
        page = desk.submit(address, capacity="2", speakers=speakers, title="Round", status=200)

        desk.post(address, desk_form(page))

        assert stands(circle) == (2, [CONFIRMED, CONFIRMED, WAITS])
        saved = fresh(circle)
        assert (saved.title, [each.id for each in saved.speakers]) == ("Round", speakers)

    @pytest.mark.both_engines
    def test_a_number_left_empty_asks_about_everybody_who_waits(self, desk, circle):
        page = desk.submit(f"{AGENDA}/{circle.id}", capacity="", status=200)

        assert "2 people who wait get a place at once." in page.text
        assert "Places: no limit" in page.text
        assert stands(circle) == (1, [CONFIRMED, WAITS, WAITS])

    def test_nothing_is_asked_where_nobody_gets_a_place(self, desk, circle):
        desk.submit(f"{AGENDA}/{circle.id}", title="Round")

        assert fresh(circle).title == "Round"

    def test_of_two_who_edit_it_the_second_sees_both_versions_before_any_question(
        self, desk, circle
    ):
        before = desk_form(desk.get(f"{AGENDA}/{circle.id}"))
        desk.submit(f"{AGENDA}/{circle.id}", title="First")

        desk.post(f"{AGENDA}/{circle.id}", {**before, "capacity": "10"}, status=409)


CONFIRMED, WAITS = Status.CONFIRMED, Status.WAITLISTED


def stands(session):
    """Return how many places a session has, and how everybody stands who has chosen it."""
    chosen = db.session.query(SessionPlace).filter_by(session_id=session.id)
    found = [fresh(each).status for each in chosen.order_by(SessionPlace.id)]
    return fresh(session).capacity, found


NIGHT = datetime(2027, 4, 25, 3, 0, tzinfo=UTC)
"""Eleven in the evening of the event's day."""


@pytest.fixture
def watch(make, event):
    """Return a session from eleven in the evening to half past twelve, as a file may bring it."""
    event.ends_at = NIGHT + timedelta(hours=9)
    db.session.commit()
    return make.session(event, starts_at=NIGHT, ends_at=NIGHT + timedelta(hours=1.5))


def edit(session) -> str:
    return f"/organize/events/forum-2027/agenda/{session.id}"


def test_the_title_of_a_session_over_midnight_can_be_changed(desk, watch):
    desk.submit(edit(watch), title="Night watch")

    assert fresh(watch).title == "Night watch"
    assert (watch.starts_at, watch.ends_at) == (NIGHT, NIGHT + timedelta(hours=1.5))


@pytest.mark.parametrize(
    ("times", "later", "lasts"),
    [(("22:00", "01:00"), -1, 3), (("22:00", "23:30"), -1, 1.5), (("23:00", "00:00"), 0, 1)],
)
def test_a_session_in_the_night_ends_when_its_times_say(desk, watch, times, later, lasts):
    desk.submit(edit(watch), starts=times[0], ends=times[1])

    starts_at = NIGHT + timedelta(hours=later)
    found = fresh(watch)
    assert (found.starts_at, found.ends_at) == (starts_at, starts_at + timedelta(hours=lasts))


def test_an_end_before_the_start_is_a_slip_and_no_night(desk, watch):
    form = desk_form(desk.get(edit(watch)))

    page = desk.client.post(edit(watch), data={**form, "starts": "15:00", "ends": "14:00"})

    assert (page.status_code, "The end must come after the start" in page.text) == (422, True)
    assert fresh(watch).starts_at == NIGHT


def test_nothing_is_offered_that_cancels_what_is_over(make, desk, event):
    make.session(event, title="Bones early", starts_at=clock.now() - timedelta(hours=2))
    make.session(event, title="Bones late")
    shown = desk.get("/organize/events/forum-2027/agenda").text

    assert ["Cancel Bones early" in shown, "Cancel Bones late" in shown] == [False, True]
