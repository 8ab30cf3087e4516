"""What people and the desk have said since the backup counts after the restore, too."""

from datetime import date

import pytest

from forum import clock
from forum.accounts import rules as accounts
from forum.accounts.models import Organizer, Passkey
from forum.care import actions as care
from forum.care.models import TaskKind
from forum.db import db, transaction
from forum.errors import ChangedMeanwhile
from forum.incoming.models import ReportKind
from forum.incoming.queries import block_of
from forum.registration.models import CareState, InviteLink
from forum.registration.my.details import actions as details
from forum.registration.places import invites
from tests.actions.care.caring import do
from tests.stored import registered, seen, tasks


@pytest.fixture
def petra(make):
    return make.organizer()


def restores(operator, number: int = 1) -> None:
    code, said = operator.restores("--replacing", str(number))
    assert code == 0, said


def her(name: str = "Ada"):
    return next(each for each in registered() if each.name == name)


def test_whoever_has_died_since_under_a_corrected_name_is_known(operator, ada, petra):
    operator.backs_up()
    do(details.change, her(), {"name": "Adelaide Lovell"}, version=1, by=db.session.merge(petra))
    do(care.remember, her("Adelaide Lovell"), by=db.session.merge(petra))

    restores(operator)

    assert her().care_state == CareState.HELD
    assert [(each.kind, each.registration.name) for each in tasks()] == [
        (TaskKind.CHECK_PERSON, "Ada")
    ]


@pytest.mark.parametrize("until", [date(2027, 3, 1), None])
def test_a_pause_that_was_made_longer_stays_longer(operator, ada, until):
    do(care.pause, her(), date(2027, 1, 10))
    operator.backs_up()
    do(care.pause, her(), until)

    restores(operator)

    assert (her().care_state, her().care_until) == (CareState.PAUSED, until)


def test_a_pause_that_was_made_shorter_is_the_longer_one_again(operator, ada):
    do(care.pause, her(), date(2027, 3, 1))
    operator.backs_up()
    do(care.pause, her(), date(2027, 1, 10))

    restores(operator)

    assert her().care_until == date(2027, 3, 1)


@pytest.mark.parametrize("kind", [ReportKind.COMPLAINT, ReportKind.HARD])
def test_an_address_that_was_blocked_since_stays_blocked(operator, ada, make, kind):
    operator.backs_up()
    make.block(her().email, kind)
    make.block("stranger@people.example", kind)

    restores(operator)

    assert block_of(her().email) == kind
    assert block_of("stranger@people.example") is None
    calls = [(each.about, each.registration.name) for each in tasks()]
    assert calls == ([("returned", "Ada")] if kind == ReportKind.HARD else [])


def test_whoever_has_chosen_neutral_words_since_is_written_to_in_them(operator, ada, make):
    make.registration(ada.event, name="Dr. Cleo", is_discreet=False)
    with transaction():
        ada.is_discreet = False
    operator.backs_up()
    do(details.change, her(), {"is_discreet": True}, version=her().version)

    restores(operator, 2)

    assert {each.name: each.is_discreet for each in registered()} == {
        "Ada": True,
        "Dr. Cleo": False,
    }


def test_whoever_has_said_since_that_nobody_pauses_for_her_is_taken_at_her_word(
    operator, ada, make
):
    make.registration(ada.event, name="Boris", companion_of=ada)
    do(care.let_companion_pause, her(), lets=True)
    operator.backs_up()
    do(care.let_companion_pause, her(), lets=False)

    restores(operator, 2)

    assert her().has_let_companion_pause is False


def test_an_invite_link_that_was_ended_since_opens_nothing(operator, ada, petra):
    event, by = her().event, db.session.merge(petra)
    with transaction():
        for label in ("Leaked", "Board"):
            db.session.add(invites.make(event, label, (), None, None, by=by, now=clock.now()))
    operator.backs_up()
    leaked = seen(db.select(InviteLink).where(InviteLink.label == "Leaked"))[0]
    do(invites.revoke, leaked, by=db.session.merge(petra))

    restores(operator)

    ended = {each.label: each.revoked_at is not None for each in seen(db.select(InviteLink))}
    assert ended == {"Leaked": True, "Board": False}


def test_a_mailed_link_alone_adds_no_passkey_where_the_first_was_added_since(operator, ada, make):
    petra = make.organizer(name="Petra", email="petra@lantern.example")
    operator.backs_up()
    key = {"credential_id": "phone", "public_key": "", "created_at": clock.now()}
    with transaction():
        db.session.add(Passkey(organizer_id=petra.id, **key))

    restores(operator)

    [now_again] = seen(db.select(Organizer))
    assert accounts.may_add_passkey(now_again, has_one=False, now=clock.now()) is False


def test_a_form_that_was_open_before_the_restore_overwrites_nothing(operator, ada):
    operator.backs_up()
    do(details.change, her(), {"food": "vegan"}, version=her().version)
    seen_then = her().version

    restores(operator)
    do(details.change, her(), {"food": "no nuts"}, version=her().version)

    with pytest.raises(ChangedMeanwhile):
        do(details.change, her(), {"food": "vegan, no nuts"}, version=seen_then)


def test_a_restore_over_an_older_release_s_organizers_is_no_mistake(operator, ada, petra):
    operator.backs_up()
    with transaction():
        db.session.execute(db.text("ALTER TABLE organizer DROP COLUMN has_had_passkey"))

    restores(operator)

    assert [each.has_had_passkey for each in seen(db.select(Organizer))] == [False]
