"""A mailed link alone opens neither what is personal nor the door to it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts import challenges
from forum.accounts.models import Organizer, OrganizerRole, Passkey, SignIn
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.outbox.models import Message
from tests.desk import EVENT, OrganizerAtDesk, at

pytestmark = pytest.mark.sqlite_is_enough

CONFIRM = "Confirm that it is you"
NEW = "/organize/me/passkeys/new"
HERS = {"credential_id": "hers", "public_key": "x", "name": "Her phone"}


@pytest.fixture
def phone(petra) -> Passkey:
    """Petra's passkey, on a device that is not here."""
    return passkey_of(petra)


@pytest.fixture
def linnea(app, make, event):
    """Another owner, whose passkey has just said yes."""
    linnea = OrganizerAtDesk(app, make.organizer(name="Linnea", role=OrganizerRole.OWNER))
    linnea.say_yes()
    return linnea


def passkey_of(organizer: Organizer) -> Passkey:
    facts = {"credential_id": f"key-of-{organizer.id}", "public_key": "x", "name": "Her phone"}
    passkey = Passkey(organizer_id=organizer.id, created_at=clock.now(), **facts)
    with transaction():
        organizer.has_had_passkey = True
        db.session.add(passkey)
    return passkey


def look_again() -> None:
    db.session.rollback()
    db.session.expire_all()


def passkeys() -> int:
    look_again()
    return len(db.session.scalars(select(Passkey.id)).all())


def told() -> list[tuple[str, int, bool]]:
    look_again()
    rows = db.session.scalars(select(Message).order_by(Message.id))
    return [(each.email, each.organizer_id, each.facts["is_own"]) for each in rows]


def token_of(desk) -> dict[str, str]:
    return {"csrf_token": desk.get("/organize/me/").form()["csrf_token"]}


def refused(desk, path: str) -> list[str]:
    """Return what comes of asking for a page of the desk, and of pressing its button."""
    asked = desk.client.get(path).location or ""
    return [asked.partition("?")[0], desk.post(path, token_of(desk), status=403).heading]


@pytest.mark.both_engines
def test_whoever_has_only_a_mailed_link_cannot_take_personal_data_out(desk, phone, event):
    remove = f"/organize/me/passkeys/{phone.id}/remove"
    export = f"/organize/events/{event.slug}/registrations/export"

    for path in (remove, NEW, export):
        assert refused(desk, path) == ["/organize/confirm", CONFIRM]

    question = desk.client.post("/organize/me/passkeys/question", data=token_of(desk))
    assert question.status_code == 403
    assert passkeys() == 1


@pytest.mark.parametrize("more", ["/address", "/link/new"])
def test_nor_have_somebodys_personal_link_sent_elsewhere(make, desk, event, more):
    ada = make.registration(event)

    assert refused(desk, at(ada, more)) == ["/organize/confirm", CONFIRM]


def test_nor_decide_who_works_here(desk, linnea, petra):
    linneas = passkey_of(linnea.organizer)
    hers = f"/organize/organizers/{linnea.organizer.id}"
    for path in ("/organize/organizers/add", hers, f"{hers}/passkeys/{linneas.id}/remove"):
        assert refused(desk, path) == ["/organize/confirm", CONFIRM]

    page = desk.post(f"{hers}/passkeys/allow", token_of(desk), status=403)

    assert page.heading == CONFIRM
    look_again()
    assert linnea.organizer.passkey_allowed_until is None


@pytest.mark.both_engines
def test_with_a_yes_she_removes_it_and_is_mailed(desk, phone, petra):
    desk.say_yes()

    page = desk.get(f"/organize/me/passkeys/{phone.id}/remove")
    assert "It is your only one." in page.text
    desk.submit(f"/organize/me/passkeys/{phone.id}/remove")

    assert passkeys() == 0
    assert told() == [("passkey_removed", petra.id, True)]


def test_what_a_removed_passkey_has_said_yes_to_counts_no_more(desk, phone, event):
    desk.say_yes()
    desk.submit(f"/organize/me/passkeys/{phone.id}/remove")

    answer = desk.client.get(f"/organize/events/{event.slug}/registrations/export")

    assert answer.location.startswith("/organize/confirm")


def test_another_owner_removes_it_and_its_owner_is_mailed_and_signed_out(
    desk, phone, petra, linnea
):
    page = linnea.get(f"/organize/organizers/{petra.id}")
    path = f"/organize/organizers/{petra.id}/passkeys/{phone.id}/remove"
    assert page.links()["Remove Her phone"] == path

    linnea.submit(path)

    assert passkeys() == 0
    assert told() == [("passkey_removed", petra.id, False)]
    assert desk.client.get("/organize/").status_code == 302


def test_the_owners_page_knows_only_the_passkeys_of_whom_it_is_about(phone, linnea):
    own = f"/organize/organizers/{linnea.organizer.id}/passkeys/{phone.id}/remove"

    linnea.get(own, status=404)

    assert passkeys() == 1


def test_a_first_passkey_is_taken_on_trust_and_mailed(desk, petra, monkeypatch):
    added(desk, monkeypatch)

    assert passkeys() == 1
    assert told() == [("passkey_added", petra.id, True)]
    assert petra.has_had_passkey


def test_whoever_has_just_added_one_is_not_asked_for_it_again(desk, event, monkeypatch):
    export = f"{EVENT}/registrations/export"
    assert "/organize/confirm" in desk.client.get(export).location

    added(desk, monkeypatch)

    assert CONFIRM not in desk.get(export).text


def test_one_that_comes_after_all_others_are_gone_needs_another_owners_word(
    desk, phone, linnea, monkeypatch, today
):
    app = desk.client.application
    petra = desk.organizer
    desk.say_yes()
    desk.submit(f"/organize/me/passkeys/{phone.id}/remove")
    assert refused(desk, NEW) == ["/organize/confirm", CONFIRM]
    page = desk.get(f"/organize/confirm?next={NEW}")
    assert "This account had one before and has none now." in page.text
    assert "Add a passkey" not in page.links()

    hers = f"/organize/organizers/{petra.id}"
    linnea.submit(hers, action=f"{hers}/passkeys/allow")
    assert desk.get(NEW).heading == "Add a passkey"
    today.shift(timedelta(hours=24))
    late = OrganizerAtDesk(app, petra)
    assert late.client.get(NEW).location.startswith("/organize/confirm")

    linnea = OrganizerAtDesk(app, linnea.organizer)
    linnea.say_yes()
    linnea.submit(hers, action=f"{hers}/passkeys/allow")
    added(late, monkeypatch)
    assert passkeys() == 1
    look_again()
    assert petra.passkey_allowed_until is None


def test_nobody_gives_that_word_to_herself(desk, phone, petra):
    desk.say_yes()
    desk.submit(f"/organize/me/passkeys/{phone.id}/remove")
    desk.say_yes()
    hers = f"/organize/organizers/{petra.id}"

    assert "Let them add a passkey" not in desk.get(hers).text
    desk.post(f"{hers}/passkeys/allow", token_of(desk))

    look_again()
    assert petra.passkey_allowed_until is None
    desk.client.get(hers)
    assert refused(desk, NEW)[1] == CONFIRM


def test_the_operator_lets_the_only_owner_add_one(app, phone, petra):
    said = app.test_cli_runner().invoke(args=["organizer", "new-passkey", petra.email])

    assert said.output == (
        f"{petra.email}: 1 passkeys removed. One may be added within 24 hours.\n"
    )
    assert passkeys() == 0
    assert told() == [("passkey_removed", petra.id, False)]
    look_again()
    assert petra.passkey_allowed_until is not None


def test_whose_address_the_operator_mistypes_is_told_so(app, phone):
    said = app.test_cli_runner().invoke(args=["organizer", "new-passkey", "no@people.example"])

    assert said.exit_code == 1
    assert "No active organizer has the address no@people.example." in said.output
    assert passkeys() == 1


@pytest.mark.both_engines
def test_both_are_written_into_the_history(desk, phone, petra, monkeypatch, linnea):
    linnea.submit(f"/organize/organizers/{petra.id}/passkeys/{phone.id}/remove")
    hers = f"/organize/organizers/{petra.id}"
    linnea.submit(hers, action=f"{hers}/passkeys/allow")

    look_again()
    deeds = [Action.PASSKEY_REMOVED, Action.PASSKEY_ALLOWED]
    chosen = select(AuditEntry).where(AuditEntry.action.in_(deeds)).order_by(AuditEntry.id)
    rows = db.session.scalars(chosen)
    assert [(each.action, each.organizer_id) for each in rows] == [
        (deed, linnea.organizer.id) for deed in deeds
    ]


def test_a_form_that_had_to_wait_for_a_yes_goes_on_as_it_was_filled_in(desk, phone, monkeypatch):
    """Somebody fills the form in for longer than ten minutes."""
    add = "/organize/organizers/add"
    desk.say_yes()
    filled = desk.get(add).form()
    filled |= {"name": "Quinn", "email": "quinn@lantern.example", "role": "viewer"}
    with transaction():
        db.session.scalars(select(SignIn)).one().passkey_at = clock.now() - timedelta(minutes=11)

    page = desk.post(add, filled, status=403)
    assert "Nothing that you entered is lost" in page.text
    says_yes(monkeypatch, phone)
    kept = page.form(f"/organize/confirm?next={add}")
    assert desk.post(f"/organize/confirm?next={add}", kept, status=307) == add
    assert desk.post(add, kept) == "/organize/organizers/"

    look_again()
    found = db.session.scalars(select(Organizer).where(Organizer.name == "Quinn")).one()
    assert (found.email, found.role) == ("quinn@lantern.example", OrganizerRole.VIEWER)


def test_a_form_whose_yes_fails_is_still_kept(desk, phone):
    add = "/organize/organizers/add"
    page = desk.post(add, {**token_of(desk), "name": "Quinn"}, status=403)
    again = f"/organize/confirm?next={add}"

    page = desk.post(again, {**page.form(again), "credential": ""}, status=403)

    assert page.form(again)["name"] == "Quinn"


def test_a_first_passkey_that_comes_beside_another_first_one_is_not_taken_on_trust(
    desk, petra, monkeypatch
):
    """Whoever reads her mailbox adds one at the very moment in which she does."""
    from forum.accounts import passkey_actions

    def meanwhile(*_given):
        db.session.add(Passkey(organizer_id=petra.id, created_at=clock.now(), **HERS))
        db.session.flush()
        return passkey_actions.NewKey(credential_id="new", public_key="new", sign_count=0)

    monkeypatch.setattr(passkey_actions, "verify_new", meanwhile)
    monkeypatch.setattr(challenges, "redeem", lambda **_named: "")

    page = desk.submit(NEW, credential="an answer", name="Not hers", status=422)

    assert "could not be checked" in page.text
    assert passkeys() == 0  # what was done meanwhile is undone here with it


def says_yes(monkeypatch, passkey) -> None:
    """Let whatever answers be the answer of this passkey."""
    monkeypatch.setattr(challenges, "answered", lambda *_given, **_named: passkey)


def added(desk, monkeypatch) -> None:
    """Add a passkey, as if a device had answered."""
    from forum.accounts import passkey_actions

    key = passkey_actions.NewKey(credential_id="new", public_key="new", sign_count=0)
    monkeypatch.setattr(passkey_actions, "verify_new", lambda *_given: key)
    monkeypatch.setattr(challenges, "redeem", lambda **_named: "")
    desk.submit(NEW, credential="an answer", name="Her laptop")
