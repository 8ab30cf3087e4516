"""What an organizer enters about an event."""

import re
from datetime import datetime

from wtforms import BooleanField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional, ValidationError

from forum import clock
from forum.events.models import CalendarMail, Event, EventKind, Gate, Room
from forum.events.opening_rules import (
    OpeningSlip,
    closing_along,
    closing_slip,
    days_between,
    opening_slip,
)
from forum.i18n import LANGUAGES, _, lazy
from forum.organizer.events.text_forms import TextsForm, texts_of
from forum.organizer.fields import MOVED, MomentField, PeopleField, moment, wall
from forum.organizer.words import CALENDAR_MAIL
from forum.planning.plans import EventPlan
from forum.planning.refusals import Clashing
from forum.programme.reading.kinds import DAY_HOURS, PHONE_NUMBER
from forum.tongues import say
from forum.web.forms import VersionedForm, answer, at_most, options, tidy

LONGEST_TITLE = 200
MOST_PLACES = 100_000
OPENING_SLIPS = {
    OpeningSlip.OPENS_AFTER_THE_END: lazy("Registration must open before the event is over"),
    OpeningSlip.OPENS_AFTER_IT_CLOSES: lazy("Registration must open before it closes"),
    OpeningSlip.CLOSES_AFTER_THE_END: lazy(
        "The event is over by then. Choose an earlier time, or leave it empty"
    ),
}


class EventForm(TextsForm):
    """An event's words and times. Once it is valid, `plan` is what it shall be."""

    above = (Clashing,)
    title = StringField(
        lazy("Title"),
        [DataRequired(lazy("Enter a title")), at_most(LONGEST_TITLE)],
        filters=[tidy],
    )
    quiet_title = StringField(
        lazy("Neutral title"),
        [DataRequired(lazy("Enter a neutral title")), at_most(LONGEST_TITLE)],
        filters=[tidy],
        description=lazy("Shown in email subjects and shared calendars. Do not name an illness."),
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
    people = PeopleField(description=MOVED)
    day_phone = StringField(
        lazy("Phone number on the day"),
        [Optional()],
        filters=[tidy],
        description=lazy("With its country code. Leave empty if it is the number of every day."),
        render_kw={"inputmode": "tel", "autocomplete": "off"},
    )
    day_hours = StringField(
        lazy("Somebody answers on the day"),
        [Optional()],
        filters=[tidy],
        description=lazy("From when to when, such as 07:00-17:00."),
        render_kw={"autocomplete": "off"},
    )
    calendar = RadioField(
        lazy("Calendar entries in emails"),
        choices=options((each.value, label) for each, (label, _more) in CALENDAR_MAIL.items()),
        description=lazy(
            "Whoever has been sent an entry that we keep right goes on getting its changes."
        ),
    )

    plan: EventPlan

    def __init__(self, event: Event, rooms: list[Room], *, is_sent: bool = True) -> None:
        """Show what was sent, or how the event stands."""
        opens = event.registration_opens_at
        stands = {
            "version": event.version,
            **texts_of(event),
            "language": event.language,
            "starts": wall(event.starts_at, event.timezone),
            "ends": wall(event.ends_at, event.timezone),
            "room": event.room_id or 0,
            "takes_registrations": event.takes_registrations,
            "opens": wall(opens, event.timezone) if opens else None,
            "day_phone": event.day_phone,
            "day_hours": event.day_hours,
            "calendar": event.calendar_mail.value,
        }
        super().__init__(stands, is_sent=is_sent)
        self._event, self._rooms = event, rooms
        if event.kind == EventKind.WEBCAST:
            known = [(room.id, say(room, "name")) for room in rooms]
            self.room.choices = options([(0, _("No room yet")), *known])
        else:
            del self.room

    @property
    def calendar_hints(self) -> dict[str, str]:
        """Return what each choice of calendar entries means."""
        return {each.value: str(more) for each, (_label, more) in CALENDAR_MAIL.items()}

    def validate_day_phone(self, field: StringField) -> None:
        """Refuse what is no number with a country code."""
        if not re.fullmatch(PHONE_NUMBER, field.data or "", re.ASCII):
            raise ValidationError(_("Enter a number with its country code, like +1-617-555-0142"))

    def validate_day_hours(self, field: StringField) -> None:
        """Refuse what are no two times of day."""
        if not re.fullmatch(DAY_HOURS, field.data or "", re.ASCII):
            raise ValidationError(_("Enter two times of day, like 07:00-17:00"))

    def check(self) -> None:
        """Say what is wrong with the times, or make the plan."""
        super().check()
        event, zone = self._event, self._event.timezone
        starts = moment(self, "starts", self.starts.data, zone, event.starts_at)
        ends = moment(self, "ends", self.ends.data, zone, event.ends_at)
        opens = moment(self, "opens", self.opens.data, zone, event.registration_opens_at)
        if starts is None or ends is None:
            return
        if ends <= starts:
            self.say(_("The end must come after the start"), "ends")
            return
        days = days_between(event.starts_at, starts, zone)
        closings = [closing_along(gate.closes_at, days, ends, zone) for gate in event.gates]
        if (slip := opening_slip(opens, closings, ends)) and self._is_new(opens, ends):
            self.say(str(OPENING_SLIPS[slip]), "opens")
        chosen = self.room.data if "room" in self else None
        self.plan = EventPlan(
            **self.texts(),
            language=self.language.data,
            starts_at=starts,
            ends_at=ends,
            takes_registrations=self.takes_registrations.data,
            registration_opens_at=opens,
            day_phone=answer(self.day_phone),
            day_hours=answer(self.day_hours),
            calendar_mail=CalendarMail(self.calendar.data),
            room=next((room for room in self._rooms if room.id == chosen), None),
            people=self.people.data,
        )

    def _is_new(self, opens: datetime | None, ends: datetime) -> bool:
        """Tell whether the opening is to be judged beside this end.

        Not while the end itself is asked about: its year is the slip, not the opening.
        """
        event = self._event
        is_asked = ends <= clock.now() < event.ends_at and self.people.data is None
        if is_asked and opens == event.registration_opens_at:
            return False
        return (opens, ends) != (event.registration_opens_at, event.ends_at)


class PlacesForm(VersionedForm):
    """How many places one mode has, and until when it takes registrations: `closes_at`."""

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

    closes_at: datetime | None

    def __init__(self, gate: Gate, *, is_sent: bool = True) -> None:
        """Show what was sent, or how the gate stands."""
        event, closes_at = gate.event, gate.closes_at
        stands = {
            "version": event.version,
            "capacity": gate.capacity,
            "closes": wall(closes_at, event.timezone) if closes_at else None,
        }
        super().__init__(stands, is_sent=is_sent)
        self._zone, self._kept, self._event = event.timezone, closes_at, event

    def check(self) -> None:
        """Read the closing, or say what is wrong with it."""
        self.closes_at = moment(self, "closes", self.closes.data, self._zone, self._kept)
        opens, ends = self._event.registration_opens_at, self._event.ends_at
        slip = closing_slip(self.closes_at, opens, ends)
        if slip and self.closes_at != self._kept:
            self.say(str(OPENING_SLIPS[slip]), "closes")
