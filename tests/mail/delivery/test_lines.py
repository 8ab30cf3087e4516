"""How many lines a worker uses, when all rest, and what was no try."""

import pytest

from forum.delivery.lines import (
    FIRST_REST,
    LONGEST_REFUSED_REST,
    LONGEST_REST,
    MANY_PUT_OFF,
    REFUSED_REST,
    Lines,
)
from forum.delivery.tries import Sign, Tried

pytestmark = pytest.mark.sqlite_is_enough
TRIED, SPARED = int, str
"""Stand for the change that counts a try, and the one that does not."""


class Relay:
    """Lines under a clock of their own, to a server that takes so many at a time."""

    def __init__(self, most: int = 8, takes: int = 8) -> None:
        self.at, self.takes = 0.0, takes
        self.lines = Lines(most, lambda: self.at)
        self.connected: set[int] = set()
        self.turned_away = 0

    def round(self, mails: int = 100) -> int:
        """Let every thread that has a turn bring one mail; return how many were taken."""
        numbers, taken = self.lines.turns(mails), 0
        for number in numbers:
            if number in self.connected or len(self.connected) < self.takes:
                self.connected.add(number)
                self.lines.note(number, Tried(TRIED))
                taken += 1
            else:
                self.turned_away += 1
                self.lines.note(number, full())
        for number in numbers:
            if self.lines.is_surplus(number):
                self.connected.discard(number)
                self.lines.closed(number)
            self.lines.done(number)
        return taken

    def pass_by(self, seconds: float) -> int:
        """Work on for so long, a round a second; return how many were turned away."""
        before = self.turned_away
        for _ in range(int(seconds)):
            self.at += 1
            if self.lines.batch:
                self.round()
        return self.turned_away - before


def full() -> Tried:
    return Tried(TRIED, "421 too many", Sign.FULL, is_open=False)


def says(sign: Sign, *, spared=None, is_open=False, trouble="It does not.") -> Tried:
    return Tried(TRIED, trouble, sign, spared, is_open)


def tell(lines: Lines, *said: Tried) -> list[object]:
    """Let one thread after another have a turn and come back with this."""
    kept = []
    for each in said:
        [number] = lines.turns(1)
        kept.append(lines.note(number, each))
        lines.done(number)
    return kept


@pytest.fixture
def relay(app) -> Relay:
    return Relay()


@pytest.mark.parametrize("takes", [1, 2, 3, 5, 8])
def test_as_many_lines_are_used_as_the_server_takes(app, takes):
    relay = Relay(takes=takes)
    assert relay.round() == takes
    assert relay.round() == takes
    assert (relay.lines.limit, relay.turned_away) == (takes, 8 - takes)
    assert relay.lines.trouble is None


@pytest.mark.parametrize("takes", [1, 2, 5])
def test_a_server_is_asked_for_one_more_line_ever_more_seldom(app, takes):
    relay = Relay(takes=takes)
    relay.round()
    asked = [relay.pass_by(300), relay.pass_by(3000)]
    assert asked[0] in range(4, 7)
    assert asked[1] in range(8, 13)
    assert relay.lines.limit == takes


def test_a_server_that_takes_more_by_and_by_gets_more(app):
    relay = Relay(takes=2)
    relay.round()
    relay.takes = 6
    relay.pass_by(60)
    assert relay.lines.limit == 6


def test_a_server_that_takes_fewer_by_and_by_gets_fewer(app):
    relay = Relay(takes=6)
    relay.round()
    relay.takes = 2
    relay.connected.clear()  # it closes them all
    for number in range(8):
        relay.lines.closed(number)
    assert [relay.round(), relay.round()] == [2, 2]
    assert relay.lines.limit == 2


def test_threads_that_have_a_line_come_first(relay):
    tell(relay.lines, Tried(TRIED), Tried(TRIED))
    assert relay.lines.turns(1) == [0]
    assert relay.lines.turns(1) == [1]


def test_a_line_that_is_refused_while_others_work_is_no_trouble(relay):
    numbers = relay.lines.turns(2)
    assert relay.lines.note(numbers[0], Tried(TRIED)) is TRIED
    assert relay.lines.note(numbers[1], full()) is TRIED
    assert (relay.lines.trouble, relay.lines.limit, relay.lines.batch) == (None, 1, 8)


def test_a_server_that_takes_nothing_is_asked_by_one_mail_ever_more_seldom(relay):
    waits = []
    for _ in range(8):
        assert relay.lines.batch > 0
        tell(relay.lines, says(Sign.DOWN))
        assert (relay.lines.batch, relay.lines.turns(5)) == (0, [])
        began = relay.at
        while not relay.lines.batch:
            relay.at += 0.5
        waits.append(relay.at - began)
        assert relay.lines.batch == 1
    assert waits == [FIRST_REST, 2, 4, 8, 16, LONGEST_REST, LONGEST_REST, LONGEST_REST]


def test_eight_lines_that_find_a_server_down_at_once_rest_no_longer_than_one(relay):
    numbers = relay.lines.turns(8)
    for number in numbers:
        relay.lines.note(number, says(Sign.DOWN))
        relay.lines.done(number)
    relay.at += FIRST_REST
    assert relay.lines.batch == 1


def test_while_one_mail_finds_out_no_other_is_claimed_and_then_all_go_on(relay):
    tell(relay.lines, says(Sign.DOWN))
    relay.at += FIRST_REST
    [number] = relay.lines.turns(8)
    assert relay.lines.batch == 0
    relay.lines.note(number, Tried(TRIED))
    relay.lines.done(number)
    assert (relay.lines.batch, len(relay.lines.turns(8))) == (64, 8)


def test_a_server_that_refuses_us_is_knocked_at_seldom(relay):
    waits = []
    for _ in range(6):
        tell(relay.lines, says(Sign.REFUSES_US))
        began = relay.at
        while not relay.lines.batch:
            relay.at += 1
        waits.append(relay.at - began)
    assert waits == [REFUSED_REST, 60, 120, 240, LONGEST_REFUSED_REST, LONGEST_REFUSED_REST]


def test_a_server_that_was_down_gets_as_many_lines_as_before(relay):
    numbers = relay.lines.turns(8)
    for number in numbers:
        relay.lines.note(number, Tried(TRIED))
    for number in numbers:
        relay.lines.note(number, says(Sign.DOWN))
        relay.lines.done(number)
    relay.at += FIRST_REST
    tell(relay.lines, Tried(TRIED))
    assert relay.lines.limit == 8


def test_the_first_is_a_try_and_those_that_find_the_server_in_trouble_are_none(relay):
    broken = says(Sign.BROKEN, spared=SPARED)
    numbers = relay.lines.turns(3)
    kept = [relay.lines.note(number, broken) for number in numbers]
    assert kept == [TRIED, SPARED, SPARED]


@pytest.mark.parametrize("sign", [Sign.REFUSES_US, Sign.BROKEN, Sign.FAST])
def test_one_address_that_is_always_refused_climbs_its_ladder_while_others_are_taken(relay, sign):
    refused = says(sign, spared=SPARED)
    for _ in range(6):
        assert tell(relay.lines, refused) == [TRIED]
        relay.at += FIRST_REST
        tell(relay.lines, Tried(TRIED))


def test_one_mail_that_is_put_off_is_its_own_trouble_but_many_in_a_row_are_the_servers(relay):
    later = says(Sign.LATER, spared=SPARED, is_open=True, trouble="451 later")
    assert tell(relay.lines, *[later] * (MANY_PUT_OFF - 1)) == [TRIED] * (MANY_PUT_OFF - 1)
    assert relay.lines.trouble is None
    tell(relay.lines, later)
    assert (relay.lines.trouble.reason, relay.lines.batch) == ("451 later", 0)
    relay.at += FIRST_REST
    assert tell(relay.lines, later) == [SPARED]


def test_a_letter_taken_in_between_ends_the_row(relay):
    later = says(Sign.LATER, spared=SPARED, is_open=True)
    tell(relay.lines, *[later] * (MANY_PUT_OFF - 1), Tried(TRIED), later)
    assert relay.lines.trouble is None


def test_a_server_is_in_trouble_since_its_first_until_it_takes_a_mail(relay, today):
    tell(relay.lines, says(Sign.DOWN, trouble="The mail server cannot be reached."))
    first = relay.lines.trouble
    relay.at += FIRST_REST
    today.shift(60)
    tell(relay.lines, says(Sign.BROKEN, trouble="The mail server did not answer in time."))
    assert relay.lines.trouble.since == first.since
    assert relay.lines.trouble.reason == "The mail server did not answer in time."
    relay.at += 2 * FIRST_REST
    tell(relay.lines, Tried(TRIED))
    assert relay.lines.trouble is None


def test_an_address_that_no_server_was_asked_about_says_nothing_of_the_server(relay):
    tell(relay.lines, says(Sign.DOWN))
    relay.at += FIRST_REST
    tell(relay.lines, Tried(TRIED, sign=Sign.NOTHING))
    assert relay.lines.trouble is not None


def test_trouble_is_told_to_operators_without_anybodys_address(relay):
    said = "The mail server refuses us: 554 5.7.1 <ada@people.example>: Relay access denied"
    tell(relay.lines, says(Sign.REFUSES_US, trouble=said))
    assert relay.lines.trouble.reason == (
        "The mail server refuses us: 554 5.7.1 <…>: Relay access denied"
    )


def test_many_letters_that_are_turned_down_for_good_in_a_row_are_the_servers_trouble(relay):
    """Its words may be any, such as that our sender has not been approved: the others wait."""
    no = says(Sign.TURNED_DOWN, spared=SPARED, is_open=True, trouble="554 no")
    assert tell(relay.lines, *[no] * (MANY_PUT_OFF - 1)) == [TRIED] * (MANY_PUT_OFF - 1)
    assert relay.lines.trouble is None
    tell(relay.lines, no)
    assert (relay.lines.trouble.reason, relay.lines.batch) == ("554 no", 0)
    relay.at += REFUSED_REST
    assert tell(relay.lines, no) == [SPARED]
    relay.at += 2 * REFUSED_REST
    tell(relay.lines, Tried(TRIED))
    assert relay.lines.trouble is None


def test_a_letter_turned_down_among_others_that_are_taken_is_its_own_trouble(relay):
    no = says(Sign.TURNED_DOWN, spared=SPARED, is_open=True)
    for _ in range(3):
        given = [*[no] * (MANY_PUT_OFF - 1), Tried(TRIED)]
        assert tell(relay.lines, *given) == [TRIED] * MANY_PUT_OFF
    assert relay.lines.trouble is None


def test_a_letter_turned_down_after_a_rest_shows_that_the_server_works(relay):
    tell(relay.lines, says(Sign.DOWN))
    relay.at += FIRST_REST
    no = says(Sign.TURNED_DOWN, spared=SPARED, is_open=True)
    assert tell(relay.lines, no, no) == [SPARED, TRIED]
    assert relay.lines.trouble is None
