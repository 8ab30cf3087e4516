"""The doors for mail providers: each proves who it is, or nothing happens."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest

from forum import clock
from forum.config import ConfigError, Settings
from forum.db import db
from forum.emails import mime, write
from forum.incoming import fetching, ses
from forum.incoming.models import AddressBlock, DeliveryReport
from forum.outbox import marks
from forum.outbox.models import Message, MessageState
from tests.engines import KEYS
from tests.house.test_doors import contents
from tests.providers import (
    Amazon,
    bounce_of_ses,
    complaint_of_ses,
    postmark_bounce,
    signed_by_mailgun,
)

pytestmark = pytest.mark.sqlite_is_enough

KEY = "key-of-mailgun"
PASSWORD = "a-long-password-for-postmark"
DOORS = ("ses", "postmark", "mailgun")


@pytest.fixture(scope="module")
def amazon():
    return Amazon()


@pytest.fixture(autouse=True)
def amazons_host(amazon, monkeypatch):
    """Let nothing be asked of the real one."""
    amazon.fetched.clear()
    ses._certificate.cache_clear()
    monkeypatch.setattr(fetching, "fetch", amazon.fetch)


@pytest.fixture
def overrides():
    return {
        "ses_topic": Amazon.topic,
        "postmark_password": PASSWORD,
        "mailgun_key": KEY,
    }


@pytest.fixture
def message(make) -> Message:
    make.organizer()
    ada = make.registration(make.event(), email="ada@people.example", phone="+16175550100")
    return make._keep(
        Message(
            email="confirmation",
            registration=ada,
            dedupe_key="confirmation:ada",
            state=MessageState.SENT,
            sent_at=clock.now(),
            created_at=clock.now(),
            due_at=clock.now(),
        )
    )


@pytest.fixture
def tell(visitor):
    """Return a way to send something to a door; gives the status."""

    def tell(door: str, body: bytes | dict, password: str = PASSWORD, user: str = "postmark"):
        octets = body if isinstance(body, bytes) else json.dumps(body).encode()
        token = b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {token}"} if door == "postmark" else {}
        return visitor.client.post(f"/hooks/{door}", data=octets, headers=headers).status_code

    return tell


def kept() -> list[tuple[str, str, str]]:
    db.session.rollback()
    found = db.session.scalars(db.select(DeliveryReport).order_by(DeliveryReport.id))
    return [(each.kind, each.code, each.source) for each in found]


def blocks() -> list[str]:
    return [each.kind for each in db.session.scalars(db.select(AddressBlock))]


def test_amazon_tells_of_a_bounce_and_of_a_complaint(tell, amazon, message):
    mark = marks.mark_of(message)

    for version in ("1", "2", "2"):
        assert tell("ses", amazon.notification(bounce_of_ses(mark), version=version)) == 200
    assert tell("ses", amazon.notification(complaint_of_ses(mark))) == 200

    assert kept() == [("hard", "5.1.1", "ses"), ("complaint", "", "ses")]
    assert blocks() == ["hard"]
    assert amazon.fetched == [Amazon.certificate_url]


def test_postmark_tells_of_a_bounce(tell, message):
    body = postmark_bounce(marks.mark_of(message))

    assert [tell("postmark", body), tell("postmark", body)] == [200, 200]

    assert (kept(), blocks()) == ([("hard", "5.1.1", "postmark")], ["hard"])


def test_mailgun_tells_of_a_bounce_and_its_token_counts_once(tell, message):
    body = signed_by_mailgun(marks.mark_of(message), KEY, clock.now())

    assert [tell("mailgun", body), tell("mailgun", body)] == [200, 406]

    assert (kept(), blocks()) == ([("hard", "5.1.1", "mailgun")], ["hard"])


def test_several_providers_telling_of_one_email_count_once(tell, amazon, message):
    mark = marks.mark_of(message)

    tell("ses", amazon.notification(bounce_of_ses(mark)))
    tell("postmark", postmark_bounce(mark))
    tell("mailgun", signed_by_mailgun(mark, KEY, clock.now()))

    assert kept() == [("hard", "5.1.1", "ses")]


def test_what_is_forged_old_or_anothers_is_refused_and_changes_nothing(tell, amazon, message):
    mark, now = marks.mark_of(message), clock.now()
    notification = amazon.notification(bounce_of_ses(mark))
    forged = json.loads(notification) | {"Message": json.dumps(complaint_of_ses(mark))}
    before = contents()

    for door, body, status in (
        ("ses", Amazon().notification(bounce_of_ses(mark)), 403),
        ("ses", forged, 403),
        ("ses", json.loads(notification) | {"TopicArn": "arn:aws:sns:us-east-1:1:other"}, 403),
        ("ses", amazon.confirmation(topic="arn:aws:sns:us-east-1:1:other"), 403),
        ("mailgun", signed_by_mailgun(mark, "another key", now), 406),
        ("mailgun", signed_by_mailgun(mark, KEY, now - timedelta(minutes=16)), 406),
        ("mailgun", signed_by_mailgun(mark, KEY, now + timedelta(minutes=16)), 406),
        ("ses", b"{}", 400),
        ("postmark", b"not json", 400),
        ("mailgun", b"[]", 400),
        ("ses", b"\xff" * 10, 400),
    ):
        assert tell(door, body) == status, (door, body[:200] if isinstance(body, bytes) else body)
    for user, password in (("postmark", "wrong"), ("other", PASSWORD), ("", "")):
        assert tell("postmark", postmark_bounce(mark), password, user) == 401

    assert contents() == before


def test_a_report_about_nothing_of_ours_changes_nothing(tell, amazon, message):
    mark = f"{message.id}.0123456789abcdef01234567"
    before = contents()

    assert tell("ses", amazon.notification(bounce_of_ses(mark))) == 200
    assert tell("postmark", postmark_bounce(mark)) == 200

    assert contents() == before


def test_a_subscription_is_confirmed_at_amazon_and_nowhere_else(tell, amazon):
    assert tell("ses", amazon.confirmation()) == 200
    assert amazon.fetched[-1] == Amazon.subscribe_url

    for url in (
        "https://evil.example/?sns.us-east-1.amazonaws.com",
        "http://sns.us-east-1.amazonaws.com/",
        "https://sns.us-east-1.amazonaws.com@169.254.169.254/",
    ):
        assert tell("ses", amazon.confirmation(url=url)) == 403
    assert amazon.fetched[-1] == Amazon.subscribe_url


def test_the_real_fetch_asks_only_amazon(monkeypatch):
    monkeypatch.undo()
    for address in (
        "https://localhost/",
        "file:///etc/passwd",
        "http://sns.us-east-1.amazonaws.com/",
    ):
        with pytest.raises(OSError, match="not an address of Amazon SNS"):
            fetching.fetch(address)


def test_a_door_takes_posts_only_and_no_more_than_it_needs(visitor, message):
    for door in DOORS:
        assert visitor.client.get(f"/hooks/{door}").status_code == 405
        large = visitor.client.post(f"/hooks/{door}", data=b"x" * 300_000)
        assert large.status_code in {401, 413}
    assert visitor.client.post("/hooks/postmark", data=b"{}").status_code == 401


class TestWithoutProviders:
    @pytest.fixture
    def overrides(self):
        return {}

    def test_a_door_whose_provider_is_not_set_does_not_exist(self, tell, amazon, message):
        mark = marks.mark_of(message)
        for door, body in (
            ("ses", amazon.notification(bounce_of_ses(mark))),
            ("postmark", postmark_bounce(mark)),
            ("mailgun", signed_by_mailgun(mark, "", clock.now())),
        ):
            assert tell(door, body) == 404
        assert kept() == []


def test_whoever_keeps_failing_is_not_listened_to_and_providers_are(tell, message, amazon):
    tried = [tell("postmark", b"{}", "wrong") for _ in range(31)]
    assert (tried[0], tried[-1]) == (401, 429)

    notification = amazon.notification(bounce_of_ses(marks.mark_of(message)))
    assert [tell("ses", notification) for _ in range(40)] == [200] * 40


def test_postmark_is_given_the_mark_to_repeat(message):
    letter = write(message, clock.now())

    assert f"X-PM-Metadata-mark: {marks.mark_of(message)}" in mime.as_bytes(letter).decode()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("FORUM_MAILBOXES", "imap://user:secret@mail.example.org/INBOX"),
        ("FORUM_MAILBOXES", "imaps://mail.example.org"),
        ("FORUM_MAILBOXES", "maildir:relative"),
        ("FORUM_MAILBOXES", "imaps://user:secret@mail.example.org:port/"),
        ("FORUM_SES_TOPIC", "forum-bounces"),
        ("FORUM_POSTMARK_PASSWORD", "short"),
        ("FORUM_MAIL_ENVELOPE_SENDER", f"{'b' * 25}@lantern.example"),
    ],
)
def test_a_setting_that_cannot_work_keeps_forum_from_starting(name, value):
    keys = {f"FORUM_{each.upper()}": values[0] for each, values in KEYS.items()}

    with pytest.raises(ConfigError) as error:
        Settings.from_environ({**keys, name: value})

    assert [fault.startswith(name) for fault in error.value.faults] == [True]
    assert "secret" not in str(error.value)
