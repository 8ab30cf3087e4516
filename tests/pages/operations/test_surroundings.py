"""A full disk, or a Redis that is away, is said before a visitor meets it."""

import errno
import os
import tempfile
import time
from dataclasses import replace

import pytest

from forum import clock
from forum.config import current_settings
from forum.db import db
from forum.operations import doctor, surroundings
from forum.outbox import runner
from forum.outbox.models import Heartbeat
from forum.outbox.runner import Runner
from forum.web import limits

NOBODY = "redis://127.0.0.1:1/0"
AWAY = (
    "Redis (FORUM_REDIS_URL) does not answer (ConnectionError): each web process counts limits by"
    " itself, and workers hear of new mail a second later."
)


@pytest.fixture(autouse=True)
def worker(app):
    db.session.add(Heartbeat(worker="w1", beat_at=clock.now()))
    db.session.commit()


@pytest.fixture
def full(monkeypatch):
    """Return a way to let the disk under a folder be full."""

    def fill(*folders) -> None:
        opened = tempfile.TemporaryFile

        def refuses(*args, dir, **options):  # noqa: A002 - as tempfile calls it
            if dir in folders:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return opened(*args, dir=dir, **options)

        monkeypatch.setattr(tempfile, "TemporaryFile", refuses)

    return fill


def ready(app) -> tuple[int, str, list[str]]:
    answer = app.test_client().get("/readyz")
    return answer.status_code, answer.json["disk"], answer.json["warnings"]


def found(check: str, **changes) -> list[str]:
    settings = replace(current_settings(), **changes)
    findings = doctor.examine(settings, now=clock.now())
    return [each.sentence for each in findings if each.check == check]


def test_where_nothing_can_be_written_visitors_are_not_sent(app, settings, full):
    assert ready(app) == (200, "ok", [])
    surroundings.forget()
    full(settings.instance)

    said = f"{settings.instance} cannot be written to: No space left on device."
    status = 503 if settings.is_sqlite else 200  # the database is there, or elsewhere
    assert ready(app) == (status, "cannot be written to", [said])
    assert found("Disk") == [said]


@pytest.mark.sqlite_is_enough
def test_a_database_on_another_disk_is_looked_at_too(app, settings, full, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    full(other)

    assert found("Disk", database_url=f"sqlite:///{other}/forum.db") == [
        f"{other} cannot be written to: No space left on device."
    ]


@pytest.mark.sqlite_is_enough
def test_to_ask_writes_nothing_that_anybody_sees_and_is_believed_for_some_seconds(app, settings):
    before = sorted(settings.instance.iterdir())
    asked = []
    look = surroundings.Believed(lambda settings: asked.append(settings) or "full")

    assert [look(settings), look(settings)] == ["full", "full"]
    assert len(asked) == 1
    look.forget()
    assert (look(settings), len(asked)) == ("full", 2)
    assert surroundings.instance_folder(settings) == ""
    assert sorted(settings.instance.iterdir()) == before


class TestRedisAway:
    @pytest.fixture
    def overrides(self):
        return {"redis_url": NOBODY}

    def test_it_is_said_and_visitors_are_served(self, app):
        answer = app.test_client().get("/readyz")

        assert (answer.status_code, answer.json["redis"]) == (200, "away")
        assert answer.json["warnings"] == [AWAY]
        assert found("Redis") == [AWAY]
        assert found("Redis", redis_url="") == []

    @pytest.mark.sqlite_is_enough
    def test_limits_are_kept_by_each_process_and_the_log_says_so_once(self, app, caplog):
        app.config["WTF_CSRF_ENABLED"] = False
        client = app.test_client()
        most = int(limits.FINDING.split()[0])

        statuses = [client.post("/find", data={}).status_code for _ in range(most + 2)]

        assert statuses[most:] == [429, 429]
        assert 429 not in statuses[:most]
        said = [each for each in caplog.records if "Rate limit storage" in each.getMessage()]
        assert len(said) == 1

    @pytest.mark.sqlite_is_enough
    def test_workers_who_cannot_be_called_are_logged_once(self, app, settings, caplog):
        app.extensions["forum_runner"] = Runner(settings)

        for _ in range(3):
            runner.wake()
            runner.replan()

        said = [each for each in caplog.records if "runner_unreachable" in each.getMessage()]
        assert len(said) == 1

    @pytest.mark.sqlite_is_enough
    @pytest.mark.real_time
    def test_a_worker_that_hears_nothing_says_so_once(self, app, settings, caplog):
        listener = Runner(settings).listener()
        listener.start()
        try:
            time.sleep(1.5)
        finally:
            listener.stop(graceful=True)

        said = [each.getMessage() for each in caplog.records if each.name.startswith("huey")]
        assert len([each for each in said if each.startswith("Error reading from")]) <= 1
