"""What is no programme file at all is refused in plain words, whatever it is."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.programme.reading.faults import Faulty
from forum.programme.reading.file import read
from forum.programme.reading.parts import write_part
from forum.programme.text import to_text
from tests.rules.programme.small import SMALL, faults_of

_ODD = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "",
            "~",
            "no",
            "12:30",
            "-1",
            "1e999",
            "0x1F",
            "[",
            "{",
            "}",
            "]",
            ",",
            ": ",
            "- ",
            "#",
            "&a",
            "*a",
            "!!x",
            "<<: {}",
            "'",
            '"',
            "|\n",
            ">\n",
            "%",
            "@",
            "`",
            "\t",
            "?",
            "9" * 400,
            "2027-03-14",
            "02:30",
            "2027-11-07T01:30",
            "0001-01-01",
            "9999-12-31",
            "\\ud800",
            "\x85",
        ]
    ),
)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (b"", "file: empty"),
        (b"# nothing yet\n", "file: empty"),
        (b"---\n...\n", "file: empty"),
        (b"null", "file: empty"),
        (b"just words", "file: must hold keys with values"),
        (b"[1, 2]", "file: must hold keys with values"),
        (b"meta: {\n", "line 2: not YAML: did not find expected node content"),
        (b"meta: x\n  y: z\n", "line 2: not YAML: mapping values are not allowed in this context"),
        (b"meta: 1\n---\nmeta: 2\n", "line 2: a second document starts here"),
        (b"meta: 1\nname: \xff\xfe\n", "line 2: not UTF-8 text"),
        (b"meta: 1\nname: \xed\xa0\x80\n", "line 2: not UTF-8 text"),
        (b"meta: 1\nname: a\x00b\n", "line 2: holds the control character U+0000"),
        (b'a: "\\ud800"', "line 1: not YAML: found invalid Unicode character escape code"),
        (b"a: &bomb [1]\nb: *bomb\n", "line 1: anchors (&) and aliases (*) are not allowed"),
        (b"a: !!python/name:os.system x\n", "line 1: tags (!) are not allowed"),
        (b"a: " + b"[" * 50 + b"]" * 50, "line 1: nested more than 20 levels deep"),
        (b"? [a, b]\n: c\n", "line 1: a key must be a plain word"),
        (b"%YAML 9.9\n---\na: b\n", "line 1: not YAML: found incompatible YAML document"),
        (b"a: " + b"x" * 10_000_000, "file: larger than 1 MB"),
    ],
    ids=lambda each: repr(each[:24]) if isinstance(each, bytes) else "",
)
def test_what_cannot_be_read_at_all_is_said_in_one_line(source, line):
    assert faults_of(source) == [line]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(source):
    with pytest.raises(Faulty):
        read(source)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_file_with_anything_in_it_is_read_or_refused(data):
    source = SMALL
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(source)))
        end = min(len(source), start + data.draw(st.integers(0, 20)))
        source = source[:start] + data.draw(_ODD) + source[end:]
    try:
        file = read(source.encode(errors="surrogatepass"))
    except Faulty as faulty:
        assert faulty.lines  # noqa: PT017 - either way is right; nothing else is
    else:
        assert read(to_text(write_part(file)).encode()) == file
