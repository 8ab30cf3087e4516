"""What organizers' accounts go through: added, let in, shown out."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import CursorResult, select, update

from forum.accounts import queries, rules, throttle
from forum.accounts.models import Organizer, OrganizerRole, Passkey, SignIn, SignInLink
from forum.accounts.passkey_actions import NewKey, NotVerified
from forum.audit.actions import record
from forum.audit.models import Action
from forum.audit.rules import differences, standing
from forum.db import db
from forum.errors import ChangedMeanwhile, Gone, Refusal
from forum.i18n import LANGUAGES, _, language_spoken
from forum.outbox.actions import post

TOKEN_BYTES = 32


class EmailTaken(Refusal):
    """Another organizer has this address."""

    def __init__(self) -> None:
        """Say so at the field."""
        super().__init__(_("Someone with this address is already an organizer."), field="email")


class LastOwner(Refusal):
    """Without this owner nobody could manage organizers."""

    def __init__(self) -> None:
        """Say what to do first."""
        super().__init__(
            _("This is the only active owner. Make someone else an owner first."), field="role"
        )


class NeedsAnothersWord(Refusal):
    """The account had a passkey and has none any more: the next one is not taken on trust."""

    def __init__(self) -> None:
        """Say who can help."""
        super().__init__(
            _(
                "This account had a passkey before. Ask someone else who is an owner, or whoever"
                " runs the service, to let you add a new one."
            )
        )


def add_organizer(
    email: str, name: str, role: OrganizerRole, *, now: datetime, by: Organizer | None = None
) -> Organizer:
    """Let someone work at the desk. Raises EmailTaken."""
    if queries.organizer_at(email) is not None:
        raise EmailTaken
    organizer = Organizer(
        email=queries.tidy_email(email), name=name, role=role, is_active=True, created_at=now
    )
    record(Action.ORGANIZER_ADDED, organizer, {"role": role}, now=now, organizer=by)
    if by is not None:  # the operator has a link at hand: `flask organizer link`
        post(
            "welcome",
            facts={"by": by.id, "language": language_spoken()},
            organizer=organizer,
            once=f"welcome:{organizer.id}:{now.isoformat()}",
            now=now,
        )
    return organizer


def change_organizer(  # noqa: PLR0913 - what a row says, by name
    organizer: Organizer,
    *,
    name: str,
    role: OrganizerRole,
    is_active: bool,
    seen: str,
    by: Organizer,
    now: datetime,
) -> None:
    """Change what someone may do; one who may no longer work is signed out everywhere.

    `seen` is the organizer's `rules.fingerprint_of` as the owner saw it. Raises ChangedMeanwhile or
    LastOwner.
    """
    _lock_organizers()
    db.session.refresh(organizer)
    if seen != rules.fingerprint_of(organizer):
        raise ChangedMeanwhile
    stays_owner = role == OrganizerRole.OWNER and is_active
    if not stays_owner and queries.active_owners() == [organizer.id]:
        raise LastOwner
    was, is_renamed = standing(organizer), organizer.name != name
    organizer.name, organizer.role, organizer.is_active = name, role, is_active
    if not is_active:
        _end_all(organizer, now=now)
    facts = differences(was, standing(organizer))
    if is_renamed:
        facts["changed"] = ["name"]
    record(Action.ORGANIZER_CHANGED, organizer, facts, now=now, organizer=by)


def end_again(emails: Iterable[str], *, now: datetime) -> int:
    """Let nobody of these addresses work at the desk, whom a restored database has brought back.

    Nobody is spared, nor the only owner: they were ended while another one was there. Returns how
    many were active.
    """
    back = select(Organizer).where(Organizer.email.in_(list(emails)), Organizer.is_active)
    organizers = db.session.scalars(back.order_by(Organizer.id)).all()
    for organizer in organizers:
        organizer.is_active = False
        _end_all(organizer, now=now)
        facts = {"role": organizer.role, "is_active": False}
        record(Action.ORGANIZER_CHANGED, organizer, facts, now=now)
    return len(organizers)


def make_link(organizer: Organizer, *, now: datetime) -> SignInLink:
    """Make a single-use sign-in link that opens the desk for 15 minutes."""
    link = SignInLink(
        organizer_id=organizer.id,
        public_id=secrets.token_urlsafe(TOKEN_BYTES),
        created_at=now,
        expires_at=now + rules.LINK_LIFE,
    )
    db.session.add(link)
    db.session.flush()
    return link


def choose_language(language: str, *, by: Organizer) -> None:
    """Keep in which language an organizer reads the desk. One that we do not speak is left out."""
    if language in LANGUAGES:
        by.language = language


def send_link(email: str, *, client: str, now: datetime) -> None:
    """Post a sign-in link to an organizer's address.

    For an unknown address the same is done for another organizer and taken back, so that neither
    the answer nor its time tells who works here. Raises throttle.TooOften.
    """
    address = queries.tidy_email(email)
    throttle.count("sign-in address", address, most=rules.TRIES_PER_ADDRESS, now=now)
    throttle.count("sign-in client", client, most=rules.TRIES_PER_CLIENT, now=now)
    organizer = queries.organizer_at(address)
    if organizer is not None and organizer.is_active:
        _post_link(organizer, now=now)
        return
    stand_in = db.session.scalar(select(Organizer).limit(1))
    if stand_in is not None:
        rehearsal = db.session.begin_nested()
        _post_link(stand_in, now=now)
        rehearsal.rollback()


def _post_link(organizer: Organizer, *, now: datetime) -> None:
    link = make_link(organizer, now=now)
    post(
        "sign_in",
        facts={"link": link.id, "language": organizer.language or language_spoken()},
        organizer=organizer,
        once=f"sign_in:{link.public_id}",
        now=now,
        useful_until=link.expires_at,
    )


def sign_in_by_link(token: str, *, now: datetime) -> tuple[SignIn, str]:
    """Use up a link and sign its organizer in. Returns the sign-in and its cookie's token.

    Raises Missing or Gone as `queries.open_link` does, also when two use it at once.
    """
    link = queries.open_link(token, now=now)
    used = db.session.execute(
        update(SignInLink)
        .where(SignInLink.id == link.id, SignInLink.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if not isinstance(used, CursorResult) or used.rowcount != 1:
        raise Gone
    return _sign_in(link.organizer, "link", now=now)


def sign_in_by_passkey(passkey: Passkey, *, now: datetime) -> tuple[SignIn, str]:
    """Sign in the organizer whose passkey has been verified. Raises Gone if she may not."""
    if not passkey.organizer.is_active:
        raise Gone
    sign_in, token = _sign_in(passkey.organizer, "passkey", now=now)
    sign_in.passkey_at = now
    return sign_in, token


def _sign_in(organizer: Organizer, way: str, *, now: datetime) -> tuple[SignIn, str]:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    sign_in = SignIn(
        organizer=organizer,
        token_hash=queries.token_hash(token),
        created_at=now,
        last_seen_at=now,
        expires_at=now + rules.LONGEST,
    )
    record(Action.SIGNED_IN, sign_in, {"by": way}, now=now, organizer=organizer)
    return sign_in, token


def confirm(sign_in: SignIn, *, now: datetime) -> str:
    """Keep that a passkey has just said yes in this sign-in.

    Returns a fresh token for the cookie; the one before opens nothing (OWASP ASVS 5.0, 7.2.4).
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    sign_in.token_hash = queries.token_hash(token)
    sign_in.passkey_at = now
    return token


def touch(sign_in: SignIn, *, now: datetime) -> None:
    """Keep that someone works in this sign-in."""
    sign_in.last_seen_at = now


def end(sign_in: SignIn, *, by: Organizer, now: datetime) -> None:
    """End one sign-in; its cookie opens nothing from now on."""
    if sign_in.ended_at is None:
        sign_in.ended_at = now
        record(Action.SIGNED_OUT, sign_in, now=now, organizer=by)


def end_all(organizer: Organizer, *, by: Organizer, now: datetime) -> None:
    """Sign an organizer out everywhere."""
    _end_all(organizer, now=now)
    record(Action.SIGNED_OUT, organizer, {"everywhere": True}, now=now, organizer=by)


def _end_all(organizer: Organizer, *, now: datetime) -> None:
    db.session.execute(
        update(SignIn)
        .where(SignIn.organizer_id == organizer.id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
    )
    db.session.execute(
        update(SignInLink)
        .where(SignInLink.organizer_id == organizer.id, SignInLink.used_at.is_(None))
        .values(used_at=now)
    )


def end_everyone(*, now: datetime) -> None:
    """Sign everybody out, and let no link that was mailed open the desk.

    For a restored database, which does not know who has signed out since.
    """
    for model, column in ((SignIn, SignIn.ended_at), (SignInLink, SignInLink.used_at)):
        still = update(model).where(column.is_(None)).values({column: now})
        db.session.execute(still.execution_options(synchronize_session=False))


def add_passkey(
    organizer: Organizer, key: NewKey, name: str, *, is_confirmed: bool = False, now: datetime
) -> Passkey:
    """Keep a verified passkey of an organizer's device, and mail it to her.

    `is_confirmed` says that one of hers has just said yes: beside another one, which may have come
    meanwhile, it needs that. Raises NeedsAnothersWord, NotVerified, or Refusal if it is known
    already.
    """
    _lock_organizers()
    db.session.refresh(organizer)
    has_one = bool(queries.passkeys(organizer))
    if not rules.may_add_passkey(organizer, has_one=has_one, now=now):
        raise NeedsAnothersWord
    if has_one and not is_confirmed:
        raise NotVerified
    if queries.passkey_by_credential(key.credential_id) is not None:
        raise Refusal(_("This passkey has been added before."))
    passkey = Passkey(
        organizer_id=organizer.id,
        credential_id=key.credential_id,
        public_key=key.public_key,
        sign_count=key.sign_count,
        name=name,
        created_at=now,
    )
    organizer.has_had_passkey, organizer.passkey_allowed_until = True, None
    record(Action.PASSKEY_ADDED, passkey, now=now, organizer=organizer)
    _mail("passkey_added", organizer, passkey, by=organizer, now=now)
    return passkey


def use_passkey(passkey: Passkey, *, sign_count: int, now: datetime) -> None:
    """Keep that a passkey has been verified, and its device's counter."""
    passkey.sign_count = sign_count
    passkey.last_used_at = now


def remove_passkey(passkey: Passkey, *, by: Organizer | None, now: datetime) -> None:
    """Forget a passkey, such as that of a lost phone, and mail it to its owner.

    What it may have said yes to counts no more. Where it was not its owner who did it (`by` is None
    for the operator), she is signed out everywhere.
    """
    owner = passkey.organizer
    owner.has_had_passkey = True
    if by is not None and by.id == owner.id:
        _forget_yes(owner)
    else:
        _end_all(owner, now=now)
    record(Action.PASSKEY_REMOVED, passkey, now=now, organizer=by)
    _mail("passkey_removed", owner, passkey, by=by, now=now)
    db.session.delete(passkey)


def allow_passkey(organizer: Organizer, *, by: Organizer | None, now: datetime) -> None:
    """Let an organizer who has no passkey any more add one within a day.

    `by` is None for the operator. Raises NeedsAnothersWord for one's own account.
    """
    if by is not None and by.id == organizer.id:
        raise NeedsAnothersWord
    organizer.passkey_allowed_until = now + rules.ALLOWED_FOR
    record(Action.PASSKEY_ALLOWED, organizer, now=now, organizer=by)


def _forget_yes(organizer: Organizer) -> None:
    db.session.execute(
        update(SignIn).where(SignIn.organizer_id == organizer.id).values(passkey_at=None)
    )


def _mail(
    email: str, organizer: Organizer, passkey: Passkey, *, by: Organizer | None, now: datetime
) -> None:
    """Tell an organizer of a passkey, in her language, or that in which it is done.

    A number of a row may come back; the instant beside it does not.
    """
    is_own = by is not None and by.id == organizer.id
    post(
        email,
        facts={"is_own": is_own, "language": organizer.language or language_spoken()},
        organizer=organizer,
        once=f"{email}:{passkey.id}:{now.isoformat()}",
        now=now,
    )


def _lock_organizers() -> None:
    """Let one change after another look who is the last owner."""
    db.session.scalars(select(Organizer.id).order_by(Organizer.id).with_for_update()).all()
