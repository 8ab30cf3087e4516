"""Entries begin with a first name while two read a mailbox; one leaves it, and says no more."""

from datetime import timedelta

import pytest

from forum import clock
from forum.db import db
from forum.links import feed_link
from forum.privacy import actions as privacy
from forum.privacy import housekeeping
from forum.privacy.models import ConsentPurpose
from forum.registration.models import AddressChange, Registration
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions
from forum.registration.register import correcting_actions
from tests.actions.care.caring import do
from tests.stored import fresh

HOUR = timedelta(hours=1)
ALONE = [("Lantern spring day", "CONFIRMED")]


@pytest.fixture
def couple(make, forum, today):
    """Ada and Ben, who read one mailbox; Ben came later."""
    both = {"email": "both@people.example"}
    ada = make.registration(forum, name="Ada Trialrun", **both)
    today.shift(HOUR)
    ben = make.registration(forum, name="Ben Trialrun", updated_at=clock.now(), **both)
    today.shift(HOUR)
    return ada, ben


def is_erased(ben, _petra):
    do(privacy.erase, ben)


def takes_another_address(ben, _petra):
    do(address_actions.ask, ben, "ben@people.example")
    do(address_actions.confirm, db.session.query(AddressChange).one())


def has_a_corrected_address(ben, petra):
    do(correcting_actions.correct_at_desk, ben, "ben@people.example", along=(), by=petra)


def is_called_from_now_on(ben, _petra):
    ben.phone = "+16175550142"
    db.session.commit()
    do(address_actions.remove, fresh(ben))


@pytest.mark.parametrize(
    "leaves",
    [has_a_corrected_address, is_called_from_now_on, is_erased, takes_another_address],
)
def test_a_calendar_that_asks_by_date_alone_hears_that_nobody_shares_her_mailbox(
    make, program, couple, today, leaves
):
    ada, ben = couple
    assert program.entries(feed_link(ada)) == [("Ada: Lantern spring day", "CONFIRMED")]
    asked = {"If-Modified-Since": program.last.headers["Last-Modified"]}
    today.shift(HOUR)
    leaves(fresh(ben), make.organizer())
    today.shift(HOUR)

    assert program.fetch(feed_link(ada), **asked).status_code == 200
    assert program.entries(feed_link(ada)) == ALONE


def test_of_two_the_one_who_is_to_be_invited_stays_and_reads_of_it(program, couple, forum, today):
    ada, _ben = couple
    do(privacy.record, ada, ConsentPurpose.NEXT_INVITATION, language="en")
    today.move_to(forum.ends_at + HOUR)
    housekeeping.purge(now=clock.now())
    program.fetch(feed_link(ada))
    asked = {"If-Modified-Since": program.last.headers["Last-Modified"]}
    today.move_to(forum.ends_at + timedelta(days=91))
    housekeeping.purge(now=clock.now())
    today.shift(HOUR)

    assert db.session.query(Registration).count() == 1
    assert program.fetch(feed_link(ada), **asked).status_code == 200
    assert program.entries(feed_link(ada)) == ALONE


def test_another_name_of_his_is_read_anew_and_nothing_else_of_his_touches_hers(couple, today):
    ada, ben = couple
    before = fresh(ada).updated_at
    for changes, is_touched in (({"roles": ("patient",)}, False), ({"name": "Benno T."}, True)):
        today.shift(HOUR)
        do(details.change, fresh(ben), changes, version=ben.version)
        assert (fresh(ada).updated_at != before) == is_touched
