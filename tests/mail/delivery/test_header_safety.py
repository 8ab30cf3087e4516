"""Names and titles that try to become headers or recipients, over a real mail server.

Each stands as name, title, discreet title, name of the programme and title of a session.
"""

import email
import email.policy
import unicodedata
from email.header import decode_header, make_header

import pytest
import vobject
from sqlalchemy import select

from forum import clock
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.outbox.models import Message, MessageState
from forum.privacy import actions as privacy
from forum.privacy.models import ConsentPurpose
from forum.registration.models import SessionPlace, Status
from tests.mail.relay import Delivery
from tests.make import SPRING_DAY

pytestmark = pytest.mark.sqlite_is_enough

NASTY = {
    "CR": "Ada\rBcc: spy@evil.example",
    "LF": "Ada\nBcc: spy@evil.example",
    "CRLF": "Ada\r\nBcc: spy@evil.example\r\n\r\nHello",
    "line separator": "Ada\u2028Bcc: spy@evil.example",
    "paragraph separator": "Ada\u2029Bcc: spy@evil.example",
    "next line": "Ada\u0085Bcc: spy@evil.example",
    "vertical tab": "Ada\x0bBcc: spy@evil.example\x0c\x1c\x1e",
    "encoded word": "=?utf-8?q?Ada=0ABcc:_spy@evil.example?=",
    "encoded words": "=?utf-8?b?QWRhDQpCY2M6IHNweUBldmlsLmV4YW1wbGU=?= =?us-ascii?q?=2C?=",
    "quotes": "Ada \"The Countess\" 'Q' “T”",
    "commas": "Trialrun, Ada, spy@evil.example, <spy@evil.example>;",
    "backslashes": "Ada \\\\ \\n \\",
    "accents": "é" * 300,
    "emoji": "👩‍👩‍👧‍👦 Ada 🏳️‍🌈 " * 12,
    "right to left": "\u202eadA\u202c \u2067محمد\u2069 \u200fבת",
    "calendar": "Ada\r\nATTENDEE:mailto:spy@evil.example\r\nEND:VEVENT",
}
WRITTEN = {
    "Date",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "MIME-Version",
    "Content-Type",
}
STOPPABLE = {"List-Unsubscribe", "List-Unsubscribe-Post"}
BULK = {"List-Id", "Precedence"}
MORE = {"reminder": STOPPABLE, "invitation": STOPPABLE | BULK}


@pytest.fixture
def delivered(app, relay, post_to):
    """Return a way to send what waits, and to have what the mail server was given."""
    post_to(relay.port)

    def delivered() -> list[Delivery]:
        Worker(app).run_once()
        db.session.rollback()
        return relay.deliveries

    return delivered


def breaks(text: str) -> bool:
    """Tell whether a text, once decoded, holds what some program takes for another line."""
    return any(unicodedata.category(each) in {"Cc", "Zl", "Zp"} for each in text)


def bare(text: str) -> str:
    """Return what must be left of a text: every letter and sign, and no break or space."""
    return "".join(each for each in text if not breaks(each) and not each.isspace())


def read(header: object) -> str:
    unfolded = str(header).replace("\r\n", "")  # RFC 5322 2.2.3
    return str(make_header(decode_header(unfolded)))


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_nothing_typed_becomes_a_header_or_a_recipient(make, queue, delivered, text):
    programme = make.programme()
    titles = {"title": text, "quiet_title": text}
    event = make.event(**titles)
    before = make.event(starts_at=SPRING_DAY.replace(year=2026), **titles)
    session = make.session(event, capacity=5, **titles)
    programme.quiet_name = text
    ada = make.registration(event, name=text, email="ada@people.example")
    full = make.registration(event, name=f"{text}.", email="full@people.example", is_discreet=False)
    old = make.registration(before, name=text, email="old@people.example")
    make._keep(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))
    with transaction():
        privacy.record(old, ConsentPurpose.NEXT_INVITATION, now=clock.now(), language="en")
    facts = {"starts_at": int(SPRING_DAY.timestamp()), "lead": "P2D", "offers": []}
    queue("confirmation", ada)
    queue("reminder", full, facts=facts)
    queue("session_place", ada, facts={"session": session.id})
    queue("invitation", old, facts={"event": event.id})

    deliveries = delivered()

    assert set(db.session.scalars(select(Message.state))) == {MessageState.SENT}
    assert len(deliveries) == 4
    for delivery in deliveries:
        kind = delivery.message_id.partition(".")[0].strip("<")
        for policy in (email.policy.default, email.policy.compat32, email.policy.SMTP):
            mail = email.message_from_bytes(delivery.octets, policy=policy)
            assert sorted(mail.keys()) == sorted(WRITTEN | MORE.get(kind, set()))
            assert not mail.defects
        plain = email.message_from_bytes(delivery.octets)
        mail = delivery.message
        assert delivery.recipients == [each.addr_spec for each in mail["To"].addresses]
        assert delivery.recipients[0] in {each.email for each in (ada, full, old)}
        assert [each.addr_spec for each in mail["From"].addresses] == ["events@lantern.example"]
        shown = [read(plain[name]) for name in ("Subject", "To", "From", "Reply-To")]
        assert [each for each in shown if breaks(each)] == []
        assert bare(text) in bare(shown[0])
        assert bare(mail["To"].addresses[0].display_name).rstrip(".") == bare(text).rstrip(".")
        assert bare(mail["From"].addresses[0].display_name) == bare(text)
        assert bare(text) in bare(mail.get_body(("plain",)).get_content())

    [mail] = [each.message for each in deliveries if "confirmation" in each.message_id]
    parts = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    assert [each["Content-Type"].params["method"] for each in parts] == ["REQUEST", "REQUEST"]
    for part in parts:
        [entry] = vobject.readOne(part.get_payload(decode=True).decode()).vevent_list
        [attendee] = entry.attendee_list
        assert attendee.value == "mailto:ada@people.example"
        assert bare(attendee.params["CN"][0]) == bare(text.replace('"', "'"))
        assert bare(entry.summary.value) == bare(text)


def test_a_domain_in_the_envelope_is_written_by_idna_2008(make, queue, delivered):
    queue("confirmation", make.registration(make.event(), email="ada@faß.de"))

    [delivery] = delivered()
    assert delivery.recipients == ["ada@xn--fa-hia.de"]
    assert delivery.message["To"].addresses[0].addr_spec == "ada@xn--fa-hia.de"
