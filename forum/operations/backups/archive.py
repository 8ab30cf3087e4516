"""What a backup holds: the database, the tombstones, and a manifest that says what is whole.

It is a tar file, encrypted or not. Each part lies in it in pieces, so that it can be written as
it comes; `tar xf` and `cat database/*` give back the database. The manifest stands at the end.
"""

import hashlib
import json
import re
import tarfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from forum.operations.backups.container import Damaged, Incoming, Outgoing, Refused

FORMAT = 1
PIECE = 4 * 1024 * 1024
PARTS = ("database", "tombstones")
"""The files of a backup. Tombstones are those of the instance folder."""
ABOUT, MANIFEST, CHECKSUM = "about.json", "manifest.json", "manifest.sha256"
LARGEST_NOTE = 1024 * 1024
MALFORMED = (KeyError, ValueError, TypeError, AttributeError, RecursionError)
"""What reading notes raises that are not ours."""


@dataclass(frozen=True)
class Manifest:
    """What is in a backup, and of what release and engine it is. Numbers, and nobody's name."""

    engine: str
    schema: str
    """The newest migration that the database had."""
    made_at: str
    versions: Mapping[str, str]
    counts: Mapping[str, int]
    """Rows by table."""
    parts: Mapping[str, tuple[int, str]]
    """Bytes and SHA-256 of each part."""
    format: int = FORMAT


class Packing:
    """A backup that is being written."""

    def __init__(self, sink: Outgoing) -> None:
        """Begin with the number of the format, which any release can read."""
        self._tar = tarfile.open(fileobj=cast("Any", sink), mode="w|")  # noqa: SIM115 - closed by `finish`
        self._parts: dict[str, tuple[int, str]] = {}
        self._member(ABOUT, json.dumps({"format": FORMAT}).encode())

    def add(self, part: str, source: Incoming) -> None:
        """Write a part as it comes."""
        size, digest = 0, hashlib.sha256()
        for number in range(1, 1_000_000):
            piece = source.read(PIECE)
            if not piece:
                break
            size += len(piece)
            digest.update(piece)
            self._member(f"{part}/{number:06}", piece)
        self._parts[part] = (size, digest.hexdigest())

    def finish(self, manifest: Manifest) -> Manifest:
        """Write the manifest, and with it that all is there. Returns it with its parts."""
        manifest = replace(manifest, parts=self._parts)
        words = json.dumps(asdict(manifest), indent=1).encode()
        self._member(MANIFEST, words)
        self._member(CHECKSUM, hashlib.sha256(words).hexdigest().encode())
        self._tar.close()
        return manifest

    def _member(self, name: str, octets: bytes) -> None:
        member = tarfile.TarInfo(name)
        member.size, member.mode = len(octets), 0o600
        self._tar.addfile(member, BytesIO(octets))


def unpack(source: Incoming, folder: Path) -> Manifest:
    """Write the parts of a backup into a folder, each a file of its name, and check them all.

    Raises Refused for one of a newer release, Damaged for anything that is not as it was.
    """
    try:
        notes = _unpack(source, folder)
        while source.read(PIECE):  # to the mark at the end
            pass
        _require_known_format(notes)
        if hashlib.sha256(notes[MANIFEST]).hexdigest().encode() != notes[CHECKSUM]:
            raise Damaged
        said = json.loads(notes[MANIFEST])
        parts = {name: (size, digest) for name, (size, digest) in said["parts"].items()}
        manifest = Manifest(**said | {"parts": parts})
    except (tarfile.TarError, EOFError, *MALFORMED):
        raise Damaged from None
    found = {part: _measured(folder / part) for part in PARTS}
    if found != manifest.parts:
        raise Damaged
    return manifest


def _unpack(source: Incoming, folder: Path) -> dict[str, bytes]:
    """Write the pieces, in their order. Returns the notes beside them, by name."""
    notes: dict[str, bytes] = {}
    after: dict[str, int] = dict.fromkeys(PARTS, 0)
    for part in PARTS:
        (folder / part).touch(0o600)
    with tarfile.open(fileobj=cast("Any", source), mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member)
            part, _, number = member.name.partition("/")
            if content is None or member.size > max(PIECE, LARGEST_NOTE):
                raise Damaged
            if member.name in {ABOUT, MANIFEST, CHECKSUM}:
                notes[member.name] = content.read()
                _require_known_format(notes)
            elif part in after and number == f"{after[part] + 1:06}":
                after[part] += 1
                with (folder / part).open("ab") as file:
                    file.write(content.read())
            else:
                raise Damaged
    return notes


def _require_known_format(notes: Mapping[str, bytes]) -> None:
    newest = 0
    with suppress(*MALFORMED):
        newest = int(json.loads(notes[ABOUT])["format"])
    if newest == FORMAT:
        return
    if newest > FORMAT:
        sentence = "This backup was made by a newer release: install that one first."
        raise Refused(sentence)
    raise Damaged


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def is_plain(first: bytes) -> bool:
    """Tell by its first bytes whether a backup is not encrypted: a tar file names a member."""
    return re.match(rb"about\.json\0", first) is not None
