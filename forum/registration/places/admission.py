"""Who gets in: the new are given a place or a number, the known are told again."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime

from forum.accounts.models import Organizer
from forum.addresses import tidy_address
from forum.audit.actions import record
from forum.audit.models import Action
from forum.care.adopting_actions import adopt
from forum.care.rules import ASKED, first_word
from forum.db import db
from forum.events.models import Event, Gate, Mode
from forum.i18n import _
from forum.names import name_key
from forum.registration import queries, rules
from forum.registration.models import (
    CareState,
    PairRule,
    Registration,
    Source,
    Status,
    new_uid,
)
from forum.registration.outcomes import Outcome
from forum.registration.places import session_places, session_queries
from forum.registration.places.gates import give_place, line_up, make_room
from forum.registration.refusals import CompanionIsAsker, set_aside
from forum.registration.requests import Companion, Details, Overrides, Request
from forum.registration.telling import tell, this_hour

BESIDE = "+"
"""Ends the form's key on whoever comes along, so that he is not taken for the one who sent it."""


def drafts(request: Request, *, now: datetime, by: Organizer | None) -> list[Registration]:
    """Return the asker's registration, then her companion's, sealed but not yet kept.

    Raises CompanionIsAsker when both are the same person.
    """
    email = tidy_address(request.email) if request.email else None
    asker = Registration(
        mode=request.mode,
        source=Source.ORGANIZER if by else Source.SELF,
        form_key=request.form_key,
        registered_at=now,
        updated_at=now,
        name_key=name_key(request.name),
        email=email,
    )
    for detail in fields(Details):
        setattr(asker, detail.name, getattr(request, detail.name))
    if request.is_discreet is None:
        asker.is_discreet = rules.discreet_by_roles(request.roles)
    if request.companion is None:
        return [asker]
    asker.pair_rule = request.pair_rule
    companion = companion_draft(asker, request.companion, now=now, by=by)
    if request.form_key:
        companion.form_key = f"{request.form_key}{BESIDE}"
    return [asker, companion]


def companion_draft(
    asker: Registration, companion: Companion, *, now: datetime, by: Organizer | None
) -> Registration:
    """Return the registration of someone who comes with an asker, not yet kept.

    What the asker chose for both holds for him too, and what she says that he needs. Raises
    CompanionIsAsker when both are the same person.
    """
    draft = Registration(
        name=companion.name,
        name_key=name_key(companion.name),
        email=tidy_address(companion.email) if companion.email else asker.email,
        mode=companion.mode or asker.mode,
        language=asker.language,
        timezone=asker.timezone,
        source=Source.ORGANIZER if by else Source.SELF,
        registered_at=now,
        updated_at=now,
        pair_rule=asker.pair_rule,
        needs=companion.needs,
        food=companion.food,
    )
    if (draft.name_key, draft.email) == (asker.name_key, asker.email):
        raise CompanionIsAsker(
            _("This is your own name. Enter the name of the person with you."),
            field="companion_name",
        )
    return draft


@dataclass(frozen=True)
class Asking:
    """One of those who ask together: what is asked for, and what is known of this person."""

    draft: Registration
    known: tuple[Registration, ...]
    """The same person's registrations for the event so far, the living one first."""

    @property
    def living(self) -> Registration | None:
        """Return the registration that stands, if one does."""
        first = self.known[0] if self.known else None
        return first if first and first.status != Status.CANCELLED else None

    @property
    def registration(self) -> Registration:
        """Return the one that counts: what stands, or else what is asked for."""
        return self.living or self.draft

    @property
    def is_own(self) -> bool:
        """Tell whether whoever asks may learn how this person stands.

        That is of someone new, and of what this very form has brought before. All others are
        strangers to each other, whatever name and address they type.
        """
        key = self.registration.form_key
        return self.living is None or (key is not None and key == self.draft.form_key)


def has_brought(event: Event, draft: Registration) -> bool:
    """Tell whether this very form has brought this person before, who is still registered."""
    asking = Asking(draft, tuple(_earlier(event, draft)))
    return asking.living is not None and asking.is_own


def admit(  # noqa: PLR0913 - the parts of one decision, by name
    event: Event,
    gates: Mapping[Mode, Gate],
    drafted: Sequence[Registration],
    request: Request,
    overrides: Overrides,
    *,
    comes_with: Registration | None = None,
    now: datetime,
    by: Organizer | None,
) -> Outcome:
    """Give those of a party who are new a place or a number, and tell each how it stands.

    The caller has locked the gates that they come through. `comes_with` is someone registered
    before whom a party of one comes with.
    """
    if request.sessions:
        session_places.check(event.id, request.mode, request.sessions, now=now)
    party = [Asking(draft, tuple(_earlier(event, draft))) for draft in drafted]
    asker, new = party[0], [each for each in party if each.living is None]
    to_strangers = _told_to_strangers(event, gates, party, request.pair_rule)
    if overrides.capacity:
        for mode, gate in gates.items():
            make_room(gate, sum(each.draft.mode == mode for each in new), now=now, by=by)
    if not asker.is_own:
        as_if_new = [asker, *new]
        to_strangers |= _told_to_strangers(event, gates, as_if_new, request.pair_rule)
    given = dict(zip(new, _statuses(gates, new, request.pair_rule), strict=True))
    for each in party:
        if each in given:
            first = comes_with if each is new[0] else new[0].draft
            _let_in(event, gates, each, first, given[each], overrides=overrides, now=now, by=by)
            if len(party) == 1 and comes_with is None:
                _rejoin(each)
        else:
            tell_status(
                each.registration,
                is_repeat=not each.is_own,
                is_asked=each is asker and comes_with is None,
                now=now,
                by=by,
            )
            _reunite(each.registration, new)
    if asker in given and request.sessions:
        session_places.choose(asker.draft, request.sessions, now=now)
    told = [
        _outcome(each.registration) if _may_be_told(each, asker) else to_strangers[each]
        for each in party
    ]
    waiting = _sessions_waiting(told[0], request.sessions)
    return replace(
        told[0],
        companion=told[1] if len(told) > 1 else None,
        sessions_waiting=waiting,
        sessions_booked=max(len(set(request.sessions)) - waiting, 0),
        brought=len(new),
    )


def _may_be_told(each: Asking, asker: Asking) -> bool:
    """Tell whether whoever asks is told how someone stands, and not what any stranger would be.

    Where the asker is a stranger to the one whose name she gives, even whoever is new beside her
    is kept from her: else he would tell that she is known.
    """
    return each.is_own and (asker.is_own or each.living is not None)


def _told_to_strangers(
    event: Event, gates: Mapping[Mode, Gate], party: Sequence[Asking], rule: PairRule
) -> dict[Asking, Outcome]:
    """Return what a party would be told if nobody knew any of it: all that a stranger learns."""
    waiting: Counter[Mode] = Counter()
    told = {}
    for each, status in zip(party, _statuses(gates, party, rule), strict=True):
        mode, number = each.draft.mode, None
        if status == Status.WAITLISTED:
            waiting[mode] += 1
            number = queries.number_waiting(event.id, mode) + waiting[mode]
        told[each] = Outcome(mode, status, None, number)
    return told


def _earlier(event: Event, draft: Registration) -> Sequence[Registration]:
    """Return this person's registrations for the event so far, the living one first."""
    if draft.email:
        return queries.same_person(event.id, draft.email, draft.name_key)
    known = queries.by_form(event.id, draft.form_key) if draft.form_key else None
    return [known] if known and known.name_key == draft.name_key else []


def _reunite(known: Registration, new: Sequence[Asking]) -> None:
    """Link someone to the person he came with, when she canceled and has come back."""
    former = known.companion_of
    if new and former is not None and former.status == Status.CANCELLED:
        back = new[0].draft
        if (former.person_key, former.email) == (back.name_key, back.email):
            known.companion_of = back


def _rejoin(back: Asking) -> None:
    """Link someone who has canceled and comes back alone to whom she was linked to before.

    Not where somebody else has come along meanwhile. They do not wait for each other: whoever
    stands in line keeps the number.
    """
    former = next((each for each in back.known if each.status == Status.CANCELLED), None)
    if former is None:
        return
    host = former.companion_of
    if host is not None and _is_free_to_link(host, former):
        back.draft.companion_of = host
    for each in queries.companions(former):
        if each.companion_of_id == former.id and _is_free_to_link(each, former):
            each.companion_of = back.draft


def _is_free_to_link(other: Registration, former: Registration) -> bool:
    beside = [each for each in queries.companions(other) if each.id != former.id]
    is_lively = other.care_state in {CareState.ACTIVE, CareState.PAUSED}
    return other.status != Status.CANCELLED and is_lively and not beside


def _statuses(gates: Mapping[Mode, Gate], party: Sequence[Asking], rule: PairRule) -> list[Status]:
    """Decide where each would stand; two who attend differently do not wait for each other."""
    left = [gates[each.draft.mode].left for each in party]
    if len({each.draft.mode for each in party}) > 1:
        return [rules.statuses_for_next(free, 1, rule)[0] for free in left]
    return list(rules.statuses_for_next(left[0], len(party), rule)) if party else []


def _let_in(  # noqa: PLR0913 - the parts of one decision, by name
    event: Event,
    gates: Mapping[Mode, Gate],
    asking: Asking,
    first: Registration | None,
    status: Status,
    *,
    overrides: Overrides,
    now: datetime,
    by: Organizer | None,
) -> None:
    """Keep someone new, with a place or a number, and tell her. `first` is whom she comes with."""
    draft = asking.draft
    draft.event_id = event.id
    draft.uid = new_uid(event.uid)
    draft.companion_of = first
    gate = gates[draft.mode]
    aside = set_aside(event, gate, overrides, now=now)
    if status == Status.CONFIRMED:
        give_place(gate, draft)
    else:
        line_up(gate, draft)
    db.session.add(draft)
    action = Action.REGISTERED_BY_PHONE if by else Action.REGISTERED
    facts = {"mode": gate.mode, "status": status, "overrides": aside}
    record(action, draft, facts, organizer=by, now=now)
    adopt(draft, now=now)
    tell_status(draft, now=now, by=by)


def _sessions_waiting(outcome: Outcome, chosen: Collection[int]) -> int:
    """Return in how many sessions she waits, or a stranger would if he were new."""
    if not chosen:
        return 0
    if outcome.registration is not None:
        return session_queries.sessions_waiting(outcome.registration)
    if outcome.status == Status.CONFIRMED:
        return session_places.number_full(chosen)
    return len(set(chosen))


def tell_status(
    registration: Registration,
    *,
    is_repeat: bool = False,
    is_asked: bool = False,
    now: datetime,
    by: Organizer | None,
) -> None:
    """Write to someone how she stands, at most hourly.

    `is_repeat`: she stood so before; `is_asked`: it was her own form that came again.
    """
    said = {"again": is_repeat, ASKED: is_asked}
    facts = {name: True for name, is_so in said.items() if is_so} or None
    occasion = f"again:{this_hour(now)}" if is_repeat else this_hour(now)
    email = first_word(registration.status)
    tell(email, registration, occasion, now=now, by=by, facts=facts)


def _outcome(registration: Registration) -> Outcome:
    return Outcome(
        registration.mode,
        registration.status,
        registration,
        queries.line_number(registration),
    )
