"""Sentences about the ways to attend, one for each way: half a sentence cannot be translated."""

from forum.events.models import Mode
from forum.i18n import lazy

BOOKED = {
    Mode.IN_PERSON: lazy("Your place in person is booked."),
    Mode.WEBCAST: lazy("Your place online is booked."),
    Mode.PHONE: lazy("Your place by phone is booked."),
}
IN_LINE = {
    Mode.IN_PERSON: lazy("You are number %(number)s on the waitlist for a place in person."),
    Mode.WEBCAST: lazy("You are number %(number)s on the waitlist for a place online."),
    Mode.PHONE: lazy("You are number %(number)s on the waitlist for a place by phone."),
}
INSTEAD = {
    Mode.IN_PERSON: lazy("Come in person instead"),
    Mode.WEBCAST: lazy("Take part online instead"),
    Mode.PHONE: lazy("Listen by phone instead"),
}
MEANWHILE = {
    Mode.IN_PERSON: lazy("Come in person for now"),
    Mode.WEBCAST: lazy("Take part online for now"),
    Mode.PHONE: lazy("Listen by phone for now"),
}
"""What someone can do who waits and has no place at all."""
WAIT = {
    Mode.IN_PERSON: lazy("Wait for a place in person"),
    Mode.WEBCAST: lazy("Wait for a place online"),
    Mode.PHONE: lazy("Wait for a place by phone"),
}
FULL = {
    Mode.IN_PERSON: lazy("All places in person are taken."),
    Mode.WEBCAST: lazy("All places online are taken."),
    Mode.PHONE: lazy("All places by phone are taken."),
}
KEPT = {
    Mode.IN_PERSON: lazy("Your place in person stays yours."),
    Mode.WEBCAST: lazy("Your place online stays yours."),
    Mode.PHONE: lazy("Your place by phone stays yours."),
}
GIVEN_UP = {
    Mode.IN_PERSON: lazy("Your place in person becomes free for someone else then."),
    Mode.WEBCAST: lazy("Your place online becomes free for someone else then."),
    Mode.PHONE: lazy("Your place by phone becomes free for someone else then."),
}
OFFERED = {
    Mode.IN_PERSON: lazy("A place in person is free for you"),
    Mode.WEBCAST: lazy("A place online is free for you"),
    Mode.PHONE: lazy("A place by phone is free for you"),
}
OFFERED_TO_BOTH = {
    Mode.IN_PERSON: lazy("Two places in person are free, for both of you"),
    Mode.WEBCAST: lazy("Two places online are free, for both of you"),
    Mode.PHONE: lazy("Two places by phone are free, for both of you"),
}
