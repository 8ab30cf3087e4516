"""Ada, an email that was sent to her, and a mailbox for what comes back."""

import mailbox

import pytest

from forum import clock
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration


@pytest.fixture
def maildir(tmp_path) -> mailbox.Maildir:
    return mailbox.Maildir(tmp_path / "bounces")


@pytest.fixture
def event(make):
    return make.event()


@pytest.fixture
def ada(make, event) -> Registration:
    return make.registration(event, name="Ada", email="ada@people.example", phone="+16175550100")


@pytest.fixture
def sent(queue):
    """Return a way to have an email that has been sent."""

    def sent(person, email="confirmation", **values) -> Message:
        values = {"state": MessageState.SENT, "sent_at": clock.now(), **values}
        return queue(email, person, **values)

    return sent
