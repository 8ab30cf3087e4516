"""Names as they are kept, and as they are compared: the same person's are equal."""
# ruff: noqa: RUF001 - letters that look like others are what this is about

import pytest

from forum.addresses import tidy_address
from forum.names import (
    can_be_seen,
    doubt_key,
    doubt_keys,
    earlier_key,
    may_be_same,
    name_key,
    name_order,
    nearness,
    searched,
    without_unseen,
)

SAME = [
    ("Ada O'Neil", "Ada O\N{RIGHT SINGLE QUOTATION MARK}Neil"),
    ("Ada O'Neil", "Ada O\N{MODIFIER LETTER APOSTROPHE}Neil"),
    ("Ada O'Neil", "Ada O\N{LATIN SMALL LETTER SALTILLO}Neil"),
    ("Ada O'Neil", "Ada O\N{ACUTE ACCENT}Neil"),
    ("Ada O'Neil", "Ada O`Neil"),
    ("Ada O'Neil", "ADA ONEIL"),
    ("Ione María Nuñez", "ione maria nunez"),
    ("Zoë", "Zoe\N{COMBINING DIAERESIS}"),
    ("Mary-Ann Lee", "Mary\N{NON-BREAKING HYPHEN}Ann Lee"),
    ("Mary-Ann Lee", "Mary Ann Lee"),
    ("Mary-Ann Lee", "Maryann  Lee"),
    ("Ada Q. Trialrun", "Ada\N{NO-BREAK SPACE}Q Trialrun"),
    ("Ada Q. Trialrun", "Ada\N{THIN SPACE}Q.\tTrialrun"),
    ("Ada Trialrun", "Ada\N{ZERO WIDTH SPACE} Trial\N{SOFT HYPHEN}run"),
    ("Ada Trialrun", "\N{RIGHT-TO-LEFT MARK}Ada Trialrun\N{VARIATION SELECTOR-16}"),
    ("Ada Trialrun", "A\N{COMBINING GRAPHEME JOINER}da Trialrun"),
    ("Ada Trialrun", "A\N{HANGUL FILLER}da Trialrun"),
    ("Ada Trialrun", "Ａｄａ Trialrun"),
    ("Sofie Strauss", "Sofie Strauß"),
    ("Søren Łukasz", "Soren Lukasz"),
    ("Ægir Œdipe Þór", "Aegir Oedipe Thor"),
    ("Işık", "Isik"),
    ("Ngũgĩ wa Đặng", "ngugi wa dang"),
    ("שָׁלוֹם", "שלום"),
    ("مُحَمَّد", "محمد"),
    ("Mary-Ann", "Mary\N{MODIFIER LETTER MINUS SIGN}Ann"),
    ("François", "Francois"),
    ("Ħal Ŧed", "hal ted"),
    ("יְ", "י"),
    ("ܐ\N{SYRIAC LETTER SUPERSCRIPT ALAPH}", "ܐ"),
    ("Ⅳ Ada", "iv ada"),
    ("ﬁona", "Fiona"),
]
OTHERS = [
    ("Ione", "Jasper"),
    ("Ione", "Ionie"),
    ("Liz Trialrun", "Elizabeth Trialrun"),
    ("सीता", "सुता"),
    ("ガス", "カス"),
    ("Ada 1", "Ada 2"),
    ("Ada 🌷", "Ada 🌻"),
    ("Ada +", "Ada ="),
    ("…", "!"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_name_however_it_is_written(one, other):
    assert name_key(one) == name_key(other)
    assert name_key(name_key(one)) == name_key(one)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_name_is_another_person(one, other):
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ada Q. Trialrun", "adaqtrialrun"),
        ("…", "…"),
        ("- -", "--"),
        ("Ada $+<=>|~^` 7", "ada$+<=>|~7"),
        ("Ada 🌷", "ada🌷"),
        ("", ""),
    ],
)
def test_what_a_name_is_compared_by(name, key):
    assert name_key(name) == key


@pytest.mark.parametrize(
    "name",
    [
        "Ione Doe",
        "Doe, Ione",
        "Doe Ione",
        "Ione M. Doe",
        "Doe, Ione M.",
        "Ione Maria Doe",
        "Doe, Ione Maria",
        "M. Ione Doe",
        "Ione Doe (M.)",
        "Doe, Ione, M.",
        "Ione Maria-Luisa Doe",
        "IONE DÖE",
    ],
)
def test_in_doubt_the_first_and_the_last_word_say_that_a_human_must_look(name):
    assert doubt_key(name) == "doe ione"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Ione", "ione"),
        ("Ione Ione", "ione"),
        ("I. Doe", "doe i"),
        ("Q. Bo Li", "bo li"),
        ("李 明", "明 李"),
        ("…", "…"),
    ],
)
def test_short_names_have_no_initials_to_leave_out(name, key):
    assert doubt_key(name) == key


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("López García, María", {"lopez maria", "garcia maria", "garcia lopez"}),
        ("María López", {"lopez maria"}),
        ("Ione M. Doe", {"doe ione"}),
        ("Dr. Ione Doe, RN", {"doe ione"}),
        ("Mrs. Doe", {"doe"}),
        ("Doctor", {"doctor"}),
        ("I. Doe", {"doe i"}),
        ("Ione Ione", {"ione"}),
        ("Ione", {"ione"}),
        ("…", {"…"}),
    ],
)
def test_in_doubt_any_two_words_are_enough(name, keys):
    assert {each for each in doubt_keys(name) if not each.startswith("~")} == keys
    assert doubt_key(name) in keys


PERHAPS_ONE = [
    ("María López", "María López García"),
    ("Mary Ann Lee", "Ann Lee"),
    ("Ione Doe", "Dr. Ione Doe"),
    ("Ione Doe", "Ione Doe, MD, PhD"),
    ("Ione Doe", "Ione"),
    ("Ione Doe", "Mrs. Doe"),
    ("Ione Doe", "I. Doe"),
    ("Ione Maria Doe", "I.M. Doe"),
    ("Ione Doe", "Doe, I."),
    ("Ione Doe", "Ione D."),
]
CERTAINLY_TWO = [
    ("Ione Doe", "Jasper Doe"),
    ("Dr. Ione Doe", "Dr. Jasper Doe"),
    ("Ione Doe", "J. Doe"),
    ("I. Doe", "J. Doe"),
    ("Ione Doe", "Ione Sample"),
    ("Ione", "Jasper"),
    ("Ione", "Ionie Doe"),
    ("李 明", "李 王"),
    ("Ione 1", "Ione 2"),
    ("…", "!"),
]


@pytest.mark.parametrize(("one", "other"), PERHAPS_ONE)
def test_a_name_that_is_shortened_or_has_more_words_may_be_the_same_persons(one, other):
    assert may_be_same(one, other)
    assert may_be_same(other, one)


@pytest.mark.parametrize(("one", "other"), CERTAINLY_TWO)
def test_what_families_have_in_common_raises_no_doubt(one, other):
    assert not may_be_same(one, other)
    assert not may_be_same(other, one)


def test_a_name_of_many_words_is_compared_by_few_and_by_its_last():
    name = " ".join(f"word{number}" for number in range(40))
    assert len(doubt_keys(name)) < len("0123456789") * 4
    assert may_be_same(name, "Word0 Word39")


def test_first_names_alone_raise_no_doubt():
    assert doubt_key("Ione Doe") != doubt_key("Ione Sample")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Ada\N{ZERO WIDTH SPACE} Trialrun", "Ada Trialrun"),
        ("\N{ZERO WIDTH NO-BREAK SPACE}Ada", "Ada"),
        ("Ada\N{VARIATION SELECTOR-16}\N{TAG SPACE}\N{BRAILLE PATTERN BLANK}", "Ada"),
        ("A\N{ZERO WIDTH JOINER}da", "Ada"),
        ("\N{ZERO WIDTH NON-JOINER}می", "می"),
        ("می\N{ZERO WIDTH NON-JOINER}خواهم", "می\N{ZERO WIDTH NON-JOINER}خواهم"),
        ("क्\N{ZERO WIDTH JOINER}ष", "क्\N{ZERO WIDTH JOINER}ष"),
        ("می\N{ZERO WIDTH NON-JOINER}", "می"),
        ("م\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH SPACE}ی", "می"),
        ("é\N{ZERO WIDTH NON-JOINER}é", "éé"),
        ("Xénia X", "Xénia X"),
        ("Zoë O\N{RIGHT SINGLE QUOTATION MARK}Neil", "Zoë O\N{RIGHT SINGLE QUOTATION MARK}Neil"),
        ("Ada Trialrun", "Ada Trialrun"),
    ],
)
def test_what_nobody_sees_is_not_kept(typed, kept):
    assert without_unseen(typed) == kept


@pytest.mark.parametrize("name", ["Ada", "7", "…", "🌷", "\N{ZERO WIDTH SPACE}a"])
def test_something_to_be_seen(name):
    assert can_be_seen(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " \N{NO-BREAK SPACE}",
        "\N{ZERO WIDTH SPACE}",
        "\N{HANGUL FILLER}\N{BRAILLE PATTERN BLANK}",
        "\N{COMBINING ACUTE ACCENT}",
        "\n",
    ],
)
def test_nothing_to_be_seen(name):
    assert not can_be_seen(name)


def test_lists_are_ordered_as_people_do_it():
    in_order = [
        "Dr. María Álvarez, MD (she/her)",
        "Álvarez Zapata, Ana",
        "Ada Q. Lee",
        "Ada Lee-Berg",
        "Lee, Boris, Jr.",
        "Cora Lee M.D.",
        "Ada O'Neil",
        "Ada Trialrun …",
        "Boris Zapata III",
        "Ñandú",
    ]
    ordered = ["Álvarez Zapata, Ana", "Dr. María Álvarez, MD (she/her)"]

    assert sorted(in_order[:2], key=name_order) == ordered[::-1]
    assert [name_order(each) for each in in_order[2:6]] == [
        "lee 0ada 0q",
        "leeberg 0ada",
        "lee 0boris",
        "lee 0cora",
    ]
    assert sorted(in_order[6:], key=name_order) == [
        "Ñandú",
        "Ada O'Neil",
        "Ada Trialrun …",
        "Boris Zapata III",
    ]


@pytest.mark.parametrize(
    ("name", "order"),
    [("… …", "……"), ("Dr.", "dr"), ("7", "7"), ("Lee", "lee"), (", Lee", "lee"), ("(she)", "she")],
)
def test_a_name_that_is_no_name_is_ordered_by_all_of_it(name, order):
    assert name_order(name) == order


@pytest.mark.parametrize(
    ("words", "looked_for"),
    [
        ("Dr. Zoë O'Brien", ["zoe", "obrien"]),
        ("Trialrun, Ada", ["trialrun", "ada"]),
        ("Dr.", ["dr"]),
        ("…", []),
    ],
)
def test_words_are_looked_for_one_by_one_as_they_are_compared(words, looked_for):
    assert searched(words) == looked_for


def test_names_were_compared_by_their_letters_before():
    assert earlier_key(" Ａda  O\N{RIGHT SINGLE QUOTATION MARK}Neil ") == "ada o’neil"


def test_an_address_is_cleaned():
    assert tidy_address(" Ada\N{ZERO WIDTH SPACE}@People.example\N{NO-BREAK SPACE}") == (
        "ada@people.example"
    )


@pytest.mark.parametrize(
    ("typed", "name", "how_near"),
    [
        ("obrien", "María O'Brien", 1.0),
        ("obrein", "María O'Brien", 10 / 12),
        ("Maria obrein", "O'Brien, María", 11 / 12),
        ("Maria Greta", "María O'Brien", 0.0),
        ("abcd", "abce", 0.75),
        ("abc", "abd", 0.0),
        ("…", "María", 0.0),
    ],
)
def test_a_slip_or_two_are_near_and_another_word_is_not(typed, name, how_near):
    assert nearness(searched(typed), name) == pytest.approx(how_near)
