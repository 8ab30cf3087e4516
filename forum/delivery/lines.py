"""How many lines to the mail server are open, learned from what it says, and when all rest.

Relays differ: some take two connections, some fifty, some thirty mails a minute, and they change
their mind. A line that is refused rests while the others go on, and that many are used from then
on; now and then one more is tried. When nothing is taken at all, all rest, ever longer, and then
one mail finds out whether the server takes it.
"""

import threading
import time
from collections.abc import Callable

import structlog

from forum import clock
from forum.delivery.tries import Change, Sign, Tried
from forum.incoming.rules import without_addresses
from forum.outbox.rules import Trouble

FIRST_REST, LONGEST_REST = 1.0, 30.0
"""Seconds for which all rest when the server takes nothing: doubled each time."""
REFUSED_REST, LONGEST_REFUSED_REST = 30.0, 300.0
"""The same while it refuses us: who knocks too often at a closed door is locked out."""
PATIENCE, MOST_PATIENCE = 5.0, 300.0
"""Seconds until one line more is tried: doubled each time that it was one too many."""
CLAIMS_PER_LINE = 8
"""Taken at once; those that their lease leaves no time for are put back."""
MANY_PUT_OFF = 10
"""So many letters in a row that the server puts off are its trouble, not theirs; so are as many
that it turns down for good, such as for a sender that is not approved: those behind them wait."""

log = structlog.get_logger()


class Lines:
    """The lines of one worker, by the number of the thread that has each."""

    def __init__(self, most: int, passed: Callable[[], float] = time.monotonic) -> None:
        """Begin with all lines. `passed` gives seconds of time that only passes."""
        self.trouble: Trouble | None = None
        """What keeps mail from leaving."""
        self.limit = most
        """How many lines the server takes, as far as we know."""
        self._most = self._told = most
        self._passed = passed
        self._turn = threading.Condition()
        self._open: set[int] = set()
        self._busy: set[int] = set()
        self._refused: set[int] = set()
        self._put_off = self._turned_down = 0
        self._rest = 0.0
        self._rests_until = float("-inf")
        self._finds_out = False
        self._patience = PATIENCE
        self._grows_at = float("-inf")
        self._growing: int | None = None

    @property
    def batch(self) -> int:
        """Return how many mails are worth claiming now."""
        with self._turn:
            if self._is_resting or (self._finds_out and self._busy):
                return 0
            return 1 if self._finds_out else CLAIMS_PER_LINE * self.limit

    @property
    def width(self) -> int:
        """Return how many mails may be on their way at once now."""
        return 1 if self._finds_out else self.limit

    def turns(self, most: int) -> list[int]:
        """Wait for a turn; return the threads that have one now, or none while all rest.

        Threads whose line is open come first.
        """
        with self._turn:
            while not self._is_resting:
                if numbers := self._free(most):
                    self._busy.update(numbers)
                    return numbers
                self._turn.wait()
            return []

    def note(self, number: int, tried: Tried) -> Change:
        """Learn from a try; return what is to be kept of it: it may have been no try at all."""
        with self._turn:
            was_in_trouble = self.trouble is not None
            (self._open.add if tried.is_open else self._open.discard)(number)
            if tried.sign in {Sign.FULL, Sign.DOWN}:
                self._use_fewer(number, tried)
            else:
                self._learn(number, tried)
            return tried.spared if was_in_trouble and tried.spared else tried.change

    def is_surplus(self, number: int) -> bool:
        """Tell whether a thread is to let go of its line: the server takes fewer by now."""
        with self._turn:
            return number in self._open and len(self._open | self._busy) > self.limit

    def closed(self, number: int) -> None:
        """Know that a thread has let go of its line."""
        with self._turn:
            self._open.discard(number)
            self._turn.notify_all()

    def done(self, number: int) -> None:
        """Know that a thread has brought its mail to an end."""
        with self._turn:
            self._busy.discard(number)
            self._refused.discard(number)
            if self._growing == number:
                self._growing = None
            self._turn.notify_all()

    def wait_until_done(self) -> None:
        """Wait until no thread has a mail."""
        with self._turn:
            self._turn.wait_for(lambda: not self._busy)

    @property
    def _is_resting(self) -> bool:
        return self._passed() < self._rests_until

    def _free(self, most: int) -> list[int]:
        """Return the threads that may begin a mail now."""
        if self._finds_out:
            return [] if self._busy else [min(self._open, default=0)]
        used = self._open | self._busy
        found = sorted(self._open - self._busy)
        found += sorted(set(range(self._most)) - used)[: max(0, self.limit - len(used))]
        found = found[:most]
        if len(found) < most and len(used | set(found)) >= self.limit:
            found += self._one_more(used | set(found))
        return found

    def _one_more(self, used: set[int]) -> list[int]:
        """Return a thread to try one line more with, when it is time."""
        is_time = self.limit < self._most and self._passed() >= self._grows_at
        if not is_time or self._growing is not None or len(used) > self.limit:
            return []
        self._growing = min(set(range(self._most)) - used)
        return [self._growing]

    def _learn(self, number: int, tried: Tried) -> None:
        """Learn from what became of a letter."""
        match tried.sign:
            case Sign.WELL:
                self._turned_down = 0
                self._go_on(number)
            case Sign.TURNED_DOWN:
                self._turned_down += 1
                if self._turned_down >= MANY_PUT_OFF:
                    self._rest_all(tried, REFUSED_REST, LONGEST_REFUSED_REST)
                else:  # it does its work, and this letter is not to its liking
                    self._go_on(number)
            case Sign.LATER:
                self._put_off += 1
                if self._put_off >= MANY_PUT_OFF:
                    self._rest_all(tried)
            case Sign.FAST:
                self._rest_all(tried)
            case Sign.BROKEN:
                self._say(tried)
                if not self._open:
                    self._rest_all(tried)
            case Sign.REFUSES_US:
                # One whose address was named may be the only one that is refused.
                first = FIRST_REST if tried.spared else REFUSED_REST
                self._rest_all(tried, first, LONGEST_REFUSED_REST)

    def _go_on(self, number: int) -> None:
        """Know that the server does its work."""
        if self.trouble is not None:
            log.info("mail_goes_on")
        self._put_off, self._rest, self.trouble = 0, 0.0, None
        self._rests_until, self._finds_out = float("-inf"), False
        if number == self._growing and number in self._open:
            self._growing, self._patience = None, PATIENCE
            self._grows_at = self._passed() + PATIENCE
            self._use(self.limit + 1)
            self._told = max(self._told, self.limit)
        self._turn.notify_all()

    def _use_fewer(self, number: int, tried: Tried) -> None:
        """Let a refused line rest; with no other one, let all rest.

        Where the server says that they are too many, those that are just connecting count; it may
        be down as well, where it says nothing. A server that was only down takes as many as before
        once it is there again.
        """
        self._refused.add(number)
        if number == self._growing:
            self._growing = None
            self._patience = min(2 * self._patience, MOST_PATIENCE)
        self._grows_at = self._passed() + self._patience
        says_so = tried.sign == Sign.FULL
        others = len((self._open | self._busy if says_so else self._open) - self._refused)
        if others:
            self._use(min(self.limit, others))
        else:
            self._use(1 if says_so else self._told)
            self._rest_all(tried)
        if says_so:
            self._told = self.limit

    def _use(self, limit: int) -> None:
        if limit != self.limit:
            log.info("mail_lines", number=limit)
        self.limit = limit

    def _rest_all(
        self, tried: Tried, first: float = FIRST_REST, longest: float = LONGEST_REST
    ) -> None:
        """Let all rest: the longer, the more often in a row. Who comes late adds nothing."""
        self._say(tried)
        self._finds_out = True
        if not self._is_resting:
            self._rest = min(longest, max(first, 2 * self._rest))
            self._rests_until = self._passed() + self._rest
        self._turn.notify_all()

    def _say(self, tried: Tried) -> None:
        """Keep the trouble, since when, and without anybody's address."""
        since = self.trouble.since if self.trouble else clock.now()
        self.trouble = Trouble(without_addresses(tried.trouble or ""), since)
