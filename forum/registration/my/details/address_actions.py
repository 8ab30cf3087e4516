"""A new email address: asked about, confirmed from its own mailbox, and told to the old one.

Every action runs inside its caller's `transaction()`, takes `now` (aware), and raises a Refusal
before it has changed anything that would be kept. Links given out before keep working, so that
whoever reads the old mailbox can object; a new link is an action of its own.
"""

from datetime import datetime, timedelta

from forum.accounts.models import Organizer
from forum.addresses import tidy_address
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.adopting_actions import adopting
from forum.db import db, read_again
from forum.emails.kinds import Subject
from forum.events.locks import lock_mailboxes
from forum.i18n import _
from forum.incoming import actions as incoming
from forum.outbox.actions import post
from forum.registration import refusals
from forum.registration.models import AddressChange, Registration, Status, new_uid
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_queries
from forum.registration.telling import tell, this_hour

VALID_FOR = timedelta(hours=48)
MOST_A_DAY = 5
"""How many new addresses one person may ask about in a day: each is a mail to a stranger."""
NOWHERE = ""
"""The new address of someone who wants no email any more."""


def ask(
    registration: Registration,
    new_email: str,
    *,
    for_others: bool = False,
    now: datetime,
    by: Organizer | None = None,
) -> AddressChange | None:
    """Mail a link to a new address, and change nothing until it is used.

    `for_others` asks for her other events in the same breath. The latest question replaces those
    before; the same one again is mailed at most hourly. Returns None when it is her address
    already. Nothing tells whether others use the new address. Raises AskedTooOften.
    """
    details.lock_changeable(registration, by=by)
    new_email = tidy_address(new_email)
    if new_email == registration.email:
        return None
    known = address_queries.open_changes(registration, now=now)
    change = next((each for each in known if each.new_email == new_email), None)
    if change is None:
        change = _new(registration, new_email, now=now, by=by)
        for each in known:
            each.expires_at = now
    if for_others:
        _add_others(change, now=now, by=by)
    change.expires_at = now + VALID_FOR
    post(  # not `tell`: it goes to the new address, which is not hers yet
        "confirm_address",
        registration,
        {Subject.ADDRESS: change.id},
        once=f"confirm_address:{change.public_id}:{this_hour(now)}",
        now=now,
        useful_until=change.expires_at,
    )
    return change


def confirm(change: AddressChange, *, now: datetime) -> None:
    """Write to the new address from now on, and tell the old one.

    Nothing happens when it is done already and nothing has changed since; later the link opens
    nothing. Raises QuestionClosed, PersonKnown or TooLateToChange.
    """
    lock_mailboxes(change.new_email)
    for each in address_queries.together(change):
        details.lock_registration(each.registration, by=None)
    read_again(change)
    if _is_just_done(change, now=now):
        return
    if not is_open(change, now=now):
        raise refusals.QuestionClosed(
            _("This link no longer works. Ask for a new one on your own page.")
        )
    if _is_taken(change):
        raise details.person_known()
    beside = [each for each in address_queries.together(change) if each is not change]
    for each in (change, *beside):
        if is_open(each, now=now) and not _is_taken(each):
            _move(each, now=now)


def remove(registration: Registration, *, now: datetime, by: Organizer | None = None) -> None:
    """Write to someone no more: she is called instead. The address that she had is told.

    Nothing happens when there is none. Raises NoWayToReach or TooLateToChange.
    """
    details.lock_changeable(registration, by=by)
    if registration.email is None:
        return
    if not registration.phone:
        raise details.no_way_to_reach("phone")
    for each in address_queries.open_changes(registration, now=now):
        each.expires_at = now
    change = _new(registration, NOWHERE, now=now, by=by)
    change.expires_at = now
    _settle(change, None, now=now, by=by)


def is_open(change: AddressChange, *, now: datetime) -> bool:
    """Tell whether a link still confirms: in time, and her address has not changed meanwhile."""
    return (
        change.done_at is None
        and now < change.expires_at
        and change.registration.email == change.old_email
    )


def _is_just_done(change: AddressChange, *, now: datetime) -> bool:
    """Tell whether a link was used, and still may show her page to whoever presses it again."""
    return (
        change.done_at is not None
        and now < change.expires_at
        and change.registration.email == change.new_email
    )


def _new(
    registration: Registration, new_email: str, *, now: datetime, by: Organizer | None
) -> AddressChange:
    lately = address_queries.number_asked(registration, since=now - timedelta(days=1))
    if new_email and lately >= MOST_A_DAY:
        raise refusals.AskedTooOften(
            _("You have asked for several addresses today. Please call us, or try tomorrow."),
            field="email",
        )
    change = AddressChange(
        registration=registration,
        new_email=new_email,
        old_email=registration.email,
        created_at=now,
        expires_at=now + VALID_FOR,
    )
    db.session.add(change)
    db.session.flush()
    if new_email:
        record(Action.ADDRESS_ASKED, registration, organizer=by, now=now)
    return change


def _add_others(change: AddressChange, *, now: datetime, by: Organizer | None) -> None:
    """Ask for her other events, too: marked by the same moment, and confirmed by the same link."""
    asked_for = {each.registration_id for each in address_queries.together(change)}
    for other in address_queries.others_of(change.registration):
        if other.id not in asked_for:
            beside = _new(other, change.new_email, now=now, by=by)
            beside.created_at = change.created_at


def _is_taken(change: AddressChange) -> bool:
    registration = change.registration
    return details.is_known(registration, email=change.new_email, key=registration.person_key)


def _move(change: AddressChange, *, now: datetime) -> None:
    """Take the new address, and bring the calendar entry of whoever has a place to its mailbox."""
    registration = change.registration
    _settle(change, change.new_email, now=now, by=None)
    email = "details_changed" if registration.status == Status.CONFIRMED else "my_link"
    facts = {"changed": ["email"]}
    tell(email, registration, f"address:{change.public_id}", facts=facts, now=now)


def _settle(
    change: AddressChange, email: str | None, *, now: datetime, by: Organizer | None
) -> None:
    registration = change.registration
    if email and address_queries.shares_entry(registration, email):
        registration.uid = new_uid(registration.event.uid)
    with adopting(registration, now=now):
        registration.email = email
        registration.email_taken_at = now if email else None
        change.done_at = now
        details.touch(registration, now=now)
    record(Action.ADDRESS_CHANGED, registration, organizer=by, now=now)
    if email:
        incoming.prove(email, now=now)
    if change.old_email:
        incoming.leave(change.old_email, registration, now=now)
    if change.old_email:
        post(  # not `tell`: it goes to the old address, which is no longer hers
            "address_changed",
            registration,
            {Subject.ADDRESS: change.id},
            once=f"address_changed:{change.public_id}",
            now=now,
        )
