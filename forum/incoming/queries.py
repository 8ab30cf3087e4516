"""What came back, and which addresses are written to no more. Nothing here changes anything."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from forum.accounts.models import Organizer
from forum.care.hash_queries import hash_keys, hashes
from forum.care.models import HashPurpose
from forum.db import db
from forum.events.models import Event
from forum.incoming.models import (
    AddressBlock,
    CalendarReply,
    DeliveryReport,
    ReplyAnswer,
    ReportKind,
)
from forum.incoming.rules import OURS, SOFT_WINDOW, STOPPING
from forum.outbox import marks
from forum.outbox.models import Message
from forum.registration.models import AddressChange, Registration, Status

Blocked = Callable[[str], ReportKind | None]
"""Tells for what an address is blocked, if it is."""
_FEW = 500
"""Up to how many addresses are asked for by name: of more, all that are blocked are compared."""
_LATER = aliased(CalendarReply, flat=True)


def address_hashes(address: str) -> list[str]:
    """Return the keyed hashes under which an address may be stored, the one that stays first."""
    return hashes(said_of(address), hash_keys(HashPurpose.ADDRESS))


def said_of(address: str) -> bytes:
    """Return what the hash of an address is made of."""
    return address.strip().lower().encode()


def blocks(addresses: Iterable[str]) -> dict[str, ReportKind]:
    """Return which of some addresses are blocked, and for what."""
    asked = set(addresses)
    if not asked:
        return {}
    keys = hash_keys(HashPurpose.ADDRESS)
    by_hash = {each: address for address in asked for each in hashes(said_of(address), keys)}
    stored = select(AddressBlock.address_hash, AddressBlock.kind)
    if len(by_hash) <= _FEW:
        stored = stored.where(AddressBlock.address_hash.in_(by_hash))
    rows = db.session.execute(stored)
    return {by_hash[row.address_hash]: row.kind for row in rows if row.address_hash in by_hash}


def block_of(address: str | None) -> ReportKind | None:
    """Return for what an address is blocked, or None."""
    return blocks([address]).get(address) if address else None


def is_stopped(address: str | None) -> bool:
    """Tell whether nothing more is written to an address, because mail to it comes back."""
    return block_of(address) in STOPPING


def is_reached(registration: Registration) -> bool:
    """Tell whether emails reach a person, as far as we know."""
    return registration.email is not None and not is_stopped(registration.email)


def blocked_lately(addresses: Callable[[], Iterable[str]]) -> Blocked:
    """Return what tells of one address after another, and reads the table once.

    `addresses` are asked for only when any address at all is blocked.
    """

    @cache
    def known() -> dict[str, ReportKind]:
        has_any = db.session.scalar(select(select(AddressBlock.id).exists()))
        return blocks(addresses()) if has_any else {}

    def blocked(address: str) -> ReportKind | None:
        return known().get(address)

    return blocked


def blocked_among(addresses: Select[str | None]) -> dict[str, ReportKind]:
    """Return which of the addresses that a statement selects are blocked, and for what.

    Only hashes are stored, so they are read and compared, if there is any block at all.
    """
    has_any = db.session.scalar(select(select(AddressBlock.id).exists()))
    return blocks(filter(None, db.session.scalars(addresses))) if has_any else {}


def is_complained_of(address: str) -> bool:
    """Tell whether somebody called emails to an address spam, whatever came back besides."""
    complained = exists().where(
        DeliveryReport.address_hash.in_(address_hashes(address)),
        DeliveryReport.kind == ReportKind.COMPLAINT,
    )
    is_reported = db.session.scalar(select(complained)) or False
    return is_reported or block_of(address) == ReportKind.COMPLAINT


def lock_block(address: str) -> AddressBlock | None:
    """Return the block of an address, locked."""
    return db.session.scalars(
        select(AddressBlock)
        .where(AddressBlock.address_hash.in_(address_hashes(address)))
        .order_by(AddressBlock.id)
        .with_for_update()
    ).first()


def stopped_emails(*, now: datetime | None = None, event: Event | None = None) -> list[str]:
    """Return the addresses that are not written to: of one event, or of those that end after now.

    Only hashes are stored, so the addresses are read and compared, if there is any block at all.
    """
    kinds = select(AddressBlock.address_hash).where(AddressBlock.kind.in_(sorted(STOPPING)))
    stopped = set(db.session.scalars(kinds))
    if not stopped:
        return []
    keys = hash_keys(HashPurpose.ADDRESS)
    emails = (
        select(Registration.email)
        .join(Registration.event)
        .where(Registration.status != Status.CANCELLED, Registration.email.is_not(None))
        .where(Event.id == event.id if event else Event.ends_at > now)
        .distinct()
    )
    return [
        each
        for each in db.session.scalars(emails)
        if each is not None and not stopped.isdisjoint(hashes(said_of(each), keys))
    ]


def message_of(said: Iterable[str]) -> Message | None:
    """Return the message whose mark stands in one of some texts, or None. Others' prove nothing."""
    for text in said:
        for number, code in marks.found_in(text):
            message = db.session.get(Message, number)
            if message is not None and marks.is_of(message, code):
                return message
    return None


def address_before(registration: Registration, at: datetime | None) -> str | None:
    """Return the address that a person had at an instant: it may have changed since."""
    if at is None:
        return registration.email
    change = db.session.scalars(
        select(AddressChange)
        .where(AddressChange.registration_id == registration.id, AddressChange.done_at > at)
        .order_by(AddressChange.done_at, AddressChange.id)
    ).first()
    return registration.email if change is None else change.old_email


def readers_of(address: str) -> Select[Registration]:
    """Return the living registrations with an address, to be read or locked, oldest first."""
    return (
        select(Registration)
        .where(Registration.email == address, Registration.status != Status.CANCELLED)
        .order_by(Registration.id)
    )


def canceled_at(address: str, *, now: datetime) -> Sequence[Registration]:
    """Return the canceled registrations with an address, of events that are not over."""
    gone = (
        select(Registration)
        .join(Registration.event)
        .where(Registration.email == address, Registration.status == Status.CANCELLED)
        .where(Event.ends_at > now)
    )
    return db.session.scalars(gone.order_by(Registration.id)).unique().all()


def read_addresses() -> Sequence[str]:
    """Return the addresses of all living registrations, in order."""
    emails = select(Registration.email).where(
        Registration.status != Status.CANCELLED, Registration.email.is_not(None)
    )
    found = db.session.scalars(emails.distinct().order_by(Registration.email))
    return [each for each in found if each is not None]


def read_by_somebody(addresses: Collection[str]) -> set[str]:
    """Return which of some addresses are somebody's, or are to be."""
    owners = (Registration.email, Organizer.email, AddressChange.new_email)
    found = (db.session.scalars(select(each).where(each.in_(addresses))) for each in owners)
    return {address for each in found for address in each if address is not None}


def is_any_kept() -> bool:
    """Tell whether any code of an address is kept."""
    kept = exists().where(DeliveryReport.address_hash != "")
    return db.session.scalar(select(or_(exists().select_from(AddressBlock), kept))) or False


def softs_of(address: str, *, now: datetime) -> int:
    """Return how many emails to an address did not arrive lately, for reasons of its own."""
    ours = [DeliveryReport.code.startswith(code, autoescape=True) for code in OURS]
    counted = select(func.count()).where(
        DeliveryReport.address_hash.in_(address_hashes(address)),
        DeliveryReport.kind == ReportKind.SOFT,
        DeliveryReport.at > now - SOFT_WINDOW,
        *(~each for each in ours),
    )
    return db.session.scalar(counted) or 0


def reports_of(registration: Registration) -> Sequence[DeliveryReport]:
    """Return what came back of the emails to a person, the newest first."""
    return db.session.scalars(
        select(DeliveryReport)
        .join(DeliveryReport.message)
        .where(Message.registration_id == registration.id)
        .order_by(DeliveryReport.id.desc())
    ).all()


def last_returned(people: Iterable[Registration]) -> dict[int, str]:
    """Return which email to each of some people came back last, by the person's id."""
    numbers = [person.id for person in people]
    rows = db.session.execute(
        select(Message.registration_id, Message.email)
        .join(DeliveryReport, DeliveryReport.message_id == Message.id)
        .where(Message.registration_id.in_(numbers), DeliveryReport.kind != ReportKind.COMPLAINT)
        .order_by(DeliveryReport.id)
    )
    return {number: email for number, email in rows if number is not None}


def reports_on(messages: Iterable[Message]) -> dict[int, DeliveryReport]:
    """Return the last report on each of some messages, by the message's id."""
    numbers = [message.id for message in messages]
    rows = db.session.scalars(
        select(DeliveryReport)
        .where(DeliveryReport.message_id.in_(numbers))
        .order_by(DeliveryReport.id)
    )
    return {report.message_id: report for report in rows if report.message_id is not None}


def number_returned() -> int:
    """Return how many emails came back, as long as they are kept."""
    counted = select(func.count()).where(Message.returned_at.is_not(None))
    return db.session.scalar(counted) or 0


def invited(uid: str, address: str) -> Registration | None:
    """Return whose calendar entry this is, the living one first where she had it before, too."""
    return db.session.scalars(
        select(Registration)
        .where(
            Registration.uid == uid,
            Registration.email == address,
        )
        .order_by(Registration.status == Status.CANCELLED, Registration.id)
    ).first()


def sequence_of(registration: Registration) -> int:
    """Return the SEQUENCE of a person's calendar entry as it is now."""
    return registration.event.sequence + registration.sequence


def says_no() -> ColumnElement[bool]:
    """Match people whose calendar's last answer is no. The query joins their event."""
    answered = (
        CalendarReply.registration_id == Registration.id,
        CalendarReply.sequence == Registration.sequence + Event.sequence,
    )
    later = exists().where(
        _LATER.registration_id == CalendarReply.registration_id,
        _LATER.sequence == CalendarReply.sequence,
        or_(
            _LATER.at > CalendarReply.at,
            and_(_LATER.at == CalendarReply.at, _LATER.id > CalendarReply.id),
        ),
    )
    declined = exists().where(*answered, CalendarReply.answer == ReplyAnswer.DECLINED, ~later)
    return (Registration.status == Status.CONFIRMED) & declined.correlate(Registration, Event)


def who_says_no(people: Iterable[Registration]) -> set[int]:
    """Return the ids of those of some people whose calendar says no."""
    numbers = [person.id for person in people]
    return set(
        db.session.scalars(
            select(Registration.id)
            .join(Registration.event)
            .where(Registration.id.in_(numbers), says_no())
        )
    )


def replies_of(registration: Registration) -> Sequence[CalendarReply]:
    """Return what a person's calendar answered, in order."""
    return db.session.scalars(
        select(CalendarReply)
        .where(CalendarReply.registration_id == registration.id)
        .order_by(CalendarReply.at, CalendarReply.id)
    ).all()


def calendar_says_no(registration: Registration) -> bool:
    """Tell whether a person's calendar says that she cannot come."""
    return registration.id in who_says_no([registration])
