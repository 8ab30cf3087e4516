"""The web server: `python -m forum.server`.

The application is made once, before Granian forks its workers, so that they share its memory.
A worker has one thread, because our work is computing, not waiting: more speed is more workers.
"""

import gc
import os
import sys
from tempfile import TemporaryDirectory

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from forum import create_app
from forum.config import ConfigError, Settings
from forum.operations import faults
from forum.port import require_free
from forum.web.meters import PROCESSES_SHARE

THROUGH_OUR_LOG = {
    "formatters": {},
    "handlers": {},
    "loggers": {"_granian": {"level": "INFO", "propagate": True}},
}


def serve() -> None:
    """Serve until asked to stop; a worker that dies is replaced. Raises ConfigError."""
    settings = Settings.from_environ()
    require_free(settings)
    with TemporaryDirectory(prefix="forum-metrics-") as folder:
        os.environ[PROCESSES_SHARE] = folder
        app = create_app(settings)
        with app.app_context():
            fault = faults.at_start(settings)
        if fault:
            raise ConfigError([fault])
        server = Server(
            "wsgi:app",
            address=settings.host,
            port=settings.port,
            interface=Interfaces.WSGI,
            workers=settings.web_workers,
            blocking_threads=1,
            http=HTTPModes.http1,
            websockets=False,
            respawn_failed_workers=True,
            workers_kill_timeout=10,
            log_level=LogLevels(settings.log_level.lower()),
            log_dictconfig=THROUGH_OUR_LOG,
        )
        gc.collect()
        gc.freeze()  # the collector would copy the shared memory by marking it
        server.serve(target_loader=lambda: app, wrap_loader=False)


if __name__ == "__main__":
    try:
        serve()
    except ConfigError as error:
        sys.exit(str(error))
