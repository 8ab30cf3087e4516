"""Writers come one after another; who waits in vain is told so, and does not hold up others."""

import threading

import pytest
from sqlalchemy.exc import OperationalError

from forum import db as database
from forum.db import db, sqlite, transaction
from forum.errors import Busy

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def stranger(app, settings):
    """Return a connection of another program, which does not come through our gate."""
    line = sqlite.connect(settings.database_file, isolation_level=None, timeout=0)
    yield line
    line.close()


def test_a_transaction_begins_as_a_write_so_that_nothing_overtakes_what_it_reads(app, stranger):
    with transaction(), pytest.raises(sqlite.OperationalError, match="locked"):
        stranger.execute("BEGIN IMMEDIATE")

    stranger.execute("BEGIN IMMEDIATE")
    stranger.execute("ROLLBACK")


def test_who_waits_for_another_program_in_vain_is_told(app, stranger, monkeypatch):
    monkeypatch.setattr(database, "LONGEST_WAIT", 0.2)
    stranger.execute("BEGIN IMMEDIATE")

    with pytest.raises(OperationalError), transaction():
        pytest.fail("it is not our turn")

    stranger.execute("ROLLBACK")
    with transaction():
        pass


def test_who_waits_at_our_own_gate_in_vain_is_told(app, settings, monkeypatch):
    monkeypatch.setattr(database, "LONGEST_WAIT", 0.2)
    inside, over = threading.Event(), threading.Event()

    def dawdle():
        with app.app_context(), transaction():
            inside.set()
            over.wait(20)

    dawdler = threading.Thread(target=dawdle)
    dawdler.start()
    inside.wait(20)
    try:
        with pytest.raises(Busy), transaction():
            pytest.fail("it is not our turn")
    finally:
        over.set()
        dawdler.join()


def waits(app, *, visitor: bool) -> float:
    """Return how long the next writer may wait."""
    with app.test_request_context() if visitor else app.app_context(), transaction():
        execution = db.session.connection().get_execution_options()
        return round(execution["waits"], 1)


def test_after_one_who_waited_in_vain_visitors_wait_briefly_and_the_worker_as_long_as_ever(
    app, stranger, monkeypatch
):
    monkeypatch.setattr(database, "LONGEST_WAIT", 2.0)
    monkeypatch.setattr(database, "SHORT_WAIT", 0.5)
    turns = app.extensions["forum_turns"]

    assert waits(app, visitor=True) == 2.0
    turns._last_was_in_vain = True
    assert waits(app, visitor=True) == 0.5
    assert waits(app, visitor=True) == 2.0
    turns._last_was_in_vain = True
    assert waits(app, visitor=False) == 2.0
