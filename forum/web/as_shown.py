"""What a form showed when it was opened, so that two who edit the same keep what each has changed.

A field that its editor did not touch says nothing: it takes what someone else has saved since.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any

from wtforms import Field, HiddenField

from forum.fingerprint import fingerprint

BEHIND, BETWEEN, OF = ".", "~", ":"
"""What stands before the prints in what is sent, between two of them, and behind a name."""
LETTERS = 8
"""Of a fingerprint: enough to tell one answer from another of the same field."""


class SeenField(HiddenField):
    """Which version was seen, hidden, `data`; what each field showed is sent along with it."""

    shown: Mapping[str, str] | None = None
    """A print of what each field showed, by name; None where nobody has said so."""
    _beside: Iterable[Field] = ()

    def belongs_to(self, fields: Iterable[Field]) -> None:
        """Send what these fields show as well, unless it was sent already."""
        self._beside = fields

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take both apart."""
        super().process_formdata(valuelist)
        self.data, _behind, letters = str(self.data or "").partition(BEHIND)
        pairs = (each.partition(OF) for each in letters.split(BETWEEN) if each)
        self.shown = {name: letters for name, _of, letters in pairs} or None

    @property
    def letters(self) -> str:
        """Return what a form sends: the version, and what its fields showed when it was opened."""
        shown = self.shown
        if shown is None and self.raw_data is None:
            shown = prints(self._beside)
        behind = BETWEEN.join(f"{name}{OF}{each}" for name, each in (shown or {}).items())
        return f"{self.data or ''}{BEHIND if behind else ''}{behind}"

    def _value(self) -> str:
        return self.letters


def prints(fields: Iterable[Field]) -> dict[str, str]:
    """Return a print of what each field holds, by its name."""
    return {each.name: print_of(each) for each in visible(fields)}


def print_of(field: Field) -> str:
    """Return a few letters that are others once a field holds something else."""
    return fingerprint(_plain(field.data))[:LETTERS]


def visible(fields: Iterable[Field]) -> list[Field]:
    """Return the fields that people see."""
    return [each for each in fields if not isinstance(each, HiddenField)]


def follow(field: Field, saved: Field) -> None:
    """Let a field hold what the same one holds in another form."""
    field.raw_data = None
    field.process(None, saved.data)


def _plain(value: object) -> object:
    """Return a value as a browser sends it: nothing chosen and nothing typed are the same."""
    if isinstance(value, list | tuple | set):
        return sorted(str(each) for each in value) or ""
    if isinstance(value, datetime | time):
        return value.isoformat(*(["minutes"] if isinstance(value, time) else ["T", "minutes"]))
    if isinstance(value, bool):
        return value
    return "" if value is None else str(value)
