"""What a start needs and says: nothing, or in one sentence what is in its way."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from forum.config import ConfigError, Settings
from forum.port import require_free
from tests.engines import KEYS

pytestmark = pytest.mark.real_time
HOUSE = Path(__file__).parent.parent.parent
SERVER = (HOUSE / "Procfile").read_text().splitlines()[0].split()[-1]
"""The module that the Procfile runs."""


@pytest.fixture
def first() -> Iterator[int]:
    """Listen as our server does, so that others may listen beside it; give the port."""
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        line.bind(("127.0.0.1", 0))
        line.listen()
        yield line.getsockname()[1]


def start(module: str, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run one of our modules as a person does."""
    return subprocess.run(
        [sys.executable, *options, "-m", module],
        cwd=HOUSE,
        env={"PATH": os.environ["PATH"], **settings},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("module", [SERVER, "forum.port"])
def test_a_second_server_says_that_one_is_there_and_touches_nothing(module, first, tmp_path):
    folder = tmp_path / "instance"

    second = start(
        module,
        FORUM_SECRET_KEYS=KEYS["secret_keys"][0],
        FORUM_DATA_KEYS=KEYS["data_keys"][0],
        FORUM_INSTANCE_PATH=str(folder),
        FORUM_PORT=str(first),
    )

    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == (
        "Forum cannot start:\n"
        f"- Something listens at 127.0.0.1, port {first}, already."
        " Stop it, or set FORUM_PORT to another number.\n"
    )
    assert not folder.exists()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_an_address_that_nobody_has_is_free(host):
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]

    require_free(Settings(**KEYS, host=host, port=port))


@pytest.mark.parametrize(
    ("host", "port"), [("localhost", 8000), ("192.0.2.1", 8000), ("127.0.0.1", 70_000)]
)
def test_an_address_that_cannot_be_ours_names_its_settings(host, port):
    with pytest.raises(ConfigError) as caught:
        require_free(Settings(**KEYS, host=host, port=port))

    sentence = (
        f"We cannot listen at {host}, port {port}. FORUM_HOST must be an IP address of this"
        " machine, FORUM_PORT a number that we may use."
    )
    assert caught.value.faults == [sentence]


def test_fresh_keys_come_without_a_warning():
    keys = start("forum.keys", "-W", "error")

    assert (keys.returncode, keys.stderr) == (0, "")
    assert [line.partition("=")[0] for line in keys.stdout.splitlines()] == [
        "FORUM_SECRET_KEYS",
        "FORUM_DATA_KEYS",
        "FORUM_BACKUP_KEYS",
    ]


def test_the_demo_runs_what_an_installation_runs_and_tells_of_mail():
    lines = [(HOUSE / name).read_text().splitlines() for name in ("Procfile", "Procfile.demo")]
    assert [*lines[0], "mail: flask --app wsgi demo mail"] == lines[1]


def pinned(name: str) -> set[tuple[str, str]]:
    """Return the libraries of a requirements file with their versions."""
    return set(re.findall(r"^([\w.-]+)==(\S+)", (HOUSE / name).read_text(), re.MULTILINE))


def test_the_service_runs_on_what_its_tests_ran_on():
    assert pinned("requirements.txt") - pinned("requirements-dev.txt") == set()
    assert len(pinned("requirements.txt")) > 40
