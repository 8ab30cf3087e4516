"""Registering on one page, as someone does it without scripts."""

import pytest

from forum.db import db
from forum.events.models import CalendarMail, Mode
from forum.outbox.models import Message
from forum.registration.models import PairRule, Registration, SessionPlace, Status
from tests.registering import ADA, BOOKED, outcome, path, register, the_registration

pytestmark = pytest.mark.sqlite_is_enough


def test_three_answers_are_enough(make, visitor):
    event = make.event()

    page = register(visitor, event)

    assert outcome(page) == BOOKED
    registration = the_registration()
    assert (registration.name, registration.email) == ("Ada Q. Trialrun", "ada@people.example")
    assert (registration.mode, registration.status) == (Mode.IN_PERSON, Status.CONFIRMED)
    assert registration.timezone == "America/New_York"
    assert registration.is_discreet


def test_a_program_that_sends_only_the_three_answers_is_understood(make, visitor):
    event = make.event()
    form = visitor.get(path(event)).form()
    bare = {**ADA, "csrf_token": form["csrf_token"], "mark": form["mark"]}

    assert outcome(visitor.get(visitor.post(path(event), bare))) == BOOKED


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_form_is_there_in_both_languages(make, visitor, language):
    page = visitor.get(f"{path(make.event())}?lang={language}")

    assert page.one("html").get("lang") == language


def test_one_who_reads_spanish_is_offered_emails_in_spanish(make, visitor):
    event = make.event()

    assert visitor.get(f"{path(event)}?lang=es").form()["language"] == "es"
    assert visitor.get(path(event)).form()["language"] == "en"


def test_the_page_says_which_email_will_come(make, visitor):
    page = register(visitor, make.event())

    assert "Lantern, events@localhost" in page.text
    assert "The subject ends withLantern spring day" in page.text
    assert "617-555-0142" in page.text


@pytest.mark.parametrize("setting", CalendarMail)
def test_the_public_date_is_offered_where_no_email_brings_her_own(make, visitor, setting):
    page = register(visitor, make.event(calendar_mail=setting))

    comes = "The date for your calendar comes with it." in page.text
    assert ("Add to calendar" in page.text, comes) == {
        CalendarMail.NONE: (True, False),
        CalendarMail.PUBLISH: (False, True),
        CalendarMail.REQUEST: (False, True),
    }[setting]


def test_the_page_says_the_time_twice(make, visitor):
    page = register(visitor, make.event(), timezone="America/Phoenix")

    assert "5:15 am to 1:30 pm, Mountain Time (Phoenix)" in page.text
    assert "8:15 am to 4:30 pm, Eastern Time" in page.text


def test_the_address_of_the_page_tells_nothing_about_her(make, visitor):
    address = visitor.submit(path(make.event()), **ADA)

    assert not any(word in address.lower() for word in ("ada@", "ada%", "trialrun", "people"))
    assert visitor.get(address).response.headers["Cache-Control"] == "no-store"


def test_a_receipt_that_we_did_not_sign_is_not_found(make, visitor):
    event = make.event()
    address = visitor.submit(path(event), **ADA)

    visitor.get(address[:-2] + "xx", status=404)


def test_everything_she_may_tell_us_is_kept(make, visitor):
    event = make.event()
    circle = make.session(event, title="Under 45: peer circle", capacity=20)

    register(
        visitor,
        event,
        roles=["patient", "clinician"],
        is_first_time="y",
        wants_certificate="y",
        phone="(617) 555-0100",
        companion_name="Boris Trialrun",
        companion_email="boris@people.example",
        pair_rule="either",
        sessions=[str(circle.id)],
        needs="A wheelchair\n\nA seat near the door",
        food="Soft",
        question="What helps with sleep?",
        titles="full",
        quiet_days=["tue", "wed"],
        language="es",
        timezone="Pacific/Honolulu",
    )

    ada, boris = db.session.query(Registration).order_by(Registration.id)
    assert ada.roles == ("patient", "clinician")
    assert (ada.is_first_time, ada.wants_certificate, ada.is_discreet) == (True, True, False)
    assert ada.phone == "+16175550100"
    assert ada.needs == "A wheelchair\n\nA seat near the door"
    assert (ada.food, ada.question) == ("Soft", "What helps with sleep?")
    assert (ada.quiet_days, ada.language, ada.timezone) == (
        ("tue", "wed"),
        "es",
        "Pacific/Honolulu",
    )
    assert (boris.name, boris.email, boris.companion_of_id) == (
        "Boris Trialrun",
        "boris@people.example",
        ada.id,
    )
    assert boris.pair_rule == PairRule.EITHER
    assert db.session.query(SessionPlace).one().registration_id == ada.id


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada@People.Example ", "ada@people.example"),
        ("ada@bücher.example", "ada@bücher.example"),
        ("ada+forum@people.example", "ada+forum@people.example"),
    ],
)
def test_addresses_are_taken_as_people_type_them(make, visitor, typed, kept):
    register(visitor, make.event(), email=typed)

    assert the_registration().email == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Trialrun ", "Ada Trialrun"),
        ("Ada\r\nBcc: x@y.example", "Ada Bcc: x@y.example"),
        ("Ada\u2028\u0007Trialrun", "Ada Trialrun"),
        ("Søren Åström-Łęcki 🌷", "Søren Åström-Łęcki 🌷"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_names_are_kept_on_one_line(make, visitor, typed, kept):
    register(visitor, make.event(), name=typed)

    assert the_registration().name == kept


def test_a_double_click_and_going_back_make_one_registration(make, visitor):
    event = make.event(capacity=1)
    form = {**visitor.get(path(event)).form(), **ADA}

    pages = [visitor.get(visitor.post(path(event), form)) for _ in range(3)]

    assert [outcome(page) for page in pages] == [BOOKED] * 3
    assert db.session.query(Registration).count() == 1
    assert db.session.query(Message).count() == 1


def test_unseen_characters_come_along_with_a_name_and_an_address_and_are_not_kept(make, visitor):
    register(
        visitor,
        make.event(),
        name="Ada\N{ZERO WIDTH SPACE} Q.\N{NO-BREAK SPACE}Trialrun\N{VARIATION SELECTOR-16}",
        email="\N{ZERO WIDTH NO-BREAK SPACE}ada@people.example\N{WORD JOINER}",
    )

    ada = the_registration()
    assert (ada.name, ada.email) == ("Ada Q. Trialrun", "ada@people.example")
