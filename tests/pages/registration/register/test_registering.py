"""Registering on one page, as someone does it without scripts."""

from datetime import UTC, datetime, timedelta

import html5lib
import pytest
import time_machine

from forum import clock
from forum.db import db, transaction
from forum.events.models import EventStatus, Mode, SessionStatus
from forum.outbox.models import Message
from forum.privacy import consents
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import PairRule, Registration, SessionPlace, Status
from forum.registration.places import invites
from tests.conftest import TODAY
from tests.people import Page, words

ADA = {"name": "Ada Q. Trialrun", "email": "ada@people.example", "mode": "in_person"}
TOO_LONG = "Use 2,000 characters or fewer"


def path(event) -> str:
    return f"/events/{event.slug}/register"


def register(visitor, event, **answers):
    """Fill in the form, send it, and read the page that follows."""
    return visitor.get(visitor.submit(path(event), **{**ADA, **answers}))


def refused(visitor, event, **answers):
    """Fill in the form in a way that is refused, and read the page that says why."""
    return visitor.submit(path(event), status=422, **{**ADA, **answers})


def the_registration() -> Registration:
    return db.session.query(Registration).one()


def test_three_answers_are_enough(make, visitor):
    event = make.event()

    page = register(visitor, event)

    assert page.heading == "Your place is booked"
    registration = the_registration()
    assert (registration.name, registration.email) == ("Ada Q. Trialrun", "ada@people.example")
    assert (registration.mode, registration.status) == (Mode.IN_PERSON, Status.CONFIRMED)
    assert registration.timezone == "America/New_York"
    assert registration.is_discreet


def test_a_program_that_sends_only_the_three_answers_is_understood(make, visitor):
    event = make.event()
    form = visitor.get(path(event)).form()
    bare = {**ADA, "csrf_token": form["csrf_token"], "mark": form["mark"]}

    assert visitor.get(visitor.post(path(event), bare)).heading == "Your place is booked"


def open_parts(page) -> list[str]:
    """Return the titles of the parts of the form that stand open."""
    return [
        words(part[0])
        for part in page.all("details")
        if part.get("class") == "fold" and part.get("open") is not None
    ]


def test_what_she_filled_in_is_still_in_sight_when_the_form_comes_back(make, visitor):
    event = make.event()
    assert open_parts(visitor.get(path(event))) == []

    page = refused(visitor, event, name="", needs="A chair with a back", companion_name="Boris")

    assert open_parts(page) == ["Someone comes with you", "What would help you"]


def test_one_who_reads_spanish_is_offered_emails_in_spanish(make, visitor):
    event = make.event()

    assert visitor.get(f"{path(event)}?lang=es").form()["language"] == "es"
    assert visitor.get(path(event)).form()["language"] == "en"


def test_the_page_says_which_email_will_come(make, visitor):
    page = register(visitor, make.event())

    assert "Lantern, events@localhost" in page.text
    assert "Your place on Saturday, April 24, 2027: Lantern spring day" in page.text
    assert "617-555-0142" in page.text


def test_the_page_says_the_time_twice(make, visitor):
    page = register(visitor, make.event(), timezone="America/Phoenix")

    assert "5:15 am to 1:30 pm, Mountain Time (Phoenix)" in page.text
    assert "8:15 am to 4:30 pm, Eastern Time" in page.text


def test_the_address_of_the_page_tells_nothing_about_her(make, visitor):
    address = visitor.submit(path(make.event()), **ADA)

    assert "ada" not in address.lower().replace("/registered/", "")
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


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"name": " "}, "Enter your name"),
        ({"name": "A" * 201}, "Use 200 characters or fewer"),
        ({"email": ""}, "Enter your email address"),
        ({"email": "ada"}, "Enter an email address like name@example.org"),
        ({"email": "ada b@people.example"}, "Enter an email address like name@example.org"),
        ({"email": "ada@people.example, b@x.example"}, None),
        ({"email": "a" * 250 + "@people.example"}, "Enter a shorter email address"),
        (
            {"email": "adá@people.example"},
            "Before the @, use only letters from a to z, numbers and signs, without accents",
        ),
        ({"mode": None}, "Choose how you will attend"),
        ({"mode": "helicopter"}, "Choose how you will attend"),
        (
            {"roles": ["patient", "unsaid"]},
            "Choose who you are, or “I would rather not say”, not both",
        ),
        ({"roles": ["queen"]}, "Choose from the list"),
        (
            {"phone": "12"},
            "Enter a phone number like 617-555-0142, or +44 20 7946 0958 from abroad",
        ),
        ({"phone": "1" * 41}, "Enter a shorter phone number"),
        ({"companion_email": "boris@people.example"}, "Enter the name of the person, too"),
        (
            {"companion_name": "Boris", "companion_email": "boris"},
            "Enter an email address like name@example.org",
        ),
        (
            {"companion_name": "ada q. trialrun"},
            "This is your own name. Enter the name of the person who comes with you.",
        ),
        ({"companion_name": "Boris", "companion_mode": "helicopter"}, "Choose from the list"),
        ({"companion_name": "🌷" * 2500}, "Use 200 characters or fewer"),
        ({"name": "🌷" * 2500}, "Use 200 characters or fewer"),
        ({"sessions": ["999"]}, None),
        ({"sessions": ["9" * 40]}, None),
        ({"sessions": ["x"]}, None),
        ({"needs": "🌷" * 2001}, TOO_LONG),
        ({"food": "x" * 2001}, TOO_LONG),
        ({"question": "x" * 10_000}, TOO_LONG),
        ({"quiet_days": ["someday"]}, "Choose from the list"),
        ({"timezone": "Mars/Olympus"}, "Choose a time zone from the list"),
        ({"timezone": "../../etc/passwd"}, "Choose a time zone from the list"),
    ],
)
def test_what_cannot_be_taken_is_said_in_a_sentence_and_nothing_is_written(
    make, visitor, answers, sentence
):
    event = make.event()
    make.session(event, capacity=20)

    page = refused(visitor, event, **answers)

    [said] = page.errors()
    assert sentence is None or said == sentence
    assert page.text.count(said) == 2  # in the summary, and beside the field
    assert page.title == "Error: Register"
    assert db.session.query(Registration).count() == 0
    assert db.session.query(Message).count() == 0


def test_what_was_typed_is_kept_and_the_folded_parts_with_it_are_open(make, visitor):
    event = make.event()
    answers = {"phone": "12", "needs": "Large print", "roles": ["patient"], "question": "Why?"}

    page = refused(visitor, event, **answers)

    form = page.form()
    assert {name: form[name] for name in ADA} == ADA
    assert (form["phone"], form["needs"], form["roles"]) == ("12", "Large print", ["patient"])
    is_open = [fold.get("open") is not None for fold in page.all("details")]
    assert is_open == [True, False, True, False]


def test_a_refused_form_can_be_put_right_and_sent(make, visitor):
    event = make.event()
    page = refused(visitor, event, email="ada")

    address = visitor.post(path(event), {**page.form(), "email": "ada@people.example"})

    assert visitor.get(address).heading == "Your place is booked"


def test_no_letters_that_no_one_types(make, visitor):
    event = make.event()
    form = {**visitor.get(path(event)).form(), **ADA}

    visitor.post(path(event), {**form, "name": "Ada\0"}, status=400)
    visitor.post(path(event), {**form, "needs": "x" * 300_000}, status=413)

    assert db.session.query(Registration).count() == 0


def test_without_the_form_token_there_is_a_way_on(make, visitor):
    page = visitor.post(path(make.event()), ADA, status=400)

    assert page.links()


def test_a_full_room_offers_its_waitlist_and_the_other_ways(make, visitor):
    event = make.event(capacity=1)
    make.registration(event)

    assert "Full. You can join the waitlist." in visitor.get(path(event)).text
    page = register(visitor, event)

    assert page.heading == "You are on the waitlist"
    assert "You are number 1 in the line." in page.text
    assert "You are on the waitlist: Lantern spring day" in page.text
    online = register(visitor, event, name="Boris", mode="webcast")
    assert online.heading == "Your place is booked"


def test_few_places_are_said_in_words(make, visitor):
    event = make.event(capacity=20)
    for _ in range(18):
        make.registration(event)

    page = visitor.get(path(event))

    assert "Few places left." in page.text
    assert "2" not in page.text.partition("In person")[2].partition("Online")[0]


def test_a_full_session_is_said_plainly(make, visitor):
    event = make.event()
    circle = make.session(event, capacity=1, title="Under 45: peer circle")
    register(visitor, event, name="Boris", sessions=[str(circle.id)])

    page = register(visitor, event, sessions=[str(circle.id)])

    assert page.heading == "Your place is booked"
    assert "One session that you chose is full. You are on its waitlist." in page.text


def test_sessions_in_the_room_are_refused_for_the_webcast(make, visitor):
    event = make.event()
    circle = make.session(event, capacity=1)

    page = refused(visitor, event, mode="webcast", sessions=[str(circle.id)])

    assert page.errors() == [
        "Sessions with limited places are in the room. Choose them if you attend in person."
    ]


def test_a_pair_learns_how_each_of_them_stands(make, visitor):
    event = make.event(capacity=1)

    page = register(visitor, event, companion_name="Boris", pair_rule="either")

    assert page.heading == "Your place is booked"
    assert "The person with you is on the waitlist, number 1." in page.text


def test_a_double_click_and_going_back_make_one_registration(make, visitor):
    event = make.event(capacity=1)
    form = {**visitor.get(path(event)).form(), **ADA}

    pages = [visitor.get(visitor.post(path(event), form)) for _ in range(3)]

    assert [page.heading for page in pages] == ["Your place is booked"] * 3
    assert db.session.query(Registration).count() == 1
    assert db.session.query(Message).count() == 1


def test_a_stranger_learns_nothing_from_repeating_her_request(make, visitor, new_visitor):
    event = make.event(capacity=1)
    register(visitor, event)

    page = register(new_visitor(), event)
    unknown = register(new_visitor(), event, name="Nobody", email="nobody@people.example")

    assert page.text == unknown.text


@pytest.mark.parametrize("chosen", ["full", "withdrawn", "of another event", "nothing"])
@pytest.mark.parametrize(("capacity", "mode"), [(5, "in_person"), (0, "in_person"), (5, "webcast")])
def test_no_choice_of_sessions_tells_a_stranger_who_is_registered(
    make, new_visitor, chosen, capacity, mode
):
    event = make.event(capacity=capacity)
    sessions = {
        "full": make.session(event, capacity=1, taken=1).id,
        "withdrawn": make.session(event, capacity=5, status=SessionStatus.CANCELLED).id,
        "of another event": make.session(make.event(), capacity=5).id,
        "nothing": 999_999,
    }
    register(new_visitor(), event)

    answers = []
    for name, email in (("Ada Q. Trialrun", ADA["email"]), ("Nobody", "nobody@people.example")):
        stranger = new_visitor()
        form = stranger.get(path(event)).form()
        asked = {"name": name, "email": email, "mode": mode, "sessions": [sessions[chosen]]}
        answer = stranger.client.post(path(event), data={**form, **asked}, follow_redirects=True)
        answers.append((answer.status_code, Page(answer, html5lib.parse(answer.text)).text))

    known, unknown = answers
    assert known == unknown


def test_a_mode_can_be_chosen_in_the_address(make, visitor):
    page = visitor.get(f"{path(make.event())}?mode=webcast")

    assert page.form()["mode"] == "webcast"


def test_the_only_way_to_attend_is_chosen_already(make, visitor):
    page = visitor.get(path(make.event(modes=(Mode.WEBCAST,))))

    assert page.form()["mode"] == "webcast"


def test_a_mode_that_has_closed_is_named_and_the_others_stay(make, visitor):
    event = make.event()
    form = visitor.get(path(event)).form()
    event.gates[0].closes_at = datetime(2026, 11, 23, tzinfo=UTC)
    event.revision += 1
    db.session.commit()

    assert "In person: registration has closed." in visitor.get(path(event)).text
    page = visitor.post(path(event), {**form, **ADA}, status=422)

    assert page.errors() == ["Registration for this way to attend has closed."]
    assert register(visitor, event, mode="phone").heading == "Your place is booked"


@pytest.mark.parametrize(
    ("facts", "title"),
    [
        (
            {"registration_opens_at": datetime(2027, 1, 25, 14, 0, tzinfo=UTC)},
            "Registration opens on Monday, January 25, 2027, 9:00 am, Eastern Time",
        ),
        ({"takes_registrations": False}, "Registration is not open yet"),
        ({"status": EventStatus.CANCELLED}, "This forum is cancel"),
        ({"starts_at": datetime(2026, 11, 1, tzinfo=UTC)}, "This forum is over"),
    ],
)
def test_when_one_cannot_register_it_is_said_with_what_can_still_be_done(
    make, visitor, facts, title
):
    event = make.event(**facts)

    page = visitor.get(path(event))

    assert page.heading == "Register"
    assert title in page.text
    assert {"About this event", "Other events", "617-555-0142"} <= set(page.links())
    assert page.all("form") == []


def test_an_event_that_is_cancelled_while_she_types_is_said_when_she_sends(make, visitor):
    event = make.event()
    form = {**visitor.get(path(event)).form(), **ADA}
    event.status = EventStatus.CANCELLED
    db.session.commit()

    page = visitor.post(path(event), form, status=409)

    assert "cancel" in page.text
    assert db.session.query(Registration).count() == 0


def test_a_draft_is_not_found(make, visitor):
    visitor.get(path(make.event(status=EventStatus.DRAFT)), status=404)


def test_a_program_that_fills_in_everything_is_given_the_phone_number(make, visitor):
    page = refused(visitor, make.event(), website="https://spam.example")

    assert "617-555-0142" in page.text
    assert db.session.query(Registration).count() == 0


def test_a_form_that_comes_back_at_once_is_asked_for_again(app, make, visitor):
    event = make.event()
    app.testing = False

    with time_machine.travel(TODAY, tick=False) as still:
        form = {**visitor.get(path(event)).form(), **ADA}
        page = visitor.post(path(event), form, status=422)
        still.shift(timedelta(seconds=3))
        address = visitor.post(path(event), page.form())

    assert page.errors() == ["That was too quick for us to take. Please press Register once more."]
    assert visitor.get(address).heading == "Your place is booked"


def test_a_form_that_lay_open_for_three_weeks_is_taken(make, visitor, today):
    event = make.event()
    form = {**visitor.get(path(event)).form(), **ADA}
    today.shift(timedelta(days=21))

    assert visitor.get(visitor.post(path(event), form)).heading == "Your place is booked"


def test_a_forged_mark_is_replaced_and_nothing_else_is_lost(make, visitor):
    event = make.event()

    page = refused(visitor, event, mark="forged")

    assert page.form()["name"] == "Ada Q. Trialrun"
    assert visitor.get(visitor.post(path(event), page.form())).heading == "Your place is booked"


def test_too_many_at_once_are_asked_to_wait_with_a_number_to_call(make, visitor, monkeypatch):
    event = make.event()
    form = visitor.get(path(event)).form()

    for _ in range(60):
        visitor.post(path(event), form, status=422)

    visitor.post(path(event), form, status=429)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_form_is_there_in_both_languages(make, visitor, language):
    page = visitor.get(f"{path(make.event())}?lang={language}")

    assert page.one("html").get("lang") == language


def test_the_words_she_agrees_to_stand_beside_the_button_and_are_kept_by_version(make, visitor):
    event = make.event()
    text = consents.text_in_force(ConsentPurpose.REGISTRATION)
    assert f"By pressing Register, you say: {text.words}" in visitor.get(path(event)).text

    register(visitor, event, next_invitation=None)

    [kept] = db.session.query(Consent)
    assert (kept.registration_id, kept.purpose, kept.text_version, kept.language) == (
        the_registration().id,
        ConsentPurpose.REGISTRATION,
        text.version,
        "en",
    )


def test_the_next_invitation_is_hers_to_ask_for(make, visitor):
    event = make.event()
    assert "next_invitation" not in visitor.get(path(event)).form()

    register(visitor, event, next_invitation="y")

    assert {each.purpose for each in db.session.query(Consent)} == set(ConsentPurpose)


def test_only_the_one_who_registers_agrees_and_the_companion_is_asked(make, visitor):
    register(visitor, make.event(), companion_name="Boris", companion_mode="webcast")

    ada, boris = db.session.query(Registration).order_by(Registration.id)
    assert (ada.mode, boris.mode) == (Mode.IN_PERSON, Mode.WEBCAST)
    assert [each.registration_id for each in db.session.query(Consent)] == [ada.id]


def test_a_stranger_who_repeats_her_request_agrees_to_nothing_in_her_name(
    make, visitor, new_visitor
):
    event = make.event()
    register(visitor, event)

    register(new_visitor(), event, next_invitation="y")

    assert [each.purpose for each in db.session.query(Consent)] == [ConsentPurpose.REGISTRATION]


@pytest.fixture
def invite(make):
    """Return a way to make an invitation to an event, as its address."""

    def link(event, *lifts, uses_left=None, expires_at=None) -> str:
        with transaction():
            made = invites.make(
                event, "Nurses", lifts, uses_left, expires_at, by=make.organizer(), now=clock.now()
            )
            db.session.add(made)
        return f"{path(event)}?invite={invites.token_of(made)}"

    return link


def invited(visitor, address: str, **answers):
    """Register with an invitation, and read the page that follows."""
    return visitor.get(visitor.submit(address, **{**ADA, **answers}))


@pytest.mark.parametrize(
    ("facts", "lifts", "words"),
    [
        (
            {"registration_opens_at": datetime(2027, 1, 25, 14, 0, tzinfo=UTC)},
            "opening",
            "You can register before registration opens.",
        ),
        ({"takes_registrations": False}, "opening", "You can register before registration opens."),
        ({}, "closing", "You can register although registration has closed."),
        ({"capacity": 0}, "capacity", "There is a place for you, even if all places are taken."),
    ],
)
def test_an_invitation_opens_what_is_closed_to_others(  # noqa: PLR0917 - fixtures and one table
    make, visitor, invite, facts, lifts, words
):
    event = make.event(**facts)
    if lifts == "closing":
        event.gates[0].closes_at = datetime(2026, 11, 1, tzinfo=UTC)
        db.session.commit()
    address = invite(event, lifts)

    page = visitor.get(address)
    assert f"You are invited{words}" in page.text
    assert invited(visitor, address).heading == "Your place is booked"

    registration = the_registration()
    assert (registration.mode, registration.status) == (Mode.IN_PERSON, Status.CONFIRMED)


def test_an_invitation_for_one_brings_one(make, visitor, new_visitor, invite):
    event = make.event()
    address = invite(event, "capacity", uses_left=1)
    late = {**new_visitor().get(address).form(), **ADA, "name": "Ed"}
    invited(visitor, address)

    page = visitor.get(address, status=410)
    assert page.heading == "This invitation does not work now"
    assert "used by as many people as it was made for" in page.text
    assert page.links()["Register without an invitation"] == path(event)
    form = visitor.get(path(event)).form()
    visitor.post(address, {**late, "csrf_token": form["csrf_token"]}, status=410)
    assert the_registration().name == "Ada Q. Trialrun"


def test_an_invitation_for_one_is_refused_to_two_and_keeps_what_was_typed(make, visitor, invite):
    address = invite(make.event(), "capacity", uses_left=1)

    page = visitor.submit(address, status=422, **ADA, companion_name="Boris")

    assert page.errors() == [
        "This invitation link is for one person more. Please register one of you."
    ]
    assert page.form()["companion_name"] == "Boris"
    assert db.session.query(Registration).count() == 0
    assert db.session.query(Message).count() == 0


def test_an_invitation_that_has_ended_says_so(make, visitor, invite):
    event = make.event()
    address = invite(event, "opening", expires_at=datetime(2026, 11, 23, tzinfo=UTC))

    page = visitor.get(address, status=410)

    assert "This invitation link has ended. Please ask us for another." in page.text


@pytest.mark.parametrize("spoil", [lambda t: t[:-2], lambda t: "x", lambda t: t + "x" * 5000])
def test_an_invitation_that_we_did_not_make_is_not_found(make, visitor, invite, spoil):
    address, _, token = invite(make.event(), "opening").partition("invite=")
    form = visitor.get("/find").form()

    visitor.get(f"{address}invite={spoil(token)}", status=404)
    visitor.post(f"{address}invite={spoil(token)}", {**form, **ADA}, status=404)


def test_an_invitation_of_another_event_is_not_found(make, visitor, invite):
    token = invite(make.event(), "opening").partition("?")[2]

    visitor.get(f"{path(make.event())}?{token}", status=404)


@pytest.mark.parametrize(("capacity", "is_asked"), [(None, False), (40, True)])
def test_two_are_asked_about_the_last_place_only_where_places_are_limited(
    make, visitor, capacity, is_asked
):
    page = visitor.get(path(make.event(capacity=capacity)))

    assert ("If there is only one place left" in page.text) is is_asked
