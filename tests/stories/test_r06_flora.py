"""r06 Dr. Flora: a clinician who needs a certificate, and whose mailbox opens every link."""

import pytest
from sqlalchemy import select

from forum.db import Record, db

ANSWERS = {
    "mode": "webcast",
    "timezone": "America/Chicago",
    "roles": ["clinician"],
    "wants_certificate": "y",
}


@pytest.fixture
def flora(days, someone):
    days.come("2027-01-25 09:30")
    flora = someone("Dr. Flora Checklist")
    flora.register(**ANSWERS)
    return flora


def everything_kept() -> dict[str, list[tuple]]:
    """Return every row of every table."""
    db.session.rollback()
    rows = {
        table.name: [tuple(row) for row in db.session.execute(select(table))]
        for table in Record.metadata.sorted_tables
    }
    db.session.rollback()
    return rows


def test_flora_reads_the_full_titles(flora, days):
    days.come("2027-04-24 12:00")

    assert len(flora.mail) == 4
    for mail in flora.mail:
        assert mail.subject.endswith(
            "Living With Metastatic Breast Cancer \N{EN DASH} Spring Forum 2027"
        )
    entry = flora.mail[0].entry
    assert entry.summary == "Living With Metastatic Breast Cancer - Spring Forum 2027"
    page = flora.open(flora.newest.link("Open your page"))
    assert "Living With Metastatic Breast Cancer" in page.text
    assert "Full titles" in flora.way(page, "My details").text


def test_a_scanner_that_opens_all_of_floras_links_changes_nothing(flora, days):
    """With GET and with HEAD, each link of each mail, and each link of the pages behind them."""
    days.come("2027-04-24 08:20", "America/Chicago")
    links = {each for mail in flora.mail for each in mail.links()}
    ours = {each for each in links if each.startswith("http://localhost")}
    before = everything_kept()

    pages = []
    for address in sorted(ours):
        path = address.partition("//")[2].partition("/")[2]
        assert flora.client.head(f"/{path}").status_code == 200
        pages.append(flora.open(address))
    behind = {
        href for page in pages for href in page.links().values() if href.startswith(("/my", "/uns"))
    }
    for href in sorted(behind):
        assert flora.client.head(href).status_code in {200, 303}
        assert flora.client.get(href).status_code in {200, 303}

    assert len(ours) >= 4
    assert len(behind) >= 4
    assert everything_kept() == before


def test_that_flora_needs_a_certificate_is_on_the_organizers_list(flora, days, petra):
    days.work()

    assert "Certificate" in petra.find("Dr. Flora Checklist").text
    [row] = petra.export()
    assert row["Certificate"] == "Yes"
