"""Back, after something was done: each page on the way has an address, and says how it is now."""

import pytest

from forum.registration.models import SessionPlace, Status
from tests.desk import EVENT, desk_form
from tests.notices import Desk

pytestmark = pytest.mark.sqlite_is_enough

CHANGES = f"{EVENT}/changes"
SEND = f"{CHANGES}/send"


def leads_to(desk, address, form):
    """Return where a form leads that asks before anything is done."""
    response = desk.client.post(address, data=form)
    assert response.status_code == 303, "a page that a form has sent has no address"
    return response.location


def test_back_from_a_notice_that_was_sent_leads_to_a_page_that_says_so(
    make, desk, event, session, petra
):
    make.registration(event)
    Desk(petra).move(session)
    form = {**desk.get(CHANGES).form(CHANGES), "words_en": "The boat is late."}

    asks = leads_to(desk, SEND, form)

    page = desk.get(asks)
    assert "The boat is late." in page.text
    assert desk.post(SEND, page.form(SEND)) == CHANGES
    assert "1 email is on its way." in desk.get(CHANGES).text
    again = desk.get(asks)
    assert "Nothing to tell" in again.text
    assert SEND not in [each.get("action") for each in again.all("form")]
    assert again.links()["Changes"] == CHANGES


def test_a_sentence_that_may_not_be_sent_is_refused_at_an_address(
    make, desk, event, session, petra
):
    make.registration(event)
    Desk(petra).move(session)
    form = {**desk.get(CHANGES).form(CHANGES), "words_en": "For metastatic breast cancer."}

    page = desk.get(leads_to(desk, SEND, form), status=422)

    assert desk_form(page)["words_en"] == "For metastatic breast cancer."


def test_back_from_places_that_were_given_leads_to_the_places_as_they_are(make, desk):
    event = make.event(capacity=1)
    address = f"/organize/events/{event.slug}/places/in_person"
    make.registration(event)
    make.registration(event, status=Status.WAITLISTED)
    form = {**desk_form(desk.get(address)), "capacity": "2"}

    asks = leads_to(desk, address, form)

    page = desk.get(asks)
    assert "1 person on the waitlist is offered a place." in page.text
    assert desk.post(address, desk_form(page)) == f"/organize/events/{event.slug}/"
    assert desk.client.get(asks).location == address


def test_back_from_places_in_a_session_leads_to_the_session_as_it_is(make, desk, event):
    circle = make.session(event, title="Circle", capacity=1)
    ada, wim = (make.registration(event, name=name) for name in ("Ada", "Wim"))
    make._keep(SessionPlace(registration=ada, session=circle, status=Status.CONFIRMED))
    waits = {"status": Status.WAITLISTED, "wait_no": 1}
    make._keep(SessionPlace(registration=wim, session=circle, **waits))
    address = f"{EVENT}/agenda/{circle.id}"
    form = {**desk_form(desk.get(address)), "capacity": "2"}

    asks = leads_to(desk, address, form)

    page = desk.get(asks)
    assert "Wim" in page.text
    assert desk.post(address, desk_form(page)) == f"{EVENT}/agenda"
    assert desk.client.get(asks).location == address
