"""Who writes tells who works, within one machine and between many."""

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as NoRedis

from forum.config import Settings
from forum.outbox import runner
from forum.outbox.runner import Runner
from tests.engines import KEYS

pytestmark = pytest.mark.sqlite_is_enough

PATIENCE = 20


@contextmanager
def listening(settings: Settings) -> Iterator[Runner]:
    """Run the part of a worker that hears tasks."""
    worker = Runner(settings)
    listener = worker.listener()
    listener.start()
    try:
        yield worker
    finally:
        listener.stop(graceful=True)


@pytest.fixture
def redis_url() -> Iterator[str]:
    """Run a Redis server of our own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        with Redis(port=port) as client:
            deadline = time.monotonic() + PATIENCE
            while time.monotonic() < deadline:
                try:
                    client.ping()
                except NoRedis:
                    time.sleep(0.05)
                else:
                    break
        yield f"redis://127.0.0.1:{port}/0"
        server.terminate()


def assert_heard(settings: Settings) -> None:
    with listening(settings) as worker:
        web = Runner(settings)
        web.drain_outbox()
        web.plan_reminders()
        assert worker.work_waits.wait(PATIENCE)
        assert worker.plan_waits.wait(PATIENCE)


def test_a_worker_hears_a_web_process_through_a_file(tmp_path):
    assert_heard(Settings(**KEYS, instance_path=str(tmp_path)))


@pytest.mark.redis
@pytest.mark.real_time
def test_a_worker_hears_a_web_process_on_another_machine_through_redis(tmp_path, redis_url):
    assert_heard(Settings(**KEYS, instance_path=str(tmp_path), redis_url=redis_url))


def test_a_task_that_we_did_not_sign_is_not_even_opened(tmp_path):
    settings = Settings(**KEYS, instance_path=str(tmp_path))
    stranger = Runner(replace(settings, secret_keys=("another-secret-of-32-characters-!!!",)))
    stranger.drain_outbox()
    ours = Runner(settings)
    with pytest.raises(ValueError, match=r"[Ss]ignature"):
        ours.huey.dequeue()
    assert not ours.work_waits.is_set()


def test_the_task_file_has_no_write_ahead_log(tmp_path):
    tasks = Runner(Settings(**KEYS, instance_path=str(tmp_path)))
    tasks.drain_outbox()
    [[mode]] = tasks.huey.storage.sql("pragma journal_mode", results=True)
    assert mode != "wal"


def test_ringing_without_a_runner_is_only_logged(app):
    app.extensions["forum_runner"] = Runner(
        replace(app.extensions["forum"], redis_url="redis://127.0.0.1:1/0")
    )
    runner.wake()
    runner.replan()
