"""The people of an event: finding them, seeing one, adding one who phones."""

import secrets
from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.audit.queries import history_of
from forum.db import db, transaction
from forum.errors import Refusal
from forum.events.models import Mode
from forum.events.words import MODES
from forum.i18n import _
from forum.organizer import people_queries, programme_queries, queries
from forum.organizer.desk import bp, page_number
from forum.organizer.fields import options
from forum.organizer.people_forms import ModeForm, PersonForm, SearchForm
from forum.organizer.people_queries import Choice, Reach
from forum.outbox.queries import of_registration
from forum.registration import actions, rules
from forum.registration.models import CareState, Registration, Role, Status
from forum.registration.outcomes import Outcome
from forum.registration.queries import companions, places
from forum.registration.telling import tell

PER_PAGE = 50
MOST_FOUND = 50

needs_coordinator = guard.needs(OrganizerRole.COORDINATOR)
Kind = TypeVar("Kind", bound=StrEnum)


@bp.get("/events/<slug>/registrations")
@needs_coordinator
def registrations(slug: str) -> ResponseReturnValue:
    """List an event's people, narrowed by what is chosen."""
    event = programme_queries.event(slug)
    choice = Choice(
        mode=_chosen(Mode, "mode"),
        status=_chosen(Status, "status"),
        care_state=_chosen(CareState, "care"),
        role=_chosen(Role, "role"),
        reach=_chosen(Reach, "reach"),
    )
    pages = db.paginate(
        people_queries.people(event, choice), page=page_number(), per_page=PER_PAGE, error_out=False
    )
    return render_template(
        "organizer/people/list.html",
        event=event,
        choice=choice,
        everyone=Choice(),
        pages=pages,
        counts=queries.with_counts([event])[0],
        search=SearchForm(formdata=None),
        path=lambda number: url_for(".registrations", **{**_asked(), "slug": slug, "page": number}),
    )


@bp.route("/events/<slug>/registrations/search", methods=["GET", "POST"])
@needs_coordinator
def search(slug: str) -> ResponseReturnValue:
    """Find people by name or address. What is typed stays out of addresses and logs."""
    event = programme_queries.event(slug)
    form = SearchForm()
    found: list[Registration] | None = None
    if form.validate_on_submit() and form.words.data:
        found = people_queries.found(event, form.words.data, MOST_FOUND)
    page = render_template(
        "organizer/people/search.html", event=event, search=form, found=found, most=MOST_FOUND
    )
    return page, 422 if form.errors else 200


@bp.get("/events/<slug>/registrations/<public_id>")
@needs_coordinator
def person(slug: str, public_id: str) -> ResponseReturnValue:
    """Show one person: her answers, her emails, her history."""
    event = programme_queries.event(slug)
    registration = people_queries.person(event, public_id)
    return render_template(
        "organizer/people/show.html",
        event=event,
        person=registration,
        places=places(registration),
        companions=companions(registration),
        messages=of_registration(registration.id),
        history=history_of(registration),
        may_change=rules.may_change(registration, now=clock.now()),
    )


@bp.route("/events/<slug>/registrations/add", methods=["GET", "POST"])
@needs_coordinator
def add_person(slug: str) -> ResponseReturnValue:
    """Register someone who phones, beyond a limit if the organizer says so."""
    event = programme_queries.event(slug)
    form = PersonForm(data={"form_key": secrets.token_urlsafe(16), "language": event.language})
    form.offer(event, programme_queries.limited_sessions(event))
    if form.validate_on_submit():
        try:
            with transaction():
                outcome = actions.register(
                    event,
                    form.request(event),
                    now=clock.now(),
                    by=guard.current_organizer(),
                    overrides=form.overrides(),
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            return _registered(slug, outcome)
    page = render_template("organizer/people/add.html", event=event, form=form)
    return page, 422 if form.errors else 200


@bp.route("/events/<slug>/registrations/<public_id>/mode", methods=["GET", "POST"])
@needs_coordinator
def change_mode(slug: str, public_id: str) -> ResponseReturnValue:
    """Let someone attend another way."""
    event = programme_queries.event(slug)
    registration = people_queries.person(event, public_id)
    open_modes = rules.modes_to_change_to(registration, event.gates, now=clock.now())
    form = ModeForm()
    form.mode.choices = options((str(mode), MODES[mode]) for mode in open_modes)
    if form.validate_on_submit():
        try:
            with transaction():
                actions.change_mode(
                    registration,
                    Mode(form.mode.data),
                    now=clock.now(),
                    by=guard.current_organizer(),
                )
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(_("Changed. An email says so, if there is an address."), "good")
            return redirect(url_for(".person", slug=slug, public_id=public_id), 303)
    page = render_template(
        "organizer/people/mode.html", event=event, person=registration, form=form
    )
    return page, 422 if form.errors else 200


@bp.route("/events/<slug>/registrations/<public_id>/cancel", methods=["GET", "POST"])
@needs_coordinator
def cancel_person(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then give up someone's place for her."""
    event = programme_queries.event(slug)
    registration = people_queries.person(event, public_id)
    if request.method == "POST":
        try:
            with transaction():
                actions.cancel(registration, now=clock.now(), by=guard.current_organizer())
        except Refusal as refusal:
            flash(refusal.sentence, "rose")
        else:
            flash(_("Canceled. The next in line gets the place."), "good")
        return redirect(url_for(".person", slug=slug, public_id=public_id), 303)
    return render_template("organizer/people/cancel.html", event=event, person=registration)


@bp.post("/events/<slug>/registrations/<public_id>/link")
@needs_coordinator
def send_link(slug: str, public_id: str) -> ResponseReturnValue:
    """Mail someone her personal link again."""
    registration = people_queries.person(programme_queries.event(slug), public_id)
    with transaction():
        now = clock.now()
        tell("my_link", registration, f"desk:{now:%Y%m%d%H%M}", now=now)
    flash(_("The email with the personal link is in the outbox."), "good")
    return redirect(url_for(".person", slug=slug, public_id=public_id), 303)


def _registered(slug: str, outcome: Outcome) -> ResponseReturnValue:
    """Show whom we registered. Someone who was known already is found by her name."""
    if outcome.registration is None:
        flash(_("This person was registered before. Look for the name."), "warning")
        return redirect(url_for(".search", slug=slug), 303)
    flash(_("The person is registered."), "good")
    return redirect(url_for(".person", slug=slug, public_id=outcome.registration.public_id), 303)


def _asked() -> dict[str, str]:
    return {name: text for name, text in request.args.items() if name != "page"}


def _chosen(kind: type[Kind], name: str) -> Kind | None:
    """Return a choice of the address; one that does not exist narrows nothing."""
    text = request.args.get(name, "")
    return kind(text) if text in list(kind) else None
