"""The commands about people: the accounts of those who work here, and the whole of a case for who has a right to it."""

from pathlib import Path

import click

from eservices.commands.at_hand import fail, open_database, read_settings


@click.group()
def staff() -> None:
    """Accounts of those who work here."""


@staff.command("add")
@click.argument("username")
@click.option("--name", required=True, help="As colleagues and residents see it.")
@click.option(
    "--role", "roles", multiple=True, required=True, help="contact_agent, case_officer, manager, registrar or admin."
)
@click.option("--unit", "units", multiple=True, help="The units the roles hold for; without it, all.")
@click.password_option(help="At least twelve characters.")
def staff_add(username: str, name: str, roles: tuple[str, ...], units: tuple[str, ...], password: str) -> None:
    """Make an account."""
    from eservices.calendars import SystemClock
    from eservices.identity import accounts
    from eservices.identity.people import ALL_UNITS, Role

    unknown = [role for role in roles if role not in set(Role)]
    if unknown:
        fail(f"There is no role {unknown[0]}. The roles are: {', '.join(Role)}.")
    held = {Role(role): tuple(units) or (ALL_UNITS,) for role in roles}
    try:
        with open_database().transaction() as tx:
            accounts.add_staff(tx, username=username, name=name, password=password, roles=held, now=SystemClock().now())
    except accounts.NameTaken:
        fail(f"There is already an account called {username}.")
    except accounts.WeakPassword as weak:
        fail(f"That password is too easy to guess ({weak.code}).")
    click.echo(f"{username} can sign in.")


@staff.command("list")
def staff_list() -> None:
    """Every account with its roles and units."""
    from eservices.identity import accounts

    with open_database().read() as tx:
        for account in accounts.list_staff(tx):
            who = account.staff
            roles = "; ".join(f"{role} ({', '.join(sorted(units))})" for role, units in sorted(who.roles.items()))
            click.echo(f"{who.username}\t{who.name}\t{roles}{'' if account.is_open else '  [disabled]'}")


@staff.command("password")
@click.argument("username")
@click.password_option(help="At least twelve characters.")
def staff_password(username: str, password: str) -> None:
    """Give an account a new password; its open sessions end."""
    from eservices.calendars import SystemClock
    from eservices.identity import accounts

    with open_database().transaction() as tx:
        open_ones = {account.staff.username: account.staff for account in accounts.list_staff(tx) if account.is_open}
        person = open_ones.get(username.strip().casefold())
        if person is None:
            fail(f"There is no open account called {username}.")
        try:
            accounts.change_password(tx, person, password, SystemClock().now())
        except accounts.WeakPassword as weak:
            fail(f"That password is too easy to guess ({weak.code}).")
    click.echo(f"{username} has a new password.")


@staff.command("disable")
@click.argument("username")
def staff_disable(username: str) -> None:
    """Close an account: its sessions end at once, what it did stays in the journal."""
    from eservices.calendars import SystemClock
    from eservices.identity import accounts

    with open_database().transaction() as tx:
        if not accounts.disable_staff(tx, username, SystemClock().now()):
            fail(f"There is no open account called {username}.")
    click.echo(f"{username} can no longer sign in.")


@staff.command("remove-second-factor")
@click.argument("username")
def staff_remove_second_factor(username: str) -> None:
    """Let somebody in by password alone who has lost both app and recovery codes; their sessions end."""
    from eservices.calendars import SystemClock
    from eservices.identity import accounts, second_factor, sessions

    with open_database().transaction() as tx:
        ids = {account.staff.username: account.staff.id for account in accounts.list_staff(tx)}
        staff_id = ids.get(username.strip().casefold())
        if staff_id is None or not second_factor.remove(tx, staff_id):
            fail(f"There is no account called {username} with a second factor.")
        sessions.end_all(tx, staff_id, SystemClock().now())
    click.echo(f"{username} signs in by password alone until the factor is turned on again.")


@click.command("export-case")
@click.argument("number")
@click.option(
    "--for",
    "reader",
    type=click.Choice(["unit", "party", "counterpart", "public"]),
    default="party",
    show_default=True,
    help="The house, the applicant, another party or the public; what is withheld from them is left out and listed.",
)
@click.option(
    "--out", default=".", type=click.Path(file_okay=False, path_type=Path), help="A folder for the two files."
)
def export_case(number: str, reader: str, out: Path) -> None:
    """Write a whole case as one PDF to read, and as a zip with JSON and files. The journal says that it was done."""
    from eservices import attachments, journal
    from eservices.calendars import clock
    from eservices.cases import store
    from eservices.definitions.library import Library
    from eservices.documents.case_file import Reader, archive, gather
    from eservices.documents.case_print import case_pdf
    from eservices.documents.letterhead import letterhead
    from eservices.documents.rendering import Press
    from eservices.identity.people import Actor
    from eservices.language import words
    from eservices.submissions import codes
    from eservices.values import Json

    settings, wanted = read_settings(), codes.read_case_number(number)
    database, now = open_database(), clock(settings.now).now()
    municipality = Library(settings.forms_dirs, settings.data_dir / "cache").municipality
    with database.transaction() as tx:
        case = store.by_number(tx, wanted) if wanted else None
        if case is None:
            fail(f"There is no case {number}.")
        exported = gather(tx, case, Reader(reader), words("sv"))
        told: dict[str, Json] = {"reader": reader, "withheld": len(exported.withheld)}
        journal.write_look(tx, actor=Actor.system(), at=now, what="export", key=case.key, case_id=case.id, content=told)
    unit, speech = municipality.unit(case.unit).name, words("sv")
    printed = case_pdf(
        Press(settings.templates_dir),
        letterhead(municipality, speech),
        exported,
        speech,
        unit=unit,
        day=speech.day(now.date()),
        board=municipality.board(case.board).name,
    )
    packed = archive(exported, lambda file: attachments.open_for_reading(settings.files_dir, file, case.key))
    out.mkdir(parents=True, exist_ok=True)
    for ending, content in (("pdf", printed), ("zip", packed)):
        path = out / f"{case.number}-{reader}.{ending}"
        path.write_bytes(content)
        path.chmod(0o600)
        click.echo(path)
    click.echo(f"{len(exported.withheld)} things are withheld, and listed in both.")
    database.dispose()
