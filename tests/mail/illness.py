"""Words that nobody may read over a shoulder, in a file or a page."""

import re

ILLNESS = ("cancer", "metast", "oncolog", "breast", "tumor", "mbc", "stage", "embrace", "cáncer")
TOKEN = re.compile(r"(?<=/)[\w.=-]{60,}(?=[/?\s\"'<>\\]|$)")
"""What stands in a personal link: three of its letters may be a word by chance."""


def words_of_illness(text: str) -> list[str]:
    """Return which of these words a text holds; tokens are cut out."""
    bare = TOKEN.sub("", text).lower()
    return [word for word in ILLNESS if word in bare]
