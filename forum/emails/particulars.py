"""What an email says: when, how to join, whom to call, and the advice, each in the same order.

`Particulars` are plain facts, gathered from the live record. They are everything that the words
depend on, besides the reader's name and links; so equal particulars have equal words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from forum.emails.addresses import one_line
from forum.emails.kinds import KINDS
from forum.emails.queries import House
from forum.events.contact import Contact, contact_of
from forum.events.models import Mode, Programme, Room, Venue
from forum.i18n import _, both_zones, day_in_words
from forum.registration.models import Registration, Status
from forum.registration.rules import JOIN_OPENS


class Place(NamedTuple):
    """Where to come to."""

    name: str
    address: str
    arrival: str


class PhoneLine(NamedTuple):
    """A number to listen by, and the room that one hears."""

    room: str
    number: str

    @property
    def href(self) -> str:
        """Return what goes behind `tel:`."""
        return self.number.replace("-", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """The facts of one email to an attendee. Its words are in the language being spoken.

    `leads` are those of the reminders whose advice it gives, `offers` what a reminder offers.
    """

    email: str
    language: str
    house: str
    title: str
    starts_at: datetime
    ends_at: datetime
    event_zone: str
    own_zone: str
    mode: Mode
    is_waiting: bool
    place: Place | None
    phones: tuple[PhoneLine, ...]
    reach: tuple[tuple[str, str], ...]
    leads: tuple[timedelta, ...] = ()
    offers: tuple[str, ...] = ()
    is_stoppable: bool = False

    @property
    def when(self) -> list[str]:
        """Return day and hours on the reader's clock, then on the event's where they differ."""
        return both_zones(self.starts_at, self.ends_at, self.event_zone, self.own_zone)

    @property
    def day(self) -> str:
        """Return the day as the reader counts it: "Saturday, April 24, 2027"."""
        return day_in_words(self.starts_at, self.own_zone)

    @property
    def mode_in_words(self) -> str:
        """Return how this person attends."""
        return {
            Mode.IN_PERSON: _("In person"),
            Mode.WEBCAST: _("Online"),
            Mode.PHONE: _("By phone"),
        }[self.mode]

    @property
    def opens_before(self) -> int:
        """Return how many minutes before the start the Join button works."""
        return JOIN_OPENS // timedelta(minutes=1)

    @property
    def cancel_label(self) -> str:
        """Return what the link to canceling is called."""
        return _("Leave the waitlist") if self.is_waiting else _("Cancel your place")

    @property
    def contact(self) -> Contact:
        """Return whom to call."""
        return contact_of(Programme(**dict(self.reach)), self.starts_at)


def gather(
    email: str,
    registration: Registration,
    house: House,
    *,
    leads: tuple[timedelta, ...] = (),
    offers: tuple[str, ...] = (),
) -> Particulars:
    """Read the facts of an email from the live record, as discreet as its reader wants."""
    event = registration.event
    programme, venue = house.programme, house.venue
    is_there = registration.mode == Mode.IN_PERSON
    return Particulars(
        email=email,
        language=registration.language,
        house=one_line(programme.quiet_name),
        title=one_line(event.quiet_title if registration.is_discreet else event.title),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        event_zone=event.timezone,
        own_zone=registration.timezone,
        mode=registration.mode,
        is_waiting=registration.status == Status.WAITLISTED,
        place=_place(venue) if venue and is_there else None,
        phones=() if is_there else _phones(house.phone_rooms(event)),
        reach=(
            ("contact_email", programme.contact_email),
            ("contact_phone", programme.contact_phone),
            ("phone_hours", programme.phone_hours),
            ("text_number", programme.text_number),
            ("timezone", programme.timezone),
        ),
        leads=leads,
        offers=offers,
        is_stoppable=KINDS[email].is_reminder,
    )


def _place(venue: Venue) -> Place:
    return Place(venue.name, venue.address, venue.arrival)


def _phones(rooms: Sequence[Room]) -> tuple[PhoneLine, ...]:
    return tuple(PhoneLine(room.name, f"{room.dial_in}") for room in rooms)
