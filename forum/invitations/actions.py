"""Inviting those who asked, on an organizer's word. Runs in its caller's transaction."""

from datetime import datetime

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import lock_row
from forum.emails.subjects import why_no_invitations
from forum.errors import ChangedMeanwhile, Refusal
from forum.events.models import Event
from forum.i18n import _
from forum.invitations.invitees import EMAIL, invitees, once
from forum.outbox.actions import post
from forum.quiet_hours import next_permitted


def invite(event: Event, *, seen: str | None = None, by: Organizer, now: datetime) -> int:
    """Post the invitation to everyone who asked and is reached; return how many that are.

    Each person gets it once for an event, however often and by however many this is asked for. It
    goes at an hour when it does not disturb her, and is decided anew then. `seen` is the
    fingerprint of those whose names were read. Raises ChangedMeanwhile where they are others now,
    and Refusal for an event to which nobody can be invited.
    """
    lock_row(event)
    reason = why_no_invitations(event, now)
    if reason:
        raise Refusal(reason)
    number, people = 0, invitees(event, now=now)
    if seen is not None and people.reached and seen != people.fingerprint:
        raise ChangedMeanwhile(
            _("The people who would be invited are others than you read. Look again.")
        )
    for each in people.reached:
        number += post(
            EMAIL,
            each,
            {"event": event.id},
            once=once(event, each),
            now=now,
            due_at=next_permitted(now, zone=each.timezone, quiet_days=each.quiet_days),
        )
    if number:
        facts = {"people": number}
        record(Action.INVITATIONS_SENT, event, facts, now=now, organizer=by)
    return number
