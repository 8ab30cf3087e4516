"""A backup is one file, ours alone, and there only when it is whole."""

import fcntl
import io
import json
import os
import tarfile
import tracemalloc
from datetime import timedelta

from forum import clock
from forum.config import current_settings
from forum.operations import doctor
from forum.operations.backups import making, postgresql_store
from forum.operations.backups.archive import PIECE, Packing
from forum.operations.backups.container import Sealing
from forum.operations.schema import newest_schema
from tests.actions.backups.conftest import KEY, refused


def mode(path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_everything_is_in_one_file_that_only_we_can_read(operator, ada):
    before = os.umask(0)
    try:
        code, said = operator.backs_up()
    finally:
        os.umask(before)

    assert (code, said) == (
        0,
        f"1 registrations of 1 events are in {operator.file}, encrypted under the key b969394a.\n",
    )
    assert mode(operator.file) == "0o600"
    assert not list(operator.file.parent.glob("*partial*"))
    content = operator.file.read_bytes()
    assert not any(word in content for word in (b"wheelchair", b"people.example", b"registration"))


def test_it_is_ours_alone_from_its_first_byte(operator, ada, monkeypatch):
    seen = []
    write = Packing.add

    def add(packing, part, source):
        seen.extend(mode(path) for path in operator.file.parent.glob(".*.partial"))
        write(packing, part, source)

    monkeypatch.setattr(Packing, "add", add)
    before = os.umask(0)
    try:
        operator.backs_up()
    finally:
        os.umask(before)

    assert seen == ["0o600", "0o600"]


def test_a_manifest_says_what_is_in_it_and_nobodys_name(operator, ada):
    assert operator.backs_up("--plain") == (
        0,
        f"1 registrations of 1 events are in {operator.file}, not encrypted.\n",
    )

    with tarfile.open(operator.file) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))
    assert names == ["about.json", "database/000001", "manifest.json", "manifest.sha256"]
    assert manifest["engine"] == ("sqlite" if operator.settings.is_sqlite else "postgresql")
    assert manifest["schema"] == newest_schema()
    assert manifest["made_at"].startswith("2026-11-23T15:00:")
    assert manifest["counts"]["registration"] == 1
    assert {name: size for name, (size, _) in manifest["parts"].items()}["tombstones"] == 0
    assert "Ada" not in json.dumps(manifest)


def test_without_a_key_it_is_made_only_by_word(operator, ada):
    operator.has_keys()

    assert operator.backs_up() == refused(
        "FORUM_BACKUP_KEYS is empty: `flask keys new` prints a key for it.",
        "With --plain, the backup is not encrypted.",
    )
    assert not operator.file.exists()
    assert operator.backs_up("--plain")[0] == 0


def test_a_file_that_is_there_is_left_as_it_is(operator, ada):
    operator.file.write_text("last night's")

    assert operator.backs_up() == refused(
        f"{operator.file} is there already, and is left as it is."
    )
    assert operator.file.read_text() == "last night's"


def test_a_folder_that_is_not_there_is_said(operator, ada, tmp_path):
    nowhere = tmp_path / "nowhere"

    assert operator.runs("backup", nowhere / "forum.backup") == refused(
        f"{nowhere} cannot be written to: No such file or directory."
    )


def test_nothing_is_left_of_one_that_failed(operator, ada, monkeypatch):
    def full(packing, part, source):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Packing, "add", full)

    assert operator.backs_up() == refused(
        f"{operator.file} cannot be written: No space left on device."
    )
    assert not list(operator.file.parent.glob("*partial*"))
    assert not operator.file.exists()
    assert not (operator.folder / making.WORK).exists()


def test_a_folder_that_knows_no_hard_links_takes_it_too(operator, ada, monkeypatch):
    def refuses(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuses)

    assert operator.backs_up()[0] == 0
    assert mode(operator.file) == "0o600"
    assert not list(operator.file.parent.glob("*partial*"))


def test_two_at_once_do_not_disturb_each_other(operator, ada):
    with making.work_folder(operator.settings):
        assert operator.backs_up() == refused(
            "Another backup or restore is at work. Wait for it, and try again."
        )
    assert operator.backs_up()[0] == 0


def test_what_one_that_was_killed_has_begun_goes_and_what_another_writes_stays(operator, ada):
    stale, living = (
        operator.file.with_name(f".{each}.forum-backup.partial") for each in ("a", "b")
    )
    stale.write_text("half")
    with living.open("wb") as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)

        assert operator.backs_up()[0] == 0
        assert (stale.exists(), living.exists()) == (False, True)


def test_memory_stays_small_however_large_the_database_is():
    class Long(io.RawIOBase):
        left = 16

        def read(self, size=-1):
            self.left -= 1
            return b"x" * PIECE if self.left >= 0 else b""

    class Nowhere(io.RawIOBase):
        def write(self, octets):
            return len(octets)

    tracemalloc.start()
    try:
        sealing = Sealing(Nowhere(), KEY)
        Packing(sealing).add("database", Long())
        sealing.finish()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 4 * PIECE


def notes() -> list[str]:
    found = doctor.examine(current_settings(), now=clock.now())
    return [each.sentence for each in found if each.check == "Backup"]


def test_doctor_says_when_there_has_been_none_for_long(operator, ada, today):
    assert notes() == ["there has been none on this machine: run `flask backup FILE` every night."]

    operator.backs_up()
    assert notes() == []

    today.shift(timedelta(hours=35))
    assert notes() == []
    today.shift(timedelta(hours=2))
    assert notes() == ["the last one was made at 2026-11-23 15:00 UTC: see why none came since."]


def test_doctor_says_what_one_that_was_killed_has_left(operator, ada):
    operator.backs_up()
    (operator.folder / making.WORK).mkdir()
    (operator.folder / making.WORK / "copy").write_text("Ada")

    assert notes() == [
        f"one was killed in the middle: delete {operator.folder / making.WORK}, or back up."
    ]
    operator.runs("backup", operator.file.with_name("next.backup"))
    assert notes() == []
    assert not (operator.folder / making.WORK).exists()


def test_tools_older_than_the_server_are_not_used(operator, ada, monkeypatch):
    if operator.settings.is_sqlite:
        assert operator.backs_up()[0] == 0
        return
    monkeypatch.setattr(postgresql_store, "_version", lambda _folder: 9)

    code, said = operator.backs_up()

    assert code == 1
    assert "or newer are needed, on PATH or where the server has its own." in said
    assert not operator.file.exists()
