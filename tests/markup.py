"""The markup of a page or an email: taken strictly, and read aloud where a test fails."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import turbohtml
from turbohtml.treebuild import parse_into

XHTML = "{http://www.w3.org/1999/xhtml}"
SILENT = {"head", "script", "style", "template"}
LINES = {"address", "article", "blockquote", "button", "caption", "dd", "div", "dt", "fieldset"}
LINES |= {"footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "legend", "li", "main"}
LINES |= {"nav", "p", "pre", "section", "summary", "table", "td", "th", "tr"}
SIGNS = {"h1": "# ", "h2": "## ", "h3": "### ", "h4": "#### ", "li": "- ", "button": "[button] "}

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
"""Elements without an end tag (HTML, 13.1.2)."""


def parse(html: str) -> ET.Element:
    """Return the tree that a browser makes of a page; its tags are in the namespace of XHTML."""
    tree: ET.Element = parse_into(html, _Tree()).root
    return tree


def parse_strictly(html: str) -> ET.Element:
    """Return the tree of a page, or fail for what a browser would mend.

    The tokens are a browser's own errors (HTML, 13.2.2). Beyond those, the elements are to be
    nested as they are written: whatever is closed too late, in the wrong place or by itself is
    nested otherwise.
    """
    turbohtml.parse(html, strict=True)
    tree = parse(html)
    written: list[tuple[int, str]] = []
    still_open = _write(html, written, [])
    assert not still_open, f"never closed: {still_open}"
    for one, other in zip(written, _nested(tree), strict=True):
        assert one == other, f"written (depth, tag) {one}, read {other}"
    return tree


class _Tree:
    """Takes what the parser finds as elements of the standard library (`TreeBuilder`)."""

    root: ET.Element

    def create_document(self) -> "_Tree":
        return self

    def create_doctype(self, _name: str, _public: str | None, _system: str | None) -> None:
        return None

    def create_element(
        self, name: str, namespace: str, attributes: tuple[tuple[str, str | None], ...]
    ) -> ET.Element:
        return ET.Element(f"{{{namespace}}}{name}", {key: value or "" for key, value in attributes})

    def create_text(self, data: str) -> str:
        return data

    def create_comment(self, data: str) -> ET.Element:
        return ET.Comment(data)

    def create_pi(self, target: str, data: str) -> ET.Element:
        return ET.ProcessingInstruction(target, data)

    def append(self, parent: "_Tree | ET.Element", child: "ET.Element | str | None") -> None:
        if isinstance(parent, _Tree):
            if isinstance(child, ET.Element) and isinstance(child.tag, str):
                parent.root = child
        elif isinstance(child, ET.Element):
            parent.append(child)
        elif child is not None and len(parent):
            parent[-1].tail = (parent[-1].tail or "") + child
        elif child is not None:
            parent.text = (parent.text or "") + child


def _write(html: str, elements: list[tuple[int, str]], still_open: list[str]) -> list[str]:
    """Note the elements as they are written, each with its depth; return what stays open."""
    for token in turbohtml.tokenize(html):
        if token.type is turbohtml.TokenType.START_TAG:
            assert token.tag is not None
            elements.append((len(still_open), token.tag))
            if token.tag not in VOID and not token.self_closing:
                still_open.append(token.tag)
        elif token.type is turbohtml.TokenType.END_TAG:
            assert still_open[-1:] == [token.tag], f"</{token.tag}> inside {still_open}"
            still_open.pop()
        elif still_open[-1:] == ["noscript"]:  # to the tokens of a browser with scripts, a text
            _write(token.data or "", elements, still_open)
    return still_open


def _nested(element: ET.Element, depth: int = 0) -> Iterator[tuple[int, str]]:
    """Return the elements as they are read, each with its depth."""
    if isinstance(element.tag, str):
        yield depth, element.tag.rpartition("}")[2]
        for child in element:
            yield from _nested(child, depth + 1)


def is_page(text: object) -> bool:
    """Tell whether this is a whole HTML page or the HTML of an email."""
    return isinstance(text, str) and text.lstrip()[:15].lower().startswith(("<!doctype", "<html"))


def read_aloud(page: str) -> list[str]:
    """Return the words of a page line by line: headings, errors, what is filled in, the rest."""
    lines = [""]
    _read(parse(page), lines)
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
