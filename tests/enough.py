"""Which tests need PostgreSQL beside SQLite, and whether those that are said to do without may.

A test that asks for `app` runs on both engines. One marked `sqlite_is_enough` runs on SQLite
alone: it only shows, says or decides things; in a module of such, `both_engines` marks one that
does more. That is so as long as every statement that it sends
to the database is sent by a test on both engines, too. When all tests are run this is looked at:
the end of the run names each statement that PostgreSQL was never sent, and a test that sends it.
It fails nothing: among them are statements of the tests themselves.
"""

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

MARK, BUT = "sqlite_is_enough", "both_engines"
ENGINES = ("sqlite", "postgresql")


def is_on_both(test: pytest.Item) -> bool:
    return "engine" in _parameters(test) and not is_marked(test)


def is_marked(test: pytest.Item) -> bool:
    """Tell whether SQLite is said to be enough for a test; the mark closest to it counts."""
    closest = next((mark for mark in test.iter_markers() if mark.name in {MARK, BUT}), None)
    return closest is not None and closest.name == MARK


def is_left_out(test: pytest.Item, engines: str) -> bool:
    """Tell whether a test is for an engine that this run, or its own mark, leaves out."""
    engine = _engine(test)
    if engine == "postgresql" and is_marked(test):
        return True
    return engine is not None and engines not in {"both", engine}


def _engine(test: pytest.Item) -> str | None:
    named = (name for name in ENGINES if f"{name}_engine" in getattr(test, "fixturenames", ()))
    return _parameters(test).get("engine") or next(named, None)


def _parameters(test: pytest.Item) -> dict[str, object]:
    return test.callspec.params if hasattr(test, "callspec") else {}


class Asked:
    """The statements that SQLite was sent: by tests on both engines, and by marked ones alone.

    Left out are those with which SQLAlchemy stores a record: they are the same for each table.
    """

    def __init__(self) -> None:
        self._test = ""
        self._is_on_both = self._is_marked = False
        self.on_both: set[str] = set()
        self.alone: dict[str, str] = {}

    def begin(self, test: str, *, is_on_both: bool, is_marked: bool) -> None:
        """Say whose statements those are that follow."""
        self._test, self._is_on_both, self._is_marked = test, is_on_both, is_marked

    def note(self, connection, _cursor, _text, _values, context, _many) -> None:
        if connection.dialect.name != "sqlite" or context is None or context.compiled is None:
            return
        if context.execution_options.get("compiled_cache") is not None:
            return
        if context.isddl:
            return
        if self._is_on_both:
            self.on_both.add(context.compiled.string)
        elif self._is_marked:
            self.alone.setdefault(context.compiled.string, self._test)

    def add(self, on_both: list[str], alone: dict[str, str]) -> None:
        """Add what another process has noted."""
        self.on_both |= set(on_both)
        self.alone = alone | self.alone

    def unknown_to_postgresql(self) -> dict[str, str]:
        """Return each statement that PostgreSQL has never been sent, and a test that sends it."""
        return {text: test for text, test in self.alone.items() if text not in self.on_both}


class Check:
    """The part of pytest that looks at it, in one process or over all."""

    def __init__(self, config: pytest.Config) -> None:
        self._asked = Asked()
        self._is_whole = (
            config.args_source == pytest.Config.ArgsSource.TESTPATHS
            and config.option.engines == "both"
            and config.option.markexpr in {"", "not faults"}
            and not config.option.keyword
            and not config.getoption("lf", default=False)
        )
        self._unknown: dict[str, str] = {}
        event.listen(Engine, "before_cursor_execute", self._asked.note)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._asked.begin(item.nodeid, is_on_both=is_on_both(item), is_marked=is_marked(item))

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node, error) -> None:
        if not error and "asked" in node.workeroutput:
            self._asked.add(*node.workeroutput["asked"])

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workeroutput"):
            noted = [*self._asked.on_both], self._asked.alone
            session.config.workeroutput["asked"] = noted
        elif self._is_whole and session.testsfailed == 0:
            self._unknown = self._asked.unknown_to_postgresql()

    def pytest_terminal_summary(self, terminalreporter) -> None:
        if not self._unknown:
            return
        terminalreporter.section("PostgreSQL was never sent", yellow=True)
        for text, test in sorted(self._unknown.items(), key=lambda each: each[1]):
            terminalreporter.write_line(f"{test}\n    {' '.join(text.split())[:400]}")
        terminalreporter.write_line(
            f"Let these tests run on both engines, without the mark {MARK}, or test what sends "
            "these statements where both engines are."
        )
