"""An installation with a backup key, and its two commands as an operator runs them."""

import pytest

from forum.db import db
from tests.stored import look_again

KEY = "YmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmJiYmI="
OTHER_KEY = "Y2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2NjY2M="


@pytest.fixture
def overrides():
    return {"backup_keys": (KEY,)}


@pytest.fixture
def run(app):
    """Return a way to run a command: its exit code, and what it says."""

    def run(*words) -> tuple[int, str]:
        db.session.remove()
        result = app.test_cli_runner().invoke(args=[str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        look_again()
        return result.exit_code, result.output

    return run


@pytest.fixture
def file(tmp_path):
    return tmp_path / "forum.backup"


@pytest.fixture
def ada(make):
    """Return Ada, who has a place at a forum and told us what she needs."""
    return make.registration(make.event(capacity=10), name="Ada", needs="wheelchair")


@pytest.fixture
def boris(make, ada):
    return lambda: make.registration(ada.event, name="Boris", email="boris@people.example")
