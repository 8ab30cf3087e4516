"""Silence for a while: the place stays, and one note says that it is over."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.care import actions
from forum.care.refusals import DayGone, DayTooFar, NotAgreed, NotHerPause, NotWrittenTo
from forum.db import db
from forum.errors import Missing
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, Status
from tests.actions.care.caring import changes, do
from tests.actions.registration.asking import asks, register
from tests.stored import emails, fresh, tasks

MAY = date(2027, 5, 1)
ADA = {"name": "Ada", "email": "ada@people.example"}
TEN_O_CLOCK = datetime(2027, 5, 1, 14, 0, tzinfo=UTC)
"""10:00 in Boston."""
LONG = timedelta(minutes=1)


def notes(state=MessageState.QUEUED):
    chosen = select(Message).where(Message.email == "pause_over", Message.state == state)
    return db.session.scalars(chosen.order_by(Message.id)).all()


def test_a_pause_keeps_the_place_and_says_once_that_it_is_over(make):
    ada = make.registration(make.event())

    do(actions.pause, ada, MAY)

    assert (ada.care_state, ada.care_until) == (CareState.PAUSED, MAY)
    assert ada.status == Status.CONFIRMED
    assert [(note.registration_id, note.due_at) for note in notes()] == [(ada.id, TEN_O_CLOCK)]
    assert changes(ada) == [{"from": "active", "to": "paused"}]


def test_until_she_says_so_no_note_is_waiting(make):
    ada = make.registration(make.event())

    do(actions.pause, ada, None)

    assert (ada.care_state, ada.care_until) == (CareState.PAUSED, None)
    assert notes() == []


def test_the_note_avoids_the_days_on_which_she_is_not_written_to(make):
    ada = make.registration(make.event(), quiet_days=("sat", "sun"))

    do(actions.pause, ada, MAY)  # a Saturday

    assert [note.due_at for note in notes()] == [datetime(2027, 5, 3, 12, 0, tzinfo=UTC)]


def test_the_note_comes_at_ten_of_her_own_clock(make):
    ada = make.registration(make.event(), timezone="Europe/Madrid")

    do(actions.pause, ada, MAY)

    assert [note.due_at for note in notes()] == [datetime(2027, 5, 1, 8, 0, tzinfo=UTC)]


def test_extending_a_pause_leaves_one_note_for_the_later_day(make):
    ada = make.registration(make.event())

    do(actions.pause, ada, MAY)
    do(actions.pause, ada, MAY + timedelta(days=7))

    assert [note.due_at for note in notes()] == [TEN_O_CLOCK + timedelta(days=7)]


def test_changing_the_day_there_and_back_leaves_one_note(make):
    ada = make.registration(make.event())

    for days in (0, 7, 0):
        do(actions.pause, ada, MAY + timedelta(days=days))

    assert [note.due_at for note in notes()] == [TEN_O_CLOCK]


def test_a_double_click_pauses_once(make):
    ada = make.registration(make.event())

    do(actions.pause, ada, MAY)
    do(actions.pause, ada, MAY)

    assert len(notes()) == 1
    assert len(changes(ada)) == 1


def test_resuming_early_sends_the_note_now_and_not_again(make):
    ada = make.registration(make.event())
    do(actions.pause, ada, MAY)

    do(actions.resume, ada)

    assert (ada.care_state, ada.care_until) == (CareState.ACTIVE, None)
    assert [note.due_at for note in notes()] == [pytest.approx(clock.now(), abs=LONG)]
    assert [note.due_at for note in notes(MessageState.DROPPED)] == [TEN_O_CLOCK]


def test_resuming_twice_tells_once(make):
    ada = make.registration(make.event())
    do(actions.pause, ada, None)

    do(actions.resume, ada)
    do(actions.resume, ada)

    assert len(notes()) == 1


def test_pausing_again_has_a_note_of_its_own(make):
    ada = make.registration(make.event())
    do(actions.pause, ada, MAY)
    do(actions.resume, ada)

    do(actions.pause, ada, MAY)

    assert [note.due_at for note in notes()] == [TEN_O_CLOCK]


def test_a_pause_that_has_ended_by_itself_keeps_its_note(make):
    ada = make.registration(make.event())
    do(actions.pause, ada, MAY)

    do(actions.resume, ada, now=TEN_O_CLOCK - timedelta(hours=1))

    assert [note.due_at for note in notes()] == [TEN_O_CLOCK]
    assert ada.care_state == CareState.ACTIVE


def test_resuming_at_night_lets_the_note_wait_for_the_morning(make):
    ada = make.registration(make.event())
    do(actions.pause, ada, None)

    do(actions.resume, ada, now=datetime(2026, 12, 2, 4, 0, tzinfo=UTC))  # 23:00 in Boston

    assert [note.due_at for note in notes()] == [datetime(2026, 12, 2, 13, 0, tzinfo=UTC)]


def test_her_pause_holds_for_every_event_and_tells_once(make):
    ada = make.registration(make.event(), name="Ada", email="ada@people.example")
    webcast = make.registration(make.webcast(), name="Ada", email="ada@people.example")

    do(actions.pause, ada, MAY)

    assert fresh(webcast).care_state == CareState.PAUSED
    assert [(note.registration_id, note.facts) for note in notes()] == [
        (ada.id, {}),
        (webcast.id, {"only_if_changed": True}),
    ]


def test_who_shares_her_mailbox_is_not_paused(make):
    event = make.event()
    ada = make.registration(event, name="Ada", email="home@people.example")
    boris = make.registration(event, name="Boris", email="home@people.example")

    do(actions.pause, ada, MAY)

    assert fresh(boris).care_state == CareState.ACTIVE


def test_nobody_is_called_about_a_pause(make):
    greta = make.registration(make.event(), email=None)

    do(actions.pause, greta, MAY)
    do(actions.resume, greta)

    assert (emails(), tasks()) == ([], [])


class TestThroughACompanion:
    """Anyone can name anybody as companion: what he asks for needs her own word."""

    @pytest.fixture
    def ada(self, make):
        return make.registration(make.event(), name="Ada", email="ada@people.example")

    @pytest.fixture
    def boris(self, make, ada):
        return make.registration(ada.event, companion_of=ada)

    @pytest.fixture
    def elsewhere(self, make, ada):
        return make.registration(make.webcast(), name="Ada", email="ada@people.example")

    def test_a_companion_may_pause_for_her_once_she_has_agreed(self, ada, boris):
        do(actions.let_companion_pause, ada, lets=True)

        do(actions.pause, ada, MAY, through=boris)

        assert changes(ada) == [{"from": "active", "to": "paused", "through": "companion"}]
        assert fresh(boris).care_state == CareState.ACTIVE

    def test_a_stranger_who_names_her_cannot_silence_her(self, make, ada, elsewhere):
        mallory = make.registration(ada.event, name="Mallory")
        ada.companion_of = mallory
        db.session.commit()

        with pytest.raises(NotAgreed):
            do(actions.pause, ada, None, through=mallory)

        assert [fresh(each).care_state for each in (ada, elsewhere)] == [CareState.ACTIVE] * 2

    def test_what_he_asks_for_touches_this_one_registration(self, ada, boris, elsewhere):
        do(actions.let_companion_pause, ada, lets=True)

        do(actions.pause, ada, MAY, through=boris)

        assert [fresh(each).care_state for each in (ada, elsewhere)] == [
            CareState.PAUSED,
            CareState.ACTIVE,
        ]

    def test_he_ends_no_quiet_time_of_hers_elsewhere(self, ada, boris, elsewhere):
        do(actions.let_companion_pause, ada, lets=True)
        do(actions.pause, ada, MAY)

        do(actions.resume, ada, through=boris)

        assert [fresh(each).care_state for each in (ada, elsewhere)] == [
            CareState.ACTIVE,
            CareState.PAUSED,
        ]

    @pytest.mark.parametrize(
        ("hers", "his", "stays"),
        [
            (None, MAY, None),
            (MAY, MAY - timedelta(days=7), MAY),
            (MAY, MAY + timedelta(days=7), MAY + timedelta(days=7)),
        ],
    )
    def test_he_does_not_cut_her_own_silence_short(self, ada, boris, hers, his, stays):
        do(actions.let_companion_pause, ada, lets=True)
        do(actions.pause, ada, hers)

        do(actions.pause, ada, his, through=boris)

        assert (fresh(ada).care_state, ada.care_until) == (CareState.PAUSED, stays)

    def test_he_may_change_a_pause_that_he_has_asked_for(self, ada, boris):
        do(actions.let_companion_pause, ada, lets=True)
        do(actions.pause, ada, None, through=boris)

        do(actions.pause, ada, MAY, through=boris)

        assert (fresh(ada).care_state, ada.care_until) == (CareState.PAUSED, MAY)

    def test_without_her_word_he_ends_none_either(self, ada, boris):
        do(actions.pause, ada, MAY)

        with pytest.raises(NotAgreed):
            do(actions.resume, ada, through=boris)

        assert fresh(ada).care_state == CareState.PAUSED

    def test_she_can_take_her_word_back(self, ada, boris):
        do(actions.let_companion_pause, ada, lets=True)
        do(actions.let_companion_pause, ada, lets=False)

        with pytest.raises(NotAgreed):
            do(actions.pause, ada, MAY, through=boris)

    def test_nothing_is_kept_of_someone_remembered(self, make):
        ione = make.registration(make.event(), care_state=CareState.REMEMBERED)

        with pytest.raises(NotWrittenTo):
            do(actions.let_companion_pause, ione, lets=True)

        assert not fresh(ione).has_let_companion_pause


def test_a_stranger_may_not(make):
    event = make.event()
    ada = make.registration(event)

    with pytest.raises(Missing):
        do(actions.pause, ada, MAY, through=make.registration(event))

    assert fresh(ada).care_state == CareState.ACTIVE


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 22), date(1, 1, 1)])
def test_a_day_that_has_come_is_refused(make, day):
    ada = make.registration(make.event())

    with pytest.raises(DayGone) as refused:
        do(actions.pause, ada, day)

    assert refused.value.sentence == "Choose a day after today."
    assert fresh(ada).care_state == CareState.ACTIVE


def test_a_day_years_ahead_is_refused(make):
    ada = make.registration(make.event())

    with pytest.raises(DayTooFar):
        do(actions.pause, ada, date(2028, 11, 23))
    do(actions.pause, ada, date(2028, 11, 22))

    assert ada.care_until == date(2028, 11, 22)


@pytest.mark.parametrize("state", [CareState.HELD, CareState.REMEMBERED])
def test_a_pause_never_weakens_a_deeper_silence(make, state):
    jasper = make.registration(make.event(), care_state=state)

    with pytest.raises(NotHerPause):
        do(actions.pause, jasper, MAY)
    with pytest.raises(NotWrittenTo):
        do(actions.resume, jasper)

    assert fresh(jasper).care_state == state


def test_her_own_pause_is_hers_everywhere_though_a_companion_has_asked_for_the_same(make):
    ada = make.registration(make.event(), **ADA)
    elsewhere = make.registration(make.event(), **ADA)
    boris = make.registration(ada.event, companion_of=ada)
    do(actions.let_companion_pause, ada, lets=True)
    do(actions.pause, ada, MAY, through=boris)

    do(actions.pause, ada, MAY)

    assert fresh(elsewhere).care_state == CareState.PAUSED
    assert register(make.event(), asks(**ADA)).registration.care_state == CareState.PAUSED
