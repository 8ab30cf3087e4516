"""What someone decides who waits: how late an offer may reach her, and whether to be asked."""

from datetime import UTC, date, datetime, time
from typing import cast
from zoneinfo import ZoneInfo

from wtforms import RadioField
from wtforms.validators import ValidationError

from forum.i18n import _, lazy, moment_in_words, unbroken
from forum.registration.day_field import DayBoxesField
from forum.registration.models import Registration
from forum.registration.places.offer_rules import OPEN_FOR, ends_at
from forum.web.forms import Form, answer, options

NONE = "none"
NOTICES = {
    NONE: lazy("No. It would be too short for me."),
    "24": lazy("Yes, if I can answer until 24 hours before"),
    "12": lazy("Yes, if I can answer until 12 hours before"),
    "3": lazy("Yes, if I can answer until 3 hours before"),
}
"""What people can say to short notice, by hours before the start."""
LAST_MINUTE = time(23, 59)


class WaitingForm(Form):
    """How someone wants to wait. Built with who she is, and now."""

    short_notice = RadioField(
        lazy("May we offer you a place in the last three days?"),
        choices=options(NOTICES.items()),
        validate_choice=False,
    )
    auto_take = DayBoxesField(
        lazy("If a place is free, book it for me without asking, up to this day")
    )

    def __init__(
        self, registration: Registration, *, now: datetime, is_sent: bool = True, **more: object
    ) -> None:
        """Show how she waits now, unless she has just sent something else."""
        super().__init__(more, is_sent=is_sent)
        zone = ZoneInfo(registration.timezone)
        self._zone = zone
        self._today = now.astimezone(zone).date()
        self._event_day = registration.event.starts_at.astimezone(zone).date()
        if is_sent and self.is_submitted():
            return
        hours = registration.short_notice
        self.short_notice.data = NONE if hours is None else str(hours)
        until = registration.auto_take_until
        if until is not None and until > now:
            self.auto_take.show(until.astimezone(zone).date())

    def validate_short_notice(self, field: RadioField) -> None:
        """Raise ValidationError for what is not in the list."""
        if field.data not in NOTICES:
            raise ValidationError(_("Choose from the list"))

    def validate_auto_take(self, field: DayBoxesField) -> None:
        """Raise ValidationError for a day that is over, or after the event."""
        day = cast("date | None", field.data)
        if day is not None and day < self._today:
            raise ValidationError(_("This day is in the past. Enter a day in the future."))
        if day is not None and day > self._event_day:
            raise ValidationError(_("Enter a day up to the day of the event"))

    @property
    def hours(self) -> int | None:
        """Return how many hours before the start an offer may end, or None for no short notice."""
        chosen = answer(self.short_notice)
        return None if chosen == NONE else int(chosen)

    @property
    def auto_take_until(self) -> datetime | None:
        """Return the last minute of the day on her clock, as an instant in UTC, or None."""
        day = cast("date | None", self.auto_take.data)
        if day is None:
            return None
        return datetime.combine(day, LAST_MINUTE, self._zone).astimezone(UTC)


def notice_hints(registration: Registration) -> dict[str, str]:
    """Return the last moment of an offer on her clock, never in her night, by the choice."""
    starts_at, zone = registration.event.starts_at, registration.timezone
    ends = {
        hours: ends_at(starts_at - OPEN_FOR, zone, starts_at, int(hours))
        for hours in NOTICES
        if hours != NONE
    }
    return {
        hours: _("At the latest %(moment)s", moment=unbroken(moment_in_words(end, zone)))
        for hours, end in ends.items()
        if end is not None
    }
