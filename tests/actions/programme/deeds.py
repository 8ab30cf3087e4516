"""What organizers do to a year, by chance: one deed for each action of planning and reminders."""

from dataclasses import dataclass, replace
from datetime import timedelta

from hypothesis import strategies as st
from sqlalchemy import select

from forum.accounts.models import Organizer
from forum.db import db
from forum.events.models import (
    CalendarMail,
    Event,
    EventKind,
    Mode,
    Room,
    Session,
    SessionKind,
    SessionStatus,
    Speaker,
    Track,
)
from forum.events.rules import stream_fingerprint
from forum.planning import (
    actions,
    agenda_actions,
    closing_actions,
    promise_actions,
    room_actions,
    whole_actions,
)
from forum.registration.actions import set_capacity
from forum.reminders import rule_actions
from forum.reminders.plans import ReminderPlan
from forum.reminders.queries import of_event
from forum.web.forms import tidy
from tests.actions.planning.plans import event_plan, session_plan
from tests.rush import NOW

ODD = (
    "non\xa0breaking",
    "thin\u2009and\u202fnarrow",
    "soft\xadhyphen",
    "\u0646\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
    "family \U0001f468\u200d\U0001f469\u200d\U0001f467",
    "zero\u200bwidth",
    "\u202eturned\u202c",
    "\ufeffmark",
    "no",
    "2027-04-24",
    "12:30",
    "= << ~",
    "- {a: b} # c",
    "'quoted' \"twice\"",
    "line\u2028and\x85paragraph\u2029",
    "\ud800 broken",
)
titles = (st.sampled_from(ODD) | st.text(max_size=30)).map(lambda typed: tidy(typed)[:200] or "A")
days = st.integers(-40, 400).map(lambda number: timedelta(days=number))
minutes = st.integers(-180, 180).map(lambda number: timedelta(minutes=15 * number))
picks = st.integers(0, 99)


def _pick(rows, number):
    return rows[number % len(rows)]


def every(model):
    return db.session.scalars(select(model).order_by(model.id)).all()


def _forum_or_webcast(number) -> Event:
    events = every(Event)
    forum = next(each for each in events if each.kind == EventKind.FORUM)
    return forum if number % 2 else _pick(events, number)


@dataclass(frozen=True)
class Dice:
    """What chance brings to a deed."""

    which: int
    other: int
    third: int
    title: str
    days: timedelta
    minutes: timedelta
    flag: bool


def _in_spanish(dice: Dice) -> dict[str, str] | None:
    """Return no second text, or one that is the first in capitals, or the same."""
    second = (None, dice.title.upper(), dice.title)[dice.other % 3]
    return {"title": second, "quiet_title": dice.title} if second else None


def change_event(by: Organizer, dice: Dice) -> None:
    event = _forum_or_webcast(dice.which)
    times = [at + dice.days * dice.flag + dice.minutes for at in (event.starts_at, event.ends_at)]
    plan = event_plan(
        event,
        title=dice.title,
        quiet_title=dice.title,
        description=dice.title if dice.third % 2 else "",
        in_spanish=_in_spanish(dice),
        language=_pick(("en", "es"), dice.other),
        starts_at=times[0],
        ends_at=times[1] + timedelta(hours=dice.third % 4),
        takes_registrations=dice.flag,
        registration_opens_at=_pick((None, times[0] - timedelta(days=dice.other)), dice.third),
        calendar_mail=_pick(list(CalendarMail), dice.other),
        room=_pick([None, *every(Room)], dice.third) if event.kind == EventKind.WEBCAST else None,
    )
    actions.change_event(event, plan, version=event.version, by=by, now=NOW)


def change_session(by: Organizer, dice: Dice) -> None:
    session = _pick(every(Session), dice.which)
    speakers = every(Speaker)
    plan = session_plan(
        session,
        title=dice.title,
        quiet_title=dice.title,
        description=dice.title,
        in_spanish=_in_spanish(dice),
        starts_at=session.starts_at + dice.minutes * (dice.other % 3 == 0),
        ends_at=session.ends_at + dice.minutes * (dice.other % 3 == 0),
        room=_pick([session.room, None, *every(Room)], dice.other % 3),
        speakers=tuple(speakers[dice.which :][:2]) if dice.flag else tuple(session.speakers),
        has_captions=dice.flag,
        is_recorded=not dice.flag,
        has_spanish=dice.flag,
    )
    if session.event.kind == EventKind.FORUM:
        plan = replace(
            plan,
            kind=_pick(list(SessionKind), dice.other),
            track=_pick([None, *every(Track)], dice.third),
            capacity=_pick((None, 1, 100_000), dice.which),
            is_streamed=dice.flag,
        )
    agenda_actions.change_session(session, plan, version=session.version, by=by, now=NOW)


def add_session(by: Organizer, dice: Dice) -> None:
    forum = next(each for each in every(Event) if each.kind == EventKind.FORUM)
    starts_at = forum.starts_at + timedelta(minutes=15 * (dice.which % 24))
    plan = session_plan(
        title=dice.title, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1)
    )
    agenda_actions.add_session(forum, plan, by=by, now=NOW)


def cancel_session(by: Organizer, dice: Dice) -> None:
    session = _pick(every(Session), dice.which)
    agenda_actions.cancel_session(session, version=session.version, by=by, now=NOW)


def restore_session(by: Organizer, dice: Dice) -> None:
    off = [each for each in every(Session) if each.status == SessionStatus.CANCELLED]
    if off:
        session = _pick(off, dice.which)
        agenda_actions.restore_session(session, version=session.version, by=by, now=NOW)


def step(by: Organizer, dice: Dice) -> None:
    event = _forum_or_webcast(dice.which)
    act = _pick((actions.publish, actions.unpublish, actions.cancel_event), dice.other)
    act(event, version=event.version, by=by, now=NOW)


def whole(by: Organizer, dice: Dice) -> None:
    event = _forum_or_webcast(dice.which)
    if dice.flag:
        whole_actions.go_online(event, version=event.version, by=by, now=NOW)
    else:
        times = [at + dice.days + dice.minutes for at in (event.starts_at, event.ends_at)]
        whole_actions.postpone(event, *times, version=event.version, by=by, now=NOW)


def places(by: Organizer, dice: Dice) -> None:
    gate = _pick(_forum_or_webcast(dice.which).gates, dice.other)
    set_capacity(gate, _pick((None, 0, 7, 100_000), dice.third), now=NOW, by=by)
    closes_at = _pick((None, gate.event.starts_at - timedelta(days=dice.third)), dice.other)
    closing_actions.set_closing(gate, closes_at, by=by, now=NOW)
    if dice.flag:
        earlier = -timedelta(days=dice.other)
        closing_actions.close_along(gate.event, earlier, by=by, now=NOW)


def reminder(by: Organizer, dice: Dice) -> None:
    event = _forum_or_webcast(dice.which)
    plan = ReminderPlan(
        lead=_pick(("P3D", "PT5H", "PT24H", "P2D"), dice.other),
        local_time=_pick((None, "09:15"), 0 if dice.other % 4 == 1 else dice.third),
        modes=_pick((None, (Mode.WEBCAST,), tuple(Mode)), dice.third),
        is_for_waitlist=dice.flag,
        words={"en": dice.title, "es": dice.title} if dice.flag else {},
        blocks=_pick((None, ()), dice.third),
        is_on=not dice.flag,
    )
    rules = of_event(event)
    rule = _pick([None, *rules], dice.third)
    if rule is None:
        rule_actions.add(event, plan, by=by, now=NOW)
    elif dice.which % 5 == 1:
        rule_actions.remove(rule, version=rule.version, by=by, now=NOW)
    elif dice.which % 5 == 2:
        rule_actions.switch(rule, is_on=dice.flag, version=rule.version, by=by, now=NOW)
    else:
        rule_actions.change(rule, plan, version=rule.version, by=by, now=NOW)


def room(by: Organizer, dice: Dice) -> None:
    found = _pick(every(Room), dice.which)
    room_actions.change_room(
        found,
        stream_url=_pick((None, "https://live.lantern.example/elsewhere"), dice.other),
        dial_in=_pick((None, "+1-617-555-0188"), dice.third),
        seen=stream_fingerprint(found),
        by=by,
        now=NOW,
    )


def promise(by: Organizer, dice: Dice) -> None:
    event = _forum_or_webcast(dice.which)
    day = (event.ends_at + timedelta(days=dice.other)).date()
    if dice.flag:
        promise_actions.keep(event, day, version=event.version, by=by, now=NOW)
    else:
        to = _pick((None, day), dice.third)
        promise_actions.move(event, to, version=event.version, by=by, now=NOW)


DEEDS = (
    change_event,
    change_session,
    add_session,
    cancel_session,
    restore_session,
    step,
    whole,
    places,
    reminder,
    room,
    promise,
)
dice = st.builds(
    Dice,
    which=picks,
    other=picks,
    third=picks,
    title=titles,
    days=days,
    minutes=minutes,
    flag=st.booleans(),
)
