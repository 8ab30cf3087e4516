"""A real address at which one installation after another is served, for browsers to visit."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

from flask import Flask
from werkzeug.serving import make_server
from werkzeug.wsgi import ClosingIterator


class Door:
    """One server of a test process; it lets in only while an installation is behind it."""

    def __init__(self) -> None:
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self._app: Flask | None = None
        self._nobody_inside = threading.Condition()
        self._inside = 0
        self.port = self._server.server_port
        self.base_url = f"http://localhost:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))
        self._thread.start()

    @contextmanager
    def open_to(self, app: Flask) -> Iterator[None]:
        """Serve an application; at the end, wait until it has answered whoever is inside."""
        self._app = app
        try:
            yield
        finally:
            with self._nobody_inside:
                self._app = None
                assert self._nobody_inside.wait_for(lambda: not self._inside, timeout=30)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _answer(self, environ, start_response) -> Iterator[bytes]:
        with self._nobody_inside:
            app = self._app
            self._inside += app is not None
        if app is None:
            start_response("503 Service Unavailable", [("Content-Length", "0")])
            return
        try:
            with closing(ClosingIterator(app.wsgi_app(environ, start_response))) as answer:
                yield from answer
        finally:
            with self._nobody_inside:
                self._inside -= 1
                self._nobody_inside.notify_all()
