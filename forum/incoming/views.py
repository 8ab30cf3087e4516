"""The doors for mail providers: each tells us of emails that came back, and proves who it is.

No one signs in here and no form has a token. What is forged, old or told again is refused, and
nothing is changed. A door whose provider is not in the settings does not exist.
"""

from collections.abc import Callable
from hmac import compare_digest

import structlog
from flask import Blueprint, Response, request
from flask.sansio.blueprints import BlueprintSetupState

from forum import clock
from forum.accounts import throttle
from forum.config import current_settings
from forum.db import transaction
from forum.errors import Missing
from forum.incoming import actions, fetching, mailgun, postmark, ses
from forum.incoming.models import ReportSource
from forum.incoming.reports import Forged, Returned, Unusable
from forum.web.limits import limiter

BAD, UNKNOWN, FORBIDDEN, NOT_ACCEPTABLE = 400, 401, 403, 406
REFUSED = {BAD, UNKNOWN, FORBIDDEN, NOT_ACCEPTABLE}
FAILURES = "30 per minute; 300 per hour"
"""How often one connection may be refused before it is not listened to."""

bp = Blueprint("incoming", __name__, url_prefix="/hooks")
log = structlog.get_logger()


def _was_refused(response: Response) -> bool:
    return response.status_code in REFUSED


only_failures_count = limiter.limit(FAILURES, deduct_when=_was_refused)


@bp.post("/ses")
@only_failures_count
def from_ses() -> Response:
    """Take a notification of Amazon SES, or confirm that we want them."""
    topic = current_settings().ses_topic
    if not topic:
        raise Missing

    def accept() -> None:
        said = ses.verified(request.get_data(), topic, fetching.fetch, now=clock.now())
        if said["Type"] == ses.CONFIRMATION:
            _confirm(said["SubscribeURL"])
            return
        with transaction():
            _keep(ses.read(said), ReportSource.SES)

    return _answer(accept, refused=FORBIDDEN)


@bp.post("/postmark")
@only_failures_count
def from_postmark() -> Response:
    """Take a webhook of Postmark, which brings our name and password."""
    settings = current_settings()
    if not settings.postmark_password:
        raise Missing

    def accept() -> None:
        if not _brings(settings.postmark_user, settings.postmark_password):
            raise Forged
        with transaction():
            _keep(postmark.read(request.get_data()), ReportSource.POSTMARK)

    response = _answer(accept, refused=UNKNOWN)
    if response.status_code == UNKNOWN:
        response.headers["WWW-Authenticate"] = 'Basic realm="hooks"'
    return response


@bp.post("/mailgun")
@only_failures_count
def from_mailgun() -> Response:
    """Take a webhook of Mailgun. Its token counts once."""
    key = current_settings().mailgun_key
    if not key:
        raise Missing

    def accept() -> None:
        now = clock.now()
        signed = mailgun.verified(request.get_data(), key, now=now)
        with transaction():
            try:
                throttle.count("mailgun", signed.token, most=1, now=now)
            except throttle.TooOften:
                raise Forged from None
            _keep(mailgun.read(signed.event), ReportSource.MAILGUN)

    return _answer(accept, refused=NOT_ACCEPTABLE)


@bp.record_once
def trust_signatures(state: BlueprintSetupState) -> None:
    """Take providers' POSTs without a form token."""
    state.app.extensions["csrf"].exempt(bp)


def _answer(accept: Callable[[], None], *, refused: int) -> Response:
    """Say how it went, in a status alone. Nothing of what was sent is logged."""
    try:
        accept()
    except Forged:
        log.warning("hook_refused", hook=request.endpoint)
        return _plain(refused)
    except Unusable:
        log.warning("hook_unreadable", hook=request.endpoint)
        return _plain(BAD)
    return _plain(200)


def _keep(returned: Returned | None, source: ReportSource) -> None:
    if returned is not None and not actions.keep(returned, source, now=clock.now()):
        log.info("report_about_nothing_of_ours", source=str(source))


def _confirm(address: str) -> None:
    """Tell Amazon that we want its notifications, at no other place than Amazon's."""
    if not ses.is_amazons(address):
        raise Forged
    try:
        fetching.fetch(address)
    except OSError as error:
        raise Unusable from error


def _brings(user: str, password: str) -> bool:
    brought = request.authorization
    name = (brought.username if brought else None) or ""
    secret = (brought.password if brought else None) or ""
    is_name = compare_digest(name.encode(), user.encode())
    return compare_digest(secret.encode(), password.encode()) and is_name


def _plain(status: int) -> Response:
    response = Response("", status, content_type="text/plain; charset=utf-8")
    response.cache_control.no_store = True
    return response
