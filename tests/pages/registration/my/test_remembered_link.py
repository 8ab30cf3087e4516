"""What the link of someone remembered still does when it is pressed: it shows, and no more."""

import pytest

from forum.db import db
from forum.outbox.models import Message
from forum.privacy.models import Consent
from forum.registration.models import AddressChange, CareState, Registration, Status
from tests.my import FORMS, my
from tests.stored import look_again

pytestmark = pytest.mark.sqlite_is_enough

KINDS = (Message, Consent, AddressChange)


def state(number: int) -> dict[str, object]:
    look_again()
    ione = db.session.get_one(Registration, number)
    return {column.name: getattr(ione, column.name) for column in Registration.__table__.columns}


@pytest.mark.both_engines
@pytest.mark.parametrize("more", FORMS)
def test_no_form_of_someone_remembered_changes_or_mails_anything(app, make, more):
    app.config["WTF_CSRF_ENABLED"] = False
    ione = make.registration(make.event(), status=Status.CANCELLED, care_state=CareState.REMEMBERED)
    make.registration(ione.event)
    number, before = ione.id, state(ione.id)

    answer = app.test_client().post(my(ione, more), data=FORMS[more])

    assert answer.status_code < 500
    assert state(number) == before
    assert [db.session.query(kind).count() for kind in KINDS] == [0, 0, 0]
