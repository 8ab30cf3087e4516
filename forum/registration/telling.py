"""How attendees are told: through the outbox, or by a human's call; once for each occasion."""

from collections.abc import Iterable
from datetime import datetime

from forum.accounts.models import Organizer
from forum.care.models import Task, TaskKind
from forum.care.rules import AFTER_SLIP, NOTE, ONLY_IF_CHANGED, RIGHT_AGAIN
from forum.db import Facts, db, insert_once
from forum.incoming.queries import blocks, is_stopped
from forum.incoming.rules import STOPPING
from forum.outbox.actions import post, post_to_all
from forum.outbox.waiting_actions import say_also
from forum.registration.models import Registration


def tell(  # noqa: PLR0913 - what a telling says, by name
    email: str,
    registration: Registration,
    occasion: str,
    *,
    now: datetime,
    by: Organizer | None = None,
    facts: Facts | None = None,
    due_at: datetime | None = None,
    useful_until: datetime | None = None,
) -> None:
    """Post an email about a registration, or ask a human to call one whom no email reaches.

    That is who has no address, or one from which emails come back. `occasion` makes a second
    telling of the same harmless: an hour, or a sequence number. `by` is the organizer who does it
    with her on the phone: whom no email reaches is told already. The other arguments are those of
    `outbox.actions.post`.
    """
    once = f"{email}:{registration.public_id}:{occasion}"
    if registration.email and not is_stopped(registration.email):
        post(
            email,
            registration,
            facts,
            once=once,
            now=now,
            due_at=due_at,
            useful_until=useful_until,
        )
    elif by is None:
        ask(TaskKind.CALL, registration, about=email, once=once, now=now)


def tell_standing(  # noqa: PLR0913 - what a telling says, by name
    email: str,
    registration: Registration,
    occasion: str,
    *,
    now: datetime,
    by: Organizer | None = None,
    facts: Facts,
) -> None:
    """Tell how somebody stands now, as `tell` does; one such email that still waits says it all.

    So nobody reads the same twice whose place was given up and given back before mail has left.
    A fact that is false is not so any more. A correction says something else.
    """
    if not say_also(email, registration, facts, unless=RIGHT_AGAIN, now=now):
        so = {name: value for name, value in facts.items() if value}
        tell(email, registration, occasion, now=now, by=by, facts=so or None)


def tell_after_slip(  # noqa: PLR0913 - what a telling says, by name
    registration: Registration,
    occasion: str,
    *,
    facts: Facts | None = None,
    calls: bool = True,
    due_at: datetime | None = None,
    now: datetime,
) -> None:
    """Post the note to someone who may have missed a change by a slip of ours, or by lost mail.

    Whom no email reaches is called; unless `calls`, that is decided when it is due.
    """
    said = {ONLY_IF_CHANGED: True, AFTER_SLIP: True, **(facts or {})}
    if calls:
        tell(NOTE, registration, occasion, facts=said, due_at=due_at, now=now)
    elif registration.email is not None:
        once = f"{NOTE}:{registration.public_id}:{occasion}"
        post(NOTE, registration, said, once=once, now=now, due_at=due_at)


def tell_all(
    email: str, people: Iterable[tuple[Registration, Facts]], occasion: str, *, now: datetime
) -> int:
    """Tell many people of one thing, each with facts of her own, as `tell` does one at a time.

    Returns how many emails that is.
    """
    told = [(person, f"{email}:{person.public_id}:{occasion}", facts) for person, facts in people]
    reached = those_reached(person for person, _once, _facts in told)
    post_to_all(email, [each for each in told if each[0] in reached], now=now)
    for person, once, facts in told:
        if person not in reached:
            was = facts.get("was")
            ask(TaskKind.CALL, person, about=email, once=once, was=was, now=now)
    return len(reached)


def those_reached(people: Iterable[Registration]) -> set[Registration]:
    """Return those of some people whom emails reach: they have an address, and it takes them."""
    people = list(people)
    blocked = blocks(person.email for person in people if person.email)
    return {each for each in people if each.email and blocked.get(each.email) not in STOPPING}


def ask(  # noqa: PLR0913 - what a task says, by name
    kind: TaskKind,
    registration: Registration,
    *,
    about: str = "",
    once: str,
    was: str | None = None,
    now: datetime,
) -> None:
    """Put a task on the desk's list, unless one of this key (`once`) was put there before.

    `was` is how she stood before a step that she is told of moved her.
    """
    db.session.flush()
    row = {
        "registration_id": registration.id,
        "kind": kind,
        "about": about,
        "was": was,
        "dedupe_key": once,
        "created_at": now,
    }
    db.session.connection().execute(insert_once(Task, "dedupe_key"), row)


def this_hour(now: datetime) -> str:
    """Return the occasion of what may be told again, but at most hourly."""
    return f"{now:%Y%m%d%H}"
