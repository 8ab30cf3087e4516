"""A couple keeps one calendar: what is his never rewrites or takes away what is hers."""

from datetime import timedelta

import icalendar
import pytest

from forum import clock
from forum.db import db, transaction
from forum.emails import write
from forum.events.models import Mode
from forum.links import feed_link
from forum.outbox.models import Message, MessageState
from forum.planning import whole_actions
from forum.registration import actions
from forum.registration.models import Registration, SessionPlace, Status
from forum.registration.my.details import address_actions
from forum.registration.requests import Request
from tests.calendars.pimutils import kept_by_khal, kept_by_vdirsyncer


class Shared(dict):
    """One calendar for two: entries by UID; the higher SEQUENCE wins (RFC 5546 2.1.5)."""

    def read_mail(self) -> None:
        """Take what came by mail, in its order, and mark it as sent."""
        waiting = db.select(Message).where(Message.state == MessageState.QUEUED).order_by("id")
        for message in db.session.scalars(waiting).all():
            part = getattr(write(message, clock.now()), "calendar", None)
            message.state, message.sent_at = MessageState.SENT, clock.now()
            message.has_invitation = part is not None and part.method == "REQUEST"
            if part is not None:
                self.take(part.content)
        db.session.commit()

    def take(self, data: bytes) -> None:
        calendar = icalendar.Calendar.from_ical(data)
        for event in calendar.walk("VEVENT"):
            uid = str(event["UID"])
            if uid in self and self[uid]["SEQUENCE"] > event["SEQUENCE"]:
                continue
            if calendar["METHOD"] == "CANCEL":
                self.pop(uid, None)
            else:
                self[uid] = event

    def says(self) -> list[tuple[str, str, int]]:
        return sorted(
            (str(each["ATTENDEE"].params["CN"]), str(each["LOCATION"]), int(each["SEQUENCE"]))
            for each in self.values()
        )


@pytest.fixture
def event(make):
    event = make.event()
    make.session(event, room=make.room())
    return event


def join(event, name: str, email: str | None) -> Registration:
    asked = Request(name=name, email=email, mode=Mode.IN_PERSON, timezone="America/New_York")
    with transaction():
        return actions.register(event, asked, now=clock.now()).registration


@pytest.fixture
def couple(event) -> list[Registration]:
    """Return two with mailboxes of their own, who keep one calendar."""
    return [
        join(event, "Ada Trialrun", "ada@people.example"),
        join(event, "Boris Trialrun", "boris@people.example"),
    ]


THERE = "Harborlight Conference Center, 1 Example Wharf, Boston, MA 00000"


def test_his_change_of_mode_and_his_canceling_leave_her_entry_as_it_is(couple):
    _ada, boris = couple
    calendar = Shared()
    calendar.read_mail()
    assert calendar.says() == [("Ada Trialrun", THERE, 0), ("Boris Trialrun", THERE, 0)]

    with transaction():
        actions.change_mode(boris, Mode.WEBCAST, now=clock.now())
    calendar.read_mail()
    assert calendar.says() == [("Ada Trialrun", THERE, 0), ("Boris Trialrun", "Online", 1)]

    with transaction():
        actions.cancel(boris, now=clock.now())
    calendar.read_mail()
    assert calendar.says() == [("Ada Trialrun", THERE, 0)]


def test_a_move_of_the_event_reaches_both_entries(couple, event, make):
    calendar = Shared()
    calendar.read_mail()
    week = timedelta(days=7)
    with transaction():
        whole_actions.postpone(
            event,
            event.starts_at + week,
            event.ends_at + week,
            version=event.version,
            by=make.organizer(),
            now=clock.now(),
        )
    calendar.read_mail()
    assert [sequence for _, _, sequence in calendar.says()] == [1, 1]
    assert {each.decoded("DTSTART") for each in calendar.values()} == {event.starts_at}


def test_both_their_feeds_can_be_kept_in_one_place_with_every_session(app, couple, event):
    [session] = event.sessions
    for each in couple:
        db.session.add(SessionPlace(registration=each, session=session, status=Status.CONFIRMED))
    db.session.commit()
    calendar = {}
    for each in couple:
        data = app.test_client().get(feed_link(each)).data
        assert set(kept_by_vdirsyncer(data)) == set(kept_by_khal(data))
        calendar |= kept_by_vdirsyncer(data)
    assert len(calendar) == 4


def test_two_who_come_to_share_a_mailbox_have_entries_of_their_own(couple):
    ada, boris = couple
    calendar = Shared()
    calendar.read_mail()
    with transaction():
        change = address_actions.ask(boris, "ada@people.example", now=clock.now())
    with transaction():
        address_actions.confirm(change, now=clock.now())
    calendar.read_mail()
    with transaction():
        actions.cancel(boris, now=clock.now())
    calendar.read_mail()
    assert calendar.says() == [("Ada Trialrun", THERE, 0)]
    assert [*calendar] == [ada.uid]


def test_who_has_the_events_entry_from_before_gets_another_one_at_a_mailbox_that_has_it(
    make, event
):
    ada, boris = (
        make.registration(event, name=name, email=f"{name}@people.example", uid=event.uid)
        for name in ("ada", "boris")
    )
    with transaction():
        change = address_actions.ask(boris, "alone@people.example", now=clock.now())
    with transaction():
        address_actions.confirm(change, now=clock.now())
    assert (ada.uid, boris.uid) == (event.uid, event.uid)
    with transaction():
        change = address_actions.ask(boris, "ada@people.example", now=clock.now())
    with transaction():
        address_actions.confirm(change, now=clock.now())
    assert ada.uid == event.uid
    assert boris.uid not in {event.uid, ""}


def test_the_confirmation_says_which_entry_is_kept_right(event):
    ada = join(event, "Ada Trialrun", "ada@people.example")
    message = db.session.scalars(db.select(Message)).one()
    assert message.registration == ada
    assert (
        "The date is attached for your calendar, and we keep it right. If you have added the date "
        "from our site before, please delete that one."
    ) in write(message, clock.now()).text
