"""Registering someone who is on the phone: nobody is made twice, with or without an address.

Runs inside its caller's `transaction()`.
"""

from datetime import datetime

from forum.accounts.models import Organizer
from forum.addresses import tidy_address
from forum.events.locks import lock_mailboxes
from forum.events.models import Event
from forum.registration import actions, phoned_queries
from forum.registration.outcomes import Outcome
from forum.registration.places.gates import lock_all_gates
from forum.registration.refusals import Known, PerhapsKnown
from forum.registration.requests import Overrides, Request


def register(  # noqa: PLR0913 - what is asked for, by name
    event: Event,
    request: Request,
    *,
    is_another: bool,
    overrides: Overrides,
    now: datetime,
    by: Organizer,
) -> Outcome:
    """Register her and whoever comes along, as `actions.register` does, unless she is known.

    `is_another` says that an organizer has asked: she is none of those whom she may be. Raises
    Known, PerhapsKnown, and what `actions.register` raises.
    """
    companion = request.companion.email if request.companion else None
    lock_mailboxes(*(tidy_address(each) for each in (request.email, companion) if each))
    lock_all_gates(event.id)
    known = phoned_queries.known(event.id, request)
    if known is not None:
        raise Known(known)
    if not is_another and (people := phoned_queries.perhaps_known(event.id, request)):
        raise PerhapsKnown(people)
    return actions.register(event, request, overrides=overrides, now=now, by=by)
