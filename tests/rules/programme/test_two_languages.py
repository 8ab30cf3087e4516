"""A programme file says a text once, or in each language."""

import pytest

from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read
from forum.tongues import Both
from tests.rules.programme.small import small

TITLE = ("title: One, quiet: A", "title: {en: One, es: Uno}, quiet: A")


def faults(*edits):
    with pytest.raises(Faulty) as caught:
        read(small(*edits).encode())
    return caught.value.lines


def said(title):
    return (TITLE[0], f"title: {title}, quiet: A")


def test_a_title_may_be_said_in_each_language():
    first = read(small(TITLE).encode()).all_forums[0].sessions[0]

    assert (first.title, first.quiet) == (Both("One", "Uno"), "A")


def test_both_texts_are_cleaned_as_one_is():
    first = read(small(said('{en: " One\u2009two ", es: Uno}')).encode()).all_forums[0].sessions[0]

    assert first.title == Both("One two", "Uno")


@pytest.mark.parametrize(
    ("title", "fault"),
    [
        ("{en: One}", "forum.sessions[0].title.es: missing"),
        ("{en: One, es: }", "forum.sessions[0].title.es: empty"),
        ("{en: One, es: Uno, fr: Un}", "forum.sessions[0].title.fr: unknown key"),
        ("{en: One, es: no}", 'forum.sessions[0].title.es: must be text; write it in quotes: "no"'),
        (f"{{en: One, es: {'U' * 201}}}", "forum.sessions[0].title.es: longer than 200 characters"),
        ('{en: One, es: "U\\nno"}', "forum.sessions[0].title.es: must be one line of text"),
        ("[One, Uno]", "forum.sessions[0].title: must be a single value"),
    ],
)
def test_what_is_wrong_with_a_second_text_is_said_at_its_place(title, fault):
    assert faults(said(title)) == [fault]
