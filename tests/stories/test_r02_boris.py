"""r02 Boris: comes with Ada, and reads his mail in her mailbox."""

import pytest

from tests.registering import BOOKED, outcome


@pytest.fixture
def ada(days, someone):
    days.come("2027-01-25 09:30")
    ada = someone("Ada Q. Trialrun")
    page = ada.register(
        mode="in_person",
        roles=["patient"],
        companion_name="Boris Trialrun",
        pair_rule="either",
        needs="A wheelchair",
    )
    assert outcome(page) == BOOKED
    days.work()
    return ada


def named(ada, name: str) -> list:
    """Return the mail in her mailbox that is for one of the two."""
    return [mail for mail in ada.mail if mail.reader == name]


def test_two_mails_in_one_mailbox_say_whose_they_are(ada):
    hers, his = named(ada, "Ada Q. Trialrun"), named(ada, "Boris Trialrun")

    assert [len(hers), len(his)] == [1, 1]
    assert his[0].words.startswith("Hello Boris Trialrun,")
    assert hers[0].words.startswith("Hello Ada Q. Trialrun,")
    assert "Boris" in his[0].subject
    assert "Ada" in hers[0].subject
    assert hers[0].link("Open your page") != his[0].link("Open your page")


def test_boris_cancels_alone_and_ada_keeps_her_place_and_her_entry(ada, days):
    [his], [hers] = named(ada, "Boris Trialrun"), named(ada, "Ada Q. Trialrun")

    asked = ada.open(his.link("Cancel your place"))
    page = ada.press(asked, "Cancel my place")
    days.work()

    assert "Your registration is canceled" in page.text
    assert "For Boris Trialrun" in page.text
    mine = ada.open(hers.link("Open your page"))
    assert "Your place in person is booked" in mine.text
    assert [mail.kind for mail in named(ada, "Ada Q. Trialrun")] == ["confirmation"]
    told = named(ada, "Boris Trialrun")[-1]
    assert (told.kind, told.method, told.entry.sequence) == ("cancellation", "CANCEL", 1)
    days.come("2027-04-24 08:15")
    assert [mail.kind for mail in named(ada, "Boris Trialrun")] == ["confirmation", "cancellation"]
    assert [mail.kind for mail in named(ada, "Ada Q. Trialrun")] == [
        "confirmation",
        "reminder",
        "reminder",
    ]


def test_both_their_entries_stand_in_one_calendar(ada):
    """A calendar keeps one entry per UID, and the end of his must not take hers away."""
    [hers], [his] = named(ada, "Ada Q. Trialrun"), named(ada, "Boris Trialrun")

    assert {hers.method, his.method} == {"REQUEST"}
    assert hers.entry.starts_at == his.entry.starts_at
    assert hers.entry.uid != his.entry.uid


def test_boris_consents_for_himself_and_sees_only_his_own_data(ada):
    [his] = named(ada, "Boris Trialrun")

    page = ada.open(his.link("Open your page"))
    assert "Ada Q. Trialrun registered you. Is that right?" in page.text

    agreed = ada.press(page, "Yes, keep my registration")

    assert "Is that right?" not in agreed.text
    assert "Ada Q. Trialrun" in ada.way(agreed, "Someone with me").text
    details = ada.way(agreed, "My details")
    assert "Boris Trialrun" in details.text
    assert "wheelchair" not in details.text


def test_when_ada_asks_for_her_link_again_both_come_each_with_its_name(ada, days):
    sent = ada.submit("/find", email=ada.address)
    days.work()

    assert ada.get(sent).heading
    assert {(mail.kind, mail.reader) for mail in ada.mail[2:]} == {
        ("my_link", "Ada Q. Trialrun"),
        ("my_link", "Boris Trialrun"),
    }
