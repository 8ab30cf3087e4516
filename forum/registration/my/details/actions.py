"""Changing what someone told us: her name, how we reach her, her answers, how we write to her.

Every action runs inside its caller's `transaction()`, takes `now` (aware), and raises a Refusal
before it has changed anything that would be kept.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from forum.accounts.models import Organizer
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.adopting_actions import adopting
from forum.care.rules import KEPT_BACK, Purpose
from forum.care.state_actions import lock_mailbox
from forum.care.suppression_actions import rename
from forum.db import db, lock_row
from forum.errors import ChangedMeanwhile, Refusal
from forum.i18n import _
from forum.names import name_key
from forum.registration import queries, refusals, rules
from forum.registration.models import Registration, Status
from forum.registration.my.details import address_queries
from forum.registration.places import gates
from forum.registration.telling import tell
from forum.tongues import say


def change(
    registration: Registration,
    wanted: Mapping[str, Any],
    *,
    version: int,
    now: datetime,
    by: Organizer | None = None,
) -> list[str]:
    """Keep new details, and return the names of those that changed.

    `wanted` has them by their names in `details.DETAILS`; what is left out stays as it is.
    `version` is the one that the editor has seen. Nothing happens when nothing differs, so that
    sending the same twice is harmless. Another title in her calendar, be it by her language,
    reaches it by email. Raises TooLateToChange, ChangedMeanwhile, NoWayToReach or PersonKnown.
    """
    lock_mailbox(registration)
    lock_changeable(registration, by=by)
    changed = {
        name: value for name, value in wanted.items() if getattr(registration, name) != value
    }
    if not changed:
        return []
    if registration.version != version:
        raise ChangedMeanwhile(
            _("Someone changed this while you were writing. Look at both versions, and choose one.")
        )
    if changed.get("phone") == "" and not registration.email:
        raise no_way_to_reach("phone")
    if _stops_being_only_clinician(registration, wanted):
        changed["is_discreet"] = True
    title = _title(registration)
    with adopting(registration, now=now):
        _set(registration, changed, now=now)
    names = sorted(changed)
    record(Action.ANSWERS_CHANGED, registration, {"changed": names}, organizer=by, now=now)
    if _title(registration) != title:
        _retitle(registration, names, now=now, by=by)
    return names


def _set(registration: Registration, changed: Mapping[str, Any], *, now: datetime) -> None:
    was = registration.name
    if "name" in changed:
        key = name_key(changed["name"])
        if is_known(registration, email=registration.email, key=key):
            raise person_known()
        registration.name_key = key
    for name, value in changed.items():
        setattr(registration, name, value)
    touch(registration, now=now)
    if "name" in changed:
        rename(registration, was, now=now)


def renew_link(registration: Registration, *, now: datetime, by: Organizer | None = None) -> None:
    """Give someone a new personal link and a new feed; those given out before stop working.

    So do the links that confirm a new address: whoever had the old link may have asked for one.
    The new link is mailed to her. Raises TooLateToChange.
    """
    lock_registration(registration, by=by)
    registration.link_version += 1
    _end_feeds(registration)
    for change in address_queries.changes_in_time(registration, now=now):
        change.expires_at = now
    touch(registration, now=now)
    record(Action.LINK_RENEWED, registration, organizer=by, now=now)
    if registration.email:
        tell("my_link", registration, f"renewed:{registration.link_version}", now=now, by=by)


def renew_feed(registration: Registration, *, now: datetime) -> None:
    """Give someone's calendar a new address; the old one stops. Raises TooLateToChange."""
    lock_registration(registration, by=None)
    _end_feeds(registration)
    touch(registration, now=now)
    record(Action.FEED_RENEWED, registration, now=now)


def _end_feeds(registration: Registration) -> None:
    """End the address of her feed, and those from before she canceled: they follow her place."""
    registration.feed_version += 1
    email, key = registration.email, registration.person_key
    hers = queries.same_person(registration.event_id, email, key) if email else []
    for each in hers:
        if each.id != registration.id:
            each.feed_version += 1


def lock_registration(registration: Registration, *, by: Organizer | None) -> None:
    """Lock a registration and read it anew, so that nobody changes it meanwhile.

    Raises Missing when it has just been erased, and TooLateToChange for a remembered person,
    whom only an organizer's correction concerns.
    """
    lock_row(registration)
    if registration.care_state in KEPT_BACK[Purpose.CHANGE] and by is None:
        raise refusals.TooLateToChange(
            _("This registration can no longer be changed. Please call us if you need help.")
        )


def lock_changeable(registration: Registration, *, by: Organizer | None) -> None:
    """Lock a registration as `lock_registration` does.

    Raises TooLateToChange also for one that is canceled: only an organizer puts that right.
    """
    lock_registration(registration, by=by)
    if by is None:
        refusals.check_not_canceled(registration)


def touch(registration: Registration, *, now: datetime) -> None:
    """Raise what tells editors that it changed, and keep it.

    Raises PersonKnown when the same person got in at the same moment, which only PostgreSQL lets
    happen: the unique index notices.
    """
    try:
        gates.touch(registration, now=now, in_calendar=False)
        db.session.flush()
    except IntegrityError:
        raise person_known() from None


def is_known(registration: Registration, *, email: str | None, key: str) -> bool:
    """Tell whether another living registration of the event has this address and name."""
    if email is None or registration.status == Status.CANCELLED:
        return False
    found = queries.same_person(registration.event_id, email, key)
    return any(each is not registration and each.status != Status.CANCELLED for each in found)


def no_way_to_reach(field: str) -> Refusal:
    """Return the refusal to lose the last way to reach someone."""
    return refusals.NoWayToReach(
        _("Please enter a phone number. Without an email address, we need it to reach you."),
        field=field,
    )


def person_known() -> Refusal:
    """Return the refusal to be registered twice."""
    return refusals.PersonKnown(
        _(
            "This name and email address are already registered. To change that registration,"
            " use “Send me my link again”."
        ),
        field="name",
    )


def _stops_being_only_clinician(registration: Registration, wanted: Mapping[str, Any]) -> bool:
    """Tell whether full titles, the rule for clinicians only, lose their reason with this change.

    Titles never become fuller by themselves: only her own word names the illness.
    """
    if "roles" not in wanted or "is_discreet" in wanted or registration.is_discreet:
        return False
    was_full = not rules.discreet_by_roles(registration.roles)
    return was_full and rules.discreet_by_roles(wanted["roles"])


def _title(registration: Registration) -> str:
    """Return what her calendar calls the event, by her choice and in her language."""
    column = "quiet_title" if registration.is_discreet else "title"
    return say(registration.event, column, registration.language)


def _retitle(
    registration: Registration, changed: list[str], *, now: datetime, by: Organizer | None
) -> None:
    """Bring the title in her calendar up to date (SEQUENCE, RFC 5546 2.1.4), if she has one.

    The email says what has changed by name, and no answer.
    """
    if registration.status != Status.CONFIRMED:
        return
    registration.sequence += 1
    if registration.email:
        occasion, facts = str(registration.sequence), {"changed": changed}
        tell("details_changed", registration, occasion, facts=facts, now=now, by=by)
