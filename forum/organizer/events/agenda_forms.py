"""What an organizer enters about a session."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wtforms import BooleanField, IntegerField, SelectField, StringField, TimeField
from wtforms.validators import DataRequired, InputRequired, NumberRange, Optional

from forum.events.models import Event, EventKind, Room, Session, SessionKind, Speaker, Track
from forum.i18n import LANGUAGES, _, lazy
from forum.organizer.events.event_forms import LONGEST_TITLE, MOST_PLACES
from forum.organizer.events.text_forms import TextsForm, texts_of
from forum.organizer.fields import MOVED, DayField, PeopleField, moment, on_day, wall
from forum.organizer.words import SESSION_KINDS
from forum.planning.plans import SessionPlan
from forum.tongues import say
from forum.web.forms import CheckboxesField, at_most, options, tidy

MADE = ("kind", "track", "capacity", "is_streamed")
"""What nobody chooses for a webcast: a programme file has no words for it either."""
DAY = timedelta(days=1)
LONGEST_NIGHT = timedelta(hours=6)
"""As long as a session over midnight may be, to be no slip of the clock."""
OFFERS = ("is_streamed", "is_recorded", "has_captions", "has_asl", "has_spanish")


@dataclass(frozen=True)
class Offered:
    """What one can choose from."""

    rooms: list[Room]
    tracks: list[Track]
    speakers: list[Speaker]


class SessionForm(TextsForm):
    """A session's words, time, room and people. Once it is valid, `plan` is what it shall be."""

    title = StringField(
        lazy("Title"),
        [DataRequired(lazy("Enter a title")), at_most(LONGEST_TITLE)],
        filters=[tidy],
    )
    quiet_title = StringField(
        lazy("Neutral title"),
        [DataRequired(lazy("Enter a neutral title")), at_most(LONGEST_TITLE)],
        filters=[tidy],
        description=lazy("Shown in shared calendars. Do not name an illness."),
    )
    day = DayField(lazy("Day"), [InputRequired(lazy("Enter the day"))])
    starts = TimeField(lazy("Starts"), [InputRequired(lazy("Enter when it starts"))])
    ends = TimeField(lazy("Ends"), [InputRequired(lazy("Enter when it ends"))])
    people = PeopleField(description=MOVED)
    room = SelectField(lazy("Room"), coerce=int)
    speakers = CheckboxesField(lazy("Speakers"), coerce=int)
    kind = SelectField(lazy("Kind"), choices=options(SESSION_KINDS.items()))
    track = SelectField(lazy("Track"), coerce=int)
    language = SelectField(lazy("Language"), choices=options(LANGUAGES.items()))
    capacity = IntegerField(
        lazy("Places"),
        [Optional(), NumberRange(1, MOST_PLACES, lazy("Enter a number from 1 to 100,000"))],
        description=lazy("Only for sessions that people choose. Leave empty for no limit."),
        render_kw={"inputmode": "numeric"},
    )
    is_streamed = BooleanField(lazy("Live online"))
    is_recorded = BooleanField(lazy("Recorded"))
    has_captions = BooleanField(lazy("Live captions"))
    has_asl = BooleanField(lazy("American Sign Language"))
    has_spanish = BooleanField(lazy("Spanish interpretation"))

    plan: SessionPlan

    def __init__(
        self, event: Event, session: Session | None, offered: Offered, *, is_sent: bool = True
    ) -> None:
        """Show what was sent, or how the session stands; a new one begins the day."""
        stands = _new(event) if session is None else _as_is(event, session)
        super().__init__(stands, is_sent=is_sent)
        rooms, tracks, speakers = (
            [(each.id, say(each, "name")) for each in some]
            for some in (offered.rooms, offered.tracks, offered.speakers)
        )
        self.room.choices = options([(0, _("No room")), *rooms])
        self.track.choices = options([(0, _("No track")), *tracks])
        self.speakers.choices = options(speakers)
        self._is_webcast = event.kind == EventKind.WEBCAST
        if self._is_webcast:  # it is streamed, and who registers for it has a place in it
            for name in MADE:
                del self[name]
        else:
            del self.people
        self._session = session
        self._zone, self._offered = event.timezone, offered
        self._there = [each.id for each in session.speakers] if session else []
        self._kept = (session.starts_at, session.ends_at) if session else (None, None)

    def check(self) -> None:
        """Say what is wrong with the times, or make the plan."""
        super().check()
        first, last = (on_day(self.day.data, each.data) for each in (self.starts, self.ends))
        if first and last:
            last += self._nights(first, last)
        starts = moment(self, "starts", first, self._zone, self._kept[0])
        ends = moment(self, "ends", last, self._zone, self._kept[1])
        if starts is None or ends is None:
            return
        if ends <= starts:
            self.say(_("The end must come after the start"), "ends")
        offered = self._offered
        self.plan = SessionPlan(
            **self.texts(),
            language=self.language.data,
            starts_at=starts,
            ends_at=ends,
            room=next((each for each in offered.rooms if each.id == self.room.data), None),
            speakers=self._in_order(),
            **{name: self[name].data for name in OFFERS if name in self},
            people=self.people.data if "people" in self else None,
            **self._made(),
        )

    def _nights(self, first: datetime, last: datetime) -> timedelta:
        """Return the days from the one that it begins on to the one that it ends on.

        As many as there were, while its times of day are the same; otherwise the next day, where
        its end is earlier on the clock. More hours than a short night's are a slip, unless it is
        so long already.
        """
        was_first, was_last = (each and wall(each, self._zone) for each in self._kept)
        longest = LONGEST_NIGHT
        if was_first and was_last:
            if (was_first.time(), was_last.time()) == (first.time(), last.time()):
                return was_last.date() - was_first.date()
            longest = max(longest, was_last - was_first)
        is_over_midnight = last <= first and last + DAY - first <= longest
        return DAY if is_over_midnight else timedelta()

    def _made(self) -> dict[str, Any]:
        """Return what a webcast's session is by nature, and another one by choice."""
        session = self._session
        if self._is_webcast and session is not None:
            return {name: getattr(session, name) for name in MADE}
        tracks = (each for each in self._offered.tracks if each.id == self.track.data)
        return {
            "kind": SessionKind(self.kind.data),
            "track": next(tracks, None),
            "capacity": self.capacity.data,
        }

    def _in_order(self) -> tuple[Speaker, ...]:
        """Return who was chosen: those who were there in their order, then the new ones."""
        chosen = set(self.speakers.data or ())
        found = [each for each in self._offered.speakers if each.id in chosen]
        place = {speaker_id: number for number, speaker_id in enumerate(self._there)}
        return tuple(sorted(found, key=lambda each: place.get(each.id, len(place))))


def _new(event: Event) -> dict[str, object]:
    starts = wall(event.starts_at, event.timezone)
    return {"version": 1, "day": starts.date(), "language": event.language, "kind": "talk"}


def _as_is(event: Event, session: Session) -> dict[str, object]:
    starts, ends = (wall(at, event.timezone) for at in (session.starts_at, session.ends_at))
    same = ("version", "kind", "language", "capacity", *OFFERS)
    return {
        **{name: getattr(session, name) for name in same},
        **texts_of(session),
        "day": starts.date(),
        "starts": starts.time(),
        "ends": ends.time(),
        "room": session.room_id or 0,
        "track": session.track_id or 0,
        "speakers": [each.id for each in session.speakers],
    }
