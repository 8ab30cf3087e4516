"""People whose names are hard on programs: from the form to every place that shows them."""

import csv
import io

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import SignIn
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.links import feed_token, my_token
from forum.outbox.models import Message, MessageState
from forum.registration.models import Registration
from tests.calendars.readers import read_with_icalendar, read_with_vobject
from tests.desk import OrganizerAtDesk

NAMES = [
    "Zoë\u202eAda\u202c",
    "A\u200bd\u200da\ufeff",
    "Ada " + "e" + "\u0301" * 150,
    "👩‍👩‍👧‍👦 Ada 🏳️‍🌈",
    "محمد بن سلمى",
    "Ada\r\nBcc: everyone@people.example",
    "Ada\nBEGIN:VALARM\nATTENDEE:mailto:x@people.example",
    'Ada "; method=CANCEL, <script>alert(1)</script> \\',
    "=HYPERLINK(A1)",
    "%(name)s {0} %s ${7 * 7}",
    "a@b.example, Ada <c@d.example>",
    "=?utf-8?q?Ada?=",
    "Ada\u2028Two\u2029Three\x85Four\x0bFive\x1fSix",
    "'; DROP TABLE registration; --",
    "\uff21\uff44\uff41 ①②③ ﷽",
    "x" * 200,
]


@pytest.fixture
def people(app, make, new_visitor, relay, post_to) -> list[Registration]:
    """Let each of them register, and send the mail."""
    event = make.event(slug="forum-2027")
    for number, name in enumerate(NAMES):
        new_visitor().submit(
            "/events/forum-2027/register",
            name=name,
            email=f"person{number}@people.example",
            mode="in_person",
            companion_name=f"Friend of {name}"[:200],
            companion_email=f"friend{number}@people.example",
            **dict.fromkeys(("needs", "food", "question"), f"{name}\r\n{name}"),
        )
    post_to(relay.port)
    Worker(app).run_once()
    db.session.expire_all()
    return list(
        db.session.scalars(
            select(Registration).where(
                Registration.event_id == event.id, Registration.companion_of_id.is_(None)
            )
        )
    )


def test_whatever_her_name_is_she_is_registered_written_to_and_shown(app, make, people, visitor):
    assert [each.name.isprintable() or each.name for each in people]
    assert len(people) == len(NAMES)
    assert set(db.session.scalars(select(Message.state))) == {MessageState.SENT}
    for person in people:
        assert "\n" not in person.name
        page = visitor.get(f"/my/{my_token(person)}/")
        assert " ".join(person.name.split()) in page.text
        feed = visitor.client.get(f"/my/{feed_token(person)}/calendar.ics").data
        assert read_with_icalendar(feed) == read_with_vobject(feed) != []

    desk = OrganizerAtDesk(app, make.organizer())
    with transaction():
        db.session.scalars(select(SignIn)).one().passkey_at = clock.now()
    listed = desk.get("/organize/events/forum-2027/registrations").text
    export = "/organize/events/forum-2027/registrations/export"
    answer = desk.client.post(export, data={**desk.get(export).form(), "format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 2 * len(NAMES)
    for person in people:
        shown = " ".join(person.name.split())
        assert shown in listed
        assert (
            shown in desk.get(f"/organize/events/forum-2027/registrations/{person.public_id}").text
        )
        assert any(row["Name"] in {person.name, f"'{person.name}"} for row in rows)
        assert not any(
            cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values()
        )


def test_each_mail_goes_to_her_alone_and_nothing_typed_becomes_a_header(people, relay):
    mails = [delivery.message for delivery in relay.deliveries]
    ours = set(mails[0].keys())
    by_address = {mail["To"].addresses[0].addr_spec: mail for mail in mails}

    for person in people:
        mail = by_address[person.email]
        assert [each.addr_spec for each in mail["To"].addresses] == [person.email]
        assert set(mail.keys()) == ours
        assert "Bcc" not in mail

        for part in mail.walk():
            if part.get_content_type() == "text/calendar":
                data = part.get_payload(decode=True)
                assert read_with_icalendar(data) == read_with_vobject(data) != []
                lines = data.replace(b"\r\n ", b"").split(b"\r\n")
                assert lines.count(b"BEGIN:VALARM") == 1
                assert sum(line.startswith(b"ATTENDEE") for line in lines) == 1
