"""What only the desk's forms need: wall times, and two versions side by side."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask_babel.speaklater import LazyString
from wtforms import (
    DateField,
    DateTimeLocalField,
    Field,
    IntegerField,
    SelectMultipleField,
)
from wtforms.fields import choices
from wtforms.validators import Optional

from forum import clock
from forum.i18n import _, lazy
from forum.programme.reading.walltimes import NoSuchTime, WallTime, instant, is_far
from forum.web.as_shown import visible
from forum.web.forms import Form, number


class MomentField(DateTimeLocalField):
    """A day and a time as the clocks on the event's walls show them."""

    def __init__(self, label: str, validators: Iterable[Any] = (), **settings: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Take times with or without seconds, as browsers send them."""
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        super().__init__(label, list(validators), format=formats, **settings)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. Raises ValueError in plain words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_too_long(valuelist) or _("Enter a day and a time")) from error
        if self.data is not None:
            _refuse_far(self.data.date(), self.object_data and self.object_data.date())


class DayField(DateField):
    """A day that an event can be on."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. Raises ValueError in plain words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_too_long(valuelist) or _("Enter the day")) from error
        if self.data is not None:
            _refuse_far(self.data, self.object_data)


class PerhapsDayField(DayField):
    """A day, or nothing."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent, if anything was."""
        super().process_formdata([each for each in valuelist if each.strip()])


def _refuse_far(typed: date, kept: date | None) -> None:
    """Raise ValueError for a slip of the year; what is `kept` may be as far as it is."""
    if (kept is None or typed.year != kept.year) and is_far(typed, clock.now().date()):
        raise ValueError(_far(f"{typed.year:04}"))


def _too_long(valuelist: Iterable[Any]) -> str | None:
    """Return what is wrong with a year of more than four digits, as a browser lets one type it."""
    year = re.match(r"(\d{5,9})-", "".join(map(str, valuelist)), re.ASCII)
    return _far(year[1]) if year else None


def _far(year: str) -> str:
    return _("The year %(year)s is more than three years away. Look at the year again.", year=year)


def wall(at: datetime, zone: str) -> datetime:
    """Return what the clocks of `zone` show at an instant."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def moment(
    form: Form, name: str, shown: datetime | None, zone: str, kept: datetime | None = None
) -> datetime | None:
    """Return the instant of a wall time; None, with a sentence at its field, if there is none.

    `kept` is what is stored: a time that was not touched is not judged again.
    """
    if shown is None:
        return None
    if kept is not None and wall(kept, zone) == shown:
        return kept
    info = ZoneInfo(zone)
    try:
        return instant(WallTime(shown.time(), shown.date()), shown.date(), info)
    except NoSuchTime:
        is_twice = wall(shown.replace(tzinfo=info).astimezone(UTC), zone) == shown
    if is_twice:
        form.say(_("The clocks show this time twice that night. Choose another."), name)
    else:
        form.say(_("The clocks skip this time that night. Choose another."), name)
    return None


def on_day(day: date | None, clock: time | None) -> datetime | None:
    """Return a wall time from its two fields, or None when one was left empty."""
    return None if day is None or clock is None else datetime.combine(day, clock)


def shown(field: Field) -> str:
    """Return what is in a field, in words, to set two versions side by side."""
    value = field.data
    if isinstance(field, choices.SelectFieldBase):
        chosen = value if isinstance(field, SelectMultipleField) else [value]
        labels = [label for key, label, *_rest in field.iter_choices() if key in (chosen or ())]
        return ", ".join(str(label) for label in labels)
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)


REGISTERED = lazy("How many people are registered")
MOVED = lazy(
    "Asked for only where the event moves into the past, out of it, by months, or after its first"
    " session."
)


class PeopleField(IntegerField):
    """How many people a step concerns, typed: no slip types it. Anything odd is another number."""

    def __init__(self, label: LazyString = REGISTERED, **settings: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Ask for it in this way; nothing typed is None."""
        look = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__(label, [Optional()], render_kw=look, **settings)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent."""
        typed = "".join(valuelist).strip()
        self.data = number(typed) if typed else None


class Versions(NamedTuple):
    """What is told of two versions of a form: each field as it is labelled, and in words."""

    both: list[tuple[str, str, str]]
    """What two people have changed: label, what is saved, and her own words."""
    theirs: list[tuple[str, str]]
    """What only someone else has changed: label, and what is saved. It is in the form."""


def differences(saved: Form, hers: Form) -> Versions:
    """Return what was changed on both sides, and what someone else alone has changed."""
    fields = visible(hers)
    told = [(each.name, str(each.label.text), shown(saved[each.name])) for each in fields]
    words = {each.name: shown(each) for each in fields}
    if hers.touched is None:  # a form of before: whatever differs may be hers
        both = [(label, was, words[name]) for name, label, was in told if was != words[name]]
        return Versions(both, [])
    return Versions(
        [
            (label, was, words[name])
            for name, label, was in told
            if name in hers.touched & hers.moved and was != words[name]
        ],
        [(label, was) for name, label, was in told if name in hers.moved - hers.touched],
    )
