"""What she agrees to by registering: in which words, and who does not."""

from forum.db import db
from forum.events.models import Mode
from forum.privacy import consents
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import Registration
from tests.registering import path, register, the_registration


def test_the_words_she_agrees_to_stand_beside_the_button_and_are_kept_by_version(make, visitor):
    event = make.event()
    text = consents.text_in_force(ConsentPurpose.REGISTRATION)
    assert f"By pressing Register, you agree: {text.words}" in visitor.get(path(event)).text

    register(visitor, event, next_invitation=None)

    [kept] = db.session.query(Consent)
    assert (kept.registration_id, kept.purpose, kept.text_version, kept.language) == (
        the_registration().id,
        ConsentPurpose.REGISTRATION,
        text.version,
        "en",
    )


def test_the_next_invitation_is_hers_to_ask_for(make, visitor):
    event = make.event()
    assert "next_invitation" not in visitor.get(path(event)).form()

    register(visitor, event, next_invitation="y")

    assert {each.purpose for each in db.session.query(Consent)} == set(ConsentPurpose)


def test_only_the_one_who_registers_agrees_and_the_companion_is_asked(make, visitor):
    register(visitor, make.event(), companion_name="Boris", companion_mode="webcast")

    ada, boris = db.session.query(Registration).order_by(Registration.id)
    assert (ada.mode, boris.mode) == (Mode.IN_PERSON, Mode.WEBCAST)
    assert [each.registration_id for each in db.session.query(Consent)] == [ada.id]
