"""Whatever we write, other users of the machine cannot read, from its first byte."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from forum.sealed import new_key

pytestmark = pytest.mark.real_time
HOUSE = Path(__file__).parent.parent.parent


def open_to_all() -> None:
    """Let a process begin as careless as a service manager may start it."""
    os.umask(0)


def ours(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run one of our commands, with settings for a new installation in a folder."""
    settings = {
        "FORUM_SECRET_KEYS": new_key(),
        "FORUM_DATA_KEYS": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "FORUM_BACKUP_KEYS": new_key(),
        "FORUM_INSTANCE_PATH": str(folder),
    }
    return subprocess.run(
        [sys.executable, *words],
        cwd=HOUSE,
        env={"PATH": os.environ["PATH"], **settings},
        preexec_fn=open_to_all,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def modes(folder: Path) -> dict[str, str]:
    """Return which of the paths are open to others, with their modes.

    Static files are copied with the modes that they have: everybody may read them anyway.
    """
    found = {path: path.stat().st_mode for path in (folder, *folder.rglob("*"))}
    return {
        str(path): oct(stat.S_IMODE(mode))
        for path, mode in found.items()
        if "static" not in path.parts
        if stat.S_IMODE(mode) != (0o700 if stat.S_ISDIR(mode) else 0o600)
    }


WATCH = """
import os, threading
seen, over = {}, threading.Event()
def watch(folder):
    while not over.is_set():
        for top, folders, files in os.walk(folder):
            for path in (os.path.join(top, each) for each in [".", *folders, *files]):
                try:
                    if "/static/" not in path and os.stat(path).st_mode & 0o077:
                        seen[path] = 1
                except FileNotFoundError:
                    pass
watcher = threading.Thread(target=watch, args=[os.environ["FORUM_INSTANCE_PATH"]])
watcher.start()
from forum import clock, create_app
import flask_migrate
from forum.delivery.worker import Worker
from forum.demo.commands import demo
app = create_app()
with app.app_context():
    flask_migrate.upgrade()
for words in (["demo", "load"], ["worker", "--once"],
              ["backup", os.path.join(os.environ["FORUM_INSTANCE_PATH"], "a.backup")]):
    assert app.test_cli_runner().invoke(args=words).exit_code == 0, words
client = app.test_client()
assert client.get("/").status_code == 200
style = client.get("/").text.partition('rel="stylesheet" href="')[2].partition('"')[0]
assert client.get(style).status_code == 200
open_now = sorted(os.listdir(os.environ["FORUM_INSTANCE_PATH"]))
over.set()
watcher.join()
print(open_now)
print(sorted(seen))
"""


def test_nothing_in_the_instance_folder_is_open_to_others_at_any_time(tmp_path):
    folder = tmp_path / "there" / "instance"

    done = ours(folder, "-c", WATCH)

    assert done.returncode == 0, done.stderr
    files, seen = done.stdout.splitlines()[-2:]
    for name in ("forum.db", "forum.db-wal", "forum.db-shm", "mail", "tasks.db", "static"):
        assert f"'{name}'" in files
    assert seen == "[]"
    assert modes(folder) == {}


def test_fresh_keys_are_written_for_their_owner_alone_and_over_nothing(tmp_path):
    file = tmp_path / "forum.env"

    assert ours(tmp_path, "-m", "forum.keys", str(file)).returncode == 0
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    before = file.read_text()
    assert re.findall(r"^FORUM_([A-Z]+)_KEYS=\S{44}$", before, re.MULTILINE) == [
        "SECRET",
        "DATA",
        "BACKUP",
    ]

    again = ours(tmp_path, "-m", "forum.keys", str(file))
    assert (again.returncode, again.stderr) == (1, f"{file}: File exists. Nothing was written.\n")
    assert file.read_text() == before
