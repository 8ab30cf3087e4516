"""The mail that has come, as its reader has it."""

import email
import email.policy
import mailbox
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import parseaddr, parsedate_to_datetime
from pathlib import Path

from tests.calendars.readers import Reading, read_with_icalendar

ADDRESS = re.compile(r"https?://[^\s\"<>]+")


@dataclass(frozen=True)
class Mail:
    """One email that has come."""

    message: EmailMessage

    @property
    def subject(self) -> str:
        return self.message["Subject"]

    @property
    def kind(self) -> str:
        """Return which of our emails it is, from its Message-ID."""
        return self.message["Message-ID"].strip("<>").partition(".")[0]

    @property
    def reader(self) -> str:
        """Return the name on the envelope."""
        return parseaddr(self.message["To"])[0]

    @property
    def came_at(self) -> datetime:
        return parsedate_to_datetime(self.message["Date"]).astimezone(UTC)

    @property
    def text(self) -> str:
        return self.message.get_body(("plain",)).get_content()

    @property
    def html(self) -> str:
        return self.message.get_body(("html",)).get_content()

    @property
    def words(self) -> str:
        """Return the text with single spaces."""
        return " ".join(self.text.split())

    @property
    def everything(self) -> str:
        """Return all that a neighbor could read in it: each header and each part."""
        headers = "\n".join(f"{name}: {value}" for name, value in self.message.items())
        parts = [
            part.get_payload(decode=True).decode()
            for part in self.message.walk()
            if not part.is_multipart()
        ]
        names = [part.get_filename("") for part in self.message.walk()]
        return "\n".join([headers, *names, *parts])

    @property
    def calendar(self) -> bytes | None:
        parts = [p for p in self.message.walk() if p.get_content_type() == "text/calendar"]
        return parts[0].get_payload(decode=True) if parts else None

    @property
    def method(self) -> str | None:
        """Return what it does to the reader's calendar: REQUEST, CANCEL, or nothing."""
        found = re.search(rb"^METHOD:(\w+)", self.calendar or b"", re.MULTILINE)
        return found[1].decode() if found else None

    @property
    def entry(self) -> Reading:
        """Return what a calendar program understands of it."""
        [reading] = read_with_icalendar(self.calendar)
        return reading

    def links(self) -> list[str]:
        """Return every address in it, each once."""
        return list(dict.fromkeys(ADDRESS.findall(self.text) + ADDRESS.findall(self.html)))

    def link(self, words: str) -> str:
        """Return the address below these words of the text."""
        lines = [line.strip() for line in self.text.splitlines()]
        after = lines[lines.index(words) + 1]
        assert ADDRESS.fullmatch(after), f"no address below {words!r}: {after!r}"
        return after


def mail_in(folder: Path) -> list[Mail]:
    """Return all mail in a Maildir in the order in which it came."""
    if not folder.exists():
        return []
    found = [
        (int(re.search(r"Q(\d+)", key)[1]), item.as_bytes())
        for key, item in mailbox.Maildir(folder, create=False).iteritems()
    ]
    letters = [
        Mail(email.message_from_bytes(octets, policy=email.policy.default))
        for _number, octets in sorted(found, key=lambda each: each[0])
    ]
    return sorted(letters, key=lambda letter: letter.came_at)
