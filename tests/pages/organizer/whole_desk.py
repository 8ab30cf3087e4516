"""One of everything that a page of the desk is about, and the addresses of all its pages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product

from flask import Flask, url_for
from sqlalchemy import select
from werkzeug.routing import Rule

from forum import clock
from forum.accounts.models import Organizer, Passkey, SignIn
from forum.care.models import Task, TaskKind
from forum.db import db, transaction
from forum.events.models import Event, EventStatus, Mode
from forum.incoming.models import ReportKind
from forum.organizer.reports.list_page import Paper
from forum.outbox.models import Message
from forum.privacy import rules
from forum.registration.actions import cancel
from forum.registration.details import Part
from forum.registration.models import CareState, InviteLink, Registration, Status
from forum.registration.telling import ask, tell
from forum.reminders.models import Reminder
from tests.desk import new_link
from tests.make import Make
from tests.notices import Desk

SHEETS = {
    "organizer.changes_email",
    "organizer.email_sheet",
    "organizer.invitation_sheet",
    "organizer.message_sheet",
}
"""Emails as a mail program shows them: `tests/mail/emails/test_pictures.py` looks at each."""
NO_PAGES = {"accounts.stay", "accounts.kept"}
"""An answer without a page, and the page of what was typed and kept: there is nothing kept here."""
OUTSIDE = {"accounts.sign_in", "accounts.link_sent", "accounts.open_link"}
"""What is seen before signing in."""


@dataclass
class WholeDesk:
    """A desk at which nothing is missing."""

    make: Make
    event: Event
    organizer: Organizer
    people: dict[str, Registration] = field(default_factory=dict)

    def fill(self) -> None:
        """Make what its pages are about; a passkey has just said yes."""
        make, event = self.make, self.event
        self._person("ada", needs="wheelchair", phone="+16175550142")
        self._person("greta", email=None, mode=Mode.PHONE)
        self._person("hollis", care_state=CareState.PAUSED)
        self._person("ione", care_state=CareState.REMEMBERED)
        self._person("kestrel", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
        self._person("jasper", care_state=CareState.HELD, companion_of=self.people["ione"])
        self._person("wim", status=Status.WAITLISTED)
        self._person("linnea", mode=Mode.WEBCAST)
        make.offer(self.people["wim"], ends_at=clock.now() + timedelta(days=2))
        make.block(self.people["ada"].email, ReportKind.HARD)
        make.reminder(event, "P7D", local_time="10:00")
        make.event(slug="draft", status=EventStatus.DRAFT)
        starts_at, owed = clock.now() - timedelta(days=100), {"promised_by": "2026-09-01"}
        long_over = make.event(slug="autumn", starts_at=starts_at, hours=1, details=owed)
        for number in range(rules.FEW + 1):  # so many that somebody is asked before they go
            make.registration(long_over, name=f"Boris {number}")
        Desk(self.organizer).move(make.session(event, room=make.room(), capacity=8))
        facts = {"label": "Speakers", "lifts": ("capacity",), "uses_left": 3}
        made = {"organizer": self.organizer, "created_at": clock.now()}
        make._keep(InviteLink(event=event, **facts, **made))
        key = {"credential_id": "bm9uZQ", "public_key": "bm9uZQ", "name": "My laptop"}
        make._keep(Passkey(organizer=self.organizer, created_at=clock.now(), **key))
        with transaction():
            cancel(self.people["linnea"], now=clock.now())
            tell("confirmation", self.people["greta"], "1", now=clock.now())
            tell("my_link", self.people["hollis"], "1", now=clock.now())
            ask(TaskKind.ASK_COMPANION, self.people["jasper"], once="jasper", now=clock.now())
            db.session.scalars(select(SignIn)).one().passkey_at = clock.now()

    def _person(self, name: str, **facts: object) -> None:
        self.people[name] = self.make.registration(self.event, name=name.title(), **facts)

    def pages(self, app: Flask) -> list[str]:
        """Return the address of every page of the desk, several where it has several faces."""
        with app.test_request_context():
            return sorted(path for rule in _pages(app) for path in self._addresses(rule))

    def outside(self, app: Flask) -> list[str]:
        """Return the addresses of the pages before signing in."""
        link = new_link(self.organizer).rpartition("/")[2]
        with app.test_request_context():
            return [
                url_for(rule.endpoint, **({"token": link} if rule.arguments else {}))
                for rule in app.url_map.iter_rules()
                if rule.endpoint in OUTSIDE
            ]

    def _addresses(self, rule: Rule) -> Iterator[str]:
        things = {**self._things(), **self._others().get(rule.endpoint, {})}
        missing = rule.arguments - things.keys()
        assert missing == set(), f"{rule.endpoint}: whole_desk.py makes no {missing}"
        names = sorted(rule.arguments)
        for values in product(*(things[name] for name in names)):
            yield url_for(rule.endpoint, **dict(zip(names, values, strict=True)))

    def _things(self) -> dict[str, list[object]]:
        """Return what each argument of an address may be, for any page."""
        return {
            "slug": [self.event.slug],
            "public_id": [self.people["ada"].public_id],
            "mode": [Mode.IN_PERSON.value],
            "name": [paper.value for paper in Paper],
            "part": [part.value for part in Part],
            "session_id": [self.event.sessions[0].id],
            "room_id": [self.event.sessions[0].room_id],
            "reminder_id": [_first(Reminder)],
            "invite_id": [_first(InviteLink)],
            "organizer_id": [self.organizer.id],
            "passkey_id": [_first(Passkey)],
            "message_id": [_first(Message)],
        }

    def _others(self) -> dict[str, dict[str, list[object]]]:
        """Return whom or what a page is about where Ada or her event would not do."""
        ids = {name: person.public_id for name, person in self.people.items()}
        waits = {"public_id": [ids["wim"]]}
        return {
            "organizer.person": {"public_id": [ids["ada"], ids["ione"], ids["wim"]]},
            "organizer.answer_offer": waits,
            "organizer.edit_waiting": waits,
            "organizer.give_back_place": {"public_id": [ids["linnea"]]},
            "organizer.leave_line": {"public_id": [ids["kestrel"]]},
            "organizer.resume_person": {"public_id": [ids["hollis"]]},
            "organizer.undo_remember": {"public_id": [ids["ione"]]},
            "organizer.promise": {"slug": ["autumn"]},
            "organizer.publish": {"slug": ["draft"]},
            "organizer.ask_to_cancel": {"task_id": [_first_question()]},
            "organizer.ask_to_answer": {"task_id": [_first_question()]},
            "organizer.cancel_person": {"public_id": [ids["ada"], ids["jasper"]]},
        }


def _first(kind: type) -> int:
    return db.session.scalars(select(kind.id).order_by(kind.id)).first()


def _first_question() -> int:
    asked = select(Task.id).where(Task.kind == TaskKind.ASK_COMPANION)
    return db.session.scalars(asked.order_by(Task.id)).first()


def _pages(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        is_page = rule.rule.startswith("/organize") and "GET" in rule.methods
        if is_page and rule.endpoint not in SHEETS | OUTSIDE | NO_PAGES:
            yield rule
