"""The outbox: every email, how far it has come, trying again, and stopping them all."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer, OrganizerRole
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import db
from forum.emails import decision
from forum.errors import Missing, Refusal
from forum.events.models import Event
from forum.events.queries import programme
from forum.i18n import _
from forum.incoming import queries as incoming
from forum.organizer import people_queries, programme_queries
from forum.organizer.asking import press
from forum.organizer.desk import bp, page_number
from forum.organizer.mail.leaving_queries import AHEAD
from forum.organizer.words import EMAILS
from forum.outbox import actions, queries
from forum.outbox.models import Message, MessageState
from forum.outbox.queries import Some
from forum.registration.places import waiting
from forum.registration.queries import offers_open_to

PER_PAGE = 50
RETURNED = "returned"
"""What is shown instead of those in one state: emails that came back."""


@bp.get("/outbox/")
@guard.needs(OrganizerRole.COORDINATOR)
def outbox() -> ResponseReturnValue:
    """List all emails, newest first."""
    state = request.args.get("state", "")
    events = programme_queries.all_events()
    some = _some(events)
    chosen = MessageState(state) if state in list(MessageState) else None
    is_returned = state == RETURNED
    pages = db.paginate(
        queries.messages(some, state=chosen, is_returned=is_returned),
        page=page_number(),
        per_page=PER_PAGE,
        error_out=False,
    )
    return render_template(
        "organizer/outbox/list.html",
        pages=pages,
        why_no_try=_why_no_try(pages.items, now=clock.now()),
        counts=queries.counts(some),
        reports=incoming.reports_on(pages.items),
        returned=incoming.number_returned(),
        events=events,
        is_returned=is_returned,
        health=queries.health(now=clock.now()),
        chosen=chosen,
        some=some,
        path=lambda number: _path(some, RETURNED if is_returned else chosen, number),
        narrowed=lambda state: _path(some, state),
    )


def _why_no_try(messages: Sequence[Message], *, now: datetime) -> dict[int, str]:
    """Return why another try of some emails would send nothing, by the message's id."""
    ended = [each for each in messages if each.state in actions.ENDED]
    people = [each.registration for each in ended if each.registration]
    blocked = incoming.blocked_lately(lambda: {each.email for each in people if each.email})
    offers = offers_open_to(each.id for each in people)
    why = partial(
        decision.why_no_try,
        now=now,
        blocked=blocked,
        offered=lambda person: offers.get(person.id),
    )
    reasons = {each.id: why(each) for each in ended}
    return {number: reason for number, reason in reasons.items() if reason}


def _some(events: Sequence[Event]) -> Some:
    """Return which emails are asked for; what does not exist narrows nothing."""
    asked = request.args
    email, slug, public_id = (asked.get(name, "") for name in ("email", "event", "person"))
    person = next(iter(people_queries.whose([public_id])), None) if public_id else None
    is_late, now = bool(asked.get("late")), clock.now()
    return Some(
        email=email if email in EMAILS else None,
        event=next((each for each in events if each.slug == slug), None),
        person=person,
        before=now if is_late else now + AHEAD if asked.get("soon") else None,
        is_overdue=is_late,
    )


def _path(some: Some, state: str | None, page: int | None = None) -> str:
    """Return the address of these emails in one state."""
    return url_for(
        ".outbox",
        state=state,
        email=some.email,
        event=some.event and some.event.slug,
        person=some.person and some.person.public_id,
        soon=1 if some.before and not some.is_overdue else None,
        late=1 if some.is_overdue else None,
        page=page,
    )


@bp.route("/outbox/stop", methods=["GET", "POST"])
@guard.needs(OrganizerRole.OWNER)
@guard.opens_by_link
def stop_mail() -> ResponseReturnValue:
    """Ask, with how many emails wait, then keep every email in the outbox."""
    return _switch(actions.stop, _("Stopped. Every email waits in the outbox."), "stop")


@bp.route("/outbox/resume", methods=["GET", "POST"])
@guard.needs(OrganizerRole.OWNER)
@guard.opens_by_link
def resume_mail() -> ResponseReturnValue:
    """Ask, with how many emails wait, then let them leave again."""
    return _switch(waiting.resume_mail, _("Emails go out again."), "resume")


def _switch(act: Callable[..., bool], done: str, template: str) -> ResponseReturnValue:
    if request.method == "POST":
        return press(lambda **how: act(programme(), **how), done, url_for(".outbox"))
    waiting = queries.counts()[MessageState.QUEUED]
    return render_template(f"organizer/outbox/{template}.html", waiting=waiting)


@bp.post("/outbox/<number:message_id>/retry")
@guard.needs(OrganizerRole.COORDINATOR)
def retry_message(message_id: int) -> ResponseReturnValue:
    """Try an email again that failed or was not sent."""
    back = url_for(".outbox", state=request.args.get("state") or None)
    return press(partial(_retry, message_id), _("It is tried again now."), back)


def _retry(message_id: int, *, by: Organizer, now: datetime) -> None:
    message = db.session.get(Message, message_id)
    if message is None:
        raise Missing
    if why := decision.why_no_try(message, now=now):
        raise Refusal(_("Another try would send nothing. %(why)s", why=why))
    actions.retry(message, now=now)
    facts = {"email": message.email}
    record(Action.MESSAGE_RETRIED, message, facts, now=now, organizer=by)
