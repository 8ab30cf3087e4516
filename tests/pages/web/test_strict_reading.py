"""A visitor in tests takes no page that a browser would have to mend."""

import pytest
from turbohtml import HTMLParseError

from tests.markup import XHTML, parse_strictly

PAGE = '<!doctype html><html lang="en"><head><title>A</title></head><body>{}</body></html>'


@pytest.mark.parametrize(
    "body",
    [
        "</p>",
        "<a href=1><a href=2>x</a></a>",
        "<b><i>x</b></i>",
        "<br></br>",
        "<button><button></button></button>",
        "<div>",
        "<div><span></div></span>",
        "<div><noscript><p></noscript></div>",
        "<form><form></form></form>",
        "<p><div>a</div></p>",
        "<table><div>x</div></table>",
        "<ul><li>a<li>b</ul>",
    ],
)
def test_elements_that_are_nested_otherwise_than_written_are_refused(body):
    with pytest.raises((AssertionError, ValueError)):
        parse_strictly(PAGE.format(body))


@pytest.mark.parametrize(
    "body",
    [
        "&nosuch;",
        "<div",
        "<div/>",
        '<input value="a"b>',
        '<p a="1" a="2">x</p>',
        '<p id=a"b>x</p>',
    ],
)
def test_what_is_not_a_tag_a_browser_knows_is_refused(body):
    with pytest.raises(HTMLParseError):
        parse_strictly(PAGE.format(body))


def test_a_plain_page_is_read_as_it_is_written():
    said = "<p>One <b>&amp; two</b><br>end</p><noscript><p>Reload</p></noscript>"

    tree = parse_strictly(PAGE.format(said + '<svg><path d="M"/></svg>'))

    paragraph = tree.find(f"{XHTML}body/{XHTML}p")
    assert (paragraph.text, paragraph[0].text, paragraph[1].tail) == ("One ", "& two", "end")
    assert tree.find(f".//{XHTML}noscript/{XHTML}p").text == "Reload"
