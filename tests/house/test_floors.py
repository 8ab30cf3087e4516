"""A file's name is its floor, and imports only go down."""

import ast
from fnmatch import fnmatch
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent.parent

FLOORS = {
    "roof": "forum forum.cli forum.web.server",
    "doors": """
        forum.*.views forum.*.*_views forum.*.commands
        forum.accounts.challenges forum.accounts.guard
        forum.organizer forum.organizer.desk forum.registration.doors
        forum.outbox.abandoned forum.outbox.clerk forum.outbox.couriers forum.outbox.senders
        forum.outbox.tries forum.outbox.worker
        forum.privacy.housekeeping forum.incoming.reader
    """,
    "actions": """
        forum.*.actions forum.*.*_actions
        forum.accounts.passkeys forum.accounts.throttle
        forum.events.claims forum.notices.watching
        forum.programme.assigning forum.programme.faces forum.programme.loading
        forum.programme.shared forum.programme.reminder_loading
        forum.registration.address_change forum.registration.details
        forum.registration.admission forum.registration.invites forum.registration.places
        forum.registration.seats forum.registration.session_places forum.registration.telling
        forum.registration.offers forum.registration.seats forum.registration.waiting
        forum.privacy.purging forum.privacy.removal forum.privacy.rotation
    """,
    "makers": """
        forum.*.forms forum.*.*_forms forum.*.fields forum.*.*_page forum.*.exports
        forum.calendars.* forum.emails forum.emails.* forum.web forum.web.*
        forum.invitations.invitees
        forum.events.contact forum.events.lists forum.events.site forum.events.structured
        forum.care.words forum.events.words forum.notices.words
        forum.organizer.history_words forum.organizer.words
        forum.operations.doctor forum.operations.metrics forum.operations.readiness
        forum.incoming.fetching forum.incoming.mailboxes forum.incoming.words
        forum.outbox.conversation forum.outbox.runner forum.outbox.transport
        forum.programme.dump forum.programme.text
        forum.registration.day_field forum.registration.form_keys
        forum.registration.join_policy forum.registration.limits
        forum.registration.session_clashes
        forum.registration.mode_words forum.registration.moments forum.registration.receipts
        forum.registration.data_words forum.registration.zone_choices
        forum.reminders.preview forum.organizer.reminder_words
    """,
    "answers": """
        forum.*.queries forum.*.*_queries forum.*.rules forum.*.refusals forum.*.asked
        forum.events.agenda forum.events.clashes forum.events.discretion
        forum.events.plans forum.events.readiness forum.notices.told
        forum.emails.kinds forum.events.times forum.organizer.audience
        forum.privacy.columns forum.privacy.consents forum.privacy.impersonal
        forum.privacy.tombstones forum.outbox.marks
        forum.incoming.reports forum.incoming.delivery_status forum.incoming.calendar_answers
        forum.incoming.ses forum.incoming.postmark forum.incoming.mailgun
        forum.reminders.plans
        forum.registration.offer_rules forum.registration.outcomes forum.privacy.holdings
        forum.programme.checks forum.programme.clashes forum.programme.contradictions
        forum.programme.faults forum.programme.file forum.programme.kinds
        forum.programme.nodes forum.programme.outline forum.programme.parts
        forum.programme.report forum.programme.times forum.programme.values
        forum.programme.walltimes
    """,
    "records": "forum.*.models",
    "ground": """
        forum.clock forum.config forum.db forum.errors forum.i18n forum.keys forum.links
        forum.port forum.sealed
    """,
}
ORDER = list(FLOORS)
PACKAGES = {path.parent.name for path in HOUSE.glob("forum/*/__init__.py")}
PURE = """
    forum.*.rules forum.registration.offer_rules forum.events.clashes forum.events.times
    forum.programme.walltimes forum.notices.told
"""
"""Rules decide from what they are given: no database, no clock, no web."""


def modules() -> dict[str, Path]:
    found = {}
    for path in sorted(HOUSE.glob("forum/**/*.py")):
        name = ".".join(path.relative_to(HOUSE).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def floor_of(module: str) -> str | None:
    """Return the floor whose pattern fits best: a name in full before a wildcard."""
    fitting = [
        (len(pattern.replace("*", "")), floor)
        for floor, patterns in FLOORS.items()
        for pattern in patterns.split()
        if fnmatch(module, pattern) and pattern.count(".") == module.count(".")
    ]
    return max(fitting)[1] if fitting else None


def imports(module: str) -> set[str]:
    known = modules()
    found = set()
    for node in ast.walk(ast.parse(known[module].read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= (named & known.keys()) or {node.module, *named}
    return found


def is_plain_package(module: str) -> bool:
    """Tell whether this is a package's docstring, which anyone may pass through."""
    return module.removeprefix("forum.") in PACKAGES and floor_of(module) is None


@pytest.mark.parametrize("module", [each for each in modules() if not is_plain_package(each)])
def test_every_file_has_a_floor_and_imports_only_go_down(module):
    floor = floor_of(module)
    assert floor, f"{module}: no floor has this name; what would a newcomer look for?"

    upwards = {
        other: floor_of(other)
        for other in imports(module) & modules().keys()
        if not is_plain_package(other) and ORDER.index(floor_of(other)) < ORDER.index(floor)
    }
    assert upwards == {}


@pytest.mark.parametrize(
    "module", [each for each in modules() if any(fnmatch(each, p) for p in PURE.split())]
)
def test_rules_are_pure(module):
    touched = {
        other
        for other in imports(module)
        if other.startswith(("flask", "sqlalchemy", "forum.db", "forum.clock", "wtforms"))
    }
    assert touched == set()


def test_only_doors_open_transactions():
    openers = {
        floor_of(module) for module in modules() if "forum.db.transaction" in imports(module)
    }
    assert openers <= {"roof", "doors"}


def test_only_the_ground_commits():
    committing = {m for m, path in modules().items() if "session.commit(" in path.read_text()}
    assert committing == {"forum.db"}


def test_actions_know_no_web_and_no_clock():
    touched = {
        (module, other)
        for module in modules()
        if floor_of(module) == "actions"
        for other in imports(module)
        if other.startswith(("flask", "werkzeug", "wtforms", "forum.clock"))
    }
    assert touched == set()


def test_mail_leaves_only_through_the_outbox():
    transport = {"forum.outbox.transport", "flask_mail", "smtplib"}
    allowed = {"forum.outbox", "forum.operations"}
    senders = {
        module
        for module in modules()
        if imports(module) & transport and module.rpartition(".")[0] not in allowed
    }
    assert senders == set()
