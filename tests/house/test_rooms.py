"""Rooms that a newcomer can keep in her head: few files each, short ones, and one way down."""

from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.house.floors import HOUSE, modules, ours

MOST_MODULES = 20
MOST_LINES = 400
MOST_UPWARD = 14
ROOMS = (
    *("organizer", "demo", "invitations", "operations", "delivery", "programme", "planning"),
    *("reminders", "emails", "notices", "registration", "site", "calendars", "privacy"),
    *("incoming", "accounts", "web", "care", "outbox", "audit", "events"),
)
"""The packages from the top down: each may know those below."""
UPWARD = {
    ("care", "registration"): "remembering her releases her place and tells her companion",
    ("emails", "reminders"): "a reminder is written by the rules that made it due",
    ("incoming", "emails"): "what came back tells by its email whom it concerns",
    ("incoming", "registration"): "what came back may need a call, which is a telling",
    ("notices", "reminders"): "an answer told what the reminders before it had brought",
    ("privacy", "registration"): "erasing her releases her place",
    ("registration", "emails"): "she stops kinds of emails, so her page names them",
    ("registration", "notices"): "her page says what is new before a notice does",
}
"""Who knows a room above, and why that is so by nature. Models may be known by all."""
LONG_BY_NATURE = {"migrations/versions/0001_the_house.py"}
"""What has run somewhere is never altered."""


def room(module: str) -> str | None:
    first, _, rest = module.partition(".")
    return first if rest or modules()[module].name == "__init__.py" else None


def upward() -> set[tuple[str, str]]:
    return {
        (room(module), room(other))
        for module in modules()
        for other in ours(module)
        if room(module) and room(other) and module != "forum" and other != "forum"
        if not other.endswith(".models")
        if ROOMS.index(room(other)) < ROOMS.index(room(module))
    }


def written() -> list[Path]:
    kinds = ("py", "html", "txt", "css", "js")
    folders = ("forum", "tests", "benchmarks", "migrations")
    found = [
        path for each in folders for kind in kinds for path in HOUSE.glob(f"{each}/**/*.{kind}")
    ]
    return [path for path in found if "vendor" not in path.parts]


def test_every_package_is_a_room_of_the_house():
    packages = {path.parent.name for path in HOUSE.glob("forum/*/__init__.py")}
    assert packages == set(ROOMS)


def test_rooms_know_only_those_below_but_for_a_few_by_nature():
    assert upward() == UPWARD.keys()
    assert len(UPWARD) <= MOST_UPWARD


def test_no_files_know_each_other_in_a_circle():
    graph = {module: ours(module) for module in modules()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        found = circle.args[1]
    else:
        found = []
    assert found == []


def test_no_folder_holds_more_modules_than_one_can_keep_in_mind():
    held = Counter(
        path.parent
        for path in (*HOUSE.glob("forum/**/*.py"), *HOUSE.glob("tests/**/*.py"))
        if path.name != "__init__.py"
    )
    assert {str(folder): many for folder, many in held.items() if many > MOST_MODULES} == {}


def test_no_file_is_too_long_to_read_at_once():
    long = {
        str(path.relative_to(HOUSE)): lines
        for path in written()
        if (lines := len(path.read_text().splitlines())) > MOST_LINES
    }
    assert long.keys() - LONG_BY_NATURE == set()
