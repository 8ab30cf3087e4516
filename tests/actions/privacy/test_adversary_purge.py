"""Whom a restore brought back goes, however many others are to be asked about."""

from datetime import timedelta

from forum import clock
from forum.db import db
from forum.privacy import tombstones
from forum.privacy.tombstones import hash_of
from forum.registration.models import Registration
from tests.stored import look_again


def test_who_was_erased_goes_again_though_very_many_others_are_asked_about(app, make):
    old = make.event(starts_at=clock.now() - timedelta(days=120))
    for number in range(21):
        make.registration(old, name=f"Boris {number}", needs="a wheelchair")
    ada = make.registration(make.event(), name="Ada")
    tombstones.file().write_text(f"\n{hash_of(ada.public_id)}\n")

    db.session.remove()
    app.test_cli_runner().invoke(args=["purge"])

    look_again()
    assert db.session.query(Registration).filter_by(name="Ada").count() == 0
