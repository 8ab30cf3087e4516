"""Nobody hears more after a restore than she did before it, and nobody may do more."""

from datetime import date, timedelta

import pytest

from forum import clock
from forum.accounts.models import Organizer, OrganizerRole, Passkey
from forum.care import actions as care
from forum.care.models import TaskKind
from forum.care.queries import was_welcomed
from forum.care.rules import TaskAnswer
from forum.db import db, transaction
from forum.events.models import Event
from forum.incoming.queries import address_before
from forum.operations.backups import making
from forum.planning import whole_actions
from forum.privacy import actions as privacy
from forum.privacy import carried
from forum.privacy.carrying_actions import set_aside
from forum.privacy.consents import invitation_agreement
from forum.privacy.housekeeping import Housekeeper, purge
from forum.privacy.models import ConsentPurpose
from forum.registration import actions
from forum.registration.models import CareState, Offer, OfferState, Status
from forum.registration.my.details import address_actions
from forum.registration.register.correcting_actions import correct_at_desk
from tests.actions.care.caring import do
from tests.stored import look_again, registered, seen, tasks

DAY, MONTH = timedelta(days=1), timedelta(days=30)


@pytest.fixture
def petra(make):
    return make.organizer()


def restores(operator, number: int = 1) -> None:
    code, said = operator.restores("--replacing", str(number))
    assert code == 0, said


def ada_now():
    return next(each for each in registered() if each.name == "Ada")


def test_nobody_is_asked_to_call_whoever_died_after_the_backup_and_has_no_address(
    operator, ada, make, petra
):
    by_phone = {"email": None, "phone": "+16175550142", "mode": "phone"}
    greta = make.registration(ada.event, name="Greta", **by_phone)
    make.registration(ada.event, name="Hollis", companion_of=greta)
    operator.backs_up()
    do(care.remember, db.session.merge(greta), by=petra)

    restores(operator, 3)

    states = {each.name: each.care_state for each in registered()}
    assert states == {"Ada": CareState.ACTIVE, "Greta": CareState.HELD, "Hollis": CareState.HELD}
    asked = {each.registration.name: each for each in tasks()}
    assert {name: each.kind for name, each in asked.items()} == {
        "Greta": TaskKind.CHECK_PERSON,
        "Hollis": TaskKind.ASK_COMPANION,
    }
    do(care.settle, asked["Greta"], TaskAnswer.DIED, by=seen(db.select(Organizer))[0])
    assert "Greta" in [each.name for each in registered() if each.care_state == "remembered"]


def test_whoever_has_asked_for_quiet_since_is_left_in_peace(operator, ada):
    operator.backs_up()
    do(care.pause, ada_now(), date(2027, 2, 1))

    restores(operator)

    her = ada_now()
    assert (her.care_state, her.care_until) == (CareState.PAUSED, date(2027, 2, 1))


def test_whoever_was_held_because_of_somebody_erased_since_is_held_and_asked_about(
    operator, ada, make, petra
):
    make.registration(ada.event, name="Boris", companion_of=ada, email="boris@people.example")
    operator.backs_up()
    do(care.remember, ada_now(), by=db.session.merge(petra))
    do(privacy.erase, ada_now(), by=db.session.merge(petra))

    restores(operator)
    Housekeeper().look(now=clock.now(), goes_on=lambda: True)

    assert [(each.name, each.care_state) for each in registered()] == [("Boris", CareState.HELD)]
    assert [(each.kind, each.registration.name) for each in tasks()] == [
        (TaskKind.ASK_COMPANION, "Boris")
    ]


def test_reminders_and_invitations_that_she_stopped_stay_stopped(operator, ada):
    with transaction():
        privacy.record(ada_now(), ConsentPurpose.NEXT_INVITATION, now=clock.now(), language="en")
    operator.backs_up()
    do(actions.set_reminders, ada_now(), wants=False)
    do(privacy.withdraw_invitation, ada_now())

    restores(operator)

    her = ada_now()
    assert her.wants_reminders is False
    assert invitation_agreement(her, now=clock.now()) is None


def test_nobody_is_written_to_at_an_address_that_she_has_left(operator, ada, make):
    greta = make.registration(ada.event, name="Greta", phone="+16175550142").name
    operator.backs_up()
    with transaction():
        asked = address_actions.ask(ada_now(), "new@people.example", now=clock.now())
        address_actions.confirm(asked, now=clock.now())
    [her] = [each for each in registered() if each.name == greta]
    do(address_actions.remove, her)

    restores(operator, 2)

    assert {each.name: each.email for each in registered()} == {
        "Ada": "new@people.example",
        "Greta": None,
    }


def test_what_went_to_an_address_that_was_mistyped_has_told_nobody_after_a_restore(
    operator, ada, make, petra, today
):
    message = make.welcome(ada)
    sent_at, was = message.sent_at, ada.email
    operator.backs_up()
    do(correct_at_desk, ada_now(), "ada@new.example", by=db.session.merge(petra))
    today.shift(DAY)

    restores(operator)

    her = ada_now()
    assert (her.email, her.email_taken_at) == ("ada@new.example", None)
    assert not was_welcomed(her)
    assert address_before(her, sent_at) == was


@pytest.mark.parametrize("days", [0, 33])
def test_who_has_taken_an_address_since_is_known_to_read_it_after_a_restore(
    operator, ada, make, today, days
):
    make.welcome(ada)
    operator.backs_up()
    with transaction():
        asked = address_actions.ask(ada_now(), "new@people.example", now=clock.now())
        address_actions.confirm(asked, now=clock.now())
    taken_at = ada_now().email_taken_at
    today.shift(days * DAY)
    purge(now=clock.now())

    restores(operator)

    assert (ada_now().email, ada_now().email_taken_at) == ("new@people.example", taken_at)
    assert was_welcomed(ada_now())


def test_the_file_that_is_carried_over_names_no_address(operator, ada):
    with transaction():
        asked = address_actions.ask(ada_now(), "new@people.example", now=clock.now())
        address_actions.confirm(asked, now=clock.now())

    set_aside(making.store_of(operator.settings).carried(), operator.folder)

    assert "people.example" not in carried.file(operator.folder).read_text(encoding="utf-8")


def test_whoever_wants_to_be_invited_again_by_now_still_is(operator, ada):
    do(privacy.record, ada_now(), ConsentPurpose.NEXT_INVITATION, language="en")
    operator.backs_up()
    do(privacy.withdraw_invitation, ada_now())
    do(privacy.renew_invitation, ada_now(), language="en")

    restores(operator)

    assert invitation_agreement(ada_now(), now=clock.now()) is not None


def test_a_forum_that_was_put_off_is_numbered_anew_though_its_old_day_is_over(
    operator, ada, petra, today
):
    today.move_to(ada.event.starts_at - DAY)
    operator.backs_up()
    event, by = db.session.get_one(Event, ada.event_id), db.session.merge(petra)
    with transaction():
        whole_actions.postpone(
            event,
            event.starts_at + MONTH,
            event.ends_at + MONTH,
            version=event.version,
            by=by,
            now=clock.now(),
        )
    look_again()
    told = event.sequence
    today.shift(3 * DAY)

    restores(operator)

    assert seen(db.select(Event))[0].sequence > told


def test_whoever_was_asked_before_the_backup_has_two_days_to_answer_after_the_restore(
    operator, ada, make, today
):
    boris = make.registration(ada.event, name="Boris", status=Status.WAITLISTED)
    make.offer(boris, ends_at=clock.now() + DAY)
    operator.backs_up()
    today.shift(2 * DAY)

    restores(operator, 2)

    [offer] = seen(db.select(Offer))
    in_time = clock.now() + 2 * DAY - timedelta(minutes=1)
    assert (offer.state, offer.ends_at > in_time) == (OfferState.OPEN, True)


def rights() -> dict[str, tuple[OrganizerRole, list[str]]]:
    """Return what each organizer may do, and with which passkeys."""
    return {
        each.name: (each.role, sorted(key.credential_id for key in each.passkeys))
        for each in seen(db.select(Organizer))
    }


def add_passkey(organizer: Organizer, name: str) -> None:
    key = {"credential_id": name, "public_key": "", "created_at": clock.now()}
    db.session.add(Passkey(organizer_id=organizer.id, **key))
    db.session.commit()


def test_a_passkey_that_was_removed_and_a_role_that_was_lowered_do_not_come_back(
    operator, ada, make
):
    petra = make.organizer(name="Petra", email="petra@lantern.example")
    hollis = make.organizer(name="Hollis", email="hollis@lantern.example")
    for each in ("phone", "key"):
        add_passkey(petra, each)
    operator.backs_up()
    with transaction():
        db.session.delete(seen(db.select(Passkey).where(Passkey.credential_id == "phone"))[0])
        db.session.get_one(Organizer, hollis.id).role = OrganizerRole.VIEWER

    restores(operator)

    assert rights() == {
        "Petra": (OrganizerRole.OWNER, ["key"]),
        "Hollis": (OrganizerRole.VIEWER, []),
    }


def test_an_account_that_is_another_one_here_takes_nothing_from_the_one_that_comes_back(
    operator, ada, make
):
    """A new machine, on which she was let in before the backup was put in place."""
    petra = make.organizer(name="Petra", email="petra@lantern.example")
    add_passkey(petra, "phone")
    operator.backs_up()
    with transaction():
        db.session.delete(seen(db.select(Passkey))[0])
        other = db.session.get_one(Organizer, petra.id)
        other.created_at, other.role = clock.now(), OrganizerRole.VIEWER

    restores(operator)

    assert rights() == {"Petra": (OrganizerRole.OWNER, ["phone"])}
