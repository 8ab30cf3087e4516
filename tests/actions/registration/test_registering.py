"""Registering: who has a place, who waits, who is refused, and what everyone hears."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.events.models import EventStatus, Mode
from forum.outbox.models import Message
from forum.registration import actions, refusals
from forum.registration.models import PairRule, Registration, Role, Source, Status
from forum.registration.requests import Companion, Overrides
from tests.actions.registration.asking import asks, register
from tests.rush import NOW
from tests.stored import told

DAY = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)


def test_a_registration_has_a_place_at_once_and_its_confirmation_in_the_outbox(make):
    event = make.event(capacity=1)

    outcome = register(event)

    assert (outcome.status, outcome.mode, outcome.line_number) == (
        Status.CONFIRMED,
        Mode.IN_PERSON,
        None,
    )
    assert told() == [("confirmation", "Ada Q. Trialrun")]
    assert outcome.registration.uid not in {event.uid, ""}
    assert event.gates[0].taken == 1


def test_when_the_room_is_full_the_next_waits_and_learns_her_number(make):
    event = make.event(capacity=1)
    register(event)

    second = register(event, asks("Boris", "boris@people.example"))
    third = register(event, asks("Cora", "cora@people.example"))

    assert (second.status, second.line_number) == (Status.WAITLISTED, 1)
    assert (third.status, third.line_number) == (Status.WAITLISTED, 2)
    assert told()[1:] == [("waitlist", "Boris"), ("waitlist", "Cora")]


def test_the_same_person_again_keeps_one_registration_and_hears_again_at_most_hourly(make):
    event = make.event()
    register(event)
    register(event, asks("  ada q.  TRIALRUN ", " Ada@People.example "))
    register(event, now=NOW + timedelta(minutes=59))
    assert told() == [("confirmation", "Ada Q. Trialrun")] * 2

    register(event, now=NOW + timedelta(hours=1))

    assert told() == [("confirmation", "Ada Q. Trialrun")] * 3
    assert [each.facts for each in db.session.query(Message)] == [
        {},
        {"again": True, "asked": True},
        {"again": True, "asked": True},
    ]
    assert db.session.query(Registration).count() == 1


def test_two_people_may_share_one_address(make):
    event = make.event()

    register(event, asks("Ada"))
    register(event, asks("Boris"))

    assert told() == [("confirmation", "Ada"), ("confirmation", "Boris")]


def test_the_same_form_twice_is_told_how_it_really_stands(make):
    event = make.event(capacity=1)
    register(event, asks("Boris", "boris@people.example"))
    first = register(event, asks(form_key="form-1"))

    again = register(event, asks(form_key="form-1"))

    assert again.registration is first.registration
    assert (again.status, again.line_number) == (Status.WAITLISTED, 1)


def test_a_form_sent_twice_is_answered_twice_when_registration_closes_in_between(make):
    event = make.event()
    boris = Companion(name="Boris", email=None, mode=Mode.IN_PERSON)
    asked = asks(form_key="hers", companion=boris)
    first = register(event, asked)
    event.gates[0].closes_at = NOW
    db.session.commit()

    again = register(event, asked)

    assert again.registration is first.registration
    assert again.companion.registration is first.companion.registration
    with pytest.raises(refusals.RegistrationClosed):
        register(event, asks(form_key="his"))


def test_a_stranger_who_repeats_a_request_is_told_what_a_new_one_would_be(make):
    event = make.event(capacity=1)
    register(event, asks(form_key="hers"))

    stranger = register(event, asks(form_key="his"))

    assert stranger.registration is None
    assert (stranger.status, stranger.line_number) == (Status.WAITLISTED, 1)


def test_a_second_request_never_alters_the_first(make):
    event = make.event()
    first = register(event, asks(needs="wheelchair", form_key="hers")).registration

    register(event, asks(mode=Mode.WEBCAST, needs="none", phone="+16175550100"))

    assert (first.mode, first.needs, first.phone) == (Mode.IN_PERSON, "wheelchair", "")


def test_answers_are_kept_and_the_private_ones_are_sealed(make):
    event = make.event()

    registration = register(
        event,
        asks(
            roles=(Role.PATIENT, Role.CLINICIAN),
            phone="+16175550100",
            needs="large print",
            food="soft",
            question="What helps with sleep?",
            quiet_days=("tue", "wed"),
            is_first_time=True,
            wants_certificate=True,
        ),
    ).registration

    db.session.expire_all()
    assert (registration.phone, registration.needs) == ("+16175550100", "large print")
    assert (registration.food, registration.question) == ("soft", "What helps with sleep?")
    assert registration.roles == ("patient", "clinician")
    assert registration.quiet_days == ("tue", "wed")
    assert registration.is_first_time
    assert registration.wants_certificate
    assert "large print" not in registration.needs_sealed


@pytest.mark.parametrize(
    ("roles", "choice", "is_discreet"),
    [
        ((), None, True),
        ((Role.PATIENT,), None, True),
        ((Role.CLINICIAN,), None, False),
        ((Role.PATIENT, Role.CLINICIAN), None, True),
        ((Role.PATIENT, Role.CLINICIAN), False, False),
        ((Role.CLINICIAN,), True, True),
        ((Role.PATIENT,), False, False),
    ],
)
def test_everyone_but_mere_clinicians_is_discreet_unless_she_chooses(
    make, roles, choice, is_discreet
):
    request = asks(roles=roles, is_discreet=choice)

    assert register(make.event(), request).registration.is_discreet is is_discreet


def test_a_companion_has_a_registration_and_an_email_of_his_own(make):
    event = make.event()

    outcome = register(event, asks(companion=Companion(name="Boris", email="boris@people.example")))

    companion = outcome.companion.registration
    assert companion.companion_of is outcome.registration
    assert (companion.name, companion.email) == ("Boris", "boris@people.example")
    assert told() == [("confirmation", "Ada Q. Trialrun"), ("confirmation", "Boris")]
    assert event.gates[0].taken == 2


def test_a_companion_without_an_address_shares_hers(make):
    outcome = register(make.event(), asks(companion=Companion(name="Boris")))

    assert outcome.companion.registration.email == "ada@people.example"


def test_a_companion_who_stayed_is_with_her_again_when_she_comes_back(make):
    event = make.event()
    pair = asks(companion=Companion(name="Boris", email="boris@people.example"))
    boris = register(event, pair).companion.registration
    with transaction():
        actions.cancel(boris.companion_of, now=NOW)

    back = register(event, pair)

    assert boris.companion_of is back.registration


def test_nobody_is_her_own_companion(make):
    with pytest.raises(refusals.CompanionIsAsker) as refused:
        register(make.event(), asks(companion=Companion(name="ADA Q. Trialrun")))

    assert refused.value.field == "companion_name"


@pytest.mark.parametrize(
    ("rule", "statuses"),
    [
        (PairRule.TOGETHER, (Status.WAITLISTED, Status.WAITLISTED)),
        (PairRule.EITHER, (Status.CONFIRMED, Status.WAITLISTED)),
    ],
)
def test_a_pair_and_one_place_left(make, rule, statuses):
    event = make.event(capacity=1)

    outcome = register(event, asks(companion=Companion(name="Boris"), pair_rule=rule))

    assert (outcome.status, outcome.companion.status) == statuses


@pytest.mark.parametrize(
    ("facts", "now", "refusal"),
    [
        ({"registration_opens_at": NOW + timedelta(days=1)}, NOW, refusals.NotOpenYet),
        ({"takes_registrations": False}, NOW, refusals.OnlyAnnounced),
        ({"status": EventStatus.CANCELLED}, NOW, refusals.EventCancelled),
        ({"status": EventStatus.DRAFT}, NOW, refusals.OnlyAnnounced),
        ({}, DAY + timedelta(days=1), refusals.EventOver),
    ],
)
def test_registering_is_refused_by_name(make, facts, now, refusal):
    event = make.event(**facts)

    with pytest.raises(refusal):
        register(event, now=now)

    assert db.session.query(Registration).count() == 0


def test_one_mode_closes_and_the_others_stay_open(make):
    event = make.event()
    event.gates[0].closes_at = NOW
    db.session.commit()

    with pytest.raises(refusals.RegistrationClosed):
        register(event)

    assert register(event, asks(mode=Mode.WEBCAST)).status == Status.CONFIRMED


def test_a_mode_that_is_not_offered_is_refused(make):
    with pytest.raises(refusals.ModeNotOffered):
        register(make.webcast())


def test_an_organizer_registers_someone_who_is_called(make):
    event, petra = make.event(), make.organizer()

    outcome = register(
        event, asks("Greta Nomail", None, Mode.PHONE, phone="+16175550100"), by=petra
    )

    assert (outcome.registration.email, outcome.registration.source) == (None, Source.ORGANIZER)
    assert told() == []
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.organizer_id) == (Action.REGISTERED_BY_PHONE, petra.id)


def test_an_organizer_may_set_limits_aside_and_it_is_written_down(make):
    event, petra = make.event(capacity=1, registration_opens_at=DAY), make.organizer()
    make.registration(event)
    make.registration(event, status=Status.WAITLISTED)

    outcome = register(event, by=petra, overrides=Overrides(opening=True, capacity=True))

    assert outcome.status == Status.CONFIRMED
    assert (event.gates[0].capacity, event.gates[0].taken) == (2, 2)
    facts = [entry.facts for entry in db.session.query(AuditEntry).order_by(AuditEntry.id)]
    assert facts == [
        {"event": event.id, "mode": "in_person", "from": 1, "to": 2},
        {"mode": "in_person", "status": "confirmed", "overrides": ["opening", "capacity"]},
    ]


def test_two_who_register_by_phone_with_one_form_are_two(make):
    event = make.event()
    for name in ("Ada", "Boris", "Ada"):
        register(event, asks(name, None, form_key="the same form"), by=make.organizer())

    assert [each.name for each in db.session.query(Registration).order_by(Registration.id)] == [
        "Ada",
        "Boris",
    ]


def test_a_link_is_sent_to_who_is_known_at_most_hourly(make):
    make.registration(make.event(), name="Ada", email="ada@people.example")

    for minutes in (0, 5, 59, 61):
        with transaction():
            actions.send_link("ada@people.example", now=NOW + timedelta(minutes=minutes))

    assert told() == [("my_link", "Ada"), ("my_link", "Ada")]


def test_nothing_is_sent_to_who_is_unknown_or_has_cancelled(make):
    event = make.event()
    make.registration(event, email="boris@people.example", status=Status.CANCELLED)

    for email in ("nobody@people.example", "boris@people.example"):
        with transaction():
            actions.send_link(email, now=NOW)

    assert told() == []
