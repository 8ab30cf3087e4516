"""Changing a person's details for her: the same parts, rules and history as on her own page."""

from datetime import datetime
from functools import partial

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer, OrganizerRole
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.rules import first_word
from forum.db import transaction
from forum.emails.decision import why_none
from forum.errors import Missing
from forum.i18n import _
from forum.organizer import people_queries
from forum.organizer.asking import ask, press, submit
from forum.organizer.desk import bp, opened, page_of
from forum.organizer.people.address_forms import DeskAddressForm
from forum.registration.models import AddressChange, Registration, Status
from forum.registration.my.details import actions as details
from forum.registration.my.details import address_actions, address_queries, page, reading_queries
from forum.registration.my.details.forms import PARTS, part_form
from forum.registration.register.correcting_actions import correct_at_desk
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
    person = people_queries.person(slug, public_id)
    beside, others = address_queries.beside(person), address_queries.others_of(person)
    form = DeskAddressForm(person, beside, reading_queries.readers(beside))
    asks = bool(form.for_others.data and others)
    return submit(
        form,
        partial(_change_address, person, form),
        lambda done: _corrected(done, asks=asks) if isinstance(done, list) else _asked(done),
        page_of(person),
    ) or ask(
        "people/address",
        form,
        event=person.event,
        person=person,
        others=others,
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
            lambda _result: _renewed(person),
            page_of(person),
        )
    return render_template("organizer/people/new_link.html", event=person.event, person=person)


def _change_address(
    person: Registration, form: DeskAddressForm, *, by: Organizer, now: datetime
) -> list[Registration] | AddressChange | None:
    """Put a slip right at once, or ask the new address; return who is corrected, or the question.

    None where it is the address that we have.
    """
    email, for_others = answer(form.email), bool(form.for_others.data)
    if form.was_mistyped:
        others = address_queries.others_of(person) if for_others else ()
        corrected = correct_at_desk(person, email, along=form.chosen, by=by, now=now)
        if corrected and others:  # at the wrong address still, each for itself
            address_actions.ask(others[0], email, for_others=True, by=by, now=now)
        return corrected or None
    return address_actions.ask(person, email, for_others=for_others, by=by, now=now)


def _corrected(people: list[Registration], *, asks: bool) -> str:
    said = _for_whom(people)
    if not asks:
        return said
    return " ".join((said, _("A link to confirm it for the other events is on its way there.")))


def _for_whom(people: list[Registration]) -> str:
    is_gone = all(each.status == Status.CANCELLED for each in people)
    silent = [] if is_gone else _silent(people)
    if silent:
        corrected = _("The address is corrected.")
        return " ".join((corrected, *silent))
    if len(people) > 1:
        names = ", ".join(each.name for each in people)
        if is_gone:
            return _(
                "The address is corrected for %(names)s. Nothing was sent, as the registrations"
                " are canceled.",
                names=names,
            )
        return _(
            "The address is corrected for %(names)s. New confirmations are on their way there.",
            names=names,
        )
    if is_gone:
        return _("The address is corrected. Nothing was sent, as the registration is canceled.")
    return _("The address is corrected. A new confirmation is on its way there.")


def _silent(people: list[Registration]) -> list[str]:
    """Return why no confirmation goes to some of these, each reason once."""
    now = clock.now()
    reasons = (
        why_none(first_word(each.status), each, now=now)
        for each in people
        if each.status != Status.CANCELLED
    )
    return list(dict.fromkeys(filter(None, reasons)))


def _renewed(person: Registration) -> str:
    renewed = _("The old links no longer work.")
    why_no_email = why_none("my_link", person, now=clock.now())
    sent = _("The new one is on its way.")
    return f"{renewed} {why_no_email or sent}"


def _asked(change: AddressChange | None) -> str:
    if change is None:
        return _("This is the address that we have.")
    return _("A link is on its way to the new address. It works for 48 hours.")
