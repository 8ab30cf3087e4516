"""Putting a backup in place: everything is checked before anything is touched.

The order makes every instant safe to be killed in. What is there is kept aside first, then the
tombstones of both are one and what else has to be known is written beside the database, then that
changes in one step.
"""

from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from forum.config import Settings
from forum.operations.backups import making
from forum.operations.backups.archive import Manifest, is_plain, unpack
from forum.operations.backups.container import Opening, Refused
from forum.operations.backups.store import Store, sync
from forum.privacy.carried import waiting
from forum.privacy.carrying_actions import set_aside, set_back
from forum.sealed import key_id

EMPTY_ANYWAY = {"alembic_version", "heartbeat"}
"""Tables whose rows nobody would miss."""
Prepare = Callable[[Settings], None]


@dataclass(frozen=True)
class Restored:
    """What was put in place, and where that is now which was there before."""

    manifest: Manifest
    kept_aside: Path | None


@dataclass(frozen=True)
class Wish:
    """What the operator has said."""

    file: Path
    replacing: str
    """How many registrations she knows to be there now, as a word; empty when she said nothing."""
    plain: bool
    shut: str = ""
    """How many answers she knows to stay shut, because their key is lost."""


def restore(
    settings: Settings,
    wish: Wish,
    known_schemas: Collection[str],
    prepare: Prepare,
    *,
    now: datetime,
) -> Restored:
    """Put a backup in place of the database. `prepare` brings it to this release, and erases.

    The database must have no user but us. Raises Refused, and nothing has changed then.
    """
    store = making.store_of(settings)
    with making.work_folder(settings) as work:
        manifest = _checked(settings, store, wish, work, known_schemas)
        database = work / "database"
        store.require_unused()
        _require_word(store.counts(), wish.replacing)
        staged, waited = store.staged(database), waiting(settings.instance)
        if staged:
            _remember(settings, store, work / "tombstones")
            prepare(staged)
        kept_aside = _keep_aside(settings, store, work, wish, now=now)
        if not staged:
            _remember(settings, store, work / "tombstones")
        try:
            store.put(database)
        except Refused:  # it is still the database of before, which has told people all it says
            set_back(waited, settings.instance)
            raise
        if not staged:
            prepare(settings)
            store.forget()
    return Restored(manifest, kept_aside)


def _checked(
    settings: Settings, store: Store, wish: Wish, work: Path, known_schemas: Collection[str]
) -> Manifest:
    """Unpack a backup into the work folder, and check everything about it."""
    try:
        with wish.file.open("rb") as file:
            first = file.read(16)
            file.seek(0)
            if is_plain(first):
                if not wish.plain:
                    sentence = "This backup is not encrypted, so anyone may have altered it. "
                    raise Refused(sentence + "With --plain it is believed all the same.")
                manifest = unpack(file, work)
            else:
                manifest = unpack(Opening(file, settings.backup_keys), work)
    except OSError as error:
        sentence = f"{error.filename or wish.file}: {error.strerror}."
        raise Refused(sentence) from None
    if manifest.engine != store.engine:
        sentence = f"This backup is of {manifest.engine}; the database here is {store.engine}."
        raise Refused(sentence)
    if manifest.schema not in known_schemas:
        sentence = "This backup was made by a newer release: install that one first."
        raise Refused(sentence)
    store.check(work / "database", manifest)
    _require_data_keys(settings, store.sealed_under(work / "database"), wish.shut)
    return manifest


def _require_data_keys(settings: Settings, sealed: Counter[str], said: str) -> None:
    """Raise Refused unless all that is encrypted opens here, or the operator knows that it won't.

    The keys by which we know again who has died are encrypted under data keys, too.
    """
    known = {key_id(key) for key in settings.data_keys}
    lost = {name: number for name, number in sealed.items() if name not in known}
    number = str(sum(lost.values()))
    if lost and said != number:
        sentence = (
            "This backup needs data keys that are not in FORUM_DATA_KEYS:"
            f" {', '.join(sorted(lost))}. Without them {number} answers stay shut, and who has"
            f" died may not be known again. If they are lost for good, add --leave-shut {number}"
        )
        raise Refused(sentence)


def _require_word(counts: dict[str, int] | None, said: str) -> None:
    """Raise Refused unless nothing is there, or the operator has said how much is."""
    word = "unreadable" if counts is None else str(counts.get("registration", 0))
    if not _is_something(counts) or said == word:
        return
    what = (
        "There is a database here that cannot be read."
        if counts is None
        else f"There is a database here already, with {word} registrations."
    )
    raise Refused(f"{what} To keep it aside and replace it, add --replacing {word}")


def _is_something(counts: dict[str, int] | None) -> bool:
    if counts is None:
        return True
    return any(number for table, number in counts.items() if table not in EMPTY_ANYWAY)


def _keep_aside(
    settings: Settings, store: Store, work: Path, wish: Wish, *, now: datetime
) -> Path | None:
    """Keep what is there as a backup in the instance folder. Returns where, if anything is."""
    counts = store.counts()
    if not _is_something(counts):
        return None
    ending = "" if counts is None else ".backup"
    name = f"{making.ASIDE}{now.astimezone(UTC):%Y%m%d-%H%M%S}"
    target = next(
        path
        for number in count(1)
        if not (path := settings.instance / f"{name}-{number}{ending}").exists()
    )
    if counts is None:
        store.keep_files(target)
        return target
    plain = wish.plain and not settings.backup_keys
    making.make(settings, target, work, plain=plain, now=now)
    return target


def _remember(settings: Settings, store: Store, tombstones: Path) -> None:
    """Set aside, beside the database, what the restored one has to know from the one before it."""
    _merge_tombstones(settings, store, tombstones)
    try:
        set_aside(replace(store.carried(), is_restored=True), settings.instance)
    except OSError as error:
        sentence = f"{settings.instance} cannot be written to: {error.strerror}."
        raise Refused(sentence) from None


def _merge_tombstones(settings: Settings, store: Store, other: Path) -> None:
    """Let our file know whoever was erased, by the backup and by the database that is there.

    Lines are only added: nobody who was ever erased is forgotten.
    """
    ours = settings.instance / "tombstones"
    known = set(ours.read_bytes().split()) if ours.exists() else set()
    others = {each.encode() for each in store.tombstones()} | set(other.read_bytes().split())
    if others <= known:
        return
    with ours.open("ab") as file:
        file.write(b"".join(b"\n%s\n" % each for each in sorted(others - known)))
    sync(ours)
