"""After a change of zone law nobody is reminded, or called, a second time of the same time."""

from datetime import UTC, datetime, timedelta

from forum import clock
from forum.db import db, transaction
from forum.delivery.worker import Worker
from forum.events.models import Mode
from forum.outbox.models import Message, MessageState
from forum.planning import zone_actions
from forum.reminders import actions
from tests.stored import look_again, open_tasks

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
SATURDAY = datetime(2026, 12, 1, 13, 15, tzinfo=UTC)


def sent() -> list[str]:
    look_again()
    found = db.session.query(Message).filter_by(state=MessageState.SENT).order_by(Message.id)
    return [each.email for each in found]


def under_older_law(event) -> None:
    """Let its instants have been worked out when the clock was an hour less behind UTC."""
    look_again()
    event.offsets = {**event.offsets, "starts_at": -4 * 3600, "ends_at": -4 * 3600}
    db.session.commit()


def test_who_was_reminded_is_not_reminded_again_because_a_law_has_changed(app, make, today):
    event = make.event(starts_at=SATURDAY)
    make.reminder(event, "P7D", local_time="10:00")
    make.registration(event, name="Ada")
    today.move_to(SATURDAY - 7 * DAY + 2 * HOUR)
    with transaction():
        actions.plan(clock.now())
    Worker(app).run_once()
    assert sent() == ["reminder"]

    today.shift(DAY)
    under_older_law(event)
    with transaction():
        assert zone_actions.keep_walls(event, now=clock.now())
    with transaction():
        actions.plan(clock.now())
    Worker(app).run_once()

    assert sent() == ["reminder"]


def test_who_is_to_be_called_is_on_the_list_once_after_the_law_has_changed(app, make, today):
    event = make.event(starts_at=SATURDAY)
    make.reminder(event, "P7D", local_time="10:00")
    near = {"email": None, "phone": "+16175550142", "mode": Mode.PHONE}
    make.registration(event, name="Greta", **near)
    make.registration(event, name="Kestrel", timezone="Asia/Tokyo", **near)
    today.move_to(SATURDAY - 7 * DAY + 2 * HOUR)
    with transaction():
        actions.plan(clock.now())
    called = sorted(each.task.registration.name for each in open_tasks())

    under_older_law(event)
    with transaction():
        assert zone_actions.keep_walls(event, now=clock.now())
    with transaction():
        actions.plan(clock.now())

    assert sorted(each.task.registration.name for each in open_tasks()) == called
    assert called == ["Greta", "Kestrel"]
