"""The table of floors: which floor a file is on, by its name alone, and which files are on it.

Read top down: imports only go down. A name stands anywhere under `forum/`; a folder's floor is
that of its files whose name says nothing. What neither fits is an exception, with its reason.
"""

import ast
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).parent.parent.parent

NAMES = {
    "doors": "views *_views commands blueprint asking worker",
    "actions": "actions *_actions locks",
    "makers": "form forms *_forms fields *_field page *_page words *_words details exports",
    "answers": "queries *_queries rules *_rules refusals plans",
    "records": "models",
}
FOLDERS = {
    "doors": "delivery",
    "actions": "registration.places programme.loading",
    "makers": """
        calendars emails operations operations.backups site web
        registration.register registration.my registration.my.details registration.my.waiting
    """,
    "answers": """
        events planning registration outbox notices privacy incoming programme programme.reading
    """,
}
EXCEPTIONS = {
    "forum": ("roof", "puts the application together"),
    "cli": ("roof", "gives the application the commands of all packages"),
    "server": ("roof", "serves the application"),
    "accounts.challenges": ("doors", "keeps its question in the browser's cookie"),
    "accounts.guard": ("doors", "stands before every page of the desk"),
    "accounts.keeping": ("doors", "keeps in the browser's cookie which form is hers"),
    "accounts.throttle": ("actions", "writes down each try"),
    "organizer.desk": ("doors", "the desk's blueprint, with the way around on every page"),
    "privacy.housekeeping": ("doors", "what workers and commands call, a transaction each step"),
    "incoming.reader": ("doors", "what workers and commands call, a transaction each message"),
    "incoming.fetching": ("makers", "asks another server"),
    "incoming.mailboxes": ("makers", "talks to an IMAP server"),
    "delivery.smtp": ("makers", "talks to a mail server; knows no record"),
    "delivery.transport": ("makers", "turns a letter into bytes and hands them over"),
    "outbox.runner": ("makers", "rings other processes; knows no record"),
    "emails.kinds": ("answers", "the table of emails, which every floor above may ask"),
    "notices.watching": ("actions", "keeps what was told before a change"),
    "registration.telling": ("actions", "posts into the outbox"),
    "invitations.invitees": ("makers", "asks of each whether her email would be written"),
    "reminders.preview": ("makers", "writes the emails that it previews"),
    "programme.dump": ("makers", "writes a programme file"),
    "programme.text": ("makers", "lays out a programme file as text"),
}
GROUND = """
    addresses clock config db errors fingerprint hosts i18n keys links names offsets phones port
    quiet_hours sealed supposing tongues
"""
ORDER = ["roof", "doors", "actions", "makers", "answers", "records", "ground"]


@cache
def modules() -> dict[str, Path]:
    """Return every module's file by its name without `forum.`; the root is "forum"."""
    found = {}
    for path in sorted(HOUSE.glob("forum/**/*.py")):
        name = ".".join(path.relative_to(HOUSE / "forum").with_suffix("").parts)
        found[name.removesuffix("__init__").removesuffix(".") or "forum"] = path
    return found


@cache
def floor_of(module: str) -> str | None:
    """Return a module's floor, or None where the house has none for its name."""
    if module in EXCEPTIONS:
        return EXCEPTIONS[module][0]
    is_package = modules()[module].name == "__init__.py" if module in modules() else False
    folder, _, name = (module, "", "") if is_package else module.rpartition(".")
    for floor, patterns in NAMES.items():
        if name and any(fnmatch(name, pattern) for pattern in patterns.split()):
            return floor
    if not folder and name in GROUND.split():
        return "ground"
    return next((floor for floor, folders in FOLDERS.items() if folder in folders.split()), None)


def is_plain_package(module: str) -> bool:
    """Tell whether this is a package's docstring, which anyone may pass through."""
    path = modules()[module]
    return path.name == "__init__.py" and len(ast.parse(path.read_text()).body) == 1


@cache
def is_pure(module: str) -> bool:
    """Tell whether a module must be pure: a rule decides from what it is given.

    So does whatever says "Pure." of itself.
    """
    name = module.rpartition(".")[2]
    says = ast.get_docstring(ast.parse(modules()[module].read_text())) or ""
    return name == "rules" or name.endswith("_rules") or "Pure." in says


def own_tests(module: str) -> list[str]:
    """Return the files of tests that are a pure module's own: those that import it."""
    tests = sorted(HOUSE.glob("tests/rules/**/test_*.py"))
    return [str(path) for path in tests if module in imported(path)]


@cache
def imports(module: str) -> frozenset[str]:
    """Return what a module imports: ours without `forum.`, others by their full name."""
    return imported(modules()[module]) - {module}


@cache
def imported(path: Path) -> frozenset[str]:
    """Return what a file imports, as `imports` names it."""
    known = modules()
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            ours = {each for each in named if _bare(each) in known}
            found |= ours or {node.module, *named}
    return frozenset(_bare(each) for each in found)


def ours(module: str) -> set[str]:
    """Return which modules of ours a module imports, packages that hold nothing left out."""
    return {each for each in imports(module) & modules().keys() if not is_plain_package(each)}


def _bare(name: str) -> str:
    return name.removeprefix("forum.")
