"""Two hundred made-up people go through a real server; none of them is in anything it leaves."""

import socket
from itertools import chain
from pathlib import Path

import pytest

from forum.db import db
from forum.links import my_token
from forum.registration.detail_words import TEXT
from forum.registration.details import DETAILS
from forum.registration.models import Registration
from tests.faults.serving import serving

pytestmark = [pytest.mark.faults, pytest.mark.sqlite_is_enough]
PEOPLE = 200
PATH = "/events/forum-2027/register"


@pytest.fixture
def overrides():
    with socket.create_server(("127.0.0.1", 0)) as line:
        return {"port": line.getsockname()[1], "limits": False, "log_level": "debug"}


IN_WORDS = sorted(
    detail.field for detail in DETAILS if detail.kind is TEXT and detail.asked and detail.is_sealed
)


def canary(number: int) -> dict[str, str]:
    """Return answers of which each is found again by its own word."""
    return {
        "name": f"Canaryname{number} Ñandú",
        "email": f"canarymail{number}@people.example",
        "mode": "webcast",
        **{name: f"canary{name}{number}" for name in IN_WORDS},
        "phone": f"+1617555{100 + number % 100:04}",
    }


def test_nothing_personal_is_logged_counted_queued_or_put_into_an_address(make, settings, tmp_path):
    make.event(slug="forum-2027")
    left_behind: list[str] = []
    log = tmp_path / "log"
    with log.open("wb") as file, serving(settings, file) as house:
        form, finding = house.form(PATH), house.form("/find")
        for number in range(PEOPLE):
            sent = house.send(PATH, form, **canary(number))
            assert sent.status == 303
            left_behind.append(sent.headers["location"])
        for number in range(0, PEOPLE, 5):
            found = house.send("/find", finding, email=canary(number)["email"])
            bad = house.send(PATH, form, **(canary(number) | {"mode": "canarymode"}))
            assert (found.status, bad.status) == (303, 422)
            left_behind.append(found.headers["location"])
        tokens = [my_token(each) for each in db.session.query(Registration).limit(20)]
        for token in tokens:
            assert house.ask("GET", f"/my/{token}/?canaryquery=1").status == 200
            house.ask(
                "POST", f"/my/{token}/cancel", b"canarybody=1", Referer="http://canaryreferer/"
            )
            house.ask(
                "GET", f"/canarypath/{token}", Cookie="canarycookie=1", User_Agent="canaryagent"
            )
        left_behind.append(house.ask("GET", "/metrics").text)
    left_behind.append(log.read_text())
    tasks = Path(settings.instance_path) / "tasks.db"
    left_behind.append(tasks.read_bytes().decode("latin-1") if tasks.exists() else "")

    assert '"route": "/events/<slug>/register"' in left_behind[-2]
    everything = "\n".join(left_behind).lower()
    phones = (canary(number)["phone"][2:] for number in range(100))
    for word in chain(["canary", "ñandú", "\\u00d1and", *tokens], phones):
        assert word.lower() not in everything, word
