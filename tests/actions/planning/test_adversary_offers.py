"""An offer that is open longer, because its event was put off, is still told."""

from datetime import timedelta

from forum.db import db, transaction
from forum.emails.letter import Letter
from forum.emails.writing import write
from forum.outbox.models import Message
from forum.planning.whole_actions import postpone
from forum.registration.models import Offer, Status
from tests.lines import move_all_lines
from tests.rush import NOW
from tests.stored import look_again


def test_whoever_is_offered_a_place_while_mail_waits_hears_of_it_once_the_event_is_put_off(make):
    event = make.event(capacity=1)
    make.registration(event, status=Status.WAITLISTED)
    with transaction():
        move_all_lines(now=NOW)
    look_again()
    [offer] = db.session.query(Offer)
    first_end = offer.ends_at
    later = first_end - timedelta(hours=1)  # the mail server has been down since
    with transaction():
        postpone(
            event,
            event.starts_at + timedelta(days=28),
            event.ends_at + timedelta(days=28),
            version=event.version,
            by=make.organizer(),
            now=later,
        )
    look_again()
    [message] = db.session.query(Message).filter_by(email="offer")

    now = first_end + timedelta(hours=1)
    assert offer.ends_at > now
    assert isinstance(write(message, now), Letter)
