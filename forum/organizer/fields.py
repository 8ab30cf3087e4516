"""Fields that only the desk's forms need: wall times, checkboxes, the version that was read."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask_wtf import FlaskForm
from wtforms import DateField, DateTimeLocalField, Field, HiddenField, SelectMultipleField
from wtforms.fields import choices
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from forum.errors import Refusal
from forum.i18n import _, lazy
from forum.programme.reading.walltimes import (
    EARLIEST_YEAR,
    LATEST_YEAR,
    NoSuchTime,
    WallTime,
    instant,
)


class CheckboxesField(SelectMultipleField):
    """Some of many, each with a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


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
            raise ValueError(_("Enter a day and a time")) from error
        if self.data is not None and not EARLIEST_YEAR <= self.data.year <= LATEST_YEAR:
            raise ValueError(_("Enter a day and a time"))


class DayField(DateField):
    """A day that an event can be on."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent. Raises ValueError in plain words."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Enter the day")) from error
        if self.data is not None and not EARLIEST_YEAR <= self.data.year <= LATEST_YEAR:
            raise ValueError(_("Enter the day"))


class DeskForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF says nothing of its types
    """A form whose refusals find their fields."""

    def refuse(self, refusal: Refusal) -> None:
        """Show a refusal's sentence at its field, or above all fields."""
        self.say(refusal.sentence, refusal.field)

    def say(self, sentence: str, field: str | None = None) -> None:
        """Show a sentence at a field, or above all fields."""
        if field is not None and field in self:
            self[field].errors = [*self[field].errors, sentence]
        else:
            self.form_errors.append(sentence)

    def moment(
        self, name: str, wall: datetime | None, zone: str, kept: datetime | None
    ) -> datetime | None:
        """Return the instant of a wall time; None, with a sentence at the field, if there is none.

        `kept` is what is stored: a time that was not touched is not judged again.
        """
        if wall is None:
            return None
        info = ZoneInfo(zone)
        if kept is not None and kept.astimezone(info).replace(tzinfo=None) == wall:
            return kept
        try:
            return instant(WallTime(wall.time(), wall.date()), wall.date(), info)
        except NoSuchTime:
            shown = wall.replace(tzinfo=info).astimezone(UTC).astimezone(info)
            if shown.replace(tzinfo=None) == wall:
                self.say(_("The clocks show this time twice that night. Choose another."), name)
            else:
                self.say(_("The clocks skip this time that night. Choose another."), name)
            return None


class VersionedForm(DeskForm):
    """A form that knows which version of a record its editor has seen."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """Return the version that was read; 0, which none has, for anything odd."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004


def at_most(number: int) -> Length:
    """Return the validator of the longest text that a field takes, in characters."""
    return Length(max=number, message=lazy("Use %(max)d characters or fewer"))


def options(pairs: Iterable[tuple[object, object]]) -> list[Any]:
    """Return what a field offers, from pairs of value and words."""
    choice = choices.SelectChoice  # type: ignore[attr-defined]  # older stubs
    return [choice(value, words) for value, words in pairs]


def wall(at: datetime, zone: str) -> datetime:
    """Return what the clocks of `zone` show at an instant."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


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


def differences(saved: FlaskForm, hers: FlaskForm) -> list[tuple[str, str, str]]:
    """Return label, saved and her own words for each field in which two forms differ."""
    pairs = [(saved[field.name], field) for field in hers if not isinstance(field, HiddenField)]
    told = [(str(field.label.text), shown(one), shown(field)) for one, field in pairs]
    return [each for each in told if each[1] != each[2]]
