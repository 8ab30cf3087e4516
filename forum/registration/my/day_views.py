"""The door to one person's day, made to be printed and taken along."""

from flask import render_template
from flask.typing import ResponseReturnValue

from forum import clock
from forum.registration import queries
from forum.registration.blueprint import bp
from forum.registration.my.day_page import DayPage
from forum.registration.my.page import MyPage


@bp.get("/my/<token>/day")
def day(token: str) -> ResponseReturnValue:
    """Show her sessions in the order of time."""
    page = MyPage(queries.by_token(token), now=clock.now())
    return render_template(
        "registration/my/day.html",
        page=page,
        day=DayPage(page),
        token=token,
    )
