"""Whatever is written into a setting, the operator reads one sentence that names it."""

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from forum.config import ConfigError, Settings, variable
from tests.engines import KEYS

HOUSE = Path(__file__).parent.parent.parent
ADDRESS = ("forum", "Forum <forum@example.org>", "a@b@c")
NUMBER = ("-1", "1.5", "many", "9" * 30, "\N{SUPERSCRIPT TWO}")
SWITCH = ("maybe", "2")
NONSENSE = {
    "answers_need_passkey": SWITCH,
    "backup_keys": ("x", "\N{LATIN SMALL LETTER E WITH ACUTE}" * 44),
    "base_url": ("x", "http://[", "https://a:b", "ftp://a", "https://a/b", "https://a?b"),
    "data_keys": ("x", "x" * 44, "\N{LATIN SMALL LETTER E WITH ACUTE}" * 44),
    "database_url": (
        *("x", "mysql://a/b", "postgresql://[/b", "postgresql://a:b/c", "postgresql://a"),
        *("sqlite://", "sqlite:///", "sqlite:///:memory:", "sqlite:////folder/"),
    ),
    "host": ("localhost", "300.1.1.1", "x y"),
    "limits": SWITCH,
    "log_level": ("nonsense", "10"),
    "mail_authserv": ("two words",),
    "mail_default_sender": ADDRESS,
    "mail_envelope_sender": (*ADDRESS, f"{'x' * 25}@example.org"),
    "mail_invitation_sender": ADDRESS,
    "mail_port": (*NUMBER, "0", "65536"),
    "mail_reply_to": ADDRESS,
    "mail_server": ("smtp://mail", "a b", "mail/25", "a@b"),
    "mail_timeout": (*NUMBER, "0"),
    "mail_use_ssl": SWITCH,
    "mail_use_tls": SWITCH,
    "mailboxes": ("x", "imaps://[", "imaps://a", "imap://a:b@elsewhere/c", "maildir:x"),
    "port": (*NUMBER, "0", "65536"),
    "postmark_password": ("x",),
    "postmark_user": ("a:b",),
    "proxy_hops": NUMBER,
    "redis_url": ("x", "redis://", "redis://[", "redis://a:b", "redis://a/b", "http://a"),
    "secret_keys": ("x",),
    "sender_threads": (*NUMBER, "0"),
    "ses_topic": ("x",),
    "web_workers": (*NUMBER, "0"),
}
ANY_WORD = {"instance_path", "mail_password", "mail_username", "mailgun_key", "metrics_token"}
"""What may be any text on one line."""
GIVEN = {variable(name): value for name, (value,) in KEYS.items()}


def faults(name: str, value: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Settings.from_environ(
            {**GIVEN, "FORUM_MAIL_DEFAULT_SENDER": "a@b.example", variable(name): value}
        )
    return caught.value.faults


def test_every_setting_is_walked():
    assert NONSENSE.keys() | ANY_WORD == {each.name for each in fields(Settings)}
    assert NONSENSE.keys() & ANY_WORD == set()


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in NONSENSE.items() for value in values]
)
def test_nonsense_is_refused_in_a_sentence_that_begins_with_the_setting(name, value):
    fault, *others = faults(name, value)

    assert fault.startswith(variable(name))
    assert others == []


@pytest.mark.parametrize("value", ["a\nb", "a\x07", "\udcff"])
@pytest.mark.parametrize("name", sorted(each.name for each in fields(Settings)))
def test_what_is_no_text_is_refused_for_every_setting(name, value):
    [*_others, fault] = faults(name, value)[:1]

    assert fault == f"{variable(name)} must be plain text, on one line."


@pytest.mark.parametrize("name", sorted({each.name for each in fields(Settings)} - {*KEYS}))
def test_a_setting_that_is_empty_is_not_set(name):
    given = Settings.from_environ(GIVEN)

    assert Settings.from_environ({**GIVEN, variable(name): " "}) == given


def ended(command: str, **environ: str) -> tuple[int, list[str], str]:
    """Run a command with these settings. Returns its exit code, and what it says where."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FORUM_")}
    found = subprocess.run(
        [sys.executable, "-m", *command.split()],
        env={**kept, **GIVEN, **environ},
        cwd=HOUSE,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return found.returncode, found.stderr.splitlines(), found.stdout


CANNOT_BE_MADE = "- FORUM_INSTANCE_PATH: /dev/null/x cannot be made: Not a directory."
NO_FOLDER = "- FORUM_DATABASE_URL: there is no folder /nodir."
NO_ANSWER = (
    "The database (FORUM_DATABASE_URL) does not answer:"
    ' connection to server at "127.0.0.1", port 1 failed: Connection refused.'
)


@pytest.mark.real_time
@pytest.mark.parametrize("command", ["flask --app wsgi db upgrade", "forum.server"])
@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("FORUM_DATABASE_URL", "sqlite:////nodir/x.db", NO_FOLDER),
        ("FORUM_INSTANCE_PATH", "/dev/null/x", CANNOT_BE_MADE),
        ("FORUM_LOG_LEVEL", "x", "- FORUM_LOG_LEVEL must be debug, info, warning or error"),
    ],
)
def test_commands_and_the_server_say_it_and_end(tmp_path, command, name, value, said):
    found = ended(command, **{"FORUM_INSTANCE_PATH": str(tmp_path), name: value})

    assert found == (1, ["Forum cannot start:", said], "")


@pytest.mark.real_time
@pytest.mark.parametrize("command", ["db upgrade", "outbox list"])
def test_a_database_that_does_not_answer_is_named_by_its_setting(tmp_path, command):
    nobody = "postgresql://forum:secret@127.0.0.1:1/forum"
    where = {"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_DATABASE_URL": nobody}

    assert ended(f"flask --app wsgi {command}", **where) == (1, [NO_ANSWER], "")


@pytest.mark.real_time
def test_web_and_worker_do_not_begin_without_tables(tmp_path):
    said = "The database has no tables yet: run `flask db upgrade`."
    where = {"FORUM_INSTANCE_PATH": str(tmp_path), "FORUM_PORT": "18731"}

    assert ended("forum.server", **where) == (1, ["Forum cannot start:", f"- {said}"], "")
    assert ended("flask --app wsgi worker", **where) == (1, [said], "")
