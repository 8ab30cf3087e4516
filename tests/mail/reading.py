"""A letter's words, as they are read in plain text and in HTML."""

import re
from xml.etree import ElementTree as ET

from forum.emails import Letter
from tests.markup import parse
from tests.people import XHTML


def words_of_html(letter: Letter) -> str:
    body = parse(letter.html).find(f"{XHTML}body")
    return " ".join("".join(_pieces(body)).split())


def _pieces(element: ET.Element) -> list[str]:
    """Return an element's words, and where its links lead after theirs."""
    found = [element.text or ""]
    for child in element:
        is_comment = not isinstance(child.tag, str)  # only Outlook for Windows reads them
        found += [*([] if is_comment else _pieces(child)), child.tail or ""]
    if element.get("href", "").startswith("http"):
        found.append(f" {element.get('href')} ")
    return found if element.tag.removeprefix(XHTML) in {"a", "strong"} else [*found, " "]


def plain(text: str) -> str:
    return " ".join(re.sub(r"^--\s*$|^\s*- ", " ", text, flags=re.MULTILINE).split())
