"""A backup is one file, ours alone, and there only when it is whole."""

import io
import json
import os
import tarfile
import tracemalloc
from dataclasses import replace
from datetime import timedelta

import pytest

from forum import clock
from forum.config import current_settings
from forum.operations import doctor
from forum.operations.backups import making
from forum.operations.backups.archive import PIECE, Packing
from forum.operations.backups.container import Sealing
from forum.operations.readiness import newest_schema
from tests.actions.backups.conftest import KEY


def mode(path) -> str:
    return oct(path.stat().st_mode & 0o777)


def test_everything_is_in_one_file_that_only_we_can_read(run, ada, file):
    before = os.umask(0)
    try:
        code, said = run("backup", file)
    finally:
        os.umask(before)

    assert (code, said) == (
        0,
        f"1 registrations of 1 events are in {file}, encrypted under the key b969394a.\n",
    )
    assert mode(file) == "0o600"
    assert [path.name for path in file.parent.iterdir() if "forum.backup" in path.name] == [
        "forum.backup"
    ]
    content = file.read_bytes()
    assert not any(word in content for word in (b"Ada", b"people.example", b"registration"))


def test_it_is_ours_alone_from_its_first_byte(run, ada, file, monkeypatch):
    seen = []
    write = Packing.add

    def add(packing, part, source):
        seen.extend(mode(path) for path in file.parent.glob(".forum.backup.*"))
        write(packing, part, source)

    monkeypatch.setattr(Packing, "add", add)
    before = os.umask(0)
    try:
        run("backup", file)
    finally:
        os.umask(before)

    assert seen == ["0o600", "0o600"]


def test_a_manifest_says_what_is_in_it_and_nobodys_name(run, ada, file, settings):
    assert run("backup", file, "--plain") == (
        0,
        f"1 registrations of 1 events are in {file}, not encrypted.\n",
    )

    with tarfile.open(file) as tar:
        names = tar.getnames()
        manifest = json.load(tar.extractfile("manifest.json"))
    assert names == ["about.json", "database/000001", "manifest.json", "manifest.sha256"]
    assert manifest["engine"] == ("sqlite" if settings.is_sqlite else "postgresql")
    assert manifest["schema"] == newest_schema()
    assert manifest["made_at"] == "2026-11-23T15:00:00+00:00"
    assert manifest["counts"]["registration"] == 1
    assert {name: size for name, (size, _) in manifest["parts"].items()}["tombstones"] == 0
    assert "Ada" not in json.dumps(manifest)


def test_without_a_key_it_is_made_only_by_word(run, ada, app, file):
    app.extensions["forum"] = replace(current_settings(), backup_keys=())

    assert run("backup", file) == (
        1,
        "FORUM_BACKUP_KEYS is empty: `flask keys new` prints a key for it."
        " With --plain, the backup is not encrypted.\n",
    )
    assert not file.exists()
    assert run("backup", file, "--plain")[0] == 0


def test_a_file_that_is_there_is_left_as_it_is(run, ada, file):
    file.write_text("last night's")

    assert run("backup", file) == (1, f"{file} is there already, and is left as it is.\n")
    assert file.read_text() == "last night's"


def test_a_folder_that_is_not_there_is_said(run, ada, tmp_path):
    file = tmp_path / "nowhere" / "forum.backup"

    assert run("backup", file) == (
        1,
        f"{file.parent} cannot be written to: No such file or directory.\n",
    )


def test_nothing_is_left_of_one_that_failed(run, ada, file, settings, monkeypatch):
    def full(packing, part, source):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Packing, "add", full)

    assert run("backup", file) == (1, f"{file} cannot be written: No space left on device.\n")
    assert not list(file.parent.glob("*forum.backup*"))
    assert not (settings.instance / making.WORK).exists()


def test_two_at_once_do_not_disturb_each_other(run, ada, file, settings):
    with making.work_folder(settings):
        assert run("backup", file) == (
            1,
            "Another backup or restore is at work. Wait for it, and try again.\n",
        )
    assert run("backup", file)[0] == 0


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


def test_doctor_says_when_there_has_been_none_for_long(run, ada, file, today):
    assert notes() == ["there has been none on this machine: run `flask backup FILE` every night."]

    run("backup", file)
    assert notes() == []

    today.shift(timedelta(hours=35))
    assert notes() == []
    today.shift(timedelta(hours=2))
    assert notes() == ["the last one was made at 2026-11-23 15:00 UTC: see why none came since."]


def test_doctor_says_what_one_that_was_killed_has_left(run, ada, file, settings):
    run("backup", file)
    (settings.instance / making.WORK).mkdir()
    (settings.instance / making.WORK / "copy").write_text("Ada")

    assert notes() == [
        f"one was killed in the middle: delete {settings.instance / making.WORK}, or back up."
    ]
    run("backup", file.with_name("next.backup"))
    assert notes() == []
    assert not (settings.instance / making.WORK).exists()


@pytest.mark.parametrize("missing", ["pg_dump"])
def test_tools_older_than_the_server_are_not_used(missing, run, ada, file, settings, monkeypatch):
    from forum.operations.backups import postgresql_place

    if settings.is_sqlite:
        assert run("backup", file)[0] == 0
        return
    monkeypatch.setattr(postgresql_place, "_version", lambda _folder: 9)

    code, said = run("backup", file)

    assert code == 1
    assert "or newer are needed, on PATH or where the server has its own." in said
    assert not file.exists()
