"""The outbox at the desk: what failed and why, tried again, and everything stopped."""

from sqlalchemy import select

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.audit.models import Action, AuditEntry
from forum.db import db
from forum.i18n import speaking
from forum.organizer.words import reason
from forum.outbox import queries
from forum.outbox.models import MessageState
from tests.desk import OrganizerAtDesk
from tests.pages.organizer.outbox import failed_message
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
