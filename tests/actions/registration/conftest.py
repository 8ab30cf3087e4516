"""Ada, who told us something."""

import pytest

from forum.registration.models import Registration


@pytest.fixture
def ada(make) -> Registration:
    return make.registration(
        make.event(),
        name="Ada Q. Trialrun",
        email="ada@people.example",
        phone="+16175550100",
        needs="A wheelchair",
    )
