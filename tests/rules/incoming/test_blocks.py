"""When an address is written to no more, and which reason weighs more."""

from datetime import timedelta

import pytest

from forum.incoming.models import ReportKind
from forum.incoming.rules import SOFT_WINDOW, STOPPING, code_in, is_worse, kind_of

HARD, SOFT, COMPLAINT = ReportKind.HARD, ReportKind.SOFT, ReportKind.COMPLAINT


def test_emails_that_did_not_arrive_count_together_within_a_week():
    assert timedelta(days=7) == SOFT_WINDOW


def test_whoever_complained_of_one_email_still_gets_what_she_asks_for():
    assert {HARD, SOFT} == STOPPING


def test_an_address_that_is_gone_weighs_more_than_one_that_is_full_and_that_more_than_a_complaint():
    worse = {(one, other) for one in ReportKind for other in ReportKind if is_worse(one, other)}

    assert worse == {(HARD, SOFT), (HARD, COMPLAINT), (SOFT, COMPLAINT)}


@pytest.mark.parametrize("vague", ["4.0.0", "5.0.0"])
def test_a_code_that_only_says_it_failed_gives_way_to_one_that_says_why(vague):
    assert code_in(vague, "452 4.2.2 mailbox full") == "4.2.2"
    assert code_in("", vague, "no more is known") == vague


def test_of_two_codes_that_say_why_the_first_is_taken():
    assert code_in("451 4.4.1 no answer", "452 4.2.2 mailbox full") == "4.4.1"


@pytest.mark.parametrize(
    ("code", "kind"),
    [("5.1.0", HARD), ("5.1.7", SOFT), ("5.2.10", SOFT), ("5.10.1", SOFT), ("3.1.1", None)],
)
def test_codes_are_read_part_by_part_not_letter_by_letter(code, kind):
    assert kind_of(code) == kind
