"""The one place that asks another host for something: Amazon, for a certificate or to confirm."""

from http.client import HTTPException
from urllib.request import HTTPSHandler, OpenerDirector, Request

from forum.hosts import trusted
from forum.incoming.ses import is_amazons

PATIENCE = 5.0
LARGEST = 64 * 1024


def fetch(address: str) -> bytes:
    """Return what is at an https address of Amazon SNS. Raises OSError for everything else."""
    if not is_amazons(address):
        sentence = "not an address of Amazon SNS"
        raise OSError(sentence)
    opener = OpenerDirector()  # knows no other scheme, no proxy, and follows nothing
    opener.add_handler(HTTPSHandler(context=trusted()))
    try:
        with opener.open(Request(address), timeout=PATIENCE) as answer:  # noqa: S310 - https, by the check above
            octets: bytes = answer.read(LARGEST + 1)
            status = answer.status
    except (HTTPException, ValueError) as error:
        raise OSError(type(error).__name__) from error
    if status != 200 or len(octets) > LARGEST:  # noqa: PLR2004 - HTTP's "OK"
        sentence = "no usable answer"
        raise OSError(sentence)
    return octets
