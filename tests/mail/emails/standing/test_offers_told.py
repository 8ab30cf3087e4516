"""What emails say of an offer: who ended it, where the place went, for how many it is."""

from datetime import UTC, datetime, timedelta

import pytest

from forum import clock
from forum.db import db
from forum.events.models import Mode, SessionStatus
from forum.notices.baseline import state_of
from forum.registration.models import OfferState, PairRule, SessionPlace, Status
from tests.mail.occasions import notice_of, reminded
from tests.mail.reading import plain, words_of_html

pytestmark = pytest.mark.sqlite_is_enough

ON = "Lantern spring day"
NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
WAITS = {"status": Status.WAITLISTED}


def read(letter) -> list[str]:
    """Return the text and the page, each as one line."""
    return [plain(letter.text), words_of_html(letter)]


@pytest.fixture
def event(make):
    return make.event(capacity=2)


@pytest.fixture
def pair(make, event):
    facts = {"pair_rule": PairRule.TOGETHER, **WAITS}
    ada = make.registration(event, name="Ada", **facts)
    return ada, make.registration(event, name="Boris", companion_of=ada, **facts)


def ended(make, person, state=OfferState.LAPSED, **facts):
    return {"offer": make.offer(person, state=state, answered_at=NOON, **facts).id}


def test_who_left_an_offer_unanswered_reads_that_it_went_to_the_next_only_if_it_did(
    make, event, written
):
    ada, cora = (make.registration(event, wants_offers=False, **WAITS) for _ in range(2))
    facts = ended(make, ada)

    alone = written("offer_lapsed", ada, facts=facts)
    make.offer(cora, made_at=NOON)
    passed = written("offer_lapsed", ada, facts=facts)

    day = "Saturday, April 24, 2027"
    assert alone.subject == f"The time to answer is over for {day}: {ON}"
    assert passed.subject == f"The place on {day} went to the next person: {ON}"
    for said in read(alone):
        assert "next person" not in said
        assert "at the end" not in said
        assert "You are still on the waitlist." in said
        assert "Your number on the waitlist today: 1" in said
        assert "when you tell us that you still want one" in said
    for said in read(passed):
        assert "This place went to the next person." in said


def test_the_other_of_a_pair_reads_who_declined_and_that_he_need_not_do_anything(
    make, pair, written
):
    ada, boris = pair
    facts = ended(make, ada, OfferState.DECLINED, partner=boris)

    letter = written("offer_lapsed", boris, facts=facts)

    day = "Saturday, April 24, 2027"
    assert letter.subject == f"The person with you declined the places on {day}: {ON}"
    for said in read(letter):
        assert "The person with you declined the two places." in said
        assert "You are both still on the waitlist, now at the end." in said
        assert "When two places are free and it is your turn" in said
        assert "We did not hear from you" not in said
        assert "I still want a place" not in said


def test_a_pair_reads_that_the_two_wait_for_two_places(make, event, pair, written):
    ada, boris = pair
    alone = make.registration(event, **WAITS)
    asked = reminded(make, boris, "P2D", is_for_waitlist=True)

    for letter in (written("waitlist", ada), written("reminder", boris, facts=asked)):
        for said in read(letter):
            assert "You wait together for two places In person" in said
            assert "we keep them for both of you and write to you" in said
    for said in read(written("waitlist", alone)):
        assert "You are waiting for a place In person" in said
        assert "two places" not in said


@pytest.mark.parametrize("email", ["offer", "waitlist", "reminder"])
def test_two_places_are_two_from_the_subject_on(make, pair, written, email):
    ada, boris = pair
    offer = make.offer(ada, partner=boris, ends_at=clock.now() + timedelta(days=2))
    facts = {"offer": {"offer": offer.id}, "waitlist": {"again": True}}.get(email)
    facts = facts or reminded(make, boris, "P2D", is_for_waitlist=True)

    letter = written(email, boris, facts=facts)

    assert letter.subject.startswith("Two places are kept for both of you. Answer by ")
    for said in read(letter):
        assert "Two places are kept for both of you." in said
        assert "A place is kept for you." not in said


def test_who_has_the_offer_alone_now_reads_that_the_other_waits_no_more(make, event, written):
    boris = make.registration(event, name="Boris", **WAITS)
    offer = make.offer(boris, ends_at=clock.now() + timedelta(days=2))

    letter = written("offer", boris, facts={"offer": offer.id, "alone": True})

    assert letter.subject.startswith("One place is kept for you now. Answer by ")
    for said in read(letter):
        assert "The person who wanted to come with you is no longer on the waitlist." in said
        assert "it is your turn" not in said


def test_who_takes_part_online_for_now_reads_of_her_first_entry_and_her_number(
    make, event, written
):
    make.registration(event, **WAITS)
    ada = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)

    letter = written("mode_changed", ada, facts={"had_no_place": True})

    for said in read(letter):
        assert "The date is attached for your calendar, and we keep it right." in said
        assert "It replaces" not in said
        assert "Your number on the waitlist today: 2" in said
        assert "Until then, you keep the place that you have." in said


def test_who_takes_part_online_for_now_reads_until_when_the_other_place_is_kept(
    make, event, written
):
    ada = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    make.offer(ada, ends_at=clock.now() + timedelta(days=2))

    for said in read(written("mode_changed", ada, facts={"had_no_place": True})):
        assert "A place is kept for you. Please answer by" in said
        assert "Answer the offer" in said
        assert "Your number on the waitlist" not in said


@pytest.mark.parametrize("email", ["mode_changed", "promoted", "waitlist"])
def test_who_takes_part_another_way_reads_which_sessions_were_given_back(
    make, event, written, email
):
    at = event.starts_at + timedelta(hours=2)
    facts = {"capacity": 5, "is_streamed": False, "starts_at": at}
    gone, again, off = (
        make.session(event, title=title, quiet_title=title, **facts)
        for title in ("Circle A", "Circle B", "Circle C")
    )
    off.status = SessionStatus.CANCELLED
    ada = make.registration(event, mode=Mode.WEBCAST, waits_for=Mode.PHONE)
    place = SessionPlace(registration=ada, session=again, status=Status.WAITLISTED, wait_no=1)
    db.session.add(place)
    db.session.commit()
    numbers = [gone.id, again.id, off.id]

    named = written(email, ada, facts={"gave_up_sessions": numbers})
    older = written(email, ada, facts={"gave_up_sessions": True})
    none = written(email, ada)

    said = "What you had chosen among the small sessions was given back"
    for text in read(named):
        assert f"{said}: Circle A Saturday, April 24, 2027, 10:15 am to 11:00 am" in text
        assert "Circle B" not in text
        assert "Circle C" not in text
    for text in read(older):
        assert f"{said}." in text
    assert "given back" not in none.text


def test_changed_details_are_named_and_no_answer_is_told(make, event, written):
    ada = make.registration(event, needs="A wheelchair", language="en")

    letter = written("details_changed", ada, facts={"changed": ["language", "needs"]})

    for said in read(letter):
        assert "This is what has changed: Language, What would help." in said
        assert "wheelchair" not in said


def test_who_waits_and_was_registered_by_another_is_told_the_link_that_there_is(pair, written):
    for said in read(written("waitlist", pair[1])):
        assert "If you do not, leave the waitlist below." in said
        assert "cancel below" not in said


@pytest.mark.parametrize("are_two", [False, True])
def test_word_of_another_house_says_what_is_kept_and_how_to_answer(
    make, event, pair, written, are_two
):
    ada, boris = pair
    partner = boris if are_two else None
    make.offer(ada, partner=partner, ends_at=NOON + timedelta(days=2, minutes=30))
    moved = {"event": {**state_of(event), "address": "1 Old Wharf"}, "sessions": {}}

    letter = written("notice", ada, facts={"notice": notice_of(make, event, changes=moved).id})

    kept = "Two places are kept for both of you." if are_two else "A place is kept for you."
    for said in read(letter):
        assert "1 Old Wharf" in said
        assert f"{kept} Please answer by Wednesday, November 25, 2026, 12:30 pm" in said
        assert "Answer the offer" in said
        assert "You have no place yet" not in said
    assert "/offer" in letter.text


def test_all_of_it_is_said_in_spanish(make, event, pair, written):
    ada, boris = pair
    for each in pair:
        each.language = "es"
    db.session.commit()

    letter = written("offer_lapsed", boris, facts=ended(make, ada, OfferState.DECLINED))

    for said in read(letter):
        assert "La persona que va con usted rechazó los dos lugares." in said


@pytest.mark.parametrize(
    ("next_one", "follows"),
    [
        (None, "the place is free for others again"),
        ({}, "we ask the next person"),
        ({"wants_offers": False}, "the place is free for others again"),
    ],
)
def test_who_is_asked_reads_of_a_next_person_only_where_one_can_be_asked(
    make, event, written, next_one, follows
):
    ada = make.registration(event, **WAITS)
    offer = make.offer(ada, ends_at=clock.now() + timedelta(days=2))
    if next_one is not None:
        make.registration(event, **WAITS, **next_one)

    for said in read(written("offer", ada, facts={"offer": offer.id})):
        assert f"If we do not hear from you by then, {follows}." in said


def test_who_could_be_asked_only_at_short_notice_is_no_next_person_in_the_last_days(
    make, written, today
):
    event = make.event(capacity=2)
    ada = make.registration(event, short_notice=6, **WAITS)
    boris = make.registration(event, **WAITS)
    today.move_to(event.starts_at - timedelta(days=2))
    offer = make.offer(ada, ends_at=clock.now() + timedelta(hours=12))
    facts = {"offer": offer.id}

    alone = written("offer", ada, facts=facts)
    boris.short_notice = 6
    db.session.commit()
    beside = written("offer", ada, facts=facts)

    assert "the place is free for others again" in plain(alone.text)
    assert "we ask the next person" in plain(beside.text)


def test_a_pair_reads_that_both_places_are_free_again_where_nobody_is_next(make, pair, written):
    ada, boris = pair
    offer = make.offer(ada, partner=boris, ends_at=clock.now() + timedelta(days=2))

    for said in read(written("offer", boris, facts={"offer": offer.id})):
        assert "If we do not hear from you by then, the places are free for others again." in said
