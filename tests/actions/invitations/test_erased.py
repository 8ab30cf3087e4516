"""Who erases the registration that was invited, and has asked with another, too."""

from datetime import UTC, datetime, timedelta

from forum import clock
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.invitations import actions
from forum.outbox.models import Message, MessageState
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from tests.actions.care.caring import do
from tests.make import SPRING_DAY
from tests.stored import look_again

NOON = datetime(2027, 11, 8, 17, 0, tzinfo=UTC)


def test_whoever_erases_what_was_invited_is_not_invited_again_by_an_older_wish(app, make, today):
    webcast = make.event(slug="autumn", starts_at=datetime(2027, 10, 20, 17, 0, tzinfo=UTC))
    last = make.event(slug="forum-2027")
    event = make.event(slug="forum-2028", starts_at=SPRING_DAY + timedelta(days=364))
    petra = make.organizer()
    today.move_to(NOON)
    hers = [
        make.registration(each, name="Ada", email="ada@people.example") for each in (last, webcast)
    ]
    for person in hers:
        with transaction():
            privacy.record(person, ConsentPurpose.NEXT_INVITATION, now=clock.now(), language="en")

    def invites() -> int:
        with transaction():
            number = actions.invite(event, by=petra, now=clock.now())
        Worker(app).run_once()
        look_again()
        return number

    assert invites() == 1
    [sent] = db.session.query(Message).filter_by(email="invitation", state=MessageState.SENT)
    asked, other = sorted(hers, key=lambda each: each.id != sent.registration_id)
    do(privacy.erase, db.session.merge(asked))

    assert invites() == 0
    assert [each.registration_id for each in db.session.query(Message)] == [other.id]
