"""Changes of an event that wait to be told: what, to whom, in which words; and telling them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.emails import samples
from forum.emails.samples import Readers
from forum.errors import Missing, Refusal
from forum.events.models import Event
from forum.events.words import titled
from forum.i18n import LANGUAGES, _, ngettext
from forum.notices import actions, outcome_queries, queries, reach_queries
from forum.notices.end_queries import has_untold_end
from forum.notices.models import Notice, Occasion
from forum.notices.outcome_queries import NoticeOutcome
from forum.notices.queries import Pending
from forum.notices.rules import Change
from forum.notices.words import Said, teller_for
from forum.organizer import programme_queries
from forum.organizer.asking import ask, look, submit
from forum.organizer.desk import bp
from forum.organizer.events.change_forms import NoticeForm, chosen
from forum.tongues import say
from forum.web.forms import CONFLICT, answer, look_address

MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""An email has its styles in itself; nothing else of it may act."""


class Earlier(NamedTuple):
    """A notice that was sent: what it told of, as that is now, and what became of its emails."""

    notice: Notice
    said: tuple[Said, ...]
    outcome: NoticeOutcome


@bp.route("/events/<slug>/changes", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def changes(slug: str) -> ResponseReturnValue:
    """Show what waits to be told and the emails that would tell it. Nothing is sent here."""
    event, now = programme_queries.event(slug), clock.now()
    pending = _pending(event, now)
    readers = samples.readers(pending)
    form = _form(pending, readers)
    own_words = _words(form) if form.is_asked() and form.validate() else {}
    return look() or _page(pending, readers, form, own_words, now)


@bp.get("/events/<slug>/changes/email")
@guard.needs(OrganizerRole.COORDINATOR)
def changes_email(slug: str) -> ResponseReturnValue:
    """Show the HTML form of the email to one kind of reader, as a mail program would."""
    event, now = programme_queries.event(slug), clock.now()
    pending = _pending(event, now)
    given = {language: request.args.get(f"words_{language}", "") for language in LANGUAGES}
    try:
        own_words = actions.check_words(given)
    except Refusal:
        own_words = {}
    kind = chosen(samples.readers(pending), request.args.get("reader"))
    if kind is None:
        raise Missing
    letter = samples.notice_for(kind, pending, words=own_words, now=now)
    answer = Response(letter.html, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


@bp.route("/events/<slug>/changes/send", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def send_notice(slug: str) -> ResponseReturnValue:
    """Ask, with how many are written to, then tell them all."""
    event, now = programme_queries.event(slug), clock.now()
    pending = _pending(event, now)
    readers = samples.readers(pending)
    form = _form(pending, readers)
    if not form.is_asked():
        return _ask(pending, form)
    is_sure = request.form.get("sure") == "yes"
    if not is_sure and (onward := look()):
        return onward
    if not pending.changes and is_sure and queries.sent(event):
        flash(_("There is nothing left to tell. Each notice that was sent stands below."), "info")
        return redirect(url_for(".changes", slug=slug), 303)
    own_words = _words(form) if form.validate() else {}
    if form.errors:
        return _page(pending, readers, form, own_words, now)
    if not is_sure:
        return _ask(pending, form)
    number = pending.by_mode.total()
    return submit(
        form,
        partial(
            actions.send,
            event,
            Occasion.CHANGES,
            words=own_words,
            version=form.seen,
            seen=answer(form.shown),
        ),
        ngettext("%(num)s email is on its way.", "%(num)s emails are on their way.", number),
        url_for(".changes", slug=slug),
    ) or _ask(_pending(programme_queries.event(slug), now), form)


def _page(
    pending: Pending,
    readers: Mapping[Readers, int],
    form: NoticeForm,
    own_words: Mapping[str, str],
    now: datetime,
) -> ResponseReturnValue:
    event, kind = pending.event, chosen(readers, form.reader.data)
    letter = samples.notice_for(kind, pending, words=own_words, now=now) if kind else None
    form.reader.data = kind.key if kind else None
    return ask(
        "changes/show",
        form,
        event=event,
        pending=pending,
        said=_said(event, pending.changes),
        kind=kind,
        letter=letter,
        of_kind=readers.get(kind, 0) if kind else 0,
        apart=samples.told_apart(kind, pending) if kind else [],
        notices=_earlier(event, now),
        has_untold_end=has_untold_end(event, now=now),
        to_call=outcome_queries.number_to_call(event),
        is_over=now >= event.ends_at,
        of_nobody=queries.concerning_nobody(pending, now=now),
    )


def _ask(pending: Pending, form: NoticeForm) -> ResponseReturnValue:
    """Ask for the last word. What is sent with it is what this page shows."""
    event = pending.event
    back = url_for(".changes", slug=event.slug)
    return ask(
        "changes/send",
        form,
        back=(look_address(clock.now(), back) if any(form.words.values()) else None) or back,
        status=CONFLICT if form.errors else 200,
        event=event,
        pending=pending,
        said=_said(event, pending.changes),
        has_untold_end=has_untold_end(event, now=clock.now()),
        to_call=outcome_queries.number_to_call(event),
        is_over=clock.now() >= event.ends_at,
        fields={
            "version": event.version,
            "shown": pending.fingerprint,
            "sure": "yes",
            **{f"words_{language}": text for language, text in form.words.items()},
        },
    )


def _pending(event: Event, now: datetime) -> Pending:
    """Return what waits to be told; those who would be written to are counted, others named."""
    return reach_queries.reach(event, now=now, with_left=True)


def _form(pending: Pending, readers: Mapping[Readers, int]) -> NoticeForm:
    form = NoticeForm({"version": pending.event.version, "shown": pending.fingerprint})
    form.offer_readers(readers)
    return form


def _words(form: NoticeForm) -> dict[str, str]:
    """Return the desk's own sentences; says at the field what is wrong with one."""
    try:
        return actions.check_words(form.words)
    except Refusal as refusal:
        form.refuse(refusal)
        return {}


def _earlier(event: Event, now: datetime) -> list[Earlier]:
    outcomes, happenings = outcome_queries.outcomes(event, now=now), queries.happenings(event)
    return [
        Earlier(notice, _said(event, queries.told_by(notice, happenings)), outcomes[notice.id])
        for notice in queries.sent(event)
    ]


def _said(event: Event, changes: Iterable[Change]) -> tuple[Said, ...]:
    """Return changes as the desk reads them: full titles, the event's clock."""
    zone = event.timezone
    speaker = teller_for(
        programme_queries.rooms(),
        title_of=titled,
        name_of=lambda room: say(room, "name"),
        clocks=(zone, zone),
    )
    return speaker.said(changes)
