"""Nothing is kept that the privacy page does not tell of, and nobody agrees to unknown words."""

import hashlib
from collections import Counter

import pytest

from forum.db import Record
from forum.i18n import speaking
from forum.privacy import rules
from forum.privacy.columns import PURPOSES, personal_columns
from forum.privacy.consents import TEXTS
from forum.privacy.impersonal import impersonal_columns
from forum.privacy.key_queries import sealed_columns
from forum.privacy.models import ConsentPurpose
from forum.privacy.removal_actions import HANGING


def columns() -> set[str]:
    return {
        f"{table.name}.{column.name}"
        for table in Record.metadata.tables.values()
        for column in table.columns
    }


def test_every_column_of_every_table_is_said_to_be_personal_or_not():
    assert columns() - {*personal_columns(), *impersonal_columns()} == set()


def test_no_column_is_told_of_that_does_not_exist():
    assert {*personal_columns(), *impersonal_columns()} - columns() == set()


def test_every_column_is_told_of_once():
    counted = Counter([*personal_columns(), *impersonal_columns()])

    assert [column for column, number in counted.items() if number > 1] == []


def test_whatever_is_encrypted_is_personal():
    encrypted = {f"{kind.__tablename__}.{name}_sealed" for kind, name in sealed_columns()}

    assert encrypted - set(personal_columns()) == {"hash_key.key_sealed"}  # a key of ours


@pytest.mark.parametrize("kept", [each for purpose in PURPOSES for each in purpose.kept])
def test_everything_personal_has_a_reason_a_right_and_an_end(kept):
    assert all(map(str, (kept.what, kept.why, kept.basis, kept.until)))


@pytest.mark.parametrize("text", [text for texts in TEXTS.values() for text in texts])
def test_a_consent_text_that_changes_gets_another_version(app, text):
    with speaking("en"):
        words = str(text.words)

    assert text.version.partition(".")[2] == hashlib.sha256(words.encode()).hexdigest()[:8]


def test_every_purpose_has_words_and_no_version_stands_for_two_texts():
    versions = [text.version for texts in TEXTS.values() for text in texts]

    assert {*TEXTS} == {*ConsentPurpose}
    assert len(versions) == len(set(versions))


def test_the_words_agreed_to_say_how_long_a_name_is_kept(app):
    with speaking("en"):
        words = str(TEXTS[ConsentPurpose.NEXT_INVITATION][0].words)

    assert f"for {rules.INVITED_MONTHS} months" in words


def test_whatever_belongs_to_a_registration_goes_with_it():
    let_go = {"registration.companion_of_id", "offer.partner_id"}
    belonging = {
        f"{table.name}.{key.parent.name}"
        for table in Record.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "registration"
    }

    assert {str(owner.property.columns[0]) for _record, owner in HANGING} == belonging - let_go
