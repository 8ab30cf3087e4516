"""What people told us is read behind a passkey's yes, and who looked at whom is kept."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts import challenges
from forum.accounts.models import OrganizerRole, Passkey
from forum.audit.models import Action, AuditEntry
from forum.db import db, transaction
from forum.registration.models import Registration
from forum.registration.telling import tell
from tests.desk import EVENT, OrganizerAtDesk, at, desk_form
from tests.my import my

pytestmark = pytest.mark.sqlite_is_enough

SECRETS = ("wheelchair", "no nuts", "617-555-0142", "+16175550142", "sleep", "comes late")
SHOW = "Show what they told us"


@pytest.fixture
def overrides():
    return {"answers_need_passkey": True}


@pytest.fixture
def ada(make, event) -> Registration:
    return make.registration(
        event,
        name="Ada Q. Trialrun",
        phone="+16175550142",
        needs="wheelchair",
        food="no nuts",
        question="sleep",
        note="comes late",
    )


@pytest.fixture
def since_lunch(desk):
    """Let a passkey have said yes in this sign-in, longer ago than it opens answers."""
    desk.say_yes(ago=timedelta(hours=2))


@pytest.fixture
def phone(petra) -> Passkey:
    facts = {"credential_id": "hers", "public_key": "x", "name": "Her phone"}
    passkey = Passkey(organizer_id=petra.id, created_at=clock.now(), **facts)
    with transaction():
        db.session.add(passkey)
    return passkey


def secrets_in(page) -> list[str]:
    return [words for words in SECRETS if words in page.text]


def looks() -> list[tuple[int, int | None, dict]]:
    db.session.rollback()
    chosen = select(AuditEntry).where(AuditEntry.action == Action.LOOKED_AT)
    rows = db.session.scalars(chosen.order_by(AuditEntry.id))
    return [(each.subject_id, each.organizer_id, each.facts) for each in rows]


def press_show(desk, page: str, *, status: int = 303):
    return desk.submit(page, action="/organize/looks", status=status)


@pytest.mark.both_engines
@pytest.mark.parametrize("more", ["", "/details", "/details/help", "/details/reach"])
def test_nothing_that_she_told_us_stands_on_a_page_before_someone_asks(desk, ada, more):
    desk.say_yes()

    page = desk.get(at(ada, more))

    assert secrets_in(page) == []
    assert SHOW in page.text
    assert looks() == []


@pytest.mark.usefixtures("since_lunch")
def test_other_details_can_be_read_and_changed_without(desk, ada):
    page = desk.get(at(ada))
    assert "Told us" in page.text
    assert ada.email in page.text
    assert desk_form(desk.get(at(ada, "/details/mail")))["language"] == "en"

    assert desk.get(at(ada, "/details/about")).status == 200
    assert looks() == []


@pytest.mark.both_engines
def test_a_passkeys_yes_opens_it_and_each_look_is_kept(desk, petra, ada):
    desk.say_yes()

    assert press_show(desk, at(ada)) == at(ada)

    assert secrets_in(desk.get(at(ada))) == ["wheelchair", "no nuts", "617-555-0142", *SECRETS[4:]]
    assert desk_form(desk.get(at(ada, "/details/help")))["needs"] == "wheelchair"
    assert looks() == [(ada.id, petra.id, {})]


@pytest.mark.both_engines
def test_one_yes_opens_everybody_for_half_an_hour(make, desk, ada, event, today):
    boris = make.registration(event, name="Boris", needs="a seat near the door")
    desk.say_yes()
    today.shift(timedelta(minutes=25))

    for person in (ada, boris):
        press_show(desk, at(person))
    assert "a seat near the door" in desk.get(at(boris)).text
    today.shift(timedelta(minutes=5))

    assert secrets_in(desk.get(at(ada))) == []
    assert press_show(desk, at(ada), status=403).heading == "Confirm that it is you"
    assert [subject for subject, _by, _facts in looks()] == [ada.id, boris.id]


def test_what_one_has_opened_is_not_open_to_another(app, make, desk, ada):
    desk.say_yes()
    press_show(desk, at(ada))
    db.session.rollback()
    cora = OrganizerAtDesk(app, make.organizer(name="Cora", role=OrganizerRole.COORDINATOR))
    cora.say_yes()

    assert secrets_in(cora.get(at(ada))) == []


@pytest.mark.usefixtures("since_lunch")
def test_without_a_yes_it_leads_there_and_back_to_where_one_was(desk, phone, ada, monkeypatch):
    page = press_show(desk, at(ada), status=403)
    monkeypatch.setattr(challenges, "answered", lambda *_given, **_named: phone)

    kept = page.form("/organize/confirm?next=/organize/looks")
    assert desk.post("/organize/confirm?next=/organize/looks", kept, status=307) == (
        "/organize/looks"
    )
    assert desk.post("/organize/looks", kept) == at(ada)

    assert "wheelchair" in desk.get(at(ada)).text


def test_who_has_no_passkey_is_told_how_to_get_one_and_comes_back(desk, ada):
    asked = desk.client.get(at(ada)).location

    page = desk.get(asked)

    assert "You have not added one yet. It takes a minute." in page.text
    assert page.links()["Add a passkey"] == f"/organize/me/passkeys/new?next={at(ada)}"


def test_what_is_typed_when_the_half_hour_ends_is_not_lost(desk, phone, ada, monkeypatch, today):
    desk.say_yes()
    press_show(desk, at(ada))
    part = at(ada, "/details/help")
    typed = {**desk_form(desk.get(part)), "needs": "a wheelchair\nand large print"}
    today.shift(timedelta(minutes=29))
    desk.get("/organize/")
    today.shift(timedelta(minutes=2))

    page = desk.post(part, typed, status=403)
    kept = page.form(f"/organize/confirm?next={part}")
    monkeypatch.setattr(challenges, "answered", lambda *_given, **_named: phone)
    assert desk.post(f"/organize/confirm?next={part}", kept, status=307) == part
    desk.post(part, kept)

    db.session.rollback()
    db.session.expire_all()
    assert ada.needs.split() == ["a", "wheelchair", "and", "large", "print"]
    assert [subject for subject, _by, _facts in looks()] == [ada.id, ada.id]


@pytest.mark.usefixtures("since_lunch")
def test_phone_numbers_of_those_to_call_open_together(make, desk, event):
    people = [
        make.registration(event, name=name, email=None, phone=number)
        for name, number in (("Greta Nomail", "+16175550142"), ("Hollis", "+16175550143"))
    ]
    with transaction():
        for person in people:
            tell("confirmation", person, "1", now=clock.now())
    for page in ("/organize/tasks", "/organize/people?who=to_phone"):
        assert "555014" not in desk.get(page).text.replace("-", "")
    desk.say_yes()

    page = desk.get("/organize/tasks")
    sent = [each.get("value") for each in page.all("input") if each.get("name") == "people"]
    assert sent == [each.public_id for each in people]
    desk.post("/organize/looks", {**page.form("/organize/looks"), "people": sent})

    for page in ("/organize/tasks", "/organize/people?who=to_phone"):
        text = desk.get(page).text.replace("-", "")
        assert [number in text for number in ("6175550142", "6175550143")] == [True, True]
    assert [subject for subject, _by, _facts in looks()] == [each.id for each in people]


def test_who_looked_stands_in_her_history_and_in_her_own_data(desk, visitor, ada):
    desk.say_yes()
    press_show(desk, at(ada))

    history = desk.get(at(ada)).text
    assert "Petra Sandboxer looked at what Ada Q. Trialrun told us." in history
    hers = visitor.get(my(ada, "data")).text
    assert "Looked at what you told us" in hers
    assert "Petra" not in hers


def test_a_list_that_was_taken_out_stands_in_her_history_too(desk, ada):
    desk.say_yes()
    address = f"{EVENT}/lists/letters"
    desk.client.post(address, data=desk.get(address).form(address))

    assert "downloaded or printed a list from “Spring Forum”." in desk.get(at(ada)).text


def test_names_for_the_door_are_there_on_the_day_without_a_passkey(app, make, ada, today):
    today.move_to(ada.event.starts_at)
    cora = OrganizerAtDesk(app, make.organizer(name="Cora", role=OrganizerRole.COORDINATOR))
    address = f"{EVENT}/lists/check-in"

    page = cora.post(address, cora.get(address).form(address), status=200)

    assert "Ada Q. Trialrun" in page.text
    assert secrets_in(page) == []


def test_nobody_looks_at_whom_there_is_not(desk):
    desk.say_yes()
    token = {"csrf_token": desk.get("/organize/me/").form()["csrf_token"]}

    sent = {**token, "people": ["nobody", ""], "next": "https://evil.example/"}
    assert desk.post("/organize/looks", sent) == "/organize/"

    assert looks() == []
