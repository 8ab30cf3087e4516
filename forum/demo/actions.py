"""Filling an empty database with the demo: its programme, its people, its one organizer."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from forum.accounts.actions import add_organizer
from forum.accounts.models import Organizer, OrganizerRole
from forum.care import actions as care
from forum.care.rules import GONE
from forum.db import db
from forum.errors import Refusal
from forum.events.models import Event, EventKind, Mode, Programme
from forum.programme import actions
from forum.programme.reading import outline
from forum.programme.reading.file import read
from forum.programme.report import Report
from forum.registration.actions import register
from forum.registration.models import CareState, PairRule, Registration, Role
from forum.registration.places.gates import lock_gates
from forum.registration.requests import Overrides, Request

FILE = Path(__file__).parent / "programme.yaml"
"""The demo as it was written, for the week of 2026-11-23."""
ORGANIZER = ("petra.sandboxer@lantern.example", "Petra Sandboxer")
HER_PHONE = "+16175550170"
_ANY_TIME = Overrides(opening=True, closing=True)


class NotEmpty(Refusal):
    """The database holds a programme already; the demo would mix with real people."""


@dataclass(frozen=True)
class Demo:
    """What was put into the database."""

    report: Report
    organizer: Organizer
    registrations: int


def load_demo(source: bytes, *, now: datetime) -> Demo:
    """Load the demo's file, register its people, and let its coordinator work at the desk.

    People are registered on the organizer's word, so the time of opening does not matter; when
    the forum is over by `now`, there are none. Raises NotEmpty unless the database is empty.
    """
    if db.session.scalars(select(Programme.id)).first() is not None:
        sentence = "The demo goes into an empty database only; this one holds a programme."
        raise NotEmpty(sentence)
    file = read(source)
    report = actions.load(file, now=now)
    address, name = ORGANIZER
    organizer = add_organizer(address, name, OrganizerRole.OWNER, now=now)
    event = db.session.scalars(select(Event).where(Event.kind == EventKind.FORUM)).one()
    registrants = file.registrants if now < event.ends_at else ()
    known: dict[str, Registration] = {}
    waiting = [each for each in registrants if each.mode == outline.WAITLIST]
    placed = [each for each in registrants if each.mode != outline.WAITLIST]
    for group in (placed, waiting):  # a place that is given up by then is offered to nobody
        for each in group:
            known[each.id] = _registered(event, each, file, now=now, organizer=organizer)
            _link(known[each.id], each, known)
        for each in group:
            _set_care(known[each.id], each, now=now, organizer=organizer)
    db.session.flush()
    return Demo(report, organizer, len(known))


def _registered(
    event: Event,
    registrant: outline.Registrant,
    file: outline.ProgrammeFile,
    *,
    now: datetime,
    organizer: Organizer,
) -> Registration:
    """Register one through the action that everyone comes through."""
    is_waiting = registrant.mode == outline.WAITLIST
    mode = Mode.IN_PERSON if is_waiting else Mode(registrant.mode)
    email = _email(registrant, file)
    request = Request(
        name=registrant.name,
        email=email,
        mode=mode,
        timezone=registrant.timezone,
        language=registrant.language,
        roles=tuple(Role(role) for role in registrant.roles),
        phone="" if email else HER_PHONE,
        needs=", ".join(need.replace("_", " ") for need in registrant.needs),
        note=registrant.note or "",
        is_discreet=registrant.is_discreet,
        quiet_days=registrant.quiet_days,
        wants_certificate=outline.CERTIFICATE in registrant.wants,
        is_first_time=registrant.is_first_time,
    )
    gate = lock_gates(event.id, mode)[mode]
    capacity = gate.capacity
    if is_waiting:
        gate.capacity = gate.taken  # as if she had come on a day when the room was full
        db.session.flush()
    outcome = register(event, request, now=now, by=organizer, overrides=_ANY_TIME)
    gate.capacity = capacity
    assert outcome.registration is not None  # noqa: S101 - nobody registered her before
    return outcome.registration


def _email(registrant: outline.Registrant, file: outline.ProgrammeFile) -> str | None:
    """Return a stated or an invented address, or the one of the person she shares it with."""
    stated = registrant.email
    if stated == outline.NO_EMAIL:
        return None
    if stated is None:
        words = re.findall(r"[a-z]{2,}", registrant.name.lower().removeprefix("dr. "))
        return f"{'.'.join(words)}@people.example"
    if stated.startswith(outline.SHARED_WITH):
        other = stated.removeprefix(outline.SHARED_WITH)
        owner = next(each for each in file.registrants if each.id == other)
        return _email(owner, file)
    return stated


def _link(
    registration: Registration, registrant: outline.Registrant, known: dict[str, Registration]
) -> None:
    """Keep with whom she comes, and what the two want when one place is left."""
    if registrant.companion_of is not None:
        registration.companion_of = known[registrant.companion_of]
    if registrant.pair is not None:
        is_either = registrant.pair == outline.EITHER
        registration.pair_rule = PairRule.EITHER if is_either else PairRule.TOGETHER


def _set_care(
    registration: Registration,
    registrant: outline.Registrant,
    *,
    now: datetime,
    organizer: Organizer,
) -> None:
    """Say what may reach her; emails that were just posted are decided by it when they are sent.

    Whoever comes with someone remembered is held by that.
    """
    if registrant.state == CareState.PAUSED:
        care.pause(registration, registrant.until, now=now, by=organizer)
    elif registrant.state in GONE:
        care.remember(registration, now=now, by=organizer)
