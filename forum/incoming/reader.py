"""Reading our mailboxes: what is a report or an answer is dealt with and marked as read.

Everything else is left as it is, unread, for people. A message is marked only once what follows
from it is kept, so that a reader that dies in between loses nothing; and what is told twice
counts once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from forum import clock
from forum.config import Settings
from forum.db import transaction
from forum.errors import Busy
from forum.incoming import actions, calendar_answers, delivery_status, mailboxes
from forum.incoming.mailboxes import OpenMailbox, Unreachable
from forum.incoming.models import ReportSource
from forum.incoming.reports import Unusable

MOST_KNOWN = 50_000

log = structlog.get_logger()


@dataclass(frozen=True)
class Round:
    """What came of reading one mailbox. `trouble` is one plain sentence, or nothing."""

    mailbox: str
    dealt_with: int
    left: int
    trouble: str = ""


class MailReader:
    """Reads the mailboxes of the settings, again and again, and looks at nothing twice.

    What was left for people is remembered as long as this process runs.
    """

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Open nothing yet."""
        self._app = app
        self._settings = settings
        self._left: dict[str, set[str]] = {address: set() for address in settings.mailboxes}

    def read(self, goes_on: Callable[[], bool] = lambda: True) -> list[Round]:
        """Read every mailbox once. One that cannot be reached does not keep us from the others."""
        return [self._read(each, goes_on) for each in self._settings.mailboxes if goes_on()]

    def _read(self, address: str, goes_on: Callable[[], bool]) -> Round:
        name, left = mailboxes.named(address), self._left[address]
        if len(left) > MOST_KNOWN:
            left.clear()
        number, before, trouble = 0, len(left), ""
        try:
            with mailboxes.opened(address) as mailbox:
                for key, octets in mailbox.unseen(left):
                    if not goes_on():
                        break
                    number += self._deal_with(mailbox, key, octets, left)
        except Unreachable as error:
            trouble = error.reason
        except (Busy, SQLAlchemyError) as error:
            trouble = f"The database could not be had ({type(error).__name__})."
        if trouble:
            log.warning("mailbox_unread", mailbox=name, trouble=trouble)
        return Round(name, number, max(0, len(left) - before), trouble)

    def _deal_with(
        self, mailbox: OpenMailbox, key: str, octets: bytes | None, left: set[str]
    ) -> int:
        """Take one message. A fault in it is ours or its own, and stops no other."""
        try:
            is_done = octets is not None and self._keep(octets)
        except (Busy, SQLAlchemyError):
            raise
        except Exception as error:  # noqa: BLE001 - whatever strangers can think of
            log.warning("mail_unreadable", fault=type(error).__name__)
            is_done = False
        if is_done:
            mailbox.set_seen(key)
            return 1
        left.add(key)
        return 0

    def _keep(self, octets: bytes) -> bool:
        """Deal with a message if it is for us. False: it is for people."""
        message = message_from_bytes(octets)
        returned = delivery_status.read(message)
        if returned is not None:
            with self._app.app_context(), transaction():
                return actions.keep(returned, ReportSource.MAILBOX, now=clock.now())
        return self._read_answer(message)

    def _read_answer(self, message: Message) -> bool:
        try:
            answered = calendar_answers.read(message)
        except Unusable:
            return False
        if answered is None:
            return False
        authserv = self._settings.mail_authserv
        is_vouched_for = bool(authserv) and calendar_answers.is_vouched_for(message, authserv)
        if authserv and not is_vouched_for:
            return False
        with self._app.app_context(), transaction():
            return actions.keep_answer(answered, is_vouched_for=is_vouched_for, now=clock.now())
