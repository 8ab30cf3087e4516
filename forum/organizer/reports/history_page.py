"""The history as it is read: a day, and under it sentences with names, before and after."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import url_for

from forum.audit.models import Action, AuditEntry
from forum.events.words import MODES
from forum.i18n import _, date_in_words, time_in_words
from forum.organizer.history_words import CHANGED, deed, fact, plain
from forum.organizer.mail.reminder_words import lead_in_words
from forum.organizer.reports.history_queries import NAMED, Named, Subject, known
from forum.organizer.reports.sentence_words import SENTENCES
from forum.organizer.words import clock_time, house_zone, moment, short_day
from forum.reminders.models import Reminder

UNSAID = frozenset({"event", "changed", "was", "now", "offer", "link", "notice"})
"""Facts that hold a number of ours, or are said as a difference."""
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
    about = names.get((entry.subject_kind, entry.subject_id))
    what = _what(entry, about)
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
        sentence = str(SENTENCES[entry.action]) % {"who": who, "what": what}
    href = None
    if about is not None and about.endpoint is not None:
        href = url_for(f"organizer.{about.endpoint}", **dict(about.values or {}))
    skipped = {"starts_at", "ends_at"} if moved is not None and who is not None else set()
    details = [*_changes(entry, names, zone, skipped), *_facts(entry, names, zone)]
    return HistoryLine(clock_time(entry.at), sentence, details, what, href)


def _what(entry: AuditEntry, about: Named | None) -> str:
    """Return the name of what it was done to; that it is gone where it is."""
    if about is None:
        return _("someone or something deleted since")
    if entry.subject_kind == "gate" and about.values:
        mode = MODES[about.values["mode"]]
        return _("“%(title)s”, %(mode)s", title=about.name, mode=mode)
    is_titled = entry.subject_kind in {"event", "session", "notice", "reminder", "invite_link"}
    return f"“{about.name}”" if is_titled else about.name


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
    entry: AuditEntry, names: Mapping[Subject, Named], zone: str, skipped: set[str]
) -> list[str]:
    """Return what was changed, before and after; only its name where that is not kept."""
    was, now = entry.facts.get("was", {}), entry.facts.get("now", {})
    said = [
        _(
            "%(fact)s: %(before)s, now %(after)s",
            fact=plain(name, CHANGED),
            before=_value(name, was.get(name), names, zone),
            after=_value(name, value, names, zone),
        )
        for name, value in now.items()
        if name not in skipped
    ]
    unkept = [name for name in entry.facts.get("changed", ()) if name not in now]
    if unkept:
        said.append(_("changed: %(facts)s", facts=plain(unkept, CHANGED)))
    return said


def _facts(entry: AuditEntry, names: Mapping[Subject, Named], zone: str) -> list[str]:
    facts = entry.facts
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
        if not isinstance(facts[name], dict)
    ]


def _value(name: str, value: object, names: Mapping[Subject, Named], zone: str) -> str:
    """Return a value in words: no number of ours, no ISO time, no code of a length."""
    if name in NAMED and value is not None:
        several = value if isinstance(value, list) else [value]
        found = (names.get((NAMED[name], each)) for each in several if isinstance(each, int))
        return ", ".join(each.name for each in found if each is not None) or _("deleted since")
    if name == "also_online" and isinstance(value, list):
        return str(len(value))
    if name == "lead" and isinstance(value, str):
        return lead_in_words(Reminder(lead=value, local_time=None))
    if isinstance(value, str) and STARTS_AS_DAY.match(value):
        at = datetime.fromisoformat(value)
        return moment(at, zone) if at.tzinfo else date_in_words(at.date())
    return plain(value)
