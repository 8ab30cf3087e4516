"""r05 Eusebio: in Puerto Rico, and everything in Spanish."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po

import forum as house

SAN_JUAN = "America/Puerto_Rico"
CATALOG = Path(house.__file__).parent / "translations" / "es" / "LC_MESSAGES" / "messages.po"
SHORTEST = 12
"""Shorter English words may be Spanish, too."""


@pytest.fixture(scope="module")
def english() -> list[str]:
    """Return every English sentence of ours that has no gaps and is another in Spanish."""
    with CATALOG.open("rb") as file:
        catalog = read_po(file, locale="es")
    differing = {each.id for each in catalog if isinstance(each.id, str) and each.id != each.string}
    return [said for said in differing if len(said) > SHORTEST and "%(" not in said]


@pytest.fixture
def eusebio(days, someone):
    days.come("2027-01-25 09:30")
    eusebio = someone("Eusebio Prueba")
    form = eusebio.open("/events/forum-2027/register?lang=es").form()
    answers = {
        "name": eusebio.name,
        "email": eusebio.address,
        "mode": "webcast",
        "timezone": SAN_JUAN,
        "roles": ["caregiver"],
    }
    eusebio.after = eusebio.get(
        eusebio.post("/events/forum-2027/register?lang=es", {**form, **answers})
    )
    return eusebio


def test_eusebios_pages_are_spanish_from_the_form_to_the_last_link(eusebio, days, english):
    days.work()
    [mail] = eusebio.mail
    ours = [each for each in mail.links() if each.startswith("http://localhost")]

    pages = [eusebio.after, *map(eusebio.open, ours)]

    assert len(pages) > 3
    for page in pages:
        assert page.one("html").get("lang") == "es", page.response.request.path
        assert [said for said in english if said in page.text] == [], page.response.request.path


def test_eusebios_mail_is_spanish_to_the_last_line(eusebio, days, english):
    days.come("2027-04-24 12:00")

    assert eusebio.kinds == ["confirmation", "reminder", "reminder", "reminder"]
    for mail in eusebio.mail:
        assert [said for said in english if said in mail.words] == []
        assert 'lang="es"' in mail.html
        assert mail.subject.startswith(
            ("Su lugar para el sábado 24 de abril de 2027", "Sábado 24 de abril", "Hoy, ")
        )
        assert "8:15 a.m. a 4:30 p.m." in mail.words.replace("\u202f", " ")


def test_eusebio_is_written_to_by_the_clock_of_san_juan(eusebio, days):
    days.come("2027-04-24 12:00")

    hours = [f"{mail.came_at.astimezone(ZoneInfo(SAN_JUAN)):%m-%d %H:%M}" for mail in eusebio.mail]

    assert hours == ["01-25 10:30", "04-17 10:00", "04-22 10:00", "04-23 18:00"]
