"""Calendar files read back by programs that did not write them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import icalendar
import vobject
from playwright.sync_api import Page

ICAL_JS = Path(__file__).parents[1] / "vendor" / "ical.js"
LOAD = """async (source) => {
  const address = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  window.ICAL = (await import(address)).default;
}"""
READ = """(text) => {
  const calendar = new ICAL.Component(ICAL.parse(text));
  return calendar.getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component);
    const all = (name) => component.getAllProperties(name).flatMap((each) => each.getValues());
    return {
      method: calendar.getFirstPropertyValue("method"),
      uid: event.uid,
      sequence: event.sequence,
      status: component.getFirstPropertyValue("status"),
      starts_at: event.startDate.toUnixTime(),
      ends_at: event.endDate.toUnixTime(),
      summary: event.summary ?? "",
      location: event.location ?? "",
      description: event.description ?? "",
      categories: all("categories"),
    };
  });
}"""


@dataclass(frozen=True)
class Reading:
    """What a calendar program understood of one entry, and of the METHOD of its file."""

    method: str
    uid: str
    sequence: int
    status: str
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    categories: tuple[str, ...]


def read_with_icalendar(data: bytes) -> list[Reading]:
    calendar = icalendar.Calendar.from_ical(data)
    return [
        Reading(
            method=str(calendar["method"]),
            uid=str(event["uid"]),
            sequence=int(event["sequence"]),
            status=str(event["status"]),
            starts_at=event.decoded("dtstart").astimezone(UTC),
            ends_at=event.decoded("dtend").astimezone(UTC),
            summary=str(event.get("summary", "")),
            location=str(event.get("location", "")),
            description=str(event.get("description", "")),
            categories=tuple(map(str, event.categories)),
        )
        for event in calendar.walk("VEVENT")
    ]


def read_with_vobject(data: bytes) -> list[Reading]:
    def text(event: Any, name: str) -> str:
        return getattr(event, name).value if hasattr(event, name) else ""

    calendar = vobject.readOne(data.decode())
    return [
        Reading(
            method=calendar.method.value,
            uid=event.uid.value,
            sequence=int(event.sequence.value),
            status=event.status.value,
            starts_at=event.dtstart.value.astimezone(UTC),
            ends_at=event.dtend.value.astimezone(UTC),
            summary=text(event, "summary"),
            location=text(event, "location"),
            description=text(event, "description"),
            categories=tuple(
                item for each in getattr(event, "categories_list", []) for item in each.value
            ),
        )
        for event in getattr(calendar, "vevent_list", [])
    ]


class IcalJs:
    """The parser that Thunderbird uses, in a page of a real browser."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.evaluate(LOAD, ICAL_JS.read_text())

    def __call__(self, data: bytes) -> list[Reading]:
        found = self.page.evaluate(READ, data.decode())
        for each in found:
            each["starts_at"] = datetime.fromtimestamp(each["starts_at"], UTC)
            each["ends_at"] = datetime.fromtimestamp(each["ends_at"], UTC)
            each["categories"] = tuple(each["categories"])
        return [Reading(**each) for each in found]
