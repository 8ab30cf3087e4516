"""What happens to a message: posted, claimed, sent, dropped, put back, failed, tried again.

Each is one short change inside its caller's transaction; none is open while we talk to a mail
server. Whoever claimed a message holds a lease, and only the holder may say how it went. A lease
is measured with time that only passes, `time.monotonic()`, because clocks are set.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, case, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import Facts, UtcDateTime, after_commit, db, insert_once, is_sqlite
from forum.errors import Refusal
from forum.events.models import Programme
from forum.i18n import _
from forum.outbox import marks, occasions, runner
from forum.outbox.models import Heartbeat, Message, MessageState
from forum.outbox.queries import Held, is_due
from forum.outbox.rules import Trouble
from forum.registration.models import Registration

LEASE = 60.0
"""Seconds."""
FORGOTTEN = timedelta(days=1)
"""How long a worker that no longer beats stays listed."""
KEY = "dedupe_key"
"""The column that lets one occasion be told once."""
ENDED = (MessageState.FAILED, MessageState.DROPPED)


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that is ours to send until `lease_ends`. `attempts` counts this try.

    `number` tells it from other claims of the same message.

    The lease begins before the claim is kept, so others always see it begin later than its holder.
    """

    message_id: int
    owner: str
    attempts: int
    number: int
    began: float = 0.0
    """A moment of time.monotonic(), which all processes of a machine share."""

    @property
    def lease_ends(self) -> float:
        """Return the moment from which others may have it."""
        return self.began + LEASE

    @property
    def held(self) -> Held:
        """Return what others see of it."""
        return Held(self.message_id, self.owner, self.number)


def post(  # noqa: PLR0913 - what a row says, by name
    email: str,
    registration: Registration | None = None,
    facts: Facts | None = None,
    *,
    organizer: Organizer | None = None,
    once: str,
    now: datetime,
    due_at: datetime | None = None,
    useful_until: datetime | None = None,
) -> bool:
    """Put an email into the outbox; it is written from the live record when it is due.

    `once` names the occasion, such as `confirmation:17:1`: a second post of the same changes
    nothing and returns False. The worker is told after the commit. Exactly one of `registration`
    and `organizer` is given. Times are aware; without `due_at` it is due now.
    """
    db.session.flush()
    due_at = due_at or now
    row = {
        **_row(email, once, facts, now=now),
        "registration_id": registration.id if registration else None,
        "organizer_id": organizer.id if organizer else None,
        "due_at": due_at,
        "useful_until": useful_until,
    }
    is_new = db.session.connection().execute(insert_once(Message, KEY), row).rowcount == 1
    if is_new and due_at <= now:
        after_commit(runner.wake)
    return is_new


def post_to_all(
    email: str, letters: Iterable[tuple[Registration, str, Facts]], *, now: datetime
) -> None:
    """Put one email to many people into the outbox at once, each due now.

    A letter is whose it is, `once` and its facts, as `post` takes them.
    """
    db.session.flush()
    rows = [
        {**_row(email, once, facts, now=now), "registration_id": registration.id}
        for registration, once, facts in letters
    ]
    if rows:
        db.session.connection().execute(insert_once(Message, KEY), rows)
        after_commit(runner.wake)


def _row(email: str, once: str, facts: Facts | None, *, now: datetime) -> dict[str, Any]:
    """Return what a new message says, due now and about nobody yet."""
    return {
        "email": email,
        "registration_id": None,
        "organizer_id": None,
        "facts": facts or {},
        "dedupe_key": once,
        "state": MessageState.QUEUED,
        "attempts": 0,
        "claims": 0,
        "due_at": now,
        "useful_until": None,
        "created_at": now,
    }


def claim(owner: str, limit: int, *, now: datetime, began: float) -> list[Claim]:
    """Take up to `limit` due messages, the longest due first; `began` is time.monotonic() before.

    Any number of workers may ask at once; no message is given to two of them.
    """
    due = (
        select(Message.id)
        .where(*is_due(now))
        .order_by(Message.due_at, Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    taken = db.session.execute(
        update(Message)
        .where(Message.id.in_(select(due.c.id)))
        .values(
            state=MessageState.SENDING,
            lease_owner=owner,
            attempts=Message.attempts + 1,
            claims=Message.claims + 1,
        )
        .returning(Message.id, Message.attempts, Message.claims, Message.mark, Message.dedupe_key)
        .execution_options(synchronize_session=False)
    ).all()
    _keep_marks({row.id: row.dedupe_key for row in taken if row.mark is None})
    claims = [Claim(row.id, owner, row.attempts, row.claims, began) for row in taken]
    return sorted(claims, key=lambda each: each.message_id)


def _keep_marks(occasions: dict[int, str]) -> None:
    """Keep the codes of messages that are claimed for the first time."""
    if occasions:
        codes = [
            {"its_id": number, "its_mark": marks.new_code(number, occasion)}
            for number, occasion in occasions.items()
        ]
        db.session.connection().execute(_MARK, codes)


def take_back(held: Iterable[Held]) -> int:
    """Let others have messages whose leases are over, untried; return how many came back.

    One whose holder has said meanwhile how it went, or that another has by now, stays as it is.
    """
    connection = db.session.connection()
    return sum(
        connection.execute(
            update(Message)
            .where(
                Message.id == each.message_id,
                Message.state == MessageState.SENDING,
                Message.lease_owner == each.owner,
                Message.claims == each.number,
            )
            .values(**_UNTRIED)
        ).rowcount
        for each in held
    )


def bury(worker: str) -> int:
    """Let others have all that a worker held which is certainly dead, untried; forget the worker.

    Returns how many messages came back.
    """
    leave(worker)
    freed = (
        update(Message)
        .where(Message.state == MessageState.SENDING, Message.lease_owner == worker)
        .values(**_UNTRIED)
    )
    return db.session.connection().execute(freed).rowcount


def settle_sent(
    claim: Claim, *, now: datetime, has_invitation: bool = False, facts: Facts | None = None
) -> bool:
    """Keep that the mail server took it, and whether there was an invitation in it.

    `facts` take the place of those it had, unless None. False: the lease was lost meanwhile.
    """
    is_kept = _settle(claim, MessageState.SENT, sent_at=now, has_invitation=has_invitation)
    if is_kept and facts is not None:
        told = {"its_id": claim.message_id, "its_facts": facts}
        db.session.connection().execute(_TOLD, told)
    return is_kept


def settle_dropped(claim: Claim, reason: str, *, is_for_now: bool = False) -> bool:
    """Keep that it was decided not to send it, and why. False as for `settle_sent`.

    With `is_for_now` its occasion is free: another message may be planned for it.
    """
    is_kept = _settle(claim, MessageState.DROPPED, reason)
    if is_kept and is_for_now:
        occasions.free(claim.message_id)
    return is_kept


def settle_failed(claim: Claim, reason: str) -> bool:
    """Keep that it cannot be delivered, and why: an organizer sees it. False as `settle_sent`."""
    return _settle(claim, MessageState.FAILED, reason)


def put_back(
    claim: Claim, *, until: datetime | None, reason: str | None, counts: bool = True
) -> bool:
    """Let it wait until an instant, and say why. `counts` tells whether this was a try.

    With no instant it keeps its place among those that wait.

    False as for `settle_sent`.
    """
    attempts = claim.attempts if counts else claim.attempts - 1
    return _settle(claim, MessageState.QUEUED, reason, attempts=attempts, due_at=until)


def retry(message: Message, *, now: datetime) -> None:
    """Try a message again that failed or was dropped: an organizer's wish.

    It is decided anew when it is written. Raises Refusal for one that is not over.
    """
    if message.state not in ENDED:
        raise Refusal(_("This email is on its way or has been sent. It needs no other try."))
    occasions.have_again(message)
    message.state = MessageState.QUEUED
    message.attempts = 0
    message.due_at = now
    after_commit(runner.wake)


def stop(programme: Programme, *, by: Organizer | None, now: datetime) -> bool:
    """Keep every email in the outbox until `resume`; False if it was so already.

    `by` is None where a backup was restored.

    Emails to organizers go on: they have to sign in.
    """
    if programme.mail_stopped_at is not None:
        return False
    programme.mail_stopped_at = now
    record(Action.MAIL_STOPPED, programme, now=now, organizer=by)
    return True


def resume(programme: Programme, *, by: Organizer, now: datetime) -> bool:
    """Let emails leave again; False if they did already."""
    if programme.mail_stopped_at is None:
        return False
    programme.mail_stopped_at = None
    record(Action.MAIL_RESUMED, programme, now=now, organizer=by)
    after_commit(runner.wake)
    return True


def hurry(which: ColumnElement[bool], *, now: datetime) -> int:
    """Let messages that wait for a later moment be looked at now; return how many.

    Each is decided anew, so that one that has a reason to wait goes on waiting.
    """
    waiting = (
        update(Message)
        .where(Message.state == MessageState.QUEUED, Message.due_at > now, which)
        .values(due_at=now)
    )
    return db.session.connection().execute(waiting).rowcount


def beat(
    worker: str,
    trouble: Trouble | None = None,
    *,
    stumbles_over: Collection[int] = (),
    now: datetime,
) -> None:
    """Keep that this worker works, and what keeps it from sending, if anything.

    `stumbles_over` are the numbers of events that it cannot see to.

    Forgets workers that have long been silent.
    """
    dialect = sqlite if is_sqlite() else postgresql
    said = {
        "beat_at": now,
        "trouble": trouble and trouble.reason,
        "trouble_since": trouble and trouble.since,
        "stumbles_over": ",".join(map(str, sorted(stumbles_over))) or None,
    }
    db.session.execute(
        dialect.insert(Heartbeat)
        .values(worker=worker, **said)
        .on_conflict_do_update(index_elements=["worker"], set_=said)
    )
    db.session.query(Heartbeat).where(Heartbeat.beat_at < now - FORGOTTEN).delete()


def leave(worker: str) -> None:
    """Forget a worker that ends as it should."""
    db.session.query(Heartbeat).where(Heartbeat.worker == worker).delete()


_UNTRIED: dict[str, Any] = {
    "state": MessageState.QUEUED,
    "lease_owner": None,
    "attempts": case((Message.attempts > 0, Message.attempts - 1), else_=0),
}
"""A worker that ended is no try: the ladder is the mail server's alone."""
_MARK = update(Message).where(Message.id == bindparam("its_id")).values(mark=bindparam("its_mark"))
_TOLD = (
    update(Message)
    .where(Message.id == bindparam("its_id"))
    .values(facts=bindparam("its_facts", type_=Message.facts.type))
)
_SETTLE = (
    update(Message)
    .where(
        Message.id == bindparam("its_id"),
        Message.state == MessageState.SENDING,
        Message.lease_owner == bindparam("its_owner"),
        Message.claims == bindparam("its_number"),
    )
    .values(
        lease_owner=None,
        due_at=func.coalesce(bindparam("its_due_at", type_=UtcDateTime()), Message.due_at),
        **{
            name: bindparam(name)
            for name in ("state", "reason", "attempts", "sent_at", "has_invitation")
        },
    )
)
"""Made once: it runs for every mail."""


def _settle(  # noqa: PLR0913 - what a row says, by name
    claim: Claim,
    state: MessageState,
    reason: str | None = None,
    *,
    attempts: int | None = None,
    due_at: datetime | None = None,
    sent_at: datetime | None = None,
    has_invitation: bool = False,
) -> bool:
    """Keep an outcome, unless another worker has the message by now."""
    outcome = {
        "its_id": claim.message_id,
        "its_owner": claim.owner,
        "its_number": claim.number,
        "state": state,
        "reason": reason,
        "attempts": claim.attempts if attempts is None else attempts,
        "its_due_at": due_at,
        "sent_at": sent_at,
        "has_invitation": has_invitation,
    }
    return db.session.connection().execute(_SETTLE, outcome).rowcount == 1
