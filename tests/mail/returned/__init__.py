"""What servers and calendars send back, as they write it; MARK stands for our message's mark."""

from email import message_from_bytes
from email.message import Message
from pathlib import Path

HERE = Path(__file__).parent
MARK = "17.0123456789abcdef01234567"


def octets(name: str, mark: str = MARK) -> bytes:
    """Return a message of the corpus about the message with this mark."""
    return (HERE / f"{name}.eml").read_bytes().replace(b"MARK", mark.encode())


def message(name: str, mark: str = MARK) -> Message:
    return message_from_bytes(octets(name, mark))


def reply(answer="DECLINED", *, method="REPLY", sender="ada@people.example", **changes) -> str:
    """Return what a calendar program answers by mail."""
    facts = {
        "attendee": "mailto:Ada@people.example",
        "sequence": "2",
        "headers": "",
        "uid": "spring@forum",
        **changes,
    }
    return (
        f"From: Ada <{sender}>\nTo: events@lantern.example\nSubject: Declined\n{facts['headers']}"
        f'MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain\n\nAda declined.\n\n"
        f'--b\nContent-Type: text/calendar; charset="UTF-8"; method={method}\n\n'
        f"BEGIN:VCALENDAR\nPRODID:-//X//X//EN\nVERSION:2.0\nMETHOD:{method}\nBEGIN:VEVENT\n"
        f"DTSTART:20270424T121500Z\nDTSTAMP:20261123T150000Z\nUID:{facts['uid']}\n"
        f"SEQUENCE:{facts['sequence']}\nORGANIZER:mailto:events@lantern.example\n"
        f"ATTENDEE;PARTSTAT={answer};CN=Ada:{facts['attendee']}\n"
        f"END:VEVENT\nEND:VCALENDAR\n\n--b--\n"
    )
