"""The calendar part of an email: the same entry as in the reader's feed, addressed to her."""

from forum.calendars import entries, ics
from forum.emails import queries
from forum.emails.kinds import CalendarMethod, Kind
from forum.emails.letter import CalendarPart
from forum.registration.models import Registration


def part(kind: Kind, registration: Registration, house: queries.House) -> CalendarPart | None:
    """Return what an email does to the reader's calendar, or None.

    Nothing is taken away from someone who has never been sent an invitation.
    """
    if kind.calendar is None:
        return None
    if kind.calendar == CalendarMethod.CANCEL and not queries.was_invited(registration):
        return None
    event = registration.event
    rooms = house.phone_rooms(event)
    entry = entries.event_entry(event, house.programme, house.venue, registration, rooms=rooms)
    people = entries.organizer(house.programme), entries.reader(registration)
    make = ics.cancel if kind.calendar == CalendarMethod.CANCEL else ics.request
    return CalendarPart(kind.calendar, make(entry, *people))
