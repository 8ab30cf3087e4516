"""Her pages promise an email only where one goes."""

from datetime import timedelta

import pytest

from forum.events.models import Mode
from tests.actions.notices.slips import mail_goes_out, sent_to
from tests.my import my

pytestmark = pytest.mark.sqlite_is_enough
SAYS = ("is on its way", "An email says so")


def is_promised(page) -> bool:
    return any(each in page.text for each in SAYS)


@pytest.fixture
def event(make):
    event = make.event(slug="forum-2027")
    hour = timedelta(hours=1)
    make.session(event, room=make.room(), starts_at=event.ends_at - hour, ends_at=event.ends_at)
    return event


@pytest.fixture
def ada(make, event):
    ada = make.registration(event, name="Ada", email="ada@people.example")
    make.welcome(ada)
    return ada


def runs_late(event, today) -> None:
    today.move_to(event.ends_at + timedelta(minutes=10))


def test_who_gives_up_her_place_while_it_runs_late_is_promised_no_mail(
    app, visitor, make, event, today
):
    runs_late(event, today)
    ines = make.registration(event, name="Ines", mode=Mode.WEBCAST)
    make.welcome(ines)
    form = visitor.get(my(ines, "cancel")).form(my(ines, "cancel"))
    page = visitor.get(visitor.post(my(ines, "cancel"), form))
    mail_goes_out(app)
    assert (is_promised(page), sent_to(ines)[1:]) == (False, [])


def test_who_changes_to_the_webcast_while_it_runs_late_is_promised_no_mail(
    app, visitor, event, ada, today
):
    today.move_to(event.ends_at - timedelta(minutes=10))
    form = visitor.get(my(ada, "mode?to=webcast")).form(my(ada, "mode"))
    runs_late(event, today)
    page = visitor.get(visitor.post(my(ada, "mode"), form))
    mail_goes_out(app)
    assert (is_promised(page), sent_to(ada)[1:]) == (False, [])


def test_nobody_is_put_on_a_waitlist_once_the_event_is_over(app, visitor, make, today):
    event = make.event(capacity=0)
    ines = make.registration(event, name="Ines", mode=Mode.WEBCAST)
    today.move_to(event.ends_at + timedelta(hours=1))

    page = visitor.get(my(ines, "mode?to=in_person"))

    assert "When it is your turn, we write to you." not in page.text
