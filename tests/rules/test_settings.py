"""An operator who forgets or contradicts herself is told which variable, before anything starts."""

import os
import subprocess
import sys
from dataclasses import fields

import pytest

from forum.config import ConfigError, Settings, variable
from forum.sealed import new_key

GIVEN = {
    "FORUM_SECRET_KEYS": "a-secret-of-more-than-32-characters",
    "FORUM_DATA_KEYS": new_key(),
}


def faults(**more: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        Settings.from_environ({**GIVEN, **more})
    return caught.value.faults


def test_keys_alone_are_enough_to_start():
    settings = Settings.from_environ(GIVEN)

    assert (settings.is_sqlite, settings.is_secure, settings.limits) == (True, False, True)
    assert settings.base_url == "http://localhost:8000"


def test_links_follow_another_port():
    assert (
        Settings.from_environ({**GIVEN, "FORUM_PORT": "9000"}).base_url == "http://localhost:9000"
    )


def test_missing_keys_are_both_named():
    with pytest.raises(ConfigError) as caught:
        Settings.from_environ({})
    assert [fault.split()[0] for fault in caught.value.faults] == [
        "FORUM_SECRET_KEYS",
        "FORUM_DATA_KEYS",
    ]


@pytest.mark.parametrize(
    ("variable", "value", "fault"),
    [
        ("FORUM_COLOUR", "teal", "FORUM_COLOUR is not a setting. Is it misspelled?"),
        ("FORUM_PORT", "http", "FORUM_PORT must be a whole number"),
        ("FORUM_PORT", "0", "FORUM_PORT must be at least 1"),
        ("FORUM_LIMITS", "maybe", "FORUM_LIMITS must be on or off"),
        (
            "FORUM_SECRET_KEYS",
            "short",
            "FORUM_SECRET_KEYS needs 32 characters or more in each key.",
        ),
        (
            "FORUM_DATA_KEYS",
            "bm90IDMyIGJ5dGVz",
            "FORUM_DATA_KEYS must be URL-safe base64 of 32 bytes, in each key.",
        ),
        (
            "FORUM_BASE_URL",
            "forum.example.org",
            "FORUM_BASE_URL must look like https://forum.example.org",
        ),
        (
            "FORUM_BASE_URL",
            "http://forum.example.org",
            "FORUM_BASE_URL must begin with https:// unless it is this machine.",
        ),
        (
            "FORUM_DATABASE_URL",
            "mysql://x",
            "FORUM_DATABASE_URL must begin with postgresql:// or sqlite:///",
        ),
        (
            "FORUM_REDIS_URL",
            "localhost",
            "FORUM_REDIS_URL must begin with redis://, rediss:// or unix://",
        ),
        (
            "FORUM_MAIL_USERNAME",
            "forum",
            "FORUM_MAIL_USERNAME and FORUM_MAIL_PASSWORD go together; set both.",
        ),
        (
            "FORUM_MAIL_SERVER",
            "mail.example.org",
            "FORUM_MAIL_DEFAULT_SENDER is missing: a mail server needs a real sender.",
        ),
        (
            "FORUM_MAIL_REPLY_TO",
            "Forum <hello@example.org>",
            "FORUM_MAIL_REPLY_TO must be one plain address, name@example.org",
        ),
    ],
)
def test_a_wrong_value_names_its_variable(variable, value, fault):
    assert faults(**{variable: value}) == [fault]


@pytest.mark.parametrize("name", [each.name for each in fields(Settings) if each.metadata])
def test_no_number_is_too_small_and_every_address_is_plain(name):
    each = next(each for each in fields(Settings) if each.name == name)
    least = each.metadata.get("least", 0)
    is_number = "least" in each.metadata and least > 0
    wrong = str(least - 1) if is_number else "Forum <forum@example.org>"

    fault, *_others = faults(**{variable(name): wrong})

    assert fault.startswith(f"{variable(name)} must be ")


def test_two_ways_of_encrypting_mail_exclude_each_other():
    assert faults(FORUM_MAIL_USE_TLS="on", FORUM_MAIL_USE_SSL="on") == [
        "FORUM_MAIL_USE_TLS and FORUM_MAIL_USE_SSL exclude each other; set one."
    ]


def test_the_server_does_not_start_on_incomplete_settings(tmp_path):
    environ = {name: value for name, value in os.environ.items() if "FORUM_" not in name}

    ended = subprocess.run(
        [sys.executable, "-c", "import wsgi"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode != 0
    assert "FORUM_SECRET_KEYS is missing" in ended.stderr
