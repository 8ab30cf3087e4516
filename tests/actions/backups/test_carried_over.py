"""What was so for good in the database that is replaced is so in the restored one."""

from datetime import timedelta

import pytest

from forum import clock
from forum.accounts.actions import end_all
from forum.accounts.models import Organizer, SignIn, SignInLink
from forum.care import actions as care
from forum.care.models import HashKey, TaskKind
from forum.care.queries import is_remembered
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.links import feed_token, my_token
from forum.operations.backups import making
from forum.operations.doctor import examine
from forum.privacy import carried, housekeeping
from forum.privacy.carrying_actions import set_aside
from forum.registration.models import AddressChange, CareState
from forum.registration.my.details import actions as details
from tests.actions.care.caring import changes, do
from tests.stored import look_again, registered, seen, tasks

DAY = timedelta(days=1)


@pytest.fixture
def petra(make):
    return make.organizer()


def states() -> dict[str, CareState]:
    look_again()
    return {each.name: each.care_state for each in registered()}


def asked_of() -> list[tuple[TaskKind, str]]:
    look_again()
    return [(each.kind, each.registration.name) for each in tasks() if each.done_at is None]


def remember(person, petra):
    """Remember someone; a command in between has closed the session that she was read in."""
    do(care.remember, db.session.merge(person), by=petra)


def test_who_was_remembered_after_the_backup_is_not_written_to_after_it_is_restored(
    operator, ada, petra
):
    operator.backs_up()
    remember(ada, petra)

    code, said = operator.restores("--replacing", "1")

    assert code == 0, said
    assert "1 people are held, who have died or are close to someone who has" in said
    assert states() == {"Ada": CareState.HELD}
    [back] = registered()
    assert is_remembered(back.name, back.email)
    assert changes(back) == [{"from": "active", "to": "held"}]
    assert asked_of() == [(TaskKind.CHECK_PERSON, "Ada")]
    assert not carried.file(operator.folder).exists()


def test_whoever_was_linked_to_her_is_held_in_every_event_until_he_was_asked(
    operator, ada, make, petra
):
    boris = {"name": "Boris", "email": "boris@people.example"}
    make.registration(ada.event, companion_of=ada, **boris)
    make.registration(make.event(), **boris)
    make.registration(make.event(), name="Cora", email="cora@people.example")
    operator.backs_up()
    remember(ada, petra)

    operator.restores("--replacing", "4")

    assert [(each.name, each.care_state) for each in registered()] == [
        ("Ada", CareState.HELD),
        ("Boris", CareState.HELD),
        ("Boris", CareState.HELD),
        ("Cora", CareState.ACTIVE),
    ]
    assert asked_of() == [(TaskKind.CHECK_PERSON, "Ada"), (TaskKind.ASK_COMPANION, "Boris")]


def test_a_couple_who_have_both_died_are_asked_about_once_each(operator, ada, make, petra):
    boris = make.registration(
        ada.event, name="Boris", email="boris@people.example", companion_of=ada
    )
    operator.backs_up()
    remember(ada, petra)
    remember(boris, petra)

    operator.restores("--replacing", "2")

    assert set(states().values()) == {CareState.HELD}
    assert asked_of() == [(TaskKind.CHECK_PERSON, "Ada"), (TaskKind.CHECK_PERSON, "Boris")]


def test_the_keys_by_which_she_is_known_come_along(operator, ada, petra):
    operator.backs_up()
    remember(ada, petra)
    before = [(each.name, each.key) for each in seen(db.select(HashKey))]
    assert before

    operator.restores("--replacing", "1")

    assert [(each.name, each.key) for each in seen(db.select(HashKey))] == before


def test_nobody_is_asked_again_about_what_was_known_before_the_backup(operator, ada, make, petra):
    remember(ada, petra)
    namesake = make.registration(make.event(), name="Ada", email=ada.email)
    operator.backs_up()

    code, said = operator.restores("--replacing", "2")

    assert code == 0, said
    assert "held" not in said
    assert [each.care_state for each in registered()] == [CareState.REMEMBERED, CareState.ACTIVE]
    assert namesake.care_state == CareState.ACTIVE
    assert asked_of() == []


def test_a_human_who_says_that_it_is_another_lets_her_be_written_to(operator, ada, petra):
    operator.backs_up()
    remember(ada, petra)
    operator.restores("--replacing", "1")
    [task] = tasks()

    do(care.settle, task, TaskAnswer.ANOTHER, by=db.session.query(Organizer).first() or petra)

    assert states() == {"Ada": CareState.ACTIVE}


def test_an_organizer_who_was_ended_stays_ended_and_signed_out(operator, ada, make):
    make.organizer(email="petra@lantern.example", name="Petra")
    gone = make.organizer(email="hollis@lantern.example", name="Hollis")
    now = clock.now()
    with transaction():
        db.session.add(
            SignIn(
                organizer_id=gone.id,
                token_hash="0f3a",
                created_at=now,
                last_seen_at=now,
                expires_at=now,
            )
        )
    operator.backs_up()
    with transaction():
        db.session.get_one(Organizer, gone.id).is_active = False

    code, said = operator.restores("--replacing", "1")

    assert code == 0, said
    assert "1 organizers who had been ended were ended again.\n" in said
    found = {each.name: each.is_active for each in seen(db.select(Organizer))}
    assert (found["Petra"], found["Hollis"]) == (True, False)
    assert [each.ended_at is not None for each in seen(db.select(SignIn))] == [True]


def test_a_personal_link_that_she_has_ended_stays_dead_and_her_newest_one_opens_her_page(
    operator, ada, visitor
):
    dead, feed = my_token(ada), feed_token(ada)
    now = clock.now()
    with transaction():
        asked = AddressChange(
            registration_id=ada.id,
            new_email="x@people.example",
            created_at=now,
            expires_at=now + DAY,
        )
        db.session.add(asked)
    operator.backs_up()
    [her] = registered()
    with transaction():
        details.renew_link(her, now=clock.now())
    newest = my_token(registered()[0])

    code, said = operator.restores("--replacing", "1")

    assert code == 0, said
    assert visitor.client.get(f"/my/{dead}/").status_code == 404
    assert visitor.client.get(f"/my/{newest}/").status_code == 200
    assert visitor.client.get(f"/my/{feed}/calendar.ics").status_code == 404
    assert [each.expires_at <= clock.now() for each in seen(db.select(AddressChange))] == [True]


def test_nobody_is_signed_in_by_a_restore_who_has_signed_out_since(operator, ada, petra):
    now = clock.now()
    facts = {"organizer_id": petra.id, "created_at": now, "expires_at": now + timedelta(hours=12)}
    with transaction():
        db.session.add(SignIn(token_hash="0f3a", last_seen_at=now, **facts))
        db.session.add(SignInLink(public_id="mailed", **facts))
    operator.backs_up()
    with transaction():
        hers = db.session.query(Organizer).one()
        end_all(hers, by=hers, now=now)

    code, said = operator.restores("--replacing", "1")

    assert code == 0, said
    assert [each.ended_at is not None for each in seen(db.select(SignIn))] == [True]
    assert [each.used_at is not None for each in seen(db.select(SignInLink))] == [True]


@pytest.mark.parametrize("by_worker", [True, False])
def test_what_a_killed_restore_has_set_aside_is_known_to_worker_and_purge(
    operator, ada, petra, by_worker
):
    """The database has been replaced, and nothing has been done to it yet."""
    remember(ada, petra)
    db.session.remove()
    set_aside(making.store_of(operator.settings).carried(), operator.folder)
    do(care.undo_remember, registered()[0], by=petra)
    set_aside(making.store_of(operator.settings).carried(), operator.folder)
    sentence = "The database was restored, and may not know who has died. Run `flask purge`."
    found = examine(operator.settings, now=clock.now())
    assert [each.sentence for each in found if each.check == "Erased"] == [sentence]
    db.session.remove()

    if by_worker:
        housekeeping.Housekeeper().look(now=clock.now(), goes_on=lambda: True)
    else:
        code, said = operator.runs("purge")
        assert code == 0, said
        assert "       1  people held after a restore, 0 organizers ended again\n" in said

    assert states() == {"Ada": CareState.HELD}
    assert not carried.file(operator.folder).exists()


def test_a_number_that_was_given_after_the_backup_is_given_to_nobody_else(operator, ada, make):
    operator.backs_up()
    boris = make.registration(ada.event, name="Boris", email="boris@people.example").id

    code, said = operator.restores("--replacing", "2")

    assert code == 0, said
    [event] = {each.event for each in registered()}
    assert make.registration(event).id == boris + 1
