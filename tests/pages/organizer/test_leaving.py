"""What leaves in the next two days, as Today counts it, each with the list that it counts."""

from datetime import date, timedelta

import pytest

from forum import clock
from forum.accounts.models import OrganizerRole
from forum.db import db, transaction
from forum.emails.kinds import SIGN_IN
from forum.events.queries import programme
from forum.incoming.models import ReportKind
from forum.organizer.mail.leaving_queries import mail_waiting
from forum.outbox.actions import stop
from forum.outbox.models import Message, MessageState
from forum.registration.models import CareState, Status
from forum.reminders import queries
from forum.reminders.actions import plan_group
from forum.reminders.preview import preview
from forum.reminders.queries import of_event
from tests.desk import EVENT, OrganizerAtDesk, queries_for
from tests.pages.organizer.outbox import alive, failed_message
from tests.people import XHTML, words

pytestmark = pytest.mark.sqlite_is_enough

TODAY = "/organize/"


def leaving(page) -> list[str]:
    """Return the lines of what leaves soon."""
    lists = [each for each in page.all("ul") if each.get("class") == "leaving"]
    return [words(item) for each in lists for item in each.iter(XHTML + "li")]


def waits(make, person, email, *, hours=0.0, number=1, **facts):
    """Let emails to someone wait in the outbox."""
    due_at = clock.now() + timedelta(hours=hours)
    stands = {"state": MessageState.QUEUED, "reason": None, "due_at": due_at, "email": email}
    for each in range(number):
        key = f"{email}:{person.id}:{hours}:{each}"
        failed_message(make, person, **{**stands, "dedupe_key": key, **facts})


@pytest.mark.both_engines
def test_reminders_are_counted(make, desk):
    alive()
    event = make.event(slug="soon", starts_at=clock.now() + timedelta(days=3))
    make.reminder(event, "P2D")
    for name in ("Ada", "Boris", "Cora"):
        make.registration(event, name=name)
    make.registration(event, name="Hollis", care_state=CareState.PAUSED)
    make.registration(event, name="Kestrel", wants_reminders=False)
    make.registration(event, name="Greta Nomail", email=None)
    make.registration(event, name="Flora", status=Status.CANCELLED)

    page = desk.get(TODAY)

    assert leaving(page) == [
        (
            "Tue, Nov 24, 2026, 10:00 am · Reminder: 2 days before · Lantern spring day"
            " 3 people, 3 not written to"
        )
    ]
    assert page.links()["Reminder: 2 days before"] == "/organize/events/soon/reminders"


@pytest.mark.both_engines
def test_whose_address_takes_no_mail_is_not_counted_among_those_who_get_one(make, desk):
    event = make.event(slug="soon", starts_at=clock.now() + timedelta(days=3))
    make.reminder(event, "P2D")
    make.registration(event)
    for kind in (ReportKind.HARD, ReportKind.SOFT, ReportKind.COMPLAINT):
        person = make.registration(event)
        make.block(person.email, kind)
        waits(make, person, "notice")
        waits(make, person, "confirm_address", hours=-1)
    waits(make, make.registration(event, email=None), "notice")

    assert leaving(desk.get(TODAY)) == [
        "Now · Question to a new address · Lantern spring day 3 emails",
        "Now · Notice of changes · Lantern spring day 1 email, 3 not written to",
        (
            "Tue, Nov 24, 2026, 10:00 am · Reminder: 2 days before · Lantern spring day"
            " 1 person, 4 not written to"
        ),
    ]


@pytest.mark.both_engines
@pytest.mark.parametrize("had", range(5))
@pytest.mark.parametrize("later", [(), ("PT2H",), ("PT2H", "PT3H", "PT1H")])
def test_today_says_of_whom_it_is_one_email_too_many_what_the_reminders_say(make, desk, had, later):
    event = make.event(slug="soon", starts_at=clock.now() + timedelta(days=3))
    for lead in ("P2D", *later):
        make.reminder(event, lead)
    ada = make.registration(event)
    waits(make, ada, "notice", number=had, state=MessageState.SENT)

    [first, *_others] = preview(event, of_event(event), now=clock.now()).ahead

    gets = not later or had + len(later) + 1 <= 4
    assert (len(first.people), len(first.silent)) == (gets, not gets)
    said = "1 person" if gets else "0 people, 1 not written to"
    assert [each for each in leaving(desk.get(TODAY)) if "2 days before" in each] == [
        f"Tue, Nov 24, 2026, 10:00 am · Reminder: 2 days before · Lantern spring day {said}"
    ]


def test_a_reminder_that_leaves_later_is_not_said(make, desk):
    event = make.event(slug="soon", starts_at=clock.now() + timedelta(days=6))
    make.reminder(event, "P2D")
    make.registration(event)

    assert leaving(desk.get(TODAY)) == []


@pytest.mark.both_engines
def test_people_on_other_clocks_are_one_line_that_says_so(make, desk):
    event = make.event(slug="soon", starts_at=clock.now() + timedelta(days=3))
    make.reminder(event, "P2D", local_time="10:00")
    for zone in ("America/New_York", "America/Los_Angeles", "Europe/Madrid"):
        make.registration(event, timezone=zone)

    (line,) = leaving(desk.get(TODAY))

    assert "10:00 am and later, on each person's clock" in line
    assert line.endswith("3 people")


@pytest.mark.both_engines
def test_what_waits_in_the_outbox_is_counted_by_kind_and_event(make, desk, event):
    ada, boris = make.registration(event), make.registration(make.event(quiet_title="Evening"))
    waits(make, ada, "confirmation", hours=-1, number=2)
    waits(make, ada, "notice", hours=5)
    waits(make, ada, "notice", hours=20)
    waits(make, boris, "notice", hours=47)
    waits(make, boris, "pause_over", hours=49)
    waits(make, ada, "promoted", state=MessageState.SENT)

    page = desk.get(TODAY)

    assert leaving(page) == [
        "Now · Confirmation · Lantern spring day 2 emails",
        "Mon, Nov 23, 2026, 3:00 pm and later · Notice of changes · Lantern spring day 2 emails",
        "Wed, Nov 25, 2026, 9:00 am · Notice of changes · Evening 1 email",
    ]


@pytest.mark.both_engines
def test_what_waits_for_who_wants_quiet_is_not_said_to_leave(make, desk, event):
    waits(make, make.registration(event), "notice")
    for state in (CareState.HELD, CareState.PAUSED):
        waits(make, make.registration(event, care_state=state), "notice")
    over = {"care_state": CareState.PAUSED, "care_until": date(2026, 11, 23)}
    waits(make, make.registration(event, **over), "notice")
    waits(make, make.registration(event, care_state=CareState.PAUSED), "my_link")

    assert leaving(desk.get(TODAY)) == [
        "Now · Notice of changes · Lantern spring day 2 emails, 2 not written to",
        "Now · Personal link · Lantern spring day 1 email",
    ]


@pytest.mark.both_engines
def test_what_is_sent_only_where_something_has_changed_is_not_counted_as_if_it_were(
    make, desk, event
):
    ada = make.registration(event)
    waits(make, ada, "pause_over", hours=5, facts={"only_if_changed": True})

    assert leaving(desk.get(TODAY)) == [
        (
            "Mon, Nov 23, 2026, 3:00 pm · Emails go out again · Lantern spring day"
            " 0 emails, 1 only if something has changed"
        )
    ]


@pytest.mark.both_engines
def test_a_number_leads_to_the_emails_that_it_counts(make, desk, event):
    ada = make.registration(event)
    waits(make, ada, "pause_over", hours=5)
    waits(make, ada, "pause_over", hours=100)
    waits(make, make.registration(make.event()), "waitlist")

    href = desk.get(TODAY).links()["Emails go out again"]
    page = desk.get(href)

    assert words(page.one("caption")) == "1 email"
    assert "Only what leaves in the next 48 hours." in page.text
    every = desk.get(page.links()["Show all of them"])
    assert words(every.one("caption")) == "2 emails"


@pytest.mark.both_engines
def test_offers_that_end_are_counted_with_both_of_two(make, desk, event):
    ada, wim, kim = (make.registration(event, status=Status.WAITLISTED) for _ in range(3))
    make.offer(ada, ends_at=clock.now() + timedelta(hours=10), partner=wim)
    make.offer(kim, ends_at=clock.now() + timedelta(days=3))

    page = desk.get(TODAY)

    assert leaving(page) == [
        (
            "Mon, Nov 23, 2026, 8:00 pm · Offers end that nobody has answered · Lantern spring day"
            " 2 people"
        )
    ]
    assert page.links()["Offers end that nobody has answered"] == f"{EVENT}/waitlist"


@pytest.mark.both_engines
def test_a_reminder_in_the_outbox_is_counted_once(make, desk):
    event = make.event(slug="soon", starts_at=clock.now() + timedelta(days=2, minutes=1))
    make.reminder(event, "P2D")
    make.registration(event)
    (group,) = queries.due_groups(now=clock.now())
    with transaction():
        plan_group(group, now=clock.now())

    assert [line.partition(" · ")[2] for line in leaving(desk.get(TODAY))] == [
        "Reminder: 2 days before · Lantern spring day 1 person"
    ]


def test_a_reminder_that_waits_for_the_morning_is_counted_in_the_outbox(make, desk, event):
    ada, due = make.registration(event), int(clock.now().timestamp()) - 60
    waits(make, ada, "reminder", hours=10, facts={"due": due})

    assert leaving(desk.get(TODAY)) == [
        "Mon, Nov 23, 2026, 8:00 pm · Reminder · Lantern spring day 1 email"
    ]

    ada.wants_reminders = False
    db.session.commit()
    assert leaving(desk.get(TODAY)) == [
        "Mon, Nov 23, 2026, 8:00 pm · Reminder · Lantern spring day 0 emails, 1 not written to"
    ]


def test_emails_to_organizers_are_of_no_event(make, desk, petra):
    make._keep(
        Message(
            email=SIGN_IN,
            organizer=petra,
            facts={},
            dedupe_key="sign_in:1",
            created_at=clock.now(),
            due_at=clock.now(),
        )
    )

    assert leaving(desk.get(TODAY)) == ["Now · Sign-in link 1 email"]


def test_while_all_emails_are_stopped_it_says_so(make, desk, event, petra):
    waits(make, make.registration(event), "confirmation")
    with transaction():
        stop(programme(), by=petra, now=clock.now())

    assert "All emails are stopped. What goes to attendees leaves when" in desk.get(TODAY).text


def test_a_viewer_is_led_nowhere(app, make, event):
    waits(make, make.registration(event), "confirmation")
    viewer = OrganizerAtDesk(app, make.organizer(role=OrganizerRole.VIEWER))

    page = viewer.get(TODAY)

    assert leaving(page) == ["Now · Confirmation · Lantern spring day 1 email"]
    assert "Confirmation" not in page.links()


def test_more_that_leaves_makes_the_first_page_ask_the_database_no_more(make, desk):
    event = make.event(slug="soon", starts_at=clock.now() + timedelta(days=3))
    make.reminder(event, "P2D")
    one = make.registration(event, status=Status.WAITLISTED)
    make.offer(one, ends_at=clock.now() + timedelta(hours=5))
    waits(make, make.registration(event), "confirmation")
    desk.get(TODAY)
    before = queries_for(desk, TODAY)
    for _ in range(5):
        waits(make, make.registration(event), "notice")
        waiting = make.registration(make.event(), status=Status.WAITLISTED)
        make.offer(waiting, ends_at=clock.now() + timedelta(hours=5))

    assert queries_for(desk, TODAY) == before


@pytest.mark.parametrize("state", sorted(set(MessageState) - {MessageState.QUEUED}))
def test_what_has_left_or_never_will_is_not_counted(make, app, event, state):
    waits(make, make.registration(event), "confirmation", state=state)
    db.session.rollback()

    assert mail_waiting(now=clock.now()) == []
