"""Whatever an organizer changes, public pages that were kept say it at once."""

import ast
import inspect
import random
from datetime import timedelta
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest
import time_machine

from forum import planning
from forum.db import db, transaction
from forum.errors import Refusal
from forum.events.models import Event
from forum.reminders import rule_actions
from tests.actions.programme import deeds
from tests.actions.programme.deeds import DEEDS, Dice, every
from tests.programme import loaded

pytestmark = pytest.mark.sqlite_is_enough

ROUNDS = 4
ACTIONS = (
    rule_actions,
    *(
        import_module(found.name)
        for found in iter_modules(planning.__path__, f"{planning.__name__}.")
        if found.name.endswith("actions")
    ),
)


def throw(dice: random.Random) -> Dice:
    """Return what chance brings, the same at every run."""
    return Dice(
        which=dice.randrange(100),
        other=dice.randrange(100),
        third=dice.randrange(100),
        title=dice.choice(deeds.ODD[:6]),
        days=timedelta(days=dice.randrange(1, 60)),
        minutes=timedelta(minutes=15 * dice.randrange(-8, 9)),
        flag=dice.random() < 0.5,
    )


def addresses() -> list[str]:
    """Return where strangers read of the events."""
    own = [
        f"/events/{event.slug}/{page}"
        for event in every(Event)
        for page in (
            "",
            "?lang=es",
            "calendar.ics",
            *(f"sessions/{each.key}/" for each in event.sessions[:2]),
        )
    ]
    return ["/", "/events/", "/calendar.ics", *own]


def read(client, headers=None) -> dict[str, tuple[int, bytes]]:
    db.session.rollback()
    answers = {address: client.get(address, headers=headers) for address in addresses()}
    return {address: (each.status_code, each.data) for address, each in answers.items()}


def of_organizers(module: ModuleType) -> list[str]:
    """Return the names of a module's own actions that say who did it."""
    return [
        name
        for name, action in inspect.getmembers(module, inspect.isfunction)
        if action.__module__ == module.__name__
        and not name.startswith("_")
        and inspect.signature(action).parameters.keys() >= {"by", "now"}
    ]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_a_page_that_was_kept_says_what_one_made_anew_says(app, make, deed):
    loaded()
    petra, chance = make.organizer(), random.Random(deed.__name__)
    passes_by = {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}=x"}
    with time_machine.travel(deeds.NOW, tick=False):
        for _ in range(ROUNDS):
            read(app.test_client(use_cookies=False))
            try:
                with transaction():
                    deed(petra, throw(chance))
            except Refusal:
                continue

            kept = read(app.test_client(use_cookies=False))

            assert kept == read(app.test_client(use_cookies=False), passes_by)


def test_no_action_of_organizers_is_left_out():
    named = ast.walk(ast.parse(inspect.getsource(deeds)))
    tried = {node.attr for node in named if isinstance(node, ast.Attribute)}

    assert {name for module in ACTIONS for name in of_organizers(module)} - tried == set()
