"""One fixture for all: `read`, a calendar program."""

import pytest

from tests.calendars.libical import read_with_libical
from tests.calendars.programs import Program
from tests.calendars.readers import IcalJs, read_with_icalendar, read_with_vobject


@pytest.fixture(scope="session")
def ical_js(chromium):
    page = chromium.new_page()
    yield IcalJs(page)
    page.close()


@pytest.fixture(
    scope="session",
    params=[
        "icalendar",
        "vobject",
        pytest.param("libical", marks=pytest.mark.libical),
        pytest.param("ical.js", marks=pytest.mark.browser),
    ],
)
def read(request):
    """Read a calendar file with one of the programs, as a list of `Reading`."""
    if request.param == "ical.js":
        return request.getfixturevalue("ical_js")
    return {
        "icalendar": read_with_icalendar,
        "vobject": read_with_vobject,
        "libical": read_with_libical,
    }[request.param]


@pytest.fixture
def program(app):
    """Return a calendar program."""
    return Program(app)


@pytest.fixture
def forum(make):
    """Return the forum whose feed is FEED."""
    return make.event(slug="forum-2027")
