"""Finding people, in every event or in one. What is typed stays out of addresses and logs."""

from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.db import db
from forum.events.models import Event
from forum.organizer import people_queries, programme_queries
from forum.organizer.desk import bp, page_number
from forum.organizer.search_forms import FOUND, SearchForm

PER_PAGE = 50


@bp.route("/search", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def find() -> ResponseReturnValue:
    """Find people by name, address or phone number, over all events."""
    return _find(None)


@bp.route("/events/<slug>/registrations/search", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
def search(slug: str) -> ResponseReturnValue:
    """Find people among those of one event."""
    return _find(programme_queries.event(slug))


def _find(event: Event | None) -> ResponseReturnValue:
    """Lead a search to its own address, and show there whom it finds: so Back leads to it again."""
    form, sign_in, now = SearchForm(), guard.current_sign_in(), clock.now()
    if form.validate_on_submit() and form.words.data:
        return redirect(_address(event, form.address_letters(sign_in, now=now)), 303)
    words, letters = form.is_for(sign_in, now=now), request.args.get(FOUND, "")
    pages, near = None, []
    if words:
        pages = db.paginate(
            people_queries.found(words, event),
            page=page_number(),
            per_page=PER_PAGE,
            error_out=False,
        )
        near = [] if pages.total else people_queries.near(words, event)
    page = render_template(
        "organizer/people/search.html",
        form=form,
        event=event,
        pages=pages,
        near=near,
        everywhere=_address(None, letters) if words else None,
        flags=people_queries.flags(pages.items or near if pages else []),
        path=lambda number: _address(event, letters, page=number),
    )
    return page, form.status


def _address(event: Event | None, letters: str, **more: Any) -> str:  # noqa: ANN401 - of addresses
    if event is None:
        return url_for(".find", found=letters, **more)
    return url_for(".search", slug=event.slug, found=letters, **more)
