"""The commands for what must not be lost, and what must go: the database, its copies, its keys, disposal."""

from pathlib import Path

import click

from eservices.commands.at_hand import (
    AWAY,
    LANGUAGE,
    fail,
    open_database,
    prepare_database,
    read_library,
    read_settings,
)


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
@click.option("--alone", is_flag=True, help="Web and worker are stopped: a migration may take its time.")
def db_upgrade(alone: bool) -> None:
    """Bring the database up to date (safe to repeat, and while everything runs)."""
    prepare_database(read_settings(), alone=alone)
    click.echo("The database is up to date.")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Copy database and files into a new folder, while all runs, and see that the copy is whole. Without the keys."""
    from eservices.calendars import SystemClock
    from eservices.schema.backup import BadBackup
    from eservices.schema.backup import backup as run
    from eservices.storage.database import Unavailable

    try:
        made = run(read_settings(), folder, SystemClock().now())
    except Unavailable:
        fail(AWAY)
    except (BadBackup, OSError) as error:
        fail(str(error))
    click.echo(
        f"{sum(made.rows.values())} rows of {len(made.rows)} tables and {len(made.files)} files are in {folder}."
    )


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--disposed",
    "lists",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list of what has been disposed of; may be repeated. DATA_DIR and the backup have one too.",
)
def restore(folder: Path, lists: tuple[Path, ...]) -> None:
    """Make this empty installation of a backup, see that it is whole, and dispose again of what had gone."""
    from eservices.calendars import clock
    from eservices.records.disposal_list import UnreadableList
    from eservices.schema.backup import BadBackup
    from eservices.schema.backup import restore as run

    try:
        back = run(read_settings(), folder, clock(read_settings().now).now(), lists=lists)
    except (BadBackup, UnreadableList, OSError) as error:
        fail(str(error))
    made = back.manifest
    click.echo(f"{sum(made.rows.values())} rows and {len(made.files)} files of {made.made_at} are back, and whole.")
    if back.newest is None:
        click.echo("No list of disposals was found: was nothing disposed of since? Else see --disposed.")
    else:
        click.echo(f"{back.disposed} cases that had come back went again; the newest disposal known: {back.newest}.")


@click.group("keys")
def keys_group() -> None:
    """The key ring: which master key wraps how much, and moving on to a new one."""


@keys_group.command("list")
def keys_list() -> None:
    """Say how many keys lie under each master key. One with none may leave the ring, once no backup needs it."""
    from eservices.storage.keys import under

    database = open_database()
    with database.read() as tx:
        found = under(tx)
    current = database.keys.current_ring_id
    for ring_id in sorted({*found, current}):
        click.echo(f"{ring_id}: {found.get(ring_id, 0)} keys{', wraps new ones' if ring_id == current else ''}")


@keys_group.command("rotate")
def keys_rotate() -> None:
    """Put every key under the newest master key of the ring, while everything runs. Safe to repeat."""
    from eservices.storage.keys import rewrap
    from eservices.storage.sealing import Unreadable

    database, moved = open_database(), 0
    try:
        while True:
            with database.transaction() as tx:
                some = rewrap(tx, limit=500)
            moved += some
            if not some:
                break
    except Unreadable as error:
        fail(f"{error}: nothing may leave the ring that still wraps something")
    click.echo(f"{moved} keys lie under {database.keys.current_ring_id} now.")


@click.group("retention")
def retention_group() -> None:
    """Dispose of cases by plan and by decision, and tell what went."""


@retention_group.command("report")
@click.option("--cases", is_flag=True, help="Name every case, not only how many.")
def retention_report(*, cases: bool) -> None:
    """Say what is due, by which plan, and what keeps the rest. Changes nothing."""
    from eservices.calendars import clock
    from eservices.records import retention, telling

    settings = read_settings()
    with open_database().read() as tx:
        due = retention.report(tx, read_library(), clock(settings.now).now(), unverified=settings.demo)
    for line in telling.report(due, cases=cases):
        click.echo(line)


@retention_group.command("run")
@click.option("--decision", required=True, help="The decision that says so, such as KS 2026/114.")
def retention_run(decision: str) -> None:
    """Dispose of everything that is due and that nothing keeps. What goes never comes back."""
    from eservices.calendars import clock
    from eservices.records import disposal_list, retention

    settings, database = read_settings(), open_database()
    if settings.demo:
        click.echo("In a demonstration plans that are samples count too.")
    try:
        ran = retention.run(database, read_library(), settings, decision=decision, now=clock(settings.now).now())
        disposal_list.write(database, disposal_list.path_of(settings), clock(settings.now).now())
    except retention.NoDecision:
        fail("Name the decision that says so: --decision.")
    except (disposal_list.UnreadableList, OSError) as error:
        fail(f"The cases are gone, and the list of them could not be written: {error}")
    click.echo(f"{ran.gone} cases are gone by {decision}, {ran.kept} are kept: see eservices retention report.")
    click.echo(f"{ran.staff_days} chains of what staff searched for can no longer be read.")
    click.echo(f"Keep {disposal_list.path_of(settings)} in another place too: restore needs the newest there is.")


@retention_group.command("replay")
@click.option(
    "--disposed",
    "lists",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A list of what has been disposed of; may be repeated. That in DATA_DIR is read too.",
)
def retention_replay(lists: tuple[Path, ...]) -> None:
    """Dispose again of what came back when the database was recovered to an earlier moment."""
    from eservices.calendars import clock
    from eservices.records import disposal_list

    settings, database = read_settings(), open_database()
    here, now = disposal_list.path_of(settings), clock(settings.now).now()
    try:
        known = (disposal_list.read(path) for path in [*lists, *([here] if here.exists() else [])])
        gone = disposal_list.together(known)
        again = disposal_list.replay(database, settings, gone, now)
        disposal_list.write(database, here, now, also=gone)
    except (disposal_list.UnreadableList, OSError) as error:
        fail(str(error))
    click.echo(f"{again} cases that had come back went again; the newest disposal known: {gone.newest or 'none'}.")


@retention_group.command("list")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, one line a decision, service and plan.")
@LANGUAGE
def retention_list(language: str, *, as_csv: bool) -> None:
    """Tell what has been disposed of, by which decision, without any case: this may be published."""
    from eservices.records import store, telling

    with open_database().read() as tx:
        done = store.carried_out(tx)
    names = {service.id: service.title.sv for service in read_library().services.values()}
    for line in telling.published(done, names, language, as_csv=as_csv):
        click.echo(line)


@retention_group.command("hold")
@click.argument("number")
@click.option("--because", required=True, help="Why; it is kept in the case's journal.")
def retention_hold(number: str, because: str) -> None:
    """Let nothing dispose of a case for now: it is asked for, tried or looked into."""
    _hold(number, because)


@retention_group.command("release")
@click.argument("number")
def retention_release(number: str) -> None:
    """Let a case that was held go when its time comes."""
    _hold(number, None)


def _hold(number: str, because: str | None) -> None:
    from eservices.calendars import clock
    from eservices.cases.store import UnknownCase
    from eservices.identity.people import Actor
    from eservices.records import retention
    from eservices.submissions.codes import read_case_number

    now = clock(read_settings().now).now()
    try:
        with open_database().transaction() as tx:
            found, actor = read_case_number(number) or number, Actor.system()
            if because is None:
                done = retention.release(tx, found, actor=actor, now=now)
            else:
                done = retention.hold(tx, found, because=because, actor=actor, now=now)
    except UnknownCase:
        fail(f"There is no case {number}.")
    if because is None:
        click.echo(f"{number} may go when its time comes." if done else f"{number} was not held.")
    else:
        click.echo(f"{number} stays until it is released." if done else f"{number} is held already.")
