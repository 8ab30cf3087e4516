"""The door to one person's day, made to be printed and taken along."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from forum import clock
from forum.registration import queries
from forum.registration.blueprint import bp
from forum.registration.my.day_page import DayPage
from forum.registration.my.page import MyPage


@bp.get("/my/<token>/day")
def day(token: str) -> ResponseReturnValue:
    """Show her sessions in the order of time; `?titles=full` says what they are about."""
    page = MyPage(queries.by_token(token), now=clock.now())
    is_full = request.args.get("titles") == "full"
    return render_template(
        "registration/my/day.html",
        page=page,
        day=DayPage(page, full_titles=is_full),
        is_full=is_full or page.is_full,
        token=token,
    )
