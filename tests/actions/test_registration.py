"""Registering, changing one's mind, and cancelling, on both engines."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.events.models import EventStatus, Gate, Mode
from forum.outbox.models import Message
from forum.registration import actions, queries, refusals
from forum.registration.models import PairRule, Registration, Role, SessionPlace, Source, Status
from forum.registration.places import waiting
from forum.registration.requests import Companion, Overrides, Request

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
DAY = datetime(2027, 4, 24, 12, 15, tzinfo=UTC)


def asks(name="Ada Q. Trialrun", email="ada@people.example", mode=Mode.IN_PERSON, **answers):
    return Request(name=name, email=email, mode=mode, timezone="America/New_York", **answers)


def register(event, request=None, *, now=NOW, **others):
    with transaction():
        return actions.register(event, request or asks(), now=now, **others)


def emails():
    return [
        (message.email, message.registration.name)
        for message in db.session.query(Message).order_by(Message.id)
    ]


def test_a_registration_has_a_place_at_once_and_its_confirmation_in_the_outbox(make):
    event = make.event(capacity=1)

    outcome = register(event)

    assert (outcome.status, outcome.mode, outcome.line_number) == (
        Status.CONFIRMED,
        Mode.IN_PERSON,
        None,
    )
    assert emails() == [("confirmation", "Ada Q. Trialrun")]
    assert outcome.registration.uid == event.uid
    assert event.gates[0].taken == 1


def test_when_the_room_is_full_the_next_waits_and_learns_her_number(make):
    event = make.event(capacity=1)
    register(event)

    second = register(event, asks("Boris", "boris@people.example"))
    third = register(event, asks("Cora", "cora@people.example"))

    assert (second.status, second.line_number) == (Status.WAITLISTED, 1)
    assert (third.status, third.line_number) == (Status.WAITLISTED, 2)
    assert emails()[1:] == [("waitlist", "Boris"), ("waitlist", "Cora")]


def test_the_same_person_again_keeps_one_registration_and_hears_again_at_most_hourly(make):
    event = make.event()
    register(event)
    register(event, asks("  ada q.  TRIALRUN ", " Ada@People.example "))
    assert emails() == [("confirmation", "Ada Q. Trialrun")]

    register(event, now=NOW + timedelta(hours=1))

    assert emails() == [("confirmation", "Ada Q. Trialrun")] * 2
    assert db.session.query(Registration).count() == 1


def test_two_people_may_share_one_address(make):
    event = make.event()

    register(event, asks("Ada"))
    register(event, asks("Boris"))

    assert emails() == [("confirmation", "Ada"), ("confirmation", "Boris")]


def test_the_same_form_twice_is_told_how_it_really_stands(make):
    event = make.event(capacity=1)
    register(event, asks("Boris", "boris@people.example"))
    first = register(event, asks(form_key="form-1"))

    again = register(event, asks(form_key="form-1"))

    assert again.registration is first.registration
    assert (again.status, again.line_number) == (Status.WAITLISTED, 1)


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
        ((Role.PATIENT, Role.CLINICIAN), None, False),
        ((Role.CLINICIAN,), True, True),
        ((Role.PATIENT,), False, False),
    ],
)
def test_everyone_but_clinicians_is_discreet_unless_she_chooses(make, roles, choice, is_discreet):
    request = asks(roles=roles, is_discreet=choice)

    assert register(make.event(), request).registration.is_discreet is is_discreet


def test_a_companion_has_a_registration_and_an_email_of_his_own(make):
    event = make.event()

    outcome = register(event, asks(companion=Companion(name="Boris", email="boris@people.example")))

    companion = outcome.companion.registration
    assert companion.companion_of is outcome.registration
    assert (companion.name, companion.email) == ("Boris", "boris@people.example")
    assert emails() == [("confirmation", "Ada Q. Trialrun"), ("confirmation", "Boris")]
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


def test_who_cancels_leaves_her_place_to_the_first_in_line(make):
    event = make.event(capacity=1)
    ada = register(event).registration
    boris = register(event, asks("Boris", "boris@people.example")).registration
    cora = register(event, asks("Cora", "cora@people.example")).registration

    with transaction():
        actions.cancel(ada, now=NOW)

    assert (ada.status, ada.cancelled_at, ada.sequence) == (Status.CANCELLED, NOW, 1)
    assert (queries.open_offer(boris).size, queries.open_offer(cora)) == (1, None)
    assert (event.gates[0].taken, event.gates[0].held) == (0, 1)
    assert emails()[-2:] == [("cancellation", "Ada Q. Trialrun"), ("offer", "Boris")]


def test_cancelling_twice_is_harmless(make):
    event = make.event(capacity=5)
    ada = register(event).registration

    for _ in range(2):
        with transaction():
            actions.cancel(ada, now=NOW)

    assert event.gates[0].taken == 0
    assert emails() == [("confirmation", "Ada Q. Trialrun"), ("cancellation", "Ada Q. Trialrun")]


def test_who_comes_back_after_cancelling_has_a_fresh_calendar_identity(make):
    event = make.event()
    first = register(event).registration
    with transaction():
        actions.cancel(first, now=NOW)

    second = register(event).registration

    assert second.id != first.id
    assert second.uid != event.uid
    assert second.uid.endswith("@forum")


def test_she_moves_from_the_room_to_the_webcast_and_her_place_is_offered(make):
    event = make.event(capacity=1)
    ada = register(event).registration
    boris = register(event, asks("Boris", "boris@people.example")).registration

    with transaction():
        actions.change_mode(ada, Mode.WEBCAST, now=NOW)

    assert (ada.mode, ada.status, ada.sequence) == (Mode.WEBCAST, Status.CONFIRMED, 1)
    assert queries.open_offer(boris).mode == Mode.IN_PERSON
    assert [(gate.taken, gate.held) for gate in event.gates] == [(0, 1), (1, 0), (0, 0)]
    assert emails()[-2:] == [("mode_changed", "Ada Q. Trialrun"), ("offer", "Boris")]


def test_changing_to_the_mode_she_has_changes_nothing(make):
    ada = register(make.event()).registration

    with transaction():
        actions.change_mode(ada, Mode.IN_PERSON, now=NOW)

    assert ada.sequence == 0


def test_she_keeps_her_webcast_place_and_waits_when_the_room_is_full(make):
    event = make.event(capacity=1)
    make.registration(event)
    ada = register(event, asks(mode=Mode.WEBCAST)).registration

    with transaction():
        actions.change_mode(ada, Mode.IN_PERSON, now=NOW)

    assert (ada.mode, ada.status, ada.waits_for) == (
        Mode.WEBCAST,
        Status.CONFIRMED,
        Mode.IN_PERSON,
    )
    assert (queries.line_number(ada), ada.sequence) == (1, 0)
    assert emails()[-1] == ("waitlist", "Ada Q. Trialrun")


def test_asking_again_for_a_full_room_keeps_her_number_and_says_nothing_new(make):
    event = make.event(capacity=1)
    make.registration(event)
    ada = register(event, asks(mode=Mode.WEBCAST)).registration
    with transaction():
        actions.change_mode(ada, Mode.IN_PERSON, now=NOW)
    number, told = ada.wait_no, emails()

    with transaction():
        actions.change_mode(ada, Mode.IN_PERSON, now=NOW)

    assert (ada.wait_no, emails()) == (number, told)


def test_someone_who_waits_takes_the_webcast_at_once_and_goes_on_waiting(make):
    event = make.event(capacity=1)
    make.registration(event)
    ada = register(event).registration
    number = ada.wait_no

    with transaction():
        actions.change_mode(ada, Mode.WEBCAST, now=NOW)

    assert (ada.mode, ada.status) == (Mode.WEBCAST, Status.CONFIRMED)
    assert (ada.waits_for, ada.wait_no) == (Mode.IN_PERSON, number)
    assert emails()[-1] == ("mode_changed", "Ada Q. Trialrun")


def test_who_waits_for_another_full_way_waits_there_only(make):
    event = make.event(capacity=0)
    event.gates[2].capacity = 0
    db.session.commit()
    ada = register(event).registration

    with transaction():
        actions.change_mode(ada, Mode.PHONE, now=NOW)

    assert (ada.mode, ada.status, ada.waits_for) == (Mode.PHONE, Status.WAITLISTED, Mode.PHONE)
    assert queries.line_people(event.id, Mode.IN_PERSON) == []


def test_the_mode_can_be_changed_until_the_end_of_the_events_day(make):
    event = make.event()
    ada = register(event).registration
    midnight_in_boston = datetime(2027, 4, 25, 4, 0, tzinfo=UTC)

    with transaction():
        actions.change_mode(ada, Mode.PHONE, now=midnight_in_boston - timedelta(seconds=1))
    with pytest.raises(refusals.TooLateToChange), transaction():
        actions.change_mode(ada, Mode.WEBCAST, now=midnight_in_boston)

    assert ada.mode == Mode.PHONE


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
    assert emails() == []
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
        {"mode": "in_person", "from": 1, "to": 2},
        {"mode": "in_person", "status": "confirmed", "overrides": ["opening", "capacity"]},
    ]


def test_more_places_are_offered_to_the_line_at_once(make):
    event = make.event(capacity=1)
    register(event)
    boris = register(event, asks("Boris", "boris@people.example")).registration

    with transaction():
        offered = actions.set_capacity(event.gates[0], 5, now=NOW)

    assert [offer.registration for offer in offered] == [boris]
    assert (boris.status, event.gates[0].held) == (Status.WAITLISTED, 1)


def test_a_limit_that_is_lifted_is_offered_to_everyone(make):
    event = make.event(capacity=0)
    for number in range(3):
        register(event, asks(f"Person {number}"))

    with transaction():
        actions.set_capacity(event.gates[0], None, now=NOW)

    assert (event.gates[0].taken, event.gates[0].held) == (0, 3)


def test_the_capacity_cannot_fall_below_what_is_taken_and_offered(make):
    event = make.event(capacity=2)
    make.registration(event)
    make.offer(make.registration(event, status=Status.WAITLISTED))

    with pytest.raises(refusals.CapacityBelowTaken) as refused, transaction():
        actions.set_capacity(event.gates[0], 1, now=NOW)

    assert refused.value.sentence == (
        "Places taken: 1. Held by offers: 1. Choose 2 or a higher number."
    )


def test_public_pages_change_only_when_the_word_for_places_does(make):
    event = make.event(capacity=5)
    revisions = []
    for number in range(6):
        register(event, asks(f"Person {number}"))
        db.session.refresh(event)
        revisions.append(event.revision)

    assert revisions == [1, 2, 2, 2, 3, 3]  # few when 3 are left, full at 5, still full at 6


def choose(registration, *sessions):
    with transaction():
        actions.choose_sessions(registration, tuple(session.id for session in sessions), now=NOW)


def places_of(registration):
    return {
        place.session.key: place.status
        for place in db.session.query(SessionPlace).filter_by(registration_id=registration.id)
    }


def test_sessions_with_few_places_are_booked_with_the_registration(make):
    event = make.event()
    circle = make.session(event, key="s10", capacity=1)
    ada = register(event, asks("Ada", sessions=(circle.id,))).registration
    boris = register(event, asks("Boris", sessions=(circle.id,))).registration

    assert (places_of(ada), places_of(boris)) == (
        {"s10": Status.CONFIRMED},
        {"s10": Status.WAITLISTED},
    )
    choose(ada)

    assert (places_of(ada), places_of(boris)) == (
        {"s10": Status.CANCELLED},
        {"s10": Status.CONFIRMED},
    )
    assert circle.taken == 1


def test_someone_who_waits_for_the_day_waits_for_her_sessions_too(make):
    event = make.event(capacity=1)
    circle = make.session(event, key="s10", capacity=1)
    ada = register(event, asks("Ada")).registration
    boris = register(event, asks("Boris", sessions=(circle.id,))).registration
    assert places_of(boris) == {"s10": Status.WAITLISTED}

    with transaction():
        actions.cancel(ada, now=NOW)
    assert places_of(boris) == {"s10": Status.WAITLISTED}
    with transaction():
        waiting.accept(queries.open_offer(boris), now=NOW)

    assert places_of(boris) == {"s10": Status.CONFIRMED}


@pytest.mark.parametrize("leave", ["cancel", "switch"])
def test_who_leaves_the_room_leaves_her_sessions(make, leave):
    event = make.event()
    circle = make.session(event, key="s10", capacity=1)
    ada = register(event, asks("Ada", sessions=(circle.id,))).registration

    with transaction():
        if leave == "cancel":
            actions.cancel(ada, now=NOW)
        else:
            actions.change_mode(ada, Mode.WEBCAST, now=NOW)

    assert places_of(ada) == {"s10": Status.CANCELLED}
    assert circle.taken == 0


def test_two_sessions_at_the_same_time_are_allowed(make):
    event = make.event()
    first, second = (make.session(event, key=key, capacity=9) for key in ("s1", "s2"))

    ada = register(event, asks(sessions=(first.id, second.id))).registration

    assert places_of(ada) == {"s1": Status.CONFIRMED, "s2": Status.CONFIRMED}


def test_only_this_events_sessions_with_limited_places_can_be_chosen(make):
    event, other = make.event(), make.event()
    foreign = make.session(other, capacity=5)
    unlimited = make.session(event)

    for number in (foreign.id, unlimited.id, 999_999):
        with pytest.raises(refusals.SessionNotOffered):
            register(event, asks(sessions=(number,)))

    assert db.session.query(Registration).count() == 0


def test_sessions_in_the_room_are_not_for_the_webcast(make):
    event = make.event()
    circle = make.session(event, capacity=5)

    with pytest.raises(refusals.SessionsNeedRoom):
        register(event, asks(mode=Mode.WEBCAST, sessions=(circle.id,)))


def test_a_link_is_sent_to_who_is_known_at_most_hourly(make):
    make.registration(make.event(), name="Ada", email="ada@people.example")

    for minutes in (0, 5, 59, 61):
        with transaction():
            actions.send_link("ada@people.example", now=NOW + timedelta(minutes=minutes))

    assert emails() == [("my_link", "Ada"), ("my_link", "Ada")]


def test_nothing_is_sent_to_who_is_unknown_or_has_cancelled(make):
    event = make.event()
    make.registration(event, email="boris@people.example", status=Status.CANCELLED)

    for email in ("nobody@people.example", "boris@people.example"):
        with transaction():
            actions.send_link(email, now=NOW)

    assert emails() == []


def test_taken_is_what_the_rows_say(make):
    event = make.event(capacity=2)
    for number in range(4):
        register(event, asks(f"Person {number}"))

    gate = db.session.query(Gate).filter_by(event_id=event.id, mode=Mode.IN_PERSON).one()
    confirmed = db.session.query(Registration).filter_by(status=Status.CONFIRMED).count()
    assert gate.taken == confirmed == 2


def test_someone_new_does_not_pass_those_who_wait(make):
    """A place may be free while people wait, such as after a restore or a repair by hand."""
    event = make.event(capacity=2)
    for name in ("Ada", "Boris"):
        make.registration(event, name=name, mode=Mode.WEBCAST)
    cora = make.registration(event, name="Cora", status=Status.WAITLISTED, wait_no=1)
    event.gates[0].capacity = 1
    event.gates[0].taken = 0
    db.session.commit()

    newcomer = register(event, asks("Dora", "dora@people.example"))

    db.session.expire_all()
    assert newcomer.status == Status.WAITLISTED
    assert queries.open_offer(cora).mode == Mode.IN_PERSON


def test_two_who_register_by_phone_with_one_form_are_two(make):
    event = make.event()
    for name in ("Ada", "Boris", "Ada"):
        register(event, asks(name, None, form_key="the same form"), by=make.organizer())

    assert [each.name for each in db.session.query(Registration).order_by(Registration.id)] == [
        "Ada",
        "Boris",
    ]
