"""The practical words of reminders: how to arrive, what to bring, how to join.

Someone who registers after a reminder has gone finds its words in her confirmation instead.
"""

from datetime import timedelta

from forum.emails.particulars import Particulars
from forum.events.models import Mode
from forum.i18n import _

SOON = timedelta(days=1)
NEAR = timedelta(days=3)


def advice(about: Particulars) -> list[str]:
    """Return sentences to act on, each said once, the earliest first, in the language spoken."""
    sentences = [each for lead in sorted(about.leads, reverse=True) for each in _one(about, lead)]
    return list(dict.fromkeys(sentences))


def _one(about: Particulars, lead: timedelta) -> list[str]:
    """Return what helps this long before the start."""
    if about.mode == Mode.IN_PERSON:
        return _in_person(lead)
    return _by_webcast(about, lead) if about.mode == Mode.WEBCAST else _by_phone(lead)


def _in_person(lead: timedelta) -> list[str]:
    if lead <= SOON:
        return []
    if lead <= NEAR:
        return [
            _("Bring your medicines, a warm layer, and whatever makes a long day easier."),
            _("Masks are welcome. There are some at the door."),
            _(
                "If you do not feel well enough to come, you can join by webcast instead. "
                "You can change that on your page until the end of the day."
            ),
        ]
    return [
        _("Plan how you will get there and back, with time to rest on the way."),
        _("If you need a seat near the door, a wheelchair or other help, please tell us now."),
        _("You can arrive late, rest, or leave early. You do not need to explain."),
    ]


def _by_webcast(about: Particulars, lead: timedelta) -> list[str]:
    listening = [
        _("If the picture stops, call %(number)s and listen by phone.", number=line.number)
        for line in about.phones[:1]
    ]
    if lead <= SOON:
        return [
            _("Try the sound of your device now: play any video or song."),
            *listening,
        ]
    if lead <= NEAR:
        return [
            _("You need a phone, a tablet or a computer with sound. There is nothing to install."),
            _("Nobody will see or hear you. You can come late, take breaks, or leave early."),
            *listening,
        ]
    return [
        _("Find a device with sound and a quiet place. You can also listen by phone."),
        _("You can come late, take breaks, or leave early. You do not need to explain."),
    ]


def _by_phone(lead: timedelta) -> list[str]:
    if lead <= SOON:
        return [_("Call a few minutes before the start. You need no internet and no code.")]
    if lead <= NEAR:
        return [
            _("Keep the number above near your phone. You need no internet and no code."),
            _("Nobody will hear you. You can hang up and call again at any time."),
        ]
    return [_("Write the number above down, and put it near your phone.")]
