"""How many places a mode has, and until when it takes registrations."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from flask import url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import Organizer, OrganizerRole
from forum.events.locks import lock_version
from forum.events.models import Gate
from forum.i18n import _, ngettext
from forum.organizer import programme_queries
from forum.organizer.asking import ask, ask_first, submit
from forum.organizer.desk import bp
from forum.organizer.events.event_forms import PlacesForm
from forum.organizer.events.registration_words import places_said
from forum.planning.closing_actions import set_closing
from forum.registration import actions
from forum.registration.models import Offer
from forum.registration.places.offers import would_be_offered


@bp.route("/events/<slug>/places/<mode>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def edit_places(slug: str, mode: str) -> ResponseReturnValue:
    """Change a mode's places and closing; ask first when people would be offered a place."""
    event = programme_queries.event(slug)
    gate = programme_queries.gate_of(event, mode)
    form = PlacesForm(gate)
    asked = ask_first(
        "events/offers",
        form,
        lambda: would_be_offered(gate, form.capacity.data, now=clock.now()),
        event=event,
    )
    return (
        asked
        or submit(
            form,
            partial(_save, gate, form),
            partial(_saved, gate),
            url_for(".event", slug=slug),
            saved=lambda: PlacesForm(gate, is_sent=False),
        )
        or ask("events/places", form, event=event, gate=gate)
    )


def _save(gate: Gate, form: PlacesForm, *, by: Organizer, now: datetime) -> list[Offer]:
    """Save both; return what is offered. Gates are locked before their event."""
    offers = actions.set_capacity(gate, form.capacity.data, now=now, by=by)
    lock_version(gate.event, form.seen)
    set_closing(gate, form.closes_at, by=by, now=now)
    return offers


def _saved(gate: Gate, offers: Sequence[Offer]) -> str:
    offered, done = sum(offer.size for offer in offers), _("Saved.")
    if offered:
        done = ngettext(
            "Saved. %(num)s place is offered to the first person on the waitlist.",
            "Saved. %(num)s places are offered to the first people on the waitlist.",
            offered,
        )
    return f"{done} {places_said(gate)}"
