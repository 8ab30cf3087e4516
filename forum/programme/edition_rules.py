"""Which edition of each part a file has seen, so that no work of the desk is lost. Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

Parts = Mapping[str, Mapping[str, Any]]
"""What a file would say of each part, by its name, such as `session forum-2027/s04`."""
Known = dict[str, list[str]]
MOST_REMEMBERED = 20


def fingerprint(part: Mapping[str, Any]) -> str:
    """Return letters that are others once a file would say anything else of a part."""
    said = {name: value for name, value in part.items() if value not in (None, [], {})}
    whole = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(whole.encode()).hexdigest()[:12]


def differences(before: Parts, after: Parts) -> dict[str, list[str]]:
    """Return the keys by which each part that was there is different afterwards."""
    found = {
        name: sorted(key for key in {*part, *after[name]} if part.get(key) != after[name].get(key))
        for name, part in before.items()
        if name in after
    }
    return {name: keys for name, keys in found.items() if keys}


def taken_back(
    before: Parts, different: Collection[str], seen: Mapping[str, str], known: Known
) -> list[str]:
    """Return the parts that a file changes although the desk has changed them since.

    `seen` are the fingerprints that the file carries, `known` those of `remembered`. Where there
    is neither, nothing can be said.
    """
    if not seen and not known:
        return []
    return [name for name in different if _is_desks(name, fingerprint(before[name]), seen, known)]


def _is_desks(name: str, is_now: str, seen: Mapping[str, str], known: Known) -> bool:
    if seen.get(name) == is_now:
        return False
    made = known.get(name, [])
    is_made_by_files = bool(made) and made[-1] == is_now
    return not (is_made_by_files and (name not in seen or seen[name] in made))


def remembered(before: Parts, after: Parts, different: Collection[str], known: Known) -> Known:
    """Return what files have made of each part since the desk last changed it, the latest last.

    What a load has left as the desk made it stays as it was remembered, so that a still older
    file does not take it back unasked.
    """
    found = {**known}
    for name, part in after.items():
        made = found.get(name, [])
        if name in different:
            was = fingerprint(before[name])
            made = made if made[-1:] == [was] else [was]
        if name in different or not made:
            found[name] = [*made, fingerprint(part)][-MOST_REMEMBERED:]
    return found
