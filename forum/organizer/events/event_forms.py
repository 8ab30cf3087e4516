"""What an organizer enters about an event."""

from typing import Self

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from forum.accounts.forms import tidy
from forum.events.models import CalendarMail, Event, EventKind, Gate, Room
from forum.i18n import LANGUAGES, _, lazy
from forum.organizer.fields import MomentField, VersionedForm, at_most, options, wall
from forum.organizer.words import CALENDAR_MAIL
from forum.planning.plans import EventPlan

LONGEST_TITLE = 200
MOST_PLACES = 100_000


class EventForm(VersionedForm):
    """An event's words and times."""

    title = StringField(
        lazy("Title"),
        [DataRequired(lazy("Enter a title")), at_most(LONGEST_TITLE)],
        filters=[tidy],
    )
    quiet_title = StringField(
        lazy("Discreet title"),
        [DataRequired(lazy("Enter a discreet title")), at_most(LONGEST_TITLE)],
        filters=[tidy],
        description=lazy("Shown in mail subjects and shared calendars. Do not name an illness."),
    )
    language = SelectField(lazy("Language"), choices=options(LANGUAGES.items()))
    starts = MomentField(lazy("Starts"), [InputRequired(lazy("Enter when it starts"))])
    ends = MomentField(lazy("Ends"), [InputRequired(lazy("Enter when it ends"))])
    room = SelectField(lazy("Room"), coerce=int)
    takes_registrations = BooleanField(lazy("People can register"))
    opens = MomentField(
        lazy("Registration opens"),
        [Optional()],
        description=lazy("Leave empty to open it as soon as the event is published."),
    )
    calendar = RadioField(
        lazy("Calendar entries in emails"),
        choices=options((each.value, label) for each, (label, _more) in CALENDAR_MAIL.items()),
        description=lazy(
            "Whoever has been sent an entry that we keep right goes on getting its changes."
        ),
    )

    @classmethod
    def of(cls, event: Event, rooms: list[Room], *, is_sent: bool = False) -> Self:
        """Return the form: as it was sent, or as the event stands."""
        opens = event.registration_opens_at
        stands = {
            "version": event.version,
            "title": event.title,
            "quiet_title": event.quiet_title,
            "language": event.language,
            "starts": wall(event.starts_at, event.timezone),
            "ends": wall(event.ends_at, event.timezone),
            "room": event.room_id or 0,
            "takes_registrations": event.takes_registrations,
            "opens": wall(opens, event.timezone) if opens else None,
            "calendar": event.calendar_mail.value,
        }
        form = cls(data=stands) if is_sent else cls(formdata=None, data=stands)
        if event.kind == EventKind.WEBCAST:
            known = [(room.id, room.name) for room in rooms]
            form.room.choices = options([(0, _("No room yet")), *known])
        else:
            del form.room
        return form

    @property
    def calendar_hints(self) -> dict[str, str]:
        """Return what each choice of calendar entries means."""
        return {each.value: str(more) for each, (_label, more) in CALENDAR_MAIL.items()}

    def plan(self, event: Event, rooms: list[Room]) -> EventPlan | None:
        """Return what the event shall be, or None with sentences at the fields."""
        zone = event.timezone
        starts = self.moment("starts", self.starts.data, zone, event.starts_at)
        ends = self.moment("ends", self.ends.data, zone, event.ends_at)
        opens = self.moment("opens", self.opens.data, zone, event.registration_opens_at)
        if starts and ends and ends <= starts:
            self.say(_("The end must come after the start"), "ends")
        if self.errors or starts is None or ends is None:
            return None
        chosen = self.room.data if "room" in self else None
        return EventPlan(
            title=tidy(self.title.data),
            quiet_title=tidy(self.quiet_title.data),
            language=self.language.data,
            starts_at=starts,
            ends_at=ends,
            takes_registrations=self.takes_registrations.data,
            registration_opens_at=opens,
            calendar_mail=CalendarMail(self.calendar.data),
            room=next((room for room in rooms if room.id == chosen), None),
        )


class PlacesForm(VersionedForm):
    """How many places one mode has, and until when it takes registrations."""

    capacity = IntegerField(
        lazy("Places"),
        [Optional(), NumberRange(0, MOST_PLACES, lazy("Enter a number from 0 to 100,000"))],
        description=lazy("Leave empty for no limit."),
        render_kw={"inputmode": "numeric"},
    )
    closes = MomentField(
        lazy("Registration closes"),
        [Optional()],
        description=lazy("Leave empty to keep it open until the event is over."),
    )

    @classmethod
    def of(cls, event: Event, gate: Gate, *, is_sent: bool = False) -> Self:
        """Return the form: as it was sent, or as the gate stands."""
        stands = {
            "version": event.version,
            "capacity": gate.capacity,
            "closes": wall(gate.closes_at, event.timezone) if gate.closes_at else None,
        }
        return cls(data=stands) if is_sent else cls(formdata=None, data=stands)
