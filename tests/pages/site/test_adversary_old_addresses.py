"""A name that is taken back leads nobody around in a circle."""

from tests.programme import LATER, changed, loaded

DAY = "id: forum-2027\n  "


def test_a_browser_keeps_no_way_to_a_name_that_may_be_taken_back(app, visitor):
    """What a browser kept of the first move, and is told of the second, would be a circle.

    A 301 without a word about it may be kept for good (RFC 9111 4.2.2, RFC 9110 15.4.2).
    """
    loaded()
    loaded(changed((DAY, DAY + "slug: spring-day\n  ")), now=LATER)
    kept = visitor.client.get("/events/forum-2027/")
    loaded(changed((DAY, DAY + "slug: forum-2027\n  ")), now=LATER)
    back = visitor.client.get(kept.headers["Location"])

    assert back.headers["Location"] == "/events/forum-2027/"
    said = kept.headers.get("Cache-Control", "")
    assert any(word in said for word in ("no-store", "no-cache", "max-age"))
