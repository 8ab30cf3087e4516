"""Invite links: making them, copying their address, ending them."""

from typing import NamedTuple

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock, links
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import Refusal
from forum.events.models import Event
from forum.i18n import _
from forum.organizer import programme_queries
from forum.organizer.desk import bp
from forum.organizer.people.invite_forms import LIFTS, InviteForm
from forum.registration.models import InviteLink
from forum.registration.places import invites as actions

needs_coordinator = guard.needs(OrganizerRole.COORDINATOR)


class Shown(NamedTuple):
    """A link as the list shows it. `closed` is why it opens nothing any more, or None."""

    link: InviteLink
    address: str
    lifts: list[str]
    closed: Refusal | None


@bp.route("/events/<slug>/invites", methods=["GET", "POST"])
@needs_coordinator
def invites(slug: str) -> ResponseReturnValue:
    """List an event's invite links, and make another."""
    event = programme_queries.event(slug)
    form, now = InviteForm(), clock.now()
    if form.validate_on_submit():
        expires_at = form.expires_at(event.timezone, now=now)
        if not form.errors:
            with transaction():
                actions.make(
                    event,
                    form.label.data or "",
                    form.lifts.data or (),
                    form.people.data,
                    expires_at,
                    by=guard.current_organizer(),
                    now=now,
                )
            flash(_("The link is made. Copy it and send it to whom you invite."), "good")
            return redirect(url_for(".invites", slug=slug), 303)
    shown = [
        Shown(
            link,
            _address(event, link),
            [str(LIFTS[name]) for name in link.lifts],
            actions.why_closed(link, now=now),
        )
        for link in programme_queries.invite_links(event)
    ]
    page = render_template("organizer/invites/list.html", event=event, form=form, invites=shown)
    return page, 422 if form.errors else 200


@bp.route("/events/<slug>/invites/<number:invite_id>/revoke", methods=["GET", "POST"])
@needs_coordinator
def revoke_invite(slug: str, invite_id: int) -> ResponseReturnValue:
    """Ask, then end a link."""
    event = programme_queries.event(slug)
    link = programme_queries.invite_link(event, invite_id)
    if request.method != "POST":
        return render_template("organizer/invites/revoke.html", event=event, link=link)
    with transaction():
        actions.revoke(link, by=guard.current_organizer(), now=clock.now())
    flash(_("The link no longer works."), "good")
    return redirect(url_for(".invites", slug=slug), 303)


def _address(event: Event, link: InviteLink) -> str:
    invite = actions.token_of(link)
    return links.absolute("registration.register", slug=event.slug, invite=invite)
