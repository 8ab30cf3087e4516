"""The desk's door: closed unless listed as open, and closed further by role.

Who is here comes from a row of ours that the cookie's random token points to, so that ending the
row ends the session, whoever still has the cookie. How long a browser has been idle is kept in
its signed cookie, because opening a page changes nothing in the database.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from urllib.parse import SplitResult, urlsplit

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as cookie  # noqa: TID251 - the browser's, not an agenda's
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from forum import clock
from forum.accounts import actions, keeping, queries, rules
from forum.accounts.models import Organizer, OrganizerRole, SignIn
from forum.config import current_settings
from forum.db import transaction
from forum.i18n import LANGUAGES, _
from forum.web.language import in_same_language

ITS_SIGN_IN = "_user_id"
"""Where Flask-Login keeps the token of the sign-in in the cookie."""
LANGUAGE = "language"
"""Where the cookie keeps the language that whoever works here has chosen for the desk."""
DESK_PATH = "/organize"
SEEN = "seen"
"""Where the cookie keeps when its browser last came, in seconds since 1970."""
STEP = timedelta(minutes=1)
"""How exactly that is kept."""
LOOKS = frozenset({"look", "check"})
"""What a form sends as its `step` for a look at what it would do: that takes no writer's turn."""

LEFT = "left"
"""Where the cookie keeps the number of the sign-in that has ended in this browser."""
AGAIN = "again"
"""The mark of a form that asks for the passkey on the way of another form."""

Parameters = ParamSpec("Parameters")
View = TypeVar("View", bound=Callable[..., Any])


class Presence(UserMixin):  # type: ignore[misc]  # Flask-Login says nothing of its types
    """Someone at the desk: a live sign-in and the token that her cookie carries."""

    def __init__(self, sign_in: SignIn, token: str) -> None:
        """Keep both."""
        self.sign_in = sign_in
        self._token = token

    def get_id(self) -> str:
        """Return what Flask-Login keeps in the cookie."""
        return self._token


def close(bp: Blueprint, *, openings: Collection[str] = ()) -> None:
    """Let nobody into a blueprint's views without a sign-in, except into the listed ones.

    A view that does not say `@needs(…)` is for owners only.
    """

    @bp.record_once
    def _(state: BlueprintSetupState) -> None:
        _start(state.app)

    @bp.before_request
    def _() -> ResponseReturnValue | None:
        view = (request.endpoint or "").rpartition(".")[2]
        return None if view in openings else _let_in()

    @bp.after_request
    def _(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response


def needs(role: OrganizerRole) -> Callable[[View], View]:
    """Say which role is enough for a view. Goes below `@bp.route`."""

    def say(view: View) -> View:
        view.needed_role = role  # type: ignore[attr-defined]
        return view

    return say


def needed_role(view: Callable[..., Any]) -> OrganizerRole:
    """Return which role is enough for a view: the highest, unless it says otherwise."""
    return getattr(view, "needed_role", OrganizerRole.OWNER)


def opens_by_link(view: View) -> View:
    """Say that a mailed link alone opens a coordinator's view: it names nobody, or asks itself.

    Goes beside `needs`. A viewer's views name nobody anyway.
    """
    view.opens_by_link = True  # type: ignore[attr-defined]
    return view


def needs_passkey(
    view: Callable[Parameters, ResponseReturnValue],
) -> Callable[Parameters, ResponseReturnValue]:
    """Ask for the passkey again before a view that lets personal data out, or opens that door.

    Goes below `needs`. What was sent with a form comes back to the view after the yes.
    """

    @wraps(view)
    def asked(*given: Parameters.args, **named: Parameters.kwargs) -> ResponseReturnValue:
        return view(*given, **named) if is_confirmed() else ask_passkey()

    return asked


def is_confirmed() -> bool:
    """Tell whether a passkey has said yes lately enough for what leaves the house."""
    return rules.is_confirmed(current_sign_in(), now=clock.now())


def ask_passkey() -> ResponseReturnValue:
    """Ask for the passkey, and come back here afterwards, with what a form has sent."""
    if not _is_write():
        return redirect(url_for("accounts.confirm", next=_wanted()), 303)
    here = request.full_path.rstrip("?")
    return confirmation(here, kept_of_form()), 403


def confirmation(onward: str, kept: list[tuple[str, str]] | None) -> str:
    """Return the page that asks for the passkey; `kept` is what a form has sent, if one has."""
    organizer = current_organizer()
    known = queries.passkeys(organizer)
    may_add = rules.may_add_passkey(organizer, has_one=bool(known), now=clock.now())
    return render_template(
        "accounts/confirm.html",
        passkeys=known,
        may_add=may_add,
        onward=onward,
        kept=kept,
        back=onward if kept is None else safe_path(_wanted()),
    )


def kept_of_form() -> list[tuple[str, str]]:
    """Return what a form has sent, but for what each sending makes anew."""
    return keeping.sent_fields()


def reads_answers() -> bool:
    """Tell whether whoever is here may read what people told us without being asked first."""
    return not current_settings().answers_need_passkey


def may_read() -> bool:
    """Tell whether a passkey has said yes lately enough to read what people told us."""
    return reads_answers() or rules.may_read(current_sign_in(), now=clock.now())


def knows_names() -> bool:
    """Tell whether whoever is here may see who is registered (docs/adr/0024)."""
    return reads_answers() or current_sign_in().passkey_at is not None


def current_sign_in() -> SignIn:
    """Return the sign-in of this request."""
    sign_in: SignIn = current_user.sign_in
    return sign_in


def current_organizer() -> Organizer:
    """Return who is at the desk."""
    return current_sign_in().organizer


def is_here() -> bool:
    """Tell whether someone is signed in."""
    return bool(current_user.is_authenticated)


def may(role: OrganizerRole) -> bool:
    """Tell whether whoever is at the desk may do what this role may."""
    return rules.may(current_organizer().role, role)


def let_in(sign_in: SignIn, token: str) -> None:
    """Give this browser the cookie of a new sign-in; nothing of somebody else's stays in it.

    The same organizer finds what she had typed, and forms in other tabs stay good.
    """
    before = organizer_before()
    is_same = before is not None and before.id == sign_in.organizer_id
    stays = {name: cookie[name] for name in _of_forms() if is_same and name in cookie}
    cookie.clear()
    cookie.update(stays)
    cookie[SEEN] = int(sign_in.created_at.timestamp())
    speak_as(sign_in.organizer)
    login_user(Presence(sign_in, token))


def renew(sign_in: SignIn, token: str) -> None:
    """Give this browser another token of the same sign-in; forms in other tabs stay good."""
    login_user(Presence(sign_in, token))


def show_out() -> None:
    """Take the cookie's content away, but for what tells whose forms are still open here."""
    stays = {name: cookie[name] for name in (*_of_forms(), LANGUAGE) if name in cookie}
    left = current_sign_in().id
    logout_user()
    cookie.clear()
    cookie.update(stays)
    cookie[LEFT] = left


def organizer_before() -> Organizer | None:
    """Return who was signed in here last: her sign-in has ended, or she has ended it."""
    if LEFT in cookie:
        return queries.organizer_of(queries.sign_in(cookie[LEFT]))
    token = cookie.get(ITS_SIGN_IN)
    return queries.organizer_of(queries.sign_in_of(token)) if token else None


def to_sign_in() -> ResponseReturnValue:
    """Lead to the page to sign in, and back afterwards; what was typed waits meanwhile."""
    if not _is_write():
        return redirect(url_for("accounts.sign_in", next=_wanted()), 302)
    before = organizer_before()
    onward = _wanted()
    if before is not None and keeping.keep(before):
        onward = request.full_path.rstrip("?") if keeping.opens() else url_for("accounts.kept")
        flash(_("Nothing is lost: what you had typed comes back when you have signed in."), "info")
    return redirect(url_for("accounts.sign_in", next=onward), 303)


def ends_at() -> datetime:
    """Return when whoever is at the desk is signed out, if she opens no page before."""
    return min(clock.now() + rules.IDLE, current_sign_in().expires_at)


def safe_path(asked: str) -> str:
    """Return a path of the desk to go on to, its first page for anything else.

    Whoever reads in another language goes on in it.
    """
    parts = _split(asked)
    is_ours = not parts.scheme and not parts.netloc and parts.path.startswith("/organize/")
    is_plain = "\\" not in asked and asked.isprintable()
    return in_same_language(asked) if is_ours and is_plain else url_for("organizer.dashboard")


def _start(app: App) -> None:
    if hasattr(app, "login_manager"):
        return
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # public pages ask no cookie
    manager.session_protection = None  # a phone changes its network; the row can be ended
    manager.user_loader(_load)
    app.extensions["forum_desk_language"] = _chosen_language
    app.jinja_env.globals["may"] = lambda role: may(OrganizerRole(role))


def speak_as(organizer: Organizer) -> None:
    """Let this browser's cookie say which language she has chosen, if she ever did.

    So the pages without her, and those of a database that fails, speak it as well.
    """
    if organizer.language is not None and cookie.get(LANGUAGE) != organizer.language:
        cookie[LANGUAGE] = organizer.language


def _chosen_language() -> str | None:
    """Return the language that was chosen for the desk in this browser; None for other pages."""
    chosen = cookie.get(LANGUAGE) if request.path.startswith(DESK_PATH) else None
    return chosen if chosen in LANGUAGES else None


def _load(token: str) -> Presence | None:
    now = clock.now()
    sign_in = queries.sign_in_of(token)
    seen_at = datetime.fromtimestamp(cookie.get(SEEN, 0), UTC)
    if sign_in is None or not rules.is_alive(sign_in, seen_at=seen_at, now=now):
        return None
    if now - seen_at > STEP:
        cookie[SEEN] = int(now.timestamp())
    speak_as(sign_in.organizer)
    return Presence(sign_in, token)


def _let_in() -> ResponseReturnValue | None:
    if not is_here():
        return to_sign_in()
    view = current_app.view_functions[request.endpoint or ""]
    if not may(needed_role(view)):
        abort(403)
    if _names_people(view) and not knows_names():
        return ask_passkey()
    is_stale = clock.now() - current_sign_in().last_seen_at > STEP
    if is_stale and _is_write() and request.form.get("step") not in LOOKS:
        with transaction():
            actions.touch(current_sign_in(), now=clock.now())
    keeping.bring_back(current_organizer())
    return None


def _names_people(view: Callable[..., Any]) -> bool:
    is_viewers = needed_role(view) == OrganizerRole.VIEWER
    return not is_viewers and not getattr(view, "opens_by_link", False)


def _of_forms() -> tuple[str, str]:
    """Return under which names the cookie keeps what belongs to forms."""
    return keeping.KEY, current_app.config["WTF_CSRF_FIELD_NAME"]


def _is_write() -> bool:
    return request.method not in {"GET", "HEAD", "OPTIONS"}


def _split(address: str) -> SplitResult:
    """Return the parts of what a stranger may have written; those of nothing for no address."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def came_from() -> str:
    """Return the path of the page that a form was on, as far as the browser says."""
    before = _split(request.referrer or "")
    return f"{before.path}?{before.query}" if before.query else before.path


def _wanted() -> str:
    """Return the path to come back to: this page, or the one that a form was on."""
    if not _is_write():
        return request.full_path.rstrip("?")
    return came_from()
