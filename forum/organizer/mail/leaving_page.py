"""Everything that leaves within two days, a line for each kind of it: when, what, to how many."""

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from forum.events.models import Event
from forum.events.words import neutral
from forum.i18n import _, ngettext
from forum.organizer.mail.leaving_queries import (
    AHEAD,
    MailWaiting,
    OffersEnding,
    mail_waiting,
    offers_ending,
)
from forum.organizer.mail.reminder_words import lead_in_words
from forum.organizer.words import email_name, moment
from forum.outbox.models import MessageState
from forum.reminders.leaving_queries import Leaving, leaving


@dataclass(frozen=True)
class LeavingLine:
    """One thing that leaves: each email is decided when it is sent, so this is as things stand."""

    at: datetime
    when: str
    more: str
    """That others leave later; "" where all leave at once."""
    what: str
    event: str
    """Its neutral title; "" for what is of no event."""
    href: str
    """Where the desk shows whom it goes to."""
    number: str
    quiet: str = ""
    """How many are not written to; "" for nobody."""


def lines(*, now: datetime) -> list[LeavingLine]:
    """Return all that leaves soon, the first of it first, in a constant number of queries."""
    found = [
        *(_reminder(each) for each in leaving(now=now, within=AHEAD)),
        *(_mail(each, now) for each in mail_waiting(now=now)),
        *(_offers(each, now) for each in offers_ending(now=now)),
    ]
    return sorted(found, key=lambda line: line.at)


def _reminder(each: Leaving) -> LeavingLine:
    rules = "; ".join(lead_in_words(rule) for rule in each.rules)
    return LeavingLine(
        at=each.at,
        when=moment(each.at, each.timezone),
        more=_("and later, on each person's clock") if each.has_clocks else "",
        what=_("Reminder: %(rules)s", rules=rules),
        event=neutral(each.event),
        href=url_for(".reminders", slug=each.event.slug),
        number=_people(each.number),
        quiet=_quiet(each.quiet),
    )


def _mail(each: MailWaiting, now: datetime) -> LeavingLine:
    event = each.event
    slug = event.slug if event else None
    return LeavingLine(
        at=each.at,
        when=_when(each.at, event, now),
        more=_("and later") if each.has_later else "",
        what=email_name(each.email),
        event=neutral(event) if event else "",
        href=url_for(".outbox", state=MessageState.QUEUED, email=each.email, event=slug, soon=1),
        number=ngettext("%(num)s email", "%(num)s emails", each.number),
        quiet=", ".join(filter(None, [_unsure(each.unsure), _quiet(each.quiet)])),
    )


def _offers(each: OffersEnding, now: datetime) -> LeavingLine:
    return LeavingLine(
        at=each.at,
        when=_when(each.at, each.event, now),
        more=_("and later") if each.has_later else "",
        what=_("Offers end that nobody has answered"),
        event=neutral(each.event),
        href=url_for(".waitlist", slug=each.event.slug),
        number=_people(each.number),
    )


def _when(at: datetime, event: Event | None, now: datetime) -> str:
    return _("Now") if at <= now else moment(at, event.timezone if event else None)


def _quiet(number: int) -> str:
    return ngettext("%(num)s not written to", "%(num)s not written to", number) if number else ""


def _unsure(number: int) -> str:
    return _("%(num)s only if something has changed", num=number) if number else ""


def _people(number: int) -> str:
    return ngettext("%(num)s person", "%(num)s people", number)
