"""What is made for a browser to see is made where it is served."""

import pytest

from tests.make import Make

pytest.register_assert_rewrite("tests.browser.looking")


@pytest.fixture
def make(live) -> Make:
    """Return the factories; what they make is served at a real address."""
    return Make()
