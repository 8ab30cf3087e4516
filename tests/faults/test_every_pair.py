"""Every change against every other, at the same moment: nobody waits for ever, nothing is lost."""

import random
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from itertools import combinations_with_replacement

import pytest
from sqlalchemy import event as sql

from forum import clock
from forum.care import actions as care
from forum.db import db, is_sqlite
from forum.errors import Missing, Refusal
from forum.events.models import Event, Gate, Mode, Room, Session
from forum.events.rules import stream_fingerprint
from forum.operations.queries import miscounted_gates, miscounted_sessions
from forum.planning import actions as planning
from forum.planning import agenda_actions, room_actions, whole_actions
from forum.privacy import actions as privacy
from forum.registration import actions
from forum.registration.models import Offer, PairRule, Registration, SessionPlace, Status
from forum.registration.my.details import actions as details
from forum.registration.places import waiting
from forum.registration.register.correcting_actions import correct_address
from forum.registration.requests import Companion
from tests.actions.planning.plans import event_plan, session_plan
from tests.rush import at_once, request

pytestmark = pytest.mark.faults
WEEK = timedelta(days=7)
PAUSE = 0.001
"""The longest wait after a statement, in seconds, so that others come between."""
SQLITES_SHARE = 4
"""SQLite lets one write at a time: of its pairs, one in so many is enough."""


@dataclass(frozen=True)
class World:
    """The ids of one event's people and things."""

    event: int
    ada: int
    boris: int
    cora: int
    hollis: int
    circle: int
    walk: int
    offer: int
    room: int
    petra: int

    def get(self, kind, name=None):
        return db.session.get_one(kind, getattr(self, name or kind.__name__.lower()))

    def person(self, name):
        found = db.session.get(Registration, getattr(self, name))
        if found is None:
            raise Missing
        return found

    @property
    def how(self):
        return {"by": db.session.get_one(type(self)._organizer, self.petra), "now": clock.now()}


def _world(make):
    room = make.room()
    event = make.event(capacity=2)
    circle = make.session(event, capacity=1, room=room, taken=1)
    walk = make.session(event, capacity=1, starts_at=event.starts_at + timedelta(hours=2), taken=0)
    ada = make.registration(event, name="Ada", phone="+16175550142")
    boris = make.registration(event, name="Boris", status=Status.WAITLISTED)
    cora = make.registration(event, name="Cora", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    make.registration(event, name="Delphine", companion_of=ada, mode=Mode.PHONE)
    hollis = _mistyped(make, event)
    offer = make.offer(boris, ends_at=clock.now() + timedelta(days=2))
    for person, session, status in (
        (ada, circle, Status.CONFIRMED),
        (boris, circle, Status.WAITLISTED),
        (boris, walk, Status.WAITLISTED),
        (cora, walk, Status.WAITLISTED),
    ):
        place = SessionPlace(registration=person, session=session, status=status, wait_no=None)
        place.wait_no = person.id if status == Status.WAITLISTED else None
        db.session.add(place)
    db.session.commit()
    petra = make.organizer()
    World._organizer = type(petra)
    rows = (event, ada, boris, cora, hollis, circle, walk, offer, room, petra)
    world = World(*(each.id for each in rows))
    db.session.commit()
    return world


def _mistyped(make, event):
    """Let two have registered under a wrong address, one of whom stands under the right one."""
    online = {"mode": Mode.WEBCAST}
    make.registration(event, name="Ione", email="hollis@people.example", **online)
    both = {"email": "holis@people.example", "registered_at": clock.now(), "form_key": "a form"}
    hollis = make.registration(event, name="Hollis", **both, **online)
    make.registration(event, name="Ione", **both, **online, companion_of=hollis)
    return hollis


def _version(world):
    return world.get(Event).version


DEEDS = {
    "Hollis puts his address right": lambda w: correct_address(
        w.get(Event), "a form", "hollis@people.example", now=clock.now()
    ),
    "Hollis cancels": lambda w: actions.cancel(w.person("hollis"), now=clock.now()),
    "somebody registers": lambda w: actions.register(
        w.get(Event), request(random.randrange(10**9), sessions=(w.walk,)), now=clock.now()
    ),
    "somebody registers online": lambda w: actions.register(
        w.get(Event), request(random.randrange(10**9), Mode.WEBCAST), now=clock.now()
    ),
    "Ada cancels": lambda w: actions.cancel(w.person("ada"), now=clock.now()),
    "Ada goes online": lambda w: actions.change_mode(
        w.person("ada"), Mode.WEBCAST, now=clock.now()
    ),
    "Ada chooses sessions": lambda w: actions.choose_sessions(
        w.person("ada"), (w.walk,), now=clock.now()
    ),
    "Cora brings someone": lambda w: actions.add_companion(
        w.person("cora"), Companion(name="Eusebio"), PairRule.EITHER, now=clock.now()
    ),
    "Ada changes her details": lambda w: details.change(
        w.person("ada"), {"name": "Ada Q."}, version=w.person("ada").version, now=clock.now()
    ),
    "Boris takes his offer": lambda w: waiting.accept(w.get(Offer), now=clock.now()),
    "Boris declines": lambda w: waiting.decline(w.get(Offer), stay=True, now=clock.now()),
    "Cora waits no more": lambda w: waiting.leave_line(w.person("cora"), now=clock.now()),
    "Boris is paused": lambda w: care.pause(w.person("boris"), None, **w.how),
    "Ada is remembered": lambda w: care.remember(w.person("ada"), **w.how),
    "Ada is erased": lambda w: privacy.erase(w.person("ada"), now=clock.now()),
    "more places": lambda w: actions.set_capacity(_gate(w), 5, **w.how),
    "the lines move": lambda w: waiting.move_lines(w.event, now=clock.now()),
    "a circle grows": lambda w: agenda_actions.change_session(
        w.get(Session, "circle"),
        session_plan(w.get(Session, "circle"), capacity=3),
        version=w.get(Session, "circle").version,
        **w.how,
    ),
    "a walk is canceled": lambda w: agenda_actions.cancel_session(
        w.get(Session, "walk"), version=w.get(Session, "walk").version, **w.how
    ),
    "a session is added": lambda w: agenda_actions.add_session(
        w.get(Event), session_plan(), **w.how
    ),
    "the event moves": lambda w: planning.change_event(
        w.get(Event),
        event_plan(
            w.get(Event),
            starts_at=w.get(Event).starts_at + WEEK,
            ends_at=w.get(Event).ends_at + WEEK,
        ),
        version=_version(w),
        **w.how,
    ),
    "it is a draft again": lambda w: planning.unpublish(w.get(Event), version=_version(w), **w.how),
    "it is postponed": lambda w: whole_actions.postpone(
        w.get(Event),
        w.get(Event).starts_at + WEEK,
        w.get(Event).ends_at + WEEK,
        version=_version(w),
        **w.how,
    ),
    "it goes online": lambda w: whole_actions.go_online(w.get(Event), version=_version(w), **w.how),
    "it is canceled": lambda w: planning.cancel_event(w.get(Event), version=_version(w), **w.how),
    "the stream moves": lambda w: room_actions.change_room(
        w.get(Room),
        stream_url="https://live.lantern.example/other",
        dial_in=None,
        seen=stream_fingerprint(w.get(Room)),
        **w.how,
    ),
}


def _gate(world):
    gates = db.session.query(Gate).filter_by(event_id=world.event, mode=Mode.IN_PERSON)
    if (gate := gates.one_or_none()) is None:
        raise Missing
    return gate


@pytest.fixture
def slow(app):
    """Let every statement be followed by a short pause, where others can come between."""
    if is_sqlite():
        yield
        return

    def pause(*_given):
        time.sleep(random.uniform(0, PAUSE))

    sql.listen(db.engine, "after_cursor_execute", pause)
    yield
    sql.remove(db.engine, "after_cursor_execute", pause)


def lost_by(app, world: World, *names: str) -> list[object]:
    """Do all of these at once. Returns what went wrong: faults that nobody is told, miscounts."""
    deeds = [partial(DEEDS[name], world) for name in names]
    faults = [each for each in at_once(app, *deeds) if not isinstance(each, Refusal | Missing)]
    return [*faults, *miscounted_gates(), *miscounted_sessions()]


@pytest.mark.parametrize("first", DEEDS)
def test_whatever_meets_it_at_once_nobody_waits_for_ever_and_every_place_is_counted(
    app, make, slow, first
):
    random.seed(first)
    pairs = [pair for pair in combinations_with_replacement(DEEDS, 2) if pair[0] == first]
    for one, other in pairs[:: SQLITES_SHARE if is_sqlite() else 1]:
        assert lost_by(app, _world(make), one, other) == [], (one, other)


@pytest.mark.parametrize("several", range(3))
def test_eight_changes_at_once_end_well(app, make, slow, several):
    random.seed(several)
    for _turn in range(5):
        chosen = random.sample(list(DEEDS), 8)
        assert lost_by(app, _world(make), *chosen) == [], chosen
