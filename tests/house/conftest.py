"""What tests of the house itself stand on."""

import shutil
from pathlib import Path

import pytest

from tests.engines import MIGRATIONS


@pytest.fixture
def migrations_copy(tmp_path) -> Path:
    """Return a copy of our migrations to which a test may add one."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))
