"""Registrations, as they are asked for. Nothing here changes anything."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import joinedload, lazyload, selectinload

from forum.audit.models import Action, AuditEntry
from forum.care.queries import reached_for
from forum.care.rules import Purpose
from forum.db import db
from forum.errors import Missing
from forum.events.models import Event, EventStatus, Gate, Mode
from forum.links import read_token
from forum.registration.models import (
    Offer,
    OfferState,
    PairRule,
    Registration,
    Status,
)
from forum.registration.places.offer_rules import Party, why_not
from forum.tongues import read_in

SAME_PERSON = (
    select(Registration)
    .where(
        Registration.event_id == bindparam("event_id"),
        Registration.email == bindparam("email"),
        Registration.is_named(None),
    )
    .order_by(Registration.cancelled_at.is_not(None), Registration.id.desc())
)
"""Made once, as what runs for every registration: building costs more than running."""
PAGE = 50
"""How many of a line are read at once: the first few decide, nearly always."""
LINE = (
    select(Registration)
    .where(
        Registration.event_id == bindparam("event_id"),
        Registration.waits_for == bindparam("mode"),
        Registration.wait_no > bindparam("after"),
        reached_for(Purpose.LINE),
    )
    .options(lazyload(Registration.event))
    .order_by(Registration.wait_no)
    .limit(PAGE)
)
WHOLE_LINE = LINE.limit(None)
MAY_MOVE = or_(
    exists().where(
        Registration.event_id == Gate.event_id,
        Registration.waits_for == Gate.mode,
        or_(Gate.capacity.is_(None), Gate.taken + Gate.held < Gate.capacity),
    ),
    exists().where(
        Gate.held > 0,
        Offer.event_id == Gate.event_id,
        Offer.mode == Gate.mode,
        Offer.state == OfferState.OPEN,
        Offer.ends_at <= bindparam("now"),
    ),
)
"""What is true of a gate at which there is something to do before someone new gets a place."""
EVENTS_WITH_OFFERS = (
    select(Offer.event_id).where(Offer.state == OfferState.OPEN).distinct().order_by(Offer.event_id)
)
TO_MOVE = (
    select(Gate.id)
    .where(
        Gate.event_id == bindparam("event_id"), Gate.mode.in_(bindparam("modes", expanding=True))
    )
    .where(MAY_MOVE)
)


def by_token(token: str, purpose: str = "my", *, for_good: bool = False) -> Registration:
    """Return the registration that a personal link opens, with its event and gates.

    A link that works `for_good` opens it also after a new one was made. Raises Missing for a token
    that we did not sign, that was revoked, or whose registration is gone: one and the same answer.
    """
    public_id, version = read_token(purpose, token)
    registration = db.session.scalar(
        select(Registration)
        .where(Registration.public_id == public_id)
        .options(joinedload(Registration.event).selectinload(Event.gates))
    )
    if registration is None or not (for_good or registration.link_version == version):
        raise Missing
    read_in(registration.timezone, registration.language)
    return registration


def event_now(event_id: int) -> Event:
    """Return an event as it is now, whatever was read of it before."""
    return db.session.get_one(Event, event_id, populate_existing=True)


def fresh(numbers: Sequence[int]) -> list[Registration]:
    """Return registrations as they are now, whatever was read of them before, in this order."""
    found = db.session.scalars(
        select(Registration)
        .where(Registration.id.in_(numbers))
        .execution_options(populate_existing=True)
    )
    return sorted(found, key=lambda each: numbers.index(each.id))


def same_person(event_id: int, email: str, name_key: str) -> Sequence[Registration]:
    """Return all of a person's registrations for an event, the living one first."""
    person = {"event_id": event_id, "email": email, "name_key": name_key}
    return db.session.scalars(SAME_PERSON, person).all()


def by_form(event_id: int, form_key: str) -> Registration | None:
    """Return whom this very form has brought before, if anybody: not who comes along."""
    return db.session.scalar(
        select(Registration)
        .where(Registration.event_id == event_id, Registration.form_key == form_key)
        .order_by(Registration.id)
        .limit(1)
    )


def living(email: str) -> Sequence[Registration]:
    """Return every registration of an address that is not cancelled, the next event first."""
    return db.session.scalars(
        select(Registration)
        .join(Registration.event)
        .where(
            Registration.email == email,
            Registration.status != Status.CANCELLED,
            reached_for(Purpose.ASKED),
        )
        .order_by(Event.starts_at, Registration.id)
    ).all()


def number_waiting(event_id: int, mode: Mode, *, up_to: int | None = None) -> int:
    """Return how many wait for a place in this mode, or how many up to a wait number."""
    counted = select(func.count()).where(
        Registration.event_id == event_id,
        Registration.waits_for == mode,
        reached_for(Purpose.LINE),
    )
    if up_to is not None:
        counted = counted.where(Registration.wait_no <= up_to)
    return db.session.scalar(counted) or 0


def number_registered(event: Event) -> int:
    """Return how many have or wait for a place at an event."""
    counted = select(func.count()).where(
        Registration.event_id == event.id, Registration.status != Status.CANCELLED
    )
    return db.session.scalar(counted) or 0


def line_number(registration: Registration) -> int | None:
    """Return her place in the line, counted from 1, or None when she does not wait."""
    if registration.waits_for is None:
        return None
    return number_waiting(registration.event_id, registration.waits_for, up_to=registration.wait_no)


def line_numbers(people: Iterable[Registration]) -> dict[int, int]:
    """Return the place in the line of each of some people who wait, by registration."""
    waiting = [each for each in people if each.waits_for is not None]
    number = func.row_number().over(
        partition_by=[Registration.event_id, Registration.waits_for],
        order_by=Registration.wait_no,
    )
    lines = (
        select(Registration.id, number.label("number"))
        .where(
            Registration.event_id.in_({each.event_id for each in waiting}),
            Registration.waits_for.is_not(None),
            reached_for(Purpose.LINE),
        )
        .subquery()
    )
    hers = select(lines.c.id, lines.c.number).where(lines.c.id.in_([each.id for each in waiting]))
    return {row.id: row.number for row in db.session.execute(hers)}


def companions(registration: Registration) -> Sequence[Registration]:
    """Return those who come with her, or with whom she comes, and have not cancelled."""
    return db.session.scalars(
        select(Registration)
        .where(_linked(registration), Registration.status != Status.CANCELLED)
        .order_by(Registration.id)
    ).all()


def may_move(event_id: int, modes: Sequence[Mode], *, now: datetime) -> bool:
    """Tell whether a line may move: places are free while someone waits, or an offer has ended."""
    wanted = {"event_id": event_id, "modes": list(modes), "now": now}
    return db.session.scalars(TO_MOVE, wanted).first() is not None


def events_to_move(*, now: datetime) -> Sequence[int]:
    """Return the ids of events at which a line may move, or offers are open for what is over."""
    is_over = exists().where(
        Offer.event_id == Gate.event_id,
        Offer.state == OfferState.OPEN,
        or_(Event.status == EventStatus.CANCELLED, Event.ends_at <= bindparam("now")),
    )
    lives = and_(Event.status == EventStatus.PUBLISHED, Event.ends_at > bindparam("now"))
    return db.session.scalars(
        select(Gate.event_id)
        .join(Gate.event)
        .where(or_(and_(lives, MAY_MOVE), is_over))
        .distinct()
        .order_by(Gate.event_id),
        {"now": now},
    ).all()


def line_people(event_id: int, mode: Mode) -> list[Registration]:
    """Return who waits for a place in this mode, first come first. The remembered do not wait."""
    wanted = {"event_id": event_id, "mode": mode, "after": -1}
    return list(
        db.session.scalars(WHOLE_LINE, wanted, execution_options={"populate_existing": True})
    )


def all_parties(event_id: int, mode: Mode) -> list[Party]:
    """Return what `parties` yields, the whole line read at once: for a look at all who wait."""
    people = line_people(event_id, mode)
    partners = pairs_among(people)
    found: list[Party] = []
    for each in people:
        partner = partners.get(each.id)
        if partner is None:
            found.append((each,))
        elif (partner.wait_no or 0) < (each.wait_no or 0):
            found.append((partner, each))
    return found


def pairs_among(people: Iterable[Registration]) -> dict[int, Registration]:
    """Return with whom each of a line waits who waits together with someone, by her id."""
    together = {each.id: each for each in people if each.pair_rule == PairRule.TOGETHER}
    pairs = [
        (each, together[each.companion_of_id])
        for each in together.values()
        if each.companion_of_id is not None and each.companion_of_id in together
    ]
    return {one.id: other for pair in pairs for one, other in (pair, pair[::-1])}


def parties(event_id: int, mode: Mode) -> Iterator[Party]:
    """Yield who is offered a place together, in the order of the line, as they are now.

    Two who come together or not at all stand where the later of them stands, so that nobody is
    overtaken by someone who joined a friend.
    """
    for each in _line(event_id, mode):
        partner = partner_in_line(each)
        if partner is None:
            yield (each,)
        elif (partner.wait_no or 0) < (each.wait_no or 0):
            yield (partner, each)


def partner_in_line(registration: Registration) -> Registration | None:
    """Return the one who waits together with her for the same places, if anyone does."""
    if registration.pair_rule != PairRule.TOGETHER or registration.waits_for is None:
        return None
    return db.session.scalars(
        select(Registration)
        .where(
            _linked(registration),
            Registration.waits_for == registration.waits_for,
            Registration.pair_rule == PairRule.TOGETHER,
            reached_for(Purpose.LINE),
        )
        .order_by(Registration.id)
        .limit(1)
        .execution_options(populate_existing=True)
    ).first()


def open_offers(event_id: int, mode: Mode) -> Sequence[Offer]:
    """Return the open offers of places in this mode, the one that ends first at first."""
    return db.session.scalars(
        select(Offer)
        .where(Offer.event_id == event_id, Offer.mode == mode, Offer.state == OfferState.OPEN)
        .order_by(Offer.ends_at, Offer.id)
        .options(selectinload(Offer.registration), selectinload(Offer.partner))
        .execution_options(populate_existing=True)
    ).all()


def who_declined(event_id: int, mode: Mode, *, since: datetime) -> Sequence[int]:
    """Return the ids of those who have declined a place of this mode since then, and waited on.

    Whoever has left the line and asked for a place in it anew is no longer one of them.
    """
    asked_anew = select(AuditEntry.id).where(
        AuditEntry.subject_kind == Registration.__tablename__,
        AuditEntry.subject_id == Offer.registration_id,
        AuditEntry.action == Action.WAITING_CHANGED,
        AuditEntry.at > Offer.answered_at,
        AuditEntry.facts["to"].as_string() == mode.value,
    )
    return db.session.scalars(
        select(Offer.registration_id).where(
            Offer.event_id == event_id,
            Offer.mode == mode,
            Offer.state == OfferState.DECLINED,
            Offer.answered_at > since,
            ~asked_anew.exists(),
        )
    ).all()


def went_on(offer: Offer) -> bool:
    """Tell whether what an offer held was offered or given to somebody else as it ended."""
    at = offer.answered_at
    return at is not None and is_offered_at(offer.event_id, offer.mode, at)


def would_go_on(offer: Offer) -> bool:
    """Tell whether somebody else waits who could be asked if an open offer ended unanswered."""
    event, open_ones = offer.registration.event, open_offers(offer.event_id, offer.mode)
    offered = {each for other in open_ones for each in (other.registration_id, other.partner_id)}
    offered |= {offer.registration_id, offer.partner_id}
    others = (
        party
        for party in parties(offer.event_id, offer.mode)
        if len(party) <= offer.size and offered.isdisjoint(each.id for each in party)
    )
    return any(why_not(each, event, now=offer.ends_at) is None for each in others)


def is_offered_at(event_id: int, mode: Mode, now: datetime) -> bool:
    """Tell whether somebody was offered a place of this mode at this very instant, or given one."""
    made = Offer.event_id == event_id, Offer.mode == mode, Offer.made_at == now
    return db.session.scalar(select(Offer.id).where(*made).limit(1)) is not None


def open_offer(registration: Registration) -> Offer | None:
    """Return the offer that is open to her, also as the one of a pair it was not addressed to."""
    return db.session.scalars(
        select(Offer).where(_is_to(registration), Offer.state == OfferState.OPEN).limit(1)
    ).first()


def offers_open_to(people: Iterable[int]) -> dict[int, Offer]:
    """Return the same of several people, by registration, in one query."""
    numbers = set(people)
    if not numbers:
        return {}
    asked = or_(Offer.registration_id.in_(numbers), Offer.partner_id.in_(numbers))
    found = db.session.scalars(select(Offer).where(Offer.state == OfferState.OPEN, asked))
    offers: dict[int, Offer] = {}
    for offer in found:
        offers[offer.registration_id] = offer
        if offer.partner_id is not None:
            offers[offer.partner_id] = offer
    return offers


def offers_of(registration: Registration) -> Sequence[Offer]:
    """Return every offer there ever was to her, also as one of a pair, the newest first."""
    return db.session.scalars(
        select(Offer).where(_is_to(registration)).order_by(Offer.id.desc())
    ).all()


def _is_to(registration: Registration) -> ColumnElement[bool]:
    return or_(Offer.registration_id == registration.id, Offer.partner_id == registration.id)


def _line(event_id: int, mode: Mode) -> Iterator[Registration]:
    """Yield the line, read as far as it is asked for."""
    after, page = -1, PAGE
    while page == PAGE:
        wanted = {"event_id": event_id, "mode": mode, "after": after}
        found = db.session.scalars(
            LINE, wanted, execution_options={"populate_existing": True}
        ).all()
        page = len(found)
        numbers = [each.wait_no or 0 for each in found]
        yield from found
        after = max(numbers, default=after)


def _linked(registration: Registration) -> ColumnElement[bool]:
    linked = Registration.companion_of_id == registration.id
    if registration.companion_of_id is not None:  # "id IS NULL" would read the whole table
        linked |= Registration.id == registration.companion_of_id
    return linked
