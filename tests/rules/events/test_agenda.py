"""An agenda is arranged so that a tired reader finds her hour."""

from datetime import UTC, date, datetime

from forum.events.agenda import AgendaChoice, arrange
from forum.events.models import Room, Session, SessionKind, Track

ZONE = "America/New_York"
HALL, PIER, GARDEN = (
    Room(key=key, name=name, position=place)
    for place, (key, name) in enumerate([("hall", "Hall"), ("pier", "Pier"), ("garden", "Garden")])
)
SCIENCE, LIVING = Track(key="science", name="Science"), Track(key="living", name="Living")


def session(key, hours, room=HALL, *, day=24, **facts):
    """Hours are of the clock in Boston in April: four behind UTC."""
    begins, ends = (
        datetime(2027, 4, day, int(text[:2]) + 4, int(text[3:]), tzinfo=UTC)
        for text in hours.split("-")
    )
    values = {
        "kind": SessionKind.TALK,
        "position": 0,
        "language": "en",
        "subtypes": (),
        "audience": (),
        "is_streamed": True,
    }
    return Session(key=key, starts_at=begins, ends_at=ends, room=room, **{**values, **facts})


def shape(agenda):
    """Return the days as {day: [(hour in UTC, [(key, lane)])]}."""
    return {
        day.on: [
            (start.starts_at.hour, [(each.session.key, each.lane) for each in start.placed])
            for start in day.starts
        ]
        for day in agenda.days
    }


def test_what_runs_at_once_stands_side_by_side_in_the_order_of_the_rooms():
    agenda = arrange(
        [
            session("garden talk", "10:30-11:15", GARDEN),
            session("hall talk", "10:30-11:15", HALL),
            session("welcome", "09:00-09:20", PIER),
        ],
        ZONE,
    )

    assert agenda.lanes == (HALL, GARDEN)
    assert shape(agenda) == {
        date(2027, 4, 24): [
            (13, [("welcome", 0)]),
            (14, [("hall talk", 1), ("garden talk", 2)]),
        ]
    }


def test_a_break_takes_the_whole_width_beside_a_session():
    agenda = arrange(
        [
            session("lunch", "12:20-13:30", HALL, kind=SessionKind.BREAK),
            session("talk", "12:20-13:00", HALL),
        ],
        ZONE,
    )

    assert agenda.lanes == (HALL,)
    assert shape(agenda) == {date(2027, 4, 24): [(16, [("lunch", 0), ("talk", 1)])]}


def test_a_room_that_is_open_all_day_is_not_one_tall_session():
    quiet = session("quiet", "08:15-16:30", GARDEN, kind=SessionKind.DROPIN)
    agenda = arrange([quiet, session("talk", "09:00-09:45")], ZONE)

    assert agenda.all_day == (quiet,)
    assert shape(agenda) == {date(2027, 4, 24): [(13, [("talk", 0)])]}


def test_a_time_ends_when_most_of_it_ends():
    agenda = arrange(
        [
            session("short", "10:30-11:00", HALL),
            session("long", "10:30-11:15", PIER),
            session("long too", "10:30-11:15", GARDEN),
        ],
        ZONE,
    )

    assert agenda.days[0].starts[0].ends_at == datetime(2027, 4, 24, 15, 15, tzinfo=UTC)


def test_a_late_session_stays_on_the_day_of_the_events_own_clock():
    agenda = arrange(
        [session("evening", "19:00-19:45"), session("morning", "09:00-09:45", day=25)], ZONE
    )

    assert list(shape(agenda)) == [date(2027, 4, 24), date(2027, 4, 25)]


def test_more_rooms_than_fit_side_by_side_flow_instead():
    rooms = [Room(key=f"r{n}", name=f"R{n}", position=n) for n in range(7)]
    agenda = arrange([session(room.key, "10:00-10:45", room) for room in rooms], ZONE)

    assert agenda.lanes == ()
    assert [each.lane for each in agenda.days[0].starts[0].placed] == [0] * 7


def test_choices_must_all_fit():
    sessions = [
        session("a", "09:00-09:45", track=SCIENCE, subtypes=("tnbc",)),
        session("b", "10:00-10:45", track=SCIENCE, subtypes=("tnbc",), is_streamed=False),
        session("c", "11:00-11:45", track=LIVING, audience=("caregiver",)),
        session("d", "12:00-12:45", language="es"),
    ]

    def found(**choice):
        agenda = arrange(sessions, ZONE, AgendaChoice(**choice))
        return [
            each.session.key for day in agenda.days for start in day.starts for each in start.placed
        ]

    assert found(topic="tnbc") == ["a", "b"]
    assert found(topic="tnbc", mode="webcast") == ["a"]
    assert found(topic="caregiver") == ["c"]
    assert found(topic="es") == ["d"]
    assert found(track="science", topic="caregiver") == []


def test_breaks_leave_an_agenda_that_was_narrowed():
    sessions = [
        session("talk", "09:00-09:45"),
        session("tea", "10:00-10:20", kind=SessionKind.BREAK),
    ]

    assert len(arrange(sessions, ZONE).days[0].starts) == 2
    assert len(arrange(sessions, ZONE, AgendaChoice(mode="webcast")).days[0].starts) == 1
