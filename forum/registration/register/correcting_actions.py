"""A wrong email address, put right by whoever has just registered with it, or by the desk.

Every action runs inside its caller's `transaction()` and takes `now` (aware).
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from forum.accounts.models import Organizer
from forum.addresses import tidy_address
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.adopting_actions import adopting
from forum.care.rules import first_word
from forum.db import db, read_again
from forum.errors import Refusal
from forum.events.locks import lock_mailboxes
from forum.events.models import Event, EventStatus
from forum.i18n import _
from forum.incoming import actions as incoming
from forum.outbox.waiting_actions import have_strayed
from forum.registration import queries
from forum.registration.models import AddressChange, Registration, Source, Status, new_uid
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_queries, reading_queries
from forum.registration.places import offers, vacating
from forum.registration.places.admission import tell_status
from forum.registration.places.gates import lock_all_gates
from forum.registration.refusals import PersonKnown
from forum.registration.telling import tell

VALID_FOR = timedelta(hours=1)
MOST = 2
"""How often one form may put its address right: each is a mail that may go to a stranger."""


def correct_address(
    event: Event, form_key: str, email: str, *, with_companion: bool = True, now: datetime
) -> None:
    """Write to another address about what a form has brought within the hour.

    So it is for whoever came along at the same address, if that is wanted, unless he has shown
    that he reads it. Links that went to the wrong mailbox open nothing any more. Where the same
    person stands under the right address already, the one with the wrong address is canceled
    without a word and the other is told of again. Nothing happens for a form that only repeated
    what stood before, or whose registration was changed since: whoever asks learns neither.
    Raises TooLateToChange.
    """
    first = queries.by_form(event.id, form_key)
    if first is None:
        return
    email = tidy_address(email)
    lock_mailboxes(first.email, email)
    lock_all_gates(event.id)  # before people, as by everybody
    read_again(first)
    if first.email == email or not _is_fresh(first, now=now):
        return
    alike = [each for each in queries.companions(first) if each.email == first.email]
    readers = reading_queries.readers(alike)
    beside = [each for each in alike if with_companion and each.id not in readers]
    for each in (first, *(other for other in beside if _is_fresh(other, now=now))):
        if standing := _standing(each, email):
            _give_way(each, now=now)
            tell_status(standing, is_repeat=True, is_asked=each is first, now=now, by=None)
        else:
            _move(each, email, now=now)


def correct_at_desk(
    registration: Registration,
    email: str,
    *,
    along: Collection[str] | None = None,
    now: datetime,
    by: Organizer,
) -> list[Registration]:
    """Write to another address, because the one we have was mistyped: whoever reads it is no one.

    Of those who came in together with her at that address, the ones with these public ids
    (`along`) are corrected with her, or else a stranger would go on reading about both. None:
    whoever has not shown that the address is right for him. The new address gets a confirmation
    and links for each; the old one is told nothing, and the links that went there open nothing
    any more. Nothing happens where it is the same address, or she has none. Returns who was
    corrected. Raises PersonKnown.
    """
    email = tidy_address(email)
    lock_mailboxes(*(each for each in (registration.email, email) if each))
    lock_all_gates(registration.event_id)  # before people, as by everybody
    read_again(registration)
    if registration.email in {None, email}:
        return []
    beside = address_queries.beside(registration)
    if along is None:
        readers = reading_queries.readers(beside)
        along = {each.public_id for each in beside if each.id not in readers}
    alike = [registration, *(each for each in beside if each.public_id in along)]
    for each in sorted(alike, key=lambda each: each.id):
        details.lock_registration(each, by=by)
    for each in alike:
        if details.is_known(each, email=email, key=each.person_key):
            raise details.person_known() if each is registration else _is_there_already(each)
    for each in alike:
        if address_queries.shares_entry(each, email):
            each.uid = new_uid(each.event.uid)
        for change in address_queries.open_changes(each, now=now):
            change.expires_at = now
        _move(each, email, now=now, by=by)
    return alike


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


def _give_way(registration: Registration, *, now: datetime) -> None:
    """Cancel what came under a wrong address: nobody is told.

    Nobody who came along is linked to the one who stands: whoever sends the form has not proved
    that it is the same person, and what is linked is held or called when one of them dies.
    """
    details.lock_registration(registration, by=None)
    for each in queries.companions(registration):
        if each.companion_of_id == registration.id:
            each.companion_of_id = None
    registration.companion_of_id = None
    facts = {"mode": registration.mode, "had": registration.status}
    vacating.release_silently(registration, now=now)
    _end_links(registration)
    record(Action.CANCELLED, registration, facts, now=now)
    if registration.email:
        incoming.leave(registration.email, registration, now=now)


def _move(
    registration: Registration, email: str, *, now: datetime, by: Organizer | None = None
) -> None:
    """Write to the right address from now on; what comes back came from the wrong one."""
    details.lock_registration(registration, by=by)
    wrong = registration.email
    with adopting(registration, now=now):
        registration.email, registration.email_taken_at = email, None
        have_strayed(registration, now)
        db.session.add(
            AddressChange(
                registration=registration,
                new_email=email,
                old_email=wrong,
                created_at=now,
                expires_at=now,
                done_at=now,
            )
        )
        _end_links(registration)
        details.touch(registration, now=now)
    record(Action.ADDRESS_CHANGED, registration, organizer=by, now=now)
    _tell_how_it_stands(registration, now=now, by=by)
    if wrong:  # what was lost comes after it
        incoming.leave(wrong, registration, now=now)


def _tell_how_it_stands(registration: Registration, *, now: datetime, by: Organizer | None) -> None:
    """Tell her what holds now: of an offer instead of waiting; nothing of what is over or off.

    That it is off, the note about what was lost says.
    """
    event = registration.event
    is_on = event.status != EventStatus.CANCELLED and now < event.ends_at
    if registration.status == Status.CANCELLED or not is_on:
        return
    occasion = f"address:{registration.link_version}"
    is_offered = offers.tell_again(registration, occasion, now=now, by=by)
    if registration.status == Status.CONFIRMED or not is_offered:
        tell(first_word(registration.status), registration, occasion, now=now, by=by)


def _is_there_already(companion: Registration) -> Refusal:
    """Return the refusal to register a companion twice under the right address."""
    return PersonKnown(
        _(
            "%(name)s stands at the mistyped address, too, and is already registered with this"
            " one. Cancel one of the two registrations first.",
            name=companion.name,
        ),
        field="email",
    )


def _end_links(registration: Registration) -> None:
    registration.link_version += 1
    registration.feed_version += 1
