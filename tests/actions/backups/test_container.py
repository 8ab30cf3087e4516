"""Nothing in an encrypted file can be read, altered, moved, left out or cut off unnoticed."""

from io import BytesIO

import pytest

from forum.operations.backups.container import (
    CHUNK,
    MAGIC,
    SALT_BYTES,
    TAG_BYTES,
    Damaged,
    Opening,
    Refused,
    Sealing,
)
from forum.sealed import KEY_ID_LENGTH
from tests.actions.backups.conftest import KEY, OTHER_KEY

HEAD = len(MAGIC) + KEY_ID_LENGTH + 1 + SALT_BYTES
SEALED = CHUNK + TAG_BYTES


def sealed(content: bytes, key: str = KEY) -> bytes:
    file = BytesIO()
    sealing = Sealing(file, key)
    for start in range(0, len(content), 10_000):
        sealing.write(content[start : start + 10_000])
    sealing.finish()
    return file.getvalue()


def opened(octets: bytes, *keys: str) -> bytes:
    opening = Opening(BytesIO(octets), keys or (KEY,))
    return b"".join(iter(lambda: opening.read(7_777), b""))


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])
def test_what_was_written_is_read_again(size):
    content = bytes(number % 251 for number in range(size))

    assert opened(sealed(content)) == content
    assert opened(sealed(content, OTHER_KEY), KEY, OTHER_KEY) == content


def test_nothing_can_be_read_in_it_and_no_two_files_are_alike():
    one, other = sealed(b"Ada Q. Trialrun" * 100), sealed(b"Ada Q. Trialrun" * 100)

    assert b"Trialrun" not in one
    assert one[HEAD:] != other[HEAD:]


def test_a_byte_that_is_another_is_noticed_wherever_it_is():
    whole = sealed(b"x" * (CHUNK + 100))
    places = [*range(len(MAGIC), HEAD), HEAD, HEAD + CHUNK, HEAD + SEALED, len(whole) - 1]
    for place in places:
        altered = bytearray(whole)
        altered[place] ^= 1

        with pytest.raises(Refused):
            opened(bytes(altered))


def test_a_file_that_was_cut_is_noticed_wherever_it_was():
    whole = sealed(b"x" * (2 * CHUNK))
    for length in (0, 5, HEAD - 1, HEAD, HEAD + 1, HEAD + SEALED, len(whole) - 1):
        with pytest.raises(Refused):
            opened(whole[:length])


def test_chunks_have_their_places_and_the_last_one_is_the_last():
    whole = sealed(b"a" * CHUNK + b"b" * CHUNK + b"c" * CHUNK)
    head = whole[:HEAD]
    first, second, third = (whole[HEAD + n * SEALED : HEAD + (n + 1) * SEALED] for n in range(3))

    for otherwise in (
        second + first + third,
        first + third,
        first + second,
        first + second + third + third,
        first + second + third + b"x",
    ):
        with pytest.raises(Damaged):
            opened(head + otherwise)


def test_a_chunk_of_another_file_does_not_fit():
    one, other = sealed(b"a" * 100), sealed(b"a" * 100)

    with pytest.raises(Damaged):
        opened(one[:HEAD] + other[HEAD:])


def test_a_key_that_we_do_not_have_is_named():
    with pytest.raises(Refused, match=r"under another key, [0-9a-f]{8}: put it into"):
        opened(sealed(b"x", OTHER_KEY), KEY)


def test_another_format_and_another_file_are_told_apart():
    with pytest.raises(Refused, match="made by a newer release"):
        opened(b"Forum backup 2\n" + b"x" * 200)
    with pytest.raises(Refused, match="not a backup of ours"):
        opened(b"SQLite format 3\0" + b"x" * 200)
