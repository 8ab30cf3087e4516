"""What tests of the house itself stand on."""

import shutil
from pathlib import Path

import pytest

from tests.engines import MIGRATIONS

DATABASES = {"app", "engine", "live", "postgresql_engine", "settings", "sqlite_engine"}
"""Fixtures that bring a database."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that only read the house: `make check` runs them."""
    for item in items:
        needs = DATABASES.intersection(item.fixturenames) or item.get_closest_marker("real_time")
        if item.path.is_relative_to(Path(__file__).parent) and not needs:
            item.add_marker("static")


@pytest.fixture
def migrations_copy(tmp_path) -> Path:
    """Return a copy of our migrations to which a test may add one."""
    return Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))
