"""Factories: `make.event(capacity=1)` gives a whole, ordinary, committed event.

Each takes only what its test cares about.
"""

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count

from forum import clock
from forum.accounts.models import Organizer, OrganizerRole
from forum.db import db
from forum.events.models import (
    Appearance,
    Event,
    EventKind,
    EventStatus,
    Gate,
    Mode,
    Programme,
    Room,
    Session,
    SessionKind,
    Speaker,
    Track,
    Venue,
)
from forum.incoming.models import (
    AddressBlock,
    CalendarReply,
    DeliveryReport,
    ReportKind,
    ReportSource,
)
from forum.incoming.queries import address_hashes
from forum.names import name_key
from forum.notices.watching import begin
from forum.outbox.models import Message, MessageState
from forum.registration.models import Offer, OfferState, Registration, Status, new_uid
from forum.reminders.models import Reminder

SPRING_DAY = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)
"""The forum of the demo programme begins at 8:15 in Boston."""
WRITTEN = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
ALL_MODES = (Mode.IN_PERSON, Mode.WEBCAST, Mode.PHONE)


class Make:
    """Makes records and commits them."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def _keep(self, record):
        db.session.add(record)
        db.session.commit()
        return record

    def _public(self, event: Event) -> Event:
        """Let people rely on what a published event says, as publishing does."""
        begin(event)
        db.session.commit()
        return event

    def programme(self, **facts) -> Programme:
        existing = db.session.query(Programme).first()
        if existing:
            return existing
        self._keep(
            Venue(
                key="harbor",
                name="Harborlight Conference Center",
                address="1 Example Wharf, Boston, MA 00000",
                arrival="Step-free from the garage and the street.",
            )
        )
        values = {
            "key": "lantern",
            "name": "Lantern Metastatic Breast Cancer Programme",
            "quiet_name": "Lantern",
            "contact_email": "hello@lantern.example",
            "contact_phone": "+1-617-555-0142",
            "phone_hours": "Mon-Fri 09:00-17:00",
            "text_number": "+1-617-555-0143",
            "timezone": "America/New_York",
        }
        return self._keep(Programme(**{**values, **facts}))

    def room(self, **facts) -> Room:
        number = next(self._numbers)
        values = {
            "key": f"room{number}",
            "name": f"Room {number}",
            "capacity": 80,
            "is_streamed": True,
            "dial_in": "+1-617-555-0150",
            "stream_url": f"https://live.lantern.example/room{number}",
        }
        return self._keep(Room(**{**values, **facts}))

    def track(self, **facts) -> Track:
        number = next(self._numbers)
        values = {"key": f"track{number}", "name": f"Track {number}", "mark": "circle"}
        return self._keep(Track(**{**values, **facts}))

    def speaker(self, **facts) -> Speaker:
        number = next(self._numbers)
        values = {"key": f"p{number}", "name": f"Dr. Marigold Testwell {number}", "role": "Nurse"}
        return self._keep(Speaker(**{**values, **facts}))

    def event(
        self,
        *,
        capacity: int | None = 200,
        modes: tuple[Mode, ...] = ALL_MODES,
        starts_at: datetime = SPRING_DAY,
        hours: float = 8.25,
        **facts,
    ) -> Event:
        """Make a published forum with places in each mode; `capacity` is that in person."""
        self.programme()
        number = next(self._numbers)
        values = {
            "key": f"forum-{number}",
            "slug": f"forum-{number}",
            "kind": EventKind.FORUM,
            "title": "Living With Metastatic Breast Cancer - Spring Forum",
            "quiet_title": "Lantern spring day",
            "timezone": "America/New_York",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=hours),
            "status": EventStatus.PUBLISHED,
            "uid": f"{uuid.uuid4()}@forum",
            "created_at": WRITTEN,
            "updated_at": WRITTEN,
        }
        event = Event(**{**values, **facts})
        if event.ends_at < clock.now():  # a worker saw it over when it was
            event.kept_from = event.ends_at
        event.gates = [
            Gate(mode=mode, capacity=capacity if mode == Mode.IN_PERSON else None) for mode in modes
        ]
        return self._public(self._keep(event))

    def webcast(self, *, starts_at: datetime | None = None, **facts) -> Event:
        """Make a published webcast with its one session."""
        room = facts.pop("room", None) or self.room()
        event = self.event(
            modes=(Mode.WEBCAST, Mode.PHONE),
            starts_at=starts_at or datetime(2026, 12, 16, 17, 0, tzinfo=UTC),
            hours=1,
            **{
                "kind": EventKind.WEBCAST,
                "title": "News from the December breast cancer meeting",
                "quiet_title": "Lantern webcast - December",
                "room": room,
                **facts,
            },
        )
        self.session(
            event,
            key=event.key,
            title=event.title,
            quiet_title=event.quiet_title,
            starts_at=event.starts_at,
            ends_at=event.ends_at,
            room=room,
            uid=event.uid,
        )
        return event

    def session(self, event: Event, *, speakers: tuple[Speaker, ...] = (), **facts) -> Session:
        number = next(self._numbers)
        starts_at = facts.pop("starts_at", event.starts_at)
        values = {
            "event": event,
            "key": f"s{number}",
            "position": number,
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=45),
            "kind": SessionKind.TALK,
            "title": "Bones: pain, strength and radiation",
            "quiet_title": f"Session {number}",
            "is_streamed": True,
            "uid": f"{uuid.uuid4()}@forum",
            "created_at": WRITTEN,
            "updated_at": WRITTEN,
        }
        session = Session(**{**values, **facts})
        session.appearances = [
            Appearance(speaker=speaker, position=place) for place, speaker in enumerate(speakers)
        ]
        self._keep(session)
        self._public(event)
        return session

    def registration(self, event: Event, **facts) -> Registration:
        """Make a registration, its place counted at the gate like a real one."""
        number = next(self._numbers)
        name = facts.pop("name", f"Ada Q. Trialrun {number}")
        values = {
            "event": event,
            "name": name,
            "name_key": name_key(name),
            "email": f"ada{number}@people.example",
            "mode": Mode.IN_PERSON if event.kind == EventKind.FORUM else Mode.WEBCAST,
            "status": Status.CONFIRMED,
            "timezone": event.timezone,
            "uid": new_uid(event.uid),
            "registered_at": WRITTEN,
            "updated_at": WRITTEN,
        }
        values |= facts
        gate = next(gate for gate in event.gates if gate.mode == values["mode"])
        gate.seq += 1
        if values["status"] == Status.CONFIRMED:
            gate.taken += 1
        elif values["status"] == Status.WAITLISTED:
            values.setdefault("waits_for", gate.mode)
        if values.get("waits_for"):
            values.setdefault("wait_no", gate.seq)
        registration = Registration()
        for fact, value in values.items():
            setattr(registration, fact, value)
        return self._keep(registration)

    def welcome(self, registration: Registration) -> Message:
        """Let the email that says that she is registered have gone out."""
        message = Message(
            email="confirmation",
            registration=registration,
            facts={},
            state=MessageState.SENT,
            sent_at=WRITTEN,
            dedupe_key=f"welcome:{next(self._numbers)}",
            created_at=WRITTEN,
            due_at=WRITTEN,
        )
        return self._keep(message)

    def offer(self, registration: Registration, **facts) -> Offer:
        """Offer a place to one who waits, held at the gate like a real one."""
        values = {
            "registration": registration,
            "event_id": registration.event_id,
            "mode": registration.waits_for,
            "made_at": WRITTEN,
            "ends_at": WRITTEN + timedelta(days=3),
        }
        offer = Offer(**{**values, **facts})
        if offer.state in (None, OfferState.OPEN):
            gates = {gate.mode: gate for gate in registration.event.gates}
            gates[offer.mode].held += 1 if offer.partner is None else 2
        return self._keep(offer)

    def calendar_reply(self, registration: Registration, answer: str, **facts) -> CalendarReply:
        """Let her calendar have answered to her entry as it is."""
        number = next(self._numbers)
        values = {
            "sequence": registration.event.sequence + registration.sequence,
            "once": f"reply:{number}",
            "at": WRITTEN + timedelta(seconds=number),
        }
        return self._keep(
            CalendarReply(registration=registration, answer=answer, **{**values, **facts})
        )

    def report(self, message: Message, address: str, **facts) -> DeliveryReport:
        """Let an email to an address have come back."""
        number = next(self._numbers)
        values = {
            "kind": ReportKind.HARD,
            "source": ReportSource.MAILBOX,
            "address_hash": address_hashes(address)[0],
            "once": f"report:{number}",
            "at": WRITTEN + timedelta(seconds=number),
        }
        return self._keep(DeliveryReport(message=message, **{**values, **facts}))

    def block(self, address: str, kind: ReportKind = ReportKind.HARD) -> AddressBlock:
        """Let emails to an address have come back."""
        return self._keep(
            AddressBlock(address_hash=address_hashes(address)[0], kind=kind, since=WRITTEN)
        )

    def reminder(self, event: Event, lead: str, **facts) -> Reminder:
        return self._keep(Reminder(event=event, lead=lead, **{"armed_at": WRITTEN, **facts}))

    def organizer(self, **facts) -> Organizer:
        number = next(self._numbers)
        values = {
            "email": f"petra{number}@lantern.example",
            "name": "Petra Sandboxer",
            "role": OrganizerRole.OWNER,
            "created_at": WRITTEN,
        }
        return self._keep(Organizer(**{**values, **facts}))
