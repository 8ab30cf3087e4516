"""Inviting those who asked to a new forum: who, in which words, and then on a human's word."""

from functools import partial

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.emails import Preview
from forum.emails.subjects import why_no_invitations
from forum.errors import Missing
from forum.events.models import Event
from forum.i18n import _, language_spoken, ngettext
from forum.invitations import actions
from forum.invitations.invitees import EMAIL, Invitees, invitees
from forum.organizer import programme_queries
from forum.organizer.asking import ask, submit
from forum.organizer.desk import bp
from forum.organizer.mail import email_page
from forum.organizer.mail.email_page import EmailChoice
from forum.organizer.mail.letter_page import sheet, with_sheets
from forum.web.asking import Said
from forum.web.forms import SeenForm, answer


@bp.get("/events/<slug>/invitations")
@guard.needs(OrganizerRole.COORDINATOR)
def invitations(slug: str) -> ResponseReturnValue:
    """Show who asked, who of them is written to now and who is not, and the email."""
    event, now = programme_queries.event(slug), clock.now()
    people = invitees(event, now=now)
    page = render_template(
        "organizer/invitations/show.html",
        event=event,
        people=people,
        why_not=why_no_invitations(event, now),
        made=_preview(event, people),
        reads=people.reached[0].language if people.reached else language_spoken(),
        sheet=url_for(".invitation_sheet", slug=slug),
    )
    return with_sheets(page)


@bp.get("/events/<slug>/invitations/sheet")
@guard.needs(OrganizerRole.COORDINATOR)
def invitation_sheet(slug: str) -> ResponseReturnValue:
    """Show the HTML form of the invitation, and nothing around it."""
    event = programme_queries.event(slug)
    letter = _preview(event, invitees(event, now=clock.now())).letter
    if letter is None:
        raise Missing
    return sheet(letter)


@bp.route("/events/<slug>/invitations/send", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def send_invitations(slug: str) -> ResponseReturnValue:
    """Ask, with how many people get an email, then invite them."""
    event = programme_queries.event(slug)
    form = SeenForm({"seen": invitees(event, now=clock.now()).fingerprint})
    sent = submit(
        form,
        partial(actions.invite, event, seen=answer(form.seen)),
        _done,
        url_for(".invitations", slug=slug),
    )
    if sent is not None:
        return sent
    event = programme_queries.event(slug)
    people = invitees(event, now=clock.now())
    form.seen.data = people.fingerprint
    return ask(
        "invitations/send",
        form,
        event=event,
        people=people,
        why_not=why_no_invitations(event, clock.now()),
    )


def _done(number: int) -> Said:
    if not number:
        return [(_("Everyone who can be written to has been invited already."), "info")]
    return ngettext(
        "%(num)s invitation is in the outbox.", "%(num)s invitations are in the outbox.", number
    )


def _preview(event: Event, people: Invitees) -> Preview:
    """Return the invitation to the first who gets it, or to a reader who is made up."""
    person = next(iter(people.reached), None)
    choice = EmailChoice(EMAIL, person=person)
    return email_page.preview(event, choice, by=guard.current_organizer(), now=clock.now())
