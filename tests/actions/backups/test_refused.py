"""A file that is not right, or no word where people are: refused before anything is touched."""

import hashlib
import tarfile
from io import BytesIO

import pytest

from forum.db import db
from forum.operations.backups.archive import Packing
from forum.privacy.key_queries import values_by_key
from forum.sealed import key_id
from tests.actions.backups.conftest import OTHER_KEY, refused
from tests.stored import registered


def everything(settings) -> object:
    """Return all that a restore could touch: every row, and our files."""
    db.session.rollback()
    with db.engine.connect() as connection:
        tables = {
            name: connection.execute(table.select()).all()
            for name, table in db.metadata.tables.items()
        }
    files = {
        path.name: path.read_bytes() if path.is_file() else None
        for path in settings.instance.iterdir()
        if not path.name.startswith("forum.") and path.name not in {"backup.lock", "static"}
    }
    return tables, files


@pytest.mark.parametrize("said", [(), ("--replacing", "2"), ("--replacing", "yes")])
def test_people_who_are_there_are_not_replaced_without_their_number(operator, said, ada):
    operator.backs_up()
    before = everything(operator.settings)

    assert operator.restores(*said) == refused(
        "There is a database here already, with 1 registrations.",
        "To keep it aside and replace it, add --replacing 1",
    )
    assert everything(operator.settings) == before


def altered(file, place: int) -> None:
    octets = bytearray(file.read_bytes())
    octets[place] ^= 0x10
    file.write_bytes(octets)


def cut(file, length: int) -> None:
    file.write_bytes(file.read_bytes()[:length])


DAMAGED = "This file is damaged or was cut short. Use another backup."
PLACES = [0.1, 0.5, 0.9, 0.999]


@pytest.mark.parametrize("plain", [(), ("--plain",)])
@pytest.mark.parametrize("change", ["altered", "cut"])
@pytest.mark.parametrize("where", PLACES)
def test_a_damaged_file_is_refused_before_anything_is_touched(operator, where, change, plain, ada):
    operator.backs_up(*plain)
    before = everything(operator.settings)
    length = operator.file.stat().st_size
    if plain:  # what stands at the end of a tar file are nulls that mean nothing
        with tarfile.open(operator.file) as tar:
            length = tar.getmember("manifest.sha256").offset_data + 64
    {"altered": altered, "cut": cut}[change](operator.file, int(length * where))

    assert operator.restores("--replacing", "1", *plain) == refused(DAMAGED)
    assert everything(operator.settings) == before


def rewritten(file, change) -> None:
    """Write a plain backup anew with other words in its notes, and a checksum that fits them."""
    with tarfile.open(file) as tar:
        members = [(each.name, tar.extractfile(each).read()) for each in tar]
    notes = {name: change(name, octets) for name, octets in members}
    notes["manifest.sha256"] = hashlib.sha256(notes["manifest.json"]).hexdigest().encode()
    with tarfile.open(file, "w") as tar:
        for name, octets in notes.items():
            member = tarfile.TarInfo(name)
            member.size = len(octets)
            tar.addfile(member, BytesIO(octets))


NEWER = "This backup was made by a newer release: install that one first."


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (b'"format": 1', b'"format": 2', NEWER),
        (b'"schema": "0', b'"schema": "9', NEWER),
        (b'"registration": 1', b'"registration": 2', DAMAGED),
        (b'"database": [', b'"upload": [', DAMAGED),
        (b'"counts"', b'"others"', DAMAGED),
    ],
)
def test_a_backup_that_does_not_fit_is_refused(operator, before, after, said, ada):
    operator.backs_up("--plain")
    rewritten(
        operator.file,
        lambda name, octets: octets.replace(before, after) if name.endswith(".json") else octets,
    )
    stored = everything(operator.settings)
    if b"registration" in before and not operator.settings.is_sqlite:
        return  # only a server could count the rows of a dump

    assert operator.restores("--replacing", "1", "--plain") == refused(said)
    assert everything(operator.settings) == stored


def test_a_backup_of_the_other_engine_is_refused(operator, ada):
    operator.backs_up("--plain")
    here, there = "sqlite", "postgresql"
    if not operator.settings.is_sqlite:
        here, there = there, here
    rewritten(
        operator.file,
        lambda name, octets: octets.replace(
            f'"engine": "{here}"'.encode(), f'"engine": "{there}"'.encode()
        ),
    )

    assert operator.restores("--replacing", "1", "--plain") == refused(
        f"This backup is of {there}; the database here is {here}."
    )


def test_a_foreign_key_a_missing_file_and_one_of_another_kind_are_refused(operator, ada):
    operator.backs_up()
    before = everything(operator.settings)
    operator.has_keys(OTHER_KEY)

    assert operator.restores("--replacing", "1") == refused(
        "This backup is under another key, b969394a: put it into FORUM_BACKUP_KEYS."
    )
    missing = operator.file.with_name("missing")
    assert operator.runs("restore", missing) == refused(f"{missing}: No such file or directory.")
    operator.file.write_bytes(b"not ours" * 100)
    assert operator.restores() == refused("This is not a backup of ours.")
    assert everything(operator.settings) == before


def test_a_backup_whose_answers_would_stay_shut_is_refused_before_anything_is_touched(
    operator, ada
):
    operator.backs_up()
    before = everything(operator.settings)
    name, number = key_id(operator.settings.data_keys[0]), sum(values_by_key().values())
    operator.has_data_keys(OTHER_KEY)

    assert operator.restores("--replacing", "1") == refused(
        f"This backup needs data keys that are not in FORUM_DATA_KEYS: {name}.",
        f"Without them {number} answers stay shut, and who has died may not be known again.",
        f"If they are lost for good, add --leave-shut {number}",
    )
    assert operator.restores("--replacing", "1", "--leave-shut", number + 1)[0] == 1
    assert everything(operator.settings) == before

    operator.restores("--replacing", "1", "--leave-shut", number)
    assert [each.name for each in registered()] == ["Ada"]
    assert values_by_key()[name] == number
    operator.has_data_keys(OTHER_KEY, *operator.settings.data_keys)
    assert operator.restores("--replacing", "1")[0] == 0


def test_a_file_that_nobody_vouches_for_is_believed_only_by_word(operator, ada):
    operator.backs_up("--plain")
    before = everything(operator.settings)

    assert operator.restores("--replacing", "1") == refused(
        "This backup is not encrypted, so anyone may have altered it.",
        "With --plain it is believed all the same.",
    )
    assert everything(operator.settings) == before


def test_what_was_packed_by_nobody_is_not_unpacked(operator):
    with operator.file.open("wb") as out:
        packing = Packing(out)
        packing.add("../elsewhere", BytesIO(b"x"))
        packing._tar.close()

    assert operator.restores("--plain") == refused(DAMAGED)
    assert not (operator.file.parent / "elsewhere").exists()
