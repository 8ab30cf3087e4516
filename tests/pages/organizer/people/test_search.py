"""Finding someone, from any page of the desk, by what is known of her."""

from datetime import timedelta
from urllib.parse import unquote

import pytest

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.links import carried, carry
from forum.registration.models import CareState, Status
from tests.desk import EVENT, OrganizerAtDesk, desk_form, names, queries_for

SEARCH = "/organize/search"
HERE = f"{EVENT}/registrations/search"


@pytest.fixture
def maria(make, event):
    return make.registration(
        event,
        name="María Zoë O\N{RIGHT SINGLE QUOTATION MARK}Brien",
        email="m.obrien@people.example",
        phone="+16175550142;ext=12 call my daughter",
    )


@pytest.fixture
def others(make, event):
    make.registration(event, name="Boris", email="boris@people.example", phone="+16175550199")


def test_search_finds_people_as_people_write_them(maria, others, desk):
    for words in (
        *("maria", "MARÍA", "zoe", "O'Brien", "obrien maria", "O'Brien, María", "Dr. Zoe"),
        *("M.OBrien@people", "617 555 0142", "(617) 555-0142", "+1 617.555.0142 x7"),
    ):
        assert names(desk.submit(SEARCH, words=words, status=200)) == [maria.name], words


@pytest.mark.parametrize("words", ["%", "…", "maria boris", "617 555 0143", "555 0142", "_"])
def test_what_fits_nobody_finds_nobody(maria, others, desk, words):
    page = desk.submit(SEARCH, words=words, status=200)

    assert "No one by that name, address or number" in page.text


@pytest.mark.both_engines
@pytest.mark.parametrize(
    "words", ["Obrian", "obrein maria", "Mara Obrien", "Marai", "zoee", "Mariaa, Obriem"]
)
def test_a_slip_in_a_name_is_asked_about(maria, others, desk, words):
    for path in (SEARCH, HERE):
        page = desk.submit(path, words=words, status=200)
        assert (names(page), "Is it one of these?" in page.text) == ([maria.name], True), path


@pytest.mark.parametrize("words", ["Boris Maria", "Greta", "m", "mx.obrien@people.example", "42"])
def test_whoever_is_not_near_is_not_offered(maria, others, desk, words):
    page = desk.submit(HERE, words=words, status=200)

    assert "Is it one of these?" not in page.text


def test_whoever_is_not_found_can_be_added(maria, desk):
    assert desk.submit(HERE, words="Greta", status=200).links()["Add a person"] == (
        f"{EVENT}/registrations/add"
    )


PIECE = "Type the whole number, with its area code."


@pytest.mark.parametrize("words", ["0142", "555 0142", "555-0142", "(617) 555", "617555014"])
def test_a_piece_of_a_number_finds_nobody_and_is_told_to_be_whole(maria, desk, words):
    assert PIECE in desk.submit(SEARCH, words=words, status=200).text
    assert PIECE in desk.submit(HERE, words=words, status=200).text
    assert PIECE in desk.submit(f"{EVENT}/emails/", words=words, status=200).text


@pytest.mark.parametrize("words", ["617 555 0142", "617 555 0143", "boris", "42"])
def test_whatever_is_no_piece_of_a_number_is_not(maria, desk, words):
    assert PIECE not in desk.submit(SEARCH, words=words, status=200).text


def test_a_search_is_over_all_events_and_may_be_narrowed_to_one(make, event, maria, desk):
    earlier = make.event(slug="autumn", starts_at=clock.now() - timedelta(days=20), hours=1)
    make.registration(earlier, name="Maria O'Brien", status=Status.CANCELLED)
    make.registration(earlier, name="Maria Gone", care_state=CareState.REMEMBERED)

    here = desk.submit(HERE, words="maria", status=200)
    everywhere = desk.get(here.links()["Look in all events"])

    assert names(here) == [maria.name]
    assert names(everywhere) == ["Maria Gone", "Maria O'Brien", maria.name]


def test_what_is_found_has_an_address_without_a_word_of_it_and_is_only_hers(app, make, maria, desk):
    form = desk_form(desk.get(SEARCH))

    address = desk.post(SEARCH, {**form, "words": "maria o'brien"})
    person = desk.get(address).links()[maria.name]
    desk.get(person)

    assert names(desk.get(address)) == [maria.name]  # Back
    assert not any(word in unquote(address).casefold() for word in ("maria", "brien"))
    other = OrganizerAtDesk(app, make.organizer())
    assert other.get(address, status=422).errors() == ["This search is over. Please type it again."]
    for nonsense in (address[:-1], f"{SEARCH}?found=x", f"{SEARCH}?found=1.é"):
        assert "This search is over" in desk.get(nonsense, status=422).text, nonsense


def test_what_an_address_carries_is_read_for_two_hours_at_its_place_alone(app):
    now = clock.now()
    letters = carry("María", "search:1", now=now)

    assert carried(letters, "search:1", now=now + timedelta(hours=2, seconds=-1)) == "María"
    assert carried(letters, "search:1", now=now + timedelta(hours=2)) is None
    assert carried(letters, "search:2", now=now) is None


def test_many_are_paged_each_found_once(make, event, desk):
    for number in range(51):
        make.registration(event, name=f"Ada {number:02} Trialrun")

    first = desk.submit(SEARCH, words="trialrun ada", status=200)
    second = desk.get(first.links()["Next"])

    assert "51 registrations" in first.text
    assert (len(names(first)), len(names(second))) == (50, 1)
    assert {*names(first)}.isdisjoint(names(second))


def test_a_longer_list_of_found_people_asks_the_database_no_more(make, event, desk):
    make.registration(event)
    address = desk.post(SEARCH, {**desk_form(desk.get(SEARCH)), "words": "ada"})
    one = queries_for(desk, address)
    for _each in range(3):
        make.registration(make.event(), care_state=CareState.PAUSED)

    assert queries_for(desk, address) == one


def test_a_number_that_is_changed_or_taken_away_is_not_found_any_more(maria, desk):
    maria.phone = "+16175550177"
    assert maria.phone_code
    maria.phone = ""

    assert maria.phone_code is None


def test_the_box_stands_on_every_page_for_whoever_may_see_people(app, make, maria, desk):
    page = desk.get("/organize/events/")
    found = desk.post(SEARCH, {**page.form(SEARCH), "words": "zoe"}, status=200)
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

    assert names(found) == [maria.name]
    assert viewer.get("/organize/").links().get("Calls") is None
    assert "Find a person" not in viewer.get("/organize/").response.text
    viewer.get(SEARCH, status=403)
    viewer.get(HERE, status=403)
