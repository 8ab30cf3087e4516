"""Doing it for someone who is on the phone, and the numbers that the day is planned by."""

import pytest
from sqlalchemy import select

from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import Mode
from forum.i18n import speaking
from forum.organizer.words import reason
from forum.registration.models import CareState, PairRule, Registration, Role, Status
from tests.desk import OrganizerAtDesk
from tests.pages.organizer.test_desk import queries_for

EVENT = "/organize/events/forum-2027/"
ADD = f"{EVENT}registrations/add"
GRETA = {"name": "Greta Nomail", "phone": "617 555 0142", "mode": "in_person"}


@pytest.fixture
def event(make):
    return make.event(slug="forum-2027", capacity=2)


@pytest.fixture
def desk(app, make, event):
    return OrganizerAtDesk(app, make.organizer(name="Petra Sandboxer"))


@pytest.fixture
def fresh():
    """Read a record as it is in the database now."""

    def read(record):
        db.session.rollback()
        db.session.expire_all()
        return record

    return read


def at(person):
    return f"{EVENT}registrations/{person.public_id}"


def registered():
    """Return everyone who is registered now, in the order of registering."""
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Registration).order_by(Registration.id)).all()


class TestAdding:
    def test_two_who_come_together_each_in_their_own_way(self, desk):
        desk.submit(
            ADD,
            **GRETA,
            roles=["patient"],
            timezone="America/Denver",
            titles="full",
            companion_name="Boris",
            companion_email="Boris@People.example",
            companion_mode="webcast",
            pair_rule="either",
        )

        greta, boris = registered()
        assert (greta.roles, greta.timezone, greta.is_discreet) == (
            (Role.PATIENT,),
            "America/Denver",
            False,
        )
        assert (boris.name, boris.email, boris.mode, boris.companion_of_id) == (
            "Boris",
            "boris@people.example",
            Mode.WEBCAST,
            greta.id,
        )
        assert greta.pair_rule == PairRule.EITHER

    def test_beyond_capacity_only_when_she_says_so(self, make, desk, event, fresh):
        make.registration(event)
        make.registration(event)

        desk.submit(ADD, **GRETA)
        assert registered()[-1].status == Status.WAITLISTED

        desk.submit(ADD, **{**GRETA, "name": "Hollis"}, beyond_capacity="y")
        assert registered()[-1].status == Status.CONFIRMED
        gate = fresh(event.gates[0])
        assert (gate.taken, gate.capacity) == (3, 3)
        overrides = [
            entry.facts["overrides"]
            for entry in db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
            if entry.action == Action.REGISTERED_BY_PHONE
        ]
        assert overrides == [[], ["capacity"]]

    @pytest.mark.parametrize(
        ("answers", "sentence"),
        [
            ({"name": " "}, "Enter a name"),
            ({"phone": ""}, "Enter a phone number or an email address"),
            ({"mode": None}, "Choose a way to attend"),
            ({"companion_name": "greta nomail"}, "This is your own name."),
            ({"companion_email": "b@people.example"}, "Enter the name of the companion, too"),
            ({"timezone": "Moon/Base"}, "zone"),
            ({"roles": ["queen"]}, "choice"),
        ],
    )
    def test_a_bad_answer_is_refused_and_nobody_is_registered(self, desk, answers, sentence):
        page = desk.submit(ADD, status=422, **{**GRETA, **answers})

        assert len(page.errors()) == 1
        assert sentence in page.errors()[0]
        assert registered() == []


class TestChanging:
    def test_a_full_mode_may_be_waited_for(self, make, desk, event, fresh):
        make.registration(event)
        make.registration(event)
        ada = make.registration(event, mode=Mode.WEBCAST)

        page = desk.get(f"{at(ada)}/mode")
        assert "Full. They would wait for a place and keep what they have." in page.text
        desk.submit(f"{at(ada)}/mode", mode="in_person")

        assert (fresh(ada).mode, ada.waits_for) == (Mode.WEBCAST, Mode.IN_PERSON)

    def test_a_companion_is_added_later_and_both_pages_lead_to_each_other(self, make, desk, event):
        ada = make.registration(event, name="Ada")

        desk.submit(f"{at(ada)}/companion", companion_name="Boris", companion_mode="phone")

        boris = registered()[-1]
        assert (boris.name, boris.mode, boris.companion_of_id) == ("Boris", Mode.PHONE, ada.id)
        assert desk.get(at(ada)).links()["Boris"] == at(boris)
        assert desk.get(at(boris)).links()["Ada"] == at(ada)

    def test_sessions_are_chosen_by_phone(self, make, desk, event):
        circle = make.session(event, capacity=1, title="Circle")
        ada = make.registration(event)

        desk.submit(f"{at(ada)}/sessions", sessions=[str(circle.id)])

        assert "Circle: Has a place" in desk.get(at(ada)).text
        entry = db.session.scalars(
            select(AuditEntry).where(AuditEntry.action == Action.SESSIONS_CHOSEN)
        ).one()
        assert entry.organizer_id == desk.organizer.id


class TestNumbers:
    def test_badges_and_meals_are_for_those_who_come_in_person(self, make, desk, event):
        make.registration(event, food="no nuts", needs="wheelchair")
        make.registration(event, mode=Mode.WEBCAST, food="none", needs="captions")
        make.registration(event, status=Status.WAITLISTED, food="halal")
        gone = {"status": Status.CANCELLED, "care_state": CareState.REMEMBERED}
        make.registration(event, name="Ione", food="fish", **gone)

        page = desk.get(EVENT)

        links = page.links()
        badges = f"{EVENT}registrations?status=confirmed&mode=in_person"
        assert links["1 badge and meal"] == badges
        assert links["1 of them told us about food"] == f"{badges}&told=food"
        assert links["2 people told us what would help"] == (
            f"{EVENT}registrations?status=confirmed&told=needs"
        )
        assert "Ione" not in desk.get(links["1 of them told us about food"]).text

    def test_what_is_offered_and_who_waits_lead_to_the_line(self, make, desk, event):
        make.registration(event)
        make.offer(make.registration(event, status=Status.WAITLISTED))
        make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)

        assert "In person: 1 of 2, 1 offered, 2 wait" in desk.get("/organize/").text
        page = desk.get(EVENT)
        assert "In person 1 2 1 2" in " ".join(page.text.split())
        assert page.links()["2"] == f"{EVENT}waitlist"


def test_the_history_leads_to_whom_it_was_done(make, desk, event):
    ada = make.registration(event)
    desk.submit(f"{at(ada)}/mode", mode="phone")
    desk.submit(f"{EVENT}edit", title="Other")

    page = desk.get("/organize/history/")

    links = page.links()
    assert links[f"Registration {ada.id}"] == at(ada)
    assert links[f"Event {event.id}"] == EVENT
    assert "from: In person, to: By phone" in page.text


def test_a_longer_history_asks_the_database_no_more(make, desk, event):
    ada, boris = make.registration(event), make.registration(event)
    desk.submit(f"{at(ada)}/mode", mode="phone")
    desk.get("/organize/history/")
    one = queries_for(desk, "/organize/history/")

    desk.submit(f"{at(boris)}/mode", mode="phone")

    assert queries_for(desk, "/organize/history/") == one


def test_reasons_are_said_in_the_organizers_language(app):
    with app.test_request_context(), speaking("es"):
        assert reason("This person has canceled.") == "Esta persona canceló."
        assert (reason("550 no such mailbox"), reason(None)) == ("550 no such mailbox", "")
