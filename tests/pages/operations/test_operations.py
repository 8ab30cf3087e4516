"""The operator can see whether the service lives, is ready, and is well."""

import re
import socket
from dataclasses import replace
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import text

from forum import clock
from forum.config import current_settings
from forum.db import db
from forum.events.models import Mode
from forum.operations import doctor
from forum.operations.schema import newest_schema
from forum.outbox.models import Heartbeat, Message, MessageState
from tests.faults.mail_server import MailServer


@pytest.fixture
def worker(app):
    """Return a worker that was seen a moment ago."""
    beat = Heartbeat(worker="w1", beat_at=clock.now() - timedelta(seconds=5))
    db.session.add(beat)
    db.session.commit()
    return beat


def found(check: str, **changes) -> list[str]:
    """Return what one check of `doctor` finds, with these settings changed."""
    settings = replace(current_settings(), **changes)
    return [
        each.sentence for each in doctor.examine(settings, now=clock.now()) if each.check == check
    ]


def test_a_living_process_says_so_without_a_database(app, monkeypatch):
    monkeypatch.setattr(db.session, "execute", lambda *_: pytest.fail("asked the database"))

    assert app.test_client().get("/healthz").text == "ok\n"


def test_a_service_that_is_ready_says_what_it_runs_on(app, worker):
    response = app.test_client().get("/readyz")

    assert response.status_code == 200
    assert response.json["is_ready"] is True
    assert response.json["warnings"] == []
    assert (response.json["database"], response.json["limits"]) == ("ok", "on")
    assert response.json["schema"] == response.json["newest_schema"]
    assert response.json["workers"] == 1


def test_pages_are_ready_without_a_worker_but_it_is_said(app):
    response = app.test_client().get("/readyz")

    assert response.status_code == 200
    assert response.json["warnings"] == ["No worker runs: mail waits. Start `flask worker`."]


def test_another_schema_is_not_ready(app, worker):
    db.session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    db.session.commit()

    response = app.test_client().get("/readyz")

    assert (response.status_code, response.json["is_ready"]) == (503, False)
    newest = newest_schema()
    said = f"The database is at schema 0001, this release needs {newest}: run `flask db upgrade`."
    assert response.json["warnings"] == [said]


class TestLimitsOff:
    @pytest.fixture
    def overrides(self):
        return {"limits": False}

    def test_lifted_limits_are_said_loudly(self, app, worker):
        answer = app.test_client().get("/readyz").json

        assert answer["limits"] == "OFF"
        assert answer["warnings"] == ["FORUM_LIMITS is off: anyone can flood this service."]
        assert "FORUM_LIMITS is off: anyone can flood this service." in found("Settings")


def test_numbers_are_counted_by_route_template(app, make, worker):
    client = app.test_client()
    for name in ("one", "two"):
        client.get(f"/my/{name}/nothing")
        client.get("/healthz")
    make.registration(make.event())

    numbers = client.get("/metrics").text.splitlines()

    assert 'forum_request_seconds_count{method="GET",route="/healthz",status="200"} 2.0' in numbers
    assert 'forum_registrations{status="confirmed"} 1.0' in numbers
    assert 'forum_messages{state="queued"} 0.0' in numbers
    assert "forum_workers 1.0" in numbers
    assert not any("/one" in line or "/two" in line for line in numbers)


class TestNumbersAreOurs:
    @pytest.fixture
    def overrides(self):
        return {"metrics_token": "a-long-token"}

    @pytest.mark.parametrize(
        ("address", "headers", "status"),
        [
            ("127.0.0.1", {}, 200),
            ("::1", {}, 200),
            ("192.0.2.7", {}, 404),
            ("127.0.0.1", {"X-Forwarded-For": "192.0.2.7"}, 404),
            ("127.0.0.1", {"Forwarded": "for=192.0.2.7"}, 404),
            ("192.0.2.7", {"Authorization": "Bearer a-long-token"}, 200),
            ("192.0.2.7", {"Authorization": "Bearer another"}, 404),
            ("192.0.2.7", {"Authorization": "Bearer "}, 404),
            ("192.0.2.7", {"Authorization": "Bearer \xe9"}, 404),
        ],
    )
    def test_only_this_machine_and_who_has_the_token_see_them(self, app, address, headers, status):
        response = app.test_client().get(
            "/metrics", headers=headers, environ_base={"REMOTE_ADDR": address}
        )

        assert response.status_code == status


def test_a_token_that_is_not_set_opens_nothing(app):
    for given in ("Bearer ", "Bearer", ""):
        response = app.test_client().get(
            "/metrics", headers={"Authorization": given}, environ_base={"REMOTE_ADDR": "192.0.2.7"}
        )
        assert response.status_code == 404


def test_doctor_finds_a_sound_installation_sound(app, make, worker):
    event = make.event()
    make.registration(event)

    wrong = [each for each in doctor.examine(current_settings(), now=clock.now()) if each.is_wrong]

    assert wrong == []


def test_doctor_finds_places_that_were_miscounted(app, make):
    event = make.event(slug="forum-2027")
    make.registration(event)
    gate = next(gate for gate in event.gates if gate.mode == Mode.IN_PERSON)
    gate.taken = 3
    make.session(event, key="bones", taken=2)

    assert found("Places") == [
        "forum-2027, in_person: the counter says 3, the rows 1.",
        "forum-2027, session bones: the counter says 2, the rows 0.",
    ]


def test_doctor_finds_mail_that_is_stuck(app, make, worker):
    registration = make.registration(make.event())
    now = clock.now()
    for number, (state, due_at) in enumerate(
        [
            (MessageState.QUEUED, now - timedelta(minutes=6)),
            (MessageState.QUEUED, now - timedelta(minutes=4)),
            (MessageState.FAILED, now - timedelta(days=1)),
        ]
    ):
        db.session.add(
            Message(
                email="confirmed",
                registration=registration,
                dedupe_key=str(number),
                state=state,
                due_at=due_at,
                created_at=due_at,
            )
        )
    db.session.commit()

    assert found("Outbox") == [
        "1 messages have been due for five minutes and were not sent.",
        "1 messages could not be sent: see `flask outbox list`.",
    ]


def test_everyone_who_asks_hears_of_a_mail_server_in_trouble(app, worker):
    worker.trouble = "The mail server cannot be reached."
    worker.trouble_since = clock.now() - timedelta(minutes=10)
    db.session.commit()
    client = app.test_client()

    said = f"The mail server cannot be reached. Since {worker.trouble_since:%Y-%m-%d %H:%M} UTC."
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["is_mail_going_out"]) == (200, False)
    assert answer.json["warnings"] == [said]
    assert found("Outbox") == [said]
    [seconds] = re.findall(
        r"^forum_mail_trouble_seconds (.*)$", client.get("/metrics").text, re.MULTILINE
    )
    assert float(seconds) >= 600


@pytest.mark.real_time
def test_doctor_tries_the_mail_server_and_sends_nothing(app):
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]
    assert len(found("Mail server", mail_server="127.0.0.1", mail_port=port)) == 1

    server = Controller(object(), hostname="127.0.0.1", port=port)
    server.start()
    try:
        assert found("Mail server", mail_server="127.0.0.1", mail_port=port) == []
    finally:
        server.stop()


@pytest.mark.real_time
def test_doctor_finds_a_mail_server_that_refuses_who_we_are(app):
    async def refuses(_line, moment: str) -> str | None:
        return "530 5.7.0 Authentication required" if moment == "MAIL" else None

    with MailServer(mood=refuses) as server:
        where = {"mail_server": "127.0.0.1", "mail_port": server.port}
        said = "The mail server refuses us: 530 5.7.0 Authentication required"
        assert found("Mail server", **where) == [f"127.0.0.1:{server.port}: {said}"]
        assert server.taken == []


@pytest.mark.real_time
def test_doctor_does_not_wait_for_ever_for_a_silent_mail_server(app):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        sentences = found("Mail server", mail_server="127.0.0.1", mail_port=port, mail_timeout=1)

    assert len(sentences) == 1


def test_doctor_finds_a_database_that_others_can_read(app, settings):
    if not settings.is_sqlite:
        assert found("Secrets") == []
        return
    assert found("Secrets") == []  # the log lies beside it now
    settings.instance.chmod(0o750)
    settings.database_file.chmod(0o604)
    assert found("Secrets") == [
        f"{settings.instance} is open to others: `chmod 700 {settings.instance}`.",
        f"{settings.database_file} is open to others: `chmod 600 {settings.database_file}`.",
    ]
    settings.instance.chmod(0o700)
    settings.database_file.chmod(0o600)
    assert found("Secrets") == []


def test_doctor_finds_a_key_that_is_used_twice(app, settings):
    assert found("Secrets", data_keys=settings.data_keys * 2)[-1:] == [
        "a key is used twice; each needs its own."
    ]


def test_doctor_finds_settings_for_trying_out(app):
    assert found("Settings")[0].startswith("FORUM_BASE_URL is http://localhost:8000")
    assert found("Settings", base_url="https://forum.example.org", mail_server="mail") == [
        "FORUM_PROXY_HOPS is 0: behind a proxy, all visitors share one limit."
    ]


def test_doctor_fails_when_something_is_wrong(app, make):
    result = app.test_cli_runner().invoke(args=["doctor"])

    assert result.exit_code == 1
    assert "WRONG  Outbox: No worker runs: mail waits. Start `flask worker`." in result.output


def test_fresh_keys_are_good_keys(app):
    result = app.test_cli_runner().invoke(args=["keys", "new"])

    assert result.exit_code == 0
    assert len(result.output.strip()) == 44
