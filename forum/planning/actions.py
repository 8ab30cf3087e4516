"""What an organizer does to an event: publish, change, call off.

Each runs inside its caller's `transaction()`, is given the version that the organizer has seen,
and raises ChangedMeanwhile when someone else was faster. Public pages follow the revision,
calendars the SEQUENCE (RFC 5546 2.1.4).
"""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import Select, select

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences, standing
from forum.care.queries import reached_for
from forum.care.rules import END, Purpose
from forum.db import after_commit, db
from forum.events.locks import lock_sessions, lock_version
from forum.events.models import Event, EventKind, EventStatus
from forum.events.opening_rules import days_between
from forum.i18n import _
from forum.incoming.queries import stopped_emails
from forum.notices import watching as notices
from forum.notices.actions import check_words, counted
from forum.notices.end_queries import has_untold_end
from forum.notices.models import Notice, Occasion
from forum.notices.righting_actions import put_right
from forum.outbox import runner
from forum.planning import agenda_actions, readiness, refusals, their_number
from forum.planning.closing_actions import close_along
from forum.planning.plans import EventPlan
from forum.registration.models import Registration, Status
from forum.registration.places import offers
from forum.registration.places.gates import lock_all_gates
from forum.registration.telling import tell_all

NO_WORDS: Mapping[str, str] = MappingProxyType({})
ASKED = {"room", "people"}
"""What a plan says that is no column of the event, or not of every event."""
MOVES = {"starts_at", "ends_at", "room_id"}
"""What calendars show: a change of these raises the SEQUENCE."""


def publish(event: Event, *, version: int, by: Organizer, now: datetime) -> None:
    """Show a draft to everyone. Raises NotPublishable, AlreadyCancelled, ChangedMeanwhile."""
    lock_version(event, version)
    if event.status == EventStatus.PUBLISHED:
        return
    _refuse_cancelled(event)
    if reasons := readiness.missing(event, now=now):
        raise refusals.NotPublishable(reasons)
    event.status = EventStatus.PUBLISHED
    event.sequence += 1
    event.updated_at = now
    notices.begin(event)
    after_commit(runner.replan)
    record(Action.EVENT_PUBLISHED, event, now=now, organizer=by)


def unpublish(event: Event, *, version: int, by: Organizer, now: datetime) -> None:
    """Take an event back from the public while nobody counts on it.

    What has taken place stays public: as it is over, it could not be published again. Raises
    PeopleAreRegistered, AlreadyCancelled, NotUnderWay, ChangedMeanwhile.
    """
    lock_all_gates(event.id)  # whoever is registering at this moment counts
    lock_version(event, version)
    if event.status == EventStatus.DRAFT:
        return
    _refuse_cancelled(event)
    if is_anyone_registered(event):
        raise refusals.PeopleAreRegistered(
            _("People are registered for this event. Cancel it instead, so that they are told.")
        )
    _refuse_over(event, now=now)
    event.status = EventStatus.DRAFT
    event.sequence += 1
    event.updated_at = now
    notices.forget(event)
    record(Action.EVENT_UNPUBLISHED, event, now=now, organizer=by)


def cancel_event(
    event: Event,
    *,
    words: Mapping[str, str] = NO_WORDS,
    version: int,
    by: Organizer,
    now: datetime,
) -> int:
    """Call an event off and post an email to everyone who is registered; some are called instead.

    The page stays and says so; sessions are withdrawn with their event, and open offers end.
    `words` is a sentence of the desk's own, by language. Returns how many emails were posted.
    Where a programme file has called it off and told nobody, this tells them.
    Whether each is sent or called is decided when it is due, by the person's care state. Raises
    AlreadyCancelled, NotUnderWay, ChangedMeanwhile, WordsTell or WordsTooLong.
    """
    words = check_words(words)
    gates = lock_all_gates(event.id)
    lock_version(event, version)
    begin_canceling(event, now=now)
    for gate in gates.values():
        offers.end_due(gate, now=now)
    notice = Notice(
        event_id=event.id,
        occasion=Occasion.CANCELLED,
        words=words,
        organizer_id=by.id,
        sent_at=now,
    )
    db.session.add(notice)
    db.session.flush()
    reached = _living(event).where(reached_for(Purpose.EXPORT)).order_by(Registration.id)
    people = db.session.scalars(reached).all()
    facts = [
        (each, {"had_place": each.status == Status.CONFIRMED, "notice": notice.id})
        for each in people
    ]
    posted = tell_all(END, facts, str(event.sequence), now=now)
    told = counted(people, stopped_emails(event=event), now=now)
    record(Action.EVENT_CANCELLED, event, {**told}, now=now, organizer=by)
    return posted


def begin_canceling(event: Event, *, now: datetime) -> None:
    """Call an event off, and tell nobody.

    The caller has locked it, or only supposes it (`forum.supposing`). What has taken place stays
    so. Raises AlreadyCancelled or NotUnderWay.
    """
    if not has_untold_end(event, now=now):
        _refuse_cancelled(event)
    _refuse_over(event, now=now)
    event.status = EventStatus.CANCELLED
    event.sequence += 1
    event.updated_at = now


def change_event(
    event: Event, plan: EventPlan, *, version: int, by: Organizer, now: datetime
) -> None:
    """Make an event what `plan` says.

    When its day changes, its sessions go with it, each at its own time of day, and so do the ends
    of registration. When it opens is the plan's. A webcast and its
    one session are the same thing and change together. An event that people count on is moved
    into the past, out of it, by months, or on its day once some of it was held, only with their
    number, as it was typed. Raises ChangedMeanwhile, AlreadyCancelled, IntoThePast, OutOfThePast,
    MovedByMonths, PartlyHeld, OutsideTheEvent, Clashing.
    """
    lock_sessions(event)
    lock_version(event, version)
    _refuse_cancelled(event)
    their_number.require_to_move(event, plan.starts_at, plan.ends_at, plan.people, now=now)
    days = days_between(event.starts_at, plan.starts_at, event.timezone)
    started_at = event.starts_at
    its_sessions = agenda_actions.going_along(event, started_at)  # what was held before it stays
    was = standing(event)
    with notices.watched(event, now=now):
        changed = _assign(event, plan)
        if event.kind == EventKind.WEBCAST:
            agenda_actions.follow_webcast(event, now=now)
        elif days:
            agenda_actions.move_all(event, its_sessions, days, now=now)
    if changed & MOVES:
        agenda_actions.check_all(event, now=now)
        event.sequence += 1
        after_commit(runner.replan)
    close_along(event, days, by=by, now=now)
    offers.follow(event, started_at, now=now)
    put_right(event, now=now)
    event.updated_at = now
    facts = {"changed": sorted(changed), **differences(was, standing(event))}
    record(Action.EVENT_CHANGED, event, facts, now=now, organizer=by)


def is_anyone_registered(event: Event) -> bool:
    """Tell whether someone has or waits for a place."""
    return db.session.scalar(_living(event).with_only_columns(Registration.id).limit(1)) is not None


def _living(event: Event) -> Select[Registration]:
    return select(Registration).where(
        Registration.event_id == event.id, Registration.status != Status.CANCELLED
    )


def _assign(event: Event, plan: EventPlan) -> set[str]:
    """Set what differs; return the names of it."""
    wanted = {name: value for name, value in vars(plan).items() if name not in ASKED}
    if event.kind == EventKind.WEBCAST:
        wanted["room_id"] = plan.room.id if plan.room else None
    changed = {name for name, value in wanted.items() if getattr(event, name) != value}
    for name in changed:
        setattr(event, name, wanted[name])
    return changed


def _refuse_over(event: Event, *, now: datetime) -> None:
    if now >= event.ends_at:
        raise refusals.NotUnderWay(_("This event is over."))


def _refuse_cancelled(event: Event) -> None:
    if event.status == EventStatus.CANCELLED:
        raise refusals.AlreadyCancelled(
            _("This event is canceled and stays so. Make a new one instead.")
        )
