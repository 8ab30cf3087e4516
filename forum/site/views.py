"""Doors to what everyone may see. Nothing here is personal, so every page may be kept whole."""

from datetime import datetime

from flask import Blueprint, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.calendars.links import for_event, for_everything, for_session
from forum.events import queries, rules, whole_queries, words
from forum.events.models import EventKind, SessionStatus
from forum.events.promise_queries import promises
from forum.events.rules import Standing
from forum.events.times import Times
from forum.i18n import unbroken
from forum.links import absolute
from forum.phones import tappable
from forum.privacy import rules as retention
from forum.privacy.columns import PURPOSES
from forum.privacy.consents import text_in_force
from forum.privacy.models import ConsentPurpose
from forum.site import lists
from forum.site.agenda_page import agenda_page, anchor
from forum.site.event_page import event_page, session_facts
from forum.site.home_page import home_page
from forum.site.nearness import nearness, turns
from forum.site.page_query import PageQuery
from forum.site.site import current_site
from forum.site.structured import event_data
from forum.site.zone_choice import zone_choice
from forum.tongues import FILTERS, say
from forum.web.language import keep_language, keep_zone
from forum.web.page_cache import cacheable

bp = Blueprint("events", __name__)
bp.app_url_defaults(keep_language)
bp.app_url_defaults(keep_zone)
for name, each in FILTERS.items():
    bp.add_app_template_filter(each, name)
bp.add_app_template_filter(tappable)
bp.add_app_template_filter(unbroken)


@bp.app_context_processor
def surroundings() -> dict[str, object]:
    """Give every template its `site`, which reads nothing before it is asked."""
    return {"site": current_site()}


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the forum before, during and after, the next webcasts, and what was promised."""
    page = home_page(current_site().programme, now=clock.now())
    return _page("site/home.html", until=page.turns_at, page=page)


@bp.get("/events/")
def index() -> ResponseReturnValue:
    """Show all events: what comes first, then the past by year."""
    now, programme = clock.now(), current_site().programme
    coming, gone, venue = queries.upcoming(now), queries.past(now), queries.venue()
    promised = promises(gone, zone=programme.timezone, now=now)
    forums = [event for event in coming if event.kind == EventKind.FORUM]
    webcasts = [event for event in coming if event.kind == EventKind.WEBCAST]
    return _page(
        "site/index.html",
        until=lists.earliest(lists.next_change(coming, promised, now), lists.next_day(forums, now)),
        is_forum_first=lists.comes_first(forums, webcasts, now),
        forums=lists.items(forums, venue, now=now),
        webcasts=lists.items(webcasts, venue, now=now),
        links=for_everything(programme),
        years=lists.by_year(gone, promised, now=now),
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
    old_start = whole_queries.day_before(event)
    promised = promises([event], zone=programme.timezone, now=now)
    agenda = agenda_page(event, sessions, asked, times, path, now=now)
    return _page(
        "site/event.html",
        until=lists.earliest(lists.next_change([event], promised, now), agenda.until),
        event=event,
        links=for_event(event, programme, venue),
        page=event_page(
            event,
            sessions,
            venue,
            times,
            path,
            now=now,
            promise=promised.get(event.id),
            online_since=whole_queries.went_online_at(event),
            old_start=old_start,
        ),
        agenda=agenda,
        zones=zone_choice(event, asked, times, path),
        asked=asked,
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
    programme = current_site().programme
    promised = promises([event], zone=programme.timezone, now=now)
    standing = rules.standing(event, now)
    is_ended = standing in {Standing.CANCELLED, Standing.OVER}
    is_on = item.status == SessionStatus.SCHEDULED
    return _page(
        "site/session.html",
        until=lists.earliest(lists.next_change([event], promised, now), *turns(item, now)),
        event=event,
        item=item,
        title=words.titled(item),
        description=say(item, "description"),
        event_title=words.titled(event),
        facts=session_facts(item, promised.get(event.id), is_over=standing == Standing.OVER),
        noted=[
            *(nearness(item, now) if is_on and not is_ended and now < item.ends_at else ()),
            *([] if standing == Standing.CANCELLED else words.tags(item)),
        ],
        notice=words.notice(event, now)
        if standing == Standing.CANCELLED or (is_ended and is_on)
        else None,
        links=for_session(item, programme, queries.venue()),
        when=times.span(item.starts_at, item.ends_at),
        is_open=standing == Standing.OPEN,
        may_come=is_on and not is_ended,
        is_ended=is_ended,
        zones=zone_choice(item, asked, times, f"{path}sessions/{key}/"),
        asked=asked,
        path=path,
        anchor=anchor(item) if event.kind == EventKind.FORUM else "",
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
