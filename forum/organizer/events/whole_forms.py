"""What an organizer decides about a whole event: it goes online, to another day, or is off."""

from datetime import datetime, timedelta
from typing import Self

from wtforms import TimeField
from wtforms.validators import InputRequired

from forum.events.models import Event, Session
from forum.events.whole_queries import Prospect
from forum.events.words import shown
from forum.i18n import _, lazy, time_in_words
from forum.organizer.events.change_forms import NoticeForm
from forum.organizer.fields import CheckboxesField, DayField, on_day, options, wall
from forum.registration.fields import session_number


class WholeForm(NoticeForm):
    """What the desk says of its own to everyone, and whose email it would like to see."""

    def offer_readers(self, readers: list[tuple[str, str]]) -> None:
        """Let the email be shown to these kinds of readers, by key and in words."""
        self.reader.choices = options(readers)


class OnlineForm(WholeForm):
    """Which sessions are shown online that were not meant to be."""

    also_online = CheckboxesField(
        lazy("Show these online, too"), coerce=session_number, validate_choice=False
    )

    @classmethod
    def about(cls, event: Event, prospect: Prospect, *, is_sent: bool) -> Self:
        """Return the form: as it was sent, or with no tick, because a circle may want to be alone.

        Where nothing is shown online yet, everything that can be is ticked.
        """
        could_be = [] if prospect.online else [each.id for each in prospect.could_be]
        facts = {"version": event.version, "also_online": could_be}
        form = cls(data=facts) if is_sent else cls(formdata=None, data=facts)
        form.also_online.choices = options((each.id, in_words(each)) for each in prospect.could_be)
        return form


class PostponeForm(WholeForm):
    """The day on which it will be, and its hours."""

    day = DayField(lazy("New day"), [InputRequired(lazy("Enter the day"))])
    starts = TimeField(lazy("Starts"), [InputRequired(lazy("Enter when it starts"))])
    ends = TimeField(lazy("Ends"), [InputRequired(lazy("Enter when it ends"))])

    @classmethod
    def about(cls, event: Event, *, is_sent: bool) -> Self:
        """Return the form: as it was sent, or without a day and with the hours as they are."""
        starts, ends = (wall(at, event.timezone) for at in (event.starts_at, event.ends_at))
        facts = {"version": event.version, "starts": starts.time(), "ends": ends.time()}
        return cls(data=facts) if is_sent else cls(formdata=None, data=facts)

    @property
    def asked(self) -> str:
        """Return the day and the hours as one word, to know what the desk has looked at."""
        return f"{self.day.data} {self.starts.data} {self.ends.data}"

    def span(self, event: Event) -> tuple[datetime, datetime] | None:
        """Return when it shall start and end, or None with sentences at the fields.

        It lasts as many days as before.
        """
        days = self._days(event)
        starts_on = on_day(self.day.data, self.starts.data)
        ends_on = on_day(self.day.data and self.day.data + days, self.ends.data)
        starts = self.moment("starts", starts_on, event.timezone, event.starts_at)
        ends = self.moment("ends", ends_on, event.timezone, event.ends_at)
        if starts and ends and ends <= starts:
            self.say(_("The end must come after the start"), "ends")
        return None if self.errors or starts is None or ends is None else (starts, ends)

    @staticmethod
    def _days(event: Event) -> timedelta:
        first, last = (wall(at, event.timezone).date() for at in (event.starts_at, event.ends_at))
        return last - first


class CancelForm(WholeForm):
    """Whether an event is called off."""

    @classmethod
    def about(cls, event: Event, *, is_sent: bool) -> Self:
        """Return the form: as it was sent, or empty."""
        facts = {"version": event.version}
        return cls(data=facts) if is_sent else cls(formdata=None, data=facts)


def in_words(session: Session) -> str:
    """Return "10:30 am: Yoga on a chair"."""
    time = time_in_words(session.starts_at, session.event.timezone)
    return str(_("%(time)s: %(title)s", time=time, title=shown(session.title)))
