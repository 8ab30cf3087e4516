"""Changing a person's details for her: the same parts, rules and history as on her own page."""

from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import transaction
from forum.errors import Missing
from forum.i18n import _
from forum.organizer import people_queries
from forum.organizer.asking import ask, press, submit
from forum.organizer.desk import bp, opened, page_of
from forum.registration.models import AddressChange
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions, address_queries, page
from forum.registration.my.details.forms import PARTS, AddressForm, part_form
from forum.web.forms import answer


@bp.get("/events/<slug>/registrations/<public_id>/details")
@guard.needs(OrganizerRole.COORDINATOR)
def person_details(slug: str, public_id: str) -> ResponseReturnValue:
    """Show what a person told us, each part with a way to change it."""
    person = people_queries.person(slug, public_id)
    is_open = person.id in opened([person])
    return render_template(
        "organizer/people/details.html",
        event=person.event,
        person=person,
        parts=page.parts(person, is_open=is_open, is_at_desk=True),
        is_open=is_open,
        asked=address_queries.open_changes(person, now=clock.now()),
    )


@bp.route("/events/<slug>/registrations/<public_id>/details/<part>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def person_details_part(slug: str, public_id: str, part: str) -> ResponseReturnValue:
    """Change a few answers that belong together."""
    person = people_queries.person(slug, public_id)
    if part not in PARTS:
        raise Missing
    if page.is_sealed(part) and person.id not in opened([person]):
        if request.method != "POST":
            title = page.part(part, person, is_open=False, is_at_desk=True).title
            return render_template("organizer/people/look.html", person=person, title=title)
        if not guard.may_read():
            return guard.ask_passkey()
        with transaction():  # the form comes after a yes of now; its page may show what is kept
            by, now = guard.current_organizer(), clock.now()
            record(Action.LOOKED_AT, person, now=now, organizer=by)
    form = part_form(part, person, is_at_desk=True)
    return submit(
        form,
        lambda **how: details.change(person, form.details(), version=form.seen, **how),
        _("The details are saved."),
        url_for(".person_details", slug=slug, public_id=public_id),
        saved=lambda: part_form(part, person, is_sent=False, is_at_desk=True),
    ) or ask(
        "people/details_part",
        form,
        event=person.event,
        person=person,
        part=page.part(part, person, is_at_desk=True),
    )


@bp.route("/events/<slug>/registrations/<public_id>/address", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.needs_passkey
def person_address(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask a new address of hers whether it is right; she answers with the link in the email."""
    person, form = people_queries.person(slug, public_id), AddressForm()
    return submit(
        form,
        lambda **how: address_actions.ask(
            person, answer(form.email), for_others=bool(form.for_others.data), **how
        ),
        _asked,
        url_for(".person_details", slug=slug, public_id=public_id),
    ) or ask(
        "people/address",
        form,
        event=person.event,
        person=person,
        others=address_queries.others_of(person),
    )


@bp.route("/events/<slug>/registrations/<public_id>/link/new", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.needs_passkey
def new_person_link(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then make a new personal link for someone whose link was shared."""
    person = people_queries.person(slug, public_id)
    if request.method == "POST":
        return press(
            partial(details.renew_link, person),
            _("The old links no longer work. The new one is on its way."),
            page_of(person),
        )
    return render_template("organizer/people/new_link.html", event=person.event, person=person)


def _asked(change: AddressChange | None) -> str:
    if change is None:
        return _("This is the address that we have.")
    return _("A link is on its way to the new address. It works for 48 hours.")
