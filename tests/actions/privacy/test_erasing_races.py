"""Erased at the very moment when something else is asked: no fault, and no place miscounted."""

from threading import Thread

import pytest
from sqlalchemy import func, select

from forum.db import db, transaction
from forum.events.models import Mode
from forum.operations.queries import miscounted_gates
from forum.privacy import actions as privacy
from forum.privacy.models import Tombstone
from forum.registration import actions, queries
from forum.registration.models import PairRule, Registration, Status
from forum.registration.requests import Companion
from tests.my import FORMS, my
from tests.rush import NOW, at_once

PRESSED = {
    **FORMS,
    "reminders": {},
    "companions/": {"companion_name": "Cy", "pair_rule": "either"},
}


def erase(number: int) -> None:
    registration = db.session.get(Registration, number)
    if registration is not None:
        privacy.erase(registration, now=NOW)


@pytest.mark.parametrize("more", PRESSED)
def test_whoever_is_erased_while_she_sends_a_form_sees_no_fault(app, make, monkeypatch, more):
    """The form has found her; then another request erases her before this one's turn comes."""
    app.testing = False
    app.config["WTF_CSRF_ENABLED"] = False
    event = make.event(capacity=2)
    make.registration(event)
    ada = make.registration(event, status=Status.WAITLISTED, name="Ada")
    make.offer(ada)
    address, number = my(ada, more), ada.id
    found = queries.by_token

    def erased_just_after(*args):
        registration = found(*args)

        def erase_elsewhere():
            with app.app_context():
                with transaction():
                    erase(number)
                db.session.remove()

        elsewhere = Thread(target=erase_elsewhere)
        elsewhere.start()
        elsewhere.join()
        return registration

    monkeypatch.setattr(queries, "by_token", erased_just_after)

    answer = app.test_client().post(address, data=PRESSED[more])

    assert answer.status_code < 500
    db.session.rollback()
    db.session.expire_all()
    assert db.session.get(Registration, number) is None
    assert miscounted_gates() == []


def test_two_erasures_at_once_are_one(app, make):
    event = make.event(capacity=2)
    ada = make.registration(event).id

    assert at_once(app, *[lambda: erase(ada)] * 4) == []

    assert db.session.scalar(select(func.count(Tombstone.id))) == 1
    assert miscounted_gates() == []


def test_one_new_companion_named_by_two_at_once_is_one_registration(app, make):
    """Each comes another way, so that PostgreSQL locks another gate for each."""
    event = make.event()
    for turn in range(5):
        askers = [make.registration(event).id for _ in range(2)]
        friend = f"Cy {turn}", "cy@people.example"

        def bring(asker, mode, friend=friend):
            her = db.session.get_one(Registration, asker)
            companion = Companion(name=friend[0], email=friend[1], mode=mode)
            actions.add_companion(her, companion, PairRule.EITHER, now=NOW)

        faults = at_once(
            app,
            lambda askers=askers, bring=bring: bring(askers[0], Mode.WEBCAST),
            lambda askers=askers, bring=bring: bring(askers[1], Mode.PHONE),
        )

        assert faults == []
        assert db.session.query(Registration).filter_by(name=friend[0]).count() == 1
        assert miscounted_gates() == []
