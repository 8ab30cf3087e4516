"""Putting right what emails and calls said while a slip stood. In its caller's `transaction()`.

What has become again as it was announced is told by no notice. Whoever was written to or called
meanwhile, as when she chose another way to take part, would keep the wrong day in her calendar.
"""

from datetime import datetime

from forum.care.call_rules import SESSION_PLACE
from forum.care.rules import RIGHT_AGAIN
from forum.events.models import Event, EventStatus
from forum.notices import queries, told_queries
from forum.notices.told_queries import Told
from forum.registration.models import Status
from forum.registration.telling import tell, tell_after_slip


def put_right(*events: Event, now: datetime) -> int:
    """Tell anew everyone who was told last of an event what was so only for a while.

    Not those whom a notice has still to tell. Whether it is still needed is decided anew when it
    is written (`emails.subjects`). Returns how many people that is.
    """
    return sum(_put_right(event, now=now) for event in events)


def _put_right(event: Event, *, now: datetime) -> int:
    if event.told is None or event.status != EventStatus.PUBLISHED or now >= event.ends_at:
        return 0
    told = Told.of(event)
    since = told.first_change()
    if since is None:
        return 0
    places = queries.sessions_of(event)
    occasion, fact = told_queries.correcting(now), {RIGHT_AGAIN: True}
    number = 0
    for person, hers in told_queries.heard_since(event, since, now=now).items():
        is_entry_wrong = told.is_entry_wrong(person, hers.words)
        wrong = [
            each
            for each in told.wrong_sessions(person, hers.words)
            if each.id in places[person.id] and now < each.ends_at
            if not (is_entry_wrong and told.has_moved_along(each, person, hers.words))
        ]
        misheard = [
            each
            for each in told.misheard_changes(person, hers.words, places[person.id], now=now)
            if each.session is not None
            if not (is_entry_wrong and told.has_moved_along(each.session, person, hers.words))
        ]
        if is_entry_wrong:
            email = "details_changed" if person.status == Status.CONFIRMED else "waitlist"
            tell(email, person, occasion, facts=fact, now=now)
        for each in wrong:
            about = {"session": each.id, **fact}
            tell(SESSION_PLACE, person, f"{each.id}:{occasion}", facts=about, now=now)
        if misheard:
            tell_after_slip(person, occasion, facts=fact, now=now)
        number += bool(is_entry_wrong or wrong or misheard)
    return number
