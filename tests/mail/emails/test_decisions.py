"""Whether an email is written at all, decided from the live record when it is sent."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select

from forum import clock
from forum.accounts.models import SignInLink
from forum.db import db
from forum.emails import Later, Letter, Silence, queries, write
from forum.emails.kinds import KINDS
from forum.emails.letter import Mailbox
from forum.emails.subjects import subject_of
from forum.events.models import EventStatus, Mode, SessionStatus
from forum.links import my_token, token
from forum.registration.models import AddressChange, CareState, OfferState, Status
from tests.mail.occasions import STATUS_FOR, facts_of, person_for
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough

HELD = "Emails to this person are on hold until someone has asked them."
REMINDER = {"starts_at": int(SPRING_DAY.timestamp()), "lead": "P2D"}
REMEMBERED = "This person has died. No email goes out."
WRITTEN_WHEN = {
    CareState.ACTIVE: set(KINDS),
    CareState.PAUSED: {
        "my_link",
        "mode_changed",
        "details_changed",
        "cancellation",
        "confirm_address",
        "address_changed",
    },
    CareState.HELD: {"my_link", "confirm_address"},
    CareState.REMEMBERED: set(),
}


@pytest.fixture
def event(make):
    return make.event()


def test_at_the_moment_when_it_ends_an_event_is_over(make, event, written):
    person = make.registration(event)

    with time_machine.travel(event.ends_at, tick=False):
        assert written("confirmation", person) == Silence("The event is over.")
    with time_machine.travel(event.ends_at - timedelta(seconds=1), tick=False):
        assert isinstance(written("mode_changed", person), Letter)


@pytest.mark.parametrize("care_state", CareState)
def test_the_care_state_decides_which_emails_go_out(make, event, written, care_state):
    sent = set()
    for email in STATUS_FOR:
        person = person_for(make, event, email, care_state=care_state)
        make.welcome(person)
        if isinstance(written(email, person, facts=facts_of(make, email, person)), Letter):
            sent.add(email)
    assert sent == WRITTEN_WHEN[care_state]


def test_every_email_is_in_the_table():
    assert set(STATUS_FOR) == set(KINDS)


@pytest.mark.parametrize(
    ("email", "change", "reason"),
    [
        ("offer", {"state": OfferState.ACCEPTED}, "The offered place has been taken."),
        ("offer", {"state": OfferState.DECLINED}, "The offered place has been declined."),
        ("offer", {"state": OfferState.LAPSED}, "The offer has ended."),
        ("offer", {"state": OfferState.WITHDRAWN}, "The offer has been withdrawn."),
        ("offer", {"ends_at": datetime(2026, 11, 23, 14, tzinfo=UTC)}, "The offer has ended."),
        (
            "session_place",
            {"status": SessionStatus.CANCELLED},
            "The session is canceled.",
        ),
        (
            "confirm_address",
            {"done_at": datetime(2026, 11, 23, 14, tzinfo=UTC)},
            "The new address has been confirmed.",
        ),
        (
            "confirm_address",
            {"expires_at": datetime(2026, 11, 23, 14, tzinfo=UTC)},
            "The link to confirm the address has expired.",
        ),
        (
            "confirm_address",
            {"old_email": "before@people.example"},
            "Their address was changed in another way in the meantime.",
        ),
    ],
)
def test_what_is_settled_by_now_is_not_written(make, queue, email, change, reason):
    event = make.event()
    person = person_for(make, event, email)
    message = queue(email, person, facts=facts_of(make, email, person))
    subject = subject_of(message, queries.sender(), now=clock.now())
    for name, value in change.items():
        setattr(subject, name, value)
    db.session.commit()
    assert write(message, clock.now()) == Silence(reason)


def test_a_place_in_a_session_that_was_given_back_is_not_told(make, event, queue):
    person = person_for(make, event, "session_place")
    message = queue("session_place", person, facts=facts_of(make, "session_place", person))
    [place] = person.session_places
    place.status = Status.CANCELLED
    db.session.commit()
    assert write(message, clock.now()) == Silence(
        "This person has no place in the session any more."
    )


@pytest.mark.parametrize("email", ["offer", "session_place", "confirm_address"])
def test_nothing_is_written_about_what_was_erased(make, event, written, email):
    number = "address_change" if email == "confirm_address" else email.removesuffix("_place")
    person = person_for(make, event, email)
    assert written(email, person, facts={number: 4711}) == Silence(
        "What this email is about is gone."
    )


def test_a_question_to_a_new_address_goes_there_and_names_nobody(make, event, written):
    ada = person_for(make, event, "confirm_address", name="Ada Q. Trialrun")
    letter = written("confirm_address", ada, facts=facts_of(make, "confirm_address", ada))
    assert letter.to == Mailbox("", "boris@elsewhere.example")
    assert "Ada Q." not in letter.subject + letter.text + letter.html
    assert my_token(ada) not in letter.text + letter.html
    assert re.findall(r"/my/address/(\S+)", letter.text) == [
        token("address", db.session.scalars(select(AddressChange)).one().public_id, 1)
    ]


def test_the_old_address_is_told_of_the_change_and_not_given_the_new_one(make, event, written):
    ada = person_for(make, event, "address_changed", email="ada@people.example")
    facts = facts_of(make, "address_changed", ada)
    ada.email = "boris@elsewhere.example"
    db.session.commit()
    letter = written("address_changed", ada, facts=facts)
    assert letter.to == Mailbox(ada.name, "ada@people.example")
    assert "b…@e….example" in letter.text
    assert "elsewhere" not in letter.text + letter.html
    assert "/my/" not in letter.text + letter.html
    assert "617-555-0142" in letter.text


def test_who_wants_no_email_any_more_is_told_so_at_her_old_address(make, event, written):
    ada = person_for(make, event, "address_changed", email="ada@people.example")
    facts = facts_of(make, "address_changed", ada)
    db.session.scalars(select(AddressChange)).one().new_email = ""
    ada.email = None
    db.session.commit()
    letter = written("address_changed", ada, facts=facts)
    assert letter.to.address == "ada@people.example"
    assert "You asked us to send you no more emails about this." in letter.text


def test_a_pause_ends_by_itself_on_its_day(make, event, written):
    person = make.registration(event, care_state=CareState.PAUSED, care_until=date(2026, 11, 24))
    assert written("reminder", person, facts=REMINDER) == Silence(
        "Emails to this person are paused."
    )
    person.care_until = date(2026, 11, 23)
    assert isinstance(written("reminder", person, facts=REMINDER), Letter)


@pytest.mark.parametrize(
    ("email", "change", "reason"),
    [
        ("confirmation", {"status": Status.CANCELLED}, "This person has canceled."),
        ("reminder", {"status": Status.CANCELLED}, "This person has canceled."),
        (
            "waitlist",
            {"status": Status.CONFIRMED, "waits_for": None, "wait_no": None},
            "This person is no longer waiting for a place.",
        ),
        (
            "offer_lapsed",
            {"status": Status.CONFIRMED, "waits_for": None, "wait_no": None},
            "This person is no longer waiting for a place.",
        ),
        (
            "pause_over",
            {"care_state": CareState.PAUSED},
            "Emails to this person are paused.",
        ),
        ("reminder", {"wants_reminders": False}, "This person stopped reminders."),
        ("reminder", {"care_state": CareState.HELD}, HELD),
        ("my_link", {"care_state": CareState.REMEMBERED}, REMEMBERED),
    ],
)
def test_what_is_no_longer_true_of_a_person_is_not_written(make, written, email, change, reason):
    person = person_for(make, make.event(), email)
    facts = facts_of(make, email, person)
    for name, value in change.items():
        setattr(person, name, value)
    db.session.commit()
    assert written(email, person, facts=facts) == Silence(reason)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": EventStatus.DRAFT}, "The event is not published."),
        ({"status": EventStatus.CANCELLED}, "The event is canceled."),
        (
            {"starts_at": SPRING_DAY + timedelta(hours=1)},
            "The event has moved. A new reminder is planned.",
        ),
        (
            {
                "starts_at": datetime(2026, 11, 22, tzinfo=UTC),
                "ends_at": datetime(2026, 11, 23, 14, tzinfo=UTC),
            },
            "The event is over.",
        ),
    ],
)
def test_a_reminder_is_not_written_for_what_will_not_be_so(make, event, written, change, reason):
    person = make.registration(event)
    for name, value in change.items():
        setattr(event, name, value)
    db.session.commit()
    assert written("reminder", person, facts=REMINDER) == Silence(reason, is_for_now=True)


def test_a_moved_event_does_not_keep_a_confirmation_back(make, event, written):
    person = make.registration(event)
    event.starts_at += timedelta(hours=1)
    db.session.commit()
    letter = written("confirmation", person)
    assert "9:15 am to 4:30 pm, Eastern Time" in letter.text


def test_she_can_still_have_her_link_when_it_is_over_and_say_no_when_it_is_off(
    make, event, written
):
    here, gone = make.registration(event), make.registration(event, status=Status.CANCELLED)
    event.status = EventStatus.CANCELLED
    db.session.commit()
    assert isinstance(written("cancellation", gone), Letter)
    assert isinstance(written("my_link", here), Letter)
    assert isinstance(written("event_cancelled", here), Letter)


def test_what_is_too_late_to_help_is_dropped(make, event, written):
    person = make.registration(event)
    silence = written(
        "reminder",
        person,
        facts=REMINDER,
        useful_until=clock.now() - timedelta(minutes=1),
    )
    assert silence == Silence("It could not be sent while it was still useful.")


@time_machine.travel("2027-04-23T04:30:00+00:00", tick=False)  # half past midnight in Boston
def test_a_reminder_that_is_late_waits_for_her_morning(make, event, written):
    person = make.registration(event)
    decided = written("reminder", person, facts=REMINDER, useful_until=SPRING_DAY)
    assert isinstance(decided, Later)
    assert decided.at == datetime(2027, 4, 23, 12, 0, tzinfo=UTC)


@time_machine.travel("2027-04-23T04:30:00+00:00", tick=False)
def test_a_reminder_that_would_be_useless_by_morning_is_dropped(make, event, written):
    person = make.registration(event)
    decided = written(
        "reminder",
        person,
        facts=REMINDER,
        useful_until=datetime(2027, 4, 23, 10, 0, tzinfo=UTC),
    )
    assert decided == Silence(
        "It was late at night there, and the email would not help the next morning."
    )


def test_one_that_was_due_before_eight_may_take_a_few_minutes(make, event, written):
    person = make.registration(event)
    for moment, kind in (
        ("2027-04-23T00:05:00+00:00", Letter),
        ("2027-04-23T00:15:00+00:00", Later),
    ):
        with time_machine.travel(moment, tick=False):  # 20:05 and 20:15 in Boston
            decided = written("reminder", person, facts=REMINDER)
        assert isinstance(decided, kind)


@time_machine.travel("2027-04-23T04:30:00+00:00", tick=False)
def test_a_confirmation_answers_at_night_too(make, event, written):
    person = make.registration(event, mode=Mode.WEBCAST)
    assert isinstance(written("confirmation", person), Letter)


def test_the_reason_is_in_the_desks_language_whatever_hers_is(make, event, written):
    person = make.registration(event, language="es", status=Status.CANCELLED)
    assert written("confirmation", person) == Silence("This person has canceled.")


def test_a_pause_counts_days_on_her_own_clock(make, event, written):
    with time_machine.travel("2027-04-23T03:00:00+00:00", tick=False):  # still the 22nd in Boston
        person = make.registration(event, care_state=CareState.PAUSED, care_until=date(2027, 4, 23))
        make.welcome(person)
        assert isinstance(written("confirmation", person), Silence)


@pytest.fixture
def sign_in(make, queue):
    """Return a way to have an organizer's sign-in email decided on, after a change."""
    make.programme()
    organizer = make.organizer()
    now = clock.now()
    link = SignInLink(
        organizer=organizer,
        public_id="a" * 43,
        created_at=now,
        expires_at=now + timedelta(minutes=15),
    )
    db.session.add(link)
    db.session.commit()
    message = queue(
        "sign_in",
        None,
        organizer=organizer,
        facts={"link": link.id},
        useful_until=link.expires_at,
    )

    def decided(*, after=timedelta(0), **change):
        for name, value in change.items():
            setattr(organizer if hasattr(organizer, name) else link, name, value)
        return write(message, now + after)

    return decided


def test_an_organizer_is_sent_her_link(sign_in):
    letter = sign_in()
    assert letter.subject == "Your sign-in link: Lantern"
    assert "/organize/sign-in/" in letter.text
    assert "a" * 43 not in letter.text


PASSKEYS = {
    ("passkey_added", True, "en"): "A passkey was added: Lantern",
    ("passkey_removed", True, "en"): "You removed a passkey from your account at the desk",
    ("passkey_removed", False, "en"): "An owner, or whoever runs the service, removed",
    (
        "passkey_added",
        True,
        "es",
    ): "se agregó una llave de acceso a su cuenta en el panel de organización",
    ("passkey_removed", False, "es"): "Una persona responsable, o quien administra el servicio",
}


@pytest.mark.parametrize(("occasion", "words"), PASSKEYS.items())
def test_an_organizer_is_told_of_a_passkey_that_came_or_went(make, queue, occasion, words):
    make.programme()
    email, is_own, language = occasion
    facts = {"is_own": is_own, "language": language}
    letter = write(queue(email, None, organizer=make.organizer(), facts=facts), clock.now())

    said = f"{letter.subject} {letter.text}"
    assert words in " ".join(said.split())
    assert ("/organize/me/?lang=es" if language == "es" else "/organize/me/\n") in letter.text
    assert f'lang="{language}"' in letter.html


def test_who_no_longer_works_here_is_told_of_no_passkey(make, queue):
    make.programme()
    former = make.organizer(is_active=False)
    message = queue("passkey_added", None, organizer=former, facts={"is_own": True})

    assert write(message, clock.now()) == Silence("This organizer may no longer sign in.")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"is_active": False}, "This organizer may no longer sign in."),
        ({"used_at": datetime(2026, 11, 23, tzinfo=UTC)}, "The sign-in link has been used."),
        ({"after": timedelta(minutes=16)}, "The sign-in link has expired."),
    ],
)
def test_a_link_that_no_longer_opens_is_not_sent(sign_in, change, reason):
    assert sign_in(**change) == Silence(reason)
