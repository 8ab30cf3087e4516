"""Changing what someone told us, and her link: each rule, on both engines."""

import pytest

from forum.audit.models import Action, AuditEntry
from forum.care.models import Task
from forum.db import db, transaction
from forum.errors import ChangedMeanwhile, Missing
from forum.registration import refusals
from forum.registration.models import CareState, Status
from forum.registration.my.details import actions as details
from tests.rush import NOW
from tests.stored import deeds, emails


def change(registration, *, version=None, by=None, **wanted) -> list[str]:
    with transaction():
        return details.change(
            registration, wanted, version=version or registration.version, now=NOW, by=by
        )


def test_the_history_names_what_changed_and_never_what_it_says(ada):
    names = change(ada, name="Ada Byron", needs="A seat near the door", food="")

    assert names == ["name", "needs"]
    assert (ada.name, ada.name_key, ada.needs) == ("Ada Byron", "adabyron", "A seat near the door")
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


def test_another_language_reaches_her_calendar_where_the_title_has_one(make):
    event = make.event(in_spanish={"quiet_title": "Día de primavera"})
    ada, cora = make.registration(event), make.registration(make.event())

    assert [change(each, language="es") for each in (ada, cora)] == [["language"]] * 2
    assert (ada.sequence, cora.sequence, emails()) == (1, 0, ["details_changed"])


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


def test_a_clinician_who_falls_ill_is_written_to_neutrally(make):
    ada = make.registration(make.event(), roles=("clinician",), is_discreet=False)

    assert change(ada, roles=("patient", "clinician")) == ["is_discreet", "roles"]
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
