"""Organizers sign in without a password, and out for good."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from forum.accounts.models import OrganizerRole, SignIn
from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.outbox.models import Message
from tests.desk import OrganizerAtDesk, new_link
from tests.people import Visitor

pytestmark = pytest.mark.sqlite_is_enough

SENT = "/organize/sign-in/sent"


@pytest.fixture
def petra(make):
    make.event()
    return make.organizer(email="petra@lantern.example", name="Petra Sandboxer")


@pytest.fixture
def desk(app, petra):
    return OrganizerAtDesk(app, petra)


def messages():
    db.session.expire_all()
    return db.session.scalars(select(Message)).all()


def test_an_organizer_who_asks_is_sent_a_link(visitor, petra):
    assert visitor.submit("/organize/sign-in", email=" Petra@Lantern.example ") == SENT

    assert [(each.email, each.organizer_id) for each in messages()] == [("sign_in", petra.id)]


def test_the_outbox_holds_nothing_that_opens_the_desk(visitor, petra):
    visitor.submit("/organize/sign-in", email=petra.email)

    assert messages()[0].facts.keys() == {"link", "language"}


def test_a_stranger_is_told_the_same_and_nothing_is_sent(visitor, petra):
    assert visitor.submit("/organize/sign-in", email="mallory@elsewhere.example") == SENT

    assert messages() == []


def test_someone_who_no_longer_works_here_is_sent_nothing(visitor, make):
    make.event()
    former = make.organizer(is_active=False)

    assert visitor.submit("/organize/sign-in", email=former.email) == SENT

    assert messages() == []


def test_an_address_without_an_at_is_refused_beside_its_field(visitor, petra):
    page = visitor.submit("/organize/sign-in", email="petra", status=422)

    assert page.errors() == ["Enter an email address like name@example.org"]
    assert page.form()["email"] == "petra"


def test_after_five_tries_for_an_address_one_waits_a_quarter_of_an_hour(visitor, petra, today):
    for _ in range(5):
        assert visitor.submit("/organize/sign-in", email=petra.email) == SENT

    page = visitor.submit("/organize/sign-in", email=petra.email, status=429)

    assert "Please wait 15 minutes" in page.text
    assert len(messages()) == 5
    today.shift(timedelta(minutes=15))
    assert visitor.submit("/organize/sign-in", email=petra.email) == SENT


def test_an_unknown_address_is_counted_too_so_that_it_cannot_be_told_apart(visitor, petra):
    for _ in range(5):
        visitor.submit("/organize/sign-in", email="mallory@elsewhere.example")

    visitor.submit("/organize/sign-in", email="mallory@elsewhere.example", status=429)


@pytest.mark.both_engines
def test_the_tries_are_stored_without_the_address(visitor, petra):
    visitor.submit("/organize/sign-in", email=petra.email)

    rows = db.session.execute(db.text("SELECT purpose, subject FROM attempt")).all()
    assert len(rows) == 2
    assert all(len(subject) == 64 for _purpose, subject in rows)


def test_opening_the_link_signs_nobody_in(visitor, petra):
    link = new_link(petra)

    assert visitor.get(link).heading == "Sign in to the desk"
    assert visitor.get(link).heading == "Sign in to the desk"

    assert visitor.client.get("/organize/").status_code == 302


def test_pressing_the_button_signs_her_in(desk):
    assert desk.get("/organize/").heading == "Today"


def test_the_first_time_a_passkey_is_offered_and_later_not(visitor, new_visitor, petra):
    first = visitor.submit(new_link(petra))
    second = new_visitor().submit(new_link(petra))

    assert first.startswith("/organize/me/passkeys/new")
    assert second == "/organize/"


def test_a_link_works_once(visitor, new_visitor, petra):
    link = new_link(petra)
    late = new_visitor()
    late.get(link)
    token = late.get(link).form()["csrf_token"]
    visitor.submit(link)

    page = late.post(link, {"csrf_token": token}, status=410)

    assert page.heading == "This link has been used"
    assert page.links()["Send me a new link"] == "/organize/sign-in"
    assert late.client.get("/organize/").status_code == 302


def test_a_link_is_too_old_after_a_quarter_of_an_hour(visitor, petra, today):
    link = new_link(petra)
    today.shift(timedelta(minutes=15))

    assert visitor.get(link, status=410).heading == "This link has been used"


def test_a_tampered_link_is_the_same_404_as_any_other(visitor, petra):
    assert visitor.get(new_link(petra)[:-3] + "xyz", status=404)


def test_signing_out_ends_the_row_so_that_a_kept_cookie_is_worth_nothing(desk, visitor):
    kept = desk.client.get_cookie("s").value

    assert desk.submit("/organize/", action="/organize/sign-out") == "/organize/sign-in"

    visitor.client.set_cookie("s", kept)
    assert visitor.client.get("/organize/").status_code == 302


def test_signing_out_needs_a_post(desk):
    assert desk.client.get("/organize/sign-out").status_code == 405


def test_half_an_hour_without_a_page_ends_it(desk, today):
    today.shift(timedelta(minutes=29))
    assert desk.get("/organize/").status == 200
    today.shift(timedelta(minutes=29))
    assert desk.get("/organize/").status == 200
    today.shift(timedelta(minutes=31))

    assert desk.client.get("/organize/").status_code == 302


def test_twelve_hours_end_it_however_busy_she_is(desk, today):
    for _ in range(24 * 2 - 1):
        today.shift(timedelta(minutes=15))
        desk.get("/organize/")
    today.shift(timedelta(minutes=15))

    assert desk.client.get("/organize/").status_code == 302


def test_a_deactivated_organizer_is_out_at_once(app, make, desk, petra):
    owner = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.OWNER))
    owner.say_yes()

    owner.submit(f"/organize/organizers/{petra.id}", is_active=None)

    assert desk.client.get("/organize/").status_code == 302


def test_sign_out_everywhere_ends_every_browser(app, desk, petra):
    phone = OrganizerAtDesk(app, petra)

    desk.submit("/organize/me/", action="/organize/me/sign-out-everywhere")

    assert desk.client.get("/organize/").status_code == 302
    assert phone.client.get("/organize/").status_code == 302


@pytest.mark.both_engines
def test_one_sign_in_elsewhere_can_be_ended(app, desk, petra):
    phone = OrganizerAtDesk(app, petra)
    other = db.session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()

    desk.submit("/organize/me/", action=f"/organize/me/sign-ins/{other.id}/end")

    assert phone.client.get("/organize/").status_code == 302
    assert desk.get("/organize/me/").heading == "My devices"


def test_nobody_ends_the_sign_in_of_someone_else(app, make, desk):
    OrganizerAtDesk(app, make.organizer())
    other = db.session.scalars(select(SignIn).order_by(SignIn.id.desc())).first()
    token = desk.get("/organize/me/").form()["csrf_token"]

    desk.post(f"/organize/me/sign-ins/{other.id}/end", {"csrf_token": token}, status=404)


def test_she_comes_to_the_page_that_she_wanted(visitor, petra):
    location = visitor.client.get("/organize/events/?page=2").location
    assert location == "/organize/sign-in?next=/organize/events/?page%3D2"
    visitor.get(location)
    visitor.submit(new_link(petra))

    other = visitor
    assert other.get("/organize/events/").heading == "Events"


def test_another_site_is_never_the_page_she_comes_to(visitor, new_visitor, petra):
    new_visitor().submit(new_link(petra))
    others = ("https://evil.example/", "//evil.example", "/\\evil.example", "/organize/\\..//x")
    for target in others:
        browser = new_visitor()
        browser.get(f"/organize/sign-in?next={target}")
        assert browser.submit(new_link(petra)) == "/organize/"


@pytest.mark.both_engines
def test_the_cookie_holds_a_token_that_the_database_does_not(desk):
    stored = db.session.scalars(select(SignIn.token_hash)).all()

    with desk.client.session_transaction() as cookie:
        assert cookie["_user_id"] not in stored


def test_signing_in_is_written_into_the_history(desk, petra):
    entry = db.session.scalars(select(AuditEntry)).one()

    assert (entry.action, entry.organizer_id, entry.facts) == (
        Action.SIGNED_IN,
        petra.id,
        {"by": "link"},
    )


def test_nothing_that_was_in_the_browser_before_stays_when_someone_signs_in(app, petra):
    """Whoever used this browser before has not prepared anything for her (session fixation)."""
    visitor = Visitor(app)
    with visitor.client.session_transaction() as cookie:
        cookie.update(passkey=["prepared", 0], prepared="by someone else", csrf_token="known")

    visitor.client.get("/organize/sign-in")
    app.config["WTF_CSRF_ENABLED"] = False
    visitor.post(new_link(petra), {})

    with visitor.client.session_transaction() as cookie:
        assert "passkey" not in cookie
        assert "prepared" not in cookie
        assert cookie.get("csrf_token") != "known"


@pytest.mark.both_engines
def test_of_fifty_who_press_the_same_link_at_once_one_is_signed_in(app, petra):
    link = new_link(petra)
    app.config["WTF_CSRF_ENABLED"] = False

    def press(_number: int) -> int:
        return app.test_client().post(link).status_code

    with ThreadPoolExecutor(8) as people:
        statuses = Counter(people.map(press, range(50)))

    assert statuses == {303: 1, 410: 49}
    assert db.session.query(SignIn).count() == 1


@pytest.mark.parametrize("wanted", ["/organize/?lang=es", "/organize/sign-in?lang=es"])
def test_whoever_reads_spanish_signs_in_to_a_spanish_desk(visitor, petra, wanted):
    asked = visitor.client.get(wanted, follow_redirects=True)
    assert asked.request.args["lang"] == "es"

    passkey = visitor.submit(new_link(petra))

    assert passkey == "/organize/me/passkeys/new?next=/organize/?lang%3Des&lang=es"
    assert visitor.get("/organize/?lang=es").one("html").get("lang") == "es"


def test_a_page_that_was_wanted_opens_in_the_language_chosen_at_the_door(visitor, make, petra):
    make.event(slug="forum-2027")
    room = "/organize/events/forum-2027/"
    visitor.submit(new_link(petra))
    visitor.post("/organize/sign-out", visitor.get(room).form("/organize/sign-out"))
    visitor.get(f"/organize/sign-in?next={room}&lang=es")

    assert visitor.submit(new_link(petra)) == f"{room}?lang=es"


@pytest.mark.parametrize("odd", ["//[", "http://[", "http://[::1", "//\u2100.example/"])
def test_an_address_to_go_on_to_that_is_none_leads_to_the_first_page(app, make, odd):
    make.event()
    petra = make.organizer(role=OrganizerRole.OWNER)
    stranger = app.test_client()
    assert stranger.get("/organize/sign-in", query_string={"next": odd}).status_code == 200

    desk = OrganizerAtDesk(app, petra)
    sent = {"csrf_token": desk.get("/organize/me/").form()["csrf_token"], "next": odd}
    came_from = {"Referer": odd.encode().decode("latin-1")}
    asked = desk.client.post("/organize/organizers/add", data=sent, headers=came_from)
    desk.say_yes()

    assert asked.status_code == 403
    assert desk.post("/organize/looks", sent) == "/organize/"
