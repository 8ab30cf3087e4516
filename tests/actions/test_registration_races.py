"""Two changes of one registration at the same moment, as PostgreSQL lets them meet."""

from threading import Thread

import pytest

from forum.db import db, transaction
from forum.events.models import Mode
from forum.registration import actions, refusals
from forum.registration.models import Registration, Status
from tests.rush import NOW


@pytest.fixture
def engine(postgresql_engine):
    """SQLite lets only one transaction write, so nothing can come between there."""
    return postgresql_engine


def test_who_changed_her_mind_a_moment_ago_is_asked_to_look_again(app, make):
    ada = make.registration(make.event())

    def switch_elsewhere():
        with app.app_context(), transaction():
            actions.change_mode(db.session.get(Registration, ada.id), Mode.WEBCAST, now=NOW)

    with transaction():
        assert ada.mode == Mode.IN_PERSON
        elsewhere = Thread(target=switch_elsewhere)
        elsewhere.start()
        elsewhere.join()
        with pytest.raises(refusals.ChangedMeanwhile):
            actions.cancel(ada, now=NOW)

    assert (ada.mode, ada.status) == (Mode.WEBCAST, Status.CONFIRMED)
    assert [gate.taken for gate in ada.event.gates] == [0, 1, 0]
