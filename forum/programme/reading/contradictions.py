"""Where a programme file, though right in itself, contradicts what the database holds."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from forum.events import whole_queries
from forum.events.models import Event, EventKind, EventStatus, Mode, SessionStatus
from forum.i18n import places
from forum.programme.queries import Stored, had_people, use_of
from forum.programme.reading import outline, values, zones
from forum.programme.reading.clashes import happenings
from forum.programme.reading.faults import Fault, Faulty
from forum.programme.reading.parts import Spot, shown
from forum.programme.reading.times import event_hours, session_hours
from forum.registration.queries import number_registered


def refuse_contradictions(file: outline.ProgrammeFile, stored: Stored, *, now: datetime) -> None:
    """Raise Faulty with every fault, when the file cannot be loaded over what is stored."""
    if faults := list(_contradictions(file, stored, now)):
        raise Faulty(faults)


def _contradictions(file: outline.ProgrammeFile, stored: Stored, now: datetime) -> Iterator[Fault]:
    if stored.programme and stored.programme.key != file.programme.id:
        text = f"this installation belongs to {shown(stored.programme.key)}"
        yield file.programme.spot.key("id").fault(text)
    if stored.venue and file.venue and stored.venue.key != file.venue.id:
        text = f"the venue of this installation is {shown(stored.venue.key)}"
        yield file.venue.spot.key("id").fault(text)
    held = stored.programme.timezone if stored.programme else None
    yield from _zone(file.meta.spot.key("timezone"), file.meta.timezone, held)
    for stated in file.all_events:
        yield from _slug(stated, stored)
        event = stored.events.get(stated.id)
        if isinstance(stated, outline.Forum):
            yield from _left_behind(file, stated, event, now)
        if stated.timezone is not None:
            spot = stated.spot.key("timezone")
            yield from _zone(spot, stated.timezone, event.timezone if event else None)
        if event is None:
            continue
        kind = EventKind.FORUM if isinstance(stated, outline.Forum) else EventKind.WEBCAST
        if event.kind != kind:
            yield stated.spot.key("id").fault(f"{shown(event.key)} is stored as a {event.kind}")
            continue
        yield from _places(file, stated, event)
        yield from _undone(file, stated, event)
        yield from _vanished(stated, event, now)
        if isinstance(stated, outline.Forum):
            yield from _unheld(stated, event, now)
        yield from _used_again(file, stated, event, now)
        yield from _into_the_past(file, stated, event, now)
    yield from _uids(file, stored)
    yield from _clashes(file, stored)


def _zone(spot: Spot, name: str, held: str | None) -> Iterator[Fault]:
    """Say where a zone is no place: its clocks would miss summer time, or mean another one.

    What is stored already is left alone.
    """
    if name in places() or name == held:
        return
    meant = zones.likely(name)
    hint = f'; did you mean "{meant}"?' if meant else ', like "America/New_York"'
    yield spot.fault(f"{shown(name)} is no region and city{hint}")


def _slug(stated: outline.Forum | outline.Webcast, stored: Stored) -> Iterator[Fault]:
    owner = next(
        (event for event in stored.events.values() if stated.slug and event.slug == stated.slug),
        None,
    )
    if owner and owner.key != stated.id:
        yield stated.spot.key("slug").fault(f"already used by the event {shown(owner.key)}")
    led_to = stored.old_slugs.get(stated.slug or "", stated.id)
    if led_to != stated.id:
        text = f"addresses that people have lead to the event {shown(led_to)}"
        yield stated.spot.key("slug").fault(text)


def _places(
    file: outline.ProgrammeFile, stated: outline.Forum | outline.Webcast, event: Event
) -> Iterator[Fault]:
    """Say where fewer places are stated than are taken."""
    offered = values.modes(file, stated)
    spot = stated.spot.key("modes")
    for gate in event.gates:
        places = offered.get(gate.mode, 0)
        if gate.mode not in offered and (use := use_of(gate)):
            yield spot.fault(f'"{gate.mode}" cannot be left out: {use}')
        elif places is not None and places < gate.taken + gate.held:
            held = f" and {gate.held} held by offers" if gate.held else ""
            said = f"{places} is less than the {gate.taken} places taken{held}"
            yield spot.key(gate.mode).fault(said)
    taken = {session.key: session.taken for session in event.sessions}
    for session in stated.sessions if isinstance(stated, outline.Forum) else ():
        if session.capacity is not None and session.capacity < taken.get(session.id, 0):
            text = f"{session.capacity} is less than the {taken[session.id]} places taken"
            yield session.spot.key("capacity").fault(text)


def _undone(
    file: outline.ProgrammeFile, stated: outline.Forum | outline.Webcast, event: Event
) -> Iterator[Fault]:
    """Say where an older file would take back what the desk did to a whole event.

    People have been told of it, so a file may not undo it in passing.
    """
    advice = "people have been told; `programme dump` writes the event as it is now"
    if whole_queries.was_cancelled(event) and stated.status != EventStatus.CANCELLED:
        yield stated.spot.key("status").fault(f"the event was canceled at the desk: {advice}")
        return
    starts_at = event_hours(file, stated).starts_at
    if starts_at != event.starts_at and starts_at in whole_queries.planned_before(event):
        yield stated.spot.key("date").fault(f"the event was postponed from this day: {advice}")
    if whole_queries.went_online_at(event) is None:
        return
    if Mode.IN_PERSON in values.modes(file, stated):
        spot = stated.spot.key("modes").key("in_person")
        yield spot.fault(f"the whole event went online: {advice}")
    held = {each.key: each for each in event.sessions}
    for session in stated.sessions if isinstance(stated, outline.Forum) else ():
        row = held.get(session.id)
        is_back = row is not None and row.status == SessionStatus.CANCELLED
        if is_back and session.status != SessionStatus.CANCELLED and not session.is_streamed:
            text = f"it could not be seen when the whole event went online: {advice}"
            yield session.spot.key("status").fault(text)


def _vanished(
    stated: outline.Forum | outline.Webcast, event: Event, now: datetime
) -> Iterator[Fault]:
    """Say where an event would be called off, or hidden, behind the backs of its people.

    What has taken place stays as it was, though nobody is registered for it any more.
    """
    if stated.status in {event.status, EventStatus.PUBLISHED}:
        return
    if event.status == EventStatus.PUBLISHED and event.ends_at <= now:
        text = "this event has taken place: it is neither canceled nor hidden"
        yield stated.spot.key("status").fault(text)
        return
    if number := number_registered(event):
        count = "1 person is" if number == 1 else f"{number} people are"
        advice = 'cancel it at the desk under "Cancel this event", so that they are told'
        if event.status == EventStatus.CANCELLED:
            advice = "a canceled event stays canceled, and its page says so"
        yield stated.spot.key("status").fault(f"{count} registered for this event: {advice}")


def _unheld(stated: outline.Forum, event: Event, now: datetime) -> Iterator[Fault]:
    """Say where a session that is over would be canceled, or a canceled one have been held."""
    stated_of = {each.id: each for each in stated.sessions}
    for row in event.sessions:
        if not whole_queries.is_past(row, now=now):
            continue
        session = stated_of.get(row.key)
        is_off = session is None or session.status == SessionStatus.CANCELLED
        if is_off == (row.status == SessionStatus.CANCELLED):
            continue
        if session is None:
            text = f"{shown(row.key)} has taken place: it is neither canceled nor left out"
            yield stated.spot.key("sessions").fault(text)
        elif is_off:
            yield session.spot.key("status").fault(
                "this session has taken place: it is not canceled"
            )
        else:
            text = "this session would be over by now: it stays canceled"
            yield session.spot.key("status").fault(text)


def _used_again(
    file: outline.ProgrammeFile,
    stated: outline.Forum | outline.Webcast,
    event: Event,
    now: datetime,
) -> Iterator[Fault]:
    """Say where the id of an event that is over would be another year's.

    Its people, their links and its reminders would come along. What was entered when it was over
    already, and nobody has ever registered for, may have been a slip, and can be put right.
    """
    zone = ZoneInfo(event.timezone)
    was, shall_be = (
        at.astimezone(zone).date() for at in (event.starts_at, event_hours(file, stated).starts_at)
    )
    if event.ends_at > now or shall_be <= was:
        return
    if event.created_at < event.ends_at or had_people(event):
        text = f"{shown(event.key)} is over since {was}: an event on another day needs its own id"
        yield stated.spot.key("date").fault(text)


def _into_the_past(
    file: outline.ProgrammeFile,
    stated: outline.Forum | outline.Webcast,
    event: Event,
    now: datetime,
) -> Iterator[Fault]:
    """Say where an event that people count on would be over at once, as by a mistyped year."""
    is_over_at_once = event_hours(file, stated).ends_at <= now < event.ends_at
    if is_over_at_once and number_registered(event):
        yield stated.spot.key("date").fault(
            "this day is over, and people are registered: look at the year; if it is right,"
            " change the day at the desk, which asks for their number"
        )


def _left_behind(
    file: outline.ProgrammeFile, forum: outline.Forum, event: Event | None, now: datetime
) -> Iterator[Fault]:
    """Say where a session would be before its forum that was not held before the rest was put off.

    A forum that is new here comes from another installation, with what was held there.
    """
    starts_at = event_hours(file, forum).starts_at
    there = {each.key: (each.starts_at, each.ends_at) for each in event.sessions} if event else {}
    for session in forum.sessions:
        hours = session_hours(file, forum, session)
        if session.status == SessionStatus.CANCELLED or hours.ends_at > starts_at:
            continue
        is_as_it_was = event is None or there.get(session.id) == (hours.starts_at, hours.ends_at)
        if hours.ends_at > now or not is_as_it_was:
            text = f"starts at {session.time[0]}, before the forum does at {forum.hours[0]}"
            yield session.spot.key("time").item(0).fault(text)


def _uids(file: outline.ProgrammeFile, stored: Stored) -> Iterator[Fault]:
    """Say where a calendar entry would change its identity, or take another's."""
    owners: dict[str, tuple[str, str | None]] = {}
    for event in stored.events.values():
        owners |= {session.uid: (event.key, session.key) for session in event.sessions}
        owners[event.uid] = (event.key, None)
    held = {owner: uid for uid, owner in owners.items()}
    for entry in file.calendar_entries:
        name = (entry.event, entry.session)
        spot = entry.spot.key("uid")
        if name in held and held[name] != entry.uid:
            yield spot.fault(f"people's calendars hold this under {shown(held[name])}")
        elif entry.uid in owners and owners[entry.uid] != name:
            yield spot.fault("already used for something else")


def _clashes(file: outline.ProgrammeFile, stored: Stored) -> Iterator[Fault]:
    """Say where a room or a speaker is needed by an event that the file does not name."""
    named = {each.id for each in file.all_events}
    others = [
        session
        for event in stored.events.values()
        if event.key not in named and event.status != EventStatus.CANCELLED
        for session in event.sessions
        if session.status != SessionStatus.CANCELLED
    ]
    for each in happenings(file):
        for other in others:
            hours = each.hours
            if other.starts_at >= hours.ends_at or other.ends_at <= hours.starts_at:
                continue
            times = (f"{at.astimezone(each.zone):%H:%M}" for at in (other.starts_at, other.ends_at))
            when = f"from {' to '.join(times)} by {shown(other.event.key)}"
            if other.room is not None and other.room.key == each.room:
                yield each.what.spot.key("room").fault(f"room {shown(each.room)} is taken {when}")
            busy = {speaker.key for speaker in other.speakers}
            for index, person in enumerate(each.what.people):
                if person in busy:
                    spot = each.what.spot.key("people").item(index)
                    yield spot.fault(f"{shown(person)} is needed {when}")
