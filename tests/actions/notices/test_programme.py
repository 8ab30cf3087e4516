"""What a programme file changes waits to be told like any other change."""

from sqlalchemy import select

from forum import clock
from forum.db import db
from forum.emails import write
from forum.events.models import Event, EventKind, Mode, Session
from forum.notices.rules import ChangeKind
from forum.outbox.models import Message
from tests.my import my
from tests.notices import HALF, Desk, waits
from tests.programme import LATER, SAMPLE, changed, event, loaded

NUMBER = "+1-617-555-0199"
OLD, NEW = "1 Example Wharf, Boston, MA 00000", "99 Other Street, Cambridge, MA 00000"


def test_what_a_programme_file_changes_waits_to_be_told(app, make):
    loaded()
    forum = db.session.scalar(
        select(Event).where(Event.kind == EventKind.FORUM, Event.status == "published")
    )
    ada = make.registration(forum, timezone=forum.timezone)
    loaded(
        changed(
            ('["09:00", "09:20"], room: aud', '["09:00", "09:15"], room: aud'),
            ('dial_in: "+1-617-555-0151"', f'dial_in: "{NUMBER}"'),
        )
    )
    after = clock.now() + HALF
    make.registration(forum, timezone=forum.timezone, registered_at=after)
    [change] = waits(forum).changes
    assert (change.session.key, change.kinds) == ("s03", {ChangeKind.MOVED})
    assert [each.person for each in waits(forum).people] == [ada]
    assert forum.changed_at is None

    loaded(SAMPLE)
    assert waits(forum).changes == ()


def test_loading_the_same_again_changes_nothing_of_what_was_told(app):
    loaded()
    before = {each.id: each.told for each in db.session.scalars(select(Session))}
    loaded()
    db.session.expire_all()
    assert before == {each.id: each.told for each in db.session.scalars(select(Session))}


def test_another_address_of_the_house_waits_to_be_told_to_those_who_come(app, make):
    loaded()
    ada = make.registration(event(), mode=Mode.IN_PERSON)
    make.registration(event(), mode=Mode.WEBCAST)
    sequence = event().sequence

    loaded(SAMPLE.replace(OLD, NEW), now=LATER)

    assert event().sequence == sequence + 1
    [change] = waits(event()).changes
    assert (change.session, change.kinds) == (None, {ChangeKind.ADDRESS})
    assert [each.person for each in waits(event()).people] == [ada]


def test_who_comes_is_mailed_the_old_and_the_new_address_and_a_new_date(app, make, today):
    loaded()
    make.registration(event(), mode=Mode.IN_PERSON)
    today.move_to(LATER)
    loaded(SAMPLE.replace(OLD, NEW), now=LATER)
    Desk(make.organizer()).send(event())
    [message] = db.session.scalars(select(Message).where(Message.email == "notice"))

    written = write(message, clock.now())

    said = " ".join(written.text.split())
    assert "The address has changed." in said
    assert f"The address is now: {NEW}. It is no longer: {OLD}." in said
    assert written.subject.startswith("New address for ")
    assert written.calendar.method == "REQUEST"
    assert waits(event()).changes == ()


def test_until_the_notice_the_page_of_who_comes_says_that_the_address_is_new(
    app, make, visitor, today
):
    loaded()
    today.move_to(LATER)
    ada, before = make.registration(event(), mode=Mode.IN_PERSON), f"Before, it was: {OLD}"
    assert before not in visitor.get(my(ada)).text

    loaded(SAMPLE.replace(OLD, NEW), now=LATER)
    late = make.registration(event(), mode=Mode.IN_PERSON, registered_at=LATER + HALF)
    assert f"This address is new. {before}" in visitor.get(my(ada)).text
    assert "This address is new." not in visitor.get(my(late)).text

    Desk(make.organizer()).send(event())
    assert before not in visitor.get(my(ada)).text


def test_an_address_that_an_earlier_release_had_not_kept_is_told_of_too(app, make):
    loaded()
    make.registration(event(), mode=Mode.IN_PERSON)
    event().told = {name: each for name, each in event().told.items() if name != "address"}
    db.session.commit()

    loaded(SAMPLE.replace(OLD, NEW), now=LATER)

    assert [each.kinds for each in waits(event()).changes] == [{ChangeKind.ADDRESS}]
