"""Reminder rules of a programme file beside those that are made at the desk."""

import pytest
from sqlalchemy import select, update

from forum.db import db, transaction
from forum.programme.dump import dump
from forum.programme.reading.faults import Faulty
from forum.reminders.models import Reminder
from tests.programme import LATER, changed, event, loaded, session
from tests.rush import NOW


def rules() -> list[tuple[str, bool, tuple[str, ...] | None, dict[str, str]]]:
    """Return what the forum's reminder rules are, in order."""
    db.session.rollback()
    rows = db.session.scalars(
        select(Reminder).where(Reminder.event == event()).order_by(Reminder.position, Reminder.id)
    )
    return [(row.lead, row.is_on, row.blocks, row.words) for row in rows]


AS_IN_THE_FILE = [("P7D", True, None, {}), ("P2D", True, None, {}), ("PT90M", True, None, {})]


def test_a_rule_made_at_the_desk_stays_when_the_file_is_loaded_again(app):
    loaded()
    with transaction():
        db.session.add(Reminder(event=event(), lead="P3D", position=9, armed_at=NOW))

    loaded(now=LATER)

    assert rules() == [*AS_IN_THE_FILE, ("P3D", True, None, {})]


def test_what_the_desk_made_of_a_rule_of_the_file_stays_until_the_file_says_otherwise(app):
    loaded()
    words = {"en": "The garage is closed.", "es": "El garaje está cerrado."}
    with transaction():
        week, two_days, _last = db.session.scalars(
            select(Reminder).where(Reminder.event == event()).order_by(Reminder.position)
        )
        week.is_on = False
        two_days.lead, two_days.words = "P3D", words

    loaded(now=LATER)
    assert rules() == [
        ("P7D", False, None, {}),
        ("P3D", True, None, words),
        ("PT90M", True, None, {}),
    ]

    bring = (
        '{at: P2D, local: "10:00", offers',
        '{at: P2D, local: "10:00", blocks: [bring], offers',
    )
    loaded(changed(bring), now=LATER)
    assert rules() == [
        ("P7D", False, None, {}),
        ("P3D", True, ("bring",), words),
        ("PT90M", True, None, {}),
    ]


def test_the_desks_rules_are_in_the_dump_and_load_to_the_same_rules(app):
    loaded()
    with transaction():
        db.session.add(
            Reminder(
                event=event(),
                lead="P3D",
                position=9,
                armed_at=NOW,
                roles=("patient", "caregiver"),
                session=session("s26"),
                is_for_waitlist=True,
                blocks=(),
                words={"en": "The garage is closed.", "es": "El garaje está cerrado."},
            )
        )
    text = dump()
    before = rules()

    loaded(text, now=LATER)

    assert rules() == before
    assert dump() == text
    armed = db.session.scalars(select(Reminder.armed_at).where(Reminder.event == event()))
    assert set(armed) == {NOW}


def test_rules_of_before_the_upgrade_belong_to_the_file(app):
    loaded()
    with transaction():
        db.session.execute(update(Reminder).values(stated={}))
    loaded(changed((", {at: PT90M, only: [webcast, phone]}", "")), now=LATER)

    assert [is_on for _lead, is_on, *_rest in rules()] == [True, True, False]


def test_a_rule_that_the_file_gives_to_others_is_another_one(app):
    loaded()
    patients = ('{at: P7D, local: "10:00"}', '{at: P7D, local: "10:00", roles: [patient]}')
    loaded(changed(patients), now=LATER)
    rows = db.session.scalars(select(Reminder).where(Reminder.event == event()))
    assert {(row.roles, row.is_on, row.armed_at) for row in rows if row.lead == "P7D"} == {
        (None, False, NOW),
        (("patient",), True, LATER),
    }


def test_a_new_event_has_rules_for_the_people_of_its_sessions(app):
    edit = ('{at: P7D, local: "10:00"}', '{at: P7D, local: "10:00", session: s26}')
    loaded(changed(edit))
    rows = db.session.scalars(select(Reminder).where(Reminder.event == event()))
    assert [row.session.key for row in rows if row.session] == ["s26"]


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("session: s99", 'session: no session "s99"'),
        (
            "words: {en: About cancer., es: Hola.}",
            "words.en: names the illness, and others may see it",
        ),
        ("words: {en: Hello.}", "words.es: missing"),
        ("roles: [nurse]", 'roles[0]: "nurse" is not one of patient, caregiver, clinician, other'),
    ],
)
def test_a_fault_in_a_rule_is_named_with_its_place(app, written, fault):
    edit = ('{at: P7D, local: "10:00"}', f'{{at: P7D, local: "10:00", {written}}}')
    with pytest.raises(Faulty) as caught:
        loaded(changed(edit))
    assert caught.value.lines == [f"forum.reminders[0].{fault}"]
