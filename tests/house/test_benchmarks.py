"""The benchmarks keep up with what they measure."""

import importlib

import pytest

from tests.house.floors import HOUSE


@pytest.mark.parametrize("name", sorted(path.stem for path in HOUSE.glob("benchmarks/*.py")))
def test_every_benchmark_finds_what_it_measures(name):
    module = importlib.import_module(f"benchmarks.{name}")

    assert module.__doc__
