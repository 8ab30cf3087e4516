"""Commands for the operator: let the first organizer in."""

import click
from flask.cli import with_appcontext

from forum import clock, links
from forum.accounts import actions, queries
from forum.accounts.models import OrganizerRole
from forum.db import transaction
from forum.errors import Refusal


@click.group()
def organizer() -> None:
    """Organizers and their way in."""


@organizer.command()
@click.argument("email")
@click.option(
    "--role",
    type=click.Choice([str(role) for role in OrganizerRole]),
    default=str(OrganizerRole.COORDINATOR),
    show_default=True,
    help="What the organizer may do.",
)
@click.option("--name", default="", help="How the desk names the organizer.")
@with_appcontext
def add(email: str, role: str, name: str) -> None:
    """Let someone work at the desk."""
    if email.count("@") != 1:
        raise click.ClickException(f"{email} is not an email address.")
    try:
        with transaction():
            added = actions.add_organizer(
                email, name or email.partition("@")[0], OrganizerRole(role), now=clock.now()
            )
    except Refusal as refusal:
        raise click.ClickException(refusal.sentence) from refusal
    click.echo(f"Added {added.email} as {added.role}.")


@organizer.command("new-passkey")
@click.argument("email")
@with_appcontext
def new_passkey(email: str) -> None:
    """Forget an organizer's passkeys, and let them add one within a day.

    For an owner who has lost the only device and has no other owner to ask.
    """
    found = queries.organizer_at(email)
    if found is None or not found.is_active:
        raise click.ClickException(f"No active organizer has the address {email}.")
    with transaction():
        known = queries.passkeys(found)
        for passkey in known:
            actions.remove_passkey(passkey, by=None, now=clock.now())
        actions.allow_passkey(found, by=None, now=clock.now())
    click.echo(f"{found.email}: {len(known)} passkeys removed. One may be added within 24 hours.")


@organizer.command()
@click.argument("email")
@with_appcontext
def link(email: str) -> None:
    """Print a link that signs an organizer in, once, within 15 minutes."""
    found = queries.organizer_at(email)
    if found is None or not found.is_active:
        raise click.ClickException(f"No active organizer has the address {email}.")
    with transaction():
        made = actions.make_link(found, now=clock.now())
    token = links.token("sign-in", made.public_id, 1)
    click.echo(links.absolute("accounts.open_link", token=token))
