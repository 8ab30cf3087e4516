"""What a page or an email says, as someone would read it aloud: for tests that fail."""

from xml.etree import ElementTree as ET

import html5lib

XHTML = "{http://www.w3.org/1999/xhtml}"
SILENT = {"head", "script", "style", "template"}
LINES = {"address", "article", "blockquote", "button", "caption", "dd", "div", "dt", "fieldset"}
LINES |= {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "legend", "li", "main"}
LINES |= {"nav", "p", "pre", "section", "summary", "table", "td", "th", "tr"}
SIGNS = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "li": "- ", "button": "[button] "}


def is_page(text: object) -> bool:
    """Tell whether this is a whole HTML page or the HTML of an email."""
    return isinstance(text, str) and text.lstrip()[:15].lower().startswith(("<!doctype", "<html"))


def read_aloud(page: str) -> list[str]:
    """Return the words of a page line by line: headings, errors, what is filled in, the rest."""
    lines = [""]
    _read(html5lib.parse(page), lines)
    spoken = (" ".join(line.split()) for line in lines)
    return [line for line in spoken if line not in {"", "-", "!"}]


def _read(element: ET.Element, lines: list[str]) -> None:
    tag = element.tag.removeprefix(XHTML) if isinstance(element.tag, str) else "script"
    if tag in SILENT:
        return
    if tag in LINES:
        lines.append("! " if _is_error(element) else SIGNS.get(tag, ""))
    lines[-1] += _filled_in(tag, element) + (element.text or "")
    for child in _chosen(element) if tag == "select" else element:
        _read(child, lines)
        lines[-1] += child.tail or ""
    if tag in LINES:
        lines.append("")


def _chosen(select: ET.Element) -> list[ET.Element]:
    options = list(select.iter(f"{XHTML}option"))
    return [each for each in options if each.get("selected") is not None] or options[:1]


def _is_error(element: ET.Element) -> bool:
    return any("error" in name for name in element.get("class", "").split())


def _filled_in(tag: str, element: ET.Element) -> str:
    if tag == "br":
        return "\n"
    if tag != "input" or element.get("type") in {"hidden", "submit"}:
        return ""
    if element.get("type") in {"checkbox", "radio"}:
        return " [x] " if element.get("checked") is not None else " [ ] "
    return f" [{element.get('value', '')}] "
