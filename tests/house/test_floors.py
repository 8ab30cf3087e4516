"""A file's name is its floor, and imports only go down."""

from fnmatch import fnmatch

import pytest

from tests.house.floors import (
    EXCEPTIONS,
    NAMES,
    ORDER,
    floor_of,
    imports,
    is_plain_package,
    is_pure,
    modules,
    ours,
    own_tests,
)

MOST_EXCEPTIONS = 25
FLOORED = [each for each in modules() if not is_plain_package(each)]
WEB = ("flask", "werkzeug", "wtforms")


def touched(module: str, *names: str) -> set[str]:
    return {
        each
        for each in imports(module)
        if any(each == name or each.startswith(f"{name}.") for name in names)
    }


@pytest.mark.parametrize("module", FLOORED)
def test_every_file_has_a_floor_and_imports_only_go_down(module):
    floor = floor_of(module)
    assert floor, f"{module}: no floor has this name; what would a newcomer look for?"

    upwards = {
        other: floor_of(other)
        for other in ours(module)
        if ORDER.index(floor_of(other)) < ORDER.index(floor)
    }
    assert upwards == {}


def test_exceptions_are_few_and_needed():
    assert len(EXCEPTIONS) <= MOST_EXCEPTIONS
    assert EXCEPTIONS.keys() <= modules().keys()
    named = {
        module
        for module in EXCEPTIONS
        for patterns in NAMES.values()
        if any(fnmatch(module.rpartition(".")[2], each) for each in patterns.split())
    }
    assert named == set(), "its name says its floor already"


@pytest.mark.parametrize("module", [each for each in FLOORED if is_pure(each)])
def test_what_is_pure_has_tests_of_its_own_that_make_mutants_can_hold_it_by(module):
    assert own_tests(module)


@pytest.mark.parametrize("module", [each for each in FLOORED if is_pure(each)])
def test_what_is_pure_touches_no_database_no_clock_and_no_web(module):
    assert touched(module, *WEB, "sqlalchemy", "db", "clock") == set()


@pytest.mark.parametrize(
    "module", [each for each in FLOORED if floor_of(each) in {"actions", "answers", "records"}]
)
def test_what_is_stored_asked_and_done_knows_no_web_and_no_clock(module):
    assert touched(module, *WEB, "flask_login", "flask_mail", "flask_wtf", "clock") == set()


def test_only_doors_open_transactions():
    openers = {module for module in FLOORED if "db.transaction" in imports(module)}
    assert {floor_of(module) for module in openers} == {"doors"}


def test_only_the_ground_commits():
    committing = {m for m, path in modules().items() if "session.commit(" in path.read_text()}
    assert committing == {"db"}


def test_mail_leaves_only_through_the_outbox():
    senders = {
        module
        for module in FLOORED
        if touched(module, "delivery.transport", "delivery.smtp", "flask_mail", "smtplib")
    }
    assert {module.partition(".")[0] for module in senders} <= {"delivery", "operations"}
