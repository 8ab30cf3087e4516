"""One click stops reminders, or invitations, and nothing else; it can be taken back."""

import re
from datetime import timedelta

import pytest

from forum import clock, links
from forum.db import db, transaction
from forum.emails import Letter, Silence, write
from forum.emails.kinds import KINDS, Stop
from forum.outbox.models import Message
from forum.privacy import actions as privacy
from forum.privacy import consents
from forum.privacy.models import ConsentPurpose
from forum.registration.models import CareState, Status
from forum.registration.my.details import actions as details
from tests.mail.occasions import facts_of, person_for
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough

WISH = ConsentPurpose.NEXT_INVITATION
WISHED = Stop.INVITATIONS
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def ada(make):
    """Make someone who comes this year, and asked to be invited again."""
    person = make.registration(make.event(), name="Ada", email="ada@people.example")
    with transaction():
        privacy.record(person, WISH, now=clock.now(), language="en")
    return person


def path(link: str) -> str:
    return link.removeprefix("http://localhost:8000")


def stop(person) -> str:
    return path(links.unsubscribe_link(person, Stop.INVITATIONS))


def is_invited(person) -> bool:
    look_again()
    return consents.invitation_agreement(person, now=clock.now()) is not None


def written(make, email, person, facts):
    message = Message(
        email=email, registration=person, facts=facts, dedupe_key=email, created_at=clock.now()
    )
    return write(message, clock.now())


def test_a_mail_program_stops_invitations_with_one_post_and_nothing_else(app, ada):
    stranger = app.test_client(use_cookies=False)

    answer = stranger.post(stop(ada), data=ONE_CLICK)  # RFC 8058 3.1

    assert answer.status_code == 200
    assert not is_invited(ada)
    assert (ada.status, ada.wants_reminders) == (Status.CONFIRMED, True)


def test_one_click_on_a_reminder_stops_reminders_and_no_invitation(app, ada):
    answer = app.test_client(use_cookies=False).post(links.unsubscribe_link(ada), data=ONE_CLICK)

    assert answer.status_code == 200
    assert is_invited(ada)
    assert (ada.status, ada.wants_reminders) == (Status.CONFIRMED, False)


@pytest.mark.parametrize("kind", Stop)
def test_opening_the_link_stops_nothing(app, visitor, ada, kind):
    address = path(links.unsubscribe_link(ada, kind))
    page = visitor.get(address)
    assert page.heading in {"Stop reminders", "Stop invitations"}
    assert app.test_client().head(address).status_code == 200
    assert (is_invited(ada), ada.wants_reminders) == (True, True)


def test_a_button_stops_invitations_and_another_takes_it_back(visitor, ada):
    done = visitor.post(stop(ada), visitor.get(stop(ada)).form(), status=200)
    assert done.heading == "Invitations are stopped"
    assert "If you are registered for an event, that stays as it is" in done.text
    assert not is_invited(ada)

    assert "after the last time I said yes" in done.text
    back = visitor.post(f"{stop(ada)}/undo", done.form(f"{stop(ada)}/undo"))
    assert visitor.get(back).heading == "Stop invitations"
    assert is_invited(ada)


def test_a_button_starts_reminders_again(visitor, ada):
    address = path(links.unsubscribe_link(ada))
    done = visitor.post(address, visitor.get(address).form(), status=200)
    assert "Lantern spring day" in done.text
    visitor.post(f"{address}/undo", done.form(f"{address}/undo"))
    look_again()
    assert ada.wants_reminders


def test_it_is_said_to_be_stopped_as_often_as_the_link_is_opened(visitor, ada):
    visitor.client.post(stop(ada), data=ONE_CLICK)
    assert visitor.get(stop(ada)).heading == "Invitations are stopped"


@pytest.mark.parametrize("kind", Stop)
def test_a_link_in_an_older_email_stops_it_after_she_took_a_new_personal_link(
    app, visitor, ada, kind
):
    """RFC 8058 3.1: it works as long as the email may be read."""
    older = path(links.unsubscribe_link(ada, kind))
    with transaction():
        details.renew_link(ada, now=clock.now())

    done = visitor.post(older, visitor.get(older).form(), status=200)

    assert done.heading in {"Reminders are stopped", "Invitations are stopped"}
    assert (is_invited(ada), ada.wants_reminders) == (kind != WISHED, kind == WISHED)
    assert "with the link in our newest email" in done.text
    assert links.my_token(ada) not in visitor.client.get(older).text


@pytest.mark.parametrize("kind", Stop)
def test_taking_that_back_needs_her_newest_link(app, visitor, ada, kind):
    older = path(links.unsubscribe_link(ada, kind))
    visitor.client.post(older, data=ONE_CLICK)
    with transaction():
        details.renew_link(ada, now=clock.now())

    newest = path(links.unsubscribe_link(ada, kind))
    token = visitor.get(newest).form(f"{newest}/undo")
    assert visitor.client.post(f"{older}/undo", data=token).status_code == 404
    assert (is_invited(ada), ada.wants_reminders) == (kind != WISHED, kind == WISHED)


def test_one_click_changes_nothing_of_someone_remembered(visitor, ada):
    ada.care_state = CareState.REMEMBERED
    db.session.commit()
    assert visitor.client.post(stop(ada), data=ONE_CLICK).status_code == 200
    visitor.client.post(path(links.unsubscribe_link(ada)), data=ONE_CLICK)
    look_again()
    assert consents.has_agreed(ada, WISH)
    assert ada.wants_reminders


@pytest.mark.parametrize("email", [name for name, kind in KINDS.items() if kind.stop is None])
def test_transactional_mail_goes_on_after_both_were_stopped(make, visitor, email):
    person = person_for(make, make.event(), email)
    facts = facts_of(make, email, person)
    for kind in Stop:
        address = path(links.unsubscribe_link(person, kind))
        assert visitor.client.post(address, data=ONE_CLICK).status_code == 200
    look_again()

    letter = written(make, email, person, facts)

    assert isinstance(letter, Letter), letter
    assert letter.unsubscribe_url is None


@pytest.mark.parametrize("email", [name for name, kind in KINDS.items() if kind.stop])
def test_what_was_stopped_is_not_written_any_more(make, visitor, email):
    event = make.event()
    person = person_for(make, event, email)
    facts = facts_of(make, email, person)
    if "starts_at" in facts:
        facts["starts_at"] = int(event.starts_at.timestamp())
    letter = written(make, email, person, facts)
    assert isinstance(letter, Letter), letter

    visitor.client.post(path(letter.unsubscribe_url), data=ONE_CLICK)
    look_again()

    assert isinstance(written(make, email, person, facts), Silence)


def test_the_link_in_an_invitation_asks_and_a_button_says_yes_for_another_year(
    make, visitor, today
):
    event = make.event()
    person = person_for(make, event, "invitation", email="ada@people.example")
    facts = facts_of(make, "invitation", person)
    letter = written(make, "invitation", person, facts)
    [again] = re.findall(r"Yes, invite me again\n  (\S+)", letter.text)
    today.shift(timedelta(days=90))

    page = visitor.get(path(again))
    assert page.heading == "Shall we invite you again next year?"
    assert "You said yes on Monday, November 23, 2026." in page.text
    look_again()
    assert len(consents.agreements(person)) == 1

    back = visitor.submit(path(again), action=path(again))

    assert "We will invite you again." in visitor.get(back).text
    look_again()
    before, fresh = consents.agreements(person)
    assert before.withdrawn_at is not None
    assert fresh.given_at - before.given_at > timedelta(days=89)
    assert fresh.text_version == consents.text_in_force(WISH).version
