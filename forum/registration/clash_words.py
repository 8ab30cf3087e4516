"""Sessions at the same time, as it is said beside a choice. Nobody is kept from choosing both."""

from collections.abc import Callable, Collection, Iterable

from forum.events import words
from forum.events.clashes import overlap
from forum.events.models import Session
from forum.i18n import _, ngettext


def same_time(session: Session, others: Iterable[Session]) -> list[Session]:
    """Return which others go on at some moment of a session."""
    return [each for each in others if each.id != session.id and overlap(session, each)]


def clash_in_words(
    session: Session,
    others: Collection[Session],
    chosen: Collection[int] = (),
    *,
    titled: Callable[[Session], str] = words.titled,
) -> str:
    """Return what else is on then: what she has chosen by name, or how many others there are.

    `titled` says what a session is called to her.
    """
    clashing = same_time(session, others)
    mine = [each for each in clashing if each.id in chosen]
    if mine:
        names = "; ".join(titled(each) for each in mine)
        return _("At the same time as one that you chose: %(names)s.", names=names)
    if not clashing:
        return ""
    return ngettext(
        "Another session in this list is at the same time.",
        "%(num)d other sessions in this list are at the same time.",
        len(clashing),
    )
