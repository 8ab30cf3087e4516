"""What every test stands on: both database engines, a fixed day, and visitors."""

import datetime as dt
import gc
import ipaddress
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import time_machine
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from flask import Flask

from forum.config import Settings
from forum.db import db
from tests import enough
from tests.calendars import libical
from tests.door import Door
from tests.engines import Postgresql, Sqlite, postgres_server
from tests.installations import Installation
from tests.make import Make
from tests.markup import is_page, read_aloud
from tests.people import Visitor

TODAY = "2026-11-23T15:00:00+00:00"
"""The day on which the demo programme was written: Monday, 10:00 in Boston."""
NEEDS = {
    "browser": ("Chromium", ("chromium", "chromium-browser", "google-chrome")),
    "redis": ("Redis", ("redis-server",)),
    "libical": ("libical", ("libical3",)),
    "imap": ("Dovecot", ("dovecot",)),
    "faketime": ("libfaketime", ("faketime",)),
}
MEMORY = Path("/dev/shm")
ENOUGH_MEMORY = 2 << 30
"""Octets. Databases of tests lie in memory where there is so much: nobody pulls a plug here."""
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ENOUGH_MEMORY:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
PACKAGES = {"dovecot": "dovecot-imapd"}
"""What Debian calls the package of a program, where it has another name."""


def program(*names: str) -> str | None:
    """Return the path of the first of these programs that this machine has."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin"
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def is_here(mark: str) -> bool:
    """Tell whether this machine has what tests with a mark need."""
    if mark == "libical":
        return libical.library() is not None
    return program(*NEEDS[mark][1]) is not None


def pytest_assertrepr_compare(op: str, left: object, right: object) -> list[str] | None:
    """Say what is in a page or an email that a test looks into, as words."""
    if op in {"in", "not in"} and isinstance(right, str) and "\n" in right:
        return [f"{left!r} {op}:", *(read_aloud(right) if is_page(right) else right.splitlines())]
    return None


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    Visitor.last_read = None


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    """Show the page that was given last when a test fails."""
    report = yield
    if report.failed and Visitor.last_read:
        name, page = Visitor.last_read
        report.sections.append((f"The last page: {name}", "\n".join(read_aloud(page))))
    return report


def pytest_addoption(parser: pytest.Parser) -> None:
    names = ["both", *enough.ENGINES]
    parser.addoption("--engines", choices=names, default="both", help="the database engines")
    again = "run a test with other processes once more when it fails, and name it"
    parser.addoption("--second-look", action="store_true", help=again)


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(enough.Check(config))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hypothesis := sys.modules.get("hypothesis"):  # slow machines are no fault of an example
        slow = [hypothesis.HealthCheck.too_slow]
        hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=slow)
        hypothesis.settings.load_profile("untimed")
    engines = config.option.engines
    items[:] = [item for item in items if not enough.is_left_out(item, engines)]
    for item in items:
        if config.option.second_look and shares_the_machine(item):
            item.add_marker(pytest.mark.flaky(reruns=1))
        for mark, (label, names) in NEEDS.items():
            if item.get_closest_marker(mark) and not is_here(mark):
                package = PACKAGES.get(names[0], names[0])
                reason = f"{label} is not here; on Debian: apt-get install {package}"
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_collection_finish() -> None:
    """Look for garbage seldom: a twentieth of the time went into looking at what stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Keep Hypothesis from being loaded, for a second, only to report nothing."""
    if "hypothesis" not in sys.modules:
        session.config.pluginmanager.unregister(name="hypothesispytest")


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter) -> None:
    reasons = [
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
    ]
    for reason in sorted(set(reasons)):
        terminalreporter.write_line(f"LEFT OUT {reasons.count(reason)} tests. {reason}")


def works_with_others(test: pytest.Item) -> bool:
    """Tell whether a test starts other processes, which know nothing of a clock that is moved."""
    return any(test.get_closest_marker(mark) for mark in ("faults", "real_time"))


def shares_the_machine(test: pytest.Item) -> bool:
    """Tell whether others on a busy machine may make a test late, though nothing is wrong."""
    return works_with_others(test) or test.get_closest_marker("browser") is not None


@pytest.fixture(autouse=True)
def today(request) -> Iterator[time_machine.Traveller | None]:
    """Travel to the demo's day; tests with other processes stay in real time."""
    if works_with_others(request.node):
        yield None
    else:
        with time_machine.travel(TODAY, tick=True) as traveller:
            yield traveller


@pytest.fixture(scope="session")
def sqlite_engine(tmp_path_factory) -> Iterator[Sqlite]:
    with closing(Sqlite(tmp_path_factory.mktemp("sqlite"))) as engine:
        yield engine


@pytest.fixture(scope="session")
def postgresql_engine(tmp_path_factory) -> Iterator[Postgresql]:
    folder = tmp_path_factory.mktemp("postgresql")
    with postgres_server() as address, closing(Postgresql(address, folder)) as engine:
        yield engine


@pytest.fixture(params=enough.ENGINES)
def engine(request) -> Sqlite | Postgresql:
    """Both engines: a test that asks for `app` runs on each."""
    return request.getfixturevalue(f"{request.param}_engine")


@pytest.fixture
def overrides() -> dict[str, object]:
    """Settings that a test module decides differently, by overriding this fixture."""
    return {}


@pytest.fixture
def installation(request, engine, overrides, tmp_path) -> Iterator[Installation]:
    """Return an installation as good as new; whoever works with other processes has his own."""
    if works_with_others(request.node):
        with engine.fresh(tmp_path, **overrides) as settings:
            installation = Installation(settings)
            yield installation
            installation.leave()
    else:
        with engine.lent(**overrides) as installation:
            yield installation


@pytest.fixture
def settings(installation) -> Settings:
    """Return an empty, migrated database and a folder."""
    return installation.settings


@pytest.fixture
def app(installation) -> Iterator[Flask]:
    app = installation.app()
    with app.app_context():
        yield app
        db.session.remove()


@pytest.fixture
def make(app) -> Make:
    """Return the factories; what they make is committed."""
    return Make()


@pytest.fixture
def visitor(app) -> Visitor:
    """Return someone with a browser without scripts, who reviews every page she is given."""
    return Visitor(app)


@pytest.fixture
def new_visitor(app) -> Callable[[], Visitor]:
    """Return a way to have more visitors, each with cookies of her own."""
    return lambda: Visitor(app)


@pytest.fixture(scope="session")
def chromium():
    """Run one real Chromium for this test process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program(*NEEDS["browser"][1]),
            args=["--no-sandbox", "--disable-background-networking", "--disable-component-update"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def door() -> Iterator[Door]:
    """Return a real address of this test process."""
    with closing(Door()) as door:
        yield door


@pytest.fixture
def live(sqlite_engine, overrides, door) -> Iterator[Flask]:
    """Serve an installation at a real address: `live.config["BASE_URL"]`, reached by name."""
    place = {"base_url": door.base_url, "port": door.port}
    with sqlite_engine.lent(**{**overrides, **place}) as installation:
        app = installation.app()
        app.config["BASE_URL"] = door.base_url
        with door.open_to(app), app.app_context():
            yield app
            db.session.remove()


@pytest.fixture
def screen(chromium, live):
    """Return a page in Chromium that fails the test on a script error or a foreign request."""
    context = chromium.new_context(base_url=live.config["BASE_URL"])
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda message: (
            troubles.append(message.text)
            if message.type == "error" and "Failed to load resource" not in message.text
            else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((live.config["BASE_URL"], "data:", "blob:"))
            else troubles.append(f"asked another host: {request.url}")
        ),
    )
    yield page
    context.close()
    assert troubles == []


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the source of axe-core, to be run inside a page."""
    return (Path(__file__).parent / "vendor" / "axe.min.js").read_text()


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """Return a self-signed certificate for 127.0.0.1, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
        .not_valid_after(dt.datetime(2040, 1, 1, tzinfo=dt.UTC))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file
