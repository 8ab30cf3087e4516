"""How long someone wants quiet: a few lengths to tap, another day to type, or until she says."""

from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from wtforms import RadioField
from wtforms.validators import ValidationError

from forum.care.rules import is_too_long
from forum.i18n import _, date_in_words, lazy
from forum.registration.day_field import DayBoxesField
from forum.registration.models import Registration
from forum.web.forms import Form, options

UNTIL_TOLD = "told"
ANOTHER_DAY = "day"
LENGTHS = {"7": lazy("One week"), "14": lazy("Two weeks"), "30": lazy("One month")}
"""Lengths by their days."""
EXAMPLE = 60
"""In how many days the day is that stands as an example: in none of the lengths."""


class PauseForm(Form):
    """How long no emails go out. Days are on her own calendar."""

    how_long = RadioField(
        lazy("How long?"),
        choices=options(
            [
                *LENGTHS.items(),
                (UNTIL_TOLD, lazy("Until I say so")),
                (ANOTHER_DAY, lazy("Until another day")),
            ]
        ),
        validate_choice=False,
    )
    day = DayBoxesField(lazy("The day on which emails begin again"))

    def __init__(self, registration: Registration, *, now: datetime) -> None:
        """Count days from today on her clock."""
        super().__init__()
        self._today = now.astimezone(ZoneInfo(registration.timezone)).date()
        self.day.example = self._today + timedelta(days=EXAMPLE)
        if self.is_typed and not self.how_long.data and not self.day.is_empty:
            self.how_long.data = ANOTHER_DAY
        if self.how_long.data != ANOTHER_DAY:
            self.day.show(None)  # what she does not choose refuses nothing

    def ends(self) -> dict[str, date]:
        """Return the day on which emails begin again, by the length."""
        return {days: self._today + timedelta(days=int(days)) for days in LENGTHS}

    def hints(self) -> dict[str, str]:
        """Return that day in words, by the length."""
        return {
            days: _("Until %(day)s", day=date_in_words(day)) for days, day in self.ends().items()
        }

    def validate_how_long(self, field: RadioField) -> None:
        """Raise ValidationError for what is not in the list."""
        if field.data not in {*LENGTHS, UNTIL_TOLD, ANOTHER_DAY}:
            raise ValidationError(_("Choose how long"))

    def validate_day(self, field: DayBoxesField) -> None:
        """Raise ValidationError for a day that is missing, over, or years away."""
        if self.how_long.data != ANOTHER_DAY:
            return
        if field.is_empty:
            raise ValidationError(_("Enter the day on which emails begin again"))
        day = cast("date | None", field.data)
        if day is not None and day <= self._today:
            raise ValidationError(_("Enter a day in the future"))
        if day is not None and is_too_long(day, today=self._today):
            raise ValidationError(_("Enter a day within the next two years"))

    @property
    def until(self) -> date | None:
        """Return the day on whose morning the quiet ends, or None until she says so."""
        chosen = str(self.how_long.data)
        if chosen == ANOTHER_DAY:
            return cast("date | None", self.day.data)
        return self.ends().get(chosen)
