"""Loading a programme file: the database says what the file says, and not a row more changes."""

from datetime import datetime

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import after_commit, db
from forum.notices import watching as notices
from forum.outbox import runner
from forum.programme import queries
from forum.programme.loading.calendar_changes import CalendarChanges
from forum.programme.loading.events import Loading
from forum.programme.loading.shared import load_shared
from forum.programme.reading.contradictions import refuse_contradictions
from forum.programme.reading.outline import ProgrammeFile
from forum.programme.report import Report


def load(file: ProgrammeFile, *, now: datetime, organizer: Organizer | None = None) -> Report:
    """Bring the programme to what `file` says, by id, and report what that changed.

    A row that says it already is not touched. What moves or is called off raises its SEQUENCE
    (RFC 5546 2.1.4). A session that an event of the file no longer names is cancelled, never
    deleted; an event that the file does not name stays as it is. Registrants are not loaded.
    Raises Faulty, before anything is written, when the file contradicts what is stored.
    """
    queries.lock_places()
    stored = queries.stored()
    refuse_contradictions(file, stored, now=now)
    calendar_changes = CalendarChanges(stored)
    report = Report()
    named = {each.id for each in file.all_events}
    report.left = [f"event {key}" for key in stored.events if key not in named]
    before = list(stored.events.values())
    with notices.watched(*before, now=now):
        has_new_shared = load_shared(file, stored, report)
        loading = Loading(file, stored, report, now, organizer)
        edited = {loading.load_event(each) for each in file.all_events}
        for event in before:
            if has_new_shared or event in edited:
                event.revision += 1
        calendar_changes.raise_sequences(now)
    for event in stored.events.values():
        notices.begin(event)
    db.session.flush()
    if report.has_changes:
        after_commit(runner.replan)
    if report.has_changes and stored.programme is not None:
        facts = report.counts
        record(Action.PROGRAMME_LOADED, stored.programme, facts, now=now, organizer=organizer)
    return report
