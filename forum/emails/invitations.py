"""The calendar part of an email: the same entry as in the reader's feed, addressed to her.

Where two people read one mailbox, it begins with her first name: theirs look the same otherwise.
"""

from dataclasses import replace

from forum.calendars import entries, ics
from forum.emails import queries
from forum.emails.kinds import CalendarMethod, EmailKind
from forum.emails.letter import CalendarPart
from forum.events.models import CalendarMail, Mode
from forum.registration.models import Registration


def method(kind: EmailKind, registration: Registration) -> CalendarMethod | None:
    """Return what an email does to the reader's calendar, or None.

    The event says whether its emails invite, bring a file or leave calendars alone. But whoever
    was sent an invitation has an entry that only we can change (RFC 6047 2.2.1): hers is kept
    right and taken away by invitations, whatever the event says by now. Nothing is taken away
    from someone who was never sent one: a published entry cannot be (RFC 5546 3.2.1).
    """
    setting = registration.event.calendar_mail
    if kind.calendar == CalendarMethod.REQUEST:
        if setting == CalendarMail.REQUEST or queries.was_invited(registration):
            return CalendarMethod.REQUEST
        return CalendarMethod.PUBLISH if setting == CalendarMail.PUBLISH else None
    if kind.calendar == CalendarMethod.CANCEL and queries.was_invited(registration):
        return CalendarMethod.CANCEL
    return None


def part(
    does: CalendarMethod | None, registration: Registration, sender: queries.Sender
) -> CalendarPart | None:
    """Return the file that does it. Its texts are in the language being spoken."""
    if does is None:
        return None
    event = registration.event
    entry = entries.event_entry(
        event,
        sender.programme,
        sender.venue,
        registration,
        rooms=sender.phone_rooms(event),
        streamed=sender.streamed(event) if registration.mode == Mode.WEBCAST else (),
    )
    if sender.shares_mailbox(registration):
        entry = replace(entry, summary=entries.whose(entry.summary, registration))
    organizer = entries.organizer(sender.programme)
    if does == CalendarMethod.PUBLISH:
        return CalendarPart(does, ics.publish_one(entry, organizer))
    make = ics.cancel if does == CalendarMethod.CANCEL else ics.request
    return CalendarPart(does, make(entry, organizer, entries.reader(registration)))
