"""The first room: what needs someone today."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.care import call_queries
from forum.db import db
from forum.events.promise_queries import open_promises
from forum.events.promise_rules import PromiseState
from forum.notices import end_queries
from forum.notices import queries as notices
from forum.organizer import people_queries, queries, words
from forum.organizer.desk import bp, opened, page_number
from forum.organizer.mail import leaving_page
from forum.organizer.queries import Need
from forum.privacy import purge_queries

PER_PAGE = 50


@bp.get("/")
@guard.needs(OrganizerRole.VIEWER)
def dashboard() -> ResponseReturnValue:
    """Show what needs someone, the coming events, and whether mail goes out."""
    now = clock.now()
    promised = open_promises(zone=words.house_zone(), now=now)
    return render_template(
        "organizer/dashboard.html",
        late=[each for each in promised if each[1].state == PromiseState.LATE],
        due=[each for each in promised if each[1].state == PromiseState.DUE],
        now=now,
        today=queries.today(now=now),
        knows_names=guard.knows_names(),
        calls=call_queries.cards(now=now),
        leaving=leaving_page.lines(now=now),
        untold=notices.waiting(now=now),
        untold_ends=end_queries.untold_ends(now=now),
        purge=purge_queries.large_purge(now=now),
    )


@bp.get("/people")
@guard.needs(OrganizerRole.COORDINATOR)
def people() -> ResponseReturnValue:
    """List all those whom the first page counts for one reason, over all coming events."""
    asked = request.args.get("who", "")
    need = Need(asked) if asked in list(Need) else Need.TO_PHONE
    pages = db.paginate(
        queries.needing(need, now=clock.now()),
        page=page_number(),
        per_page=PER_PAGE,
        error_out=False,
    )
    return render_template(
        "organizer/people/needing.html",
        need=need,
        needs=Need,
        pages=pages,
        flags=people_queries.flags(pages.items),
        opened=opened(pages.items),
        path=lambda number: url_for(".people", who=need, page=number),
    )
