"""How many places a mode has, and until when it takes registrations."""

from datetime import datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import ChangedMeanwhile, Refusal
from forum.events.locks import lock_version
from forum.events.models import Event, Gate
from forum.i18n import _, ngettext
from forum.organizer import programme_queries
from forum.organizer.desk import bp
from forum.organizer.events.event_forms import PlacesForm
from forum.organizer.fields import differences
from forum.planning import actions as events
from forum.registration import actions
from forum.registration.places.offers import would_be_offered


@bp.route("/events/<slug>/places/<mode>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def edit_places(slug: str, mode: str) -> ResponseReturnValue:
    """Change a mode's places and closing; ask first when people would be offered a place."""
    event = programme_queries.event(slug)
    gate = programme_queries.gate_of(event, mode)
    form = PlacesForm.of(event, gate, is_sent=request.method == "POST")
    told: list[tuple[str, str, str]] | None = None
    if form.validate_on_submit():
        closes_at = form.moment("closes", form.closes.data, event.timezone, gate.closes_at)
        offered = would_be_offered(gate, form.capacity.data, now=clock.now())
        if not form.errors and offered and "is_sure" not in request.form:
            return render_template(
                "organizer/events/offers.html", event=event, form=form, offered=offered
            )
        try:
            if not form.errors:
                flash(_told(_save(event, gate, form, closes_at)), "good")
                return redirect(url_for(".event", slug=slug), 303)
        except ChangedMeanwhile:
            event = programme_queries.event(slug)
            gate = programme_queries.gate_of(event, mode)
            told = differences(PlacesForm.of(event, gate), form)
            form.version.data = str(event.version)
        except Refusal as refusal:
            form.refuse(refusal)
    page = render_template(
        "organizer/events/places.html", event=event, gate=gate, form=form, told=told
    )
    return page, 409 if told is not None else 422 if form.errors else 200


def _save(event: Event, gate: Gate, form: PlacesForm, closes_at: datetime | None) -> int:
    """Save both; return how many places are offered. Gates are locked before their event."""
    by, now = guard.current_organizer(), clock.now()
    with transaction():
        offers = actions.set_capacity(gate, form.capacity.data, now=now, by=by)
        lock_version(event, form.seen)
        events.set_closing(gate, closes_at, by=by, now=now)
    return sum(offer.size for offer in offers)


def _told(offered: int) -> str:
    if not offered:
        return _("Saved.")
    return ngettext(
        "Saved. %(num)s place is offered to the first in line.",
        "Saved. %(num)s places are offered to the first in line.",
        offered,
    )
