"""A wrong email address, put right by whoever has just registered with it.

Every action runs inside its caller's `transaction()` and takes `now` (aware).
"""

from datetime import datetime, timedelta

from forum.addresses import tidy_address
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.adopting_actions import adopt
from forum.events.models import Event
from forum.incoming import actions as incoming
from forum.registration import actions, queries
from forum.registration.models import Registration, Source, Status
from forum.registration.my.details import actions as details
from forum.registration.places.admission import tell_status
from forum.registration.telling import tell

VALID_FOR = timedelta(hours=1)
MOST = 2
"""How often one form may put its address right: each is a mail that may go to a stranger."""


def correct_address(event: Event, form_key: str, email: str, *, now: datetime) -> None:
    """Write to another address about what a form has brought within the hour.

    Links that went to the wrong mailbox open nothing any more. Where the same person stands under
    the right address already, the one with the wrong address is canceled and the other is told of
    again. Nothing happens for a form that only repeated what stood before, or whose registration
    was changed since: whoever asks learns neither. Raises TooLateToChange.
    """
    first = queries.by_form(event.id, form_key)
    email = tidy_address(email)
    if first is None or first.email == email or not _is_fresh(first, now=now):
        return
    beside = [each for each in queries.companions(first) if each.email == first.email]
    for each in (first, *(other for other in beside if _is_fresh(other, now=now))):
        if standing := _standing(each, email):
            actions.cancel(each, now=now)
            tell_status(standing, is_repeat=True, now=now, by=None)
        else:
            _move(each, email, now=now)


def _is_fresh(registration: Registration, *, now: datetime) -> bool:
    """Tell whether nothing but its address was changed since the form brought it."""
    return (
        registration.source == Source.SELF
        and registration.status != Status.CANCELLED
        and now < registration.registered_at + VALID_FOR
        and registration.version == registration.link_version <= MOST
    )


def _standing(registration: Registration, email: str) -> Registration | None:
    """Return the same person's living registration under another address, if there is one."""
    found = queries.same_person(registration.event_id, email, registration.person_key)
    return next((each for each in found if each.status != Status.CANCELLED), None)


def _move(registration: Registration, email: str, *, now: datetime) -> None:
    details.lock_registration(registration, by=None)
    wrong = registration.email
    registration.email = email
    registration.link_version += 1
    registration.feed_version += 1
    details.touch(registration, now=now)
    adopt(registration, now=now)
    record(Action.ADDRESS_CHANGED, registration, now=now)
    if wrong:
        incoming.leave(wrong, registration, now=now)
    is_in = registration.status == Status.CONFIRMED
    occasion = f"address:{registration.link_version}"
    tell("confirmation" if is_in else "waitlist", registration, occasion, now=now)
