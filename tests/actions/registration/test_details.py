"""Changing what someone told us: each rule, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care.models import Task
from forum.db import db, transaction
from forum.errors import ChangedMeanwhile, Missing
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration import refusals
from forum.registration.models import AddressChange, CareState, Registration, Status
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.fixture
def ada(make) -> Registration:
    return make.registration(
        make.event(),
        name="Ada Q. Trialrun",
        email="ada@people.example",
        phone="+16175550100",
        needs="A wheelchair",
    )


def change(registration, *, version=None, by=None, **wanted) -> list[str]:
    with transaction():
        return details.change(
            registration, wanted, version=version or registration.version, now=NOW, by=by
        )


def ask(registration, email, *, now=NOW, **more) -> AddressChange | None:
    with transaction():
        return address_actions.ask(registration, email, now=now, **more)


def confirm(change_, *, now=NOW) -> None:
    with transaction():
        address_actions.confirm(change_, now=now)


def remove(registration) -> None:
    with transaction():
        address_actions.remove(registration, now=NOW)


def emails() -> list[str]:
    return [message.email for message in db.session.query(Message).order_by(Message.id)]


def deeds() -> list[tuple[Action, dict]]:
    found = db.session.query(AuditEntry).order_by(AuditEntry.id)
    return [(entry.action, entry.facts) for entry in found]


def test_the_history_names_what_changed_and_never_what_it_says(ada):
    names = change(ada, name="Ada Byron", needs="A seat near the door", food="")

    assert names == ["name", "needs"]
    assert (ada.name, ada.name_key, ada.needs) == ("Ada Byron", "ada byron", "A seat near the door")
    assert deeds() == [(Action.ANSWERS_CHANGED, {"changed": ["name", "needs"]})]
    assert emails() == []


def test_an_organizer_who_does_it_for_her_is_named_in_the_history(make, ada):
    petra = make.organizer()

    change(ada, by=petra, phone="+16175550199")

    assert db.session.query(AuditEntry).one().organizer_id == petra.id


def test_nothing_is_written_down_when_nothing_differs(ada):
    before = ada.version

    assert change(ada, name="Ada Q. Trialrun", needs="A wheelchair") == []
    assert (ada.version, deeds()) == (before, [])


def test_the_second_of_two_tabs_does_not_overwrite_the_first(ada):
    seen = ada.version
    change(ada, version=seen, needs="Large print")

    with pytest.raises(ChangedMeanwhile):
        change(ada, version=seen, needs="ASL")

    assert ada.needs == "Large print"


def test_sending_the_same_twice_is_no_conflict(ada):
    seen = ada.version
    change(ada, version=seen, needs="Large print")

    assert change(ada, version=seen, needs="Large print") == []


def test_she_cannot_take_the_name_of_another_registration_at_her_address(make, ada):
    make.registration(ada.event, name="Boris", email="ada@people.example")

    with pytest.raises(refusals.PersonKnown) as refused:
        change(ada, name="  BORIS ")

    assert refused.value.field == "name"
    assert ada.name == "Ada Q. Trialrun"


def test_the_unique_index_stops_two_of_a_name_who_come_at_once(make, ada, monkeypatch):
    make.registration(ada.event, name="Boris", email="ada@people.example")
    monkeypatch.setattr(details, "is_known", lambda *_, **__: False)

    with pytest.raises(refusals.PersonKnown):
        change(ada, name="Boris")

    assert ada.name == "Ada Q. Trialrun"


def test_the_name_of_someone_who_canceled_is_free(make, ada):
    make.registration(ada.event, name="Boris", email="ada@people.example", status=Status.CANCELLED)

    assert change(ada, name="Boris") == ["name"]


def test_someone_without_email_keeps_the_number_that_reaches_her(make):
    cleo = make.registration(make.event(), email=None, phone="+16175550100")

    with pytest.raises(refusals.NoWayToReach):
        change(cleo, phone="")

    assert cleo.phone == "+16175550100"


def test_full_titles_reach_her_calendar_by_one_update(ada):
    before = ada.sequence

    assert change(ada, is_discreet=False) == ["is_discreet"]
    assert (ada.sequence, emails()) == (before + 1, ["details_changed"])


def test_titles_that_are_the_same_change_no_calendar(make):
    event = make.event(title="Lantern spring day", quiet_title="Lantern spring day")
    ada = make.registration(event)

    change(ada, is_discreet=False)

    assert (ada.sequence, emails()) == (0, [])


def test_someone_who_waits_has_no_calendar_to_change(make):
    ada = make.registration(make.event(capacity=0), status=Status.WAITLISTED)

    change(ada, is_discreet=False)

    assert emails() == []


def test_nobody_is_called_because_of_a_title(make):
    ada = make.registration(make.event(), email=None, phone="+16175550100")

    change(ada, is_discreet=False)

    assert db.session.query(Task).count() == 0


def test_someone_who_is_no_clinician_after_all_is_written_to_neutrally(make):
    ada = make.registration(make.event(), roles=("clinician",), is_discreet=False)

    assert change(ada, roles=("patient",)) == ["is_discreet", "roles"]
    assert ada.is_discreet is True


def test_becoming_a_clinician_never_makes_the_words_fuller_by_itself(ada):
    change(ada, roles=("clinician",))

    assert ada.is_discreet is True


def test_her_own_choice_of_full_titles_survives_a_change_of_roles(make):
    ada = make.registration(make.event(), roles=("patient",), is_discreet=False)

    change(ada, roles=("caregiver",))

    assert ada.is_discreet is False


def test_only_an_organizer_corrects_the_details_of_a_remembered_person(make, ada):
    ada.care_state = CareState.REMEMBERED
    db.session.commit()

    with pytest.raises(refusals.TooLateToChange):
        change(ada, name="Ada Byron")
    assert change(ada, name="Ada Byron", by=make.organizer()) == ["name"]


def test_an_answer_to_someone_erased_meanwhile_finds_nothing(ada):
    number = ada.id
    db.session.commit()
    with db.engine.begin() as other:
        other.exec_driver_sql(f"DELETE FROM registration WHERE id = {number}")

    with pytest.raises(Missing):
        change(ada, version=1, name="Ada Byron")


def test_a_new_link_makes_both_her_links_new_and_is_mailed_once(ada):
    with transaction():
        details.renew_link(ada, now=NOW)

    assert (ada.link_version, ada.feed_version) == (2, 2)
    assert emails() == ["my_link"]
    assert deeds() == [(Action.LINK_RENEWED, {})]


def test_nobody_is_called_about_a_new_link(make):
    ada = make.registration(make.event(), email=None, phone="+16175550100")

    with transaction():
        details.renew_link(ada, now=NOW)

    assert db.session.query(Task).count() == 0


def test_a_new_address_is_asked_about_and_changes_nothing_yet(ada):
    asked = ask(ada, "  Ada.New@People.Example ")

    assert asked.new_email == "ada.new@people.example"
    assert asked.expires_at - NOW == timedelta(hours=48)
    assert (ada.email, emails(), deeds()) == ("ada@people.example", ["confirm_address"], [])


def test_a_confirmed_address_is_told_to_the_old_one_and_gets_the_date(ada):
    confirm(ask(ada, "new@people.example"))

    assert ada.email == "new@people.example"
    assert emails() == ["confirm_address", "address_changed", "details_changed"]
    assert deeds() == [(Action.ADDRESS_CHANGED, {})]


def test_confirming_twice_changes_once(ada):
    asked = ask(ada, "new@people.example")

    confirm(asked)
    confirm(asked)

    assert len(deeds()) == 1


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
