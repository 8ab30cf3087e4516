"""The practical words of reminders, as named texts: how to arrive, what to bring, how to join.

Each text (block) has sentences for those who come, watch or listen; a rule says which it brings,
or none, and then it brings those that fit its lead. Someone who registers after a reminder has gone
finds its words in her confirmation instead.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from forum.emails.particulars import Particulars
from forum.emails.reminding import Brought
from forum.events.models import Mode
from forum.i18n import _, day_of_year, time_in_words
from forum.reminders.models import Block

A_DAY = SOON = timedelta(days=1)
NEAR = timedelta(days=3)


def advice(about: Particulars) -> list[str]:
    """Return sentences to act on, the earliest first, in the language spoken.

    Each text is said once: of several reminders in one email, in the words that fit now. None to
    someone who has no place yet: they would not be true for her.
    """
    if about.is_waiting:
        return []
    leads: dict[Block, timedelta] = {}
    for each in _in_time(about):
        leads |= dict.fromkeys(chosen(about.mode, each.lead, each.blocks), each.lead)
    texts = _TEXTS[about.mode]
    return [sentence for block, lead in leads.items() for sentence in texts[block](about, lead)]


def tomorrow(about: Particulars) -> str:
    """Return that it is tomorrow, and as of which day, so that it is true whenever it is read."""
    if about.days_left != 1:
        return ""
    day_before = about.starts_at.astimezone(ZoneInfo(about.clock)) - A_DAY
    day = day_of_year(day_before, about.clock)
    return _("We write this on %(day)s: it is tomorrow.", day=day)


def join_day(about: Particulars) -> str:
    """Return the day and the hour from which she can join; "" where it is not near or has come."""
    at = about.hers.joins_at
    if at is None:
        return ""
    day, time = day_of_year(at, about.clock), time_in_words(at, about.clock)
    return _("%(day)s, %(time)s", day=day, time=time)


def own_words(about: Particulars) -> list[str]:
    """Return the desk's own sentences, each once."""
    return list(dict.fromkeys(each.words for each in _in_time(about) if each.words))


def chosen(mode: Mode, lead: timedelta, blocks: tuple[str, ...] | None) -> list[Block]:
    """Return the texts that a rule brings to someone who attends this way, in their order."""
    wanted = _fitting(mode, lead) if blocks is None else blocks
    return [block for block in _TEXTS[mode] if block in wanted]


def _in_time(about: Particulars) -> list[Brought]:
    return sorted(about.brought, key=lambda each: each.lead, reverse=True)


def _fitting(mode: Mode, lead: timedelta) -> tuple[Block, ...]:
    """Return the texts that help someone this long before the start."""
    soon, near, far = _DEFAULTS[mode]
    return soon if lead <= SOON else near if lead <= NEAR else far


def _getting_there(_about: Particulars, _lead: timedelta) -> list[str]:
    return [_("Plan how you will get there and back, with time to rest on the way.")]


def _help(about: Particulars, _lead: timedelta) -> list[str]:
    if about.hers.has_told_needs:
        return [_("You have told us what you need. If anything is missing, please tell us now.")]
    return [_("If you need a seat near the door, a wheelchair or other help, please tell us now.")]


def _bring(_about: Particulars, _lead: timedelta) -> list[str]:
    return [
        _("Bring your medicines, a warm layer, and whatever makes a long day easier."),
        _("Masks are welcome. There are some at the door."),
    ]


def _another_way(about: Particulars, _lead: timedelta) -> list[str]:
    if not about.has_other_ways:
        return []
    if about.switch_to == Mode.WEBCAST:
        return [
            _(
                "If you do not feel well enough to come, you can take part online instead."
                " You can change that on your page until the event is over."
            )
        ]
    return [_("If you would rather take part another way, your page shows how.")]


def _pace_there(_about: Particulars, _lead: timedelta) -> list[str]:
    return [_("You can arrive late, rest, or leave early. You do not need to explain.")]


def _pace_watching(_about: Particulars, lead: timedelta) -> list[str]:
    if lead <= NEAR:
        return [_("Nobody will see or hear you. You can come late, take breaks, or leave early.")]
    return [_("You can come late, take breaks, or leave early. You do not need to explain.")]


def _pace_listening(_about: Particulars, _lead: timedelta) -> list[str]:
    return [_("Nobody will hear you. You can hang up and call again at any time.")]


def _device(about: Particulars, lead: timedelta) -> list[str]:
    if lead <= SOON and about.is_its_day:
        return [_("Try the sound of your device now: play any video or song.")]
    if lead <= SOON:
        return [_("Before it starts, try the sound of your device: play any video or song.")]
    if lead <= NEAR:
        return [
            _("You need a phone, a tablet or a computer with sound. There is nothing to install.")
        ]
    return [_("Find a device with sound and a quiet place. You can also listen by phone.")]


def _phone_beside(about: Particulars, _lead: timedelta) -> list[str]:
    if len(about.phones) > 1:
        return [_("If the picture stops, listen by phone. The numbers are above.")]
    return [
        _("If the picture stops, listen by phone. The number is above.") for _each in about.phones
    ]


def _phone(about: Particulars, lead: timedelta) -> list[str]:
    are_several = len(about.phones) > 1
    if lead <= SOON:
        return [_("Call a few minutes before the start. You need no internet and no code.")]
    if lead <= NEAR:
        return [
            _("Keep the numbers above near your phone. You need no internet and no code.")
            if are_several
            else _("Keep the number above near your phone. You need no internet and no code.")
        ]
    return [
        _("Write the numbers above down, and put them near your phone.")
        if are_several
        else _("Write the number above down, and put it near your phone.")
    ]


_TEXTS: Mapping[Mode, Mapping[Block, Callable[[Particulars, timedelta], list[str]]]] = {
    Mode.IN_PERSON: {
        Block.GETTING_THERE: _getting_there,
        Block.HELP: _help,
        Block.BRING: _bring,
        Block.ANOTHER_WAY: _another_way,
        Block.PACE: _pace_there,
    },
    Mode.WEBCAST: {
        Block.DEVICE: _device,
        Block.PACE: _pace_watching,
        Block.BY_PHONE: _phone_beside,
        Block.ANOTHER_WAY: _another_way,
    },
    Mode.PHONE: {
        Block.BY_PHONE: _phone,
        Block.PACE: _pace_listening,
        Block.ANOTHER_WAY: _another_way,
    },
}
"""The sentences of each text, by how the reader attends, in the order in which they are said."""
_DEFAULTS = {
    Mode.IN_PERSON: (
        (),
        (Block.BRING, Block.ANOTHER_WAY),
        (Block.GETTING_THERE, Block.HELP, Block.PACE),
    ),
    Mode.WEBCAST: (
        (Block.DEVICE, Block.BY_PHONE),
        (Block.DEVICE, Block.PACE, Block.BY_PHONE),
        (Block.DEVICE, Block.PACE),
    ),
    Mode.PHONE: ((Block.BY_PHONE,), (Block.BY_PHONE, Block.PACE), (Block.BY_PHONE,)),
}
"""The texts that fit a lead: of a day at most, of three at most, and of more."""
