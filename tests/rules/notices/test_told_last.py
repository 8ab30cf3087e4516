"""What somebody relies on: by notices, by other emails and calls, and by her own calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.events.models import Mode
from forum.notices import told_rules
from forum.notices.baseline import Baseline
from forum.notices.told_rules import ALWAYS, Past, Telling, Word

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
TICK = timedelta(microseconds=1)
NOW = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
EARLY = NOW - 9 * DAY
ROOM = {
    "starts_at": "2027-04-24T14:00:00+00:00",
    "ends_at": "2027-04-24T15:00:00+00:00",
    "status": "scheduled",
    "is_streamed": True,
    "room_id": 1,
    "stream_url": None,
    "dial_in": None,
}
EVENT = {**ROOM, "status": "published", "room_id": None, "is_online": False}
WRONG = {
    **EVENT,
    "starts_at": "2027-05-01T14:00:00+00:00",
    "ends_at": "2027-05-01T15:00:00+00:00",
}


def in_room(number):
    return {**ROOM, "room_id": number}


def rooms(*later, first=1):
    """Return that a session was in a first room, and since an instant in another, and so on."""
    baseline = Baseline(in_room(first))
    for at, number in later:
        baseline = baseline.with_change(in_room(number), at)
    return baseline


def past(*notices, live):
    """Return how session 7 was: by each notice, when and against what, and how it is now."""
    return Past([(at, {7: told}) for at, told in notices], {7: in_room(live)})


def said(at, **facts):
    return Word(at, at, **facts)


def knows(its_past, tellings, words=(), registered_at=EARLY):
    return told_rules.believed(its_past, tellings, words, registered_at)


def hers(told_at=None, *keys):
    return Telling(frozenset(keys or {7}), told_at)


TWICE = past((NOW, rooms((NOW - HOUR, 2))), (NOW + DAY, rooms((NOW + HOUR, 1), first=2)), live=1)
"""In room 2 for a while, in two notices."""


class TestHowItWas:
    def test_it_is_read_from_the_first_notice_to_this_day(self):
        at = [EARLY, NOW - HOUR - TICK, NOW - HOUR, NOW, NOW + HOUR - TICK, NOW + HOUR]
        assert [TWICE.at(7, each)["room_id"] for each in at] == [1, 1, 2, 2, 2, 1]

    def test_each_state_of_a_while_is_named_once(self):
        found = TWICE.during(7, NOW - 2 * HOUR, NOW - TICK)
        assert [each["room_id"] for each in found] == [1, 2]

    def test_what_no_notice_was_about_was_always_as_it_is(self):
        assert Past([], {8: in_room(3)}).at(8, EARLY) == in_room(3)

    def test_of_what_is_gone_and_was_never_told_nothing_is_known(self):
        assert (TWICE.at(9, NOW), TWICE.during(9, EARLY, NOW)) == (None, [])


class TestWhenItReachedHer:
    def test_an_email_is_written_at_most_a_minute_before_it_is_marked(self):
        assert told_rules.written(EARLY, NOW) == NOW - MINUTE
        assert told_rules.written(NOW - TICK, NOW) == NOW - TICK

    @pytest.mark.parametrize(
        ("word", "found"),
        [
            (said(NOW + HOUR), None),
            (said(NOW + HOUR, notice=1), None),
            (said(NOW + HOUR, notice=2), NOW + HOUR),
            (said(NOW + HOUR, tells_all=True), NOW + HOUR),
            (said(NOW, tells_all=True), None),
            (Word(NOW - MINUTE, NOW + TICK, tells_all=True), NOW),
        ],
    )
    def test_its_own_email_or_a_later_note_or_call_has_told_it(self, word, found):
        assert told_rules.told_at(2, NOW, [word]) == found

    def test_the_first_to_tell_it_counts(self):
        words = [said(NOW + DAY, notice=2), said(NOW + HOUR, tells_all=True)]
        assert told_rules.told_at(2, NOW, words) == NOW + HOUR


class TestWhatSheReliesOn:
    def test_of_notices_that_never_reached_her_she_knows_what_was_before_the_first(self):
        thrice = past(
            (NOW, rooms((NOW - HOUR, 2))), (NOW + DAY, rooms((NOW + HOUR, 3), first=2)), live=3
        )
        assert knows(thrice, [hers(), hers()]) == {7: in_room(1)}

    def test_what_the_last_notice_told_is_nothing_new_to_her(self):
        assert knows(TWICE, [hers(NOW)]) == {}
        assert knows(TWICE, []) == {}

    def test_what_a_notice_has_told_her_is_what_the_next_is_compared_with(self):
        assert knows(TWICE, [hers(NOW), hers()]) == {7: in_room(2)}

    def test_a_notice_that_reaches_her_tells_what_those_before_it_did(self):
        both = Past([(NOW, {7: rooms((NOW - HOUR, 2))})], {7: in_room(2), 8: in_room(4)})
        tellings = [hers(None, 7), hers(NOW + DAY, 8), hers(None, 7)]
        assert knows(both, tellings) == {7: in_room(2)}

    def test_whoever_registered_later_knows_it_by_her_own_registration(self):
        assert knows(TWICE, [hers()], registered_at=NOW) == {7: in_room(2)}
        assert knows(TWICE, [hers()], registered_at=NOW - HOUR) == {7: in_room(1)}

    def test_an_email_that_named_it_otherwise_counts_though_no_notice_reached_her(self):
        word = said(NOW, sessions=frozenset({7}))
        assert knows(TWICE, [hers(), hers()], [word]) == {7: in_room(2)}
        assert knows(TWICE, [hers(), hers()], [said(NOW)]) == {7: in_room(1)}

    def test_an_email_that_names_it_without_a_word_of_the_change_is_no_telling(self):
        once = past((NOW, rooms((NOW - HOUR, 2))), live=2)
        word = said(NOW, sessions=frozenset({7}))
        assert knows(once, [hers()], [word]) == {7: in_room(1)}

    def test_what_was_said_before_a_notice_reached_her_is_over(self):
        word = said(NOW - TICK, sessions=frozenset({7}))
        assert knows(TWICE, [hers(NOW + DAY), hers()], [word]) == {7: in_room(1)}

    def test_of_each_thing_she_relies_on_what_is_otherwise_now(self):
        moved = {**WRONG, "dial_in": "+1-617-555-0151"}
        told = Baseline(EVENT).with_change({**EVENT, "dial_in": "+1-617-555-0151"}, NOW)
        its_past = Past([(NOW + DAY, {None: told})], {None: {**WRONG, "room_id": None}})
        found = knows(its_past, [hers(None, None)], [said(NOW)])
        assert found[None] == {**moved, **{name: EVENT[name] for name in ("starts_at", "ends_at")}}


class TestHerCalendar:
    SLIP = Past(
        [(ALWAYS, {None: Baseline(EVENT).with_change(WRONG, NOW).with_change(EVENT, NOW + DAY)})],
        {None: EVENT},
    )

    def wrong(self, *words):
        return told_rules.is_entry_wrong(self.SLIP, words, Mode.IN_PERSON)

    def test_it_is_wrong_while_the_last_entry_is_and_right_once_another_was_brought(self):
        entry, right = said(NOW, has_entry=True), said(NOW + DAY, has_entry=True)
        assert [self.wrong(entry), self.wrong(entry, right), self.wrong(right)] == [
            True,
            False,
            False,
        ]

    def test_an_email_without_an_entry_leaves_a_wrong_one_where_it_is(self):
        entry, link = said(NOW, has_entry=True), said(NOW + DAY)
        assert self.wrong(entry, link)

    def test_of_two_that_bring_no_entry_the_last_counts(self):
        assert [self.wrong(said(NOW)), self.wrong(said(NOW), said(NOW + DAY))] == [True, False]

    def test_an_email_that_names_no_day_says_nothing_wrong(self):
        assert not self.wrong(said(NOW, names_event=False))
        assert not self.wrong()

    def test_what_may_have_been_written_just_before_it_was_right_again_counts(self):
        assert self.wrong(Word(NOW + DAY - TICK, NOW + DAY + MINUTE))
