"""The commands for whoever runs the house: both processes, what is wrong now, what waits to leave."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eservices.commands.at_hand import (
    fail,
    find_service,
    open_database,
    prepare_database,
    read_library,
    read_settings,
)

if TYPE_CHECKING:
    from eservices.settings import Settings


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Prepare the database and serve: gunicorn and the worker side by side, until Ctrl-C."""
    from eservices.serving import serve as run

    settings = read_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    prepare_database(settings, alone=True)
    if settings.demo:
        from eservices.demo.accounts import make_accounts

        make_accounts(settings)
    else:
        _refuse_broken_promises(settings)
    raise SystemExit(run(settings, host, port))


@click.command()
def worker() -> None:
    """Send what must leave the house, make documents, keep the clocks. Stops cleanly on SIGTERM."""
    import logging

    from eservices.worker.loop import run

    settings = read_settings()
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("eservices").setLevel(settings.log_level.upper())  # libraries: warnings only
    run(settings)


def _refuse_broken_promises(settings: "Settings") -> None:
    """A receipt means that the answers are on disk: a database that does not promise it is no place for them."""
    from eservices.storage.database import Database

    database = Database.of(settings)
    broken = database.broken_promises()
    database.dispose()
    if broken:
        fail("\n".join(broken))


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--service", "services", multiple=True, help="Only this one is away; may be repeated. Default: all.")
def outage(folder: Path, services: tuple[str, ...]) -> None:
    """Write the page that a proxy shows while the e-services are away: telephone, hours, forms on paper."""
    from eservices.documents.outage import write
    from eservices.documents.rendering import Press, Unprintable
    from eservices.settings import house_folder

    library = read_library()
    for service in services:
        find_service(library, service)
    try:
        written = write(folder, library, Press(house_folder("templates")), only=services)
    except (Unprintable, OSError) as error:
        fail(str(error))
    click.echo(f"{len(written)} files in {folder}.")


@click.command()
def doctor() -> None:
    """Say what is wrong now and what to do about it. Exits with 1 when something is."""
    from eservices.calendars import SystemClock
    from eservices.standing import faults
    from eservices.storage.database import Database

    settings = read_settings()
    found = faults(settings, Database.of(settings), SystemClock().now())
    for fault in found:
        click.echo(f"{fault.says} {fault.do}")
    if found:
        raise SystemExit(1)
    click.echo("Nothing is wrong.")


@click.command()
@click.option("--to", help="Send it there by e-mail; without, it is printed.")
def digest(to: str | None) -> None:
    """Tell in one mail what is wrong now and what to do, or that nothing is: for a timer, once a day."""
    from eservices.calendars import SystemClock
    from eservices.standing import faults
    from eservices.storage.database import Database
    from eservices.worker import digest as mail
    from eservices.worker.post import Never, NotNow, post_of

    settings, now = read_settings(), SystemClock().now()
    found = faults(settings, Database.of(settings), now)
    if to is None:
        click.echo("\n".join(mail.told(found, now)), nl=False)
        return
    try:
        mail.send(settings, post_of(settings), found, to=to, now=now)
    except (Never, NotNow) as error:
        fail(f"No mail server took it: {error}")
    click.echo(f"Sent to {to}.")


@click.group("journal")
def journal_group() -> None:
    """What was done and seen, in chains that show every change."""


@journal_group.command("verify")
def journal_verify() -> None:
    """Follow every chain, and hold each past day to its digest. Exits with 1 when something does not hold."""
    from eservices import journal

    with open_database().read() as tx:
        report = journal.verify_everything(tx)
    for sentence in report.broken:
        click.echo(sentence)
    if report.broken:
        raise SystemExit(1)
    click.echo(f"{report.entries} entries in {report.chains} chains and {report.days} days: the journal is whole.")


@click.group("outbox")
def outbox_group() -> None:
    """What is to leave the house."""


@outbox_group.command("list")
def outbox_list() -> None:
    """What was given up, oldest first: its id, what it is, and why."""
    from eservices import outbox

    with open_database().read() as tx:
        for row in outbox.given_up(tx):
            click.echo(f"{row.id}  {row.target:<9} {row.kind:<20} {row.since:%Y-%m-%d %H:%M}  {row.why}")


@outbox_group.command("retry")
@click.argument("ids", nargs=-1, required=True)
def outbox_retry(ids: tuple[str, ...]) -> None:
    """Try again what was given up, by id. What has arrived meanwhile is left alone."""
    from eservices import outbox
    from eservices.calendars import SystemClock

    with open_database().transaction() as tx:
        tried = sum(outbox.try_again(tx, row_id, SystemClock().now()) for row_id in ids)
    click.echo(f"{tried} to be tried again, {len(ids) - tried} that had arrived or never were.")


@outbox_group.command("replay")
@click.argument("system")
@click.option(
    "--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), required=True, help="From when, Swedish time."
)
def outbox_replay(system: str, since: dt.datetime) -> None:
    """Tell a system once more what it has been told since a moment, each with the id it had."""
    from eservices import outbox
    from eservices.calendars import STOCKHOLM, SystemClock

    from_then = since.replace(tzinfo=STOCKHOLM).astimezone(dt.UTC)
    with open_database().transaction() as tx:
        told = outbox.replay(tx, outbox.webhook(system), from_then, SystemClock().now())
    click.echo(f"{told} to be told to {system} once more.")


@click.command("telephony")
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def telephony_report(report: Path) -> None:
    """Bring in the telephone exchange's figures: a CSV file, one line a day and queue."""
    from eservices.contact_centre import telephony

    try:
        days = telephony.read(report.read_text(encoding="utf-8-sig").splitlines())
    except (telephony.UnreadableReport, UnicodeDecodeError) as error:
        fail(f"{report}: {error}")
    with open_database().transaction() as tx:
        click.echo(f"{telephony.bring_in(tx, days)} days brought in.")


@click.command("demo-data")
@click.option("--cases", default=12, show_default=True, help="How many made-up cases.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same cases.")
@click.option("--days", default=21, show_default=True, help="How many days back the cases lie.")
@click.option("--gap", default=0, show_default=True, help="Per cent longer that others than the web's users wait.")
def demo_data(cases: int, seed: int, days: int, gap: int) -> None:
    """Fill a demo municipality with made-up people and their cases (only with ESERVICES_DEMO)."""
    from eservices.demo.municipality import fill

    settings = read_settings()
    if not settings.demo:
        fail("Made-up cases belong in a demo only: set ESERVICES_DEMO=1.")
    prepare_database(settings)
    click.echo(f"{fill(settings, cases, seed, days=days, gap_percent=gap)} cases made.")
