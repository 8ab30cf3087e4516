"""r09 Ione has died. r10 Jasper, who came with her, is left in peace until he was asked."""

from urllib.parse import urlsplit

import pytest

from tests.stories.organizers import DESK

IONE, JASPER = "Ione Remembered", "Jasper Left"
LISTS = ("badges", "check-in")


@pytest.fixture
def ione(days, someone):
    days.come("2027-01-25 09:30")
    ione = someone(IONE)
    ione.register(
        mode="in_person",
        roles=["patient"],
        companion_name=JASPER,
        companion_email="jasper@people.example",
    )
    days.come("2027-03-01 11:00")
    return ione


@pytest.fixture
def jasper(ione, someone):
    return someone(JASPER)


@pytest.fixture
def remembered(ione, petra):
    """Petra was told. She remembers Ione, in two steps."""
    petra.come_back()
    asked = petra.follow(petra.find(IONE), "This person has died")
    sure = petra.follow(asked, "Continue")
    assert IONE in sure.text
    return petra.press(sure, "This person has died")


def feed_of(attendee) -> str:
    """Return where a calendar reads that follows her feed."""
    mine = attendee.open(attendee.mail[0].link("Open your page"))
    return urlsplit(mine.links()["Subscribe"]).path


def test_opening_petras_two_pages_changes_nothing(ione, petra, days):
    petra.come_back()
    asked = petra.follow(petra.find(IONE), "This person has died")
    petra.follow(asked, "Continue")

    days.come("2027-04-24 08:00")

    assert ione.kinds == ["confirmation", "reminder", "reminder"]


def test_from_then_on_nothing_reaches_ione_and_nothing_automatic_reaches_jasper(
    ione, jasper, remembered, days
):
    days.come("2027-05-30 10:00")

    assert ione.kinds == ["confirmation"]
    assert jasper.kinds == ["confirmation"]


def test_iones_entry_leaves_the_feed_without_a_word_to_the_familys_calendar(
    ione, petra, days, request
):
    feed = feed_of(ione)
    before = ione.client.get(feed).data
    request.getfixturevalue("remembered")
    days.work()

    after = ione.client.get(feed).data

    assert before.count(b"BEGIN:VEVENT") >= 1
    assert after.count(b"BEGIN:VEVENT") == 0
    assert b"CANCEL" not in after
    assert [mail.method for mail in ione.mail] == ["REQUEST"]


def test_iones_seat_goes_to_the_next_in_line_silently(ione, petra, days, someone, request):
    petra.come_back()
    petra.press(petra.get(f"{DESK}/places/in_person"), "Save", capacity="2")
    kestrel = someone("Kestrel Waiting")
    kestrel.register(mode="in_person")
    days.work()

    request.getfixturevalue("remembered")
    days.work()

    assert kestrel.kinds == ["waitlist", "offer"]
    assert "Ione" not in kestrel.newest.everything
    assert ione.kinds == ["confirmation"]


def test_no_list_names_ione_any_more(ione, remembered, petra):
    for name in LISTS:
        assert "Ione" not in petra.paper(name).text
    assert IONE not in petra.letters()
    assert IONE not in petra.letters("next-invitation")


def test_whoever_registers_as_ione_next_is_met_by_a_person_first(ione, remembered, days, petra):
    """It may be another of her name, or her family with her mailbox: nothing is sent meanwhile."""
    ione.register(mode="webcast")
    days.come("2027-03-02 10:00")

    petra.come_back()
    assert "Find out who it is before anything is sent." in petra.get("/organize/tasks").text
    assert ione.kinds == ["confirmation"]


def test_petra_undoes_it_when_it_was_the_wrong_person(ione, jasper, remembered, petra, days):
    page = petra.press(
        petra.follow(remembered, "Undo: this person is alive"), "This person is alive: undo"
    )

    assert "Has a place" in page.text
    history = page.text.partition("History")[2]
    assert "Petra Sandboxer" in history
    days.come("2027-04-24 08:00")
    assert ione.kinds == ["confirmation", "reminder", "reminder"]
    assert jasper.kinds == ["confirmation", "reminder", "reminder"]


def test_jasper_waits_for_petra_to_ask_and_then_hears_from_us_again(
    ione, jasper, remembered, petra, days
):
    tasks = petra.get("/organize/tasks")
    assert JASPER in tasks.text
    days.come("2027-03-03 10:00")
    petra.come_back()

    petra.answer(petra.get("/organize/tasks"), JASPER, release=True)
    days.come("2027-04-24 08:00")
    petra.come_back()

    assert JASPER not in petra.get("/organize/tasks").text
    assert jasper.kinds == ["confirmation", "reminder", "reminder"]
    assert ione.kinds == ["confirmation"]


def test_jasper_who_wants_no_more_is_left_alone(ione, jasper, remembered, petra, days):
    petra.answer(petra.get("/organize/tasks"), JASPER, release=False)

    days.come("2027-04-24 08:00")

    assert jasper.kinds == ["confirmation"]
