"""What is wrong in a programme file, and where."""

from collections.abc import Collection
from dataclasses import dataclass, field
from difflib import get_close_matches

_MOST_NAMES_TO_COMPARE = 300
_LONGEST_WORD_TO_COMPARE = 60
_MOST_FAULTS_WITH_HINTS = 200
_CLOSE = 0.75


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One fault: `at` is the character where it stands, `place` the path to it, `text` why."""

    at: int
    place: str
    text: str

    def __str__(self) -> str:
        """Return the line that a person reads."""
        return f"{self.place}: {self.text}"


class Faulty(Exception):
    """A programme file that cannot be loaded; `faults` holds every fault, in file order."""

    def __init__(self, faults: Collection[Fault]) -> None:
        """Keep each fault once, sorted by where it stands."""
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(self.lines))

    @property
    def lines(self) -> list[str]:
        """One line a fault."""
        return [str(fault) for fault in self.faults]


@dataclass(slots=True)
class Faults:
    """The faults found so far."""

    found: list[Fault] = field(default_factory=list)

    def did_you_mean(self, word: str, names: Collection[str]) -> str:
        """Return "; did you mean "north"?", or nothing when no name is close to `word`.

        After many faults nothing is suggested any more: comparing takes long, and helps nobody.
        """
        is_long = len(names) > _MOST_NAMES_TO_COMPARE or len(word) > _LONGEST_WORD_TO_COMPARE
        if is_long or len(self.found) > _MOST_FAULTS_WITH_HINTS:
            return ""
        close = get_close_matches(word, sorted(names), n=1, cutoff=_CLOSE)
        return "".join(f'; did you mean "{name}"?' for name in close)

    def end(self) -> None:
        """Raise Faulty if anything was found."""
        if self.found:
            raise Faulty(self.found)
