"""What the documents say is what the program does."""

import os
import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import click
import pytest

from forum.config import PREFIX, Settings

HOUSE = Path(__file__).parent.parent.parent
DOCUMENTS = sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")])
MAKEFILE = (HOUSE / "Makefile").read_text()
ALL_RECIPES = "\n".join(
    (HOUSE / name).read_text() for name in ("Makefile", "Procfile", "Procfile.demo", ".ci/run")
)
PARTS = ("Procfile", "forum", "migrations", "wsgi.py")
"""What a clone needs to be put to work."""
INSTALLS = 2
"""How many lines of README at first install what the tests run on already."""
FRAMEWORK_COMMANDS = {"db", "run", "shell", "routes"}


def all_words() -> str:
    return "\n".join(path.read_text() for path in DOCUMENTS)


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


def test_no_command_is_explained_that_does_not_exist(app):
    known = [tuple(name.split()) for name, _ in commands(app.cli)]
    table = (HOUSE / "docs/operating.md").read_text()
    rows = re.findall(r"^\| (`[a-z].*?) \|", table.partition("### Commands")[2], re.MULTILINE)
    named = [line for row in rows for line in re.findall(r"`([^`]+)`", row)]
    named += re.findall(r"flask --app wsgi ([a-z][^`\n]*)", all_words())

    assert [line for line in named if not any(is_of(line, words) for words in known)] == []


def table_of_commands() -> dict[str, str]:
    """Return each command of the table in docs/operating.md, with its row."""
    text = (HOUSE / "docs/operating.md").read_text()
    table = text.partition("### Commands")[2].partition("| Command | Does |\n")[2]
    rows: dict[str, str] = {}
    for line in table.partition("\n\n")[0].splitlines()[1:]:
        first = line.strip("| ").split(" | ")[0]
        for said in re.findall(r"`([a-z][^`]+)`", first):
            name = re.match(r"([a-z-]+ ?)+", said.partition(" -")[0]).group().strip()
            rows[name] = rows.get(name, "") + line
    return rows


def test_the_table_of_commands_has_every_command_of_ours_and_its_options_and_no_others(app):
    rows, known = table_of_commands(), dict(ours(app))

    assert rows.keys() - {"db upgrade"} == known.keys()
    said = {name: set(re.findall(r"--[a-z-]+", rows[name])) for name in known}
    assert said == {name: options_of(command) for name, command in known.items()}


def options_of(command: click.Command) -> set[str]:
    options = [each for each in command.params if isinstance(each, click.Option)]
    return {word for each in options for word in each.opts}


def is_of(line: str, command: tuple[str, ...]) -> bool:
    return tuple(line.split()[: len(command)]) == command


def test_every_module_that_is_run_by_hand_exists_and_is_loaded_by_nothing_else():
    """Python warns when what it runs has been loaded by what it loads before."""
    named = set(re.findall(r"python -m (forum[a-z_.]*[a-z])", all_words() + ALL_RECIPES))
    program = f"""import forum, importlib.util, sys
for name in {sorted(named)!r}:
    print(name, importlib.util.find_spec(name) is not None, name in sys.modules)
"""
    said = subprocess.check_output([sys.executable, "-c", program], text=True)

    assert said.splitlines() == [f"{name} True False" for name in sorted(named)]


def targets() -> dict[str, str]:
    """Return what can be made by hand, each with its line in the list that `make` prints."""
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE).group(1).split()
    lines = dict(re.findall(r"^([a-z-]+):.*## (.+)$", MAKEFILE, re.MULTILINE))
    return {name: lines.get(name, "") for name in phony}


def test_make_lists_everything_that_can_be_made():
    made = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))

    assert [name for name, line in targets().items() if not line] == []
    assert targets().keys() == made


def test_everything_that_can_be_made_stands_where_newcomers_read():
    words = "\n".join((HOUSE / name).read_text() for name in ("README.md", "CONTRIBUTING.md"))

    unnamed = [name for name in targets() if not re.search(rf"\bmake {name}\b(?!-)", words)]
    assert unnamed == ["help"]  # `make` alone


def test_nothing_is_said_to_be_made_that_cannot_be():
    named = {
        name
        for text in (all_words(), ALL_RECIPES)
        for name in re.findall(r"(?:^|`)make ([a-z-]+)", text, re.MULTILINE)
    }

    assert named - targets().keys() == set()


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


def blocks() -> list[str]:
    """Return what README has its reader type and write, in order."""
    text = (HOUSE / "README.md").read_text()
    steps = text.partition("## Put it to work")[2].partition("\n## ")[0]
    return [
        block.replace("\n   ", "\n") for block in re.findall(r"```\n(.*?)```", steps, re.DOTALL)
    ]


@pytest.mark.real_time
def test_whoever_follows_readme_word_for_word_is_up_with_a_backup(tmp_path):
    clone, backups = tmp_path / "clone", tmp_path / "backup"
    for folder in (clone, backups):
        folder.mkdir()
    for part in PARTS:
        (clone / part).symlink_to(HOUSE / part)
    (clone / ".venv").symlink_to(sys.prefix)
    install, settings, *steps, last = blocks()
    keys = "".join(install.strip().splitlines(keepends=True)[INSTALLS:])
    typed = "\n".join([keys, f"cat >> forum.env <<'END'\n{settings}END", *steps])

    found = subprocess.run(
        ["bash", "-euc", typed.replace("/backup/", f"{backups}/")],
        cwd=clone,
        env={name: value for name, value in os.environ.items() if not name.startswith("FORUM_")},
        capture_output=True,
        text=True,
        check=False,
        timeout=500,
    )

    assert (found.returncode, found.stderr) == (0, "")
    assert re.search(r"^https://forum\.example\.org/organize/sign-in/", found.stdout, re.MULTILINE)
    assert [path.suffix for path in backups.iterdir()] == [".backup"]
    assert last.strip() == "flask --app wsgi doctor"
