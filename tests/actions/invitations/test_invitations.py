"""Inviting those who asked: each person once, only while she wants it, and never for ever."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import Organizer
from forum.audit.models import Action, AuditEntry
from forum.care import actions as care
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.emails import Later, Letter, Silence, write
from forum.errors import Refusal
from forum.events.models import Event, EventStatus, Mode
from forum.invitations import actions
from forum.invitations.invitees import invitees, once
from forum.outbox.models import Message, MessageState
from forum.privacy import actions as privacy
from forum.privacy import housekeeping
from forum.privacy.models import ConsentPurpose
from forum.registration.models import CareState, Status
from tests.make import SPRING_DAY
from tests.rush import at_once
from tests.stored import look_again

WISH = ConsentPurpose.NEXT_INVITATION
NOON = datetime(2027, 11, 8, 17, 0, tzinfo=UTC)
"""A working day in autumn, noon in Boston: the next spring's forum is published."""


@pytest.fixture
def last(make):
    return make.event(slug="forum-2027")


@pytest.fixture
def event(make, last):
    return make.event(slug="forum-2028", starts_at=SPRING_DAY + timedelta(days=364))


@pytest.fixture
def petra(make):
    return make.organizer()


@pytest.fixture
def asks(make, last):
    """Return a way to have someone who asked to be invited again when she registered."""

    def asks(name="Ada Trialrun", on=None, **facts):
        person = make.registration(on or last, name=name, **facts)
        with transaction():
            privacy.record(person, WISH, now=clock.now(), language="en")
        return person

    return asks


@pytest.fixture(autouse=True)
def noon(today):
    today.move_to(NOON)


def invite(event, petra) -> int:
    with transaction():
        return actions.invite(event, by=petra, now=clock.now())


def posted() -> list[Message]:
    return list(db.session.scalars(select(Message).order_by(Message.id)))


def decided(message):
    return write(message, clock.now())


def test_whoever_asked_is_invited_once_however_often_it_is_sent(event, petra, asks, make, last):
    ada = asks(email="ada@people.example")
    make.registration(last, name="Boris Neverasked")

    assert [invite(event, petra), invite(event, petra)] == [1, 0]

    [message] = posted()
    assert (message.registration_id, message.facts) == (ada.id, {"event": event.id})
    letter = decided(message)
    assert isinstance(letter, Letter)
    assert letter.to.address == "ada@people.example"
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == event.id))
    sent = [each for each in entries if each.action == Action.INVITATIONS_SENT]
    assert [(each.facts, each.organizer_id) for each in sent] == [({"people": 1}, petra.id)]


def test_one_person_with_two_old_registrations_gets_one(event, petra, asks, make):
    webcast = make.webcast(starts_at=datetime(2027, 6, 16, 17, 0, tzinfo=UTC))
    asks(email="ada@people.example")
    newer = asks(email="ada@people.example", on=webcast, mode=Mode.WEBCAST)

    assert invite(event, petra) == 1
    assert [each.registration_id for each in posted()] == [newer.id]


def test_two_who_share_a_mailbox_are_two_people(event, petra, asks):
    asks("Ada Trialrun", email="both@people.example")
    asks("Boris Trialrun", email="both@people.example")
    assert invite(event, petra) == 2


def test_who_is_not_written_to_is_named_with_the_reason(event, petra, asks, make):
    reached = asks("Reached")
    phone = asks("Greta Nomail", email=None, mode=Mode.PHONE)
    paused, held = asks("Paused"), asks("On hold", care_state=CareState.HELD)
    gone = asks("Ione", care_state=CareState.REMEMBERED)
    here = asks("Registered", email="here@people.example")
    make.registration(event, name="Registered", email="here@people.example")
    left = asks("Left", email="left@people.example")
    make.registration(event, name="Left", email="left@people.example", status=Status.CANCELLED)
    took = asks("Took")
    with transaction():
        care.pause(paused, None, now=clock.now(), by=petra)
        privacy.withdraw_invitation(took, now=clock.now())

    found = invitees(event, now=clock.now())

    assert found.reached == [reached]
    assert found.to_phone == [phone]
    assert found.took_back == [took]
    assert found.kept_back == {
        "Emails to this person are on hold until someone has asked them.": [held],
        "This person has died. No email goes out.": [gone],
        "Emails to this person are paused.": [paused],
        "This person is registered already.": [here],
        "This person has canceled.": [left],
    }
    assert invite(event, petra) == 1


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"status": EventStatus.DRAFT}, "The event is not published."),
        ({"status": EventStatus.CANCELLED}, "The event is canceled."),
        ({"starts_at": NOON - timedelta(days=1)}, "The event is over."),
        ({"takes_registrations": False}, "The event takes no registrations."),
    ],
)
def test_nobody_is_invited_to_what_cannot_be_attended(make, petra, asks, facts, reason):
    asks()
    event = make.event(**{"starts_at": SPRING_DAY + timedelta(days=364), **facts})
    with pytest.raises(Refusal) as refusal:
        invite(event, petra)
    assert refusal.value.sentence == reason
    assert posted() == []


def test_nobody_is_invited_to_a_webcast_who_asked_for_the_next_forum(make, petra, asks):
    asks()
    with pytest.raises(Refusal, match="webcast"):
        invite(make.webcast(starts_at=NOON + timedelta(days=30)), petra)


def test_what_changes_before_it_is_sent_is_what_counts(event, petra, asks, make):
    people = {name: asks(name, email=f"{name}@people.example") for name in ("a", "b", "c", "d")}
    invite(event, petra)
    with transaction():
        privacy.withdraw_invitation(people["a"], now=clock.now())
        care.remember(people["b"], now=clock.now(), by=petra)
    make.registration(event, name="c", email="c@people.example")

    by_name = {each.registration.name: decided(each) for each in posted()}

    assert by_name["a"] == Silence(
        "This person does not want to be invited any more.", is_for_now=True
    )
    assert by_name["b"] == Silence("This person has died. No email goes out.", is_for_now=True)
    assert by_name["c"] == Silence("This person is registered already.", is_for_now=True)
    assert isinstance(by_name["d"], Letter)
    event.status = EventStatus.CANCELLED
    db.session.commit()
    assert decided(posted()[3]) == Silence("The event is canceled.", is_for_now=True)


def test_it_waits_for_her_own_morning(event, petra, asks, today):
    asks(timezone="Asia/Tokyo")
    invite(event, petra)
    [message] = posted()
    assert message.due_at == datetime(2027, 11, 8, 23, 0, tzinfo=UTC)  # 8:00 in Tokyo
    early = decided(message)
    assert early == Later(message.due_at, "It waits until morning there.")


def test_an_agreement_ends_thirteen_months_after_its_event_or_her_last_word(
    last, event, petra, asks, today
):
    today.move_to(last.starts_at - timedelta(days=90))
    ada, boris = asks("Ada"), asks("Boris")
    today.move_to(last.ends_at + timedelta(days=300))
    with transaction():
        privacy.renew_invitation(boris, now=clock.now(), language="en")
    today.move_to(last.ends_at + timedelta(days=397))
    later = event
    later.starts_at += timedelta(days=200)
    later.ends_at += timedelta(days=200)
    db.session.commit()

    assert invitees(later, now=clock.now()).reached == [boris]
    assert ada not in invitees(later, now=clock.now()).took_back


def test_two_organizers_at_once_invite_each_person_once(app, event, petra, asks):
    for name in ("Ada", "Boris", "Cora"):
        asks(name)
    event_id, petra_id = event.id, petra.id

    def invite_all() -> int:
        by = db.session.get_one(Organizer, petra_id)
        return actions.invite(db.session.get_one(Event, event_id), by=by, now=clock.now())

    faults = at_once(app, *[invite_all] * 3)

    assert faults == []
    assert sorted(each.registration.name for each in posted()) == ["Ada", "Boris", "Cora"]
    entries = db.session.scalars(select(AuditEntry.action)).all()
    assert entries.count(Action.INVITATIONS_SENT) == 1


def test_the_key_keeps_a_person_from_a_second_invitation_by_another_registration(
    event, petra, asks, make
):
    """Two transactions may both have found her uninvited; the outbox takes one."""
    ada = asks(email="ada@people.example")
    webcast = make.webcast(starts_at=datetime(2027, 6, 16, 17, 0, tzinfo=UTC))
    again = make.registration(webcast, name="Ada Trialrun", email="ada@people.example")
    assert once(event, ada) == once(event, again)
    assert re.fullmatch(rf"invitation:{event.id}:[0-9a-f]{{64}}", once(event, ada))


def test_who_was_invited_longer_ago_than_emails_are_kept_is_not_invited_again(
    event, petra, asks, today
):
    asks()
    assert invite(event, petra) == 1
    [message] = posted()
    message.state, message.sent_at = MessageState.SENT, clock.now()
    db.session.commit()

    today.move_to(NOON + timedelta(days=100))
    assert clock.now() < event.starts_at
    housekeeping.purge(now=clock.now())

    assert invite(event, petra) == 0
    for days in (1, 92):
        today.move_to(event.ends_at + timedelta(days=days))
        housekeeping.purge(now=clock.now())
    assert posted() == []


def test_whom_no_invitation_reached_in_her_quiet_time_can_be_invited_after_it(
    app, event, petra, asks
):
    ada = asks()
    assert invite(event, petra) == 1
    with transaction():
        care.pause(ada, until=None, now=clock.now(), by=petra)
    Worker(app).run_once()
    look_again()
    assert [each.state for each in posted()] == [MessageState.DROPPED]
    with transaction():
        care.resume(ada, now=clock.now(), by=petra)

    assert [each.name for each in invitees(event, now=clock.now()).reached] == [ada.name]
    assert invite(event, petra) == 1
