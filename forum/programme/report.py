"""What loading a programme file did."""

from dataclasses import dataclass, field

from forum.programme.reading.faults import Fault


@dataclass(slots=True)
class Report:
    """The names of what was touched and of what was not, such as `session forum-2027/s04`.

    `left` are events that the database holds and the file does not name. `keys` are those by which
    each part that was there is different now. `questions` are what a file is not loaded for unless
    its word is given: each begins with it.
    """

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    keys: dict[str, list[str]] = field(default_factory=dict)
    questions: list[Fault] = field(default_factory=list)

    def tell(self, name: str, *, is_changed: bool) -> bool:
        """Note something that was there before; return `is_changed`."""
        (self.changed if is_changed else self.unchanged).append(name)
        return is_changed

    @property
    def has_changes(self) -> bool:
        """Say whether any row changed."""
        return bool(self.added or self.changed or self.cancelled)

    @property
    def counts(self) -> dict[str, int]:
        """Return how many of each, as the audit keeps them."""
        return {
            "added": len(self.added),
            "changed": len(self.changed),
            "unchanged": len(self.unchanged),
            "cancelled": len(self.cancelled),
        }

    @property
    def lines(self) -> list[str]:
        """Return it in words: the counts, then each name that changed."""
        counts = ", ".join(f"{number} {word}" for word, number in self.counts.items())
        named = [
            *(f"changed: {name}{self._keys(name)}" for name in self.changed),
            *(f"cancelled: {name}" for name in self.cancelled),
            *(f"left as it is, not in the file: {name}" for name in self.left),
        ]
        return [counts, *named]

    def _keys(self, name: str) -> str:
        keys = self.keys.get(name)
        return f" ({', '.join(keys)})" if keys else ""
