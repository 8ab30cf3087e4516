"""Loading a programme file: the database says what the file says, and not a row more changes."""

from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences, standing
from forum.db import Facts, Record, after_commit, db
from forum.notices import watching as notices
from forum.notices.righting_actions import put_right
from forum.outbox import runner
from forum.programme import dump, edition_rules, queries, slips
from forum.programme.loading.calendar_changes import CalendarChanges
from forum.programme.loading.events import Loading
from forum.programme.loading.shared import load_shared
from forum.programme.queries import Stored
from forum.programme.reading.contradictions import refuse_contradictions
from forum.programme.reading.faults import Fault, Faulty
from forum.programme.reading.outline import ProgrammeFile
from forum.programme.report import Report


def load(
    file: ProgrammeFile,
    *,
    now: datetime,
    organizer: Organizer | None = None,
    words: Collection[str] | None = (),
) -> Report:
    """Bring the programme to what `file` says, by id, and report what that changed.

    A row that says it already is not touched. What moves or is called off raises its SEQUENCE
    (RFC 5546 2.1.4). A session that an event of the file no longer names is cancelled, never
    deleted; an event that the file does not name stays as it is. Registrants are not loaded.
    Raises Faulty when the file contradicts what is stored, or for a question whose word is not
    among `words`; the caller's transaction undoes what was done by then. With None for `words`
    the report holds the questions: for a look that is undone.
    """
    queries.lock_places()
    stored = queries.stored()
    refuse_contradictions(file, stored, now=now)
    calendar_changes = CalendarChanges(stored)
    report = Report()
    parts, before_all = dump.parts(stored), slips.standing(stored)
    named = {each.id for each in file.all_events}
    report.left = [f"event {key}" for key in stored.events if key not in named]
    before = list(stored.events.values())
    were = [(each, standing(each)) for each in _parts(stored)]
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
    _look(file, stored, report, before_all, now=now)
    _ask(file, stored, report, before=parts, words=words)
    put_right(*before, now=now)
    if report.has_changes:
        after_commit(runner.replan)
    if report.has_changes and stored.programme is not None:
        facts: Facts = {**report.counts}
        if rows := _changed(were):
            facts["parts"] = rows
        record(Action.PROGRAMME_LOADED, stored.programme, facts, now=now, organizer=organizer)
    return report


def _parts(stored: Stored) -> Iterator[Record]:
    """Give every row of the programme that there is."""
    yield from filter(None, (stored.programme, stored.venue))
    for several in (stored.rooms, stored.tracks, stored.speakers):
        yield from several.values()
    for event in stored.events.values():
        yield from (event, *event.gates, *event.sessions)


def _changed(were: Iterable[tuple[Record, Facts]]) -> list[Facts]:
    """Return each row that is not as it was, before and after, as the history keeps it."""
    found = ((each, differences(was, standing(each))) for each, was in were)
    return [
        {"kind": each.__tablename__, "id": each.id, **change} for each, change in found if change
    ]


def _look(
    file: ProgrammeFile,
    stored: Stored,
    report: Report,
    before: slips.StoodBefore,
    *,
    now: datetime,
) -> None:
    """Refuse slips, and ask about what may be one; what was dumped and is unedited is as meant."""
    seen = {each.of: each.seen for each in file.versions}
    after = dump.parts(stored)
    found: list[Fault] = []
    for stated in file.all_events:
        event, name = stored.events[stated.id], f"event {stated.id}"
        if seen.get(name) != edition_rules.fingerprint(after[name]):
            found += slips.faults(stated, event, before)
            report.questions += slips.questions(event, before, now=now)
    if found:
        raise Faulty(found)


def _ask(
    file: ProgrammeFile,
    stored: Stored,
    report: Report,
    *,
    before: edition_rules.Parts,
    words: Collection[str] | None,
) -> None:
    """Ask for the word of each part whose work at the desk the file takes back.

    A file that does not say what it has seen is compared with what files have last made of it.
    """
    programme = stored.programme
    if programme is None:
        return
    known: edition_rules.Known = programme.loaded or {}
    seen = {each.of: each.seen for each in file.versions}
    after = dump.parts(stored)
    report.keys = edition_rules.differences(before, after)
    for name in edition_rules.taken_back(before, report.keys, seen, known):
        keys = ", ".join(report.keys[name])
        text = f"the desk has changed it since this file was written, and the file changes {keys}"
        report.questions.append(Fault(0, name, f'{text}; to do so, add --word "{name}"'))
    if words is not None:
        open_ones = [each for each in report.questions if each.place not in words]
        if open_ones:
            raise Faulty(open_ones)
    news = edition_rules.remembered(before, after, report.keys, known)
    if news != known:
        programme.loaded = news
