"""Loading the events of a programme file, each with its sessions, places and reminders."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import delete

from forum.accounts.models import Organizer
from forum.db import db
from forum.events.models import (
    Appearance,
    Event,
    EventStatus,
    Gate,
    OldSlug,
    Session,
    SessionKind,
    SessionStatus,
)
from forum.programme import queries
from forum.programme.loading.assigning import arrange, assign
from forum.programme.loading.reminders import load_reminders
from forum.programme.reading import outline, values
from forum.programme.report import Report
from forum.registration.actions import set_capacity
from forum.registration.places import session_places
from forum.registration.places.offers import follow


@dataclass(slots=True)
class Loading:
    """One load on its way through the events."""

    file: outline.ProgrammeFile
    stored: queries.Stored
    report: Report
    now: datetime
    organizer: Organizer | None

    def load_event(self, stated: outline.Forum | outline.Webcast) -> Event | None:
        """Bring one event to what the file says; return it if it was there and has changed."""
        event = self.stored.events.get(stated.id)
        is_new = event is None
        was_on = event is not None and event.status != EventStatus.CANCELLED
        if event is None:
            event = self._new_event(stated)
        was, started_at = event.slug, event.starts_at
        is_changed = bool(assign(event, self._event_values(event, stated)))
        self._keep_address(event, was)
        if is_changed:
            event.updated_at = self.now
        is_changed |= self._load_gates(event, stated)
        if isinstance(stated, outline.Forum):
            is_edited = self._load_sessions(event, stated)
        else:
            is_changed |= self._load_webcast_session(event, stated)
            is_edited = False
        written = values.reminders(self.file, stated)
        db.session.flush()
        if started_at is not None:
            follow(event, started_at, now=self.now)
        is_changed |= load_reminders(event, written, now=self.now)
        if is_new:
            self.report.added.append(f"event {event.key}")
            return None
        if was_on and event.status == EventStatus.CANCELLED:
            self.report.cancelled.append(f"event {event.key}")
        else:
            self.report.tell(f"event {event.key}", is_changed=is_changed)
        if not (is_changed or is_edited):
            return None
        event.version += 1
        return event

    def _new_event(self, stated: outline.Forum | outline.Webcast) -> Event:
        event = Event(
            slug=stated.slug or self._free_slug(stated),
            details={},
            created_at=self.now,
            updated_at=self.now,
            **self._calendar_entry(stated.id),
            **values.event(self.file, stated),
        )
        db.session.add(event)
        self.stored.events[stated.id] = event
        db.session.flush()
        return event

    def _event_values(self, event: Event, stated: outline.Forum | outline.Webcast) -> values.Values:
        is_forum = isinstance(stated, outline.Forum)
        room = stated.room if isinstance(stated, outline.Forum) else self.file.room_of(stated)
        known = values.FORUM_DETAILS if is_forum else values.WEBCAST_DETAILS
        stated_details = values.event_details(self.file, stated)
        return {
            **values.event(self.file, stated),
            "slug": stated.slug or event.slug,
            "room_id": self._room_id(room),
            "details": _merged(event.details, stated_details, known),
        }

    def _keep_address(self, event: Event, was: str) -> None:
        """Let the name that it had in addresses lead to its new one, which leads nowhere else."""
        if event.slug != was:
            db.session.execute(delete(OldSlug).where(OldSlug.slug.in_([was, event.slug])))
            db.session.add(OldSlug(slug=was, event_id=event.id))
            self.stored.old_slugs.pop(event.slug, None)
            self.stored.old_slugs[was] = event.key

    def _free_slug(self, stated: outline.Forum | outline.Webcast) -> str:
        """Return the address of a new event: a forum's id, a webcast's month."""
        taken = {event.slug for event in self.stored.events.values()}
        taken |= {each.slug for each in self.file.all_events if each.slug}
        taken |= self.stored.old_slugs.keys()
        if isinstance(stated, outline.Forum):
            first = stated.id.replace("_", "-")
        else:
            first = f"webcast-{stated.on:%Y-%m}"
        return next(
            slug
            for number in count(1)
            if (slug := first if number == 1 else f"{first}-{number}") not in taken
        )

    def _calendar_entry(self, event: str, session: str | None = None) -> dict[str, Any]:
        """Return the identity of something new in people's calendars, from the file or random."""
        for entry in self.file.calendar_entries:
            if (entry.event, entry.session) == (event, session):
                return {"uid": entry.uid, "sequence": entry.sequence}
        return {"uid": f"{uuid.uuid4()}@forum", "sequence": 0}

    def _room_id(self, key: str | None) -> int | None:
        return None if key is None else self.stored.rooms[key].id

    def _load_gates(self, event: Event, stated: outline.Forum | outline.Webcast) -> bool:
        rows = {gate.mode: gate for gate in event.gates}
        is_changed = False
        for wanted in values.gates(self.file, stated):
            gate = rows.pop(wanted["mode"], None)
            if gate is None:
                event.gates.append(Gate(**wanted))
                db.session.flush()
                is_changed = True
                continue
            if gate.capacity != wanted["capacity"]:
                set_capacity(gate, wanted["capacity"], now=self.now, by=self.organizer)
                is_changed = True
            is_changed |= bool(assign(gate, wanted))
        for gate in rows.values():
            event.gates.remove(gate)
            db.session.delete(gate)
        return is_changed or bool(rows)

    def _load_sessions(self, event: Event, forum: outline.Forum) -> bool:
        """Load a forum's sessions; say whether one was added or has changed."""
        rows = {session.key: session for session in event.sessions}
        is_edited = False
        in_order = []
        for position, stated in enumerate(forum.sessions):
            wanted = {
                **values.session(self.file, forum, stated),
                "room_id": self._room_id(stated.room),
                "track_id": None if stated.track is None else self.stored.tracks[stated.track].id,
            }
            row = rows.pop(stated.id, None)
            name = f"session {event.key}/{stated.id}"
            details = values.session_details(stated)
            if row is None:
                row = self._new_session(event, wanted, position=position, details=details)
                self._set_speakers(row, stated.people)
                self.report.added.append(name)
                is_edited = True
            else:
                wanted["details"] = _merged(row.details, details, values.SESSION_DETAILS)
                is_edited |= self._change_session(row, wanted, stated.people, name)
            in_order.append(row)
        for row in rows.values():
            if row.status != SessionStatus.CANCELLED:
                gone = {"status": SessionStatus.CANCELLED}
                is_edited |= self._change_session(row, gone, None, f"session {event.key}/{row.key}")
        db.session.flush()
        return arrange(in_order) or is_edited

    def _new_session(self, event: Event, wanted: values.Values, **rest: object) -> Session:
        entry = self._calendar_entry(event.key, wanted["key"])
        times = {"created_at": self.now, "updated_at": self.now}
        session = Session(event=event, **entry, **times, **wanted, **rest)
        db.session.add(session)
        db.session.flush()
        return session

    def _change_session(
        self, row: Session, wanted: values.Values, people: Iterable[str] | None, name: str
    ) -> bool:
        """Bring a session to what is wanted, and its speakers unless they are None."""
        changed = assign(row, wanted)
        if changed & {"capacity", "status"}:
            session_places.move_line(row, now=self.now)
        is_changed = bool(changed)
        if people is not None:
            is_changed |= self._set_speakers(row, tuple(people))
        if "status" in changed and row.status == SessionStatus.CANCELLED:
            self.report.cancelled.append(name)
        else:
            self.report.tell(name, is_changed=is_changed)
        if is_changed:
            row.version += 1
            row.updated_at = self.now
        return is_changed

    def _load_webcast_session(self, event: Event, stated: outline.Webcast) -> bool:
        """Load the one session of a webcast, which is the event's own calendar entry."""
        wanted = {**values.webcast_session(self.file, stated), "room_id": event.room_id}
        row = event.sessions[0] if event.sessions else None
        if row is None:
            entry = {"uid": event.uid, "sequence": event.sequence}
            times = {"created_at": self.now, "updated_at": self.now}
            new = {"kind": SessionKind.TALK, "is_streamed": True, "position": 0, "details": {}}
            row = Session(event=event, **new, **entry, **times, **wanted)
            db.session.add(row)
            self._set_speakers(row, stated.people)
            return True
        if event.status != EventStatus.CANCELLED:  # an older release called it off as well
            wanted["status"] = SessionStatus.SCHEDULED
        is_changed = bool(assign(row, wanted)) | self._set_speakers(row, stated.people)
        if is_changed:
            row.version += 1
            row.updated_at = self.now
        return is_changed

    def _set_speakers(self, session: Session, people: tuple[str, ...]) -> bool:
        if [each.speaker.key for each in session.appearances] == list(people):
            return False
        held = {each.speaker.key: each for each in session.appearances}
        appearances = []
        for position, key in enumerate(people):
            row = held.get(key) or Appearance(speaker=self.stored.speakers[key])
            row.position = position
            appearances.append(row)
        session.appearances = appearances
        return True


def _merged(held: dict[str, Any], stated: dict[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    """Return the details with the file's keys as stated, and others as they are."""
    return {name: value for name, value in held.items() if name not in known} | stated
