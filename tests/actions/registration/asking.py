"""Asking for a place as a registration form does."""

from forum.db import transaction
from forum.events.models import Mode
from forum.registration import actions
from forum.registration.requests import Request
from tests.rush import NOW


def asks(name="Ada Q. Trialrun", email="ada@people.example", mode=Mode.IN_PERSON, **answers):
    return Request(name=name, email=email, mode=mode, timezone="America/New_York", **answers)


def register(event, request=None, *, now=NOW, **others):
    with transaction():
        return actions.register(event, request or asks(), now=now, **others)
