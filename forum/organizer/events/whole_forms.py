"""What an organizer decides about a whole event: it goes online, to another day, or is off."""

from datetime import datetime

from wtforms import TimeField
from wtforms.validators import InputRequired

from forum.events.models import Event, Session
from forum.events.whole_queries import Prospect, rest_starts_at
from forum.events.words import titled
from forum.i18n import _, day_on, lazy, time_beside
from forum.organizer.events.change_forms import NoticeForm
from forum.organizer.fields import DayField, PeopleField, moment, on_day, wall
from forum.planning.refusals import Clashing, OutsideTheEvent
from forum.web.forms import CheckboxesField, number, options


class WholeForm(NoticeForm):
    """What the desk says of its own to everyone, whose email it would like to see, how many it is.

    The number is typed at last, so a look asks for none.
    """

    above = (Clashing, OutsideTheEvent)
    people = PeopleField()

    def __init__(self, event: Event, **stands: object) -> None:
        """Show what was sent, or how the event stands."""
        super().__init__({"version": event.version, **stands})


class OnlineForm(WholeForm):
    """Which sessions are shown online that were not meant to be."""

    also_online = CheckboxesField(
        lazy("Show these online, too"), coerce=number, validate_choice=False
    )

    def __init__(self, event: Event, prospect: Prospect) -> None:
        """Show what was sent, or no tick, because a circle may want to be alone.

        Where nothing is shown online yet, everything that can be is ticked.
        """
        could_be = [] if prospect.online else [each.id for each in prospect.could_be]
        super().__init__(event, also_online=could_be)
        self.also_online.choices = options((each.id, in_words(each)) for each in prospect.could_be)


class PostponeForm(WholeForm):
    """The day on which it will be, and its hours: once it is valid, `span`."""

    day = DayField(lazy("New date"), [InputRequired(lazy("Enter the day"))])
    starts = TimeField(lazy("Starts"), [InputRequired(lazy("Enter when it starts"))])
    ends = TimeField(lazy("Ends"), [InputRequired(lazy("Enter when it ends"))])

    span: tuple[datetime, datetime] | None = None

    def __init__(self, event: Event, *, now: datetime) -> None:
        """Show what was sent, or no day and the hours of what is still to come."""
        self._event = event
        self._first, self._last = (
            wall(at, event.timezone) for at in (rest_starts_at(event, now=now), event.ends_at)
        )
        super().__init__(event, starts=self._first.time(), ends=self._last.time())

    @property
    def asked(self) -> str:
        """Return the day and the hours as one word, to know what the desk has looked at."""
        return f"{self.day.data} {self.starts.data} {self.ends.data}"

    def check(self) -> None:
        """Read when it starts and ends, or say what is wrong. It lasts as many days as before."""
        event, days = self._event, self._last.date() - self._first.date()
        starts_on = on_day(self.day.data, self.starts.data)
        ends_on = on_day(self.day.data and self.day.data + days, self.ends.data)
        starts = moment(self, "starts", starts_on, event.timezone, event.starts_at)
        ends = moment(self, "ends", ends_on, event.timezone, event.ends_at)
        if starts and ends and ends <= starts:
            self.say(_("The end must come after the start"), "ends")
        elif starts and ends:
            self.span = starts, ends


class CancelForm(WholeForm):
    """Whether an event is called off."""


def in_words(session: Session) -> str:
    """Return "10:30 am: Yoga on a chair"; with the weekday behind the event's first day."""
    event = session.event
    time = time_beside(session.starts_at, event.timezone, day_on(event.starts_at, event.timezone))
    return str(_("%(time)s: %(title)s", time=time, title=titled(session)))
