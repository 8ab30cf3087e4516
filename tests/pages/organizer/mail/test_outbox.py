"""The outbox at the desk: what failed and why, tried again, and everything stopped."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.audit.models import Action, AuditEntry
from forum.care.actions import pause
from forum.db import db
from forum.delivery.refusals import UNREACHABLE, NotDelivered, check
from forum.i18n import speaking
from forum.incoming.answer_rules import Stage
from forum.organizer.words import reason
from forum.outbox import queries
from forum.outbox.models import MessageState
from forum.registration.models import CareState, Offer, Status
from tests.actions.care.caring import do
from tests.desk import OrganizerAtDesk, desk_form, queries_for
from tests.pages.organizer.outbox import failed_message
from tests.people import XHTML
from tests.stored import fresh

TODAY = "/organize/"
OUTBOX = "/organize/outbox/"


def test_a_failed_email_is_tried_again(make, desk, event):
    message = failed_message(make, make.registration(event), attempts=6)

    desk.submit("/organize/outbox/", action=f"/organize/outbox/{message.id}/retry")

    assert (fresh(message).state, message.attempts) == (MessageState.QUEUED, 0)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.action, entry.facts) == (Action.MESSAGE_RETRIED, {"email": "confirmation"})


def test_the_list_says_why_and_is_narrowed_by_state(make, desk, event):
    failed_message(make, make.registration(event))

    assert "550 no such mailbox" in desk.get("/organize/outbox/?state=failed").text
    assert "No email here" in desk.get("/organize/outbox/?state=sent").text
    assert "550 no such mailbox" in desk.get("/organize/outbox/?state=odd&email=odd").text


def test_an_owner_stops_all_emails_and_lets_them_leave_again(make, desk, event):
    failed_message(make, make.registration(event), state=MessageState.QUEUED)
    assert "1 email waits in the outbox." in desk.get("/organize/outbox/stop").text
    desk.submit("/organize/outbox/stop")

    for path in (TODAY, OUTBOX):
        assert "All emails were stopped on Mon, Nov 23, 2026" in desk.get(path).text
    db.session.rollback()
    assert not queries.is_any_due(now=clock.now())
    desk.submit("/organize/outbox/resume")

    assert "An organizer stopped" not in desk.get(OUTBOX).text
    db.session.rollback()
    assert queries.is_any_due(now=clock.now())
    deeds = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert deeds[-2:] == [Action.MAIL_STOPPED, Action.MAIL_RESUMED]


def test_only_an_owner_stops_all_emails(app, make, event):
    coordinator = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.COORDINATOR))

    assert "Stop all emails" not in coordinator.get(OUTBOX).text
    coordinator.get("/organize/outbox/stop", status=403)


def test_reasons_are_said_in_the_organizers_language(app):
    with app.test_request_context(), speaking("es"):
        assert reason("This person has canceled.") == "Esta persona canceló."
        assert (reason("550 no such mailbox"), reason(None)) == ("550 no such mailbox", "")
        assert reason(UNREACHABLE) == "No se puede llegar al servidor de correo."


@pytest.mark.parametrize(
    ("code", "begin"),
    [
        (b"421", "El servidor de correo pidió intentarlo más tarde:"),
        (b"550", "El servidor de correo rechazó el mensaje:"),
    ],
)
def test_what_the_mail_server_said_stands_behind_our_own_words_in_her_language(app, code, begin):
    with pytest.raises(NotDelivered) as failed:
        check((int(code), b"see https://help.example: Jane"), Stage.RECIPIENT)

    with app.test_request_context(), speaking("es"):
        said = reason(failed.value.reason)

    assert said == f"{begin} {code.decode()} see https://help.example: Jane"


def test_an_email_that_was_taken_back_says_why_in_each_readers_language(make, app, desk, event):
    ada = make.registration(event)
    until = clock.now().date() + timedelta(days=9)
    with app.test_request_context(), speaking("es"):
        do(pause, ada, until)
        do(pause, ada, until + timedelta(days=1))

    assert "The pause was changed." in desk.get(OUTBOX).text
    assert "La pausa se cambió." in desk.get(f"{OUTBOX}?lang=es").text


NO_TRY = {
    "died": ({"care_state": CareState.REMEMBERED}, "This person has died. No email goes out."),
    "paused": ({"care_state": CareState.PAUSED}, "Emails to this person are paused."),
    "held": (
        {"care_state": CareState.HELD},
        "Emails to this person are on hold until someone has asked them.",
    ),
    "no address": ({"email": None}, "This person has no email address. Please call."),
    "canceled": ({"status": Status.CANCELLED}, "This person has canceled."),
}


@pytest.mark.parametrize("case", sorted(NO_TRY))
def test_another_try_is_offered_only_where_it_may_send_something(make, desk, event, case):
    facts, why = NO_TRY[case]
    message = failed_message(make, make.registration(event, **facts), email="reminder")
    retry = f"/organize/outbox/{message.id}/retry"

    page = desk.get(OUTBOX)

    assert f"Another try would send nothing. {why}" in page.text
    assert retry not in [each.get("action") for each in page.tree.iter(XHTML + "form")]


def test_who_is_offered_a_place_by_now_is_found_out_for_all_at_once(make, desk, event):
    def waits():
        wim = make.registration(event, status=Status.WAITLISTED)
        failed_message(make, wim, email="waitlist", state=MessageState.DROPPED, reason=None)
        made = {"made_at": clock.now(), "ends_at": clock.now() + timedelta(days=2)}
        make._keep(Offer(registration=wim, event_id=event.id, mode=wim.mode, **made))

    waits()
    desk.get(OUTBOX)
    one = queries_for(desk, OUTBOX)
    for _ in range(3):
        waits()

    assert queries_for(desk, OUTBOX) == one
    said = "Another try would send nothing. This person is offered a place by now."
    assert desk.get(OUTBOX).text.count(said) == 4


def test_another_try_is_not_offered_where_emails_do_not_arrive(make, desk, event):
    ada = make.registration(event)
    message = failed_message(make, ada)
    make.block(ada.email)

    page = desk.get(OUTBOX)

    assert "Our emails do not reach this address. Please call." in page.text
    assert f"/organize/outbox/{message.id}/retry" not in page.response.get_data(as_text=True)


def test_another_try_that_would_send_nothing_is_refused_with_the_reason(make, desk, event):
    ada = make.registration(event)
    message = failed_message(make, ada)
    form = desk_form(desk.get(OUTBOX))
    ada.care_state = CareState.REMEMBERED
    db.session.commit()

    led_to = desk.post(f"/organize/outbox/{message.id}/retry", form)

    said = "Another try would send nothing. This person has died. No email goes out."
    assert said in desk.get(led_to).text
    assert fresh(message).state == MessageState.FAILED


def test_the_first_word_of_a_registration_may_be_tried_again_in_a_pause(make, desk, event):
    message = failed_message(make, make.registration(event, care_state=CareState.PAUSED))

    assert f"/outbox/{message.id}/retry" in desk.get(OUTBOX).response.get_data(as_text=True)


def test_another_try_is_not_offered_to_say_that_someone_waits_who_is_offered_a_place(
    make, desk, event
):
    ada = make.registration(event, status=Status.WAITLISTED)
    dropped = {"email": "waitlist", "state": MessageState.DROPPED, "reason": None}
    failed_message(make, ada, **dropped)
    make.offer(ada, ends_at=clock.now() + timedelta(days=2))

    page = desk.get("/organize/outbox/")

    why = "Another try would send nothing. This person is offered a place by now."
    assert why in page.text
    assert "Try again" not in page.text
