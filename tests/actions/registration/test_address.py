"""Another email address: asked about, confirmed, refused, taken out; each rule, on both engines."""

from datetime import timedelta

import pytest

from forum import clock
from forum.audit.models import Action
from forum.care.models import Task
from forum.db import db, transaction
from forum.events.models import Mode
from forum.registration import refusals
from forum.registration.models import AddressChange
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions
from tests.rush import NOW
from tests.stored import deeds, emails


def ask(registration, email, *, now=NOW, **more) -> AddressChange | None:
    with transaction():
        return address_actions.ask(registration, email, now=now, **more)


def confirm(change_, *, now=NOW) -> None:
    with transaction():
        address_actions.confirm(change_, now=now)


def remove(registration) -> None:
    with transaction():
        address_actions.remove(registration, now=NOW)


def test_a_new_address_is_asked_about_and_changes_nothing_yet(ada):
    asked = ask(ada, "  Ada.New@People.Example ")

    assert asked.new_email == "ada.new@people.example"
    assert asked.expires_at - NOW == timedelta(hours=48)
    assert (ada.email, emails(), deeds()) == (
        "ada@people.example",
        ["confirm_address"],
        [(Action.ADDRESS_ASKED, {})],
    )


def test_a_confirmed_address_is_told_to_the_old_one_and_gets_the_date(ada):
    confirm(ask(ada, "new@people.example"))

    assert ada.email == "new@people.example"
    assert emails() == ["confirm_address", "address_changed", "details_changed"]
    assert deeds() == [(Action.ADDRESS_ASKED, {}), (Action.ADDRESS_CHANGED, {})]


def test_confirming_twice_changes_once(ada):
    asked = ask(ada, "new@people.example")

    confirm(asked)
    confirm(asked)

    assert [action for action, _facts in deeds()] == [Action.ADDRESS_ASKED, Action.ADDRESS_CHANGED]


def test_her_own_address_again_is_nothing_to_do(ada):
    assert ask(ada, "ADA@people.example") is None
    assert emails() == []


def test_the_same_question_again_is_mailed_at_most_hourly(ada):
    first = ask(ada, "new@people.example")
    second = ask(ada, "new@people.example")
    later = ask(ada, "new@people.example", now=NOW + timedelta(hours=1))

    assert first.id == second.id == later.id
    assert emails() == ["confirm_address", "confirm_address"]


def test_a_later_question_closes_the_earlier_one(ada):
    first = ask(ada, "typo@people.example")
    ask(ada, "new@people.example")

    with pytest.raises(refusals.QuestionClosed):
        confirm(first)

    assert ada.email == "ada@people.example"


@pytest.mark.parametrize(("hours", "is_late"), [(47.9, False), (48, True)])
def test_the_link_works_for_48_hours(ada, hours, is_late):
    asked = ask(ada, "new@people.example")
    now = NOW + timedelta(hours=hours)

    if is_late:
        with pytest.raises(refusals.QuestionClosed):
            confirm(asked, now=now)
    else:
        confirm(asked, now=now)

    assert ada.email == ("ada@people.example" if is_late else "new@people.example")


def test_strangers_are_written_to_at_most_five_times_a_day(ada):
    for number in range(5):
        ask(ada, f"new{number}@people.example")

    with pytest.raises(refusals.AskedTooOften):
        ask(ada, "new5@people.example")
    assert ask(ada, "new5@people.example", now=NOW + timedelta(days=1, minutes=1)) is not None


def test_asking_never_tells_that_the_address_is_known_and_confirming_is_refused(make, ada):
    make.registration(ada.event, name="Ada Q. Trialrun", email="new@people.example")

    asked = ask(ada, "new@people.example")
    with pytest.raises(refusals.PersonKnown):
        confirm(asked)

    assert ada.email == "ada@people.example"


def test_the_unique_index_stops_two_at_one_address(make, ada, monkeypatch):
    make.registration(ada.event, name="Ada Q. Trialrun", email="new@people.example")
    monkeypatch.setattr(details, "is_known", lambda *_, **__: False)
    asked = ask(ada, "new@people.example")

    with pytest.raises(refusals.PersonKnown):
        confirm(asked)

    assert ada.email == "ada@people.example"


def test_who_shares_her_mailbox_keeps_the_old_address(make, ada):
    boris = make.registration(ada.event, name="Boris", email="ada@people.example")

    confirm(ask(ada, "new@people.example", for_others=True))

    assert (ada.email, boris.email) == ("new@people.example", "ada@people.example")


def test_her_other_events_come_along_when_she_says_so(make, ada):
    elsewhere = make.registration(make.webcast(), name="Ada Q. Trialrun", email=ada.email)

    confirm(ask(ada, "new@people.example", for_others=True))

    assert elsewhere.email == "new@people.example"
    assert emails().count("address_changed") == 2


def test_her_other_events_stay_when_she_does_not(make, ada):
    elsewhere = make.registration(make.webcast(), name="Ada Q. Trialrun", email=ada.email)

    confirm(ask(ada, "new@people.example"))

    assert elsewhere.email == "ada@people.example"


def test_another_event_where_the_new_address_is_known_is_left_alone(make, ada):
    webcast = make.webcast()
    elsewhere = make.registration(webcast, name="Ada Q. Trialrun", email=ada.email)
    make.registration(webcast, name="Ada Q. Trialrun", email="new@people.example")

    confirm(ask(ada, "new@people.example", for_others=True))

    assert (ada.email, elsewhere.email) == ("new@people.example", "ada@people.example")


def test_someone_without_an_address_gains_one_and_no_old_one_is_told(make):
    cleo = make.registration(make.event(), email=None, phone="+16175550100", mode=Mode.PHONE)

    confirm(ask(cleo, "cleo@people.example"))

    assert cleo.email == "cleo@people.example"
    assert emails() == ["confirm_address", "details_changed"]
    assert db.session.query(Task).count() == 0


def test_she_takes_her_address_out_and_is_called_instead(ada):
    remove(ada)
    remove(ada)

    assert (ada.email, emails()) == (None, ["address_changed"])
    assert deeds() == [(Action.ADDRESS_CHANGED, {})]


def test_the_last_way_to_reach_her_is_not_taken_out(make):
    ada = make.registration(make.event(), email="ada@people.example")

    with pytest.raises(refusals.NoWayToReach):
        remove(ada)

    assert ada.email == "ada@people.example"


def test_a_question_asked_before_is_closed_when_the_address_is_taken_out(ada):
    asked = ask(ada, "new@people.example")
    remove(ada)

    with pytest.raises(refusals.QuestionClosed):
        confirm(asked, now=clock.now())

    assert ada.email is None
