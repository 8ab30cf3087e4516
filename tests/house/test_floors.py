"""A file's name is its floor, and imports only go down."""

import ast
from fnmatch import fnmatch
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent.parent

FLOORS = {
    "roof": "forum forum.cli forum.server",
    "doors": """
        forum.*.views forum.*.*_views forum.*.commands
        forum.accounts.challenges forum.accounts.guard
        forum.organizer forum.organizer.desk forum.registration.blueprint
        forum.delivery.abandoned forum.delivery.committer forum.delivery.couriers forum.delivery.senders
        forum.delivery.tries forum.delivery.worker
        forum.privacy.housekeeping forum.incoming.reader
    """,
    "actions": """
        forum.*.actions forum.*.*_actions
        forum.accounts.passkey_actions forum.accounts.throttle
        forum.events.locks forum.notices.watching
        forum.programme.loading.assigning forum.programme.loading.calendar_changes forum.programme.loading.events
        forum.programme.loading.shared forum.programme.loading.reminders
        forum.registration.my.details.address_actions forum.registration.my.details.actions
        forum.registration.places.admission forum.registration.places.invites forum.registration.places.gates
        forum.registration.places.vacating forum.registration.places.session_places forum.registration.telling
        forum.registration.places.offers forum.registration.places.vacating forum.registration.places.waiting
        forum.privacy.purge_actions forum.privacy.removal_actions forum.privacy.key_actions
    """,
    "makers": """
        forum.*.forms forum.*.*_forms forum.*.fields forum.*.*_page forum.*.exports
        forum.calendars.* forum.emails forum.emails.* forum.web forum.web.*
        forum.invitations.invitees
        forum.events.contact forum.site.lists forum.site.site forum.site.structured
        forum.care.words forum.events.words forum.notices.words
        forum.organizer.history_words forum.organizer.words
        forum.operations.doctor forum.operations.metrics forum.operations.readiness
        forum.incoming.fetching forum.incoming.mailboxes forum.incoming.words
        forum.delivery.smtp forum.outbox.runner forum.delivery.transport
        forum.programme.dump forum.programme.text
        forum.registration.day_field forum.registration.register.form_keys
        forum.registration.my.join_policy forum.web.limits
        forum.registration.clash_words
        forum.registration.my.mode_words forum.registration.moments forum.registration.register.receipts
        forum.registration.my.data_words forum.registration.zone_field
        forum.reminders.preview forum.organizer.mail.reminder_words
    """,
    "answers": """
        forum.*.queries forum.*.*_queries forum.*.rules forum.*.refusals forum.*.asked
        forum.events.agenda forum.events.clashes forum.events.discretion
        forum.planning.plans forum.planning.readiness forum.notices.baseline
        forum.emails.kinds forum.events.times forum.organizer.events.audience_queries
        forum.privacy.columns forum.privacy.consents forum.privacy.impersonal
        forum.privacy.tombstones forum.outbox.marks
        forum.incoming.reports forum.incoming.delivery_status forum.incoming.calendar_answers
        forum.incoming.ses forum.incoming.postmark forum.incoming.mailgun
        forum.reminders.plans
        forum.registration.places.offer_rules forum.registration.outcomes forum.privacy.holdings
        forum.programme.reading.checks forum.programme.reading.clashes forum.programme.reading.contradictions
        forum.programme.reading.faults forum.programme.reading.file forum.programme.reading.kinds
        forum.programme.reading.nodes forum.programme.reading.outline forum.programme.reading.parts
        forum.programme.report forum.programme.reading.times forum.programme.reading.values
        forum.programme.reading.walltimes
    """,
    "records": "forum.*.models",
    "ground": """
        forum.clock forum.config forum.db forum.errors forum.i18n forum.keys forum.links
        forum.sealed
    """,
}
ORDER = list(FLOORS)
PACKAGES = {path.parent.name for path in HOUSE.glob("forum/*/__init__.py")}
PURE = """
    forum.*.rules forum.registration.places.offer_rules forum.events.clashes forum.events.times
    forum.programme.reading.walltimes forum.notices.baseline
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
    transport = {"forum.delivery.transport", "flask_mail", "smtplib"}
    allowed = {"forum.outbox", "forum.operations"}
    senders = {
        module
        for module in modules()
        if imports(module) & transport and module.rpartition(".")[0] not in allowed
    }
    assert senders == set()
