"""The command line's door to the programme file."""

from pathlib import Path

import click
from flask.cli import AppGroup

from forum import clock
from forum.db import rehearsal, transaction
from forum.errors import Missing
from forum.programme import actions
from forum.programme.dump import dump
from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read
from forum.programme.reading.nodes import MOST_BYTES

programme = AppGroup("programme", help="Load and write the programme file.")


@programme.command("load")
@click.argument(
    "path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option("--dry-run", is_flag=True, help="Say what loading would do, and do nothing.")
@click.option(
    "--word",
    "words",
    multiple=True,
    metavar="NAME",
    help="Load although the desk has changed NAME since; for each one that is asked about.",
)
def load_command(path: Path, *, dry_run: bool, words: tuple[str, ...]) -> None:
    """Bring the programme to what FILE says. One fault, and nothing is loaded."""
    try:
        file = read(beginning(path))
        with rehearsal() if dry_run else transaction():
            report = actions.load(file, now=clock.now(), words=None if dry_run else words)
    except Faulty as faulty:
        for line in faulty.lines:
            click.echo(line, err=True)
        click.echo(f"Nothing was loaded from {path}: {_counted(faulty)}.", err=True)
        raise SystemExit(1) from None
    except OSError as error:
        click.echo(f"{path} cannot be read: {error.strerror}.", err=True)
        raise SystemExit(1) from None
    for line in report.lines:
        click.echo(line)
    if dry_run:
        for question in report.questions:
            click.echo(question)
        click.echo("Nothing was loaded: this is what loading would do.")
        raise SystemExit(1 if report.questions else 0)
    if file.registrants:
        click.echo(f"registrants are only for `demo load`: {len(file.registrants)} left out")


@programme.command("dump")
@click.argument("event", required=False)
def dump_command(event: str | None) -> None:
    """Write the programme file of EVENT, by its id, or of everything, to standard output."""
    try:
        click.echo(dump(event), nl=False)
    except Missing:
        what = f'there is no event "{event}"' if event else "there is no programme yet"
        click.echo(f"Nothing was written: {what}.", err=True)
        raise SystemExit(1) from None
    except Faulty as faulty:
        for line in faulty.lines:
            click.echo(line, err=True)
        click.echo("Nothing was written: this cannot be said in a programme file.", err=True)
        raise SystemExit(1) from None


def beginning(path: Path) -> bytes:
    """Return a file's bytes, of one that is too large only enough to see that it is."""
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _counted(faulty: Faulty) -> str:
    number = len(faulty.faults)
    return "1 fault" if number == 1 else f"{number} faults"
