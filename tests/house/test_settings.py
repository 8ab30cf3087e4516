"""A setting is explained where it is declared, and operators read of it what is so."""

import ast
import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from forum.config import Settings, variable

HOUSE = Path(__file__).parent.parent.parent
CONFIG = HOUSE / "forum/config.py"
SETTINGS = {each.name: each for each in fields(Settings)}
NEEDED = "*must be set*"


def explained() -> set[str]:
    """Return the settings that have a sentence below themselves."""
    tree = ast.parse(CONFIG.read_text())
    [declared] = [each for each in tree.body if getattr(each, "name", "") == "Settings"]
    return {
        field.target.id
        for field, below in zip(declared.body, declared.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
    }


def rows() -> dict[str, tuple[str, str]]:
    """Return what docs/operating.md says of each variable: if it is not set, and what it means."""
    text = (HOUSE / "docs/operating.md").read_text()
    table = text.partition("| Setting | If not set | Means |")[2].partition("\n\n")[0]
    cells = [line.strip("|").split(" | ") for line in table.splitlines()[2:]]
    return {
        name: (otherwise.strip(), means.strip())
        for named, otherwise, means in cells
        for name in re.findall(r"FORUM_[A-Z_]+", named)
    }


def in_words(name: str) -> str | None:
    """Return a default as an operator would write it; None where it is said in words."""
    default = SETTINGS[name].default
    if default is MISSING:
        return NEEDED
    if isinstance(default, bool):
        return "`on`" if default else "`off`"
    return f"`{default}`" if default not in ("", ()) else None


def is_read(name: str) -> bool:
    """Tell whether the program asks for a setting somewhere."""
    inside = CONFIG.read_text().partition("@property")[2]
    others = [each.read_text() for each in HOUSE.glob("forum/**/*.py") if each != CONFIG]
    short = name.removeprefix("mail_")
    transport = (HOUSE / "forum/delivery/transport.py").read_text()
    handed_on = name != short and f'"{short}"' in transport
    return handed_on or any(re.search(rf"\.{name}\b", each) for each in (inside, *others))


PLACES = {
    "forum/config.py: a sentence below it": lambda name: name in explained(),
    "docs/operating.md: its row": lambda name: variable(name) in rows(),
    "docs/operating.md: its default": lambda name: (
        variable(name) not in rows() or (in_words(name) or "") in rows()[variable(name)][0]
    ),
    "docs/operating.md: what it means": lambda name: (
        variable(name) not in rows() or bool(rows()[variable(name)][1])
    ),
    "forum/: where it is read": is_read,
}


@pytest.mark.parametrize("name", SETTINGS)
def test_every_place_knows_of_a_setting(name):
    assert [place for place, knows in PLACES.items() if not knows(name)] == []


def test_every_number_has_a_smallest_that_makes_sense():
    numbers = [each.name for each in SETTINGS.values() if isinstance(each.default, int)]
    plain = [name for name in numbers if not isinstance(SETTINGS[name].default, bool)]
    assert [name for name in plain if "least" not in SETTINGS[name].metadata] == []
