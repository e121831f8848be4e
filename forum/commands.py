"""The flask commands that belong to no single feature."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy import select

from .accounts.contacts import confirm_address
from .accounts.grounds import VoterGround
from .accounts.models import ROLES, EmailTaken, User, add_user, hashed, user_by_email
from .accounts.names import check_name
from .accounts.second_factors import has_second_factor
from .admin.security_log import give_role, take_second_factor
from .console import plain_errors
from .db import db
from .words.text import clean_name

users = AppGroup("user", help="Add people and give them roles.")


@users.command("add")
@click.argument("email")
@click.option("--name", required=True, help="The display name.")
@click.option("--role", type=click.Choice(ROLES), default="reader", show_default=True)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@plain_errors()
def add(email: str, name: str, role: str, password_stdin: bool) -> None:
    """Add a person who signs in with EMAIL, which counts as confirmed; asks for the password."""
    if password_stdin:
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    try:
        check_name(clean_name(name), role=role)
        user = add_user(name, email, hashed(password), role=role, ground=VoterGround.COMMAND)
        confirm_address(user)
    except EmailTaken as error:
        raise click.ClickException(f"There is an account with the address {email}.") from error
    except ValueError as error:  # a name that cannot be had, or shown
        raise click.ClickException(str(error)) from error
    db.session.commit()
    click.echo(f"{name} is added as {role}.")


@users.command("role")
@click.argument("email")
@click.argument("role", type=click.Choice(ROLES))
@plain_errors()
def change_role(email: str, role: str) -> None:
    """Give the person with EMAIL another ROLE."""
    user = user_by_email(email)
    if user is None:
        raise click.ClickException(f"There is no account with the address {email}.")
    give_role(user, role)
    db.session.commit()
    click.echo(f"{user.name} is now {role}.")


@users.command("list")
@click.option("--role", type=click.Choice(ROLES), help="Only people of this role.")
@plain_errors()
def list_(role: str | None) -> None:
    """Say who has an address to sign in with, a line each: number, role, address, name."""
    chosen = select(User.id, User.role, User.email, User.name).where(User.email.is_not(None))
    if role:
        chosen = chosen.where(User.role == role)
    for row in db.session.execute(chosen.order_by(User.id).execution_options(yield_per=1_000)):
        click.echo("\t".join(map(str, row)))


@users.command("end-second-factor")
@click.argument("email")
@plain_errors()
def end_second_factor(email: str) -> None:
    """Take the second factor away from the person with EMAIL, who lost phone and recovery codes."""
    user = user_by_email(email)
    if user is None or not has_second_factor(user):
        raise click.ClickException(f"No account with the address {email} has a second factor.")
    take_second_factor(user)
    db.session.commit()
    click.echo(f"{user.name} signs in without a second factor now.")


def init_app(app: Flask) -> None:
    """Give the application its commands."""
    app.cli.add_command(users)
