"""Quiet time: no emails until a day or a word, for oneself or someone close; the place stays."""

from datetime import UTC, date, datetime, timedelta

import pytest

from forum import clock
from forum.care import actions as care
from forum.db import db, transaction
from forum.registration.models import CareState, Registration, Status
from tests.my import my
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough


@pytest.fixture
def ada(make) -> Registration:
    return make.registration(make.event(), name="Ada Q. Trialrun", timezone="America/Phoenix")


@pytest.fixture
def boris(make, ada) -> Registration:
    return make.registration(ada.event, name="Boris", companion_of=ada, needs="A quiet corner")


def day(month: str, number: str, year: str) -> dict[str, str]:
    return {"day-month": month, "day-day": number, "day-year": year}


def ask(visitor, registration, status: int = 303, **answers):
    """Ask for quiet time on her own page."""
    return visitor.submit(
        my(registration, "pause"), action=my(registration, "pause"), status=status, **answers
    )


@pytest.mark.parametrize(
    ("answers", "until"),
    [
        ({"how_long": "7"}, date(2026, 11, 30)),
        ({"how_long": "14"}, date(2026, 12, 7)),
        ({"how_long": "30"}, date(2026, 12, 23)),
        ({"how_long": "told"}, None),
        ({"how_long": "day", **day("January", "5", "2027")}, date(2027, 1, 5)),
        (day("ene", "5", "2027"), date(2027, 1, 5)),
    ],
)
def test_she_asks_for_quiet_and_keeps_her_place(visitor, ada, answers, until):
    page = visitor.get(ask(visitor, ada, **answers))

    assert "Done. No emails go out for now. Nothing else changes." in page.text
    assert "Your place in person is booked." in page.text
    look_again()
    assert (ada.care_state, ada.care_until, ada.status) == (
        CareState.PAUSED,
        until,
        Status.CONFIRMED,
    )


def test_he_is_not_told_that_emails_go_out_again_while_he_is_held(visitor, make, ada, boris):
    ask(visitor, boris, how_long="told")
    form = visitor.get(my(boris, "pause")).form(my(boris, "pause/end"))
    with transaction():
        care.remember(ada, now=clock.now(), by=make.organizer())

    said = visitor.get(visitor.post(my(boris, "pause/end"), form)).text

    assert "No emails go out at the moment. We ask before we write again." in said
    assert "Emails go out again" not in said


def test_her_page_says_until_when_it_is_quiet_and_how_to_end_it(visitor, ada):
    ask(visitor, ada, how_long="14")
    page = visitor.get(my(ada))
    assert "No emails until Monday, December 7, 2026" in page.text
    assert page.links()["Send me emails again"] == my(ada, "pause")

    back = visitor.get(visitor.submit(my(ada, "pause"), action=my(ada, "pause/end")))

    assert "Done. Emails go out again." in back.text
    assert "No emails until" not in back.text
    look_again()
    assert ada.care_state == CareState.ACTIVE


def test_the_page_says_that_a_pause_is_for_all_her_events(visitor, ada):
    page = visitor.get(my(ada, "pause"))

    assert "This is for all events that you are registered for" in page.text
    assert "Lantern spring day" not in page.text.partition("Help")[0]


def test_on_the_morning_of_the_day_it_is_over(visitor, ada, today):
    ask(visitor, ada, how_long="7")

    today.shift(timedelta(days=7))

    assert "No emails until" not in visitor.get(my(ada)).text


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({}, "Choose how long"),
        ({"how_long": "99999"}, "Choose how long"),
        ({"how_long": "🌷" * 2500}, "Choose how long"),
        ({"how_long": "day"}, "Enter the day on which emails begin again"),
        (
            {"how_long": "day", **day("11", "23", "2026")},
            "Enter a day in the future",
        ),
        (
            {"how_long": "day", **day("11", "23", "2028")},
            "Enter a day within the next two years",
        ),
        ({"how_long": "day", **day("February", "30", "2027")}, "Enter a day like January 22, 2027"),
        ({"how_long": "day", **day("soon", "🌷", "-1")}, "Enter a day like January 22, 2027"),
    ],
)
def test_what_makes_no_sense_is_said_and_emails_go_on(visitor, ada, answers, sentence):
    page = ask(visitor, ada, status=422, **answers)

    assert page.errors() == [sentence]
    assert page.title == "Error: Pause emails"
    form = page.form(my(ada, "pause"))
    assert [form[name] for name in answers if name.startswith("day-")] == [
        each for name, each in answers.items() if name.startswith("day-")
    ]
    look_again()
    assert ada.care_state == CareState.ACTIVE


def allow(visitor, registration, page) -> str:
    """Let whoever comes with her ask for quiet time, by the button on her page."""
    action = my(registration, "pause/companion")
    return visitor.post(action, {**page.form(action), "lets": "yes"})


def test_nobody_asks_for_her_before_she_has_allowed_it_on_her_own_page(visitor, ada, boris):
    address = my(boris, f"companions/{ada.public_id}/pause")
    page = visitor.get(address)
    assert "Ada Q. Trialrun has not agreed to it yet." in page.text
    form = visitor.get(my(ada, "pause")).form(my(ada, "pause"))

    refused = visitor.post(address, {**form, "how_long": "7"}, status=422)

    assert refused.errors() == [
        "This person has not agreed to it yet. They can do so on their own page."
    ]
    look_again()
    assert ada.care_state == CareState.ACTIVE


def test_she_allows_it_and_takes_that_back(visitor, ada, boris):
    visitor.submit(my(boris), action=my(boris, "agree"))
    page = visitor.get(my(ada, "pause"))
    assert "If you allow it, Boris can pause emails to you, for this event." in page.text

    page = visitor.get(allow(visitor, ada, page))
    assert "Done. They can pause emails to you." in page.text
    action = my(ada, "pause/companion")
    page = visitor.get(visitor.post(action, {**page.form(action), "lets": "no"}))

    assert "Done. Only you can pause emails to you." in page.text
    look_again()
    assert not ada.has_let_companion_pause


def test_someone_close_asks_for_her_and_sees_nothing_of_hers(visitor, ada, boris):
    ada.needs = "A wheelchair"
    ada.has_let_companion_pause = True
    db.session.commit()
    address = my(boris, f"companions/{ada.public_id}/pause")
    assert visitor.get(my(boris, "companions/")).links()["Pause emails for Ada Q. Trialrun"] == (
        address
    )
    page = visitor.get(address)
    assert page.heading == "Pause emails for Ada Q. Trialrun"
    assert "wheelchair" not in page.text

    visitor.submit(address, how_long="told")

    look_again()
    assert (ada.care_state, boris.care_state) == (CareState.PAUSED, CareState.ACTIVE)
    visitor.submit(address, action=f"{address}/end")
    look_again()
    assert ada.care_state == CareState.ACTIVE


def test_nobody_can_quiet_a_stranger(visitor, make, ada):
    stranger = make.registration(ada.event)
    form = visitor.get(my(ada, "pause")).form(my(ada, "pause"))

    for public_id in (stranger.public_id, ada.public_id, "x"):
        for more in ("pause", "pause/end"):
            address = my(ada, f"companions/{public_id}/{more}")
            visitor.post(address, {**form, "how_long": "7"}, status=404)

    look_again()
    assert stranger.care_state == CareState.ACTIVE


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "For example: July 30, 2027"), ("es", "Por ejemplo: 30 de julio de 2027")],
)
def test_the_day_that_stands_as_an_example_is_to_come(visitor, make, today, lang, said):
    today.move_to(datetime(2027, 5, 31, 16, tzinfo=UTC), tick=False)
    her = make.registration(make.webcast(starts_at=datetime(2027, 6, 16, 22, 30, tzinfo=UTC)))

    assert said in visitor.get(my(her, f"pause?lang={lang}")).text


def test_looking_at_the_page_changes_nothing(visitor, ada):
    visitor.get(my(ada, "pause"))
    visitor.client.head(my(ada, "pause"))

    look_again()
    assert (ada.care_state, ada.version) == (CareState.ACTIVE, 1)


def test_the_pages_never_say_why_someone_might_want_quiet(visitor, ada, boris):
    ada.has_let_companion_pause = True
    db.session.commit()
    for address in (my(ada, "pause"), my(boris, f"companions/{ada.public_id}/pause")):
        text = visitor.get(address).text.lower()
        assert not any(word in text for word in ("hospital", "ill", "treatment", "sick"))


def test_a_day_that_is_not_chosen_refuses_no_pause(visitor, ada):
    answers = {"how_long": "7", "day-month": "Smarch", "day-day": "40", "day-year": "2027"}

    visitor.submit(my(ada, "pause"), **answers)

    look_again()
    assert ada.care_state == CareState.PAUSED
