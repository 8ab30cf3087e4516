"""Who did what, for all to see who work here."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.accounts.queries import organizers
from forum.audit import queries
from forum.audit.models import Action
from forum.db import db
from forum.organizer import people_queries
from forum.organizer.desk import bp, page_number
from forum.organizer.reports.history_page import days
from forum.organizer.words import house_zone
from forum.web.forms import number

PER_PAGE = 50


@bp.get("/history/")
@guard.needs(OrganizerRole.COORDINATOR)
def history() -> ResponseReturnValue:
    """List deeds, newest first: all, or of one kind, person, organizer or day."""
    asked = request.args
    action = asked.get("action", "")
    chosen = Action(action) if action in list(Action) else None
    by = number(asked.get("by")) or None
    day = _day(asked.get("day", ""))
    public_id = asked.get("person", "")
    person = next(iter(people_queries.whose([public_id])), None) if public_id else None
    entries = queries.entries(action=chosen, by=by, span=_span(day))
    if person is not None:
        entries = entries.where(people_queries.is_about(person))
    pages = db.paginate(entries, page=page_number(), per_page=PER_PAGE, error_out=False)
    return render_template(
        "organizer/history/list.html",
        pages=pages,
        days=days(pages.items),
        actions=list(Action),
        chosen=chosen,
        organizers=organizers(),
        by=by,
        day=day,
        person=person,
        path=lambda page: url_for(
            ".history",
            action=chosen,
            by=by,
            day=day,
            person=person and person.public_id,
            page=page,
        ),
    )


def _day(text: str) -> date | None:
    """Return a day as a form sends it; none for anything odd."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(2000, 1, 1) < day < date(3000, 1, 1) else None


def _span(day: date | None) -> tuple[datetime, datetime] | None:
    """Return the instants between which it is that day on the programme's clock."""
    if day is None:
        return None
    zone = ZoneInfo(house_zone())
    starts, ends = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    return starts, ends
