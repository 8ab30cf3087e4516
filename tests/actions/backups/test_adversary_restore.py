"""Who was remembered after the backup is not written to after it is restored."""

from forum import clock
from forum.care import actions as care
from forum.care.queries import is_remembered
from forum.db import transaction
from forum.registration.models import CareState
from tests.stored import registered


def test_who_was_remembered_after_the_backup_is_not_written_to_after_it_is_restored(
    operator, ada, make
):
    operator.backs_up()
    with transaction():
        care.remember(ada, now=clock.now(), by=make.organizer())

    code, said = operator.restores("--replacing", "1")

    assert code == 0, said
    [back] = registered()
    assert back.care_state in {CareState.REMEMBERED, CareState.HELD}, said
    assert is_remembered(back.name, back.email)
