"""What an organizer says of the promise of an event's recordings."""

from datetime import date

from wtforms import RadioField
from wtforms.validators import InputRequired, ValidationError

from forum.events.models import Event
from forum.events.promise_rules import posted_on
from forum.i18n import _, lazy
from forum.organizer.fields import PerhapsDayField
from forum.web.forms import VersionedForm, options

KEPT, NEW_DAY, STILL_DUE = "kept", "new day", "still due"


class PromiseForm(VersionedForm):
    """Kept, or not yet: then by a new day, or by the first one still."""

    word = RadioField(
        lazy("How does the promise stand?"),
        [InputRequired(lazy("Choose how the promise stands"))],
        choices=options(
            [
                (KEPT, lazy("It is kept")),
                (NEW_DAY, lazy("Not yet. There is a new date")),
                (STILL_DUE, lazy("Not yet. There is no new date")),
            ]
        ),
    )
    day = PerhapsDayField(lazy("New date"), render_kw={"autocomplete": "off"})

    def __init__(self, event: Event, *, today: date, is_sent: bool = True) -> None:
        """Show what was sent, or what was said before; `today` is the programme's."""
        stands = {"version": event.version, "day": event.promise_moved_to, "word": _word(event)}
        super().__init__(stands, is_sent=is_sent)
        self._today = today

    def hints(self) -> dict[str, str]:
        """Return what each answer means."""
        return {
            KEPT: _("People have the recordings, or know how to ask for them."),
            NEW_DAY: _("Pages say the first date, that it takes longer, and the new date."),
            STILL_DUE: _("Pages say the first date, and once it has passed, that it is late."),
        }

    def validate_day(self, field: PerhapsDayField) -> None:
        """Refuse a new date that is missing or has passed, where there is to be one."""
        if self.word.data != NEW_DAY:
            field.errors = []
            if self.word.data and field.data not in {None, field.object_data}:
                raise ValidationError(
                    _("Choose “Not yet. There is a new date” for this date, or empty the field")
                )
        elif field.data is None and not field.errors:
            raise ValidationError(_("Enter the day"))
        elif field.data is not None and field.data < self._today:
            raise ValidationError(_("Enter today or a later day"))

    @property
    def is_kept(self) -> bool:
        """Tell whether it is said to be kept."""
        return bool(self.word.data == KEPT)

    @property
    def moved_to(self) -> date | None:
        """Return the new date, where there is one."""
        return self.day.data if self.word.data == NEW_DAY else None


def _word(event: Event) -> str | None:
    if event.promise_kept_on is not None or posted_on(event) is not None:
        return KEPT
    return NEW_DAY if event.promise_moved_to is not None else None
