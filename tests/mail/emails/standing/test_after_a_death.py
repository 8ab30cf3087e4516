"""What somebody reads whose companion has died before anybody had told him of his place."""

import pytest

from forum.registration.models import CareState, Source
from tests.my import my

pytestmark = pytest.mark.sqlite_is_enough


@pytest.mark.parametrize("source", [Source.SELF, Source.ORGANIZER])
def test_no_email_and_no_page_of_his_names_whom_he_has_lost(make, visitor, written, source):
    event = make.event()
    ione = make.registration(event, name="Ione Remembered", care_state=CareState.REMEMBERED)
    jasper = make.registration(event, name="Jasper Left", companion_of=ione, source=source)

    letter = written("confirmation", jasper)
    page = visitor.get(my(jasper))

    for said in (letter.text, letter.html, page.text):
        assert "Ione" not in said
        assert "agree" not in said
