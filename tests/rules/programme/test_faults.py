"""Every fault of a programme file is named with its place."""

import pytest

from tests.rules.programme.small import faults_of, small

KINDS = "plenary, talk, breakout, circle, movement, dropin, break, ceremony, clinician"
SKIPPED = "the clocks of America/New_York skip it"
FAULTS = {
    "an unknown room": (
        ("room: aud, kind", "room: cellar, kind"),
        'forum.sessions[0].room: no room "cellar"',
    ),
    "a misspelled room": (
        ("room: aud, kind", "room: nroth, kind"),
        'forum.sessions[0].room: no room "nroth"; did you mean "north"?',
    ),
    "an unknown track": (
        ("room: aud, kind", "track: scence, kind"),
        'forum.sessions[0].track: no track "scence"; did you mean "science"?',
    ),
    "an unknown speaker": (
        ("people: [p02]", "people: [p02, nobody]"),
        'forum.sessions[1].people[1]: no person "nobody"',
    ),
    "a webcast from an unknown room": (
        ("quiet: December", "quiet: December, room: cellar"),
        'webcasts[0].room: no room "cellar"',
    ),
    "an unknown host": (
        ("webcasts:", "webcast_defaults: {host: nobody}\nwebcasts:"),
        'webcast_defaults.host: no person "nobody"',
    ),
    "an end before the start": (
        ('["09:00", "09:45"]', '["09:00", "08:45"]'),
        (
            "forum.sessions[0].time: the end, 08:45, is not after the start, 09:00; "
            "an end on another day is written like 2027-04-25T08:45"
        ),
    ),
    "an end at the start": (
        ('["09:00", "09:45"]', '["09:00", "09:00"]'),
        "forum.sessions[0].time: the end, 09:00, is not after the start, 09:00",
    ),
    "a forum that ends before it starts": (
        ('["08:15", "16:30"]', '["16:30", "08:15"]'),
        (
            "forum.hours: the end, 08:15, is not after the start, 16:30; "
            "an end on another day is written like 2027-04-25T08:15"
        ),
    ),
    "a session before the forum": (
        ('["09:00", "09:45"]', '["07:00", "09:45"]'),
        "forum.sessions[0].time[0]: starts at 07:00, before the forum does at 08:15",
    ),
    "a session after the forum": (
        ('["10:00", "10:45"]', '["10:00", "17:00"]'),
        "forum.sessions[1].time[1]: ends at 17:00, after the forum does at 16:30",
    ),
    "two sessions in a room": (
        ('["10:00", "10:45"], room: north', '["09:44", "10:45"], room: aud'),
        'forum.sessions[1].room: room "aud" is taken from 09:00 to 09:45 at forum.sessions[0]',
    ),
    "a webcast and a session in a room": (
        (
            'date: 2026-12-16, time: ["12:00", "13:00"]',
            "date: 2027-04-24, time: [09:30, 11:00], room: aud",
        ),
        'webcasts[0].room: room "aud" is taken from 09:00 to 09:45 at forum.sessions[0]',
        'webcasts[0].people[0]: "p01" is speaking from 09:00 to 09:45 at forum.sessions[0]',
    ),
    "a speaker in two places": (
        (
            '["10:00", "10:45"], room: north, kind: talk, title: Two, quiet: B, people: [p02]',
            '["09:30", "10:45"], room: north, kind: talk, title: Two, quiet: B, people: [p02, p01]',
        ),
        'forum.sessions[1].people[1]: "p01" is speaking from 09:00 to 09:45 at forum.sessions[0]',
    ),
    "a speaker named twice": (
        ("people: [p02]", "people: [p02, p02]"),
        'forum.sessions[1].people[1]: person "p02" is already used at forum.sessions[1].people[0]',
    ),
    "a time that the spring night skips": (
        (
            'date: 2026-12-16, time: ["12:00", "13:00"]',
            'date: 2027-03-14, time: ["02:30", "03:30"]',
        ),
        f"webcasts[0].time[0]: 02:30 does not exist on 2027-03-14: {SKIPPED}",
    ),
    "a time that the autumn night has twice": (
        (
            'date: 2026-12-16, time: ["12:00", "13:00"]',
            'date: 2027-11-07, time: ["01:30", "03:30"]',
        ),
        (
            "webcasts[0].time[0]: 01:30 comes twice on 2027-11-07 in America/New_York; "
            "write 2027-11-07T01:30-04:00 or 2027-11-07T01:30-05:00"
        ),
    ),
    "an offset that is not the zone's": (
        (
            'date: 2026-12-16, time: ["12:00", "13:00"]',
            'date: 2026-12-16, time: ["2026-12-16T12:00-04:00", "13:00"]',
        ),
        "webcasts[0].time[0]: the clocks of America/New_York do not show 2026-12-16T12:00-04:00",
    ),
    "an opening in the night that is skipped": (
        ("  modes:", "  registration: {opens: 2027-03-14T02:30}\n  modes:"),
        f"forum.registration.opens: 02:30 does not exist on 2027-03-14: {SKIPPED}",
    ),
    "an unknown zone": (
        ("America/New_York", "America/New_Yrok"),
        'meta.timezone: no time zone "America/New_Yrok"; did you mean "America/New_York"?',
    ),
    "a zone that is a path": (
        ("title: News", "timezone: ../../etc/passwd, title: News"),
        'webcasts[0].timezone: no time zone "../../etc/passwd"',
    ),
    "an id used twice": (
        ("id: s02", "id: s01"),
        'forum.sessions[1].id: id "s01" is already used at forum.sessions[0].id',
    ),
    "an id of a room used twice": (
        ("id: north", "id: aud"),
        'rooms[1].id: id "aud" is already used at rooms[0].id',
        'forum.sessions[1].room: no room "north"',
    ),
    "an id of a forum and of a webcast": (
        ("id: w1", "id: forum-2027"),
        'webcasts[0].id: id "forum-2027" is already used at forum.id',
    ),
    "a slug used twice": (
        (
            "webcasts:",
            (
                "webcasts:\n"
                "  - {id: w0, slug: a, date: 2027-01-06, time: [12:00, 13:00], "
                "title: X, quiet: Y}\n"
                "  - {id: w2, slug: a, date: 2027-01-07, time: [12:00, 13:00], title: X, quiet: Y}"
            ),
        ),
        'webcasts[1].slug: slug "a" is already used at webcasts[0].slug',
    ),
    "text where a number belongs": (
        ("capacity: 220", "capacity: many"),
        'rooms[0].capacity: "many" is not a whole number',
    ),
    "a number in quotes": (
        ("capacity: 220", 'capacity: "220"'),
        'rooms[0].capacity: "220" is not a whole number',
    ),
    "a capacity below zero": (
        ("capacity: 220", "capacity: -1"),
        "rooms[0].capacity: -1 is not between 0 and 1000000",
    ),
    "places below zero": (
        ("in_person: 200", "in_person: -5"),
        "forum.modes.in_person: -5 is not between 0 and 1000000",
    ),
    "places that are neither a number nor unlimited": (
        ("in_person: 200", "in_person: lots"),
        'forum.modes.in_person: "lots" is not a whole number or unlimited',
    ),
    "an unknown mode": (
        ("in_person: 200", "by_fax: 200"),
        'forum.modes.by_fax: "by_fax" is not one of in_person, webcast, phone',
    ),
    "a number where text belongs": (
        ("title: One", "title: 42"),
        'forum.sessions[0].title: must be text; write it in quotes: "42"',
    ),
    "a no that YAML takes for false": (
        ("title: One", "title: no"),
        'forum.sessions[0].title: must be text; write it in quotes: "no"',
    ),
    "a list where one value belongs": (
        ("title: One", "title: [One]"),
        "forum.sessions[0].title: must be a single value",
    ),
    "one value where a list belongs": (
        ("people: [p02]", "people: p02"),
        "forum.sessions[1].people: must be a list",
    ),
    "one value where keys belong": (
        ('contact: {email: hello@lantern.example, phone: "+1-617-555-0142"}', "contact: hello"),
        "programme.contact: must hold keys with values",
    ),
    "three times where two belong": (
        ('["09:00", "09:45"]', '["09:00", "09:45", "10:00"]'),
        "forum.sessions[0].time: must be a list of two values",
    ),
    "yes and no in other words": (
        ("room: aud, kind", "room: aud, web: perhaps, kind"),
        'forum.sessions[0].web: "perhaps" is not true or false',
    ),
    "an unknown key": (
        ("room: aud, kind", "romo: aud, kind"),
        'forum.sessions[0].romo: unknown key; did you mean "room"?',
    ),
    "an unknown key at the top": (("meta:", "extra: 1\nmeta:"), "extra: unknown key"),
    "a key written twice": (
        ("title: One", "title: One, title: Two"),
        "forum.sessions[0].title: written twice",
    ),
    "a missing key": (("title: One, ", ""), "forum.sessions[0].title: missing"),
    "a missing time": (('time: ["09:00", "09:45"], ', ""), "forum.sessions[0].time: missing"),
    "an empty key": (("title: One", "title: "), "forum.sessions[0].title: empty"),
    "an empty text": (("title: One", 'title: " "'), "forum.sessions[0].title: empty"),
    "a text of two lines": (
        ("title: One", 'title: "One\\ntwo"'),
        "forum.sessions[0].title: must be one line of text",
    ),
    "a NUL behind an escape": (
        ("title: One", 'title: "One\\0"'),
        "forum.sessions[0].title: must be one line of text",
    ),
    "a text that is too long": (
        ("title: One", f"title: {'x' * 201}"),
        "forum.sessions[0].title: longer than 200 characters",
    ),
    "an unknown kind": (
        ("kind: talk, title: One", "kind: lecture, title: One"),
        f'forum.sessions[0].kind: "lecture" is not one of {KINDS}',
    ),
    "an unknown mark": (
        ("mark: triangle", "mark: heart"),
        'tracks[0].mark: "heart" is not one of triangle, circle, square, diamond, star, hexagon',
    ),
    "a slug with spaces": (
        ("id: forum-2027", "id: forum-2027\n  slug: Spring Forum"),
        'forum.slug: "Spring Forum" is not a slug (small letters, digits, single -)',
    ),
    "an id with spaces": (
        ("id: s01", "id: S 1"),
        'forum.sessions[0].id: "S 1" is not an id (small letters, digits, - and _, at most 40)',
    ),
    "a date that does not exist": (
        ("date: 2027-04-24", "date: 2027-04-31"),
        'forum.date: "2027-04-31" is not a date like "2027-04-24"',
    ),
    "a time that does not exist": (
        ('"09:45"', '"25:45"'),
        'forum.sessions[0].time[1]: "25:45" is not a time like "09:30"',
    ),
    "a lead that is not ISO 8601": (
        ("at: P7D", "at: 7 days"),
        'forum.reminders[0].at: "7 days" is not a length of time like P7D or PT90M (ISO 8601)',
    ),
    "a lead of nothing": (
        ("at: P7D", "at: P0D"),
        'forum.reminders[0].at: "P0D" is not a length of time like P7D or PT90M (ISO 8601)',
    ),
    "a time of day for a lead of minutes": (
        ("at: P7D", "at: PT90M"),
        "forum.reminders[0].local: goes with whole days, not with PT90M",
    ),
    "a time of day that does not exist": (
        ('local: "10:00"', 'local: "24:00"'),
        'forum.reminders[0].local: "24:00" is not a time of day like "10:00"',
    ),
    "the same reminder twice": (
        ('[{at: P7D, local: "10:00"}]', "[{at: P7D}, {at: P7D}]"),
        "forum.reminders[1]: the same as forum.reminders[0]",
    ),
    "a phone number in words": (
        ('"+1-617-555-0142"', "call us"),
        'programme.contact.phone: "call us" is not a phone number like "+1-617-555-0142"',
    ),
    "an address without a host": (
        ("hello@lantern.example", "hello"),
        'programme.contact.email: "hello" is not an email address',
    ),
    "a stream that is a script": (
        ("capacity: 220", 'stream: "javascript:alert(1)"'),
        (
            'rooms[0].stream: "javascript:alert(1)" is not a web address like '
            '"https://live.example/room"'
        ),
    ),
    "a companion of nobody": (
        (
            "webcasts:",
            (
                "registrants:\n  - {id: r1, name: A, role: patient, mode: phone, "
                "tz: America/New_York, with: r9, email: shared_with r8}\nwebcasts:"
            ),
        ),
        'registrants[0].with: no registrant "r9"',
        'registrants[0].email: no registrant "r8"',
    ),
    "a calendar entry of nothing": (
        (
            "webcasts:",
            (
                "calendar_entries:\n  - {event: w9, uid: aaaaaaaa}\n"
                "  - {event: forum-2027, session: s09, uid: aaaaaaaa}\nwebcasts:"
            ),
        ),
        'calendar_entries[0].event: no event "w9"',
        'calendar_entries[1].session: no session "s09"',
        'calendar_entries[1].uid: uid "aaaaaaaa" is already used at calendar_entries[0].uid',
    ),
}


@pytest.mark.parametrize(
    ("edit", "lines"), [(each[0], each[1:]) for each in FAULTS.values()], ids=FAULTS
)
def test_a_fault_is_named_with_its_place(edit, lines):
    assert faults_of(small(edit)) == list(lines)


def test_what_others_may_see_must_not_name_the_illness():
    source = small(
        ("quiet_name: Lantern", "quiet_name: Breast Care"),
        ("quiet: Spring day", "slug: mbc-day\n  quiet: {en: Spring day, es: Cáncer hoy}"),
        ("{id: s01,", "{id: stage_iv,"),
        ("title: Two, quiet: B", "title: Two, quiet: Chemo talk"),
        ("quiet: December", "quiet: Metastatic news"),
    )

    assert faults_of(source) == [
        f"{place}: names the illness, and others may see it"
        for place in (
            "programme.quiet_name",
            "forum.slug",
            "forum.quiet.es",
            "forum.sessions[0].id",
            "forum.sessions[1].quiet",
            "webcasts[0].quiet",
        )
    ]
    [fault] = faults_of(small(("id: forum-2027", "id: forum_mbc")))
    assert fault == "forum.id: names the illness, and others may see it"


def test_every_fault_is_named_in_the_order_of_the_file():
    source = small(
        ("capacity: 220", "capacity: -1"),
        ('["08:15", "16:30"]', '["08:15", "16:30", "x"]'),
        ("at: P7D", "at: soon"),
        ("room: aud, kind", "room: nowhere, kind"),
        ('["10:00", "10:45"]', '["10:00", "09:45"]'),
        ("quiet: December", "quiet: December, state: never"),
    )

    assert faults_of(source) == [
        "rooms[0].capacity: -1 is not between 0 and 1000000",
        "forum.hours: must be a list of two values",
        'forum.reminders[0].at: "soon" is not a length of time like P7D or PT90M (ISO 8601)',
        'forum.sessions[0].room: no room "nowhere"',
        (
            "forum.sessions[1].time: the end, 09:45, is not after the start, 10:00; "
            "an end on another day is written like 2027-04-25T09:45"
        ),
        (
            'webcasts[0].state: "never" is not one of announced, registration_open, '
            "replay_in_preparation, replay"
        ),
    ]
