"""Hold the pure rules by mutation: change each a little, and see its own tests turn red.

What to change is mutmut's knowledge. Its own runner leaves out constants and whatever has a
decorator, which of rules is the half; so each mutant runs here, in a process that dies with it,
and no file is touched. A rule's own tests are the files under tests/rules that import it.
"""

import difflib
import gc
import importlib
import os
import resource
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import TopologicalSorter
from pathlib import Path
from types import CodeType

import click
import libcst as cst
import pytest
from hypothesis import settings
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import get_ignored_lines
from sqlalchemy.orm import configure_mappers

from tests.house.floors import imported, is_pure, modules, ours, own_tests

LEAST = 0.95
"""The share of its mutants that each module's tests must see."""
PATIENCE = 4
"""How many seconds of work, and how many times the usual, tests may do on a mutant."""
NO_MUTANT = 77
"""What a process says whose mutant is no module at all."""
PURE = [module for module in modules() if is_pure(module)]
SETTINGS = settings(derandomize=True, database=None, deadline=None, max_examples=20)
"""Few examples, the same each time: what is written down should see a mutant, not luck."""
QUIETLY = (
    "-xq",
    "--assert=plain",
    "--noconftest",
    "-pno:cacheprovider",
    "-pno:unraisableexception",
)


@dataclass(frozen=True)
class Mutant:
    """A module with one thing in it changed."""

    module: str
    source: str

    @property
    def change(self) -> str:
        """Return the lines that are different, as a diff shows them."""
        before, after = modules()[self.module].read_text().splitlines(), self.source.splitlines()
        lines = [*difflib.unified_diff(before, after, n=0, lineterm="")][2:]
        return "\n".join(f"    {line}" for line in lines)


class Everywhere(MutationVisitor):
    """Mutates constants and decorated functions too; the labels of an enum are no rule."""

    def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
        if isinstance(node, cst.ClassDef) and _is_enum(node):
            return True
        return not isinstance(node, cst.FunctionDef) and super()._skip_node_and_children(node)


def _is_enum(node: cst.ClassDef) -> bool:
    return any(
        isinstance(base.value, cst.Name) and "Enum" in base.value.value for base in node.bases
    )


def mutants_of(module: str) -> Iterator[Mutant]:
    """Yield what mutmut would change in a module, but for lines with `# pragma: no mutate`."""
    path = modules()[module]
    wrapper = MetadataWrapper(cst.parse_module(path.read_text()))
    ignored = get_ignored_lines(str(path), path.read_text(), wrapper)
    visitor = Everywhere(mutation_operators, ignored)
    wrapper.visit(visitor)
    for each in visitor.mutations:
        changed = wrapper.module.deep_replace(each.original_node, each.mutated_node)
        yield Mutant(module, changed.code)


class Trial:
    """A module and its tests, ready to be tried on one source after another."""

    def __init__(self, module: str) -> None:
        """Prepare all that does not depend on the source, so that each try is quick."""
        self._module = module
        named = module.rpartition(".")[2]  # tests named for it are the first to see
        self._tests = sorted(own_tests(module), key=lambda path: named not in path)
        self._above = {
            each: _code(each, modules()[each].read_text()) for each in _between(self._tests, module)
        }

    def run(self, source: str, seconds: float = 600) -> tuple[int, float]:
        """Return how the tests end on a source, and how many seconds of work they took."""
        child = os.fork()
        if child == 0:
            status = 1
            try:
                resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
                with Path(os.devnull).open("w") as nowhere:
                    os.dup2(nowhere.fileno(), 1)
                    os.dup2(nowhere.fileno(), 2)
                    status = self._tests_on(source)
            finally:
                os._exit(status)
        _pid, status, used = os.wait4(child, 0)
        return status, used.ru_utime + used.ru_stime

    def _tests_on(self, source: str) -> int:
        try:
            _become(self._module, _code(self._module, source))
        except Exception:  # noqa: BLE001 - whatever a mutant raises while it is imported
            return NO_MUTANT
        for each, code in self._above.items():
            _become(each, code)
        settings.register_profile("few", SETTINGS)
        settings.load_profile("few")
        return int(pytest.main([*QUIETLY, *self._tests]))


def _code(module: str, source: str) -> CodeType:
    return compile(source, modules()[module], "exec")


def _become(module: str, code: CodeType) -> None:
    """Execute a module anew where it is, so that whoever has imported it sees what it became."""
    exec(code, sys.modules[f"forum.{module}"].__dict__)


def _between(tests: list[str], module: str) -> list[str]:
    """Return, the lowest first, what tests import that in turn imports a module."""
    reached: dict[str, set[str]] = {}
    waiting = {each for path in tests for each in imported(Path(path)) & modules().keys()}
    while waiting:
        each = waiting.pop()
        reached[each] = ours(each)
        waiting |= reached[each] - reached.keys()
    found: list[str] = []
    for each in TopologicalSorter(reached).static_order():
        if reached[each] & {module, *found}:
            found.append(each)
    return found


@click.command()
@click.argument("names", nargs=-1)
@click.option("--show", is_flag=True, help="Show each mutant that nobody saw.")
def main(names: tuple[str, ...], *, show: bool) -> None:
    """Try all mutants of all pure modules, or of those that have one of these names in theirs."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ["TZ"] = "Asia/Kathmandu"  # a machine's own zone is nobody's, and must not help
    time.tzset()
    chosen = [each for each in PURE if not names or any(name in each for name in names)]
    for module in PURE:
        importlib.import_module(f"forum.{module}")
    configure_mappers()
    gc.freeze()  # or each process would first copy and search all that this one holds
    weak = [module for module in chosen if not _is_held(module, show=show)]
    sys.exit(f"Under {LEAST:.0%}: {', '.join(weak)}" if weak else 0)


def _is_held(module: str, *, show: bool) -> bool:
    if not own_tests(module):
        click.echo(f"{module:34} has no tests of its own")
        return False
    trial = Trial(module)
    status, usual = trial.run(modules()[module].read_text())
    if status:
        sys.exit(f"{module}: its own tests are red already")
    died, survivors = 0, []
    for mutant in mutants_of(module):
        status, _used = trial.run(mutant.source, PATIENCE + PATIENCE * usual)
        if os.waitstatus_to_exitcode(status) == NO_MUTANT:
            continue
        died += status != 0
        if not status:
            survivors.append(mutant)
    share = died / (died + len(survivors))
    click.echo(f"{module:34} {died:4} died {len(survivors):4} lived {share:7.1%}")
    if show or share < LEAST:
        for each in survivors:
            click.echo(each.change)
    return share >= LEAST


if __name__ == "__main__":
    main()
