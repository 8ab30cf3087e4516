"""What someone decides who waits: how late an offer may reach her, and whether to be asked."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
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
NOTICES = ("24", "12", "3")
"""What people can say to short notice, in hours before the start."""
LAST_MINUTE = time(23, 59)
EXAMPLE = timedelta(days=4)
"""How long before the event the day is that stands as an example, unless that is over."""


class WaitingForm(Form):
    """How someone wants to wait. Built with who she is, and now."""

    short_notice = RadioField(
        lazy("May we offer you a place in the last three days?"),
        validate_choice=False,
    )
    auto_take = DayBoxesField(
        lazy("If a place is free, book it for me without asking, up to this day")
    )

    never = lazy("No. It would be too short for me.")

    def __init__(
        self, registration: Registration, *, now: datetime, is_sent: bool = True, **more: object
    ) -> None:
        """Show how she waits now, unless she has typed something else."""
        super().__init__(more, is_sent=is_sent)
        zone = ZoneInfo(registration.timezone)
        self._zone = zone
        self._today = now.astimezone(zone).date()
        self._event_day = registration.event.starts_at.astimezone(zone).date()
        self.auto_take.example = max(self._today, self._event_day - EXAMPLE)
        ends = last_moments(registration)
        self.short_notice.choices = options(
            [
                (NONE, str(self.never)),
                *((hours, self.if_by(hours, end, zone.key)) for hours, end in ends.items()),
            ]
        )
        if self.is_typed:
            return
        hours = registration.short_notice
        self.short_notice.data = NONE if hours is None else _shown(hours, registration, ends)
        until = registration.auto_take_until
        if until is not None and until > now:
            self.auto_take.show(until.astimezone(zone).date())

    def validate_short_notice(self, field: RadioField) -> None:
        """Raise ValidationError for what is not in the list."""
        if field.data not in (NONE, *NOTICES):
            raise ValidationError(_("Choose from the list"))

    def validate_auto_take(self, field: DayBoxesField) -> None:
        """Raise ValidationError for a day that is over, or after the event."""
        day = cast("date | None", field.data)
        if day is not None and day < self._today:
            raise ValidationError(_("This day is in the past. Enter a day in the future."))
        if day is not None and day > self._event_day:
            raise ValidationError(_("Enter a day up to the day of the event"))

    def if_by(self, _hours: str, end: datetime, zone: str) -> str:
        """Return what she says to a notice: if she can answer by a moment on her clock."""
        return _("Yes, if I can answer by %(moment)s", moment=unbroken(moment_in_words(end, zone)))

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


def last_moments(registration: Registration) -> dict[str, datetime]:
    """Return when an offer ends at the latest, by the notice in hours; never in her night.

    Notices that come to the same moment are one: 12 and 3 hours before a morning are the evening
    before it, and nobody is asked to choose between them.
    """
    found: dict[datetime, str] = {}
    for hours in NOTICES:
        end = _end(int(hours), registration)
        if end is not None:
            found.setdefault(end, hours)
    return {hours: end for end, hours in found.items()}


def _end(hours: int, registration: Registration) -> datetime | None:
    starts_at = registration.event.starts_at
    return ends_at(starts_at - OPEN_FOR, registration.timezone, starts_at, hours)


def _shown(hours: int, registration: Registration, ends: Mapping[str, datetime]) -> str:
    """Return the notice that is shown for hers: the one that ends with it, if one does."""
    end = _end(hours, registration)
    return next((shown for shown, at in ends.items() if at == end), str(hours))
