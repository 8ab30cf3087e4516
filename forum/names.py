"""Names of people: made fit to keep, and compared. Pure.

One comparison says who is the same person, wherever that is asked: whoever registers again, is
remembered, is searched for, or is one of two who read one mailbox. It leaves out what keyboards,
copying and habit change: case, accents, apostrophes, hyphens, other punctuation, spaces, and what
nobody sees (Unicode's compatibility decomposition, UAX 15, NFKD). It never guesses nicknames.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from itertools import combinations, permutations

_FILLERS = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff]"
)
"""What is not seen (Unicode's Default_Ignorable_Code_Point, and fillers that are blank)."""
_JOINERS = "\u200c\u200d"
_LAST_APART = "\u05ff"
"""Beyond it are scripts in which a joiner between two letters changes how a name is written."""
_APOSTROPHES = re.compile("[\u02b9-\u02c1\u02c8\ua78b\ua78c]")
"""Letters to Unicode, apostrophes to people."""
_STROKES = str.maketrans("øðđłħŧı", "oddlhti") | {
    ord("æ"): "ae",
    ord("œ"): "oe",
    ord("þ"): "th",
}
"""Letters that do not come apart by themselves, as those write them who lack them."""
_ACCENTS_FROM = 202
"""From this combining class on, marks stand on a letter and are left out by hurried people."""
_POINTS = range(10, 37)
"""The combining classes of points in Hebrew, Arabic and Syriac, which most people leave out."""
_SEEN = "LNPS"
_COMPARED = "LNMS"
_ENOUGH_WORDS = 2
_MOST_WORDS = 5
"""So many words of a long name are compared, the last among them: all codes fit into an index."""
_TITLES = """
    dr dra doctor doctora mr mrs ms miss mx madam sir prof professor rev
    sr sra srta senor senora don dona jr ii iii md phd rn np
"""
"""Words before and behind a name that most people leave out. One that is all there is stays."""
_ALIKE = 0.75
"""So much of two words is the same, of 1, where one may be a slip for the other."""
_APART = " 0"
"""Stands between a surname and the rest: before all letters, however a database compares."""
_SHORT = "~"
"""Marks what a name may be shortened to."""


def without_unseen(text: str) -> str:
    """Return `text` without characters that nobody sees, such as a zero-width space.

    Joiners stay where scripts are written with them.
    """
    if text.isascii():
        return text
    return "".join(
        each
        for place, each in enumerate(text)
        if not _is_unseen(each) or (each in _JOINERS and _joins(text, place))
    )


def can_be_seen(text: str) -> bool:
    """Tell whether there is anything in `text` to be seen."""
    return any(unicodedata.category(each)[0] in _SEEN for each in text if not _is_unseen(each))


def name_key(name: str) -> str:
    """Return a name as it is compared: the same person's are equal, however she writes it.

    One in which there is nothing to compare, such as "…", is compared as it stands.
    """
    return _folded(name) or "".join(without_unseen(name).casefold().split())


def doubt_key(name: str) -> str:
    """Return what the names have in common that may be the same person's, for a human to say.

    The first and the last word, in either order, without initials between them.
    """
    first, *later = _chosen(name)
    return _pair(first, later[-1]) if later else first


def doubt_keys(name: str) -> set[str]:
    """Return what is kept of a name that others may be the same person's as: one is enough.

    Any two of its words, in either order: people leave out second names and surnames, and go by
    a second name. `doubt_key` is one of them. Besides, marked, what the name may be shortened to.
    """
    return whole_doubts(name) | {f"{_SHORT}{each}" for each in _shortened(name)}


def doubts_of(name: str) -> set[str]:
    """Return what of `doubt_keys` says that a name may be the same person's.

    Two whole names have two words in common; a shortened one is all in the other. What two whole
    names may both be shortened to says nothing: a family has one surname.
    """
    whole = whole_doubts(name)
    return whole | _shortened(name) | {f"{_SHORT}{each}" for each in whole}


def may_be_same(one: str, other: str) -> bool:
    """Tell whether two names may be the same person's, so that a human must look."""
    return name_key(one) == name_key(other) or not doubt_keys(one).isdisjoint(doubts_of(other))


def name_order(name: str) -> str:
    """Return what lists of people are ordered by: the surname, then the rest, as people do it.

    The surname is the last word, or all that stands before a comma. Titles, degrees and what
    stands in brackets, such as "(she/her)", are left out, and so are numbers at the end.
    """
    parts = [_named(part) for part in re.sub(r"\([^)]*\)|\[[^]]*\]", " ", name).split(",")]
    surname, *before = [part for part in parts if part] or [[name_key(name)]]
    if not before:
        *first, last = surname
        surname, before = [last], [first]
    return _APART.join([" ".join(surname), *(word for part in before for word in part)])


def searched(words: str) -> list[str]:
    """Return the words that someone looks for in names, each as it is compared, in any order.

    Titles are left out unless there is nothing else. Nothing for what says nothing.
    """
    named = [_folded(each) for each in re.split(r"[\s,]+", words)]
    named = [each for each in named if each]
    return [each for each in named if each not in _TITLES.split()] or named


def nearness(words: list[str], name: str) -> float:
    """Return how near a name is to what someone looks for, `searched`; 0 where it is another.

    1 is as typed. Each word that was typed is, but for a slip or two, a word of the name.
    """
    own = [word for word in map(_folded, re.split(r"[\s,-]+", name)) if word]
    best = [max((_likeness(each, word) for word in own), default=0.0) for each in words]
    return sum(best) / len(best) if best and min(best) >= _ALIKE else 0.0


def _likeness(one: str, other: str) -> float:
    compared = SequenceMatcher(None, one, other, autojunk=False)
    return compared.ratio() if compared.real_quick_ratio() >= _ALIKE else 0.0


def earlier_key(name: str) -> str:
    """Return a name as it was compared before 2027, by which people may be remembered still."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _named(part: str) -> list[str]:
    """Return the words of a part of a name as they are compared, titles and numbers left out."""
    words = [_folded(word) for word in part.split()]
    return [each for each in words if each and each not in _TITLES.split() and not each.isdigit()]


def _chosen(name: str) -> list[str]:
    """Return the words of a name that say who it is, as they are compared; never none."""
    last, _comma, first = name.partition(",")
    words = [_folded(word) for word in re.split(r"[\s.-]+", f"{first} {last}")]
    named = [word for word in words if word]
    named = [word for word in named if word not in _TITLES.split()] or named
    whole = [word for word in named if len(word) > 1]
    chosen = whole if len(whole) >= _ENOUGH_WORDS else named
    return [*chosen[: _MOST_WORDS - 1], *chosen[_MOST_WORDS - 1 :][-1:]] or [name_key(name)]


def whole_doubts(name: str) -> set[str]:
    """Return of `doubts_of` what is compared of a name as it is, and not shortened."""
    words = _chosen(name)
    return {_pair(one, other) for one, other in combinations(words, 2)} or set(words)


def _shortened(name: str) -> set[str]:
    """Return the words of a name that has several, each alone and beside another's initial."""
    words = [word for word in _chosen(name) if len(word) > 1]
    if len(words) < _ENOUGH_WORDS:
        return set()
    beside = {_pair(other[0], word) for word, other in permutations(words, 2)}
    return {*words, *beside}


def _pair(one: str, other: str) -> str:
    return " ".join(sorted({one, other}))


def _folded(text: str) -> str:
    """Return the letters, digits and signs of `text`, in their plainest form."""
    if text.isascii():
        return "".join(each for each in text.casefold() if each.isalnum() or each in "$+<=>|~")
    plain = unicodedata.normalize("NFKD", _APOSTROPHES.sub("", text)).casefold()
    plain = unicodedata.normalize("NFKD", plain.translate(_STROKES))
    return "".join(each for each in plain if _is_compared(each))


def _is_compared(letter: str) -> bool:
    kind = unicodedata.category(letter)
    if kind[0] not in _COMPARED or kind == "Sk" or _is_unseen(letter):
        return False
    level = unicodedata.combining(letter)
    return kind[0] != "M" or not (level >= _ACCENTS_FROM or level in _POINTS)


def _is_unseen(letter: str) -> bool:
    return _FILLERS.match(letter) is not None


def _joins(text: str, place: int) -> bool:
    beside = text[place - 1 : place] + text[place + 1 : place + 2]
    return len(beside) == len("ab") and all(
        each > _LAST_APART and not _is_unseen(each) for each in beside
    )
