"""Every page of the desk says the texts of the programme in the organizer's language."""

import pytest
from sqlalchemy import select

from forum.db import db
from forum.events.models import Event, Programme, Room, Session, Speaker, Track, Venue
from forum.registration.models import Registration
from tests.pages.organizer.whole_desk import WholeDesk
from tests.people import XHTML, words

pytestmark = pytest.mark.sqlite_is_enough

TEXTS = {
    Programme: ("name",),
    Venue: ("name", "arrival"),
    Room: ("name",),
    Track: ("name",),
    Speaker: ("role",),
    Event: ("title", "quiet_title", "description"),
    Session: ("title", "quiet_title", "description"),
}
"""What there is in both languages."""
ENGLISH, SPANISH = "Onlyenglish", "Soloespa\xf1ol"
FIELDS = {XHTML + tag for tag in ("input", "textarea")}


@pytest.fixture
def whole(app, desk, make, event, petra):
    """Make one of everything, each text in both languages; everybody reads Spanish."""
    whole = WholeDesk(make, event, petra)
    whole.fill()
    for kind, columns in TEXTS.items():
        for row in db.session.scalars(select(kind)):
            row.in_spanish = {name: f"{SPANISH} {kind.__name__} {name}" for name in columns}
            for name in columns:
                setattr(row, name, f"{ENGLISH} {kind.__name__} {name}")
    db.session.commit()
    return whole


def read(page):
    """Return what a page says and describes, but not what is in its fields to be edited."""
    fields = {child for each in page.tree.iter() if each.tag in FIELDS for child in each.iter()}
    said = [words(page.one("title"))]
    for each in page.tree.iter():
        if each not in fields:
            said += [each.text or "", each.get("aria-label") or "", each.get("title") or ""]
        said.append(each.tail or "")
    return " ".join(" ".join(said).split())


@pytest.mark.parametrize(("lang", "other"), [("es", ENGLISH), ("en", SPANISH)])
def test_the_desk_speaks_of_the_programme_in_the_organizers_language(app, desk, whole, lang, other):
    for person in db.session.scalars(select(Registration)):
        person.language = lang
    db.session.commit()

    found = {}
    for path in whole.pages(app):
        said = read(desk.get(f"{path}?lang={lang}"))
        if other in said:
            at = [i for i in range(len(said)) if said.startswith(other, i)]
            found[path] = [said[max(0, i - 40) : i + 45] for i in at]

    assert found == {}
