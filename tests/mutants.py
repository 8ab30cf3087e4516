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
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import click
import libcst as cst
import pytest
from hypothesis import settings
from libcst.metadata import MetadataWrapper
from mutmut.mutation.file_mutation import MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import get_ignored_lines
from sqlalchemy.orm import configure_mappers

from tests.house.floors import is_pure, modules, ours, own_tests

LEAST = 0.95
"""The share of its mutants that each module's tests must see."""
PATIENCE = 10
"""How many seconds, and how many times its usual time, a module's tests may take on a mutant."""
NO_MUTANT = 77
"""What a process says whose mutant is no module at all."""
PURE = [module for module in modules() if is_pure(module)]
QUIETLY = (
    "-x",
    "-q",
    "--assert=plain",
    "--noconftest",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
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


def run(module: str, source: str, seconds: float = 600) -> tuple[int, float]:
    """Return how its own tests end when this is a module's source, and their seconds of work."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
            with Path(os.devnull).open("w") as nowhere:
                os.dup2(nowhere.fileno(), 1)
                os.dup2(nowhere.fileno(), 2)
                status = _tests_on(module, source)
        finally:
            os._exit(status)
    _pid, status, used = os.wait4(child, 0)
    return status, used.ru_utime + used.ru_stime


def _tests_on(module: str, source: str) -> int:
    try:
        _become(module, compile(source, modules()[module], "exec"))
    except Exception:  # noqa: BLE001 - whatever a mutant raises while it is imported
        return NO_MUTANT
    for other in _order():
        if module in _below(other):
            _become(other, compile(modules()[other].read_text(), modules()[other], "exec"))
    settings.register_profile("mutants", derandomize=True, database=None, deadline=None)
    settings.load_profile("mutants")
    named = module.rpartition(".")[2]  # tests named for it are the quickest to see
    tests = sorted(own_tests(module), key=lambda path: named not in path)
    return int(pytest.main([*QUIETLY, *tests]))


def _become(module: str, code: object) -> None:
    exec(code, sys.modules[f"forum.{module}"].__dict__)


@cache
def _order() -> list[str]:
    return [*TopologicalSorter({each: ours(each) & set(PURE) for each in PURE}).static_order()]


@cache
def _below(module: str) -> frozenset[str]:
    below = ours(module) & set(PURE)
    return frozenset(below).union(*(_below(each) for each in below))


@click.command()
@click.argument("names", nargs=-1)
@click.option("--show", is_flag=True, help="Show each mutant that nobody saw.")
def main(names: tuple[str, ...], *, show: bool) -> None:
    """Try all mutants of all pure modules, or of those that have one of these names in theirs."""
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    chosen = [each for each in PURE if not names or any(name in each for name in names)]
    for module in PURE:
        importlib.import_module(f"forum.{module}")
    configure_mappers()
    gc.freeze()  # or each process would first copy and search all that this one holds
    weak = [module for module in chosen if not _is_held(module, show=show)]
    sys.exit(f"Under {LEAST:.0%}: {', '.join(weak)}" if weak else 0)


def _is_held(module: str, *, show: bool) -> bool:
    if not own_tests(module):
        click.echo(f"{module:38} has no tests of its own")
        return False
    status, usual = run(module, modules()[module].read_text())
    if status:
        sys.exit(f"{module}: its own tests are red already")
    died, survivors = 0, []
    for mutant in mutants_of(module):
        status, _used = run(module, mutant.source, PATIENCE + PATIENCE * usual)
        if os.waitstatus_to_exitcode(status) == NO_MUTANT:
            continue
        died += status != 0
        if not status:
            survivors.append(mutant)
    share = died / (died + len(survivors))
    click.echo(f"{module:38} {died:4} died  {len(survivors):3} lived  {share:6.1%}")
    if show or share < LEAST:
        for each in survivors:
            click.echo(each.change)
    return share >= LEAST


if __name__ == "__main__":
    main()
