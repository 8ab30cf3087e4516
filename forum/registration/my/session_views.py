"""The doors to sessions: choosing those with few places, and each one's own page."""

from functools import partial

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.events import queries as events
from forum.events.models import Session
from forum.i18n import _, ngettext
from forum.registration import actions, queries, rules
from forum.registration.blueprint import ask, bp, submit
from forum.registration.clash_words import same_time
from forum.registration.models import Status
from forum.registration.my.join_policy import joinable
from forum.registration.my.page import MyPage
from forum.registration.register.form import SessionsForm
from forum.registration.register.page import session_hints
from forum.web import limits
from forum.web.asking import Said
from forum.web.limits import limiter


@bp.get("/my/<token>/sessions/")
def sessions(token: str) -> ResponseReturnValue:
    """Let her choose among sessions with limited places."""
    page = MyPage(queries.by_token(token), now=clock.now())
    chosen = [place.session_id for place in page.session_places]
    form = SessionsForm(page.sessions, page.event.timezone, page.named, chosen)
    return _page(page, form, token)


@bp.post("/my/<token>/sessions/", endpoint="sessions_chosen")
@limiter.limit(limits.CHANGING)
def sessions_chosen(token: str) -> ResponseReturnValue:
    """Make these her sessions."""
    page = MyPage(queries.by_token(token), now=clock.now())
    form = SessionsForm(page.sessions, page.event.timezone, page.named)
    wanted = tuple(form.sessions.data or ())
    return submit(
        form,
        partial(actions.choose_sessions, page.registration, wanted),
        lambda _result: _kept(page, [each for each in page.sessions if each.id in wanted]),
        url_for(".day", token=token),
    ) or _page(page, form, token)


@bp.get("/my/<token>/sessions/<key>/")
def session(token: str, key: str) -> ResponseReturnValue:
    """Show one session to her: too early, joining, or afterwards, at one address."""
    page = MyPage(queries.by_token(token), now=clock.now())
    item = events.session_of(page.event, key)
    html = render_template(
        "registration/my/session.html",
        page=page,
        token=token,
        item=item,
        stream=page.stream(item),
        place=next((each for each in page.session_places if each.session_id == item.id), None),
    )
    return joinable(html, [item.room])


@bp.get("/my/<token>/join")
def join_now(token: str) -> ResponseReturnValue:
    """Show what she can join at this moment, with one button for each, and nothing else."""
    page = MyPage(queries.by_token(token), now=clock.now())
    if not page.takes_part or not page.is_online:
        return redirect(url_for(".my", token=token), 303)
    html = render_template("registration/my/join.html", page=page, token=token)
    return joinable(html, [each.room for each in page.streams])


@bp.post("/my/<token>/sessions/<key>/join")
def join(token: str, key: str) -> ResponseReturnValue:
    """Lead to the stream of the session's room, while it can be joined."""
    registration = queries.by_token(token)
    item = events.session_of(registration.event, key)
    is_open = rules.may_join(registration, item, now=clock.now())
    if not is_open or item.room is None or item.room.stream_url is None:
        return redirect(url_for(".session", token=token, key=key), 303)
    return redirect(item.room.stream_url, 303)


def _kept(page: MyPage, chosen: list[Session]) -> Said:
    """Return what came of her choice: a place is said to be hers only where she has one."""
    held = {each.session_id: each.status for each in page.session_places}
    full = sum(held.get(each.id) == Status.WAITLISTED for each in chosen)
    said = [(_("Your sessions are saved."), "good")]
    if full and not page.is_confirmed:
        words = _(
            "Your choice is saved. You are on the waitlist of these sessions, too,"
            " until you have a place at the event."
        )
        said = [(words, "warning")]
    elif full:
        words = ngettext(
            "Your choice is saved. One session is full. You are on its waitlist.",
            "Your choice is saved. %(num)d sessions are full. You are on their waitlists.",
            full,
        )
        said = [(words, "warning")]
    if any(same_time(each, chosen) for each in chosen):
        both = _("Some of them are at the same time. That is fine. You decide on the day.")
        said.append((both, "info"))
    return said


def _page(page: MyPage, form: SessionsForm, token: str) -> ResponseReturnValue:
    hints = session_hints(
        page.sessions,
        chosen=form.sessions.data or (),
        held={each.session_id: each.status for each in page.session_places},
        titled=page.named,
    )
    return ask("my/sessions", form, page=page, token=token, hints=hints)
