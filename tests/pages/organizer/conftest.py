"""Petra at her desk, and the forum that she plans."""

import pytest

from forum import clock
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import CareState, Role
from tests.desk import OrganizerAtDesk


@pytest.fixture
def event(make):
    return make.event(title="Spring Forum", slug="forum-2027")


@pytest.fixture
def petra(make):
    return make.organizer(name="Petra Sandboxer")


@pytest.fixture
def desk(app, event, petra):
    return OrganizerAtDesk(app, petra)


@pytest.fixture
def people(make, event):
    """One of each care state, all in person; each has agreed to be invited again."""
    found = {}
    for state in CareState:
        found[state] = make.registration(
            event,
            name=f"{state.value.title()} Person",
            email=f"{state.value}@people.example",
            care_state=state,
            roles=(Role.PATIENT,),
            needs="wheelchair",
        )
        make._keep(
            Consent(
                registration=found[state],
                purpose=ConsentPurpose.NEXT_INVITATION,
                text_version="1",
                language="en",
                given_at=clock.now(),
            )
        )
    return found
