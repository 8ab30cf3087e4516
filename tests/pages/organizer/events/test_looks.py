"""What a grave step would come to is read, never rehearsed: it is true, and holds nobody up."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import event as sql
from sqlalchemy import insert, select
from time_machine import travel

from forum import clock
from forum.audit.models import Action, AuditEntry
from forum.care.models import Task, TaskKind
from forum.care.rules import Purpose, kept_back
from forum.db import db, transaction
from forum.emails import Letter, write
from forum.events.models import Mode, Room
from forum.notices import queries
from forum.notices.reach_queries import reach
from forum.organizer.words import UNREACHED
from forum.outbox.models import Message
from forum.planning import whole_actions
from forum.planning.agenda_actions import cancel_session
from forum.registration.models import CareState, Registration, SessionPlace, Status
from forum.supposing import Supposed, supposing
from tests.desk import EVENT, desk_form, number_to_type, queries_in
from tests.make import SPRING_DAY, WRITTEN
from tests.notices import Desk as TellingDesk
from tests.rush import writing_all_the_while

pytestmark = pytest.mark.sqlite_is_enough

STEPS = ("online", "postpone", "cancel")
LATER = {"day": "2027-05-08"}


@pytest.fixture
def event(make):
    """A forum with a talk on a stream, a circle and a small walk that are only in the room."""
    event = make.event(title="Spring Forum", slug="forum-2027", capacity=20)
    hall, studio = make.room(name="Tide Auditorium"), make.room(name="Studio", dial_in=None)
    make.session(event, room=hall, title="Bones")
    make.session(event, room=studio, title="Circle", is_streamed=False, starts_at=at(1))
    make.session(event, title="Slow walk", is_streamed=False, starts_at=at(2), capacity=2)
    return event


@pytest.fixture
def crowd(make, event):
    """Whoever there may be at an event, in whatever state."""
    walk = event.sessions[2]
    ada = make.registration(event, name="Ada Trialrun")
    boris = make.registration(event, name="Boris Trialrun", language="es", companion_of=ada)
    cora = make.registration(event, name="Cora Waits", status=Status.WAITLISTED)
    make.registration(event, name="Delphine Full", is_discreet=False)
    make.registration(event, name="Eusebio Listens", mode=Mode.PHONE, waits_for=Mode.IN_PERSON)
    make.registration(event, name="Flora Watches", mode=Mode.WEBCAST)
    make.registration(event, name="Flora Waits", mode=Mode.WEBCAST, status=Status.WAITLISTED)
    make.registration(event, name="Greta Nomail", email=None, mode=Mode.PHONE)
    make.registration(event, name="Greta Comes", email=None)
    make.registration(event, name="Hollis Rests", care_state=CareState.PAUSED)
    make.registration(
        event, name="Hollis Back", care_state=CareState.PAUSED, care_until=WRITTEN.date()
    )
    make.registration(event, name="Ione Asked", care_state=CareState.HELD)
    make.registration(event, name="Ione Gone", care_state=CareState.HELD, status=Status.CANCELLED)
    make.registration(event, name="Kestrel Remembered", care_state=CareState.REMEMBERED)
    make.registration(event, name="Linnea Left", status=Status.CANCELLED)
    make.registration(event, name="Linnea Bounced", email="gone@people.example")
    make.registration(event, name="Linnea Both", email=None, care_state=CareState.PAUSED)
    make.block("gone@people.example")
    make.offer(cora, ends_at=clock.now() + timedelta(days=2))
    db.session.add_all(
        [
            SessionPlace(registration=ada, session=walk, status=Status.CONFIRMED),
            SessionPlace(registration=boris, session=walk, status=Status.CANCELLED),
            SessionPlace(registration=cora, session=walk, status=Status.WAITLISTED, wait_no=1),
        ]
    )
    walk.taken = 1
    db.session.commit()


@pytest.fixture
def told_before(event, crowd, make, petra):
    """Something is different already, and some have registered since."""
    with transaction():
        circle = event.sessions[1]
        cancel_session(circle, version=circle.version, by=petra, now=clock.now())
    later = clock.now() + timedelta(seconds=1)
    make.registration(event, name="Petra Late", registered_at=later)


def at(hour):
    return SPRING_DAY + timedelta(hours=hour)


def look(desk, step, **answers):
    """Return the page that says what a step would come to."""
    if step != "postpone":
        return desk.get(f"{EVENT}/{step}")
    return desk.submit(f"{EVENT}/{step}", status=200, step="look", **LATER, **answers)


def take(desk, step, page):
    form = {**page.form(f"{EVENT}/{step}"), "step": "do", "people": number_to_type(page)}
    desk.post(f"{EVENT}/{step}", form, status=303)


def afresh():
    db.session.rollback()
    db.session.expire_all()


def number_in(page, words):
    """Return the number before some words of a page, 0 where they do not stand there."""
    found = re.search(rf"(\d+) (?:person|people) {words}", page.text)
    return int(found[1]) if found else 0


def names_by_reason(page):
    """Return who is not written to, by the reason in words."""
    found = {}
    for reason in UNREACHED.values():
        for part in page.tree.iter("{http://www.w3.org/1999/xhtml}details"):
            text = " ".join("".join(part.itertext()).split())
            if text.startswith(str(reason)):
                links = part.iter("{http://www.w3.org/1999/xhtml}a")
                found[str(reason)] = [each.text for each in links]
    return found


def what_was_done():
    """Return to whom an email goes now, who is to be called, and what was written down of it."""
    afresh()
    emails = db.session.scalars(
        select(Message).where(Message.email.in_(("notice", "event_cancelled")))
    )
    going = sorted(
        each.registration.name
        for each in emails
        if kept_back(each.registration, Purpose.AUTOMATIC, now=clock.now()) is None
    )
    tasks = db.session.scalars(select(Task).where(Task.kind == TaskKind.CALL))
    calls = [
        each.registration.name
        for each in tasks
        if kept_back(each.registration, Purpose.AUTOMATIC, now=clock.now()) is None
    ]
    actions = (Action.NOTICE_SENT, Action.EVENT_CANCELLED)
    [facts] = db.session.scalars(
        select(AuditEntry.facts).where(AuditEntry.action.in_(actions))
    ).all()
    return going, calls, (facts["told"], facts["to_phone"])


@pytest.mark.both_engines
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("shape", ["crowd", "told_before"])
def test_a_look_says_whom_the_step_then_tells(desk, request, shape, step):
    request.getfixturevalue(shape)

    page = look(desk, step)
    numbers = number_in(page, "(?:is|are) written to"), number_in(page, "(?:is|are) to be phoned")
    reasons = names_by_reason(page)
    take(desk, step, page)

    going, calls, written_down = what_was_done()
    assert numbers == (len(going), len(calls)) == written_down
    assert len(going) > 3
    no_address, returned = (
        reasons.get(str(UNREACHED[each]), [])
        for each in (queries.Unreached.NO_ADDRESS, queries.Unreached.RETURNED)
    )
    assert sorted([*no_address, *returned]) == sorted(calls)
    assert returned == ["Linnea Bounced"]
    assert reasons[str(UNREACHED[queries.Unreached.PAUSED])][:2] == ["Linnea Both", "Hollis Rests"]
    held = ["Ione Asked"]  # who has canceled beside is told nothing more
    assert reasons[str(UNREACHED[queries.Unreached.HELD])] == held
    assert reasons[str(UNREACHED[queries.Unreached.REMEMBERED])] == ["Kestrel Remembered"]


@pytest.mark.parametrize("shape", ["crowd", "told_before"])
def test_a_look_says_who_and_what_goes_online(desk, event, request, shape):
    request.getfixturevalue(shape)

    page = look(desk, "online")
    take(desk, "online", page)

    afresh()
    action = AuditEntry.action == Action.EVENT_WENT_ONLINE
    facts = db.session.scalars(select(AuditEntry.facts).where(action)).one()
    moves = number_in(page, "takes? part online from now on")
    assert (moves, number_in(page, "who takes? part another way")) == (
        facts["moved"],
        facts["no_longer_wait"],
    )
    falls = [each.title for each in event.sessions if each.id in facts["canceled"]]
    assert falls == (["Circle", "Slow walk"] if shape == "crowd" else ["Slow walk"])
    assert all(title in page.text for title in falls)


@pytest.mark.both_engines
@pytest.mark.parametrize("step", ["online", "postpone"])
def test_counted_or_one_by_one_it_is_the_same_people(event, told_before, step):
    join(event, 10)
    now = clock.now()
    with supposing():
        if step == "online":
            whole_actions.begin_online(event, now=now)
        else:
            whole_actions.begin_postponing(event, at(24 * 14), at(24 * 14 + 8), now=now)
        counted, each_one = reach(event, now=now), queries.pending(event, now=now)

        assert counted.changes == each_one.changes
        assert told_what(counted) == told_what(each_one)
        kept = each_one.kept
        kept.pop(queries.Unreached.CANCELLED)
        assert counted.kept == kept
        assert len(counted.reached) < len(each_one.reached)


def told_what(pending):
    """Return how many are told of the same, and stand in the same way."""
    found = Counter()
    for each in pending.reached:
        who = each.person
        stands = who.mode, who.status, who.waits_for, who.is_discreet, who.language
        found[(*stands, *(said(change) for change in each.changes))] += each.number
    return found


def said(change):
    session = change.session and change.session.id
    before, now = (str(sorted(each.items(), key=str)) for each in (change.before, change.now))
    return session, before, now, frozenset(change.kinds), change.moves_along, change.is_chosen


@pytest.mark.both_engines
def test_the_email_that_is_looked_at_is_the_one_that_is_written(make, desk, event, crowd):
    """Also the number to call of a room that is only streamed once the event is online."""
    room = db.session.scalars(select(Room).where(Room.name == "Studio")).one()
    room.dial_in = "+1-617-555-0188"
    db.session.commit()
    circle = event.sessions[1]
    page = desk.get(f"{EVENT}/online")
    form = {**page.form(f"{EVENT}/online"), "step": "look", "also_online": str(circle.id)}
    form["reader"] = "phone.comes.discreet.en.relieved"

    page = desk.post(f"{EVENT}/online", form, status=200)
    shown = letter_in(page)
    take = {**form, "step": "do", "people": number_to_type(page)}
    desk.post(f"{EVENT}/online", take, status=303)

    afresh()
    [message] = [
        each
        for each in db.session.scalars(select(Message))
        if each.registration.name == "Eusebio Listens"
    ]
    letter = write(message, clock.now())
    assert isinstance(letter, Letter)
    assert "617-555-0188" in shown
    assert same(shown) == same(letter.text)


def letter_in(page):
    [part] = [
        each
        for each in page.tree.iter("{http://www.w3.org/1999/xhtml}pre")
        if each.get("class") == "letter__text"
    ]
    return "".join(part.itertext())


def same(text):
    """Return an email's words without what is one person's: her name, and her links."""
    return re.sub(r"/my/\S+|Example|Eusebio Listens|/unsubscribe/\S+", "…", text).split()


@pytest.mark.both_engines
@pytest.mark.parametrize("step", [*STEPS, "changes"])
def test_an_email_that_is_shown_has_an_address_to_come_back_to(desk, told_before, step):
    page = desk.get(f"{EVENT}/changes") if step == "changes" else look(desk, step)
    form = {**page.form(f"{EVENT}/{step}"), "words_en": "Bring a coat.", "step": "look"}

    address = desk.post(f"{EVENT}/{step}", form)
    once, again = desk.get(address), desk.get(address)

    assert "Bring a coat." in letter_in(again)
    assert again.text == once.text
    assert again.form(f"{EVENT}/{step}")["words_en"] == "Bring a coat."
    sensitive = {**form, "words_en": "Cancer day."}
    refused = desk.get(desk.post(f"{EVENT}/{step}", sensitive), status=422)
    assert len(refused.errors()) == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_look_waits_for_nobody_who_writes(app, desk, crowd, step):
    form = look(desk, step).form(f"{EVENT}/{step}")
    again = {**form, "step": "look"}

    with writing_all_the_while(app):
        desk.get(f"{EVENT}/{step}")
        page = desk.post(f"{EVENT}/{step}", again, status=200)

    assert "people are written to" in page.text


def test_the_first_look_after_a_while_waits_for_nobody_either(app, desk, told_before):
    """Whoever only looks is not written down as working, so that no turn is needed for it."""
    looks = {f"{EVENT}/{step}": look(desk, step).form(f"{EVENT}/{step}") for step in STEPS}
    looks[f"{EVENT}/changes"] = desk.get(f"{EVENT}/changes").form(f"{EVENT}/changes")

    with writing_all_the_while(app), travel(clock.now() + timedelta(minutes=5)):
        for address, form in looks.items():
            desk.post(address, {**form, "step": "look"}, status=200)
        rule = desk_form(desk.get(f"{EVENT}/reminders/add"))
        desk.post(f"{EVENT}/reminders/add", {**rule, "step": "check"}, status=200)


@pytest.mark.parametrize("step", STEPS)
def test_a_look_asks_as_little_about_many_people_as_about_few(desk, event, crowd, step):
    few = queries_in(lambda: look(desk, step))

    join(event, 500)

    assert queries_in(lambda: look(desk, step)) == few
    assert number_in(look(desk, step), "are written to") > 400


def test_what_waits_to_be_told_reads_only_those_whom_it_names(desk, event, crowd, petra):
    """Everyone else is counted, and so are the emails of earlier notices that went out."""
    told = TellingDesk(petra)
    told.move(event.sessions[0])
    told.send(event)
    told.move(event.sessions[1])
    join(event, 500, every_has_address=True)
    pages = [f"{EVENT}/changes", f"{EVENT}/changes/send"]
    read: list[Registration] = []

    def note(person, _context):
        read.append(person)

    sql.listen(Registration, "load", note)
    seen = [desk.get(page) for page in pages]
    sql.remove(Registration, "load", note)

    names = {person.name for person in read}
    assert "Ada Trialrun" not in names
    assert len(read) < 40
    for page in seen:
        assert number_in(page, "are written to") > 500
        assert "Linnea Left" in page.text
    assert "waiting: 0" not in seen[0].text


def test_sessions_that_follow_each_other_in_a_room_may_move_by_an_hour(make, desk, event):
    make.session(event, room=event.sessions[0].room, starts_at=at(1))

    page = desk.submit(
        f"{EVENT}/postpone", status=200, day="2027-04-24", starts="09:15", ends="17:30"
    )

    assert "The event is on Saturday, April 24, 2027, 9:15 am" in page.text


def join(event, number, *, every_has_address=False):
    """Let so many more people come. Every fifth has no address, unless all have."""
    one = db.session.scalars(select(Registration).where(Registration.name == "Ada Trialrun")).one()
    columns = Registration.__table__.columns
    row = {each.key: getattr(one, each.key) for each in columns if each.key != "id"}
    rows = [
        {
            **row,
            "public_id": f"n{each}",
            "uid": f"n{each}@many",
            "email": f"n{each}@many.example" if each % 5 or every_has_address else None,
        }
        for each in range(number)
    ]
    with transaction():
        db.session.execute(insert(Registration), rows)


def test_what_is_supposed_cannot_be_written(event):
    with supposing():
        event.title = "Another"
        with pytest.raises(Supposed):
            db.session.flush()
        with pytest.raises(Supposed):
            db.session.execute(db.update(Registration).values(name="Nobody"))
        with pytest.raises(Supposed):
            db.session.execute(select(Registration.id).with_for_update())

    assert event.title == "Spring Forum"
    event.title = "Another"
    db.session.flush()
    db.session.rollback()
