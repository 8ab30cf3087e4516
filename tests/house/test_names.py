"""One word per idea: what of the glossary can be held in the code."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache

import pytest

from forum.registration.models import CareState
from tests.house.floors import HOUSE, modules

GLOSSARY = re.findall(
    r"^\| ([^|]+) \| ([^|]+) \| ([^|]*)\|$",
    (HOUSE / "CONTRIBUTING.md").read_text().partition("## Words")[2].partition("\n## ")[0],
    re.MULTILINE,
)
NOT_OURS = {
    "ConfigError": "what Python calls such a thing",
    "Conference": "CONFERENCE of RFC 7986",
}
"""Names with a word that the glossary would not have."""
GRABS = r"_?(take|hold|claim|seat|grab|locked)(_.*)?"
GRABBING = {
    "outbox.actions.claim": "a lease is the one claim there is",
    "outbox.actions.take_back": "a lease that is over",
    "delivery.abandoned._take_back_the_old": "leases that are over",
}
LOCKING = {"outbox.actions.claim": "skips what others send: a lease, and no lock"}
SAME_NAME = {
    "programme.reading.outline": "has the names of the records that the file becomes",
    "organizer.fields": "the desk's boxes say less of what is not in their list",
    "organizer.people.people_forms": "the desk does what she does herself",
    "organizer.people.care_forms": "the desk does what she does herself",
}
"""Modules whose classes may be called as others are."""
MARKS = {
    "outbox": "its messages have marks",
    "incoming": "looks for the mark of a message in what came back",
    "emails.letter": "has the mark of its message",
    "events.models": "a track's column, as the programme file calls it",
    "programme.reading.outline": "a track's key in programme files",
    "organizer.reports.exports": "the byte order mark of Unicode",
}
"""Packages and modules that may call something a mark."""
EXPLAINED = {"emails.particulars.Particulars", "notices.baseline.State"}
"""Besides all records: whose fields are each explained beside themselves."""


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    return [
        (module, node)
        for module, path in modules().items()
        for node in ast.walk(ast.parse(path.read_text()))
    ]


def defined(*kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    return ((module, node) for module, node in nodes() if isinstance(node, kinds))


def functions() -> Iterator[tuple[str, ast.FunctionDef]]:
    return defined(ast.FunctionDef)


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)}


def test_nothing_is_called_what_the_glossary_would_not_have():
    unsaid = {
        word
        for _say, _means, never in GLOSSARY[2:]
        for phrase in never.split(",")
        if (word := phrase.strip()) and " " not in word
    }
    assert {"seat", "ticket", "promotion"} < unsaid
    verbs = {"take", "hold"}  # those are held as the beginning of a name, below
    named = {
        f"{module}.{node.name}"
        for module, node in defined(ast.ClassDef, ast.FunctionDef)
        if words(node.name) & (unsaid - verbs) and node.name not in NOT_OURS
    }
    assert named == set()


def test_what_locks_is_called_a_lock_and_nothing_else_is_taken_or_held():
    named = {
        f"{module}.{each.name}" for module, each in functions() if re.fullmatch(GRABS, each.name)
    }
    assert named == GRABBING.keys()
    locking = {
        f"{module}.{each.name}"
        for module, each in functions()
        if re.search(r"with_for_update|advisory", ast.unparse(each))
        and not re.match(r"_?lock_", each.name)
    }
    assert locking == LOCKING.keys()


def test_no_two_types_have_one_name():
    found = defaultdict(set)
    for module, node in defined(ast.ClassDef):
        if module not in SAME_NAME:
            found[node.name].add(module)
    assert {name: each for name, each in found.items() if len(each) > 1 and name[0] != "_"} == {}


def test_only_messages_have_marks():
    def is_mark(name: str) -> bool:
        return bool({"mark", "marks", "marked"} & words(name))

    named = {
        (module, name)
        for module, node in defined(ast.ClassDef, ast.FunctionDef, ast.AnnAssign, ast.Name)
        if not isinstance(node, ast.Name) or isinstance(node.ctx, ast.Store)
        if (name := getattr(node, "name", None) or getattr(node, "id", "") or name_of(node))
        if is_mark(name)
    }
    rooms = {module for module, _name in named}
    allowed = {module for module in rooms for each in MARKS if f"{module}.".startswith(f"{each}.")}
    assert rooms - allowed == set()
    assert {
        each for each in MARKS if not any(f"{r}.".startswith(f"{each}.") for r in rooms)
    } == set()


def name_of(node: ast.AST) -> str:
    return ast.unparse(node.target).removeprefix("self.") if isinstance(node, ast.AnnAssign) else ""


def fields(node: ast.ClassDef) -> Iterator[tuple[str, ast.AnnAssign, ast.stmt | None]]:
    for at, each in enumerate(node.body):
        if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name):
            behind = node.body[at + 1] if at + 1 < len(node.body) else None
            yield each.target.id, each, behind


def is_relationship(statement: ast.AnnAssign) -> bool:
    return statement.value is not None and ast.unparse(statement.value).startswith("relationship(")


def is_said_by_its_relationship(name: str, names: set[str]) -> bool:
    return name.endswith("_id") and name.removesuffix("_id") in names


def explained_classes() -> Iterator[tuple[str, ast.ClassDef]]:
    for module, node in defined(ast.ClassDef):
        is_record = any(ast.unparse(base) == "Record" for base in node.bases)
        if is_record or f"{module}.{node.name}" in EXPLAINED:
            yield f"{module}.{node.name}", node


CLASSES = dict(explained_classes())


@pytest.mark.parametrize("name", CLASSES)
def test_each_field_is_explained_beside_itself(name):
    node = CLASSES[name]
    names = {field for field, _statement, _behind in fields(node)}
    silent = [
        field
        for field, statement, behind in fields(node)
        if not is_relationship(statement)
        and not is_said_by_its_relationship(field, names)
        and not (isinstance(behind, ast.Expr) and isinstance(behind.value, ast.Constant))
    ]
    assert silent == []


def test_the_glossary_says_what_each_care_state_is_and_who_she_is():
    said = {term: means for say, means, _never in GLOSSARY for term in say.strip().split(", ")}
    assert {str(state) for state in CareState} - said.keys() == set()
    assert "Nothing is sent on any channel, for good" in said["remembered"]
    assert {
        "she",
        "he",
        "lock",
        "claim",
        "lease",
        "mark",
        "baseline",
        "gate",
        "door",
    } <= said.keys()
