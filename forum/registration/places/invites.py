"""Invite links: who has one registers where others cannot. Made, revoked, read and counted.

A link names nobody. Its address is signed over a random id, so that it cannot be guessed.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import or_, select, update

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import db
from forum.errors import Missing, Refusal
from forum.events.models import Event
from forum.i18n import _
from forum.links import read_token, token
from forum.registration.models import InviteLink
from forum.registration.outcomes import Outcome
from forum.registration.refusals import InviteExpired, InviteRevoked, InviteUsedUp
from forum.registration.requests import Overrides

PURPOSE = "invite"


def make(  # noqa: PLR0913 - what a link is, by name
    event: Event,
    label: str,
    lifts: Collection[str],
    uses_left: int | None,
    expires_at: datetime | None,
    *,
    by: Organizer,
    now: datetime,
) -> InviteLink:
    """Return a new link for an event.

    `lifts` are the names of the limits that it sets aside, those of `Overrides`; `uses_left` is
    for how many people, None for any number; `expires_at` (aware) None is until the event is over.
    """
    lifted = Overrides(**dict.fromkeys(lifts, True)).in_words()
    link = InviteLink(
        event=event,
        label=label,
        lifts=tuple(lifted),
        uses_left=uses_left,
        expires_at=expires_at,
        organizer=by,
        created_at=now,
    )
    facts = {"event": event.slug, "lifts": lifted, "people": uses_left or "any number"}
    record(Action.INVITE_LINK_MADE, link, facts, organizer=by, now=now)
    return link


def revoke(link: InviteLink, *, by: Organizer, now: datetime) -> None:
    """End a link. Whoever registered with it stays registered; a second time does nothing."""
    if link.revoked_at is None:
        link.revoked_at = now
        facts = {"event": link.event.slug, "used": link.used}
        record(Action.INVITE_LINK_REVOKED, link, facts, organizer=by, now=now)


def revoke_again(public_ids: Collection[str], *, now: datetime) -> None:
    """End links that were ended in a database that another has replaced: they still are."""
    links = select(InviteLink).where(
        InviteLink.public_id.in_(public_ids), InviteLink.revoked_at.is_(None)
    )
    for link in db.session.scalars(links.order_by(InviteLink.id)).all():
        link.revoked_at = now
        facts = {"event": link.event.slug, "used": link.used}
        record(Action.INVITE_LINK_REVOKED, link, facts, now=now)


def token_of(link: InviteLink) -> str:
    """Return what stands behind `?invite=` in the address that is given to people."""
    return token(PURPOSE, link.public_id, 1)


def overrides_for(invite: str, event: Event, *, now: datetime) -> Overrides:
    """Return the limits that a link's token sets aside for registering at an event.

    Raises Missing for a token that is not ours or of another event, and InviteRevoked,
    InviteExpired or InviteUsedUp for a link that no longer opens anything.
    """
    link = _link(invite, event)
    if refusal := why_closed(link, now=now):
        raise refusal
    return Overrides(**dict.fromkeys(link.lifts, True))


def use(invite: str, event: Event, outcome: Outcome, *, now: datetime) -> None:
    """Count whom `outcome` has just registered; call it in the transaction that registered them.

    One conditional UPDATE decides, so that a link for three people never brings four, however
    many press at once. Who was registered before is not counted again; but a stranger who asks for
    her must find as many left as if she were new, or he would learn that she is not. Raises as
    `overrides_for`.
    """
    asked = sum(_seems_new(each, now) for each in (outcome, outcome.companion) if each)
    if not asked:
        return
    link, new = _link(invite, event), outcome.brought
    counted = db.session.execute(
        update(InviteLink)
        .where(
            InviteLink.id == link.id,
            InviteLink.revoked_at.is_(None),
            or_(InviteLink.expires_at.is_(None), InviteLink.expires_at > now),
            or_(InviteLink.uses_left.is_(None), InviteLink.uses_left >= asked),
        )
        .values(used=InviteLink.used + new, uses_left=InviteLink.uses_left - new)
        .returning(InviteLink.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    db.session.refresh(link)
    if counted is None:
        raise why_closed(link, now=now) or _used_up(link)


def why_closed(link: InviteLink, *, now: datetime) -> Refusal | None:
    """Return why a link opens nothing any more, or None. Decides from the link alone."""
    if link.revoked_at is not None:
        return InviteRevoked(_("This invitation link no longer works. Please ask us for another."))
    if link.expires_at is not None and now >= link.expires_at:
        return InviteExpired(_("This invitation link has ended. Please ask us for another."))
    return _used_up(link) if link.uses_left == 0 else None


def _used_up(link: InviteLink) -> InviteUsedUp:
    if link.uses_left:
        return InviteUsedUp(
            _("This invitation link works for one more person. Please register one of you now."),
            field="companion_name",
        )
    return InviteUsedUp(
        _(
            "This invitation link is used up. If you have registered with it, you need no other:"
            " the link in our email opens your page. If you have not, please ask us for another."
        )
    )


def _seems_new(outcome: Outcome, now: datetime) -> bool:
    """Tell whether somebody is new, as far as whoever asks may be told."""
    return outcome.registration is None or outcome.registration.registered_at == now


def _link(invite: str, event: Event) -> InviteLink:
    public_id, _version = read_token(PURPOSE, invite)
    link = db.session.scalar(
        select(InviteLink).where(InviteLink.public_id == public_id, InviteLink.event_id == event.id)
    )
    if link is None:
        raise Missing
    return link
