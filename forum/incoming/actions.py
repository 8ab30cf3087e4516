"""What follows when an email comes back, or a calendar answers.

Every action runs inside its caller's `transaction()` and takes `now` (aware). What is told twice
changes nothing the second time. Nothing here cancels a place or writes to anyone by itself, but
for the one question to somebody whose calendar says no.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, update

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.call_rules import NEWS_ALSO_SAID_BY, RETURNED
from forum.care.hash_actions import lasting_hash
from forum.care.hash_queries import hash_keys, hashes
from forum.care.history_queries import NEWS, to_make_up
from forum.care.models import HashPurpose, Task, TaskKind
from forum.care.queries import one_of_each
from forum.care.rules import NOTE, RIGHT_AGAIN, Purpose, kept_back
from forum.db import db, insert_once
from forum.emails.kinds import DECLINED, KINDS, OFFER, CalendarMethod, Subject
from forum.emails.subjects import recipient
from forum.incoming import queries, rules
from forum.incoming.models import (
    AddressBlock,
    CalendarReply,
    DeliveryReport,
    ReplyAnswer,
    ReportKind,
    ReportSource,
)
from forum.incoming.reports import Answered, Returned
from forum.outbox.models import Message
from forum.registration.models import AddressChange, Offer, Registration, Status
from forum.registration.places import turns
from forum.registration.places.gates import lock_all_gates
from forum.registration.telling import ask, tell, tell_after_slip

BRING_AN_ENTRY = [name for name, kind in KINDS.items() if kind.calendar == CalendarMethod.REQUEST]
"""Emails that keep her calendar's entry right."""
FORGIVEN = ""
"""Stands for the address of a report that no longer counts."""


def keep(returned: Returned, source: ReportSource, *, now: datetime) -> bool:
    """Keep a report, and stop writing to an address where it is gone.

    False: it is about no email of ours, and nothing happens.
    """
    message = queries.message_of(returned.marks)
    if message is None:
        return False
    offer = _lapsed_of(message)
    if offer is not None:  # before people, as by everybody
        lock_all_gates(offer.event_id)
    address = _address_of(message)
    if returned.kind is not None and address is not None:
        once = f"{returned.kind}:{message.id}"
        _keep(message, address, returned.kind, returned.code, source=source, once=once, now=now)
    if offer is not None and message.returned_at is not None:
        turns.give_back(offer, now=now)
    return True


def keep_refusal(message_id: int, address: str, said: str, *, now: datetime) -> None:
    """Keep that our own mail server refused an address, if its code says why.

    `said` is its answer. A refusal for a reason of ours is only a failed email.
    """
    code = rules.code_in(said)
    kind = rules.kind_of(code)
    message = db.session.get(Message, message_id)
    if kind is None or rules.is_about_us(code) or message is None:
        return
    once = f"{ReportSource.SMTP}:{message.id}:{now.isoformat()}"
    _keep(message, address.lower(), kind, code, source=ReportSource.SMTP, once=once, now=now)


def call_instead(message_id: int, *, now: datetime) -> None:
    """Ask a human to tell someone what an email would have said, because none reaches her."""
    message = db.session.get(Message, message_id)
    if message is not None and message.registration is not None:
        ask(
            TaskKind.CALL,
            message.registration,
            about=message.email,
            once=message.dedupe_key,
            was=message.facts.get("was"),
            now=now,
        )


def call_about_news(message_id: int, *, now: datetime) -> None:
    """Ask a human to call whom an email was to bring what nothing else tells, and has not.

    So it is with an offer, which runs out. Nothing happens for what answers her, or reminds.
    """
    message = db.session.get(Message, message_id)
    if message is None:
        return
    if message.email in NEWS_ALSO_SAID_BY or message.facts.get(RIGHT_AGAIN):
        call_instead(message_id, now=now)


def lift(address: str, *, now: datetime, by: Organizer | None = None) -> bool:
    """Write to an address again: it is right after all. False: it was not blocked.

    What came back before no longer counts, and nobody need call about it. Who has missed by it
    what nothing else tells is told now.
    """
    people = _lock_readers(address)
    if not _let_go(address):
        return False
    for person in people:
        record(Action.ADDRESS_UNBLOCKED, person, now=now, organizer=by)
    _reach_again(address, people, now=now)
    return True


def prove(address: str, *, now: datetime) -> None:
    """Write to an address again at which an email has just arrived: bounces no longer count.

    A complaint still does: it was about what we write, and perhaps somebody else's in a mailbox
    that people share.
    """
    if not queries.is_complained_of(address):
        lift(address, now=now)
        return
    people = _lock_readers(address)
    block = queries.lock_block(address)
    if block is not None:
        block.kind = ReportKind.COMPLAINT
    _forgive(address, DeliveryReport.kind != ReportKind.COMPLAINT)
    _reach_again(address, people, now=now)


def leave(address: str, registration: Registration, *, now: datetime) -> None:
    """Forget the block of an address that someone has given up, unless another still reads it.

    What was lost there, and nothing else tells, she is told where she is reached by now. The caller
    tells her how she stands.
    """
    _need_not_call([registration], now=now)
    _make_up(registration, NEWS, now=now)
    if not _lock_readers(address):
        _let_go(address)


def forget_unread(addresses: Collection[str]) -> None:
    """Forget the codes of those of some addresses that nobody reads any more, as far as we know.

    Whoever is registered reads her address, whatever became of her place; so does an organizer,
    and who has asked for it as her new one.
    """
    if not queries.is_any_kept():
        return
    unread = set(addresses) - queries.read_by_somebody(addresses)
    for address in sorted(unread):
        _let_go(address)


def block_again(known: Mapping[str, ReportKind], *, now: datetime) -> None:
    """Write to addresses no more, or less, that were blocked in a database that this one replaces.

    `known` says for what, by their hashes. Those that nobody reads here are not known again.
    """
    addresses = queries.read_addresses() if known else ()
    keys = hash_keys(HashPurpose.ADDRESS)
    for address in addresses:
        kinds = {known[each] for each in hashes(queries.said_of(address), keys) if each in known}
        for kind in sorted(kinds):
            _block(address, kind, _lock_readers(address), now=now)


def keep_answer(answered: Answered, *, is_vouched_for: bool, now: datetime) -> bool:
    """Keep what a calendar answers. A no is asked about once, by email, and cancels nothing.

    The question is mailed only where our mail server vouches for the sender; else people see the
    answer at the desk and on her page. What asks or proposes something, or answers an invitation
    that has changed since, or to a place that she no longer has, is dropped. So is the answer of
    a calendar whose owner is to be left in peace. False: it is about no invitation of ours.
    """
    registration = queries.invited(answered.uid, answered.address)
    if registration is None:
        return False
    if registration.status != Status.CONFIRMED or kept_back(registration, Purpose.CHANGE, now=now):
        return True
    if answered.answer is None or answered.sequence != queries.sequence_of(registration):
        return True  # it asks for something else, or answers what is no longer so
    once = f"{registration.public_id}:{answered.sequence}:{answered.answer}"
    if not _insert_reply(
        registration, answered.answer, sequence=answered.sequence, once=once, now=now
    ):
        _is_last(once, now=now)
        return True
    facts = {"answer": answered.answer}
    record(Action.CALENDAR_REPLIED, registration, facts, now=now)
    if answered.answer == ReplyAnswer.DECLINED and is_vouched_for:
        said = {"sequence": answered.sequence}
        tell(DECLINED, registration, str(answered.sequence), now=now, facts=said)
    return True


def come_anyway(registration: Registration, *, now: datetime) -> None:
    """Take her word that she comes, whatever her calendar has answered."""
    if queries.calendar_says_no(registration):
        sequence = queries.sequence_of(registration)
        once = f"{registration.public_id}:{sequence}:{now.isoformat()}"
        _insert_reply(registration, ReplyAnswer.ACCEPTED, sequence=sequence, once=once, now=now)


def _keep(  # noqa: PLR0913 - what a report says, by name
    message: Message,
    address: str,
    kind: ReportKind,
    code: str,
    *,
    source: ReportSource,
    once: str,
    now: datetime,
) -> None:
    people = _lock_readers(address)
    is_new = _is_new(
        DeliveryReport,
        message_id=message.id,
        kind=kind,
        code=code,
        source=source,
        address_hash=_hash(address, now=now),
        once=once,
        at=now,
    )
    if not is_new:
        return
    if kind != ReportKind.COMPLAINT and source != ReportSource.SMTP:
        message.returned_at = message.returned_at or now
        db.session.flush()
        call_about_news(message.id, now=now)
    softs = queries.softs_of(address, now=now) if kind == ReportKind.SOFT else 0
    reason = rules.block_for(kind, softs=softs)
    if reason is not None and message.registration_id is not None:
        _block(address, reason, people, now=now)


def _block(
    address: str, kind: ReportKind, people: Sequence[Registration], *, now: datetime
) -> None:
    """Write to an address no more, and let somebody call each who reads it; once for each block."""
    block = queries.lock_block(address)
    if block is not None and not rules.is_worse(kind, block.kind):
        return
    was_stopped = block is not None and block.kind in rules.STOPPING
    if block is None:
        block = AddressBlock(address_hash=_hash(address, now=now), kind=kind, since=now)
        db.session.add(block)
    block.kind = kind
    db.session.flush()
    if was_stopped:
        return
    for person in people:
        record(Action.ADDRESS_BLOCKED, person, {"kind": kind}, now=now)
    if kind in rules.STOPPING:
        for person in one_of_each(each for each in people if now < each.event.ends_at):
            once = f"{RETURNED}:{person.public_id}:{now.isoformat()}"
            ask(TaskKind.CALL, person, about=RETURNED, once=once, now=now)


def _lapsed_of(message: Message) -> Offer | None:
    """Return the offer of an email that somebody has left unanswered, if it is the last to her."""
    if message.email != OFFER or message.registration is None:
        return None
    offer = turns.lapsed(message.registration)
    is_its = offer is not None and offer.id == message.facts.get(Subject.OFFER)
    return offer if is_its else None


def _hash(address: str, *, now: datetime) -> str:
    """Return what is stored of an address."""
    return lasting_hash(HashPurpose.ADDRESS, queries.said_of(address), now=now)


def _address_of(message: Message) -> str | None:
    """Return the address that a message went to, which may not be hers any more."""
    if message.organizer is not None:
        return message.organizer.email
    registration = message.registration
    if registration is None:
        return None
    kind = KINDS.get(message.email)
    if kind is not None and kind.subject == Subject.ADDRESS:
        change = db.session.get(AddressChange, message.facts.get(Subject.ADDRESS, 0))
        to = recipient(message.email, registration, change) if change else None
        return to.address.lower() if to else None
    address = queries.address_before(registration, message.sent_at)
    is_hers = address == registration.email  # or the change is long forgotten
    return None if is_hers and message.strayed_at is not None else address


def _lock_readers(address: str) -> Sequence[Registration]:
    """Lock whoever reads an address, so that reports about it are counted one after another."""
    rows = queries.readers_of(address).with_for_update(of=Registration, key_share=True)
    return db.session.scalars(rows.execution_options(populate_existing=True)).unique().all()


def _let_go(address: str) -> bool:
    """Forget a block, and what came back before: it is counted from now on."""
    block = queries.lock_block(address)
    _forgive(address)
    db.session.execute(
        delete(AddressBlock).where(AddressBlock.address_hash.in_(queries.address_hashes(address))),
        execution_options={"synchronize_session": "fetch"},
    )
    return block is not None


def _forgive(address: str, *which: ColumnElement[bool]) -> None:
    """Let what was reported of an address, or some of it, count no longer."""
    db.session.execute(
        update(DeliveryReport)
        .where(DeliveryReport.address_hash.in_(queries.address_hashes(address)), *which)
        .values(address_hash=FORGIVEN),
        execution_options={"synchronize_session": "fetch"},
    )


def _reach_again(address: str, people: Sequence[Registration], *, now: datetime) -> None:
    """Tell whoever reads an address, or has canceled there, what was lost while it was blocked."""
    everyone = [*people, *queries.canceled_at(address, now=now)]
    _need_not_call(everyone, now=now)
    for person in everyone:
        _make_up(person, (*NEWS, *BRING_AN_ENTRY), says_how=True, now=now)


def _make_up(
    registration: Registration,
    emails: Collection[str],
    *,
    says_how: bool = False,
    now: datetime,
) -> None:
    """Tell her, or have her called, where an email of these, or one of how she stands, was lost."""
    db.session.flush()
    for email, facts in to_make_up(registration, emails, says_how=says_how, now=now):
        occasion = f"lost {now.isoformat()}"
        if email == NOTE:
            tell_after_slip(registration, occasion, now=now)
        else:
            tell(email, registration, occasion, facts=facts, now=now)


def _need_not_call(people: Sequence[Registration], *, now: datetime) -> None:
    """Close the calls about emails that came back: nobody has made them."""
    db.session.execute(
        update(Task)
        .where(
            Task.registration_id.in_([person.id for person in people]),
            Task.kind == TaskKind.CALL,
            Task.about == RETURNED,
            Task.done_at.is_(None),
        )
        .values(done_at=now)
        .execution_options(synchronize_session="fetch")
    )


def _is_last(once: str, *, now: datetime) -> None:
    """Let an answer that was given before, and then another, be the last word again."""
    db.session.execute(
        update(CalendarReply).where(CalendarReply.once == once).values(at=now),
        execution_options={"synchronize_session": "fetch"},
    )


def _insert_reply(
    registration: Registration, answer: ReplyAnswer, *, sequence: int, once: str, now: datetime
) -> bool:
    return _is_new(
        CalendarReply,
        registration_id=registration.id,
        answer=answer,
        sequence=sequence,
        once=once,
        at=now,
    )


def _is_new(table: type[DeliveryReport | CalendarReply], /, **row: object) -> bool:
    """Write a row, unless one of this key (`once`) is there already."""
    db.session.flush()
    return db.session.connection().execute(insert_once(table, "once"), row).rowcount == 1
