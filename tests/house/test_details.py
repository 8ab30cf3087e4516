"""What people tell us of themselves is declared once, and what cannot be is not forgotten."""

from dataclasses import asdict, fields
from pathlib import Path

import pytest

from forum import clock
from forum.events.models import Mode
from forum.organizer.people.people_forms import PersonForm
from forum.organizer.people_queries import FreeAnswer
from forum.privacy.columns import PURPOSES, WITH_ANSWERS, personal_columns
from forum.registration.detail_words import TEXT
from forum.registration.details import DETAILS, Part, Way
from forum.registration.models import Registration
from forum.registration.my.details import page
from forum.registration.places.admission import companion_draft
from forum.registration.register.form import RegistrationForm
from forum.registration.requests import Companion, Details
from forum.sealed import Sealed

HOUSE = Path(__file__).parent.parent.parent
NAMES = {detail.name for detail in DETAILS}
FREE = {detail.name for detail in DETAILS if detail.kind is TEXT} - {"name"} | {"phone"}
"""What she says in words of her own, and where she can be called: nobody reads it in a copy."""


def is_sealed(name: str) -> bool:
    return isinstance(vars(Registration).get(name), Sealed)


def column(name: str) -> str:
    return f"{name}_sealed" if is_sealed(name) else name


def line(path: str, start: str) -> str:
    """Return the line of a file that begins so, in small letters."""
    lines = (HOUSE / path).read_text().splitlines()
    return next(each for each in lines if each.strip().startswith(start)).lower()


def short_words() -> str:
    return line("forum/templates/privacy/page.html", '<dd>{{ _("We encrypt phone,')


def earlier_words() -> str:
    return line("forum/templates/registration/register/_optional.html", '<p class="small">')


def kept_for_days() -> str:
    return line("docs/privacy.md", "| phone,")


def is_gone_with_the_answers(name: str) -> bool:
    kept = [each for purpose in PURPOSES for each in purpose.kept]
    return any(
        f"registration.{column(name)}" in each.columns.split() and each.until is WITH_ANSWERS
        for each in kept
    )


def part(name: str) -> Part:
    return next(detail.part for detail in DETAILS if detail.name == name)


BEHIND_A_PASSKEY = (
    ("docs/privacy.md", "- **Looks are kept.**"),
    ("docs/desk.md", "Phone, needs,"),
    ("docs/operating.md", "| `FORUM_ANSWERS_NEED_PASSKEY`"),
)
PLACES = {
    "registration/models.py: a column": lambda name: column(name) in Registration.__table__.columns,
    "registration/models.py: sealed, as it is in her own words": lambda name: (
        name not in FREE or is_sealed(name)
    ),
    "registration/requests.py: Details": lambda name: name in {f.name for f in fields(Details)},
    "privacy/columns.py: what, why, how long": lambda name: (
        f"registration.{column(name)}" in personal_columns()
    ),
    "privacy/columns.py: what is encrypted is deleted WITH_ANSWERS": lambda name: (
        is_sealed(name) <= is_gone_with_the_answers(name)
    ),
    "register/_optional.html: what goes earlier than the registration": lambda name: (
        not is_sealed(name) or part(name) != Part.ABOUT or name in earlier_words()
    ),
    "organizer/people_queries.py: FreeAnswer": lambda name: (
        (name in list(FreeAnswer)) == next(bool(d.listed) for d in DETAILS if d.name == name)
    ),
    "templates/privacy/page.html: what is encrypted": lambda name: (
        not is_sealed(name) or name in short_words()
    ),
    "docs/privacy.md: how long": lambda name: not is_sealed(name) or name in kept_for_days(),
    "docs/privacy.md, desk.md, operating.md: what opens by a passkey alone": lambda name: (
        not is_sealed(name) or all(name in line(*each) for each in BEHIND_A_PASSKEY)
    ),
}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_place_knows_of_a_detail(name):
    assert [place for place, knows in PLACES.items() if not knows(name)] == []


def test_nothing_is_kept_of_a_request_that_is_no_detail():
    assert {field.name for field in fields(Details)} - NAMES == set()
    assert {*FreeAnswer} - NAMES == set()


@pytest.mark.parametrize(("form", "way"), [(RegistrationForm, "asked"), (PersonForm, "phoned")])
def test_a_form_asks_for_all_that_is_to_be_asked_there(form, way):
    wanted = {detail.field for detail in DETAILS if getattr(detail, Way(way)) is not None}
    assert {name for name in wanted if not hasattr(form, name)} == set()


def test_every_part_of_the_details_has_a_title():
    assert list(page.PARTS) == list(Part)


@pytest.mark.sqlite_is_enough
def test_whatever_is_said_of_someone_who_comes_along_is_kept(app, make):
    asker = make.registration(make.event())
    said = Companion(
        name="Boris", email="boris@people.example", mode=Mode.PHONE, needs="a chair", food="vegan"
    )

    draft = companion_draft(asker, said, now=clock.now(), by=None)

    names = [each.name for each in fields(Companion)]
    unsaid = [each for each in names if getattr(said, each) == getattr(Companion(name=""), each)]
    assert unsaid == []
    assert {each: getattr(draft, each) for each in names} == asdict(said)
