"""The first word after registering, and the one to who was registered already."""

import pytest

pytestmark = pytest.mark.sqlite_is_enough
CALLED = "We call it “Lantern spring day” here, so that others cannot tell what it is about."
AGAIN = "Someone, perhaps you, has just registered you again. Nothing has changed:"


@pytest.mark.parametrize(
    ("email", "made", "already"),
    [
        ("confirmation", {}, "You are registered already"),
        ("waitlist", {"status": "waitlisted"}, "You are on the waitlist already"),
    ],
)
def test_who_was_registered_again_reads_that_nothing_has_changed(
    make, written, email, made, already
):
    ada = make.registration(make.event(), **made)
    first, again = written(email, ada), written(email, ada, facts={"again": True})

    assert again.subject == f"{already} for Saturday, April 24, 2027: Lantern spring day"
    for letter in (again.text, again.html):
        assert (f"{already}." in letter, AGAIN in letter, CALLED in letter) == (True, True, False)
    for letter in (first.text, first.html):
        assert (already in letter, AGAIN in letter, CALLED in letter) == (False, False, True)


def test_a_reader_of_full_titles_reads_of_no_other_name(make, written):
    ada = make.registration(make.event(), is_discreet=False)

    assert "We call it" not in written("confirmation", ada).text
