"""What is not ours is checked in as its makers published it, with version and licence."""

import hashlib
import json
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent.parent
FOLDERS = [HOUSE / "forum/static/vendor", HOUSE / "tests/vendor"]


@pytest.mark.parametrize("folder", FOLDERS, ids=["pages", "tests"])
def test_the_manifest_names_every_file_with_its_hash(folder):
    listed = {}
    for package in json.loads((folder / "manifest.json").read_text()):
        assert {"name", "version", "licence", "files"} <= set(package)
        listed |= package["files"]

    found = {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }
    assert listed == found
