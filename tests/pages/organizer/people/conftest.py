"""Two who come together."""

import pytest

from forum.events.models import Mode


@pytest.fixture
def ione(make, event):
    return make.registration(event, name="Ione Sample", email="ione@people.example")


@pytest.fixture
def jasper(make, event, ione):
    return make.registration(
        event, name="Jasper Sample", companion_of=ione, phone="+16175550142", mode=Mode.WEBCAST
    )
