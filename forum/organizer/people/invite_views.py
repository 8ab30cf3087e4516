"""Invite links: making them, copying their address, ending them."""

from functools import partial
from typing import NamedTuple

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock, links
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.errors import Refusal
from forum.events.models import Event
from forum.i18n import _
from forum.organizer import programme_queries
from forum.organizer.asking import ask, press, submit
from forum.organizer.desk import bp
from forum.organizer.people.invite_forms import LIFTS, InviteForm
from forum.registration.models import InviteLink
from forum.registration.places import invites as actions
from forum.web.forms import answer, answers


class Shown(NamedTuple):
    """A link as the list shows it. `closed` is why it opens nothing any more, or None."""

    link: InviteLink
    address: str
    lifts: list[str]
    closed: Refusal | None


@bp.route("/events/<slug>/invites", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def invites(slug: str) -> ResponseReturnValue:
    """List an event's invite links, and make another."""
    event = programme_queries.event(slug)
    form = InviteForm(event.timezone, now=clock.now())
    return submit(
        form,
        lambda **how: actions.make(
            event,
            answer(form.label),
            answers(form.lifts),
            form.people.data,
            form.expires_at,
            **how,
        ),
        _("The link is made. Copy it and send it to whom you invite."),
        url_for(".invites", slug=slug),
    ) or ask("invites/list", form, event=event, invites=_shown(event))


@bp.route("/events/<slug>/invites/<number:invite_id>/revoke", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def revoke_invite(slug: str, invite_id: int) -> ResponseReturnValue:
    """Ask, then end a link."""
    event = programme_queries.event(slug)
    link = programme_queries.invite_link(event, invite_id)
    if request.method == "POST":
        return press(
            partial(actions.revoke, link),
            _("The link no longer works."),
            url_for(".invites", slug=slug),
        )
    return render_template("organizer/invites/revoke.html", event=event, link=link)


def _shown(event: Event) -> list[Shown]:
    now = clock.now()
    return [
        Shown(
            link,
            _address(event, link),
            [str(LIFTS[name]) for name in link.lifts],
            actions.why_closed(link, now=now),
        )
        for link in programme_queries.invite_links(event)
    ]


def _address(event: Event, link: InviteLink) -> str:
    invite = actions.token_of(link)
    return links.absolute("registration.register", slug=event.slug, invite=invite)
