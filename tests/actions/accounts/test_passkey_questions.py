"""A question to a device is good for five minutes, once, and for the organizer it was put to."""

import json
from datetime import timedelta

import pytest
from flask import session as cookie  # noqa: TID251 - the browser's, not an agenda's

from forum import clock
from forum.accounts import actions, challenges, passkey_actions
from forum.accounts.passkey_actions import NewKey, NotVerified
from forum.accounts.throttle import TooOften
from forum.db import transaction

GOOD_FOR = timedelta(minutes=5)


@pytest.fixture
def question(app):
    """Put a question to a browser; return when."""
    with app.test_request_context():
        now = clock.now().replace(microsecond=0)
        cookie[challenges.KEPT] = ["a challenge", int(now.timestamp())]
        yield now


def test_an_answer_within_five_minutes_counts(question):
    with transaction():
        assert challenges.redeem(now=question + GOOD_FOR) == "a challenge"


def test_a_later_answer_does_not(question):
    with pytest.raises(NotVerified), transaction():
        challenges.redeem(now=question + GOOD_FOR + timedelta(seconds=1))


def test_an_answer_counts_once_even_from_a_cookie_that_was_kept(question):
    kept = list(cookie[challenges.KEPT])
    with transaction():
        challenges.redeem(now=question)
    cookie[challenges.KEPT] = kept

    with pytest.raises(TooOften), transaction():
        challenges.redeem(now=question)


def test_nobody_confirms_with_the_passkey_of_someone_else(question, make, monkeypatch):
    petra, paul = make.organizer(), make.organizer()
    with transaction():
        key = NewKey(credential_id="pauls", public_key="AAAA", sign_count=0)
        actions.add_passkey(paul, key, "Paul's phone", now=question)
    monkeypatch.setattr(
        passkey_actions, "verify", lambda *_: 1
    )  # as if the device's answer were right
    credential = json.dumps({"id": "pauls"})

    with pytest.raises(NotVerified), transaction():
        challenges.answered(credential, now=question, organizer=petra)
    cookie[challenges.KEPT] = ["another challenge", int(question.timestamp())]
    with transaction():
        assert challenges.answered(credential, now=question, organizer=paul).name == "Paul's phone"
