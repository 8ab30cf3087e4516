"""What must hold between the parts of a programme file: names that exist, ids used once."""

from collections.abc import Collection, Iterable

from forum.events.discretion import tells
from forum.programme.reading import outline
from forum.programme.reading.clashes import check_clashes
from forum.programme.reading.faults import Faults
from forum.programme.reading.nodes import Listing, Mapping, Scalar
from forum.programme.reading.parts import Spot, is_read, shown
from forum.programme.reading.times import check_times
from forum.tongues import Both, Text


def check(file: outline.ProgrammeFile, faults: Faults) -> None:
    """Add every fault between parts. Parts that could not be read are passed over."""
    for name in ("rooms", "tracks", "people", "registrants"):
        _once([each.key("id") for each in _items(file.spot.key(name))], "id", faults)
    events = [each for each in file.all_events if is_read(each)]
    _once([event.spot.key("id") for event in events], "id", faults)
    _once([event.spot.key("slug") for event in events if event.slug], "slug", faults)
    names = _Names(file, faults)
    for forum in file.all_forums:
        if is_read(forum):
            _check_forum(forum, names, faults)
            _check_words(forum.reminders, faults)
    defaults = file.webcast_defaults
    if is_read(defaults):
        names.room(defaults.spot.key("platform_room"), defaults.room)
        names.person(defaults.spot.key("host"), defaults.host)
        _check_no_session(defaults.reminders, faults)
        _check_words(defaults.reminders, faults)
    for webcast in file.webcasts:
        if is_read(webcast):
            names.room(webcast.spot.key("room"), webcast.room)
            names.person(webcast.spot.key("host"), webcast.host)
            names.people(webcast.spot.key("people"), webcast.people)
            _check_no_session(webcast.reminders, faults)
            _check_words(webcast.reminders, faults)
    _check_neutral(file, events, faults)
    _check_registrants(file, faults)
    _check_calendar_entries(file, faults)
    check_times(file, faults)
    check_clashes(file, faults)


class _Names:
    """The ids that the file gives to rooms, tracks and people."""

    def __init__(self, file: outline.ProgrammeFile, faults: Faults) -> None:
        self._faults = faults
        self._rooms, self._tracks, self._people = (
            _ids(file.spot.key(name)) for name in ("rooms", "tracks", "people")
        )

    def room(self, spot: Spot, name: str | None) -> None:
        _known(spot, name, self._rooms, "room", self._faults)

    def track(self, spot: Spot, name: str | None) -> None:
        _known(spot, name, self._tracks, "track", self._faults)

    def person(self, spot: Spot, name: str | None) -> None:
        _known(spot, name, self._people, "person", self._faults)

    def people(self, spot: Spot, names: Collection[str]) -> None:
        for index, name in enumerate(names):
            self.person(spot.item(index), name)
        _once([spot.item(index) for index in range(len(names))], "person", self._faults)


def _known(spot: Spot, name: str | None, names: Collection[str], what: str, faults: Faults) -> None:
    if name is not None and is_read(name) and name not in names:
        text = f"no {what} {shown(name)}{faults.did_you_mean(name, names)}"
        faults.found.append(spot.fault(text))


def _check_forum(forum: outline.Forum, names: _Names, faults: Faults) -> None:
    names.room(forum.spot.key("room"), forum.room)
    sessions = [each for each in forum.sessions if is_read(each)]
    _once([session.spot.key("id") for session in sessions], "id", faults)
    for session in sessions:
        names.room(session.spot.key("room"), session.room)
        names.track(session.spot.key("track"), session.track)
        names.people(session.spot.key("people"), session.people)
    ids = _ids(forum.spot.key("sessions"))
    for reminder in forum.reminders:
        if is_read(reminder):
            _known(reminder.spot.key("session"), reminder.session, ids, "session", faults)


def _check_words(reminders: Iterable[outline.Reminder] | None, faults: Faults) -> None:
    """Say where a reminder's own words tell the illness, which others may see."""
    for reminder in reminders or ():
        words = reminder.words if is_read(reminder) else None
        if words is not None and is_read(words):
            for name in outline.LANGUAGES:
                _no_illness(words.spot.key(name), getattr(words, name), faults)


def _check_neutral(
    file: outline.ProgrammeFile, events: Iterable[outline.Forum | outline.Webcast], faults: Faults
) -> None:
    """Say where mails, calendars and addresses of people's own would tell the illness."""
    if is_read(file.programme):
        _no_illness(file.programme.spot.key("quiet_name"), file.programme.quiet_name, faults)
    for event in events:
        _no_illness(event.spot.key("slug"), event.slug, faults)
        _no_illness(event.spot.key("quiet"), event.quiet, faults)
        if not isinstance(event, outline.Forum):
            continue
        if event.slug is None:  # then its address says the id
            _no_illness(event.spot.key("id"), event.id, faults)
        for session in event.sessions:
            if is_read(session):  # its id is in the addresses of people's own pages
                _no_illness(session.spot.key("id"), session.id, faults)
                _no_illness(session.spot.key("quiet"), session.quiet, faults)


def _no_illness(spot: Spot, text: Text | None, faults: Faults) -> None:
    if isinstance(text, Both):
        for name, each in text._asdict().items():
            _no_illness(spot.key(name), each, faults)
    elif text is not None and is_read(text) and tells(text.replace("_", " ")):
        faults.found.append(spot.fault("names the illness, and others may see it"))


def _check_no_session(reminders: Iterable[outline.Reminder] | None, faults: Faults) -> None:
    for reminder in reminders or ():
        if is_read(reminder) and reminder.session is not None and is_read(reminder.session):
            faults.found.append(reminder.spot.key("session").fault("only in a forum"))


def _check_registrants(file: outline.ProgrammeFile, faults: Faults) -> None:
    registrants = [each for each in file.registrants if is_read(each)]
    ids = _ids(file.spot.key("registrants"))
    for each in registrants:
        _known(each.spot.key("with"), each.companion_of, ids, "registrant", faults)
        if (
            each.email is not None
            and is_read(each.email)
            and each.email.startswith(outline.SHARED_WITH)
        ):
            name = each.email.removeprefix(outline.SHARED_WITH)
            _known(each.spot.key("email"), name, ids, "registrant", faults)


def _check_calendar_entries(file: outline.ProgrammeFile, faults: Faults) -> None:
    entries = [each for each in file.calendar_entries if is_read(each)]
    _once([entry.spot.key("uid") for entry in entries], "uid", faults)
    events = {event.id: event for event in file.all_events if is_read(event)}
    for entry in entries:
        _known(entry.spot.key("event"), entry.event, events, "event", faults)
        event = events.get(entry.event)
        if event is not None and entry.session is not None:
            ids = _ids(event.spot.key("sessions"))
            _known(entry.spot.key("session"), entry.session, ids, "session", faults)


def _items(spot: Spot) -> Iterable[Spot]:
    """Return the spots of the mappings in a list, whether or not they could be read."""
    items = spot.node.items if isinstance(spot.node, Listing) else []
    spots = (spot.item(index) for index in range(len(items)))
    return (each for each in spots if isinstance(each.node, Mapping))


def _ids(spot: Spot) -> frozenset[str]:
    """Return the ids in a list, also of parts with a fault, which need no second one."""
    nodes = (each.key("id").node for each in _items(spot))
    return frozenset(node.text for node in nodes if isinstance(node, Scalar))


def _once(spots: Iterable[Spot], what: str, faults: Faults) -> None:
    """Say where a name is used for the second time."""
    seen: dict[str, str] = {}
    for spot in spots:
        if not isinstance(spot.node, Scalar):
            continue
        name = spot.node.text
        if name in seen:
            text = f"{what} {shown(name)} is already used at {seen[name]}"
            faults.found.append(spot.fault(text))
        seen.setdefault(name, spot.path)
