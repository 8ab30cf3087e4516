"""Whatever someone, or a program, answers when registering: a sentence, or a booking that is right.

How each answer of a form is refused stands beside the form, in `test_refused_answers.py`.
"""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from forum import clock
from forum.db import db
from forum.events.models import EventStatus, Mode
from forum.outbox.models import Message
from forum.registration.models import SessionPlace, Status
from tests.registering import ADA, BOOKED, WAITING, outcome, path
from tests.stored import registered

pytestmark = pytest.mark.sqlite_is_enough

TEN_KILOBYTES = "🌷" * 2560
MANY = 50


@pytest.fixture
def overrides() -> dict[str, object]:
    """Fifty at once are more than one connection may send."""
    return {"limits": False}


def filled(visitor, event, **answers) -> dict[str, object]:
    """Return the form as a browser would send it, with these answers."""
    return {**visitor.get(path(event)).form(), **ADA, **answers}


def register(visitor, event, **answers):
    """Fill in the form, send it, and read the page that follows."""
    return visitor.get(visitor.post(path(event), filled(visitor, event, **answers)))


@pytest.mark.parametrize(
    "typed",
    [
        " ada@people.example ",
        "Ada@People.Example",
        "ADA@PEOPLE.EXAMPLE",
        "\tada@people.example\r\n",
        "\N{NO-BREAK SPACE}ada@people.example",
    ],
)
def test_an_address_with_spaces_around_or_capitals_is_the_same_address(make, visitor, typed):
    event = make.event()
    register(visitor, event)

    page = register(visitor, event, email=typed)

    assert outcome(page) == BOOKED
    assert [each.email for each in registered()] == ["ada@people.example"]


@pytest.mark.parametrize("field", ["name", "needs", "food", "question", "companion_name", "phone"])
def test_ten_kilobytes_of_flowers_are_too_many_for_any_answer(make, visitor, field):
    event = make.event()
    answers = filled(visitor, event, **{field: TEN_KILOBYTES})

    page = visitor.post(path(event), answers, status=422)

    assert len(page.errors()) == 1
    assert TEN_KILOBYTES in str(page.form()[field])
    assert registered() == []


@pytest.mark.parametrize("field", ["email", "companion_email", "timezone", "mode", "language"])
def test_ten_kilobytes_of_flowers_are_no_choice_and_no_address(make, visitor, field):
    event = make.event()
    answers = filled(visitor, event, companion_name="Boris", **{field: TEN_KILOBYTES})

    answer = visitor.client.post(path(event), data=answers, follow_redirects=True)

    assert answer.status_code in {200, 422}
    assert [(each.language, each.timezone) for each in registered()] in (
        [],
        [("en", "America/New_York")] * 2,
    )


def test_two_thousand_flowers_are_an_answer(make, visitor):
    register(visitor, make.event(), needs="🌷" * 2000)

    assert [each.needs for each in registered()] == ["🌷" * 2000]


@pytest.mark.parametrize("number", ["-1", "0", "2", "99999999999", "1e9", "NaN", "many", ""])
def test_a_number_of_guests_that_someone_adds_is_nothing_we_ask_for(make, visitor, number):
    event = make.event(capacity=5)

    register(visitor, event, guests=number, guest_count=number, companions=number)

    assert [each.name for each in registered()] == ["Ada Q. Trialrun"]
    assert event.gates[0].taken == 1


@pytest.mark.parametrize(
    "forged",
    [
        {"status": "confirmed", "waits_for": "", "wait_no": "1"},
        {"event_id": "999", "slug": "another"},
        {"overrides": "capacity", "capacity": "y", "beyond_capacity": "y", "by": "1"},
        {"source": "organizer", "care_state": "remembered", "link_version": "9"},
        {"public_id": "chosen", "uid": "chosen@forum", "form_key": "chosen", "id": "1"},
    ],
)
def test_hidden_fields_that_we_did_not_put_there_change_nothing(make, visitor, forged):
    event = make.event(capacity=0)

    page = register(visitor, event, **forged)

    assert outcome(page) == WAITING
    [ada] = registered()
    assert (ada.event_id, ada.status, ada.care_state) == (event.id, Status.WAITLISTED, "active")
    assert (ada.source, ada.link_version) == ("self", 1)
    assert not {"chosen", "chosen@forum"} & {ada.public_id, ada.form_key, ada.uid}


@pytest.mark.parametrize("mark", ["", "forged", "a.b.c", "é", "🌷" * 100, "." * 5000])
def test_a_forged_mark_keeps_what_was_typed_and_can_be_sent_again(make, visitor, mark):
    event = make.event()

    page = visitor.post(path(event), filled(visitor, event, mark=mark), status=422)

    assert page.form()["name"] == ADA["name"]
    assert outcome(visitor.get(visitor.post(path(event), page.form()))) == BOOKED


@pytest.mark.parametrize("token", ["", "forged", "é", "🌷" * 100])
def test_a_forged_form_token_changes_nothing(make, visitor, token):
    event = make.event()

    visitor.post(path(event), filled(visitor, event, csrf_token=token), status=400)

    assert registered() == []


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "companion",
    [
        {"companion_name": "Ada Q. Trialrun"},
        {"companion_name": "  ada  q.  TRIALRUN "},
        {"companion_name": "\N{FULLWIDTH LATIN CAPITAL LETTER A}da Q. Trialrun"},
        {"companion_name": "Ada Q. Trialrun", "companion_email": "ADA@people.example"},
    ],
)
def test_nobody_comes_with_herself(make, visitor, companion):
    event = make.event()

    page = visitor.post(path(event), filled(visitor, event, **companion), status=422)

    assert page.errors() == ["This is your own name. Enter the name of the person with you."]
    assert registered() == []


def test_two_of_one_name_at_two_addresses_are_two(make, visitor):
    both = {"companion_name": "Ada Q. Trialrun", "companion_email": "younger@people.example"}

    register(visitor, make.event(), **both)

    assert [each.email for each in registered()] == ["ada@people.example", "younger@people.example"]


@pytest.mark.both_engines
def test_the_session_of_another_event_is_not_hers_to_choose(make, visitor):
    event = make.event()
    make.session(event, capacity=5)
    elsewhere = make.session(make.event(), capacity=5)

    page = visitor.post(path(event), filled(visitor, event, sessions=[elsewhere.id]), status=422)

    assert len(page.errors()) == 1
    assert registered() == []
    assert db.session.query(SessionPlace).count() == 0


def test_a_way_to_attend_that_has_closed_cannot_be_forced(make, visitor):
    event = make.event()
    answers = filled(visitor, event)
    event.gates[0].closes_at = clock.now()
    db.session.commit()

    page = visitor.post(path(event), answers, status=422)

    assert page.errors() == ["You can no longer register this way. Choose another way, or call us."]
    assert registered() == []


@pytest.mark.parametrize("mode", [each.value for each in Mode])
def test_a_way_to_attend_that_the_event_does_not_have_is_not_offered(make, visitor, mode):
    event = make.event(modes=tuple(each for each in Mode if each != mode))

    page = visitor.post(path(event), filled(visitor, event, mode=mode), status=422)

    assert page.errors() == ["Choose how you will take part"]
    assert registered() == []


def test_going_back_to_mend_an_answer_books_no_second_place(make, visitor):
    """The second sending is a new person's if the name is; hers if the form is."""
    event = make.event()
    answers = filled(visitor, event)
    visitor.post(path(event), answers)

    visitor.post(path(event), {**answers, "needs": "A wheelchair"})

    assert [(each.name, each.needs) for each in registered()] == [("Ada Q. Trialrun", "")]
    assert db.session.query(Message).count() == 1


def test_a_stranger_with_her_name_and_address_alters_nothing_of_hers(make, visitor, new_visitor):
    event = make.event()
    circle = make.session(event, capacity=5)
    register(visitor, event, phone="617-555-0100", needs="A chair", sessions=[circle.id])
    before = [
        (each.needs, each.phone, each.mode, each.version, each.updated_at) for each in registered()
    ]

    for answers in (
        {"mode": "webcast", "phone": "617-555-0199", "needs": "Nothing", "titles": "full"},
        {"companion_name": "Mallory", "companion_email": "mallory@people.example"},
        {"sessions": [], "language": "es", "timezone": "Pacific/Honolulu"},
    ):
        register(new_visitor(), event, **answers)

    ada, *others = registered()
    assert [(ada.needs, ada.phone, ada.mode, ada.version, ada.updated_at)] == before
    assert [place.session_id for place in ada.session_places] == [circle.id]
    assert (ada.language, ada.is_discreet) == ("en", True)
    assert {each.companion_of_id for each in others} <= {None}


NEW_EACH_TIME = re.compile(r'name="(?:csrf_token|mark)"[^>]*value="[^"]+"')

NEW_HEADERS = {"ETag", "X-Request-ID", "Set-Cookie", "Date", "Last-Modified"}


def answer_to(visitor, address: str, answers: dict[str, object]) -> dict[str, object]:
    """Return all that comes back: status and bytes of each page, without what is new each time."""
    first = visitor.client.post(address, data={**visitor.get(address).form(), **answers})
    then = visitor.client.get(first.location)
    receipt = first.location.rpartition("/")[2]
    headers = {name: "" if name in NEW_HEADERS else text for name, text in then.headers}
    body = NEW_EACH_TIME.sub("", then.text).replace(receipt, "")
    return {
        "answer": (first.status_code, len(first.location), len(first.data)),
        "page": then.status_code,
        **headers,
        "body": body.splitlines(),
    }


@pytest.mark.parametrize(
    ("free", "status"),
    [
        (3, Status.CONFIRMED),
        (2, Status.CONFIRMED),
        (1, Status.CONFIRMED),
        (0, Status.CONFIRMED),
        (0, Status.WAITLISTED),
    ],
)
@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"mode": "webcast"},
        {"companion_name": "Boris"},
        {"companion_name": "Boris", "pair_rule": "either"},
        {"companion_name": "Cora", "companion_email": "cora@people.example"},
    ],
)
def test_known_and_unknown_get_the_same_bytes(make, new_visitor, answers, free, status):
    """Two events alike, but that one knows Ada and the other Eve. Both know Cora."""
    heard = []
    for known in (ADA, {"name": "Eve", "email": "eve@people.example"}):
        taken = 2 if status == Status.CONFIRMED else 1
        event = make.event(capacity=taken + free, slug="forum-now")
        make.registration(event, name="Cora", email="cora@people.example")
        make.registration(event, name=known["name"], email=known["email"], status=status)
        heard.append(answer_to(new_visitor(), path(event), {**ADA, **answers}))
        event.slug, event.status = event.key, EventStatus.DRAFT
        db.session.commit()

    assert heard[0] == heard[1]


def test_find_answers_known_and_unknown_with_the_same_bytes(make, new_visitor):
    make.registration(make.event(), email="ada@people.example")

    known = answer_to(new_visitor(), "/find", {"email": "ada@people.example"})
    unknown = answer_to(new_visitor(), "/find", {"email": "eve@people.example"})

    assert known == unknown


@pytest.mark.parametrize("capacity", [1, 0])
def test_fifty_presses_of_one_form_are_one_booking_and_one_mail(app, make, visitor, capacity):
    event = make.event(capacity=capacity)
    answers = filled(visitor, event)
    address = path(event)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = visitor.client.get_cookie(name).value

    def press(_number: int) -> tuple[int, str]:
        client = app.test_client()
        client.set_cookie(name, cookie)
        answer = client.post(address, data=answers)
        return answer.status_code, answer.location.partition("/registered/")[0]

    with ThreadPoolExecutor(8) as threads:
        heard = set(threads.map(press, range(MANY)))

    assert heard == {(303, f"/events/{event.slug}")}
    [ada] = registered()
    assert ada.status == (Status.CONFIRMED if capacity else Status.WAITLISTED)
    assert event.gates[0].taken == capacity
    assert db.session.query(Message).count() == 1


def test_fifty_forms_of_one_person_are_one_booking_and_one_mail(app, make, new_visitor):
    """Each with a page, a cookie and a mark of its own, as fifty open tabs have."""
    event = make.event(capacity=40)
    address = path(event)
    tabs = [new_visitor() for _ in range(MANY)]
    forms = [filled(tab, event) for tab in tabs]

    def press(number: int) -> int:
        return tabs[number].client.post(address, data=forms[number]).status_code

    with ThreadPoolExecutor(8) as threads:
        heard = set(threads.map(press, range(MANY)))

    assert heard == {303}
    assert [each.status for each in registered()] == [Status.CONFIRMED]
    assert event.gates[0].taken == 1
    assert [each.facts for each in db.session.query(Message)] == [
        {},
        {"again": True, "asked": True},
    ]
