"""Who may do what at the desk, and when one must sign in again."""

from datetime import UTC, datetime, timedelta

import pytest

from forum.accounts import rules
from forum.accounts.models import Organizer, OrganizerRole, SignIn

NOON = datetime(2027, 4, 22, 16, 0, tzinfo=UTC)
VIEWER, COORDINATOR, OWNER = OrganizerRole.VIEWER, OrganizerRole.COORDINATOR, OrganizerRole.OWNER
A_MOMENT = timedelta(microseconds=1)


def sign_in(**facts):
    values = {
        "organizer": Organizer(is_active=True),
        "last_seen_at": NOON,
        "expires_at": NOON + timedelta(hours=12),
    }
    return SignIn(**{**values, **facts})


@pytest.mark.parametrize(
    ("role", "enough_for"),
    [
        (VIEWER, {VIEWER}),
        (COORDINATOR, {VIEWER, COORDINATOR}),
        (OWNER, {VIEWER, COORDINATOR, OWNER}),
    ],
)
def test_each_role_may_do_what_those_before_it_may_and_no_more(role, enough_for):
    assert {needed for needed in OrganizerRole if rules.may(role, needed)} == enough_for


def test_of_two_roles_the_lesser_is_the_one_that_may_do_less():
    assert rules.lesser(OWNER, VIEWER) == rules.lesser(VIEWER, COORDINATOR) == VIEWER
    assert rules.lesser(OWNER, OWNER) == OWNER


@pytest.mark.parametrize(
    ("idle", "is_in"),
    [
        (timedelta(0), True),
        (timedelta(minutes=30) - A_MOMENT, True),
        (timedelta(minutes=30), False),
    ],
)
def test_whoever_leaves_the_desk_for_half_an_hour_signs_in_again(idle, is_in):
    assert rules.is_alive(sign_in(), seen_at=NOON, now=NOON + idle) == is_in


def test_a_page_in_her_browser_counts_though_it_is_not_written_down_yet():
    """A sign-in writes down only now and then that she came; her cookie knows better."""
    lately = NOON + timedelta(minutes=20)

    assert rules.is_alive(sign_in(), seen_at=lately, now=NOON + timedelta(minutes=40))


def test_an_old_cookie_does_not_hide_that_she_was_here_since():
    yesterday = NOON - timedelta(days=1)

    assert rules.is_alive(sign_in(), seen_at=yesterday, now=NOON + timedelta(minutes=10))


def test_however_busy_she_signs_in_again_after_twelve_hours():
    evening = NOON + timedelta(hours=12)

    assert rules.is_alive(sign_in(), seen_at=evening, now=evening - A_MOMENT)
    assert not rules.is_alive(sign_in(), seen_at=evening, now=evening)


def test_whoever_signed_out_stays_out():
    assert not rules.is_alive(sign_in(ended_at=NOON), seen_at=NOON, now=NOON)


def test_someone_who_no_longer_organizes_is_out_at_once():
    left = Organizer(is_active=False)

    assert not rules.is_alive(sign_in(organizer=left), seen_at=NOON, now=NOON)


@pytest.mark.parametrize(
    ("since", "opens"),
    [
        (timedelta(0), True),
        (timedelta(minutes=10) - A_MOMENT, True),
        (timedelta(minutes=10), False),
    ],
)
def test_a_passkeys_yes_opens_an_export_for_ten_minutes(since, opens):
    said_yes = sign_in(passkey_at=NOON)

    assert rules.is_confirmed(said_yes, now=NOON + since) == opens


def test_whoever_came_by_mail_alone_has_confirmed_nothing():
    assert not rules.is_confirmed(sign_in(passkey_at=None), now=NOON)


@pytest.mark.parametrize(
    ("since", "reads"),
    [
        (timedelta(0), True),
        (timedelta(minutes=30) - A_MOMENT, True),
        (timedelta(minutes=30), False),
    ],
)
def test_it_lets_answers_be_read_for_half_an_hour(since, reads):
    assert rules.may_read(sign_in(passkey_at=NOON), now=NOON + since) == reads
    assert not rules.may_read(sign_in(passkey_at=None), now=NOON + since)


@pytest.mark.parametrize(
    ("had", "has_one", "until", "may"),
    [
        (False, False, None, True),
        (True, True, None, True),
        (True, False, None, False),
        (True, False, NOON + A_MOMENT, True),
        (True, False, NOON, False),
        (True, True, NOON, True),
    ],
)
def test_only_the_first_passkey_ever_is_taken_on_trust(had, has_one, until, may):
    petra = Organizer(has_had_passkey=had, passkey_allowed_until=until)

    assert rules.may_add_passkey(petra, has_one=has_one, now=NOON) == may


def test_links_and_sign_ins_last_as_long_as_the_handbook_of_the_desk_says():
    assert timedelta(minutes=15) == rules.LINK_LIFE
    assert timedelta(hours=12) == rules.LONGEST
    assert timedelta(days=1) == rules.ALLOWED_FOR


def test_an_office_may_mistype_more_often_than_one_address():
    """Within a quarter of an hour: five tries for an address, twenty from one place."""
    tries = (rules.TRY_WINDOW, rules.TRIES_PER_ADDRESS, rules.TRIES_PER_CLIENT)

    assert tries == (timedelta(minutes=15), 5, 20)
