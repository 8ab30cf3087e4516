"""An installation with a backup key, and its two commands as an operator runs them."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask

from forum.config import Settings
from forum.db import db
from tests.stored import look_again

KEY = "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI="
OTHER_KEY = "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2M="


@pytest.fixture
def overrides():
    return {"backup_keys": (KEY,)}


def refused(*sentences: str) -> tuple[int, str]:
    """Return how a command ends that did nothing, and says why."""
    return 1, " ".join(sentences) + "\n"


@dataclass(frozen=True)
class Operator:
    """Someone with a shell, and a file. Each command gives its exit code, and what it says."""

    app: Flask
    settings: Settings
    file: Path

    @property
    def folder(self) -> Path:
        return self.settings.instance

    def backs_up(self, *words) -> tuple[int, str]:
        return self.runs("backup", self.file, *words)

    def restores(self, *words) -> tuple[int, str]:
        return self.runs("restore", self.file, *words)

    def has_keys(self, *keys: str) -> None:
        self.app.extensions["forum"] = replace(self.settings, backup_keys=keys)

    def has_data_keys(self, *keys: str) -> None:
        self.app.extensions["forum"] = replace(self.settings, data_keys=keys)

    def runs(self, *words) -> tuple[int, str]:
        db.session.remove()
        result = self.app.test_cli_runner().invoke(args=[str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        look_again()
        return result.exit_code, result.output


@pytest.fixture
def operator(app, settings, tmp_path) -> Operator:
    return Operator(app, settings, tmp_path / "forum.backup")


@pytest.fixture
def ada(make):
    """Return Ada, who has a place at a forum and told us what she needs."""
    return make.registration(make.event(capacity=10), name="Ada", needs="wheelchair")


@pytest.fixture
def boris(make, ada):
    return lambda: make.registration(ada.event, name="Boris", email="boris@people.example")
