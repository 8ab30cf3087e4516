"""Taking people out of the database: their rows, and what hangs on them. Nothing is told.

Places are not looked after here: whoever calls has given them back, or counts them anew.
"""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Delete, Update, and_, case, delete, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from forum.audit.models import Action, AuditEntry
from forum.care.asking_actions import hand_over
from forum.care.models import Task
from forum.db import Record, db
from forum.incoming.actions import forget_unread
from forum.incoming.models import CalendarReply, DeliveryReport
from forum.outbox.models import Message
from forum.privacy.models import Consent
from forum.privacy.name_queries import EMPTY, FIRST, IS_ASKED_STILL, may_be_parted
from forum.registration.models import AddressChange, Offer, Registration, SessionPlace, Status

NOBODY = 0
"""The subject of a deed whose subject is gone. Ids begin at 1, and SQLite gives them again."""
Owner = InstrumentedAttribute[int] | InstrumentedAttribute[int | None]
Address = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]
HANGING: tuple[tuple[type[Record], Owner], ...] = (
    (Message, Message.registration_id),
    (Consent, Consent.registration_id),
    (Offer, Offer.registration_id),
    (SessionPlace, SessionPlace.registration_id),
    (Task, Task.registration_id),
    (AddressChange, AddressChange.registration_id),
    (CalendarReply, CalendarReply.registration_id),
)
"""What goes with a registration, and the column that says whose it is."""
OF_THE_EVENT = [each for each in HANGING if each[0] in {Offer, SessionPlace, Task, CalendarReply}]
"""Of that, what is of no use once an event is long over."""
NAMING: dict[type[Record], tuple[Address, ...]] = {
    AddressChange: (AddressChange.old_email, AddressChange.new_email),
    Registration: (Registration.email,),
}
"""Where addresses stand that emails may come back from."""


def remove(numbers: Sequence[int]) -> None:
    """Delete these registrations and all that is theirs; let go of who came along.

    The history keeps what was done, without whom it was done to. What a human was to ask about one
    of them who is held elsewhere, too, is asked about that registration.
    """
    hand_over(numbers)
    _cut_companions(numbers)
    for record, owner in HANGING:
        remove_rows(record, owner.in_(numbers))
    _run(update(Offer).where(Offer.partner_id.in_(numbers)).values(partner_id=None))
    _run(
        update(Registration)
        .where(Registration.companion_of_id.in_(numbers))
        .values(companion_of_id=None, pair_rule=None)
    )
    remove_rows(Registration, Registration.id.in_(numbers))


def leave_names(numbers: Sequence[int]) -> None:
    """Empty of these registrations all that an invitation does not need (`name_queries`)."""
    parted = db.session.scalars(
        select(Registration.id).where(Registration.id.in_(numbers), may_be_parted())
    ).all()
    _cut_companions(parted)
    for record, owner in OF_THE_EVENT:
        which = owner.in_(numbers)
        remove_rows(record, and_(which, ~IS_ASKED_STILL) if record is Task else which)
    _run(update(Offer).where(Offer.partner_id.in_(numbers)).values(partner_id=None))
    hers = update(Registration).where(Registration.id.in_(numbers))
    waits = Registration.status == Status.WAITLISTED
    _run(
        hers.values(
            {
                **EMPTY,
                Registration.waits_for: case((waits, Registration.waits_for), else_=None),
                Registration.wait_no: case((waits, FIRST), else_=None),
            }
        )
    )
    _run(
        update(Registration)
        .where(Registration.id.in_(parted))
        .values(companion_of_id=None, pair_rule=None)
    )


def remove_rows(record: type[Record], which: ColumnElement[bool]) -> None:
    """Delete rows of one kind, and take their numbers out of the history.

    With the last one that names an address goes the code by which mail to it is kept back.
    """
    addresses = _addresses_in(record, which)
    its_numbers = select(record.id).where(which)
    if record is Message:
        _run(delete(DeliveryReport).where(DeliveryReport.message_id.in_(its_numbers)))
    _run(
        update(AuditEntry)
        .where(
            AuditEntry.subject_kind == record.__tablename__,
            AuditEntry.subject_id.in_(its_numbers),
        )
        .values(subject_id=NOBODY)
    )
    _run(delete(record).where(which))
    if addresses:
        forget_unread(addresses)


def _addresses_in(record: type[Record], which: ColumnElement[bool]) -> set[str]:
    """Return the addresses that some rows name."""
    columns = NAMING.get(record, ())
    found = (db.session.scalars(select(each).where(which)) for each in columns)
    return {address for each in found for address in each if address}


def _cut_companions(numbers: Sequence[int]) -> None:
    """Take out of the history who added whom, before the numbers mean someone else."""
    askers = select(Registration.companion_of_id).where(
        Registration.id.in_(numbers), Registration.companion_of_id.is_not(None)
    )
    entries = db.session.scalars(
        select(AuditEntry).where(
            AuditEntry.action == Action.COMPANION_ADDED,
            AuditEntry.subject_kind == Registration.__tablename__,
            or_(AuditEntry.subject_id.in_(numbers), AuditEntry.subject_id.in_(askers)),
        )
    )
    for entry in entries:
        entry.facts = {name: fact for name, fact in entry.facts.items() if name != "companion"}
    db.session.flush()


def _run(statement: Update | Delete) -> None:
    """Change rows, and let the session read anew what it knew of them."""
    db.session.execute(statement, execution_options={"synchronize_session": False})
    db.session.expire_all()
