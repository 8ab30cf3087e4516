"""What a report means, as mail servers write it."""

from datetime import UTC, datetime
from email import message_from_string

import pytest

from forum.incoming import delivery_status, rules
from forum.incoming.models import ReportKind
from tests.mail.returned import MARK, message

HARD, SOFT, COMPLAINT = ReportKind.HARD, ReportKind.SOFT, ReportKind.COMPLAINT
NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("5.1.1", HARD),
        ("5.1.10", HARD),
        ("5.2.1", HARD),
        ("5.2.2", SOFT),
        ("5.4.4", SOFT),
        ("4.2.2", SOFT),
        ("4.7.1", SOFT),
        ("5.7.1", SOFT),
        ("5.1.8", SOFT),
        ("2.1.5", None),
        ("", None),
    ],
)
def test_a_code_says_whether_the_address_is_gone(code, kind):
    assert rules.kind_of(code) == kind


def test_a_refusal_of_us_is_not_the_addresss_fault():
    about_us = [code for code in ("5.7.1", "5.7.26", "5.1.7", "5.1.8") if rules.is_about_us(code)]

    assert about_us == ["5.7.1", "5.7.26", "5.1.7", "5.1.8"]
    assert not any(map(rules.is_about_us, ("5.1.1", "5.2.2", "4.7.1", "")))


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("550 5.1.1 <ada@people.example>: unknown", "5.1.1"),
        ("5.0.0 smtp; 550 5.1.1 No such user", "5.1.1"),
        ("host 192.0.2.1 said: 550 no", ""),
        ("version 15.5.1.1 of something", ""),
        ("4.0.0", "4.0.0"),
    ],
)
def test_the_code_that_says_most_is_taken(said, code):
    assert rules.code_in(said) == code


def test_an_address_is_blocked_at_once_when_gone_and_at_the_third_that_did_not_arrive():
    assert rules.block_for(HARD, softs=0) == HARD
    assert rules.block_for(COMPLAINT, softs=0) == COMPLAINT
    assert [rules.block_for(SOFT, softs=number) for number in (1, 2, 3)] == [None, None, SOFT]


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("postfix-unknown-user", HARD, "5.1.1"),
        ("exchange-not-found", HARD, "5.1.10"),
        ("gmail-no-such-user", HARD, "5.1.1"),
        ("exim-unrouteable", HARD, "5.1.1"),
        ("forwarded-by-a-person", HARD, "5.1.2"),
        ("only-the-message-id", HARD, "5.2.1"),
        ("mailbox-full", SOFT, "5.2.2"),
        ("greylisted-too-long", SOFT, "4.7.1"),
        ("policy", SOFT, "5.7.1"),
        ("no-code", HARD, "5.1.1"),
        ("cut-short", SOFT, ""),
        ("delayed", None, ""),
        ("complaint", COMPLAINT, ""),
    ],
)
def test_each_mail_servers_report_is_understood(name, kind, code):
    returned = delivery_status.read(message(name))

    assert (returned.kind, returned.code) == (kind, code)
    assert any(MARK in text for text in returned.marks), returned.marks


@pytest.mark.parametrize("name", ["vacation", "broken"])
def test_what_is_no_report_is_not_taken_for_one(name):
    assert delivery_status.read(message(name)) is None


def test_a_list_behind_an_address_of_which_one_copy_arrived_is_not_gone():
    report = message("postfix-unknown-user").as_string()
    both = report.replace(
        "\n--9A1F72A0E.1795446002/mx.lantern.example\nContent-Description: Undelivered",
        "\nFinal-Recipient: rfc822; other@people.example\nAction: relayed\nStatus: 2.0.0\n"
        "\n--9A1F72A0E.1795446002/mx.lantern.example\nContent-Description: Undelivered",
    )

    returned = delivery_status.read(message_from_string(both))

    assert returned.kind == SOFT


def test_a_thousand_parts_inside_each_other_end():
    nested = "Content-Type: text/plain\n\nend"
    for number in range(300):
        nested = (
            f'Content-Type: multipart/mixed; boundary="b{number}"\n\n--b{number}\n{nested}\n'
            f"--b{number}--\n"
        )
    assert delivery_status.read(message_from_string(nested)) is None
