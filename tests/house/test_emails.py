"""An email has its words wherever somebody reads of it, and its line in docs/mail.md is true."""

from pathlib import Path

import pytest

from forum.care.rules import KEPT_BACK
from forum.emails.kinds import KINDS, TO_ORGANIZERS
from forum.emails.words import NAMES
from forum.notices import told_rules
from forum.notices.baseline import State
from forum.registration.models import CareState
from tests.mail import occasions

HOUSE = Path(__file__).parent.parent.parent
FOLDERS = HOUSE / "forum/templates/emails"
EVERY = [*KINDS, *TO_ORGANIZERS]


def lines() -> dict[str, list[str]]:
    """Return the cells of the table of emails in docs/mail.md, by the names of the emails."""
    text = (HOUSE / "docs/mail.md").read_text()
    table = text.partition("| Email | Sent while")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]
    return {name.strip("` "): cells for name_cell, *cells in rows for name in name_cell.split(",")}


PLACES = {
    **{
        f"templates/emails/…/{file}": lambda name, file=file: (FOLDERS / name / file).is_file()
        for file in ("subject.txt", "body.txt", "body.html")
    },
    "emails/words.py: NAMES": lambda name: name in NAMES or name in TO_ORGANIZERS,
    "docs/mail.md: the table": lambda name: name in lines(),
    "tests/mail/occasions.py: STATUS_FOR": lambda name: (
        name in occasions.STATUS_FOR or name in TO_ORGANIZERS
    ),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_place_knows_of_an_email(name):
    assert [place for place, knows in PLACES.items() if not knows(name)] == []


def test_no_place_tells_of_an_email_that_we_do_not_write():
    told = {*NAMES, *lines(), *occasions.STATUS_FOR}
    folders = {folder.name for folder in FOLDERS.iterdir() if folder.is_dir()}
    assert (told | folders) - {*EVERY} == set()


@pytest.mark.parametrize("name", KINDS)
def test_the_documents_say_which_silence_keeps_an_email_back_and_what_it_brings(name):
    kept_back = KEPT_BACK[KINDS[name].purpose]
    states = (CareState.PAUSED, CareState.HELD, CareState.REMEMBERED)
    _when, *silences, calendar = lines()[name]

    assert silences == ["no" if state in kept_back else "yes" for state in states]
    always = "" if " where " in calendar else calendar.strip("\N{EN DASH}")
    assert always == (KINDS[name].calendar or "")


def test_each_thing_that_people_rely_on_is_said_together_with_what_belongs_to_it():
    together = [name for names in told_rules.TOGETHER for name in names]
    assert sorted([*together, *told_rules.APART]) == sorted(State.__annotations__)
