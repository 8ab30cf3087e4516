"""The day on paper: whole, whatever is folded on the screen, and no page without words."""

import re
import zlib

import pytest

from tests.programme import event, loaded

pytestmark = pytest.mark.browser

DAY = "/events/forum-2027/"
SHOWN_ON_PAPER = """selector => [...document.querySelectorAll(selector)]
  .map(each => each.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true }))"""


@pytest.fixture(autouse=True)
def forum(live):
    loaded()
    return event()


@pytest.fixture
def paper(chromium, live):
    """A page without scripts: what is folded is whole by the style alone."""
    context = chromium.new_context(base_url=live.config["BASE_URL"], java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_what_is_folded_on_the_screen_is_printed(paper):
    paper.goto(DAY)
    paper.emulate_media(media="print")

    for selector, many in ((".session__title a", 30), (".promises dd", 5)):
        shown = paper.evaluate(SHOWN_ON_PAPER, selector)
        assert (len(shown), {*shown}) == (many, {True}), selector
    for selector in (".unfolds > summary", ".narrow .pill", ".menu .button", ".row__turn"):
        assert True not in paper.evaluate(SHOWN_ON_PAPER, selector), selector


@pytest.mark.parametrize(("scale", "most"), [(1, 4), (2, 12)])
def test_no_sheet_is_nearly_empty(paper, scale, most):
    paper.goto(DAY)

    inked = ink_of(paper.pdf(format="Letter", scale=scale))

    assert len(inked) <= most
    assert min(inked) > max(inked) / 4


def ink_of(document):
    """Return how many signs each sheet shows: what a PDF's pages are told to draw."""
    drawn = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", document, re.DOTALL):
        try:
            text = zlib.decompress(stream)
        except zlib.error:
            continue
        if b"BT" in text and b"Tf" in text:
            drawn.append(text.count(b" Tj"))
    return drawn
