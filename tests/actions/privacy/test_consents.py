"""What people agree to: in which words, once, and taken back."""

from datetime import timedelta

from forum import clock
from forum.audit.models import AuditEntry
from forum.audit.queries import history_of
from forum.db import transaction
from forum.privacy import actions, consents
from forum.privacy.models import Consent, ConsentPurpose
from forum.registration.models import Status
from tests.stored import number_of

DAY = timedelta(days=1)
NOW = clock.now


def agree(person, purpose, language="en"):
    with transaction():
        actions.record(person, purpose, now=NOW(), language=language)


def test_what_someone_agreed_to_leads_to_the_exact_words(ada):
    agree(ada, ConsentPurpose.NEXT_INVITATION, language="es")

    [consent] = consents.agreements(ada)
    assert consent.language == "es"
    assert str(consents.words_agreed_to(consent)) == (
        "Please invite me to the next forum. You may keep my name and email address for this. You"
        " keep them for 13 months after this event, or after the last time I said yes. I can take"
        " this back at any time."
    )


def test_agreeing_twice_is_one_agreement(ada):
    agree(ada, ConsentPurpose.NEXT_INVITATION)
    agree(ada, ConsentPurpose.NEXT_INVITATION)

    assert len(consents.agreements(ada)) == 1


def test_agreeing_to_one_thing_is_not_agreeing_to_another(ada):
    agree(ada, ConsentPurpose.REGISTRATION)

    assert consents.has_agreed(ada, ConsentPurpose.REGISTRATION)
    assert not consents.has_agreed(ada, ConsentPurpose.NEXT_INVITATION)


def test_what_was_taken_back_is_kept_as_taken_back_and_may_be_given_again(ada, make):
    organizer = make.organizer()
    agree(ada, ConsentPurpose.NEXT_INVITATION)
    with transaction():
        actions.withdraw(ada, ConsentPurpose.NEXT_INVITATION, now=NOW(), by=organizer)
    assert not consents.has_agreed(ada, ConsentPurpose.NEXT_INVITATION)

    agree(ada, ConsentPurpose.NEXT_INVITATION)

    assert consents.has_agreed(ada, ConsentPurpose.NEXT_INVITATION)
    assert [each.withdrawn_at is None for each in consents.agreements(ada)] == [False, True]
    assert [(each.facts["agreed"], each.organizer_id) for each in history_of(ada)] == [
        (True, None),
        (False, organizer.id),
        (True, None),
    ]


def test_taking_back_what_was_never_given_changes_nothing(ada):
    with transaction():
        actions.withdraw(ada, ConsentPurpose.NEXT_INVITATION, now=NOW())

    assert (number_of(Consent), number_of(AuditEntry)) == (0, 0)


def test_a_new_text_is_a_new_agreement_and_ends_the_old_one(ada, monkeypatch):
    agree(ada, ConsentPurpose.NEXT_INVITATION)
    newer = consents.ConsentText("2027-01-01.12345678", consents.lazy("Other words."))
    old = consents.TEXTS[ConsentPurpose.NEXT_INVITATION]
    monkeypatch.setitem(consents.TEXTS, ConsentPurpose.NEXT_INVITATION, (newer, *old))

    agree(ada, ConsentPurpose.NEXT_INVITATION)

    first, second = consents.agreements(ada)
    assert first.withdrawn_at is not None
    assert [str(consents.words_agreed_to(each))[:6] for each in (first, second)] == [
        "Please",
        "Other ",
    ]


def test_saying_so_again_begins_a_new_agreement_and_ends_the_old_one(ada):
    agree(ada, ConsentPurpose.NEXT_INVITATION)
    with transaction():
        actions.renew_invitation(ada, now=NOW() + timedelta(days=400), language="es")

    first, second = consents.agreements(ada)
    assert first.withdrawn_at is not None
    assert (second.withdrawn_at, second.language) == (None, "es")
    assert second.given_at - first.given_at > timedelta(days=399)


def test_taking_it_back_counts_for_all_registrations_of_a_person_and_for_nobody_else(make):
    both = {"email": "both@people.example"}
    ada, later = (make.registration(make.event(), name="Ada", **both) for _ in range(2))
    boris = make.registration(ada.event, name="Boris", **both)
    for each in (ada, later, boris):
        agree(each, ConsentPurpose.NEXT_INVITATION)

    with transaction():
        actions.withdraw_invitation(later, now=NOW())

    wish = ConsentPurpose.NEXT_INVITATION
    assert [consents.has_agreed(each, wish) for each in (ada, later, boris)] == [
        False,
        False,
        True,
    ]
    assert later.status == Status.CONFIRMED
    assert later.wants_reminders
