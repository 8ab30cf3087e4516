"""What lets a file leave."""

import pytest
from sqlalchemy import select

from forum import clock
from forum.accounts.models import SignIn
from forum.db import db, transaction


@pytest.fixture
def passkey(desk):
    with transaction():
        db.session.scalars(select(SignIn)).one().passkey_at = clock.now()
