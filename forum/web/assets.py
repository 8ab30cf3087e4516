"""Our static files: compressed, under an address that changes with them, kept for ever.

The address carries one fingerprint of all files, so that a style sheet's `../fonts/…` and a
script's imports stay true under it. WhiteNoise serves them from a compressed copy in the
instance folder, which the first request to a release makes.
"""

import shutil
import tempfile
from collections.abc import Iterable
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Flask, Response, current_app
from werkzeug.exceptions import NotFound
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from forum.web.bodies import whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class Assets:
    """The static files of one release."""

    def __init__(self, app: Flask) -> None:
        """Fingerprint the files, so that `asset()` and `url_for("static", …)` name them by it."""
        self._source = Path(app.static_folder or "")
        files = sorted(path for path in self._source.rglob("*") if path.is_file())
        self._names = {path.relative_to(self._source).as_posix() for path in files}
        digest = blake2b(digest_size=6)
        for path in files:
            content = path.read_bytes()
            digest.update(f"{path.relative_to(self._source)}\0{len(content)}\0".encode() + content)
        fingerprint = digest.hexdigest()
        self.prefix = f"/static/v-{fingerprint}/"
        self._copy = app.extensions["forum"].instance / "static" / fingerprint
        app.jinja_env.globals["asset"] = self.address
        app.add_url_rule("/static/v-<fingerprint>/<path:filename>", endpoint="static")
        app.view_functions["static"] = _current_file

        @app.url_defaults
        def _(endpoint: str, values: dict[str, object]) -> None:
            if endpoint == "static":
                values.setdefault("fingerprint", fingerprint)

    def address(self, name: str) -> str:
        """Return the path of a file, "css/site.css". Raises KeyError if there is none."""
        if name not in self._names:
            raise KeyError(name)
        return self.prefix + name

    def layer(self, application: "WSGIApplication") -> "WSGIApplication":
        """Return a WSGI layer that serves the files before `application`."""

        def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
            if not environ["PATH_INFO"].startswith(self.prefix):
                return application(environ, start_response)
            return [whole(self._whitenoise(environ, start_response))]  # small, so in one piece

        return serve

    @cached_property
    def _whitenoise(self) -> "WSGIApplication":
        self._compress_once()
        served: WSGIApplication = WhiteNoise(
            NotFound(),
            root=str(self._copy),
            prefix=self.prefix,
            immutable_file_test=lambda _path, _url: True,
            allow_all_origins=False,
        )
        return served

    def _compress_once(self) -> None:
        """Make the compressed copy, whole or not at all."""
        if self._copy.exists():
            return
        self._copy.parent.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(dir=self._copy.parent))
        shutil.copytree(self._source, fresh, dirs_exist_ok=True)
        compressor = Compressor(quiet=True)
        for name in self._names:
            if compressor.should_compress(name):
                compressor.compress(str(fresh / name))
        try:
            fresh.rename(self._copy)
        except OSError:  # another process was first
            shutil.rmtree(fresh)


def _current_file(filename: str, fingerprint: str = "") -> Response:  # noqa: ARG001 - any release's
    """Serve a file to a page of another release, or to one that does not know the fingerprint."""
    return current_app.send_static_file(filename)
