"""The history as it is read: a day, and under it sentences with names, before and after."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import url_for

from forum.audit.models import Action, AuditEntry
from forum.care.rules import TaskAnswer
from forum.db import Facts
from forum.events.models import Event, Gate, Mode
from forum.events.words import MODES, shown
from forum.i18n import _, date_in_words, lazy, time_in_words
from forum.organizer.history_words import CHANGED, FACT_VALUES, VALUES_OF, deed, fact, plain
from forum.organizer.mail.reminder_words import lead_in_words
from forum.organizer.reports.history_queries import NAMED, Named, Subject, known, numbers_in
from forum.organizer.reports.sentence_words import sentence as sentence_of
from forum.organizer.words import clock_time, house_zone, moment, short_day, short_notice
from forum.registration.models import CareState
from forum.reminders.models import Reminder

UNSAID = frozenset({"event", "was", "now", "parts", "offer", "link", "notice"})
"""Facts that hold a number of ours, or are said as a difference."""
NOTHING: tuple[object, ...] = (None, [], {}, "")
"""What is said of a deed only where it was changed to it."""
IN_PARTS = frozenset({"in_spanish"})
"""What is kept in parts of it: the texts in Spanish, each as one of its own."""
OF_AN_EVENT = frozenset({Reminder.__tablename__, Gate.__tablename__})
"""What is named by its event once it is gone."""
GONE = {
    "registration": lazy("a person whose data has been deleted"),
    "task": lazy("a person whose data has been deleted"),
    "message": lazy("someone whose email is no longer kept"),
    "gate": lazy("a way to take part that the event no longer has"),
    "reminder": lazy("an event that no longer has it"),
    "session": lazy("a session deleted since"),
    "event": lazy("an event deleted since"),
}
"""What is said of what an old entry is about, where its row is gone."""
STARTS_AS_DAY = re.compile(r"\d{4}-\d\d-\d\d(T[\d:.]+([+-]\d\d:\d\d|Z)?)?$")
"""A day or an instant as programs write them (ISO 8601)."""


@dataclass(frozen=True)
class HistoryLine:
    """One deed: when, in a sentence, with where it leads to and what it was about."""

    time: str
    sentence: str
    details: Sequence[str]
    name: str
    href: str | None


@dataclass(frozen=True)
class HistoryDay:
    """What was done on one day, newest first."""

    name: str
    lines: Sequence[HistoryLine]


def days(entries: Iterable[AuditEntry]) -> list[HistoryDay]:
    """Return deeds by day on the programme's clock, in as many queries as there are kinds."""
    entries = list(entries)
    names = known(entries)
    return [
        HistoryDay(day, [_line(each, names) for each in several])
        for day, several in groupby(entries, key=lambda each: short_day(each.at))
    ]


def _line(entry: AuditEntry, names: Mapping[Subject, Named]) -> HistoryLine:
    about = _about(entry, names)
    what = _what(entry.subject_kind, about, entry.facts.get("mode"))
    who = entry.organizer.name if entry.organizer else None
    zone = about.timezone if about and about.timezone else house_zone()
    moved = _moved(entry, zone)
    if who is None:
        sentence = _("%(deed)s: %(what)s.", deed=deed(entry.action), what=what)
    elif moved is not None:
        before, after = moved
        sentence = _(
            "%(who)s moved %(what)s from %(before)s to %(after)s.",
            who=who,
            what=what,
            before=before,
            after=after,
        )
    else:
        sentence = str(sentence_of(entry.action, entry.facts)) % {"who": who, "what": what}
    href = None
    if about is not None and about.endpoint is not None:
        href = url_for(f"organizer.{about.endpoint}", **dict(about.values or {}))
    skipped = {"starts_at", "ends_at"} if moved is not None and who is not None else set()
    details = [*_changes(entry, names, zone, skipped), *_facts(entry, names, zone)]
    return HistoryLine(clock_time(entry.at), sentence, details, what, href)


def _about(entry: AuditEntry, names: Mapping[Subject, Named]) -> Named | None:
    """Return what it was done to; of a reminder or a gate that is gone, its event."""
    about = names.get((entry.subject_kind, entry.subject_id))
    if entry.subject_kind not in OF_AN_EVENT:
        return about
    event_id = entry.facts.get("event", about and about.event_id)
    is_it = about is not None and about.event_id == event_id  # numbers came again once
    return about if is_it else names.get((Event.__tablename__, event_id or 0))


def _what(kind: str, about: Named | None, mode: str | None = None) -> str:
    """Return the name of what it was done to; that it is gone where it is."""
    if about is None:
        return str(GONE[kind]) if kind in GONE else _("someone or something deleted since")
    way = mode or (about.values or {}).get("mode") if kind == "gate" else None
    if way:
        return _("“%(title)s”, %(mode)s", title=shown(about.name), mode=MODES[Mode(way)])
    is_titled = kind in {"event", "session", "notice", "reminder", "invite_link"}
    return f"“{shown(about.name)}”" if is_titled else about.name


def _moved(entry: AuditEntry, zone: str) -> tuple[str, str] | None:
    """Return from when to when something was moved: times alone where it stays on its day."""
    was, now = entry.facts.get("was", {}), entry.facts.get("now", {})
    if entry.action not in {Action.SESSION_CHANGED, Action.EVENT_CHANGED} or "starts_at" not in now:
        return None
    before, after = (datetime.fromisoformat(each["starts_at"]) for each in (was, now))
    if short_day(before, zone) == short_day(after, zone):
        return time_in_words(before, zone), time_in_words(after, zone)
    return moment(before, zone), moment(after, zone)


def _changes(
    entry: AuditEntry, names: Mapping[Subject, Named], zone: str, skipped: Collection[str]
) -> list[str]:
    """Return what was changed, before and after; only its name where that is not kept."""
    said = _differences(entry.facts, names, zone, skipped)
    kept = IN_PARTS | entry.facts.get("now", {}).keys()
    unkept = [name for name in _named(entry.facts.get("changed")) if name not in kept]
    if unkept:
        said.append(_("changed: %(facts)s", facts=plain(unkept, CHANGED)))
    for part in entry.facts.get("parts", ()):
        about = names.get((part["kind"], part["id"]))
        clock = about.timezone if about and about.timezone else zone
        what, changes = _what(part["kind"], about), _differences(part, names, clock)
        said.append(_("%(what)s: %(changes)s", what=what, changes=", ".join(changes)))
    return said


def _differences(
    facts: Facts, names: Mapping[Subject, Named], zone: str, skipped: Collection[str] = ()
) -> list[str]:
    was, now = facts.get("was", {}), facts.get("now", {})
    return [
        _(
            "%(fact)s: %(before)s, now %(after)s",
            fact=plain(name, CHANGED),
            before=_value(name, was.get(name), names, zone),
            after=_value(name, value, names, zone),
        )
        for name, value in now.items()
        if name not in skipped
    ]


def _facts(entry: AuditEntry, names: Mapping[Subject, Named], zone: str) -> list[str]:
    facts = {name: each for name, each in entry.facts.items() if not _is_said(entry, name)}
    if "from" in facts and "to" in facts:
        before, after = (_value("mode", facts[each], names, zone) for each in ("from", "to"))
        yet = [_("%(before)s, now %(after)s", before=before, after=after)]
        rest = set(facts) - {"from", "to", "mode"}
    else:
        yet, rest = [], set(facts)
    now = facts.get("now", {})
    return yet + [
        f"{fact(name)}: {_value(name, facts[name], names, zone)}"
        for name in sorted(rest - UNSAID - set(now))
        if facts[name] not in NOTHING and not isinstance(facts[name], dict)
        if not (name == "changed" and _named(facts[name]))
    ]


def _is_said(entry: AuditEntry, name: str) -> bool:
    """Tell whether the sentence says a fact already."""
    if entry.action in {Action.TASK_DONE, Action.TASK_TRIED, Action.TASK_REOPENED}:
        return name == "kind" or (name == "answer" and entry.facts[name] == TaskAnswer.DONE)
    is_care = entry.action == Action.CARE_CHANGED and entry.organizer is not None
    return is_care and name in {"from", "to"} and CareState.ACTIVE in _states(entry)


def _states(entry: AuditEntry) -> tuple[object, object]:
    return entry.facts.get("from"), entry.facts.get("to")


def _named(changed: object) -> list[str]:
    """Return which columns were changed; of a programme file it is kept how many rows were."""
    return changed if isinstance(changed, list) else []


def _value(name: str, value: object, names: Mapping[Subject, Named], zone: str) -> str:
    """Return a value in words: no number of ours, no ISO time, no code of a length."""
    if name in NAMED and value is not None:
        found = (names.get((NAMED[name], each)) for each in numbers_in(value))
        named = ", ".join(each.name for each in found if each is not None)
        return named or (_("none") if value == [] else _("deleted since"))
    if name == "short_notice" and not isinstance(value, bool | str):
        return short_notice(value if isinstance(value, int) else None)
    if name == "lead" and isinstance(value, str):
        return lead_in_words(Reminder(lead=value, local_time=None))
    if isinstance(value, str) and STARTS_AS_DAY.match(value):
        at = datetime.fromisoformat(value)
        return moment(at, zone) if at.tzinfo else date_in_words(at.date())
    return plain(value, {**FACT_VALUES, **VALUES_OF.get(name, {})})
