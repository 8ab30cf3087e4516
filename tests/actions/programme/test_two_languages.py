"""A second text is loaded, compared and guarded as the first one is."""

from dataclasses import replace

import pytest

from forum.db import transaction
from forum.planning import actions, agenda_actions
from forum.programme.reading.faults import Faulty
from tests.actions.planning.plans import event_plan, session_plan
from tests.programme import LATER, changed, event, loaded, session
from tests.rush import NOW

S09 = "session forum-2027/s09"
MOVING = "Movimiento en silla para mañanas rígidas"


def test_another_spanish_title_is_another_title_and_moves_no_calendar(app):
    loaded()
    before, was = session("s09"), event().revision
    seen = before.sequence

    report = loaded(changed((MOVING, "Moverse en silla")), now=LATER)

    assert (report.changed, report.keys) == ([S09], {S09: ["title"]})
    assert session("s09").in_spanish["title"] == "Moverse en silla"
    assert (session("s09").sequence, event().revision) == (seen, was + 1)


def test_the_spanish_of_a_room_renews_the_pages_that_name_it(app):
    loaded()
    was = event().revision

    report = loaded(changed(("Auditorio Tide", "Auditorio Marea")), now=LATER)

    assert report.keys == {"room aud": ["name"]}
    assert event().revision == was + 1


def test_what_the_desk_says_in_spanish_is_not_taken_back_by_an_older_file(app, make):
    loaded()
    row = session("s09")
    plan = session_plan(row)
    plan = replace(plan, in_spanish={**row.in_spanish, "title": "Moverse en silla"})
    with transaction():
        agenda_actions.change_session(row, plan, version=row.version, by=make.organizer(), now=NOW)

    with pytest.raises(Faulty) as refused:
        loaded(now=LATER)

    assert [each.place for each in refused.value.faults] == [S09]
    assert "changes title" in refused.value.lines[0]


def test_a_webcast_and_its_session_are_told_alike(app, make):
    loaded()
    webcast = event("w4")
    only = webcast.sessions[0]
    assert (only.description, only.in_spanish) == (webcast.description, webcast.in_spanish)

    with transaction():
        plan = event_plan(webcast, description="A new one.", in_spanish=None)
        actions.change_event(webcast, plan, version=webcast.version, by=make.organizer(), now=NOW)

    assert (only.description, only.in_spanish) == ("A new one.", None)


def test_the_whole_demo_is_there_in_both_languages(app):
    loaded()
    forum = event()
    webcasts = [event(f"w{number}") for number in range(1, 9)]
    titled = [forum, *forum.sessions, *webcasts]
    rooms = {each.room for each in forum.sessions if each.room}
    tracks = {each.track for each in forum.sessions if each.track}
    speakers = {who for each in forum.sessions for who in each.speakers}

    assert {frozenset(each.in_spanish) for each in titled} == {
        frozenset({"title", "quiet_title", "description"})
    }
    assert len(forum.sessions) + len(webcasts) == 40
    assert {tuple(each.in_spanish) for each in rooms | tracks} == {("name",)}
    assert {tuple(each.in_spanish) for each in speakers} == {("role",)}
