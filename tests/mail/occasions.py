"""Every email to attendees with an occasion for it, so that tests can go through them all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import Organizer, SignInLink
from forum.db import db, transaction
from forum.emails import Letter, write
from forum.emails.kinds import KINDS, SIGN_IN, Afterwards, Subject
from forum.events.models import Event, Mode
from forum.notices.baseline import state_of
from forum.notices.models import Notice, Occasion
from forum.outbox.models import Message, MessageState
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration.models import (
    AddressChange,
    OfferState,
    Registration,
    SessionPlace,
    Status,
)
from forum.reminders import rules
from tests.make import Make

STATUS_FOR = {
    "confirmation": Status.CONFIRMED,
    "waitlist": Status.WAITLISTED,
    "offer": Status.WAITLISTED,
    "offer_lapsed": Status.WAITLISTED,
    "promoted": Status.CONFIRMED,
    "session_place": Status.CONFIRMED,
    "mode_changed": Status.CONFIRMED,
    "details_changed": Status.CONFIRMED,
    "cancellation": Status.CANCELLED,
    "my_link": Status.CONFIRMED,
    "confirm_address": Status.CONFIRMED,
    "address_changed": Status.CONFIRMED,
    "pause_over": Status.CONFIRMED,
    "reminder": Status.CONFIRMED,
    "notice": Status.CONFIRMED,
    "declined": Status.CONFIRMED,
    "event_cancelled": Status.CONFIRMED,
    "invitation": Status.CONFIRMED,
}
"""An ordinary status for each email."""
SHORT = {name for name, kind in KINDS.items() if kind.subject == Subject.ADDRESS}
"""Those that are about an address and not about the day."""
ABOUT_THE_DAY = [
    name for name, kind in KINDS.items() if name not in SHORT and kind.afterwards != Afterwards.ONLY
]
"""Those that may reach her before the day: all but those for afterwards."""
OTHER_MODE = {
    Mode.IN_PERSON: Mode.WEBCAST,
    Mode.WEBCAST: Mode.IN_PERSON,
    Mode.PHONE: Mode.IN_PERSON,
}


def facts_of(make: Make, email: str, person: Registration) -> dict:
    """Make what an email is about, and return the facts of its message."""
    if email == "reminder":
        return reminded(make, person, "P2D", offers=("switch_mode",))
    if email in {"offer", "offer_lapsed"}:
        state = OfferState.OPEN if email == "offer" else OfferState.LAPSED
        ends_at = clock.now() + timedelta(days=3)
        return {"offer": make.offer(person, state=state, ends_at=ends_at).id}
    if email == "session_place":
        return {"session": _session(make, person)}
    if email == "notice":
        return {"notice": notice_of(make, person.event).id}
    if email == "invitation":
        return {"event": _next_event(person)}
    if email == "declined":
        make.calendar_reply(person, answer="declined")
    return {"address_change": _change(person)} if email in SHORT else {}


def notice_of(make: Make, event: Event, **facts) -> Notice:
    """Send word that an event and all its sessions begin half an hour earlier, in other rooms."""
    room = make.room(name=event.title)
    changes = {"sessions": {}}
    for each in (event, *event.sessions):
        stands = state_of(each)
        starts_at = (each.starts_at + timedelta(minutes=30)).isoformat()
        before = {**stands, "starts_at": starts_at, "room_id": room.id}
        if each is event:
            changes["event"] = {**before, "room_id": event.room_id}
        else:
            changes["sessions"][str(each.id)] = before
    values = {"occasion": Occasion.CHANGES, "changes": changes, "organizer": make.organizer()}
    notice = Notice(event=event, sent_at=clock.now(), **{**values, **facts})
    db.session.add(notice)
    db.session.commit()
    return notice


def _next_event(person: Registration) -> int:
    """Let her agree to be invited again; return the event after hers."""
    wish = ConsentPurpose.NEXT_INVITATION
    with transaction():
        privacy.record(person, wish, now=clock.now(), language=person.language)
    after = select(Event.id).where(Event.starts_at > person.event.starts_at)
    return db.session.scalars(after.order_by(Event.starts_at).limit(1)).one()


def reminded(make: Make, person: Registration, lead: str, **facts) -> dict:
    """Make a rule that is for a person, and return the facts of its message to her."""
    facts.setdefault("is_for_waitlist", person.status == Status.WAITLISTED)
    rule = make.reminder(person.event, lead, **facts)
    starts_at = person.event.starts_at
    due_at = rules.due_for(rule, person, starts_at=starts_at)
    return {
        "starts_at": int(starts_at.timestamp()),
        "due": int(due_at.timestamp()),
        "rules": {str(rule.id): rules.armed_for(rule, starts_at=starts_at)},
    }


def _session(make: Make, person: Registration) -> int:
    session = make.session(person.event, capacity=8, room=make.room(name="Harbor Room"))
    place = SessionPlace(registration=person, session=session, status=Status.CONFIRMED)
    db.session.add(place)
    db.session.commit()
    return session.id


def _change(person: Registration) -> int:
    change = AddressChange(
        registration=person,
        new_email="boris@elsewhere.example",
        old_email=person.email,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=2),
    )
    db.session.add(change)
    db.session.commit()
    return change.id


def all_occasions() -> list:
    """Return each email with each status and each way to attend in which it is written."""
    return [
        pytest.param((email, status, mode), id=f"{email}-{status}-{mode}")
        for email, kind in KINDS.items()
        for status in sorted(kind.statuses)
        for mode in Mode
    ]


def person_for(make: Make, event: Event, name_of_email: str, /, **facts) -> Registration:
    """Make someone to whom an email may be written."""
    facts.setdefault("status", STATUS_FOR[name_of_email])
    kind = KINDS[name_of_email]
    if kind.is_invitation or kind.afterwards == Afterwards.ONLY:
        event = _last_year(make, event)
    is_kept = facts["status"] == Status.CONFIRMED and kind.while_waiting
    if is_kept:
        facts.setdefault("waits_for", OTHER_MODE[facts.setdefault("mode", Mode.WEBCAST)])
    return make.registration(event, **facts)


def _last_year(make: Make, event: Event) -> Event:
    """Make such an event that is over."""
    return make.event(
        title=event.title,
        quiet_title=event.quiet_title,
        details=event.details,
        starts_at=event.starts_at - timedelta(days=364),
    )


def invited(queue, person: Registration) -> None:
    """Let an invitation have been mailed, so that there is an entry to take away."""
    queue("confirmation", person, state=MessageState.SENT, has_invitation=True)


def to_organizer(make: Make, email: str) -> Letter:
    """Write one of the emails to organizers."""
    now = clock.now()
    link = SignInLink(
        organizer_id=make.organizer().id,
        public_id="public",
        created_at=now,
        expires_at=now + timedelta(minutes=15),
    )
    db.session.add(link)
    db.session.commit()
    organizer = db.session.get_one(Organizer, link.organizer_id)
    facts = {"link": link.id} if email == SIGN_IN else {"is_own": False, "language": "en"}
    message = Message(email=email, organizer=organizer, facts=facts, dedupe_key="s")
    letter = write(message, now)
    assert isinstance(letter, Letter), letter
    return letter
