"""What a benchmark found, beside what it should be."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One measurement. `keeps` is None where there is no budget to keep."""

    what: str
    found: str
    budget: str = ""
    keeps: bool | None = None


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table, in columns."""
    cells = [("Work", "Found", "Budget", "")]
    cells += [(row.what, row.found, row.budget, _verdict(row.keeps)) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(4)]
    lines = [
        "| "
        + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True))
        + " |"
        for line in cells
    ]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _verdict(keeps: bool | None) -> str:  # noqa: FBT001 - a value, not a switch
    return "" if keeps is None else "kept" if keeps else "MISSED"
