"""Lists for letters, badges, the door, next year and reports: asked, confirmed, written down."""

from datetime import timedelta

from flask import Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from forum import clock
from forum.accounts import guard
from forum.accounts.models import OrganizerRole
from forum.audit.actions import record
from forum.audit.models import Action
from forum.db import transaction
from forum.errors import Missing
from forum.events.models import Event
from forum.organizer import programme_queries
from forum.organizer.asking import ask
from forum.organizer.desk import bp
from forum.organizer.reports import exports, list_queries
from forum.organizer.reports.exports import Format
from forum.organizer.reports.list_forms import PAGE, CheckInForm, FileForm, FoodForm, PaperForm
from forum.organizer.reports.list_page import COVERS, Paper, covers_of, why_nobody_comes

A_DAY = timedelta(days=1)


@bp.get("/events/<slug>/lists")
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def lists(slug: str) -> ResponseReturnValue:
    """Name the lists that can be made."""
    event = programme_queries.event(slug)
    return render_template(
        "organizer/lists/index.html",
        event=event,
        covers=covers_of(event),
        why_nobody=why_nobody_comes(event),
    )


@bp.route("/events/<slug>/lists/<name>", methods=["GET", "POST"])
@guard.needs(OrganizerRole.COORDINATOR)
@guard.opens_by_link
def make_list(slug: str, name: str) -> ResponseReturnValue:
    """Say what a list holds, then give it.

    One of who comes is none where nobody does: the page of the lists says why.

    Names for the door can be had without a passkey from the day before on: nobody must stand there
    without them.
    """
    event = programme_queries.event(slug)
    if name not in list(Paper):
        raise Missing
    paper = Paper(name)
    if paper not in covers_of(event):
        return redirect(url_for(".lists", slug=slug), 303)
    form = FileForm() if paper.is_file else _form(paper)
    is_bare = isinstance(form, CheckInForm) and not form.with_needs.data
    is_for_door = is_bare and (guard.knows_names() or _is_near(event))
    if not is_for_door and not guard.is_confirmed():
        return guard.ask_passkey()
    if not form.validate_on_submit():
        return ask("lists/ask", form, event=event, cover=COVERS[paper], paper=paper)
    with transaction():
        by, now = guard.current_organizer(), clock.now()
        record(Action.EXPORTED, event, {"what": paper, **_chosen(form)}, now=now, organizer=by)
    if isinstance(form, FileForm):
        return _file(paper, event, Format(form.format.data))
    return _food(event, form) if isinstance(form, FoodForm) else _page(paper, event, form)


def _is_near(event: Event) -> bool:
    """Tell whether people are about to come, or are there."""
    return event.starts_at - A_DAY <= clock.now() < event.ends_at


def _form(paper: Paper) -> PaperForm:
    forms: dict[Paper, type[PaperForm]] = {Paper.CHECK_IN: CheckInForm, Paper.CATERING: FoodForm}
    return forms.get(paper, PaperForm)()


def _chosen(form: PaperForm) -> dict[str, bool]:
    if isinstance(form, FoodForm):
        return {"names": form.with_names.data}
    return {"needs": form.with_needs.data} if isinstance(form, CheckInForm) else {}


def _file(paper: Paper, event: Event, kind: Format) -> Response:
    now = clock.now()
    if paper == Paper.LETTERS:
        sheet = exports.merge(list_queries.merge(event, now=now))
    else:
        sheet = exports.invitations(list_queries.next_invitation(event, now=now))
    return exports.give(sheet, kind, f"{event.slug}-{paper}")


def _food(event: Event, form: FoodForm) -> ResponseReturnValue:
    told = list_queries.told(event, now=clock.now())
    with_names, kind = form.with_names.data, form.format.data
    if kind != PAGE:
        sheet = exports.told(told, with_names=with_names)
        return exports.give(sheet, Format(kind), f"{event.slug}-{Paper.CATERING}")
    return render_template(
        "organizer/lists/food.html",
        event=event,
        cover=COVERS[Paper.CATERING],
        told=told,
        with_names=with_names,
    )


def _page(paper: Paper, event: Event, form: PaperForm) -> str:
    now = clock.now()
    cover, shown = COVERS[paper], {"event": event, "form": form}
    if paper == Paper.STATISTICS:
        numbers = list_queries.statistics(event, now=now)
        return render_template(
            "organizer/lists/statistics.html", **shown, cover=cover, numbers=numbers
        )
    listed = list_queries.badges if paper == Paper.BADGES else list_queries.check_in
    people = listed(event, now=now)
    return render_template(
        f"organizer/lists/{paper.name.lower()}.html", **shown, cover=cover, people=people
    )
