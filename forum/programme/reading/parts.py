"""Parts of a programme file: dataclasses whose fields say how their keys are read and written.

`outline.py` declares the format with these; reading, the naming of faults and writing all come from
that one declaration.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, Generic, TypeVar, cast, dataclass_transform

from forum.programme.reading.faults import Fault, Faults
from forum.programme.reading.nodes import Listing, Mapping, Node, Scalar

T = TypeVar("T")
K = TypeVar("K")

_LONGEST_SHOWN = 60


class _Unread:
    """Stands where a value could not be read; no caller of `file.read` ever sees one."""


UNREAD = _Unread()


def is_read(*values: object) -> bool:
    """Say whether all these values, and the items of those that are tuples, were read."""
    return not any(
        value is UNREAD or (isinstance(value, tuple) and any(each is UNREAD for each in value))
        for value in values
    )


def unread() -> Any:  # noqa: ANN401 - it takes the place of any value
    """Return the stand-in for a value with a fault."""
    return UNREAD


def shown(text: str) -> str:
    """Return what was written, in quotes, on one line and not too long."""
    one_line = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    if len(one_line) > _LONGEST_SHOWN:
        one_line = f"{one_line[:_LONGEST_SHOWN]}..."
    return f'"{one_line}"'


@dataclass(frozen=True, slots=True)
class Spot:
    """A node and the path to it."""

    path: str
    node: Node

    def fault(self, text: str) -> Fault:
        """Say what is wrong here."""
        return Fault(self.node.at, self.path or "file", text)

    def key(self, name: str) -> "Spot":
        """Return the spot of a key of this mapping; where it is missing, the mapping's own."""
        entries = self.node.entries if isinstance(self.node, Mapping) else []
        node = next((node for key, node in entries if key.text == name), self.node)
        return self.beneath(name, node)

    def beneath(self, name: str, node: Node) -> "Spot":
        """Return the spot of a node that is known to stand at this key."""
        path_name = name if name.isprintable() and len(name) <= _LONGEST_SHOWN else shown(name)
        return Spot(f"{self.path}.{path_name}" if self.path else path_name, node)

    def item(self, index: int) -> "Spot":
        """Return the spot of one item; a single value where a list is welcome is its own item."""
        if isinstance(self.node, Listing):
            return Spot(f"{self.path}[{index}]", self.node.items[index])
        return self


NOWHERE = Spot("", Mapping([], 0))


@dataclass(frozen=True)
class ValueKind(Generic[T]):
    """How one kind of value is read, and written back."""

    read: Callable[[Spot, Faults], T]
    write: Callable[[T], Any] = lambda value: value


def key(kind: ValueKind[T], *, named: str | None = None, default: Any = MISSING) -> Any:  # noqa: ANN401
    """Declare a field that is read from the key `named`, by default the field's own name."""
    return field(default=default, metadata={"kind": kind, "named": named})


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(key,))
def part(cls: type[T]) -> type[T]:
    """Make a dataclass of a part of the file."""
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


@part
class FilePart:
    """Something with keys, and the spot where it was written."""

    spot: Spot = field(default=NOWHERE, compare=False, repr=False)


P = TypeVar("P", bound=FilePart)


@dataclass(frozen=True, slots=True)
class _Key:
    field_name: str
    kind: ValueKind[Any]
    default: Any


def keys_of(cls: type[FilePart]) -> dict[str, _Key]:
    """Return the keys of a part as the file spells them, its id before the order of its fields."""
    keys = {
        each.metadata["named"] or each.name: _Key(each.name, each.metadata["kind"], each.default)
        for each in fields(cls)
        if "kind" in each.metadata
    }
    return dict(sorted(keys.items(), key=lambda item: item[0] != "id"))


def part_of(cls: type[P]) -> ValueKind[P]:
    """Return the kind of a mapping that is a part."""
    return ValueKind(lambda spot, faults: read_part(cls, spot, faults), write_part)


def read_part(cls: type[P], spot: Spot, faults: Faults) -> P:
    """Read a mapping, naming keys that are unknown, missing, empty or written twice."""
    if not isinstance(spot.node, Mapping):
        faults.found.append(spot.fault("must hold keys with values"))
        return cast("P", UNREAD)
    known = keys_of(cls)
    written: dict[str, Spot] = {}
    for name, node in spot.node.entries:
        place = spot.beneath(name.text, node)
        if name.text in written:
            faults.found.append(Fault(name.at, place.path, "written twice"))
        elif name.text in known:
            written[name.text] = place
        else:
            text = f"unknown key{faults.did_you_mean(name.text, known)}"
            faults.found.append(Fault(name.at, place.path, text))
    values: dict[str, Any] = {}
    for name_, wanted in known.items():
        place = written.get(name_) or spot.beneath(name_, spot.node)
        is_empty = isinstance(place.node, Scalar) and place.node.tag == "null"
        if name_ in written and not is_empty:
            values[wanted.field_name] = wanted.kind.read(place, faults)
        elif wanted.default is not MISSING:
            values[wanted.field_name] = wanted.default
        else:
            faults.found.append(place.fault("empty" if name_ in written else "missing"))
            values[wanted.field_name] = UNREAD
    return cls(spot=spot, **values)


def write_part(value: FilePart) -> dict[str, Any]:
    """Return a part as the mapping that reads back as it; what is as by default is left out."""
    written = {}
    for name, wanted in keys_of(type(value)).items():
        held = getattr(value, wanted.field_name)
        if held != wanted.default:
            written[name] = wanted.kind.write(held)
    return written


def listing(kind: ValueKind[T]) -> ValueKind[tuple[T, ...]]:
    """Return the kind of a list of such values."""

    def read(spot: Spot, faults: Faults) -> tuple[T, ...]:
        if not isinstance(spot.node, Listing):
            faults.found.append(spot.fault("must be a list"))
            return ()
        return tuple(kind.read(spot.item(i), faults) for i in range(len(spot.node.items)))

    return ValueKind(read, lambda values: [kind.write(value) for value in values])


def one_or_more(kind: ValueKind[T]) -> ValueKind[tuple[T, ...]]:
    """Return the kind of a list that may be written as its only value."""
    several = listing(kind)

    def read(spot: Spot, faults: Faults) -> tuple[T, ...]:
        if isinstance(spot.node, Scalar):
            return (kind.read(spot, faults),)
        return several.read(spot, faults)

    return ValueKind(read, several.write)


def pair(first: ValueKind[K], second: ValueKind[T]) -> ValueKind[tuple[K, T]]:
    """Return the kind of a list of exactly two values."""

    def read(spot: Spot, faults: Faults) -> tuple[K, T]:
        if not isinstance(spot.node, Listing) or len(spot.node.items) != 2:  # noqa: PLR2004
            faults.found.append(spot.fault("must be a list of two values"))
            return unread(), unread()
        return first.read(spot.item(0), faults), second.read(spot.item(1), faults)

    return ValueKind(read, lambda value: [first.write(value[0]), second.write(value[1])])


def by_name(names: ValueKind[K], values: ValueKind[T]) -> ValueKind[tuple[tuple[K, T], ...]]:
    """Return the kind of a mapping whose keys are of a kind too, as pairs in written order."""

    def read(spot: Spot, faults: Faults) -> tuple[tuple[K, T], ...]:
        if not isinstance(spot.node, Mapping):
            faults.found.append(spot.fault("must hold keys with values"))
            return ()
        pairs: dict[K, T] = {}
        for name, node in spot.node.entries:
            place = spot.beneath(name.text, node)
            found = names.read(Spot(place.path, name), faults)
            if is_read(found) and found in pairs:
                faults.found.append(Fault(name.at, place.path, "written twice"))
            pairs[found] = values.read(place, faults)
        return tuple(pairs.items())

    return ValueKind(read, lambda found: {names.write(name): values.write(v) for name, v in found})
