"""Which parts a file may change without a word, because nobody at the desk has since."""

from forum.programme.edition_rules import (
    MOST_REMEMBERED,
    differences,
    fingerprint,
    remembered,
    taken_back,
)

NINE, TEN, LATE = ({"id": "s09", "time": at} for at in ("09:00", "10:00", "11:00"))
S09 = "session forum-2027/s09"


def at(part) -> dict:
    return {S09: part}


def test_a_fingerprint_is_another_one_once_anything_else_is_said():
    assert fingerprint(NINE) == fingerprint({"time": "09:00", "id": "s09", "people": []})
    assert fingerprint(NINE) != fingerprint(TEN)
    assert len(fingerprint(NINE)) == 12


def test_what_is_new_and_what_is_the_same_is_no_difference():
    before = {S09: NINE, "room aud": {"id": "aud"}}
    after = {S09: TEN, "room aud": {"id": "aud"}, "room north": {"id": "north"}}

    assert differences(before, after) == {S09: ["time"]}


def test_a_file_that_has_seen_it_as_it_is_changes_it():
    assert taken_back(at(NINE), [S09], {S09: fingerprint(NINE)}, {}) == []
    assert taken_back(at(NINE), [S09], {S09: fingerprint(TEN)}, {}) == [S09]


def test_without_anything_known_nothing_can_be_said():
    assert taken_back(at(NINE), [S09], {}, {}) == []
    assert taken_back(at(NINE), [S09], {"room aud": "0"}, {}) == [S09]
    assert taken_back(at(NINE), [S09], {}, {"room aud": ["0"]}) == [S09]


def test_what_only_files_have_made_since_is_not_the_desks():
    known = {S09: [fingerprint(NINE), fingerprint(TEN)]}

    assert taken_back(at(TEN), [S09], {S09: fingerprint(NINE)}, known) == []
    assert taken_back(at(TEN), [S09], {}, known) == []
    assert taken_back(at(TEN), [S09], {S09: fingerprint(LATE)}, known) == [S09]
    assert taken_back(at(NINE), [S09], {}, known) == [S09]


def test_what_a_file_has_made_is_remembered_and_starts_anew_after_the_desk():
    first = remembered({}, at(NINE), [], {})
    second = remembered(at(NINE), at(TEN), [S09], first)
    third = remembered(at(LATE), at(NINE), [S09], second)

    assert first == {S09: [fingerprint(NINE)]}
    assert second == {S09: [fingerprint(NINE), fingerprint(TEN)]}
    assert third == {S09: [fingerprint(LATE), fingerprint(NINE)]}
    assert remembered(at(LATE), at(LATE), [], second) == second


def test_not_more_is_remembered_than_is_of_use():
    known = {S09: [fingerprint(NINE)] * MOST_REMEMBERED}

    assert len(remembered(at(NINE), at(TEN), [S09], known)[S09]) == MOST_REMEMBERED == 20
