"""The waitlist at the desk: who waits, what is offered, why nobody is, and answers by phone."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.audit.models import Action, AuditEntry
from forum.care.models import Task
from forum.db import db, transaction
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.privacy.consents import has_agreed, text_in_force
from forum.privacy.models import ConsentPurpose
from forum.registration import actions
from forum.registration.models import CareState, PairRule, Status
from tests.desk import OrganizerAtDesk, at
from tests.people import XHTML
from tests.people import words as words_of
from tests.stored import fresh

pytestmark = pytest.mark.sqlite_is_enough

ROOM = "/organize/events/forum-2027/waitlist"
LINE = "line-in_person-caption"
OFFERS = "offers-in_person-caption"
WAITS = {"status": Status.WAITLISTED}


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027", capacity=2)


def rows(page, caption):
    """Return the cells of a table, row by row."""
    table = next(t for t in page.all("table") if t.find(f".//*[@id='{caption}']") is not None)
    body = next(table.iter(XHTML + "tbody"))
    return [[words_of(cell) for cell in row] for row in body.iter(XHTML + "tr")]


def deeds(action):
    return db.session.scalars(select(AuditEntry).where(AuditEntry.action == action)).all()


class TestTheLine:
    def test_it_is_shown_in_order_with_how_each_waits(self, make, desk, event):
        make.registration(event, name="Ada")
        make.registration(event, name="Boris")
        make.registration(event, name="Cora", short_notice=6, **WAITS)
        make.registration(
            event, name="Dora", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON, wait_no=9
        )

        page = desk.get(ROOM)

        assert "Places: 2. Taken: 2. Kept for offers: 0. Free: 0." in page.text
        since, full = "Sun, Nov 1, 2026, 7:00 am", "No place is free for them yet."
        assert rows(page, LINE) == [
            ["Cora", "1", since, "No place", "6 hours before", "No", full],
            ["Dora", "2", since, "Online", "No", "No", full],
        ]

    def test_who_had_a_place_elsewhere_first_waits_since_she_asked(self, make, desk, event, today):
        make.registration(event)
        make.registration(event)
        dora = make.registration(event, name="Dora", mode=Mode.WEBCAST)
        with transaction():
            actions.change_mode(dora, Mode.IN_PERSON, now=clock.now())

        cells = rows(desk.get(ROOM), LINE)

        assert cells[0][:3] == ["Dora", "1", "Mon, Nov 23, 2026, 10:00 am"]

    def test_two_who_wait_together_are_named_with_each_other(self, make, desk, event):
        make.registration(event)
        ada = make.registration(event, name="Ada", pair_rule=PairRule.TOGETHER, **WAITS)
        make.registration(
            event, name="Boris", pair_rule=PairRule.TOGETHER, companion_of=ada, **WAITS
        )

        page = desk.get(ROOM)

        assert [row[0] for row in rows(page, LINE)] == [
            "Ada together with Boris",
            "Boris together with Ada",
        ]
        assert "They come together and need two places; one is free." in page.text
        assert "Places are free, and nobody can be offered them" in page.text

    @pytest.mark.parametrize(
        ("how", "sentence"),
        [
            ({"care_state": CareState.PAUSED}, "Paused: they asked for no emails."),
            ({"care_state": CareState.HELD}, "On hold: someone must ask them first."),
            (
                {"wants_offers": False},
                "They did not answer the last offer. Ask whether they still wait.",
            ),
        ],
    )
    def test_it_says_why_a_free_place_is_offered_to_nobody(self, make, desk, event, how, sentence):
        make.registration(event, name="Ada", **WAITS, **how)

        page = desk.get(ROOM)

        assert "Places: 2. Taken: 0. Kept for offers: 0. Free: 2." in page.text
        assert "Places are free, and nobody can be offered them" in page.text
        assert rows(page, LINE)[0][-1] == sentence

    def test_in_the_last_three_days_it_says_who_wants_no_short_notice(
        self, make, desk, event, today
    ):
        make.registration(event, name="Ada", **WAITS)
        desk.get(ROOM)
        today.move_to(event.starts_at - timedelta(days=2))
        desk = OrganizerAtDesk(desk.client.application, desk.organizer)

        assert rows(desk.get(ROOM), LINE)[0][-1] == (
            "It is less than three days to the event, and they did not ask for short notice."
        )

    def test_open_offers_say_who_holds_them_and_until_when(self, make, desk, event):
        ada = make.registration(event, name="Ada", **WAITS)
        make.offer(ada, ends_at=datetime(2026, 11, 26, 13, 0, tzinfo=UTC))

        page = desk.get(ROOM)

        assert rows(page, OFFERS)[0][:2] == ["Ada", "Thu, Nov 26, 2026, 8:00 am"]
        assert page.links()["Answer for them: Ada"] == at(ada, "/offer")
        assert rows(page, LINE)[0][-1] == "A place is offered to them now."

    def test_the_remembered_are_in_no_line(self, make, desk, event):
        make.registration(event, name="Ione", care_state=CareState.REMEMBERED, **WAITS)

        assert "Ione" not in desk.get(ROOM).text

    def test_a_viewer_sees_nobody(self, app, make, event):
        viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

        viewer.get(ROOM, status=403)


class TestAnsweringByPhone:
    @pytest.fixture
    def greta(self, make, event):
        """Someone without an address, to whom a place is offered."""
        greta = make.registration(event, name="Greta Nomail", email=None, **WAITS)
        make.offer(greta, ends_at=clock.now() + timedelta(days=2))
        return greta

    def test_opening_the_page_answers_nothing(self, desk, greta):
        page = desk.get(at(greta, "/offer"))

        assert "A place is kept for Greta Nomail." in page.text
        assert fresh(greta).status == Status.WAITLISTED

    def test_a_yes_books_the_place_and_nobody_need_call_her_again(self, desk, greta, event):
        desk.submit(at(greta, "/offer"), answer="take")

        gate = next(gate for gate in event.gates if gate.mode == Mode.IN_PERSON)
        assert fresh(greta).status == Status.CONFIRMED
        assert (gate.taken, gate.held) == (1, 0)
        assert [entry.organizer_id for entry in deeds(Action.OFFER_ACCEPTED)] == [desk.organizer.id]
        assert db.session.scalars(select(Task)).all() == []

    def test_not_this_time_keeps_her_at_the_end_of_the_line(self, make, desk, greta, event):
        make.registration(event)
        boris = make.registration(event, name="Boris", **WAITS)

        desk.submit(at(greta, "/offer"), answer="wait")

        assert fresh(greta).wait_no > boris.wait_no
        declined = rows(desk.get(at(greta)), "offers-caption")[0]
        assert declined[:2] == ["In person", "Declined"]
        assert [entry.organizer_id for entry in deeds(Action.OFFER_DECLINED)] == [desk.organizer.id]

    def test_no_longer_waiting_cancels_who_has_no_other_place(self, desk, greta):
        desk.submit(at(greta, "/offer"), answer="leave")

        assert fresh(greta).status == Status.CANCELLED

    def test_an_answer_must_be_chosen(self, desk, greta):
        page = desk.submit(at(greta, "/offer"), status=422)

        assert page.errors() == ["Choose the answer"]
        assert fresh(greta).status == Status.WAITLISTED

    def test_of_two_of_whom_either_may_come_one_is_chosen(self, make, desk, event):
        ada = make.registration(event, name="Ada", pair_rule=PairRule.EITHER, **WAITS)
        boris = make.registration(
            event, name="Boris", pair_rule=PairRule.EITHER, companion_of=ada, **WAITS
        )
        make.offer(ada, ends_at=clock.now() + timedelta(days=2))

        desk.submit(at(ada, "/offer"), answer="take", taker=boris.public_id)

        assert fresh(boris).status == Status.CONFIRMED
        assert not has_agreed(boris, ConsentPurpose.REGISTRATION)  # it is not he who has spoken

    @pytest.mark.parametrize("answer", ["take", "wait"])
    def test_a_yes_given_by_phone_is_the_yes_of_who_was_registered_by_another(
        self, make, desk, event, answer
    ):
        ada = make.registration(event, name="Ada")
        boris = make.registration(event, name="Boris", companion_of=ada, **WAITS)
        make.offer(boris, ends_at=clock.now() + timedelta(days=2))
        said = str(text_in_force(ConsentPurpose.REGISTRATION).words)
        assert f"If they take the place, they agree: {said}" in desk.get(at(boris, "/offer")).text

        desk.submit(at(boris, "/offer"), answer=answer)

        assert has_agreed(fresh(boris), ConsentPurpose.REGISTRATION) == (answer == "take")
        assert not has_agreed(ada, ConsentPurpose.REGISTRATION)

    def test_an_offer_that_is_over_says_so(self, desk, make, event):
        ada = make.registration(event, name="Ada", **WAITS)

        response = desk.client.get(at(ada, "/offer"), follow_redirects=True)

        assert "Nothing is offered to this person now." in response.text


class TestHowSomeoneWaits:
    @pytest.fixture
    def ada(self, make, event):
        make.registration(event)
        make.registration(event)
        return make.registration(event, name="Ada", **WAITS)

    def test_her_page_says_what_she_waits_for(self, desk, ada):
        text = desk.get(at(ada)).text

        for words in ("Waits for a place", "Number on the waitlist1", "Place for nowNo place"):
            assert words in text

    def test_short_notice_and_taking_without_asking_are_set_by_phone(self, desk, ada):
        day = {"auto_take-month": "4", "auto_take-day": "20", "auto_take-year": "2027"}

        desk.submit(at(ada, "/waiting"), short_notice="3", **day)

        until = datetime(2027, 4, 21, 3, 59, tzinfo=UTC)
        assert (fresh(ada).short_notice, ada.auto_take_until) == (3, until)
        assert [entry.organizer_id for entry in deeds(Action.WAITING_CHANGED)] == [
            desk.organizer.id
        ]

    def test_a_day_that_is_over_is_refused(self, desk, ada):
        day = {"auto_take-month": "4", "auto_take-day": "20", "auto_take-year": "2020"}

        page = desk.submit(at(ada, "/waiting"), short_notice="none", status=422, **day)

        assert page.errors() == ["This day is in the past. Enter a day in the future."]
        assert fresh(ada).auto_take_until is None

    def test_who_left_an_offer_unanswered_is_asked_and_offered_the_next(self, make, desk, event):
        ada = make.registration(event, name="Ada", wants_offers=False, **WAITS)
        assert "They did not answer the last offer" in desk.get(at(ada)).text

        desk.submit(at(ada), action=at(ada, "/waiting/again"))

        assert fresh(ada).wants_offers is True
        assert [each.email for each in db.session.scalars(select(Message))] == ["offer"]

    def test_who_stops_waiting_keeps_her_other_place(self, make, desk, event):
        dora = make.registration(
            event, name="Dora", mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON, wait_no=9
        )

        desk.submit(at(dora, "/waiting/leave"))

        assert (fresh(dora).status, dora.mode, dora.waits_for) == (
            Status.CONFIRMED,
            Mode.WEBCAST,
            None,
        )

    def test_who_has_no_other_place_is_led_to_canceling(self, desk, ada):
        response = desk.client.get(at(ada, "/waiting/leave"))

        assert response.location == at(ada, "/cancel")

    @pytest.mark.parametrize("room", ["waiting", "waiting/leave"])
    def test_who_waits_no_more_has_no_such_page_and_a_window_that_was_open_says_so(
        self, make, desk, event, room
    ):
        ada = make.registration(event)

        assert desk.client.get(at(ada, f"/{room}")).location == at(ada)
        assert "This person is no longer waiting for a place." in desk.get(at(ada)).text
