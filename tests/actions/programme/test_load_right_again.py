"""A file with a slip, and the file that puts it right."""

from datetime import timedelta

from forum.db import db, transaction
from forum.events.models import Mode
from forum.outbox.models import Message, MessageState
from forum.registration import actions
from tests.make import Make
from tests.programme import LATER, changed, event, loaded
from tests.stored import look_again, told

SLIP = (
    ("date: 2027-04-24\n", "date: 2027-05-24\n"),
    ("closes_in_person: 2027-04-21T17:00", "closes_in_person: 2027-05-21T17:00"),
)


def test_whoever_was_written_to_under_a_file_s_wrong_day_gets_the_right_one(app):
    loaded()
    ada = Make().registration(event(), name="Ada")
    Make().registration(event(), name="Boris")
    loaded(changed(*SLIP), now=LATER)
    mailed_at = LATER + timedelta(minutes=5)
    with transaction():
        actions.change_mode(db.session.merge(ada), Mode.WEBCAST, now=mailed_at)
        for message in db.session.query(Message):
            message.state, message.sent_at = MessageState.SENT, mailed_at

    loaded(now=LATER + timedelta(minutes=10))

    look_again()
    assert told() == [("mode_changed", "Ada"), ("details_changed", "Ada")]
