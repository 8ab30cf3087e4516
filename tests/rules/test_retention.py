"""How long we keep what, in the order that our promises need."""

from datetime import date, timedelta

from forum.privacy import rules


def test_answers_go_thirty_days_after_the_event():
    assert timedelta(days=30) == rules.ANSWERS


def test_thirteen_months_are_long_enough_for_the_next_forum_and_not_longer():
    in_months = date(2028, 5, 24) - date(2027, 4, 24)

    assert rules.INVITED_MONTHS == 13
    assert abs(rules.INVITED - in_months) <= timedelta(days=1)


def test_what_is_most_personal_goes_first():
    assert rules.ATTEMPTS < rules.ANSWERS < rules.UNINVITED < rules.INVITED < rules.HISTORY


def test_which_emails_were_sent_is_not_kept_longer_than_people_who_asked_for_nothing():
    assert rules.MESSAGES <= rules.UNINVITED


def test_a_days_purge_remembers_that_it_was_made():
    """A worker's turn is an attempt: it must be there when the next worker asks."""
    assert rules.PURGES <= rules.ATTEMPTS
