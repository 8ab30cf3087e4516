"""Changing a person's details for her: the same parts, rules and history as on her own page."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import ChangedMeanwhile, Missing, Refusal
from forum.i18n import _
from forum.organizer import people_queries, programme_queries
from forum.organizer.desk import bp
from forum.registration.fields import answer
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions, address_queries, page
from forum.registration.my.details.forms import PARTS, AddressForm, part_form

CONFLICT = 409
UNPROCESSABLE = 422

needs_coordinator = guard.needs(OrganizerRole.COORDINATOR)


@bp.get("/events/<slug>/registrations/<public_id>/details")
@needs_coordinator
def person_details(slug: str, public_id: str) -> ResponseReturnValue:
    """Show what a person told us, each part with a way to change it."""
    event = programme_queries.event(slug)
    registration = people_queries.person(event, public_id)
    return render_template(
        "organizer/people/details.html",
        event=event,
        person=registration,
        parts=page.parts(registration),
        asked=address_queries.open_changes(registration, now=clock.now()),
    )


@bp.route("/events/<slug>/registrations/<public_id>/details/<part>", methods=["GET", "POST"])
@needs_coordinator
def person_details_part(slug: str, public_id: str, part: str) -> ResponseReturnValue:
    """Change a few answers that belong together."""
    event = programme_queries.event(slug)
    registration = people_queries.person(event, public_id)
    if part not in PARTS:
        raise Missing
    form, saved, status = part_form(part, registration), None, 200
    if form.validate_on_submit():
        try:
            with transaction():
                details.change(
                    registration,
                    form.details(),
                    version=form.seen,
                    now=clock.now(),
                    by=guard.current_organizer(),
                )
        except ChangedMeanwhile:
            form.see(registration)
            saved, status = page.part(part, registration).answers, CONFLICT
        except Refusal as refusal:
            form.refuse(refusal.sentence, refusal.field)
        else:
            flash(_("The details are kept."), "good")
            return redirect(url_for(".person_details", slug=slug, public_id=public_id), 303)
    html = render_template(
        "organizer/people/details_part.html",
        event=event,
        person=registration,
        part=page.part(part, registration),
        form=form,
        saved=saved,
    )
    return html, UNPROCESSABLE if form.errors else status


@bp.route("/events/<slug>/registrations/<public_id>/address", methods=["GET", "POST"])
@needs_coordinator
def person_address(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask a new address of hers whether it is right; she answers with the link in the email."""
    event = programme_queries.event(slug)
    registration = people_queries.person(event, public_id)
    form = AddressForm()
    if form.validate_on_submit():
        try:
            with transaction():
                asked = address_actions.ask(
                    registration,
                    answer(form.email),
                    for_others=bool(form.for_others.data),
                    now=clock.now(),
                    by=guard.current_organizer(),
                )
        except Refusal as refusal:
            form.email.errors = [refusal.sentence]
        else:
            said = _("A link is on its way to the new address. It works for 48 hours.")
            flash(said if asked else _("This is the address that we have."), "good")
            return redirect(url_for(".person_details", slug=slug, public_id=public_id), 303)
    html = render_template(
        "organizer/people/address.html",
        event=event,
        person=registration,
        form=form,
        others=address_queries.others_of(registration),
    )
    return html, UNPROCESSABLE if form.errors else 200


@bp.route("/events/<slug>/registrations/<public_id>/link/new", methods=["GET", "POST"])
@needs_coordinator
def new_person_link(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then make a new personal link for someone whose link was shared."""
    event = programme_queries.event(slug)
    registration = people_queries.person(event, public_id)
    if request.method != "POST":
        return render_template("organizer/people/new_link.html", event=event, person=registration)
    with transaction():
        details.renew_link(registration, now=clock.now(), by=guard.current_organizer())
    flash(_("The old links no longer work. The new one is on its way."), "good")
    return redirect(url_for(".person", slug=slug, public_id=public_id), 303)
