"""Logs: one JSON line per event on standard error, and nothing personal in any of them.

A request is logged as its route template, never its path or query. A fault is logged as its
kind and the lines of code it passed, never its text, which may quote what a visitor typed.
Pages served from memory are counted (see `meters`), not logged.
"""

import logging
import secrets
import sys
import time
import traceback
from typing import TextIO

import structlog
from flask import Flask, Response, g, request
from structlog.typing import EventDict, Processor

from forum.web.meters import meters_of

log = structlog.get_logger()


def fault_lines(error: BaseException) -> list[str]:
    """Return where an error passed, innermost last: "forum/db.py:40 transaction"."""
    frames = traceback.extract_tb(error.__traceback__)
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def _log_fault(exc_info: object) -> None:
    log.error("fault", exc_info=exc_info)


def _without_fault_text(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Say of an exception its kind and its lines only."""
    given = event.pop("exc_info", None)
    error = given[1] if isinstance(given, tuple) else sys.exc_info()[1] if given is True else given
    if isinstance(error, BaseException):
        event["fault"] = type(error).__name__
        event["lines"] = fault_lines(error)
    return event


PREPARE: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _without_fault_text,
]


def configure_logs(level: str) -> None:
    """Send our events, and every library's warnings, to standard error. `level` as in `logging`."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *PREPARE,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    logging.basicConfig(handlers=[json_lines(sys.stderr)], level=logging.WARNING)
    logging.getLogger("forum").setLevel(level.upper())


def json_lines(stream: TextIO) -> logging.Handler:
    """Return a handler that writes one JSON object per line."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=PREPARE,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    return handler


def install_request_log(app: Flask) -> None:
    """Log and measure each request that reaches a view, under a request id of its own."""
    app.log_exception = _log_fault  # type: ignore[method-assign]  # Flask's own names the path

    @app.before_request
    def _() -> None:
        g.started = time.perf_counter()
        g.request_id = secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _(response: Response) -> Response:
        seconds = time.perf_counter() - g.get("started", time.perf_counter())
        route = request.url_rule.rule if request.url_rule else "-"
        method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
        meters_of(app).requests.labels(route, method, response.status_code).observe(seconds)
        log.info(
            "request",
            route=route,
            method=method,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
        )
        structlog.contextvars.clear_contextvars()
        return response
