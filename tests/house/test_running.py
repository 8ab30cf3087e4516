"""How the suite is run: which engine is enough for whom, and who gets a second look."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, func, literal_column, select

from tests.enough import Asked

SUITE = {
    "pytest.ini": "[pytest]\ntestpaths = .\nmarkers =\n  sqlite_is_enough\n  both_engines\n",
    "conftest.py": """
import pytest
from sqlalchemy import create_engine
from tests import enough

def pytest_addoption(parser):
    parser.addoption("--engines", default="both")

def pytest_configure(config):
    config.pluginmanager.register(enough.Check(config))

def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if not enough.is_left_out(item, "both")]

@pytest.fixture(params=enough.ENGINES)
def engine(request):
    return create_engine("sqlite://")
""",
    "test_suite.py": """
import pytest
from sqlalchemy import literal_column, select

def ask(engine, number):
    with engine.connect() as connection:
        connection.execute(select(literal_column(number)))

def test_on_both(engine):
    ask(engine, "1")

@pytest.mark.sqlite_is_enough
def test_marked(engine):
    ask(engine, ASKED)
""",
    "test_module.py": """
import pytest
from test_suite import ask

pytestmark = pytest.mark.sqlite_is_enough

def test_alone(engine):
    ask(engine, "3")

@pytest.mark.both_engines
def test_more(engine):
    ask(engine, "3")
""",
}
LOOKS = """
import pytest

seen = []

def once_red(name):
    seen.append(name)
    assert seen.count(name) == 2

@pytest.mark.real_time
def test_late_once():
    once_red("late")

@pytest.mark.real_time
def test_wrong():
    assert False

def test_alone():
    once_red("alone")

def test_right():
    pass
"""


@pytest.fixture
def connection():
    """Return a database that notes what it is asked, and its notes."""
    engine, asked = create_engine("sqlite://"), Asked()
    event.listen(engine, "before_cursor_execute", asked.note)
    with engine.connect() as connection:
        connection.asked = asked
        yield connection
    engine.dispose()


def number(value):
    return select(literal_column(str(value)))


def test_what_only_marked_tests_ask_is_named_with_the_test_that_asks(connection):
    asked = connection.asked
    asked.begin("test_on_both", is_on_both=True, is_marked=False)
    connection.execute(number(1))
    asked.begin("test_marked", is_on_both=False, is_marked=True)
    connection.execute(number(1))
    connection.execute(number(2))
    asked.begin("test_without_engines", is_on_both=False, is_marked=False)
    connection.execute(number(3))

    assert asked.unknown_to_postgresql() == {"SELECT 2": "test_marked"}


def test_what_another_process_asked_on_both_engines_is_known(connection):
    asked, elsewhere = connection.asked, Asked()
    asked.begin("test_marked", is_on_both=False, is_marked=True)
    connection.execute(number(1))
    connection.execute(number(2))
    elsewhere.add(["SELECT 1"], {"SELECT 4": "test_elsewhere"})
    elsewhere.add([*asked.on_both], asked.alone)

    assert elsewhere.unknown_to_postgresql() == {
        "SELECT 2": "test_marked",
        "SELECT 4": "test_elsewhere",
    }


def test_two_statements_that_differ_in_a_function_are_two(connection):
    connection.asked.begin("test_marked", is_on_both=False, is_marked=True)
    connection.execute(select(func.lower("A")))
    connection.execute(select(func.upper("A")))
    assert len(connection.asked.unknown_to_postgresql()) == 2


@pytest.mark.parametrize("processes", [["-n", "2"], ["-p", "no:xdist"]])
@pytest.mark.parametrize(("asks", "is_named"), [("1", False), ("2", True)])
def test_a_whole_run_names_what_only_sqlite_was_asked(tmp_path, asks, is_named, processes):
    for name, text in SUITE.items():
        (tmp_path / name).write_text(text.replace("ASKED", f'"{asks}"'))
    house = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *processes]

    run = subprocess.run(
        command, check=False, cwd=tmp_path, env=house, capture_output=True, text=True
    )

    assert run.returncode == 0, run.stdout
    assert ("PostgreSQL was never sent" in run.stdout) is is_named
    assert "SELECT 3" not in run.stdout
    assert "6 passed" in run.stdout
    assert ("test_suite.py::test_marked[sqlite]\n    SELECT 2" in run.stdout) is is_named


@pytest.mark.parametrize(
    ("options", "passed", "failed", "again"), [([], 1, 3, 0), (["--second-look"], 2, 2, 2)]
)
def test_only_who_works_with_other_processes_gets_a_second_look_and_is_named(
    tmp_path, options, passed, failed, again
):
    """Whoever fails twice has failed; of the others, each failure counts at once."""
    (tmp_path / "test_looks.py").write_text(LOOKS)
    settings = str(Path(__file__).parents[2] / "pyproject.toml")
    command = [sys.executable, "-m", "pytest", "-c", settings, "--rootdir", str(tmp_path)]

    run = subprocess.run(
        [*command, "-p", "tests.conftest", "-p", "no:cacheprovider", *options, str(tmp_path)],
        check=False,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )

    counts = [f"{failed} failed", f"{passed} passed", *([f"{again} rerun"] if again else [])]
    assert all(count in run.stdout.splitlines()[-1] for count in counts), run.stdout
    assert ("RERUN test_looks.py::test_late_once" in run.stdout) is bool(again)
