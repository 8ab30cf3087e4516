"""Whatever answers for a device, the passkey doors stay calm: a plain no, and nothing changes."""

import json

import pytest

from forum import clock
from forum.accounts.models import Passkey
from forum.db import db, transaction
from tests.desk import OrganizerAtDesk

DEEP = "[" * 50_000
NO_ANSWERS = [DEEP, '{"id":' * 20_000, "{", "[]", "null", "7", '"id"', "{}", '{"id": ' + DEEP]
NO_NAMES = [r'"\ud800"', r'"a\u0000b"', '"a b"', '""', "[]", '"é"', f'"{"x" * 2_000}"']
"""What no passkey is called, and a database may choke on."""
NO_ANSWERS += [f'{{"id": {name}}}' for name in NO_NAMES]
HALF_ANSWERS = [
    {"id": "a25vd24"},
    {"id": "a25vd24", "rawId": "a25vd24", "type": "public-key", "response": DEEP},
    {"id": "a25vd24", "rawId": 7, "type": [], "response": {}},
    {"id": "a25vd24", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "W1tb"}},
    {
        "id": "a25vd24",
        "rawId": "a25vd24",
        "type": "public-key",
        "response": {
            "clientDataJSON": "W1tb",
            "attestationObject": "gYGB" * 20_000,
            "authenticatorData": "AAAA",
            "signature": "AAAA",
        },
    },
]


@pytest.fixture
def petra(make):
    make.programme()
    petra = make.organizer()
    known = {"credential_id": "a25vd24", "public_key": "AAAA", "sign_count": 0, "name": "Phone"}
    with transaction():
        db.session.add(Passkey(organizer_id=petra.id, created_at=clock.now(), **known))
    return petra


@pytest.fixture
def client(app):
    app.testing = False
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


def answered(client, door: str, credential: str) -> int:
    client.post(f"{door}/question")
    return client.post(door, data={"credential": credential}).status_code


@pytest.mark.parametrize("credential", NO_ANSWERS, ids=range(len(NO_ANSWERS)))
def test_what_is_no_answer_of_a_device_is_a_bad_request(credential, client, petra):
    assert answered(client, "/organize/sign-in/passkey", credential) == 400


def test_no_answer_at_all_brings_one_back_to_signing_in(client, petra):
    assert answered(client, "/organize/sign-in/passkey", "") == 303


@pytest.mark.parametrize("half", HALF_ANSWERS, ids=range(len(HALF_ANSWERS)))
def test_half_an_answer_brings_one_back_to_signing_in(half, client, petra):
    assert answered(client, "/organize/sign-in/passkey", json.dumps(half)) == 303


@pytest.mark.parametrize("credential", NO_ANSWERS, ids=range(len(NO_ANSWERS)))
def test_the_door_to_personal_data_stays_as_calm(credential, app, petra):
    desk = OrganizerAtDesk(app, petra)
    app.testing = False
    app.config["WTF_CSRF_ENABLED"] = False

    assert answered(desk.client, "/organize/confirm", credential) == 400
    db.session.rollback()


@pytest.mark.parametrize("half", [*HALF_ANSWERS, "x", DEEP], ids=range(len(HALF_ANSWERS) + 2))
def test_a_new_passkey_that_is_none_is_refused_beside_the_form(half, app, make):
    make.programme()
    desk = OrganizerAtDesk(app, make.organizer())
    app.testing = False
    app.config["WTF_CSRF_ENABLED"] = False
    credential = half if isinstance(half, str) else json.dumps(half)
    desk.client.post("/organize/me/passkeys/question")

    answer = desk.client.post(
        "/organize/me/passkeys/new", data={"credential": credential, "name": "Phone"}
    )

    assert answer.status_code in {409, 422}
    assert db.session.execute(db.text("SELECT count(*) FROM passkey")).scalar() == 0
