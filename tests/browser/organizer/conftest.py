"""The desk of a forum that people are registered for."""

from datetime import timedelta

import pytest

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.events.models import Mode
from forum.registration.models import CareState, InviteLink, Status


@pytest.fixture
def event(make):
    event = make.event(slug="forum-2027")
    make.session(event, room=make.room(), track=make.track(), speakers=(make.speaker(),))
    return event


@pytest.fixture
def petra(make, event):
    return make.organizer(email="petra@lantern.example", role=OrganizerRole.OWNER)


@pytest.fixture
def ada(make, event):
    make.reminder(event, "P7D", local_time="10:00")
    make.registration(event, name="Greta Nomail", email=None, mode=Mode.PHONE)
    make.registration(event, name="Ione", care_state=CareState.REMEMBERED)
    wim = make.registration(event, name="Wim", status=Status.WAITLISTED)
    make.offer(wim, ends_at=clock.now() + timedelta(days=2))
    make.registration(event, name="Xenia", status=Status.WAITLISTED, wants_offers=False)
    link = {"label": "Speakers", "lifts": ("capacity",), "uses_left": 3, "created_at": clock.now()}
    make._keep(InviteLink(event=event, organizer=make.organizer(), **link))
    return make.registration(event, name="=Ada Trialrun", needs="wheelchair", phone="+16175550142")
