"""Phone numbers as people type them: nothing of it is lost."""

import pytest

from forum.phones import dialed, kept_phone, phone_in_words, phone_link

TYPED = {
    "617 555 0142": ("+16175550142", "617-555-0142"),
    "1 (617) 555.0142": ("+16175550142", "617-555-0142"),
    "+44 20 7946 0958": ("+442079460958", "+44 20 7946 0958"),
    "617-555-0142 x12": ("+16175550142;ext=12", "617-555-0142 ext. 12"),
    "617-555-0142 extensión 4": ("+16175550142;ext=4", "617-555-0142 ext. 4"),
    "call my daughter 617 555 0199": (
        "+16175550199 call my daughter",
        "617-555-0199 (call my daughter)",
    ),
    "Ana: 617 555 0199 ext 3, after 5 pm": (
        "+16175550199;ext=3 Ana after 5 pm",
        "617-555-0199 ext. 3 (Ana after 5 pm)",
    ),
    "617 555 0142 or 617 555 0199": (
        "+16175550142 or 617 555 0199",
        "617-555-0142 (or 617 555 0199)",
    ),
    "1-800-FLOWERS": ("+18003569377", "800-356-9377"),
    "+39 06 698 12345": ("+390669812345", "+39 06 6981 2345"),
}


@pytest.mark.parametrize("typed", TYPED)
def test_a_number_is_kept_with_its_extension_and_the_words_beside_it(typed):
    kept, shown = TYPED[typed]

    assert (kept_phone(typed), phone_in_words(kept)) == (kept, shown)
    assert kept_phone(shown) == kept  # a form that shows it sends it back as it is


@pytest.mark.parametrize("typed", ["call me", "555 0142", "17", "", "617 555 014"])
def test_what_cannot_be_dialed_is_no_number(typed):
    assert kept_phone(typed) is None


def test_a_telephone_dials_the_number_and_its_extension_alone():
    kept = "+16175550199;ext=3 call my daughter"

    assert phone_link(kept) == "+16175550199;ext=3"
    assert dialed(kept) == "+16175550199"


def test_what_is_kept_without_a_number_is_shown_as_it_is():
    assert phone_in_words("my daughter") == "my daughter"
