"""Commands about people."""

import sys

import click

from portal.accounts import operations
from portal.accounts.domain import Role
from portal.cli.errors import refusing
from portal.clock import utc_now
from portal.db import transaction
from portal.moderation.operations import record

ARTICLES = {Role.LEARNER: "a", Role.MODERATOR: "a", Role.ADMIN: "an"}
ROLES = click.Choice([role.value for role in Role])


@click.group()
def user() -> None:
    """Add people and give them roles."""


@user.command("create")
@click.argument("name")
@click.argument("email")
@click.option("--role", type=ROLES, default=Role.LEARNER.value, show_default=True, help="What they may do.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of a prompt.")
def create(name: str, email: str, role: str, password_stdin: bool) -> None:
    """Add the person NAME with the address EMAIL."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    now = utc_now()
    with refusing(), transaction() as session:
        person = operations.register_user(
            session, username=name, email=email, password=password, role=Role(role), now=now
        )
        detail = {"username": person.username, "role": role}
        record(session, actor_id=None, action="user created", subject=f"user {person.id}", detail=detail, now=now)
    click.echo(f"{person.username} is now {ARTICLES[Role(role)]} {role}.")


@user.command("promote")
@click.argument("name")
@click.argument("role", type=ROLES)
def promote(name: str, role: str) -> None:
    """Give the person NAME (or e-mail address) another ROLE."""
    now = utc_now()
    with refusing(), transaction() as session:
        person = operations.promote_user(session, username=name, role=Role(role))
        detail = {"username": person.username, "role": role}
        record(session, actor_id=None, action="role changed", subject=f"user {person.id}", detail=detail, now=now)
    click.echo(f"{person.username} is now {ARTICLES[Role(role)]} {role}.")
