"""No byte that leaves the house tells the illness, unless its reader asked for full titles."""

import email
import email.policy
import re
import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

import pytest

from forum import clock
from forum.db import db
from forum.emails import Letter, mime, write
from forum.emails.kinds import KINDS, CalendarMethod
from forum.events.models import Event, Mode, Venue
from forum.links import feed_token, my_token, token
from forum.registration.models import AddressChange, Registration, SessionPlace, Status
from forum.registration.my.details.forms import PARTS
from tests.mail.illness import TOKEN
from tests.mail.occasions import STATUS_FOR, all_occasions, facts_of, invited, person_for

pytestmark = pytest.mark.sqlite_is_enough

TELLING = re.compile(
    r"cancer|metast|oncolog|breast|tumou?r|mbc|stage|embrace"
    r"|chemo|quimio|\bmamas?\b|\betapa\b|\bestadio\b|\bpacientes?\b|\bpatients?\b|illness",
)
"""The issue's words and more, looked for in small letters without accents."""
ALWAYS = {
    "calendars.personal",
    "registration.my",
    "registration.change_mode",
    "registration.cancel",
    "registration.day",
    "registration.details",
    "registration.details_part",
    "registration.my_data",
    "registration.session",
    "registration.unsubscribe",
}
SOMETIMES = {
    "ada": {"registration.sessions"},
    "kestrel": {"registration.offer", "registration.waiting", "registration.confirm_address"},
}
"""Some that must be among the personal pages, so that the walk is not empty."""


@pytest.fixture
def telling_house(make) -> Event:
    """Return a forum of a house in which every name tells, but the neutral ones."""
    make.programme(name="EMBRACE Metastatic Breast Cancer Programme")
    venue = db.session.query(Venue).one()
    venue.name = "Metastatic Breast Oncology Center, Centro de Oncología"
    venue.arrival = "Take the lift to the MBC clinic, Etapa IV."
    venue.in_spanish = {"name": "Centro de Oncología", "arrival": "La clínica de mama."}
    event = make.event(title="Stage IV: Living With Metastatic Breast Cancer")
    event.description = "For people with metastatic breast cancer."
    event.in_spanish = {"title": "Cáncer metastásico", "description": "Sobre el cáncer de mama."}
    event.details = {"promised_by": "2027-05-07"}
    rooms = [
        make.room(name="Tumor Board Room", dial_in="+1-617-555-0150"),
        make.room(name="Sala de Cáncer de Mama", dial_in="+1-617-555-0151"),
    ]
    speaker = make.speaker(name="Dr. Marigold Testwell", role="Breast oncologist, EMBRACE")
    track = make.track(name="Metastases")
    for room in rooms:
        make.session(
            event,
            title="Brain metastases: tumor or not",
            description="What a brain tumor is.",
            in_spanish={"title": "Metástasis", "description": "Qué es un tumor."},
            room=room,
            track=track,
            speakers=(speaker,),
            capacity=8,
            subtypes=("her2_pos",),
        )
    for lead in ("P7D", "P2D"):
        make.reminder(event, lead, local_time="10:00")
    db.session.commit()
    return event


def told(text: str) -> list[str]:
    """Return the telling words of a text, however they are written; tokens are cut out."""
    bare = TOKEN.sub("", unquote(text))
    letters = unicodedata.normalize("NFKD", bare).casefold()
    return TELLING.findall("".join(c for c in letters if not unicodedata.combining(c)))


def readable(letter: Letter) -> str:
    """Return every byte of an email as a program or a person could read it."""
    message = email.message_from_bytes(mime.as_bytes(letter), policy=email.policy.default)
    parts = list(message.walk())
    labels = [f"{name}: {value}" for part in parts for name, value in part.items()]
    names = [part.get_filename() or "" for part in parts]
    bodies = [part.get_payload(decode=True).decode() for part in parts if not part.is_multipart()]
    unfolded = [body.replace("\r\n ", "") for body in bodies]
    return "\n".join([*labels, *names, *bodies, *unfolded])


@pytest.fixture
def letter_for(make, queue):
    """Return a way to have an email as it would be written now."""

    def letter_for(name: str, person: Registration) -> Letter:
        if KINDS[name].calendar == CalendarMethod.CANCEL:
            invited(queue, person)
        letter = write(queue(name, person, facts=facts_of(make, name, person)), clock.now())
        assert isinstance(letter, Letter), letter
        return letter

    return letter_for


@pytest.mark.both_engines
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("occasion", all_occasions())
def test_no_byte_of_a_discreet_email_tells(make, telling_house, letter_for, occasion, language):
    name, status, mode = occasion
    person = person_for(make, telling_house, name, status=status, mode=mode, language=language)
    assert told(readable(letter_for(name, person))) == []


@pytest.mark.both_engines
@pytest.mark.parametrize("name", STATUS_FOR)
def test_whoever_chose_full_titles_reads_them(make, telling_house, letter_for, name):
    flora = person_for(make, telling_house, name, is_discreet=False)
    assert (told(readable(letter_for(name, flora))) == []) is (name == "confirm_address")


def test_the_words_are_found_wherever_they_hide():
    for hidden in ("c%C3%A1ncer", "METÁSTASIS", "\uff23ancer", "backstage", "de Mama,", "MBC"):
        assert told(hidden) != [], hidden
    assert told("https://lantern.example/my/" + "cancer" * 12 + "/offer") == []
    assert told("https://lantern.example/cancer/offer") == ["cancer"]


@pytest.mark.both_engines
def test_an_address_is_hinted_at_without_its_domain(make, telling_house, letter_for):
    ada = person_for(make, telling_house, "address_changed")
    message = letter_for("address_changed", ada)
    change = db.session.query(AddressChange).one()
    change.new_email = "ada@breastcancer.example"
    again = letter_for("address_changed", ada)
    assert told(readable(message)) + told(readable(again)) == []


@pytest.fixture
def ada(make, telling_house) -> Registration:
    """Return a discreet attendee with a session of her own."""
    ada = make.registration(telling_house)
    for session in telling_house.sessions:
        db.session.add(SessionPlace(registration=ada, session=session, status=Status.CONFIRMED))
    db.session.commit()
    return ada


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_byte_of_her_calendar_tells(app, ada, mode, language):
    ada.mode, ada.language = mode, language
    db.session.commit()
    answer = app.test_client().get(f"/my/{feed_token(ada)}/calendar.ics")
    assert answer.status_code == 200
    everything = f"{answer.headers}\n{answer.text}\n" + answer.text.replace("\r\n ", "")
    assert answer.text.count("BEGIN:VEVENT") == 3
    assert told(everything) == []


@pytest.mark.parametrize(
    "address",
    [
        "/calendar.ics",
        "/events/forum-1/calendar.ics",
        "/events/forum-1/sessions/{key}/calendar.ics",
    ],
)
def test_no_byte_of_a_public_calendar_tells_unless_it_is_asked_to(app, telling_house, address):
    telling_house.slug = "forum-1"
    db.session.commit()
    address = address.format(key=telling_house.sessions[0].key)
    for language in ("en", "es"):
        answer = app.test_client().get(f"{address}?lang={language}")
        assert answer.status_code == 200
        assert told(f"{answer.headers}\n" + answer.text.replace("\r\n ", "")) == []
    full = app.test_client().get(f"{address}?titles=full")
    assert told(full.text.replace("\r\n ", "")) != []


@pytest.fixture
def kestrel(make, telling_house) -> Registration:
    """Return a discreet attendee who has a place online, waits for another, and is offered it."""
    kestrel = make.registration(telling_house, mode=Mode.WEBCAST, waits_for=Mode.IN_PERSON)
    make.registration(telling_house, companion_of=kestrel)
    make.offer(kestrel, ends_at=clock.now() + timedelta(days=3))
    change = AddressChange(
        registration=kestrel,
        new_email="kestrel@elsewhere.example",
        old_email=kestrel.email,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(days=2),
    )
    db.session.add(change)
    db.session.commit()
    return kestrel


def addresses_of(app, person: Registration) -> Iterator[tuple[str, str]]:
    """Give every address that opens something of one person's, with its endpoint."""
    change = db.session.query(AddressChange).filter_by(registration=person).first()
    tokens = {
        "calendars.personal": feed_token(person),
        "calendars.personal_date": feed_token(person),
        "registration.unsubscribe": token("unsubscribe", person.public_id, person.link_version),
        "registration.confirm_address": token("address", change.public_id, 1) if change else "",
    }
    key = person.event.sessions[0].key
    other = person.companions[0].public_id if person.companions else "nobody"
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            is_hers = rule.rule.startswith(("/my/", "/unsubscribe/")) and "GET" in rule.methods
            if not is_hers or tokens.get(rule.endpoint) == "":
                continue
            for part in PARTS if "part" in rule.arguments else [""]:
                values = {
                    "key": key,
                    "name": "lantern-spring-day",
                    "public_id": other,
                    "part": part,
                    "token": tokens.get(rule.endpoint, my_token(person)),
                }
                asked = {name: values[name] for name in rule.arguments}
                yield rule.endpoint, app.url_for(rule.endpoint, **asked)


@pytest.mark.both_engines
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("who", ["ada", "kestrel"])
def test_no_personal_page_tells_in_its_address_title_or_headers(app, request, who, language):
    person, opened = request.getfixturevalue(who), set()
    person.language = language
    db.session.commit()
    for endpoint, address in addresses_of(app, person):
        answer = app.test_client().get(f"{address}?lang={language}")
        assert answer.status_code < 500, endpoint
        if answer.status_code == 200:
            opened.add(endpoint)
        whole = answer.get_data(as_text=True)
        is_page = answer.mimetype == "text/html" and "attachment" not in str(answer.headers)
        titles = re.findall(r"<title>(.*?)</title>", whole, re.DOTALL) if is_page else [whole]
        assert told("\n".join([address, str(answer.headers), *titles])) == [], endpoint
    assert opened >= ALWAYS | SOMETIMES[who]


@pytest.mark.parametrize(
    ("roles", "is_discreet"),
    [
        (["patient"], True),
        (["caregiver"], True),
        (["other"], True),
        ([], True),
        (["clinician"], False),
        (["patient", "clinician"], True),
    ],
)
def test_everyone_but_mere_clinicians_is_discreet_who_has_not_chosen(
    telling_house, visitor, roles, is_discreet
):
    visitor.submit(
        f"/events/{telling_house.slug}/register",
        name="Ada Q. Trialrun",
        email="ada@people.example",
        mode="in_person",
        roles=roles,
        titles=None,
    )
    assert [each.is_discreet for each in db.session.query(Registration)] == [is_discreet]
