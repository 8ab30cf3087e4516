"""A day in three boxes. The month may be a number or a name, in any language that we speak.

Three boxes, because a calendar to click in is hard for tired eyes and hands, and people type
months as words (GOV.UK Design System, "Date input").
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from babel.dates import format_date, get_month_names
from markupsafe import Markup
from wtforms import Field, ValidationError
from wtforms.form import BaseForm
from wtforms.utils import unset_value
from wtforms.widgets import html_params

from forum.i18n import LANGUAGES, REGIONS, _, language_spoken, lazy
from forum.web.forms import tidy

PARTS = {"month": lazy("Month"), "day": lazy("Day"), "year": lazy("Year")}
LONGEST_PART = 20
LEAST_LETTERS = 3
"""How much of a month's name says which one it is."""


class DayWidget:
    """Three labelled boxes in a row."""

    validation_attrs: tuple[str, ...] = ()
    field_flags: Mapping[str, Any] = {}

    def __call__(self, field: "DayBoxesField", **attributes: object) -> Markup:
        """Return the boxes with what was typed."""
        attributes.pop("class", None)
        return Markup('<div class="day-boxes">{}</div>').format(
            Markup("").join(_box(field, part, attributes) for part in PARTS)
        )


class DayBoxesField(Field):
    """A day, empty or not: `data` is a date or None; `typed` is what stands in each box.

    `example` is a day that could be meant: its form sets one that is to come.
    """

    widget = DayWidget()
    example: date

    def process(
        self,
        formdata: Any,  # noqa: ANN401 - WTForms' signature
        data: Any = unset_value,  # noqa: ANN401
        extra_filters: Sequence[Any] | None = None,
    ) -> None:
        """Take what was typed, or else the day that is given."""
        super().process(None, data, extra_filters)
        if formdata:
            self.typed = {
                part: tidy(formdata.get(f"{self.name}-{part}", ""))[:LONGEST_PART] for part in PARTS
            }
            self.data = read_day(**self.typed)
        else:
            self.show(self.data)

    def show(self, day: date | None) -> None:
        """Fill in a day, or nothing."""
        self.data = day
        words = (_months()[day.month - 1], str(day.day), str(day.year)) if day else ("", "", "")
        self.typed = dict(zip(PARTS, words, strict=True))

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was typed."""
        return not any(self.typed.values())

    @property
    def example_in_words(self) -> str:
        """Return the example as people write a day: "April 20, 2027"."""
        return format_date(self.example, "long", locale=REGIONS[language_spoken()])

    def pre_validate(self, form: BaseForm) -> None:  # noqa: ARG002 - WTForms' signature
        """Raise ValidationError for what is no day."""
        if self.data is None and not self.is_empty:
            raise ValidationError(_("Enter a day like %(day)s", day=self.example_in_words))


def read_day(*, month: str, day: str, year: str) -> date | None:
    """Return the day that three typed words name, or None. A month may be a name or its start."""
    number = _month_number(month)
    if number is None or not (_is_number(day) and _is_number(year)):
        return None
    try:
        return date(int(year), number, int(day))
    except ValueError:
        return None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= len("2027")


def _month_number(text: str) -> int | None:
    if _is_number(text):
        return int(text)
    word = text.casefold().rstrip(".")
    if len(word) < LEAST_LETTERS:
        return None
    return next((number for name, number in _names() if name.startswith(word)), None)


def _months() -> list[str]:
    return list(get_month_names("wide", locale=language_spoken()).values())


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, int], ...]:
    return tuple(_all_names())


def _all_names() -> Iterator[tuple[str, int]]:
    for language in LANGUAGES:
        for number, name in get_month_names("wide", locale=language).items():
            yield name.casefold(), number


def _box(field: DayBoxesField, part: str, attributes: Mapping[str, object]) -> Markup:
    name = f"{field.name}-{part}"
    shown = {
        **attributes,
        "id": f"{field.id}-{part}",
        "name": name,
        "value": field.typed[part],
        "class": "input",
        "autocomplete": "off",
        **({} if part == "month" else {"inputmode": "numeric"}),
    }
    return Markup('<div><label for="{}">{}</label><input {}></div>').format(
        shown["id"],
        PARTS[part],
        Markup(html_params(**shown)),  # noqa: S704 - WTForms escapes attributes
    )
