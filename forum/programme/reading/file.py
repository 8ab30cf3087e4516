"""Reading a programme file: its bytes in, a value or every fault out."""

from forum.programme.reading.checks import check
from forum.programme.reading.faults import Faults
from forum.programme.reading.nodes import parse
from forum.programme.reading.outline import ProgrammeFile
from forum.programme.reading.parts import Spot, is_read, read_part


def read(text: bytes) -> ProgrammeFile:
    """Return what a programme file says, with every name in it known and every time real.

    `text` is UTF-8 YAML; its times are wall times in the file's or the event's time zone.
    Raises Faulty with every fault, in file order; nothing else, whatever the bytes.
    """
    faults = Faults()
    file = read_part(ProgrammeFile, Spot("", parse(text)), faults)
    if is_read(file):
        check(file, faults)
    faults.end()
    return file
