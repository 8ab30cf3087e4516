"""What a programme file changes waits to be told like any other change."""

from sqlalchemy import select

from forum import clock
from forum.db import db
from forum.events.models import Event, EventKind, Session
from forum.notices.rules import ChangeKind
from tests.notices import HALF, waits
from tests.programme import SAMPLE, changed, loaded

NUMBER = "+1-617-555-0199"


def test_what_a_programme_file_changes_waits_to_be_told(app, make):
    loaded()
    forum = db.session.scalar(
        select(Event).where(Event.kind == EventKind.FORUM, Event.status == "published")
    )
    ada = make.registration(forum, timezone=forum.timezone)
    loaded(
        changed(
            ('["09:00", "09:20"], room: aud', '["09:00", "09:15"], room: aud'),
            ('dial_in: "+1-617-555-0151"', f'dial_in: "{NUMBER}"'),
        )
    )
    after = clock.now() + HALF
    make.registration(forum, timezone=forum.timezone, registered_at=after)
    [change] = waits(forum).changes
    assert (change.session.key, change.kinds) == ("s03", {ChangeKind.MOVED})
    assert [each.person for each in waits(forum).people] == [ada]
    assert forum.changed_at is None

    loaded(SAMPLE)
    assert waits(forum).changes == ()


def test_loading_the_same_again_changes_nothing_of_what_was_told(app):
    loaded()
    before = {each.id: each.told for each in db.session.scalars(select(Session))}
    loaded()
    db.session.expire_all()
    assert before == {each.id: each.told for each in db.session.scalars(select(Session))}
