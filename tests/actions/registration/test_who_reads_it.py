"""An address is corrected for nobody who has shown that it is right for them."""

import pytest

from forum import clock
from forum.care import actions as care
from forum.db import db, transaction
from forum.events.models import Mode
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration import actions
from forum.registration.models import Registration, Source, Status
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions
from forum.registration.register import correcting_actions
from forum.registration.requests import Companion
from tests.actions.care.caring import do
from tests.actions.registration.asking import asks, register
from tests.stored import fresh, look_again

BOX = "ada@people.example"
RIGHT = "boris@people.example"


@pytest.fixture
def pair(make):
    """Ada, and Boris, who came in together at her address and says that his is another."""
    event = make.event()
    ada = make.registration(event, name="Ada", email=BOX, source=Source.SELF)
    boris = make.registration(event, name="Boris", email=BOX, companion_of=ada, source=Source.SELF)
    return ada, boris


def is_moved(pair, petra, **chosen) -> bool:
    """Correct Boris's address, and tell whether hers went along."""
    ada, boris = (fresh(each) for each in pair)
    do(correcting_actions.correct_at_desk, boris, RIGHT, by=petra, **chosen)
    assert fresh(boris).email == RIGHT
    return fresh(ada).email != BOX


@pytest.fixture
def petra(make):
    return make.organizer()


def test_who_came_in_together_and_shows_nothing_moves_along(app, pair, petra):
    assert is_moved(pair, petra)


@pytest.mark.parametrize("answer", ["accepted", "tentative"])
def test_whose_calendar_has_answered_stays(app, make, pair, petra, answer):
    make.calendar_reply(pair[0], answer)

    assert not is_moved(pair, petra)


DEEDS = {
    "asks for another address": lambda ada: do(address_actions.ask, ada, "new@people.example"),
    "changes her details": lambda ada: do(
        details.change, ada, {"is_first_time": True}, version=ada.version
    ),
    "chooses another way": lambda ada: do(actions.change_mode, ada, Mode.WEBCAST),
    "chooses sessions": lambda ada: do(actions.choose_sessions, ada, ()),
    "is invited to the next forum": lambda ada: do(
        privacy.record, ada, ConsentPurpose.NEXT_INVITATION, language="en"
    ),
    "lets whoever comes with her pause": lambda ada: do(care.let_companion_pause, ada, lets=True),
    "pauses": lambda ada: do(care.pause, ada, None),
}


@pytest.mark.parametrize("deed", sorted(DEEDS))
def test_who_has_used_the_link_that_went_there_stays(app, pair, petra, deed):
    DEEDS[deed](fresh(pair[0]))

    assert not is_moved(pair, petra)


def test_what_the_desk_or_a_companion_has_done_for_her_shows_nothing(app, pair, petra):
    ada, boris = pair
    do(actions.change_mode, fresh(ada), Mode.WEBCAST, by=petra)
    with transaction():
        fresh(ada).has_let_companion_pause = True
    do(care.pause, fresh(ada), None, through=boris)
    with transaction():
        fresh(ada).has_let_companion_pause = False

    assert is_moved(pair, petra)


@pytest.mark.parametrize("ends", ["answer", "cancel", "reminders"])
def test_a_stranger_who_ends_what_is_not_meant_for_him_shows_nothing(app, make, pair, petra, ends):
    ada = fresh(pair[0])
    if ends == "answer":
        make.calendar_reply(ada, "declined")
    elif ends == "cancel":
        do(actions.cancel, ada)
    else:
        do(actions.set_reminders, ada, wants=False)

    assert is_moved(pair, petra)


def test_what_she_did_under_an_address_before_shows_nothing_of_this_one(
    app, make, pair, petra, today
):
    ada, boris = pair
    do(actions.change_mode, fresh(ada), Mode.WEBCAST)
    today.shift(60)
    do(correcting_actions.correct_at_desk, fresh(ada), "adda@people.example", by=petra)
    today.shift(60)

    do(correcting_actions.correct_at_desk, fresh(boris), "adda@people.example", by=petra)
    today.shift(60)
    do(correcting_actions.correct_at_desk, fresh(boris), RIGHT, by=petra)

    assert (fresh(ada).email, boris.email) == (RIGHT, RIGHT)


@pytest.mark.parametrize("is_chosen", [False, True])
def test_the_desk_has_the_last_word(app, make, pair, petra, is_chosen):
    if is_chosen:
        make.calendar_reply(pair[0], "accepted")
    along = [pair[0].public_id] if is_chosen else []

    assert is_moved(pair, petra, along=along) == is_chosen


def test_nobody_at_another_address_can_be_chosen(app, make, pair, petra):
    zoe = make.registration(pair[0].event, name="Zoe", email="zoe@people.example")

    is_moved(pair, petra, along=[zoe.public_id])

    assert fresh(zoe).email == "zoe@people.example"


class TestRightAfterRegistering:
    """Ada's form has brought her and Boris, at the one address that she typed."""

    @pytest.fixture
    def event(self, make, today):
        event = make.event()
        boris = Companion(name="Boris", email=BOX, mode=Mode.IN_PERSON)
        register(event, asks("Ada", BOX, form_key="form", companion=boris), now=clock.now())
        return event

    def corrects(self, event, **chosen):
        do(
            correcting_actions.correct_address,
            fresh(event),
            "form",
            "adda@people.example",
            **chosen,
        )
        look_again()
        people = db.session.query(Registration).order_by(Registration.id)
        return {each.name: each.email for each in people if each.status != Status.CANCELLED}

    @pytest.mark.parametrize("sign", ["agreed", "answered"])
    def test_a_companion_who_has_shown_that_he_reads_it_stays(self, make, event, today, sign):
        boris = db.session.query(Registration).filter_by(name="Boris").one()
        today.shift(60)
        if sign == "agreed":
            do(privacy.record, fresh(boris), ConsentPurpose.REGISTRATION, language="en")
        else:
            make.calendar_reply(boris, "accepted", at=clock.now())

        assert self.corrects(event) == {"Ada": "adda@people.example", "Boris": BOX}

    def test_a_companion_whom_she_leaves_out_stays(self, event):
        found = self.corrects(event, with_companion=False)

        assert found == {"Ada": "adda@people.example", "Boris": BOX}

    def test_a_companion_with_the_same_slip_moves_along(self, event):
        assert set(self.corrects(event).values()) == {"adda@people.example"}
