"""The line of each mode: who waits, what is offered to whom, and answers given by phone."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import Missing, Refusal
from forum.events.models import Event
from forum.i18n import _
from forum.organizer import people_queries, programme_queries
from forum.organizer.desk import bp
from forum.organizer.people import waitlist_queries
from forum.organizer.people.waitlist_forms import Answer, AnswerForm, DeskWaitingForm
from forum.registration import queries
from forum.registration.models import Registration, Status
from forum.registration.my.waiting.forms import notice_hints
from forum.registration.places import waiting
from forum.registration.places.offers import why_nobody

needs_coordinator = guard.needs(OrganizerRole.COORDINATOR)


@bp.get("/events/<slug>/waitlist")
@needs_coordinator
def waitlist(slug: str) -> ResponseReturnValue:
    """Show an event's lines, their open offers, and why a free place was offered to nobody."""
    event = programme_queries.event(slug)
    now = clock.now()
    lines = [
        waitlist_queries.line(gate, {each.id: why for each, why in why_nobody(gate, now=now)})
        for gate in event.gates
    ]
    return render_template(
        "organizer/waitlist/show.html",
        event=event,
        lines=[line for line in lines if line.is_needed],
        most=waitlist_queries.MOST_SHOWN,
    )


@bp.route("/events/<slug>/registrations/<public_id>/offer", methods=["GET", "POST"])
@needs_coordinator
def answer_offer(slug: str, public_id: str) -> ResponseReturnValue:
    """Answer an offer for someone who is on the phone."""
    event, person = _person(slug, public_id)
    offer = queries.open_offer(person)
    if offer is None:
        flash(_("Nothing is offered to this person now."), "info")
        return _back(person)
    form = AnswerForm(offer, person)
    if form.validate_on_submit():
        by, now = guard.current_organizer(), clock.now()
        try:
            with transaction():
                if form.chosen == Answer.TAKE:
                    waiting.accept(offer, now=now, by=by, taker=form.who_takes)
                else:
                    stay = form.chosen == Answer.WAIT
                    waiting.decline(offer, stay=stay, now=now, by=by, who=person)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            flash(form.told, "good")
            return _back(person)
    page = render_template(
        "organizer/waitlist/answer.html", event=event, person=person, offer=offer, form=form
    )
    return page, 422 if form.errors else 200


@bp.route("/events/<slug>/registrations/<public_id>/waiting", methods=["GET", "POST"])
@needs_coordinator
def edit_waiting(slug: str, public_id: str) -> ResponseReturnValue:
    """Change how someone waits: short notice, and whether a place is taken without asking."""
    event, person = _waiting_person(slug, public_id)
    form = DeskWaitingForm(person, now=clock.now())
    if form.validate_on_submit():
        try:
            with transaction():
                waiting.set_waiting(
                    person,
                    short_notice=form.hours,
                    auto_take_until=form.auto_take_until,
                    now=clock.now(),
                    by=guard.current_organizer(),
                )
        except Refusal as refusal:
            form.form_errors.append(refusal.sentence)
        else:
            flash(_("Saved."), "good")
            return _back(person)
    page = render_template(
        "organizer/waitlist/waiting.html",
        event=event,
        person=person,
        form=form,
        hints=notice_hints(person),
    )
    return page, 422 if form.errors else 200


@bp.post("/events/<slug>/registrations/<public_id>/waiting/again")
@needs_coordinator
def wait_again(slug: str, public_id: str) -> ResponseReturnValue:
    """Write down that someone who left an offer unanswered still waits."""
    _event, person = _waiting_person(slug, public_id)
    try:
        with transaction():
            waiting.wait_again(person, now=clock.now(), by=guard.current_organizer())
    except Refusal as refusal:
        flash(refusal.sentence, "warning")
    else:
        flash(_("The next place in turn is offered again."), "good")
    return _back(person)


@bp.route("/events/<slug>/registrations/<public_id>/waiting/leave", methods=["GET", "POST"])
@needs_coordinator
def leave_line(slug: str, public_id: str) -> ResponseReturnValue:
    """Ask, then take someone out of the line; the place she has stays hers."""
    event, person = _waiting_person(slug, public_id)
    if person.status == Status.WAITLISTED:
        return redirect(url_for(".cancel_person", slug=slug, public_id=public_id), 303)
    if request.method != "POST":
        return render_template("organizer/waitlist/leave.html", event=event, person=person)
    try:
        with transaction():
            waiting.leave_line(person, now=clock.now(), by=guard.current_organizer())
    except Refusal as refusal:
        flash(refusal.sentence, "rose")
    else:
        flash(_("They no longer wait. Their place stays theirs."), "good")
    return _back(person)


def _person(slug: str, public_id: str) -> tuple[Event, Registration]:
    event = programme_queries.event(slug)
    return event, people_queries.person(event, public_id)


def _waiting_person(slug: str, public_id: str) -> tuple[Event, Registration]:
    """Return someone who waits. Raises Missing for anybody else."""
    event, person = _person(slug, public_id)
    if person.waits_for is None:
        raise Missing
    return event, person


def _back(person: Registration) -> ResponseReturnValue:
    slug, public_id = person.event.slug, person.public_id
    return redirect(url_for(".person", slug=slug, public_id=public_id), 303)
