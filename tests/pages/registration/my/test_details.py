"""Changing one's own details: few answers at a time, nothing typed lost, no one overwritten."""

from datetime import timedelta

import pytest

from forum import links
from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.events.models import Mode
from forum.outbox.models import Message
from forum.registration.models import AddressChange, CareState, Registration, Status
from tests.desk import OrganizerAtDesk
from tests.people import XHTML, form_values
from tests.people import words as words_of

PARTS = ("reach", "about", "help", "mail")


def my(registration, more: str = "") -> str:
    return f"/my/{links.my_token(registration)}/{more}"


def look_again() -> None:
    """Read from the database anew, not from an earlier look."""
    db.session.rollback()
    db.session.expire_all()


def emails() -> list[str]:
    return [message.email for message in db.session.query(Message).order_by(Message.id)]


def asked() -> AddressChange:
    look_again()
    return db.session.query(AddressChange).order_by(AddressChange.id.desc()).first()


def confirming(change: AddressChange) -> str:
    return f"/my/address/{links.token('address', change.public_id, 1)}"


@pytest.fixture
def ada(make) -> Registration:
    return make.registration(
        make.event(),
        name="Ada Q. Trialrun",
        email="ada@people.example",
        phone="+16175550100",
        needs="A wheelchair",
        roles=("patient",),
        quiet_days=("tue",),
    )


class TestDetails:
    def test_her_details_stand_in_four_parts_each_with_its_own_change(self, visitor, ada):
        page = visitor.get(my(ada, "details"))

        assert [
            words_of(h2) for h2 in page.one("main").iter("{http://www.w3.org/1999/xhtml}h2")
        ] == [
            "Name and phone number",
            "Email address",
            "About you",
            "What would help you",
            "Emails, language and time zone",
            "Your link and your data",
        ]
        for words in ("Ada Q. Trialrun", "617-555-0100", "A wheelchair", "Tuesday"):
            assert words in page.text

    def test_the_pages_are_bare_and_kept_by_no_cache(self, visitor, ada):
        for more in ("details", *(f"details/{part}" for part in PARTS), "address", "link"):
            page = visitor.get(my(ada, more))
            assert page.response.headers["Cache-Control"] == "no-store"
            assert "ancer" not in page.title

    def test_opening_them_changes_nothing(self, visitor, ada):
        before = (ada.version, ada.sequence, ada.link_version)

        for more in ("details", *(f"details/{part}" for part in PARTS), "address", "link"):
            visitor.get(my(ada, more))

        look_again()
        assert (ada.version, ada.sequence, ada.link_version) == before
        assert emails() == []

    def test_each_form_comes_with_what_we_know_and_sent_as_it_is_changes_nothing(
        self, visitor, ada
    ):
        before = ada.version

        for part in PARTS:
            visitor.submit(my(ada, f"details/{part}"))

        look_again()
        assert (ada.version, db.session.query(AuditEntry).count()) == (before, 0)

    def test_she_changes_her_name_and_number(self, visitor, ada):
        back = visitor.submit(
            my(ada, "details/reach"), name="  Ada   Byron ", phone="(617) 555-0199"
        )

        assert "Your answers are kept." in visitor.get(back).text
        look_again()
        assert (ada.name, ada.phone) == ("Ada Byron", "+16175550199")

    def test_she_changes_her_answers(self, visitor, ada):
        visitor.submit(my(ada, "details/help"), needs="", food="No nuts", question="Sleep?")

        look_again()
        assert (ada.needs, ada.food, ada.question, ada.note) == ("", "No nuts", "Sleep?", "")

    def test_she_changes_what_she_is(self, visitor, ada):
        visitor.submit(
            my(ada, "details/about"), roles=["other", "caregiver"], wants_certificate="y"
        )

        look_again()
        assert (ada.roles, ada.wants_certificate) == (("caregiver", "other"), True)

    def test_she_changes_how_we_write_and_her_calendar_follows(self, visitor, ada):
        back = visitor.submit(
            my(ada, "details/mail"),
            titles="full",
            language="es",
            timezone="America/Phoenix",
            quiet_days=["wed", "mon"],
        )

        assert "An email brings your calendar up to date." in visitor.get(back).text
        look_again()
        assert (ada.is_discreet, ada.language) == (False, "es")
        assert (ada.timezone, ada.quiet_days) == ("America/Phoenix", ("mon", "wed"))
        assert emails() == ["details_changed"]

    def test_someone_who_is_no_clinician_after_all_is_told_of_the_neutral_words(
        self, visitor, make
    ):
        ada = make.registration(make.event(), roles=("clinician",), is_discreet=False)

        back = visitor.submit(my(ada, "details/about"), roles=["patient"])

        assert "Our emails now use neutral words." in visitor.get(back).text

    @pytest.mark.parametrize(
        ("part", "answers", "sentence"),
        [
            ("reach", {"name": " "}, "Enter a name"),
            ("reach", {"name": "x" * 201}, "Use 200 characters or fewer"),
            (
                "reach",
                {"phone": "12"},
                "Enter a phone number like 617-555-0142, or +44 20 7946 0958 from abroad",
            ),
            ("help", {"needs": "😀" * 2001}, "Use 2,000 characters or fewer"),
            ("about", {"roles": ["queen"]}, "Choose from the list"),
            ("mail", {"timezone": "Mars/Olympus"}, "Choose a time zone from the list"),
            ("mail", {"quiet_days": ["someday"]}, "Choose from the list"),
            ("mail", {"titles": None}, "Choose one of the two"),
            ("mail", {"language": None}, "Choose a language"),
        ],
    )
    def test_a_wrong_answer_gets_a_sentence_and_changes_nothing(
        self, visitor, ada, part, answers, sentence
    ):
        before = ada.version

        page = visitor.submit(my(ada, f"details/{part}"), status=422, **answers)

        assert page.errors() == [sentence]
        assert page.title.startswith("Error: ")
        look_again()
        assert ada.version == before

    def test_what_she_typed_is_kept_when_another_answer_is_wrong(self, visitor, ada):
        page = visitor.submit(my(ada, "details/reach"), name="Ada Byron", phone="12", status=422)

        assert (page.form()["name"], page.form()["phone"]) == ("Ada Byron", "12")

    @pytest.mark.parametrize(("titles", "is_discreet"), [("forged", True), ("full", False)])
    def test_a_forged_choice_of_titles_is_the_neutral_one(self, visitor, ada, titles, is_discreet):
        visitor.submit(my(ada, "details/mail"), titles=titles, language="xx")

        look_again()
        assert (ada.is_discreet, ada.language) == (is_discreet, "en")

    def test_a_name_that_is_taken_is_said_beside_the_field(self, visitor, make, ada):
        make.registration(ada.event, name="Boris", email="ada@people.example")

        page = visitor.submit(my(ada, "details/reach"), name="boris", status=422)

        assert page.errors() == [
            "Someone with this name and email address is registered for this event already."
        ]

    def test_the_second_of_two_tabs_sees_both_versions_and_decides(self, visitor, ada):
        address = my(ada, "details/help")
        second_tab = visitor.get(address).form()
        visitor.submit(address, needs="Large print")

        page = visitor.post(address, {**second_tab, "needs": "ASL"}, status=409)

        assert "This was changed meanwhile" in page.text
        assert "Large print" in page.text
        assert page.form()["needs"] == "ASL"
        look_again()
        assert ada.needs == "Large print"

        visitor.post(address, page.form())
        look_again()
        assert ada.needs == "ASL"

    @pytest.mark.parametrize("version", ["", "x", "9" * 40, "-1", "²"])
    def test_a_forged_version_is_a_conflict_and_nothing_else(self, visitor, ada, version):
        page = visitor.submit(my(ada, "details/help"), needs="ASL", version=version, status=409)

        assert "This was changed meanwhile" in page.text

    def test_a_part_that_does_not_exist_is_not_found(self, visitor, ada):
        visitor.get(my(ada, "details/status"), status=404)

    def test_a_stranger_finds_nothing(self, visitor, ada):
        for more in ("details", "details/reach", "address", "link"):
            visitor.get(f"/my/{links.feed_token(ada)}/{more}", status=404)

    def test_a_form_without_its_token_changes_nothing(self, app, ada):
        app.config["WTF_CSRF_ENABLED"] = True
        answer = app.test_client().post(my(ada, "details/reach"), data={"name": "Eve"})

        assert answer.status_code == 400
        look_again()
        assert ada.name == "Ada Q. Trialrun"


class TestAddress:
    def test_she_moves_to_a_new_address_by_its_own_link(self, visitor, ada):
        back = visitor.submit(my(ada, "address"), email=" Ada.New@People.Example ")

        assert "Please open it within 48 hours." in visitor.get(back).text
        assert "ada.new@people.example" in visitor.get(my(ada, "details")).text
        link = confirming(asked())
        page = visitor.get(link)
        assert (page.heading, asked().done_at) == ("Use this address", None)
        assert "Ada" not in page.text.replace("ada.new", "")
        home = visitor.get(visitor.submit(link))
        assert "Your new email address is confirmed." in home.text
        look_again()
        assert ada.email == "ada.new@people.example"
        assert visitor.get(link).heading == "This address is confirmed"

    def test_her_links_from_before_keep_working(self, visitor, ada):
        visitor.submit(my(ada, "address"), email="new@people.example")
        before = my(ada)
        visitor.submit(confirming(asked()))

        assert visitor.get(before).status == 200

    @pytest.mark.parametrize(
        ("typed", "sentence"),
        [
            ("", "Enter your new email address"),
            ("ada", "Enter an email address like name@example.org"),
            (
                "añña@people.example",
                "Before the @, use only letters from a to z, numbers and signs, without accents",
            ),
            ("a" * 300 + "@people.example", "Enter a shorter email address"),
        ],
    )
    def test_an_address_that_cannot_be_is_told_at_the_form(self, visitor, ada, typed, sentence):
        page = visitor.submit(my(ada, "address"), email=typed, status=422)

        assert page.errors() == [sentence]
        assert emails() == []

    def test_the_answer_never_tells_whether_others_use_the_address(self, visitor, make, ada):
        make.registration(ada.event, name="Ada Q. Trialrun", email="known@people.example")

        said = [
            visitor.get(visitor.submit(my(ada, "address"), email=email)).text.replace(email, "X")
            for email in ("unknown@people.example", "known@people.example")
        ]

        assert said[0] == said[1]

    def test_the_address_that_she_has_is_nothing_to_do(self, visitor, ada):
        back = visitor.submit(my(ada, "address"), email="ADA@people.example")

        assert "We write to this address already." in visitor.get(back).text
        assert emails() == []

    def test_a_link_that_we_did_not_sign_is_not_found(self, visitor, ada):
        visitor.get("/my/address/unknown", status=404)
        visitor.get(f"/my/address/{links.my_token(ada)}", status=404)

    def test_an_expired_link_says_so_plainly(self, visitor, ada, today):
        visitor.submit(my(ada, "address"), email="new@people.example")
        link, form = confirming(asked()), visitor.get(confirming(asked())).form()
        today.shift(timedelta(hours=49))

        assert visitor.get(link).heading == "This link no longer works"
        page = visitor.post(link, form, status=422)
        assert "This link no longer works." in page.text
        look_again()
        assert ada.email == "ada@people.example"

    def test_a_mailbox_that_two_share_says_who_keeps_it(self, visitor, make, ada):
        boris = make.registration(ada.event, name="Boris", email="ada@people.example")

        page = visitor.get(my(ada, "address"))
        assert "Someone who shares this address with you keeps it." in page.text
        visitor.submit(my(ada, "address"), email="new@people.example")
        visitor.submit(confirming(asked()))

        look_again()
        assert boris.email == "ada@people.example"

    def test_her_other_events_are_named_and_offered_only_where_there_are_any(
        self, visitor, make, ada
    ):
        assert "Also for my other events" not in visitor.get(my(ada, "address")).text
        make.registration(make.webcast(), name="ada q. trialrun", email="ada@people.example")

        page = visitor.get(my(ada, "address"))

        assert "Also for my other events" in page.text
        assert "Lantern webcast \N{EN DASH} December" in page.text
        assert "for_others" not in page.form()

    def test_someone_with_a_number_may_be_called_instead(self, visitor, ada):
        action = my(ada, "address/remove")
        back = visitor.submit(my(ada, "address"), action=action)

        assert "If something changes, we call you." in visitor.get(back).text
        look_again()
        assert (ada.email, emails()) == (None, ["address_changed"])
        assert visitor.get(my(ada, "address")).heading == "Add an email address"

    def test_without_a_number_the_address_stays(self, visitor, make):
        ada = make.registration(make.event(), email="ada@people.example")
        page = visitor.get(my(ada, "address"))

        assert "Add a phone number" in page.links()
        back = visitor.post(my(ada, "address/remove"), page.form())
        assert "we need a phone number to reach you" in visitor.get(back).text
        look_again()
        assert ada.email == "ada@people.example"


class TestNewLink:
    def test_the_new_page_opens_at_once_and_every_old_link_is_dead(self, visitor, ada):
        old = [my(ada), f"/my/{links.feed_token(ada)}/calendar.ics", links.unsubscribe_link(ada)]
        for address in old:
            assert visitor.client.get(address).status_code == 200

        new = visitor.submit(my(ada, "link"))

        look_again()
        assert (new, emails()) == (my(ada), ["my_link"])
        assert "Only its new link works." in visitor.get(new).text
        assert [visitor.client.get(address).status_code for address in old] == [404, 404, 404]

    def test_a_remembered_person_keeps_her_link(self, visitor, ada):
        ada.care_state = CareState.REMEMBERED
        db.session.commit()
        form = visitor.get(my(ada, "link")).form()

        visitor.post(my(ada, "link"), form)

        look_again()
        assert ada.link_version == 1


class TestComingBack:
    def test_someone_who_canceled_and_comes_back_has_a_fresh_calendar_entry(self, visitor, ada):
        def feed(registration) -> str:
            return visitor.client.get(f"/my/{links.feed_token(registration)}/calendar.ics").text

        assert f"UID:{ada.uid}" in feed(ada)
        visitor.submit(my(ada, "cancel"))
        link = visitor.get(my(ada)).links()["Register again"]
        form = visitor.get(link).form()
        visitor.client.post(
            link,
            data={**form, "name": ada.name, "email": "ada@people.example", "mode": "in_person"},
        )

        look_again()
        again = db.session.query(Registration).filter(Registration.status == Status.CONFIRMED).one()
        assert (again.name, again.mode) == ("Ada Q. Trialrun", Mode.IN_PERSON)
        assert again.uid != ada.uid
        assert f"UID:{again.uid}" in feed(again)


class TestDesk:
    @pytest.fixture
    def desk(self, app, make, ada):
        return OrganizerAtDesk(app, make.organizer(name="Petra Sandboxer"))

    @pytest.fixture
    def person(self, ada) -> str:
        return f"/organize/events/{ada.event.slug}/registrations/{ada.public_id}"

    def test_an_organizer_changes_details_for_her_and_the_history_says_who(self, desk, person, ada):
        assert desk.get(person).links()["Change details"] == f"{person}/details"
        back = desk.submit(f"{person}/details/help", needs="Large print")

        assert "The details are kept." in desk.get(back).text
        look_again()
        entry = db.session.query(AuditEntry).filter_by(action=Action.ANSWERS_CHANGED).one()
        assert (ada.needs, entry.facts) == ("Large print", {"changed": ["needs"]})
        assert entry.organizer.name == "Petra Sandboxer"

    def test_an_organizer_and_she_do_not_overwrite_each_other(self, desk, visitor, person, ada):
        address = f"{person}/details/help"
        (form,) = desk.get(address).one("main").iter(XHTML + "form")
        visitor.submit(my(ada, "details/help"), needs="Large print")

        page = desk.post(address, {**form_values(form), "needs": "ASL"}, status=409)

        assert "Large print" in page.text
        look_again()
        assert ada.needs == "Large print"

    def test_a_wrong_answer_is_said_at_the_desk_too(self, desk, person):
        page = desk.submit(f"{person}/details/reach", name="", status=422)

        assert page.errors() == ["Enter a name"]

    def test_a_new_address_is_asked_about_from_the_desk(self, desk, person, ada):
        back = desk.submit(f"{person}/address", email="new@people.example")

        assert "Waits for the link sent to new@people.example" in desk.get(back).text
        look_again()
        assert (ada.email, emails()[-1]) == ("ada@people.example", "confirm_address")

    def test_an_address_that_cannot_be_is_said_at_the_desk(self, desk, person):
        page = desk.submit(f"{person}/address", email="ada", status=422)

        assert page.errors() == ["Enter an email address like name@example.org"]

    def test_a_shared_link_is_made_new_from_the_desk(self, desk, visitor, person, ada):
        old = my(ada)

        desk.submit(f"{person}/link/new")

        visitor.get(old, status=404)
        look_again()
        assert emails()[-1] == "my_link"

    def test_a_viewer_may_not_see_or_change_details(self, app, make, person):
        viewer = OrganizerAtDesk(app, make.organizer(role="viewer"))

        for more in ("details", "details/help", "address", "link/new"):
            assert viewer.client.get(f"{person}/{more}").status_code == 403
