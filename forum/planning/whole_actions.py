"""What changes a whole event in one step: it goes online, or to another day.

Each runs inside its caller's `transaction()`, is given the version that the organizer has seen,
and raises ChangedMeanwhile when someone else was faster. Gates are locked first, then sessions,
then the event. Everyone is told once, in the same step.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import update

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import Facts, after_commit, db
from forum.events import rules, whole_queries
from forum.events.locks import lock_sessions, lock_version
from forum.events.models import Event, EventKind, EventStatus, Gate, Mode, Session, SessionStatus
from forum.events.opening_rules import closing_along
from forum.i18n import _
from forum.notices import actions as notices
from forum.notices.models import Notice, Occasion
from forum.notices.righting_actions import put_right
from forum.notices.watching import watched
from forum.outbox import runner
from forum.planning import agenda_actions, refusals, their_number
from forum.planning.actions import NO_WORDS
from forum.privacy.refusals import WrongNumber
from forum.registration.places import offers, online_actions
from forum.registration.places.gates import lock_all_gates
from forum.reminders.models import Reminder


@dataclass(frozen=True)
class Begun:
    """A step that has changed the event, and of which nobody has been told: what is written down.

    `webcast` is the gate through which everyone comes when the event goes online.
    """

    facts: Facts
    webcast: Gate | None = None


def on_their_number(
    step: Callable[..., object], event: Event, *given: object, people: int | None, **how: object
) -> None:
    """Take one of the steps of a whole event if `people`, as typed, is how many are registered.

    From `their_number.ASKED_FROM` people on; fewer are a matter of one press.

    Whatever else is given is the step's own. Raises WrongNumber, and what the step raises.
    """
    lock_all_gates(event.id)  # whoever is registering at this moment counts
    their_number.require_of_many(event, people, WrongNumber)
    step(event, *given, **how)


def go_online(  # noqa: PLR0913 - what is decided, by name
    event: Event,
    also_online: Collection[int] = (),
    *,
    words: Mapping[str, str] = NO_WORDS,
    version: int,
    by: Organizer,
    now: datetime,
) -> Notice:
    """Let nobody come to the place: everyone who would attends by webcast from now on.

    `also_online` are ids of sessions that are shown online, too; they need a room that is
    streamed. Sessions that cannot be seen are canceled; breaks stay, and so does what is over by
    now. `words` is a sentence of the desk's own, by language. Raises ChangedMeanwhile,
    NotUnderWay, AlreadyOnline, NothingOnline, WordsTell or WordsTooLong.
    """
    _lock_whole(event, version)
    online_actions.end_offers(event, now=now)
    begun = begin_online(event, also_online, now=now)
    put_right(event, now=now)
    # Whom it concerns is seen by how they attended until now.
    notice = notices.send(
        event, Occasion.ONLINE, words=words, version=event.version, by=by, now=now
    )
    moved = online_actions.move_everyone(event, begun.webcast, by=by, now=now)
    _arm_anew(event, now=now)
    facts = {**begun.facts, "moved": moved.moved, "no_longer_wait": moved.relieved}
    record(Action.EVENT_WENT_ONLINE, event, facts, now=now, organizer=by)
    return notice


def begin_online(event: Event, also_online: Collection[int] = (), *, now: datetime) -> Begun:
    """Change the event as `go_online` does, and leave the people where they are.

    The caller has locked all of it, or only supposes it (`forum.supposing`). Raises what
    `go_online` raises of the event.
    """
    _refuse_idle(event, now=now)
    is_somewhere = any(gate.mode == Mode.IN_PERSON for gate in event.gates)
    if rules.is_online_only(event) or not is_somewhere:
        raise refusals.AlreadyOnline(_("This event is online already. Nothing was changed."))
    with watched(event, now=now):
        cancelled = _show_online(event, also_online, now=now)
        webcast = online_actions.close_the_room(event)
    event.sequence += 1
    event.updated_at = now
    return Begun({"also_online": sorted(also_online), "canceled": cancelled}, webcast)


def postpone(  # noqa: PLR0913 - what is decided, by name
    event: Event,
    starts_at: datetime,
    ends_at: datetime,
    *,
    words: Mapping[str, str] = NO_WORDS,
    version: int,
    by: Organizer,
    now: datetime,
) -> Notice:
    """Put an event off to a later day that is known.

    What is still to come of it goes along, as much later on the event's clock as the whole; so does
    the end of registration, where it has one. Sessions that were held by now stay as they were.
    Offers that are open are open for two days more from now, at
    least. `words` is a sentence of the desk's own, by language. Raises ChangedMeanwhile,
    NotUnderWay, NotLater, OutsideTheEvent, Clashing, WordsTell or WordsTooLong.
    """
    _lock_whole(event, version)
    begun = begin_postponing(event, starts_at, ends_at, now=now)
    offers.prolong(event, now=now)
    put_right(event, now=now)  # before the notice, which counts as told
    _arm_anew(event, now=now)
    record(Action.EVENT_POSTPONED, event, begun.facts, now=now, organizer=by)
    return notices.send(
        event, Occasion.POSTPONED, words=words, version=event.version, by=by, now=now
    )


def begin_postponing(
    event: Event, starts_at: datetime, ends_at: datetime, *, now: datetime
) -> Begun:
    """Change the event as `postpone` does, and tell nobody.

    The caller has locked all of it, or only supposes it (`forum.supposing`). Raises what
    `postpone` raises of the event.
    """
    _refuse_idle(event, now=now)
    if starts_at <= max(now, event.starts_at):
        raise refusals.NotLater(_("Choose a day that comes later than the old one."), field="day")
    was, coming = event.starts_at, agenda_actions.going_along(event, now)
    later = _later(event, whole_queries.rest_starts_at(event, now=now), starts_at)
    with watched(event, now=now):
        event.starts_at, event.ends_at = starts_at, ends_at
        if event.kind == EventKind.WEBCAST:
            agenda_actions.follow_webcast(event, now=now)
        else:
            agenda_actions.move_all(event, coming, later, now=now)
    agenda_actions.check_all(event, now=now)
    for gate in event.gates:
        gate.closes_at = closing_along(gate.closes_at, later, ends_at, event.timezone)
    event.sequence += 1
    event.updated_at = now
    return Begun({"from": was.isoformat(), "to": starts_at.isoformat()})


def _lock_whole(event: Event, version: int) -> dict[Mode, Gate]:
    """Lock all of an event and read it as it is now. Raises ChangedMeanwhile."""
    gates = lock_all_gates(event.id)
    lock_sessions(event)
    lock_version(event, version)
    db.session.refresh(event, ["gates", "sessions"])
    return gates


def _refuse_idle(event: Event, *, now: datetime) -> None:
    """Raise NotUnderWay unless people count on this event."""
    if event.status == EventStatus.CANCELLED:
        raise refusals.NotUnderWay(_("This event is canceled and stays so."))
    if event.status == EventStatus.DRAFT:
        raise refusals.NotUnderWay(_("This event is a draft. Change it under “Edit”."))
    if now >= event.ends_at:
        raise refusals.NotUnderWay(_("This event is over."))


def _show_online(event: Event, also_online: Collection[int], *, now: datetime) -> list[int]:
    """Show what can be shown, and cancel the rest. Returns the ids of what is canceled."""
    prospect = whole_queries.prospect(event, now=now)
    wanted = set(also_online)
    if not prospect.is_possible:
        raise refusals.NothingOnline(
            _("No room of this event is streamed, so nothing of it can be seen online.")
        )
    if not wanted <= {each.id for each in prospect.could_be}:
        raise refusals.NothingOnline(
            _("One of the sessions you chose cannot be shown online. Look again."),
            field="also_online",
        )
    if not (prospect.online or wanted):
        raise refusals.NothingOnline(
            _("Choose at least one session that is shown online."), field="also_online"
        )
    falls = []
    for session in (*prospect.could_be, *prospect.lost):
        if session.id in wanted:
            session.is_streamed = True
        else:
            session.status = SessionStatus.CANCELLED
            falls.append(session.id)
        _touch(session, now=now)
    return falls


def _arm_anew(event: Event, *, now: datetime) -> None:
    """Let reminders look ahead only: what would have been due by now stands in the notice."""
    db.session.execute(
        update(Reminder).where(Reminder.event_id == event.id, Reminder.is_on).values(armed_at=now)
    )
    after_commit(runner.replan)


def _touch(session: Session, *, now: datetime) -> None:
    session.sequence += 1
    session.version += 1
    session.updated_at = now


def _later(event: Event, old: datetime, new: datetime) -> timedelta:
    """Return how much later one instant is than another, on an event's clock."""
    zone = ZoneInfo(event.timezone)
    was, becomes = (at.astimezone(zone).replace(tzinfo=None) for at in (old, new))
    return becomes - was
