"""Making a backup: written beside, readable by us alone from its first byte, renamed when whole."""

import fcntl
import os
import platform
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from forum.config import Settings
from forum.operations.backups.archive import Manifest, Packing
from forum.operations.backups.container import Refused, Sealing
from forum.operations.backups.postgresql_store import PostgresqlStore
from forum.operations.backups.sqlite_store import SqliteStore
from forum.operations.backups.store import Store, sync
from forum.privacy import rules

WORK, LOCK, LAST = "backup-work", "backup.lock", "last-backup"
ASIDE = "before-restore-"
"""How what was there before a restore is called."""
PARTIAL = ".forum-backup.partial"
"""How a file is called that is not whole yet."""
LONGEST_AGE = timedelta(hours=36)
"""Of the last backup, when one is made every night."""
NO_KEY = (
    "FORUM_BACKUP_KEYS is empty: `flask keys new` prints a key for it."
    " With --plain, the backup is not encrypted."
)


def store_of(settings: Settings) -> Store:
    """Return where the installation's database lives."""
    return SqliteStore(settings) if settings.is_sqlite else PostgresqlStore(settings)


@contextmanager
def work_folder(settings: Settings) -> Iterator[Path]:
    """Lend an empty folder of ours, for one backup or restore at a time.

    It holds people's data for a moment; what one that was killed has left there goes first.
    Raises Refused while another one works.
    """
    folder = settings.instance / WORK
    with (settings.instance / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sentence = "Another backup or restore is at work. Wait for it, and try again."
            raise Refused(sentence) from None
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(0o700)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def make(settings: Settings, target: Path, work: Path, *, plain: bool, now: datetime) -> Manifest:
    """Write a backup of everything into `target`. Returns what is in it.

    Raises Refused when there is no key and none was waived, when the file is there already, or
    when the database cannot be read; there is no file then.
    """
    if not settings.backup_keys and not plain:
        raise Refused(NO_KEY)
    if target.exists():
        sentence = f"{target} is there already, and is left as it is."
        raise Refused(sentence)
    try:
        _remove_stale(target.parent)
        descriptor, name = tempfile.mkstemp(PARTIAL, ".", target.parent)
    except OSError as error:
        sentence = f"{target.parent} cannot be written to: {error.strerror}."
        raise Refused(sentence) from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            sealing = None if plain else Sealing(file, settings.backup_keys[0])
            manifest = _pack(settings, Packing(sealing or file), work, now=now)
            if sealing:
                sealing.finish()
            file.flush()
            os.fsync(file)
        _give_name(name, target)
    except OSError as error:
        sentence = f"{target} cannot be written: {error.strerror}."
        raise Refused(sentence) from None
    finally:
        Path(name).unlink(missing_ok=True)
    sync(target.parent)
    return manifest


def _give_name(partial: str, target: Path) -> None:
    """Give a file its name, and never over one that has come meanwhile where that can be had."""
    try:
        os.link(partial, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links, such as a share of Windows
        Path(partial).replace(target)


def _remove_stale(folder: Path) -> None:
    """Remove what backups into this folder that were killed have left: nobody has it locked."""
    for path in folder.glob(f".*{PARTIAL}"):
        with path.open("ab") as file, suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            path.unlink(missing_ok=True)


def _pack(settings: Settings, packing: Packing, work: Path, *, now: datetime) -> Manifest:
    store = store_of(settings)
    with store.copied(work) as copy:
        packing.add("database", copy.source)
    tombstones = settings.instance / "tombstones"
    with (tombstones if tombstones.exists() else Path(os.devnull)).open("rb") as file:
        packing.add("tombstones", file)
    return packing.finish(
        Manifest(
            engine=store.engine,
            schema=copy.schema,
            made_at=now.astimezone(UTC).isoformat(timespec="seconds"),
            versions={"python": platform.python_version(), **copy.versions},
            counts=copy.counts,
            parts={},
        )
    )


def note(settings: Settings, *, now: datetime) -> None:
    """Keep when the last backup was made, for `doctor`."""
    (settings.instance / LAST).write_text(now.astimezone(UTC).isoformat(timespec="seconds"))


def last_made_at(settings: Settings) -> datetime | None:
    """Return when this machine made its last backup; None when it has made none."""
    try:
        return datetime.fromisoformat((settings.instance / LAST).read_text())
    except (OSError, ValueError):
        return None


def is_late(made_at: datetime, *, now: datetime) -> bool:
    """Tell whether a nightly backup was missed."""
    return now - made_at > LONGEST_AGE


def kept_too_long(settings: Settings, *, now: datetime) -> list[Path]:
    """Return what restores have kept aside longer than we keep a backup."""
    oldest = (now - rules.BACKUPS).timestamp()
    kept = sorted(settings.instance.glob(f"{ASIDE}*"))
    return [path for path in kept if path.stat().st_mtime < oldest]


def is_left_behind(settings: Settings) -> bool:
    """Tell whether one that was killed has left people's data in the work folder."""
    if not (settings.instance / WORK).exists():
        return False
    with (settings.instance / LOCK).open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
