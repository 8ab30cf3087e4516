"""Letting a restored database know what the one before it knew for good.

It does not know what people have been told since, and their calendars hold later editions than
its own. So nothing leaves it before a human has looked, and all that calendars show is numbered
beyond whatever was sent (RFC 5546 2.1.4: an update with a lower SEQUENCE counts for nothing).
"""

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from sqlalchemy import or_, select, text, update

from forum.accounts.actions import end_again, end_everyone
from forum.accounts.returning_actions import end_rights_again
from forum.care.returning_actions import keep_quiet_again, know_again, let_nobody_ask_again
from forum.config import current_settings
from forum.db import after_commit, db, is_sqlite
from forum.events.models import Event, Programme, Session
from forum.incoming.actions import block_again
from forum.incoming.models import CalendarReply
from forum.outbox.actions import stop
from forum.privacy import carried
from forum.privacy.actions import withdraw
from forum.privacy.carried import Carried
from forum.privacy.models import ConsentPurpose
from forum.registration.models import AddressChange, Registration
from forum.registration.my.details.returning_actions import (
    write_discreetly_again,
    write_there_again,
)
from forum.registration.places.invites import revoke_again
from forum.registration.places.waiting import let_think

BEYOND = 1_000
"""More changes than anything sees between a backup and its restore."""
ON_SQLITE = (
    text("UPDATE sqlite_sequence SET seq = :last WHERE name = :table AND seq < :last"),
    text(
        "INSERT INTO sqlite_sequence (name, seq) SELECT :table, :last"
        " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :table)"
    ),
)
ON_POSTGRESQL = (
    text(
        "SELECT setval(pg_get_serial_sequence(:table, 'id'), :last) FROM pg_sequences"
        " WHERE schemaname = 'public' AND sequencename = :table || '_id_seq'"
        " AND coalesce(last_value, 0) < :last"
    ),
)
"""How a table goes on from a number, unless its own is higher."""


def set_aside(known: Carried, folder: Path) -> None:
    """Write what is carried over into the file, with what waits there already, whole or not at all.

    Readable by us alone from its first byte. Raises OSError where it cannot be written.
    """
    set_back(known | carried.waiting(folder), folder)


def set_back(known: Carried, folder: Path) -> None:
    """Let exactly this wait in the file, and no file be there for nothing. Raises OSError."""
    target = carried.file(folder)
    if known == Carried():
        target.unlink(missing_ok=True)
        return
    near = target.with_name(f".{target.name}.new")
    near.unlink(missing_ok=True)
    with os.fdopen(os.open(near, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(json.dumps(asdict(known)).encode())
        file.flush()
        os.fsync(file)
    near.replace(target)


def carry_over(*, now: datetime) -> tuple[int, int]:
    """Let the database know what was carried over; the file goes once that is committed.

    After a restore, all emails to attendees are stopped, what calendars show is numbered anew, and
    organizers sign in again; offers that are open are open for two days more, at least.
    Returns how many people are held, and how many organizers were ended again.
    """
    known = carried.waiting()
    if known == Carried():
        return 0, 0
    _give_no_number_again(carried.numbers(known))
    silences = carried.silences(known)
    keys = carried.key_rows(known)
    held = know_again(carried.remembered_rows(known), keys, silences, now=now)
    keep_quiet_again(silences, now=now)
    let_nobody_ask_again(known.on_their_own)
    write_there_again(carried.addresses(known), now=now)
    write_discreetly_again(known.discreet, now=now)
    block_again(carried.blocked(known), now=now)
    revoke_again(known.revoked, now=now)
    _withdraw_again(known, now=now)
    ended = end_again(known.ended, now=now)
    end_rights_again(carried.rights(known), now=now)
    _count_on(carried.over_since(known), now=now)
    _end_links(known, now=now)
    if known.is_restored:
        _number_anew(carried.still_coming(known, now=now), now=now)
        end_everyone(now=now)
        let_think(now=now)
        for programme in db.session.scalars(select(Programme)):
            stop(programme, by=None, now=now)
    path = carried.file(current_settings().instance)
    after_commit(lambda: path.unlink(missing_ok=True))
    return held, ended


def _give_no_number_again(last: Mapping[str, int]) -> None:
    """Let each table go on from its highest number: pages that are open know rows by it."""
    for table in db.metadata.tables.keys() & last.keys():
        for statement in ON_SQLITE if is_sqlite() else ON_POSTGRESQL:
            db.session.execute(statement, {"table": table, "last": last[table]})


def _count_on(over_since: Mapping[str, datetime], *, now: datetime) -> None:
    """Let what is about an event that is over be kept no longer for the restore."""
    events = select(Event).where(Event.key.in_(over_since), Event.ends_at < now)
    for event in db.session.scalars(events):
        event.kept_from = min(event.kept_from or over_since[event.key], over_since[event.key])


def _end_links(known: Carried, *, now: datetime) -> None:
    """Let no older personal link open anything again, and the newest one go on.

    So do the links that confirm a new address: whoever had the old link may have asked for one.
    """
    versions = {str(each["public_id"]): each for each in known.links}
    people = select(Registration).where(Registration.public_id.in_(versions))
    for person in db.session.scalars(people):
        newest = versions[person.public_id]
        if int(newest["link_version"]) > person.link_version:
            person.link_version = int(newest["link_version"])
            asked = update(AddressChange).where(
                AddressChange.registration_id == person.id, AddressChange.expires_at > now
            )
            db.session.execute(asked.values(expires_at=now))
        person.feed_version = max(person.feed_version, int(newest["feed_version"]))


def _withdraw_again(known: Carried, *, now: datetime) -> None:
    """Invite nobody who has taken back since that she wants it."""
    people = select(Registration).where(Registration.public_id.in_(known.uninvited))
    for person in db.session.scalars(people.order_by(Registration.id)).unique().all():
        withdraw(person, ConsentPurpose.NEXT_INVITATION, now=now)


def _number_anew(still_coming: Collection[str], *, now: datetime) -> None:
    """Raise the numbers of all that is to come; what calendars have answered counts on.

    So are those of what has been put off since (`still_coming`, by their keys), though by what
    this database knows it is over. A form that was opened before is outdated by it, too.
    """
    is_coming = or_(Event.ends_at > now, Event.key.in_(still_coming))
    coming = select(Event.id).where(is_coming)
    people = select(Registration.id).where(Registration.event_id.in_(coming))
    answers = update(CalendarReply).where(CalendarReply.registration_id.in_(people))
    versions = update(Registration).where(Registration.event_id.in_(coming))
    raised = [
        answers.values(sequence=CalendarReply.sequence + BEYOND),
        versions.values(version=Registration.version + BEYOND),
    ]
    for kind, its_event in ((Event, Event.id), (Session, Session.event_id)):
        numbers = {"sequence": kind.sequence + BEYOND, "version": kind.version + BEYOND}
        raised.append(update(kind).where(its_event.in_(coming)).values(updated_at=now, **numbers))
    for each in raised:
        db.session.execute(each.execution_options(synchronize_session=False))
    db.session.expire_all()
