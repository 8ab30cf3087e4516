"""What a calendar's answer means, and which is believed."""

from email import message_from_string

import pytest

from forum.incoming import calendar_answers
from forum.incoming.models import ReplyAnswer
from forum.incoming.reports import Answered, Unusable
from tests.mail.returned import reply


def test_a_calendars_answer_is_its_senders_own():
    read = calendar_answers.read(message_from_string(reply()))

    assert read == Answered("spring@forum", "ada@people.example", 2, ReplyAnswer.DECLINED)


@pytest.mark.parametrize("method", ["COUNTER", "REFRESH"])
def test_a_proposal_or_a_question_answers_nothing(method):
    assert calendar_answers.read(message_from_string(reply(method=method))).answer is None


@pytest.mark.parametrize(
    "text",
    [
        reply(sender="mallory@elsewhere.example"),
        reply(headers="From: ada@people.example\n"),
        reply(headers="Auto-Submitted: auto-replied\n"),
        reply("DELEGATED"),
        reply(sequence="-1"),
        reply().replace("BEGIN:VEVENT", "BEGIN:NOTHING"),
        reply().replace("METHOD:REPLY", "METHOD:REQUEST"),
        reply().replace("END:VCALENDAR", "BROKEN"),
    ],
    ids=[
        "another's",
        "two senders",
        "by a machine",
        "delegated",
        "negative",
        "no event",
        "",
        "cut",
    ],
)
def test_an_answer_that_is_not_whole_or_not_hers_is_not_taken(text):
    with pytest.raises(Unusable):
        calendar_answers.read(message_from_string(text))


@pytest.mark.parametrize(
    ("headers", "is_vouched_for"),
    [
        ("Authentication-Results: mx.lantern.example; dkim=pass header.d=people.example\n", True),
        (
            (
                "Authentication-Results: mx.lantern.example 1;\n dmarc=pass (p=none)"
                " header.from=people.example; spf=fail\n"
            ),
            True,
        ),
        ("Authentication-Results: mx.lantern.example; dkim=fail header.d=people.example\n", False),
        ("Authentication-Results: mx.lantern.example; dkim=pass header.d=evil.example\n", False),
        ("Authentication-Results: mx.lantern.example; spf=pass\n", False),
        ("Authentication-Results: other.example; dkim=pass header.d=people.example\n", False),
        (
            (
                "Authentication-Results: mx.lantern.example; none\n"
                "Authentication-Results: mx.lantern.example; dkim=pass header.d=people.example\n"
            ),
            False,
        ),
        (
            (
                "Authentication-Results: mx.lantern.example; none (dkim=pass"
                " header.d=people.example; dkim=pass header.d=people.example)\n"
            ),
            False,
        ),
        ("", False),
    ],
)
def test_only_our_own_servers_topmost_word_vouches_for_a_sender(headers, is_vouched_for):
    parsed = message_from_string(reply(headers=headers))

    assert calendar_answers.is_vouched_for(parsed, "mx.lantern.example") is is_vouched_for
