"""A programme file's bytes as a tree of nodes: what was written, before anyone asks what it means.

YAML 1.1 turns `no` into false, `12:30` into 750 and a date into a day. Here a scalar keeps the text
that was written, with the type that other YAML programs would see (`tag`), so that each key can
decide. Anchors, aliases and tags are refused: they are how a small file becomes a huge one.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from forum.programme.reading.faults import Fault, Faulty

MOST_BYTES = 1_000_000
MOST_LEVELS = 20

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value: the text as written and its YAML type, `str`, `int`, `null` and so on."""

    text: str
    tag: str
    at: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Values in order."""

    items: list["Node"]
    at: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and their values in order; the same key may stand there twice."""

    entries: list[tuple[Scalar, "Node"]]
    at: int


Node = Scalar | Listing | Mapping


def parse(source: bytes) -> Node:
    """Return the tree of one YAML document.

    Raises Faulty with the one fault that keeps the bytes from being read at all: too large, not
    UTF-8, not YAML, empty, more than one document, an alias, a tag, nested too deep.
    """
    text = _decoded(source)
    try:
        return _tree(_events(text), text)
    except yaml.MarkedYAMLError as error:
        fault = error.problem_mark or error.context_mark
        at = fault.index if fault else 0
        raise _unreadable(text, at, f"not YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        raise Faulty([Fault(0, "file", f"not YAML: {error}")]) from None


def _decoded(source: bytes) -> str:
    if len(source) > MOST_BYTES:
        raise Faulty([Fault(0, "file", "larger than 1 MB")])
    try:
        text = source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise Faulty([Fault(0, f"line {line}", "not UTF-8 text")]) from None
    if control := _CONTROL.search(text):
        code = f"U+{ord(control[0]):04X}"
        raise _unreadable(text, control.start(), f"holds the control character {code}")
    return text


def _unreadable(text: str, at: int, why: str) -> Faulty:
    line = text.count("\n", 0, at) + 1
    return Faulty([Fault(at, f"line {line}", why)])


def _events(text: str) -> Iterator[yaml.Event]:
    """Yield the parts of the one document, refusing what a programme file never needs."""
    documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        at = _at(event)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _unreadable(text, at, "a second document starts here")
        elif getattr(event, "anchor", None):
            raise _unreadable(text, at, "anchors (&) and aliases (*) are not allowed")
        elif isinstance(event, yaml.NodeEvent) and getattr(event, "tag", None):
            raise _unreadable(text, at, "tags (!) are not allowed")
        elif isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            yield event


def _tree(events: Iterator[yaml.Event], text: str) -> Node:
    """Build the tree without recursion, so that depth costs nothing before it is refused."""
    top = Listing([], 0)
    open_nodes: list[Listing | Mapping] = [top]
    keys: list[Scalar | None] = [None]
    for event in events:
        if isinstance(event, yaml.CollectionEndEvent):
            open_nodes.pop()
            keys.pop()
            continue
        node = _node(event)
        parent = open_nodes[-1]
        if isinstance(parent, Listing):
            parent.items.append(node)
        elif (key := keys[-1]) is not None:
            parent.entries.append((key, node))
            keys[-1] = None
        elif isinstance(node, Scalar):
            keys[-1] = node
        else:
            raise _unreadable(text, node.at, "a key must be a plain word")
        if not isinstance(node, Scalar):
            if len(open_nodes) > MOST_LEVELS:
                raise _unreadable(text, node.at, f"nested more than {MOST_LEVELS} levels deep")
            open_nodes.append(node)
            keys.append(None)
    if not top.items or (isinstance(top.items[0], Scalar) and top.items[0].tag == "null"):
        raise Faulty([Fault(0, "file", "empty")])
    return top.items[0]


def _node(event: yaml.Event) -> Node:
    at = _at(event)
    if isinstance(event, yaml.MappingStartEvent):
        return Mapping([], at)
    if isinstance(event, yaml.SequenceStartEvent):
        return Listing([], at)
    assert isinstance(event, yaml.ScalarEvent)  # noqa: S101 - the only kind that is left
    is_plain = event.implicit[0]
    return Scalar(event.value, tag_of(event.value) if is_plain else "str", at)


def _at(event: yaml.Event) -> int:
    return event.start_mark.index if event.start_mark else 0


def tag_of(text: str) -> str:
    """Name the type that YAML 1.1 gives to `text` written without quotes."""
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    for tag, pattern in resolvers.get(text[:1], []):
        if pattern.match(text):
            return str(tag).rpartition(":")[2]
    return "str"


def node_of(plain: object) -> Node:
    """Return the tree of plain Python values: dicts, lists, text, numbers, booleans, None."""
    if isinstance(plain, dict):
        return Mapping([(Scalar(str(key), "str", 0), node_of(plain[key])) for key in plain], 0)
    if isinstance(plain, list):
        return Listing([node_of(each) for each in plain], 0)
    if plain is None:
        return Scalar("", "null", 0)
    if isinstance(plain, bool):
        return Scalar("true" if plain else "false", "bool", 0)
    return Scalar(str(plain), "int" if isinstance(plain, int) else "str", 0)
