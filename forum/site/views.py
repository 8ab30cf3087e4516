"""Doors to what everyone may see. Nothing here is personal, so every page may be kept whole."""

from datetime import datetime

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.calendars.links import for_event, for_everything, for_session
from forum.events import queries, rules, whole_queries, words
from forum.events.models import EventKind
from forum.events.times import Times
from forum.links import absolute
from forum.privacy import rules as retention
from forum.privacy.columns import PURPOSES
from forum.privacy.consents import text_in_force
from forum.privacy.models import ConsentPurpose
from forum.site import lists
from forum.site.agenda_page import agenda_page
from forum.site.event_page import event_page, session_facts
from forum.site.page_query import PageQuery
from forum.site.site import current_site
from forum.site.structured import event_data
from forum.tongues import FILTERS, say
from forum.web.language import keep_language
from forum.web.page_cache import cacheable

MOST_ON_FIRST_PAGE = 3
"""How many webcasts, and how many recordings, the first page names."""

bp = Blueprint("events", __name__)
bp.app_url_defaults(keep_language)
for name, each in FILTERS.items():
    bp.add_app_template_filter(each, name)


@bp.app_context_processor
def surroundings() -> dict[str, object]:
    """Give every template its `site`, which reads nothing before it is asked."""
    return {"site": current_site()}


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the next forum, the next webcasts and the newest recordings."""
    now = clock.now()
    coming, gone = queries.upcoming(now), queries.past(now)
    forums = [event for event in coming if event.kind == EventKind.FORUM]
    webcasts = [event for event in coming if event.kind == EventKind.WEBCAST]
    recorded = [event for event in gone if lists.is_replayable(event)]
    venue = queries.venue()
    return _page(
        "site/home.html",
        until=lists.next_change(coming, now),
        forums=lists.items(forums[:1], venue, now=now),
        webcasts=lists.items(webcasts[:MOST_ON_FIRST_PAGE], venue, now=now),
        recordings=lists.items(recorded[:MOST_ON_FIRST_PAGE], venue, now=now),
    )


@bp.get("/events/")
def index() -> ResponseReturnValue:
    """Show all events: what comes first, then the past by year."""
    now = clock.now()
    coming, venue = queries.upcoming(now), queries.venue()
    forums = [event for event in coming if event.kind == EventKind.FORUM]
    webcasts = [event for event in coming if event.kind == EventKind.WEBCAST]
    return _page(
        "site/index.html",
        until=lists.next_change(coming, now),
        forums=lists.items(forums, venue, now=now),
        webcasts=lists.items(webcasts, venue, now=now),
        links=for_everything(current_site().programme),
        years=lists.by_year(queries.past(now), now=now),
    )


@bp.get("/events/<slug>/")
def show(slug: str) -> ResponseReturnValue:
    """Show one event with its agenda."""
    now = clock.now()
    asked = PageQuery.of(request.args)
    event = queries.published(slug)
    sessions, venue = queries.sessions(event), queries.venue()
    programme = current_site().programme
    times = Times(event.timezone, asked.zone)
    path = url_for("events.show", slug=slug).partition("?")[0]
    old_start = next(iter(whole_queries.planned_before(event)), None)
    return _page(
        "site/event.html",
        until=rules.next_change(event, now),
        links=for_event(event, programme, venue),
        page=event_page(
            event,
            sessions,
            venue,
            times,
            path,
            now=now,
            online_since=whole_queries.went_online_at(event),
            old_start=old_start,
        ),
        agenda=agenda_page(event, sessions, asked, times, path),
        times=times,
        starts_at=event.starts_at,
        asked=asked,
        path=path,
        venue=venue,
        data=event_data(
            event, programme, venue, absolute("events.show", slug=slug), old_start=old_start
        ),
    )


@bp.get("/events/<slug>/sessions/<key>/")
def session(slug: str, key: str) -> ResponseReturnValue:
    """Show one session."""
    now = clock.now()
    asked = PageQuery.of(request.args)
    event = queries.published(slug)
    item = queries.session_of(event, key)
    times = Times(event.timezone, asked.zone)
    path = url_for("events.show", slug=slug).partition("?")[0]
    return _page(
        "site/session.html",
        until=rules.next_change(event, now),
        event=event,
        item=item,
        title=words.titled(item),
        description=say(item, "description"),
        event_title=words.titled(event),
        facts=session_facts(item),
        noted=words.tags(item),
        links=for_session(item, current_site().programme, queries.venue()),
        when=times.span(item.starts_at, item.ends_at),
        is_open=rules.standing(event, now) == rules.Standing.OPEN,
        asked=asked,
        path=path,
    )


@bp.get("/privacy")
def privacy() -> ResponseReturnValue:
    """Say what we keep, why, and when it is gone, from the table that the purge is held to."""
    return _page(
        "privacy/page.html",
        until=None,
        purposes=PURPOSES,
        rules=retention,
        agreed_to=[text_in_force(purpose) for purpose in ConsentPurpose],
    )


@bp.get("/accessibility")
def accessibility() -> ResponseReturnValue:
    """Say what we promise, and whom to tell when something stands in the way."""
    return _page("site/accessibility.html", until=None)


def _page(template: str, *, until: datetime | None, **facts: object) -> ResponseReturnValue:
    """Render a public page that may be kept until time alone changes it.

    It is kept for the whole site's revision and no longer than the next forum lasts, because
    the way around names that forum.
    """
    response = make_response(render_template(template, **facts))
    return cacheable(response, event=None, until=current_site().until(until))
