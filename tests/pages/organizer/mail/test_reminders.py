"""Reminder rules at the desk: what they will do, checked before saving, and whom they missed."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from forum.accounts.models import OrganizerRole
from forum.audit.models import AuditEntry
from forum.db import db, transaction
from forum.events.models import Mode
from forum.links import my_token
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, SessionPlace, Status
from forum.reminders import actions, queries, rule_actions
from forum.reminders.late_queries import TOO_LATE
from forum.reminders.models import Reminder
from forum.reminders.preview import preview
from tests.desk import OrganizerAtDesk
from tests.make import SPRING_DAY
from tests.people import XHTML, form_values

pytestmark = pytest.mark.sqlite_is_enough

ADDRESS = "/organize/events/forum-2027/reminders"
WORDS = {"words_en": "The garage is closed.", "words_es": "El garaje está cerrado."}
TWO_DAYS_BEFORE = datetime(2027, 4, 22, 14, 0, tzinfo=UTC)


def stored() -> list[Reminder]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(db.select(Reminder).order_by(Reminder.id)))


def checked(desk, address: str, **answers):
    """Check what is entered, then save it as it is; return the page of the check."""
    page = desk.submit(address, step="check", status=200, **answers)
    again = form_of(page)
    desk.post(address, {**again, "step": "save"}, status=303)
    return page


def form_of(page) -> dict:
    [form] = [
        form for form in page.one("main").iter(XHTML + "form") if form.get("method") == "post"
    ]
    return form_values(form)


def deeds() -> list[tuple[str, dict]]:
    rows = db.session.scalars(db.select(AuditEntry).order_by(AuditEntry.id))
    return [(row.action, row.facts) for row in rows if row.action.startswith("reminder")]


def test_saving_a_reminder_as_it_was_says_that_nothing_was_different(make, desk, event):
    rule = make.reminder(event, "P7D", local_time="10:00")

    checked(desk, f"{ADDRESS}/{rule.id}")

    said = "Nothing was different. The reminder stays as it was."
    assert said in desk.get(ADDRESS).text
    assert deeds() == []


class TestLooking:
    def test_who_gets_what_when_is_visible(self, make, desk, event):
        make.reminder(event, "P7D", local_time="10:00")
        make.reminder(event, "PT90M", modes=("webcast", "phone"), is_on=False)
        make.registration(event, name="Ada", timezone="Europe/Paris")
        make.registration(event, name="Jasper", care_state=CareState.HELD)

        page = desk.get("/organize/events/forum-2027/").links()["Reminders"]
        text = desk.get(page).text

        rules, ahead = text.split("Who gets what when", 1)
        assert "7 days before, at 10:00 am of their own clock On Everyone with a place" in rules
        assert "90 minutes before Off Online, By phone" in rules
        assert "Sat, Apr 17, 2027, 10:00 am Central European Time (Paris) 7 days before" in ahead
        assert "Jasper: Emails to this person are on hold until someone has asked them." in ahead
        assert "Saturday, April 24, 8:15 am: Lantern spring day" in ahead
        assert "Hello Ada," in ahead

    def test_the_email_that_is_shown_opens_nobodys_page(self, make, desk, event):
        make.reminder(event, "P7D", local_time="10:00")
        ada = make.registration(event, name="Ada")

        html = desk.get(ADDRESS).response.text
        assert "/my/" in html
        assert my_token(ada) not in html

    def test_an_event_without_rules_says_so(self, desk):
        assert "This event has no reminders" in desk.get(ADDRESS).text

    @pytest.mark.both_engines
    def test_two_rules_on_one_instant_are_one_email(self, make, desk, event):
        make.reminder(event, "P2D", local_time="10:00", roles=("patient",))
        make.reminder(event, "P2D", local_time="10:00", roles=("caregiver",))
        make.registration(event, name="Ada", roles=("patient", "caregiver"))
        assert "One email for all of them Ada" in desk.get(ADDRESS).text

    def test_a_viewer_may_not_look(self, app, make, event):
        viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))
        viewer.get(ADDRESS, status=403)


class TestAdding:
    @pytest.mark.both_engines
    def test_it_is_checked_first_and_saved_then(self, make, desk, event):
        make.registration(event, name="Ada", roles=("patient",))
        make.registration(event, name="Cora", roles=("caregiver",), mode=Mode.WEBCAST)
        page = checked(
            desk,
            f"{ADDRESS}/add",
            number="3",
            unit="days",
            local="09:30",
            roles="caregiver",
            texts="chosen",
            blocks="device",
            **WORDS,
        )
        assert "Nothing is saved yet" in page.text
        assert "Wed, Apr 21, 2027, 9:30 am Eastern Time Cora" in page.text
        assert "The garage is closed." in page.text
        [rule] = stored()
        assert (rule.lead, rule.local_time, rule.roles, rule.modes, rule.blocks, rule.words) == (
            "P3D",
            "09:30",
            ("caregiver",),
            None,
            ("device",),
            {"en": WORDS["words_en"], "es": WORDS["words_es"]},
        )
        assert deeds() == [("reminder added", {"event": event.id, "lead": "P3D"})]

    def test_what_was_changed_after_the_check_is_checked_again(self, make, desk, event):
        page = desk.submit(f"{ADDRESS}/add", step="check", status=200)
        again = {**form_of(page), "step": "save", "number": "5"}
        text = desk.post(f"{ADDRESS}/add", again, status=200).text
        assert "Nothing is saved yet: you have changed something since the check." in text
        assert stored() == []

    @pytest.mark.parametrize(
        ("answers", "sentence"),
        [
            ({"number": ""}, "Enter a number"),
            ({"number": "0"}, "Enter a number from 1"),
            ({"number": "366"}, "Enter 365 or less"),
            ({"unit": "hours"}, "A time of their own clock goes with days only"),
            ({"blocks": "bring"}, "Choose “Only those chosen here”, or no texts below"),
            ({"words_en": "Hello"}, "Enter your words in both languages, or in none"),
            (
                {"words_en": "Your tumor board", "words_es": "Hola"},
                "These words tell the illness, and others may see the email.",
            ),
            ({"words_en": "a" * 601, "words_es": "b"}, "Use 600 characters or fewer"),
            ({"local": "25:00"}, "Not a valid time value."),
            ({"modes": "teleport"}, "Choose from the list"),
        ],
    )
    def test_a_bad_input_gets_a_plain_sentence(self, desk, answers, sentence):
        page = desk.submit(f"{ADDRESS}/add", step="check", status=422, **answers)
        assert page.errors() == [sentence]
        assert stored() == []

    @pytest.mark.parametrize("number", ["2", "no"])
    def test_what_a_check_says_has_an_address_to_come_back_to(self, desk, number):
        form = form_of(desk.get(f"{ADDRESS}/add"))
        sent = {**form, **WORDS, "number": number, "step": "check"}

        address = desk.post(f"{ADDRESS}/add", sent)
        page = desk.get(address, status=200 if number == "2" else 422)
        desk.get(ADDRESS)
        again = desk.get(address, status=page.status)  # Back

        assert form_of(again)["words_en"] == "The garage is closed."
        assert again.errors() == page.errors()
        assert "garage" not in address
        assert stored() == []
        saved = {**form_of(again), "step": "save"}
        if number == "2":
            assert desk.post(address, saved) == ADDRESS
            assert len(stored()) == 1

    def test_a_check_that_is_too_long_for_an_address_is_shown_as_it_was_sent(self, desk):
        sent = {**form_of(desk.get(f"{ADDRESS}/add")), "words_en": "a" * 6000, "step": "check"}
        page = desk.post(f"{ADDRESS}/add", sent, status=422)

        assert page.response.request.method == "POST"
        assert "Use 600 characters or fewer" in page.errors()

    def test_a_second_rule_for_the_same_people_at_the_same_time_is_refused(self, make, desk, event):
        make.reminder(event, "P2D", local_time="10:00", modes=("phone", "webcast"))
        page = desk.submit(f"{ADDRESS}/add", step="check", status=200, modes=["webcast", "phone"])
        again = {**form_of(page), "step": "save"}
        page = desk.post(f"{ADDRESS}/add", again, status=422)
        sentence = "Another reminder goes to the same people at the same time. Change that one."
        assert page.errors() == [sentence]

    @pytest.mark.both_engines
    def test_it_may_be_for_the_people_of_one_session_or_for_those_who_wait_for_it(
        self, make, desk, event
    ):
        circle = make.session(event, title="Circle", capacity=8)
        for name, status in (("Ada", Status.CONFIRMED), ("Cora", Status.WAITLISTED)):
            person = make.registration(event, name=name)
            db.session.add(SessionPlace(registration=person, session=circle, status=status))
        db.session.commit()
        with_place = desk.submit(f"{ADDRESS}/add", step="check", status=200, session=str(circle.id))
        waiting = desk.submit(
            f"{ADDRESS}/add", step="check", status=200, session=str(circle.id), standing="waitlist"
        )
        assert "Eastern Time Ada The email to Ada" in with_place.text
        assert "Eastern Time Cora The email to Cora" in waiting.text


class TestArming:
    """Nothing that was due before a rule was armed is sent; it is shown as missed."""

    @pytest.fixture
    def ada(self, make, event):
        return make.registration(event, name="Ada")

    @pytest.fixture
    def desk_then(self, app, make, event):
        """Return an organizer four days before the forum."""
        with time_machine.travel(SPRING_DAY - timedelta(days=4), tick=False):
            yield OrganizerAtDesk(app, make.organizer())

    @pytest.mark.both_engines
    def test_a_new_rule_shows_whom_it_missed(self, ada, desk_then):
        page = checked(desk_then, f"{ADDRESS}/add", number="7", unit="days", local="10:00")
        missed = "1 person: it would have gone on Sat, Apr 17, 2027, 10:00 am, Eastern Time."
        for text in (page.text, desk_then.get(ADDRESS).text):
            assert "No reminder is due for anyone" in text
            assert f"{missed} It is not sent late. Ada" in text

    @pytest.mark.both_engines
    def test_a_rule_that_is_switched_on_does_not_look_back(self, make, event, ada, desk_then):
        rule = make.reminder(event, "P7D", local_time="10:00", is_on=False)
        address = f"{ADDRESS}/{rule.id}/switch"
        assert "1 person: it would have gone on Sat, Apr 17" in desk_then.get(address).text
        desk_then.submit(address)
        [rule] = stored()
        assert (rule.is_on, rule.armed_at) == (True, SPRING_DAY - timedelta(days=4))
        desk_then.submit(address)
        [rule] = stored()
        assert (rule.is_on, rule.armed_at) == (False, SPRING_DAY - timedelta(days=4))
        changes = [
            facts["now"]["is_on"] for action, facts in deeds() if action == "reminder changed"
        ]
        assert changes == [True, False]

    @pytest.mark.both_engines
    @pytest.mark.parametrize(
        ("answers", "is_armed"),
        [
            ({"number": "1"}, True),
            ({"local": "11:00"}, True),
            ({"modes": "in_person"}, True),
            ({"roles": "patient"}, True),
            ({"standing": "waitlist"}, True),
            (WORDS, False),
            ({"texts": "chosen", "blocks": "bring"}, False),
            ({"has_button": "y"}, False),
            ({"is_on": None}, False),
        ],
        ids=str,
    )
    def test_a_change_of_when_or_whom_arms_a_rule_and_one_of_words_does_not(
        self, make, event, desk_then, answers, is_armed
    ):
        rule = make.reminder(event, "P2D", local_time="10:00")
        before, version = rule.armed_at, rule.version
        checked(desk_then, f"{ADDRESS}/{rule.id}", **answers)
        [rule] = stored()
        assert rule.armed_at == (SPRING_DAY - timedelta(days=4) if is_armed else before)
        assert rule.version == version + 1

    def test_nobody_is_missed_whom_no_reminder_may_reach(self, make, event, desk_then):
        make.registration(event, name="Ione", care_state=CareState.REMEMBERED)
        make.registration(event, name="Stopped", wants_reminders=False)
        rule = make.reminder(event, "P7D", armed_at=SPRING_DAY - timedelta(days=5))
        assert preview(event, [rule], now=SPRING_DAY - timedelta(days=4)).missed == []

    def test_those_whose_mail_was_down_too_long_are_missed_too(self, make, event, ada, desk_then):
        rule = make.reminder(event, "P7D", local_time="10:00")
        with transaction():
            assert actions.plan(SPRING_DAY - timedelta(days=6)) == 1
        message = db.session.scalars(db.select(Message)).one()
        message.state, message.reason = MessageState.DROPPED, TOO_LATE[0]
        db.session.commit()
        seen = preview(event, [rule], now=SPRING_DAY - timedelta(days=2))
        assert [(each.was_late, [p.name for p in each.people]) for each in seen.missed] == [
            (True, ["Ada"])
        ]

    def test_without_a_worker_all_week_a_reminder_is_missed(self, make, event, ada):
        rule = make.reminder(event, "P7D", local_time="10:00")
        three_days_before = SPRING_DAY - timedelta(days=3)
        assert [
            (each.was_late, [p.name for p in each.people])
            for each in preview(event, [rule], now=three_days_before).missed
        ] == [(True, ["Ada"])]


class TestTooMany:
    def test_the_desk_warns_and_the_earliest_are_left_out(self, make, desk, event):
        for days in (9, 7, 5, 3, 1):
            make.reminder(event, f"P{days}D", local_time="10:00")
        make.registration(event, name="Ada")
        make.registration(event, name="Ione", care_state=CareState.REMEMBERED)
        text = desk.get(ADDRESS).text
        assert "The last one always goes: Ada" in text
        assert text.count("This would be more than four emails about this event.") == 1
        ahead = preview(event, queries.of_event(event), now=SPRING_DAY - timedelta(days=30)).ahead
        assert [len(each.people) for each in ahead] == [0, 1, 1, 1, 1]

    def test_four_are_not_too_many(self, make, desk, event):
        for days in (7, 5, 3, 1):
            make.reminder(event, f"P{days}D", local_time="10:00")
        make.registration(event, name="Ada")
        assert "More than four emails" not in desk.get(ADDRESS).text


class TestTwoEditors:
    def test_the_second_sees_both_versions_and_overwrites_nothing(self, make, desk, event):
        rule = make.reminder(event, "P2D", local_time="10:00")
        address = f"{ADDRESS}/{rule.id}"
        hers = form_of(desk.submit(address, step="check", status=200, number="3"))
        checked(desk, address, number="4")
        page = desk.post(address, {**hers, "step": "save"}, status=409)
        assert "This was changed since you opened it" in page.text
        assert "Saved now How long before the start 4" in page.text
        assert [rule.lead for rule in stored()] == ["P4D"]


class TestRemoving:
    @pytest.mark.both_engines
    def test_one_that_has_reminded_nobody_is_removed_after_a_question(self, make, desk, event):
        rule = make.reminder(event, "P2D", local_time="10:00")
        address = f"{ADDRESS}/{rule.id}/remove"
        assert "It has reminded nobody yet" in desk.get(address).text
        assert len(stored()) == 1
        desk.submit(address)
        assert stored() == []
        assert deeds() == [("reminder removed", {"event": event.id, "lead": "P2D"})]

    def test_one_that_has_reminded_someone_is_kept_and_says_why(self, make, desk, event):
        rule = make.reminder(event, "P2D", local_time="10:00")
        make.registration(event)
        with transaction():
            actions.plan(TWO_DAYS_BEFORE)
        address = f"{ADDRESS}/{rule.id}/remove"
        page = desk.get(address)
        assert "People have been reminded by it, and the outbox names it." in page.text
        assert page.links()["Switch it off"] == f"{ADDRESS}/{rule.id}/switch"
        with transaction(), pytest.raises(rule_actions.RuleIsKept):
            rule_actions.remove(stored()[0], version=1, by=desk.organizer, now=TWO_DAYS_BEFORE)

    def test_one_from_the_programme_file_is_kept(self, make, desk, event):
        rule = make.reminder(event, "P2D", stated={"at": "P2D"})
        text = desk.get(f"{ADDRESS}/{rule.id}/remove").text
        assert "It comes from the program file, which would bring it back." in text


@pytest.mark.both_engines
def test_the_command_says_who_gets_what_when_and_who_was_missed(app, make, event):
    make.reminder(event, "P2D", local_time="10:00")
    make.reminder(event, "P9D", armed_at=SPRING_DAY - timedelta(days=5))
    make.registration(event, name="Ada")
    make.registration(event, name="Greta", email=None, mode=Mode.PHONE)
    with time_machine.travel(SPRING_DAY - timedelta(days=4), tick=False):
        said = app.test_cli_runner().invoke(args=["reminders", "preview", event.key]).output
    missed = "Thursday, April 15, 2027, 8:15 am, Eastern Time"
    assert said.splitlines() == [
        "P2D  Thursday, April 22, 2027, 10:00 am, Eastern Time: 1",
        "    Ada",
        "    Greta: not sent. This person has no email address. Please call.",
        f"Missed  {missed}: not sent late, the rule was armed later",
        "    Ada",
        "    Greta",
    ]
