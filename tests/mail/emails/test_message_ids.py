"""A Message-ID stays the same, whatever becomes of our secret keys."""

import time
from dataclasses import replace

import pytest

from forum import clock
from forum.db import db, transaction
from forum.emails.writing import message_id
from forum.incoming.queries import message_of
from forum.outbox import actions
from forum.outbox.models import Message

NEW = "another-secret-for-tests-of-32-chars!!"


@pytest.fixture
def message(make, queue) -> Message:
    return queue("confirmation", make.registration(make.event()))


@pytest.fixture
def with_keys(app):
    """Return a way to have other secret keys, the newest first."""

    def use(*keys: str) -> None:
        app.extensions["forum"] = replace(app.extensions["forum"], secret_keys=keys)

    return use


def claim() -> None:
    with transaction():
        assert actions.claim("me", 9, now=clock.now(), began=time.monotonic())
    db.session.expire_all()


def test_a_new_secret_key_changes_no_message_id(app, message, with_keys):
    before = message_id(message)
    with_keys(NEW, *app.extensions["forum"].secret_keys)
    assert message_id(message) == before


def test_a_message_that_was_tried_keeps_its_id_when_the_old_key_is_left_out(message, with_keys):
    before = message_id(message)
    claim()
    assert message_id(message) == before
    with_keys(NEW)
    assert message_id(message) == before
    assert message_of([f"<{before}>"]) is message


def test_a_second_claim_keeps_the_mark_of_the_first(app, message, with_keys):
    claim()
    kept = message.mark
    with transaction():
        actions.bury("me")
    with_keys(NEW)
    claim()
    assert message.mark == kept


def test_a_report_on_an_email_from_before_marks_were_kept_is_still_known(app, message, with_keys):
    old = app.extensions["forum"].secret_keys
    before = message_id(message)
    with_keys(NEW, *old)
    assert message_of([before]) is message
    with_keys(NEW)
    assert message_of([before]) is None
