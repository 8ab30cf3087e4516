"""The operator's addresses: `/healthz`, `/readyz` and `/metrics`."""

from hmac import compare_digest
from ipaddress import ip_address

from flask import Blueprint, Response, current_app, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST

from forum import clock
from forum.config import current_settings
from forum.errors import Missing
from forum.operations import metrics
from forum.operations.readiness import Readiness, readiness
from forum.web.meters import meters_of

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """Say that this process lives, whatever else does."""
    return _plain("ok\n")


@bp.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Say whether visitors can be served (200) or not (503), and what an operator must know.

    A worker that is away is said here but does not make the web unready: pages work, mail waits.
    """
    found: Readiness = readiness(current_settings(), now=clock.now())
    answer = jsonify(found.facts | {"is_ready": found.is_ready, "warnings": found.warnings})
    answer.cache_control.no_store = True
    return answer, 200 if found.is_ready else 503


@bp.get("/metrics")
def numbers() -> Response:
    """Show our counters to this machine, or to who brings FORUM_METRICS_TOKEN."""
    if not _may_see_numbers():
        raise Missing
    return _plain(metrics.page(meters_of(current_app)), CONTENT_TYPE_LATEST)


def _may_see_numbers() -> bool:
    """Tell whether this is us. A proxy of ours speaks for others, so they need the token."""
    token = current_settings().metrics_token
    brought = request.headers.get("Authorization", "")
    if token and compare_digest(brought.encode(), f"Bearer {token}".encode()):
        return True
    is_passed_on = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded"))
    return not is_passed_on and ip_address(request.remote_addr or "0.0.0.0").is_loopback  # noqa: S104 - no bind


def _plain(body: str | bytes, content_type: str = "text/plain; charset=utf-8") -> Response:
    answer = Response(body, content_type=content_type)
    answer.cache_control.no_store = True
    return answer
