"""How an organizer says how long a person wants silence."""

from datetime import date

from wtforms import RadioField, ValidationError
from wtforms.validators import InputRequired

from forum.i18n import _, lazy
from forum.organizer.fields import PerhapsDayField
from forum.web.forms import Form, options

UNTIL_DAY = "day"
UNTIL_WORD = "word"


class PauseForm(Form):
    """Until a day, or until she says so."""

    ends = RadioField(
        lazy("How long"),
        [InputRequired(lazy("Choose how long"))],
        choices=options(
            [
                (UNTIL_DAY, lazy("Until a day")),
                (UNTIL_WORD, lazy("Until they say so")),
            ]
        ),
    )
    until = PerhapsDayField(
        lazy("Write again from this day on"),
        render_kw={"autocomplete": "off"},
    )

    def __init__(self) -> None:
        """Take what was sent; a day that is not meant is not read."""
        super().__init__()
        if self.ends.data != UNTIL_DAY:
            self.until.process_errors, self.until.data = [], None

    def validate_until(self, field: PerhapsDayField) -> None:
        """Raise ValidationError where a day is meant and none is given."""
        if self.ends.data == UNTIL_DAY and field.data is None and not field.errors:
            raise ValidationError(_("Enter the day"))

    def day(self) -> date | None:
        """Return the last day of the pause, or None until they say so."""
        return self.until.data if self.ends.data == UNTIL_DAY else None
