"""What the documents say is what the program does."""

import re
from dataclasses import fields
from pathlib import Path

import click
import pytest

from forum.config import PREFIX, Settings

HOUSE = Path(__file__).parent.parent.parent
DOCUMENTS = sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")])
FRAMEWORK_COMMANDS = {"db", "run", "shell", "routes"}


def all_words() -> str:
    return "\n".join(path.read_text() for path in DOCUMENTS)


@pytest.mark.parametrize("name", [field.name for field in fields(Settings)])
def test_every_setting_is_explained_to_operators(name):
    operating = (HOUSE / "docs/operating.md").read_text()

    assert f"`{PREFIX}{name.upper()}`" in operating


def test_no_setting_is_explained_that_does_not_exist():
    known = {f"{PREFIX}{field.name.upper()}" for field in fields(Settings)}
    named = set(re.findall(r"FORUM_[A-Z_]+[A-Z]", all_words()))

    assert named - known == set()


def commands(group: click.Group, prefix: str = "") -> list[tuple[str, click.Command]]:
    found = []
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            found += commands(command, f"{prefix}{name} ")
        else:
            found.append((prefix + name, command))
    return found


def ours(app) -> list[tuple[str, click.Command]]:
    return [
        (name, command)
        for name, command in commands(app.cli)
        if name.split()[0] not in FRAMEWORK_COMMANDS
    ]


def test_every_command_has_help_and_stands_in_the_documents(app):
    words = all_words()
    assert [name for name, command in ours(app) if not command.help] == []
    assert [name for name, _ in ours(app) if name not in words] == []


def test_every_link_between_documents_leads_somewhere():
    broken = [
        f"{path.name}: {target}"
        for path in DOCUMENTS
        for target in re.findall(r"\]\(([^)#]+)", path.read_text())
        if not target.startswith(("http", "mailto")) and not (path.parent / target).exists()
    ]
    assert broken == []


def test_every_file_that_a_document_names_is_there():
    folders = ("forum", "tests", "benchmarks", "migrations")
    files = [str(path) for each in folders for path in HOUSE.glob(f"{each}/**/*.py")]
    files += map(str, HOUSE.glob("*.py"))
    named = {
        (path.name, name)
        for path in DOCUMENTS
        if path.name != "CHANGELOG.md"  # it tells what was
        for name in re.findall(r"(?<!never )`([\w/]+\.py)`", path.read_text())
    }
    assert {
        each for each in named if not any(file.endswith(f"/{each[1]}") for file in files)
    } == set()
