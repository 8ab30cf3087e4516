"""Seeing any email before anyone gets it. Opening these pages stores and sends nothing."""

from collections.abc import Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock, emails
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import db
from forum.emails import Preview
from forum.emails.kinds import KINDS, TO_ORGANIZERS
from forum.errors import Missing
from forum.events.models import Event
from forum.organizer import people_queries, programme_queries
from forum.organizer.desk import bp
from forum.organizer.mail import email_page
from forum.organizer.mail.email_page import EmailChoice
from forum.organizer.mail.letter_page import entry_in_words, sheet, with_sheets
from forum.organizer.mail.reminder_words import lead_in_words
from forum.organizer.search_forms import SearchForm
from forum.organizer.words import EMAILS
from forum.outbox.models import Message
from forum.registration.models import Registration
from forum.reminders import queries as reminders

MOST_FOUND = 20


@bp.route("/events/<slug>/emails/", methods=["GET", "POST"], endpoint="emails")
@guard.needs(OrganizerRole.COORDINATOR)
def event_emails(slug: str) -> ResponseReturnValue:
    """Show an email of an event as someone would get it now; a search finds whose it may be."""
    event, form = programme_queries.event(slug), SearchForm()
    choice = _choice(event)
    sign_in, now = guard.current_sign_in(), clock.now()
    if form.validate_on_submit() and form.words.data:
        letters = form.address_letters(sign_in, now=now)
        return redirect(url_for(".emails", slug=slug, **_asked(), found=letters), 303)
    found: Sequence[Registration] | None = None
    if words := form.is_for(sign_in, now=now):
        found = db.session.scalars(people_queries.found(words, event).limit(MOST_FOUND)).all()
    made = _preview(event, choice)
    page = render_template(
        "organizer/emails/choose.html",
        event=event,
        choice=choice,
        made=made,
        entry=made.letter and entry_in_words(made.letter.calendar, event.timezone),
        kinds={name: EMAILS[name] for name in EMAILS if name in (*KINDS, *TO_ORGANIZERS)},
        readers=email_page.readers(event),
        rules=reminders.of_event(event),
        lead_in_words=lead_in_words,
        is_reminder=choice.email in KINDS and KINDS[choice.email].is_reminder,
        sheet=url_for(".email_sheet", slug=slug, **_asked()),
        search=form,
        found=found,
        most=MOST_FOUND,
        asked=_asked(),
    )
    return with_sheets(page, form.status)


@bp.get("/events/<slug>/emails/sheet")
@guard.needs(OrganizerRole.COORDINATOR)
def email_sheet(slug: str) -> ResponseReturnValue:
    """Show the HTML form of that email, and nothing around it."""
    event = programme_queries.event(slug)
    return _sheet(_preview(event, _choice(event)))


@bp.get("/outbox/<number:message_id>/email")
@guard.needs(OrganizerRole.COORDINATOR)
def message_email(message_id: int) -> ResponseReturnValue:
    """Show an email of the outbox as it would be written now."""
    message = _message(message_id)
    made = emails.preview(message, clock.now())
    event = message.registration.event if message.registration else None
    calendar = made.letter.calendar if made.letter else None
    page = render_template(
        "organizer/emails/message.html",
        message=message,
        made=made,
        entry=entry_in_words(calendar, event.timezone) if event else None,
        sheet=url_for(".message_sheet", message_id=message_id),
    )
    return with_sheets(page)


@bp.get("/outbox/<number:message_id>/sheet")
@guard.needs(OrganizerRole.COORDINATOR)
def message_sheet(message_id: int) -> ResponseReturnValue:
    """Show the HTML form of that email, and nothing around it."""
    return _sheet(emails.preview(_message(message_id), clock.now()))


def _asked() -> dict[str, Any]:
    known = ("email", "person", "reader", "language", "titles", "rule")
    return {name: request.args[name] for name in known if request.args.get(name)}


def _choice(event: Event) -> EmailChoice:
    asked = _asked()
    public_id = asked.get("person")
    person = people_queries.person(event.slug, public_id) if public_id else None
    return email_page.choose(event, asked, person)


def _preview(event: Event, choice: EmailChoice) -> Preview:
    return email_page.preview(event, choice, by=guard.current_organizer(), now=clock.now())


def _message(message_id: int) -> Message:
    message = db.session.get(Message, message_id)
    if message is None:
        raise Missing
    return message


def _sheet(made: Preview) -> ResponseReturnValue:
    if made.letter is None:
        raise Missing
    return sheet(made.letter)
