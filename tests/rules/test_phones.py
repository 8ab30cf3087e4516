"""Phone numbers as people type them: nothing of it is lost."""

import pytest
from markupsafe import Markup

from forum.phones import (
    dialed,
    is_part_of_number,
    kept_phone,
    meanings,
    phone_in_words,
    phone_link,
    tappable,
)

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


FROM_ABROAD = {
    ("020 7946 0958", "Europe/London"): ["+442079460958"],
    ("06 12 34 56 78, after 5 pm", "Europe/Paris"): ["+33612345678 after 5 pm"],
    ("98765 43210", "Asia/Calcutta"): ["+919876543210"],
    ("55 1234 5678", "America/Mexico_City"): ["+15512345678", "+525512345678"],
    ("+1 551 234 5678", "America/Mexico_City"): ["+15512345678"],
    ("617-555-0142", "Europe/Paris"): ["+16175550142"],
    ("787 555 0142", "America/Puerto_Rico"): ["+17875550142"],
    ("55 1234 5678", "America/New_York"): ["+15512345678"],
    ("617 555 0142 ext 007", "Europe/Paris"): ["+16175550142;ext=007"],
    ("0034 612 345 678", "UTC"): ["+34612345678"],
    ("020 7946 0958", "UTC"): [],
}


@pytest.mark.parametrize(("typed", "zone"), FROM_ABROAD)
def test_a_number_from_abroad_gets_the_code_of_its_country_or_is_asked_about(typed, zone):
    assert meanings(typed, zone) == FROM_ABROAD[typed, zone]


def test_a_telephone_dials_the_number_and_its_extension_alone():
    kept = "+16175550199;ext=3 call my daughter"

    assert phone_link(kept) == "+16175550199;ext=3"
    assert dialed(kept) == "+16175550199"


def test_what_is_kept_without_a_number_is_shown_as_it_is():
    assert phone_in_words("my daughter") == "my daughter"


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (
            "Call 617-555-0142.",
            'Call <a class="number" href="tel:+16175550142">617-555-0142</a>.',
        ),
        (
            "617-555-0142 ext. 12 (call my daughter)",
            (
                '<a class="number" href="tel:+16175550142;ext=12">617-555-0142 ext. 12</a>'
                " (call my daughter)"
            ),
        ),
        (
            "+44 20 7946 0958",
            '<a class="number" href="tel:+442079460958">+44 20 7946 0958</a>',
        ),
        (
            "+1 617 555 0142 9 am to 5 pm",
            '<a class="number" href="tel:+16175550142">+1 617 555 0142</a> 9 am to 5 pm',
        ),
        ("<b> & 617-555-0142x", "&lt;b&gt; &amp; 617-555-0142x"),
        ("2027-04-24, 1-617-555-01423, 00000", "2027-04-24, 1-617-555-01423, 00000"),
        (
            Markup('<i title="617-555-0142">or</i> <a href="tel:+1">617-555-0142</a>'),
            '<i title="617-555-0142">or</i> <a href="tel:+1">617-555-0142</a>',
        ),
    ],
)
def test_every_number_that_is_written_for_people_can_be_tapped(text, page):
    assert tappable(text) == page


@pytest.mark.parametrize(
    ("typed", "is_piece"),
    [
        ("617 555 0142", False),
        ("boris 0142", False),
        ("42", False),
        ("", False),
        (" 142 ", True),
        ("(617) 555-", True),
        ("555.0142", True),
    ],
)
def test_a_piece_of_a_number_is_known(typed, is_piece):
    assert is_part_of_number(typed) is is_piece
