"""An address from which emails come back: what is still written to it, and until when."""

from dataclasses import replace

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care.models import Task
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.emails import Letter, Silence
from forum.incoming import actions, queries
from forum.incoming.models import ReportKind
from forum.outbox import actions as outbox
from forum.outbox.models import Message
from forum.registration.my.details import address_actions
from forum.registration.telling import tell
from tests.mail.incoming.keeping import blocks, calls, came_back
from tests.make import SPRING_DAY

COMES_BACK = Silence("Our emails do not reach this address. Please call.", needs_call=True)
REMINDER = {"starts_at": int(SPRING_DAY.timestamp()), "lead": "P2D"}


def test_nothing_more_is_written_to_a_blocked_address(make, event, ada, written):
    make.block(ada.email)

    assert written("confirmation", ada) == COMES_BACK
    assert written("reminder", ada, facts=REMINDER) == replace(COMES_BACK, needs_call=False)
    other = make.registration(make.event(), email=ada.email)
    assert written("event_cancelled", other) == COMES_BACK
    assert isinstance(written("confirmation", make.registration(event)), Letter)


def test_whoever_complained_gets_answers_and_changes_but_no_reminders(make, ada, written):
    make.block(ada.email, ReportKind.COMPLAINT)

    assert written("reminder", ada, facts=REMINDER) == Silence(
        "This person marked our emails as unwanted: no reminders, no invitations."
    )
    for email in ("confirmation", "mode_changed", "event_cancelled", "my_link"):
        assert isinstance(written(email, ada), Letter), email


def test_whom_no_email_reaches_any_more_is_called_about_each_change(app, make, ada, relay, post_to):
    """Both what waited in the outbox when the address was blocked, and what comes later."""
    post_to(relay.port)
    with transaction():
        tell("mode_changed", ada, "1", now=clock.now())
        outbox.post("reminder", ada, dict(REMINDER), once="reminder", now=clock.now())
    make.block(ada.email)
    with transaction():
        tell("notice", ada, "1", now=clock.now())
        tell("notice", ada, "1", now=clock.now())

    Worker(app).run_once()
    Worker(app).run_once()

    assert relay.deliveries == []
    assert calls() == [("Ada", "notice"), ("Ada", "mode_changed")]


def test_what_is_not_written_for_another_reason_asks_for_no_call(app, make, event, relay, post_to):
    post_to(relay.port)
    gone = make.registration(event, status="cancelled", email="ada@people.example")
    make.block("ada@people.example")
    with transaction():
        outbox.post("confirmation", gone, once="1", now=clock.now())

    Worker(app).run_once()

    assert db.session.query(Message).one().reason == "This person has canceled."
    assert db.session.query(Task).count() == 0


def test_a_batch_asks_once_whether_addresses_are_blocked(app, make, event, relay, post_to):
    from sqlalchemy import event as listening

    post_to(relay.port, sender_threads=4)
    make.block("someone@else.example")
    with transaction():
        for number in range(4):
            tell("my_link", make.registration(event), str(number), now=clock.now())
    asked = []

    def note(_connection, _cursor, statement, *_):
        if "FROM address_block" in statement:
            asked.append(statement)

    listening.listen(db.engine, "before_cursor_execute", note)
    Worker(app).run_once()
    listening.remove(db.engine, "before_cursor_execute", note)

    assert len(relay.deliveries) == 4
    assert len(asked) <= 2 * len(relay.deliveries)


def test_a_new_address_lifts_the_old_ones_block(make, ada, sent, written):
    came_back(sent(ada))
    with transaction():
        change = address_actions.ask(ada, "new@people.example", now=clock.now())
    with transaction():
        address_actions.confirm(change, now=clock.now())

    assert (blocks(), calls()) == ([], [])
    assert isinstance(written("confirmation", ada), Letter)


def test_an_address_that_another_still_reads_stays_blocked(make, event, ada, sent):
    make.registration(event, name="Boris", email=ada.email)
    came_back(sent(ada))
    with transaction():
        address_actions.remove(ada, now=clock.now())

    assert (blocks(), calls()) == (["hard"], [("Boris", "returned")])


def test_a_blocked_address_can_be_asked_whether_it_is_hers_and_is_right_when_it_answers(
    make, queue, ada
):
    make.block("back@people.example")
    with transaction():
        change = address_actions.ask(ada, "back@people.example", now=clock.now())
    question = db.session.query(Message).filter_by(email="confirm_address").one()

    from forum.emails import write

    assert isinstance(write(question, clock.now()), Letter)
    with transaction():
        address_actions.confirm(change, now=clock.now())
    assert blocks() == []


def test_an_organizer_lifts_a_block_and_it_is_counted_anew(make, ada, sent):
    for _ in range(3):
        came_back(sent(ada), ReportKind.SOFT, "5.2.2")
    assert calls() == [("Ada", "returned")]
    petra = make.organizer()
    with transaction():
        assert actions.lift(ada.email, now=clock.now(), by=petra)
    assert (blocks(), calls()) == ([], [])
    assert db.session.query(Task).one().done_by is None  # nobody has called
    undone = db.session.query(AuditEntry).filter_by(action=Action.ADDRESS_UNBLOCKED).one()
    assert (undone.subject_id, undone.organizer_id) == (ada.id, petra.id)

    came_back(sent(ada), ReportKind.SOFT, "5.2.2")
    assert blocks() == []
    came_back(sent(ada))
    assert calls() == [("Ada", "returned")]


def test_a_block_outlives_a_change_of_data_keys(app, make, ada):
    from forum.sealed import new_key

    make.block(ada.email)
    settings = app.extensions["forum"]
    app.extensions["forum"] = replace(settings, data_keys=(new_key(), *settings.data_keys))

    assert queries.block_of("Ada@People.example") == ReportKind.HARD
    assert queries.stopped_emails(now=clock.now()) == [ada.email]


def test_whoever_has_no_address_any_more_is_called_instead(make, written):
    person = make.registration(make.event(), email=None)
    reason = "This person has no email address. Please call."

    assert written("confirmation", person) == Silence(reason, needs_call=True)
    assert written("reminder", person) == Silence(reason)  # its planner asks for a call


def confirms(person, address):
    """Let somebody take an address by the link that was mailed there."""
    with transaction():
        change = address_actions.ask(person, address, now=clock.now())
    with transaction():
        address_actions.confirm(change, now=clock.now())


def test_a_complaint_outlives_that_another_person_proves_the_shared_mailbox(
    make, event, ada, written
):
    boris = make.registration(event, name="Boris", email="both@people.example")
    make.block("both@people.example", ReportKind.COMPLAINT)
    confirms(ada, "both@people.example")

    assert ada.email == "both@people.example"
    assert blocks() == ["complaint"]
    for person in (ada, boris):
        assert isinstance(written("reminder", person, facts=REMINDER), Silence)


def test_a_complaint_is_still_there_once_a_mailbox_that_was_full_is_proved(make, event, ada, sent):
    boris = make.registration(event, name="Boris", email="both@people.example")
    came_back(sent(boris), ReportKind.COMPLAINT, "")
    came_back(sent(boris), ReportKind.HARD)
    assert blocks() == ["hard"]

    confirms(ada, "both@people.example")

    assert (blocks(), calls()) == (["complaint"], [])
