"""The command line: each command calls one function. Imports stand inside, so that `--help` is quick."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

    from eservices.definitions.library import Library
    from eservices.definitions.model import Service
    from eservices.journey.publishing import PaperForm
    from eservices.settings import Settings
    from eservices.storage.database import Database


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="eservices")
def main() -> None:
    """E-services of a municipality: one definition, every channel, one case."""


_LANGUAGE = click.option(
    "--language",
    type=click.Choice(["sv", "en"]),
    default="sv",
    show_default=True,
    help="The language of the sentences.",
)


_ALL_WELL = {
    "sv": "{services} e-tjänster och {tests} tester: inget hindrar att de visas.",
    "en": "{services} services and {tests} tests: nothing keeps them from being served.",
}


@main.command()
@click.argument("paths", nargs=-1, metavar="[FILES]", type=click.Path(exists=True, path_type=Path))
@click.option("--publish", is_flag=True, help="Say also what is missing before the service may be active.")
@click.option("--coverage", is_flag=True, help="Name the conditions and options that no stored test reaches.")
@click.option("--summary", is_flag=True, help="Print how long each definition is: lines, questions, pages.")
@_LANGUAGE
def check(paths: tuple[Path, ...], *, publish: bool, coverage: bool, summary: bool, language: str) -> None:
    """Read definitions, say what is wrong with line and column, and run the tests stored beside them."""
    from eservices.calendars import SystemClock
    from eservices.definitions.load import definition_files
    from eservices.journey.checking import check as run
    from eservices.journey.length import lengths, table

    paper_form = _paper_form() if publish else None
    report = run(
        paths or _forms(),
        SystemClock().now(),
        folders=_forms(),
        publish=publish,
        coverage=coverage,
        paper_form=paper_form,
    )
    for line in report.lines(language):
        click.echo(line)
    if summary:
        files = [file for path in paths or _forms() for file in (definition_files(path) if path.is_dir() else [path])]
        for line in table(list(lengths(files, {service.id: service for service in report.services}))):
            click.echo(line)
    if report.failed:
        raise SystemExit(1)
    click.echo(_ALL_WELL[language].format(services=len(report.services), tests=report.tests))


def _paper_form() -> "PaperForm":
    """Whether a service can be set in type as a form on paper."""
    from eservices.definitions.texts import ServiceTexts, translated_table
    from eservices.documents.paper_form import html_of, set_in_type
    from eservices.documents.rendering import Press
    from eservices.documents.shelf import printed_in
    from eservices.settings import house_folder

    municipality, press = _library().municipality, Press(house_folder("templates"))

    def reason(service: "Service", language: str) -> str | None:
        texts = ServiceTexts(printed_in(language), translated_table(service, printed_in(language)))
        try:
            html_of(press, set_in_type(service, texts, municipality, wanted=language))
        except Exception as error:  # noqa: BLE001  whatever keeps a form from being made is the reason
            return f"{type(error).__name__}: {error}"
        return None

    return reason


@main.command()
def schema() -> None:
    """Print the JSON Schema of the form language, for editors that complete and underline."""
    import json

    from eservices.definitions.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@main.command()
@click.argument("service")
@click.option("--language", default="sv", show_default=True, help="A language the service promises.")
def preview(service: str, language: str) -> None:
    """Say in words what a service asks, in its order, as an agent reads it aloud."""
    from eservices.journey.script import script
    from eservices.language import words

    library = _library()
    found = _service(library, service)
    texts = library.texts(found, language)
    click.echo(texts.get(found.title))
    for line in script(found, texts, words(language)):
        if line.kind != "question":
            click.echo(f"\n  {line.say}{f'  ({line.only_if})' if line.only_if else ''}")
            continue
        number = f"{line.number}." if line.number else ""
        conditions = " ".join(sentence for sentence in (line.only_if, line.needed_if) if sentence)
        click.echo(f"  {number:>5} {line.say}{f'  ({conditions})' if conditions else ''}")


@main.command()
@click.argument("service")
@click.option("--language", default="sv", show_default=True, help="A language the service promises.")
@click.option("--size", type=click.Choice(["normal", "large"]), default="normal", show_default=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Where to; else here, under its own name.")
def paper(service: str, language: str, size: str, out: Path | None) -> None:
    """Print a service as a form for a pen, as PDF. It is keyed in by its mark once a worker has seen this version."""
    from eservices.documents.paper_form import form_of, paper_form_pdf
    from eservices.documents.rendering import Press, Unprintable
    from eservices.documents.shelf import paper_languages, paper_of
    from eservices.settings import house_folder

    library = _library()
    found = _service(library, service)
    if language not in paper_languages(found):
        _fail(f"{service} is not promised in {language}, but in: {', '.join(paper_languages(found))}.")
    wanted = paper_of(found, language, large=size == "large")
    made = form_of(library, wanted)
    path = out or Path(wanted.download_name)
    try:
        path.write_bytes(paper_form_pdf(Press(house_folder("templates")), made))
    except (Unprintable, OSError) as error:
        _fail(str(error))
    click.echo(f"{path} is made: {made.form.mark}")


@main.command()
@click.argument("service")
@click.option("--title", prompt="What is it called, in plain words", help="As residents will see it.")
def new(service: str, title: str) -> None:
    """Make a definition that passes, to go on from."""
    from eservices.journey.checking import new_definition

    path = _forms()[0] / f"{service}.yaml"
    if path.exists():
        _fail(f"{path} is there already.")
    path.write_text(new_definition(service, title), "utf-8")
    click.echo(f"{path} is made. Look at it with: eservices check {path}")


@main.command()
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_LANGUAGE
def diff(old: Path, new: Path, language: str) -> None:
    """Say in words what changed between two versions of a definition."""
    from eservices.definitions.load import read_service
    from eservices.journey.checking import difference

    services = []
    for path in (old, new):
        loaded = read_service(path)
        if loaded.service is None:
            _fail("\n".join(complaint.printed(language) for complaint in loaded.complaints))
        services.append(loaded.service)
    for sentence in difference(services[0], services[1], language):
        click.echo(sentence)
    begun = _begun(services[0].version)
    if begun is not None and services[0].version != services[1].version:
        click.echo(_BEGUN[language].format(number=begun))


_BEGUN = {
    "sv": "Påbörjade ansökningar som behåller den gamla versionen: {number}.",
    "en": "Drafts that have begun and keep the old version: {number}.",
}


def _begun(version: str) -> int | None:
    """How many open drafts keep a version; None where there is no database to ask."""
    from sqlalchemy.exc import SQLAlchemyError

    from eservices.settings import Settings, SettingsError
    from eservices.storage.database import Database
    from eservices.submissions import drafts

    try:
        with Database.of(Settings.from_environment()).read() as tx:
            return len(drafts.open_in(tx, version))
    except (SettingsError, SQLAlchemyError):
        return None


@main.command()
@click.argument("case")
@click.option("--name", prompt="What the test promises, as a sentence", help="The name of the test.")
def record(case: str, name: str) -> None:
    """Make a stored test of a case, with made-up personal data: the same way through the service, nobody's answers."""
    import random

    from eservices import journal
    from eservices.calendars import SystemClock
    from eservices.cases import store as cases
    from eservices.definitions.conditions import Lookup
    from eservices.definitions.model import Question
    from eservices.demo import inventing
    from eservices.identity.people import Actor
    from eservices.journey.answers import Origin
    from eservices.journey.recording import as_yaml, recorded
    from eservices.submissions import pinned
    from eservices.values import Channel, Json

    clock, chance = SystemClock(), random.Random(case)  # noqa: S311  made-up names, no secrets
    who, origin = inventing.somebody(chance), Origin(Channel.WEB, clock.now().isoformat(timespec="seconds"))

    def make_up(question: Question, lookup: Lookup) -> Json:
        for _ in range(50):
            made = inventing.invent(question, lookup, chance, origin=origin, today=clock.today(), person=who)
            if made.value is not None:
                return made.value
        return ""

    with _database().transaction() as tx:
        found = cases.whole(tx, case)
        if found is None or not found.submissions:
            _fail(f"There is no case {case}.")
        of, submission = found.case, found.submissions[0]
        journal.write_look(
            tx, actor=Actor.system(), at=clock.now(), what="record", key=of.key, case_id=of.id, why="a stored test"
        )
        service = pinned.service(tx, submission.version)
        click.echo(as_yaml(recorded(service, submission.answers, name, make_up)))


@main.command()
@click.argument("service")
@click.argument("version")
def recall(service: str, version: str) -> None:
    """Call a faulty version of a service back: its drafts go on in the version served now, where answers fit."""
    from eservices.calendars import SystemClock
    from eservices.submissions.pinned import UnknownVersion
    from eservices.submissions.recall import recall as run

    served = _library().service(service)
    if served is None:
        _fail(f"There is no service called {service}.")
    try:
        with _database().transaction() as tx:
            done = run(tx, version, served, SystemClock().now())
    except UnknownVersion:
        _fail(f"No draft has ever used the version {version}.")
    click.echo(
        f"{done.moved} drafts moved; {done.look_again} must be looked at again; {done.lost} answers no longer fit."
    )


@main.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def db_upgrade() -> None:
    """Bring the database up to date (safe to repeat)."""
    _prepare(_settings())
    click.echo("The database is up to date.")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def backup(folder: Path) -> None:
    """Copy database and files into a new folder, while all runs, and see that the copy is whole. Without the keys."""
    from eservices.calendars import SystemClock
    from eservices.schema.backup import BadBackup
    from eservices.schema.backup import backup as run

    try:
        made = run(_settings(), folder, SystemClock().now())
    except (BadBackup, OSError) as error:
        _fail(str(error))
    click.echo(
        f"{sum(made.rows.values())} rows of {len(made.rows)} tables and {len(made.files)} files are in {folder}."
    )


@main.command()
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
        back = run(_settings(), folder, clock(_settings().now).now(), lists=lists)
    except (BadBackup, UnreadableList, OSError) as error:
        _fail(str(error))
    made = back.manifest
    click.echo(f"{sum(made.rows.values())} rows and {len(made.files)} files of {made.made_at} are back, and whole.")
    if back.newest is None:
        click.echo("No list of disposals was found: was nothing disposed of since? Else see --disposed.")
    else:
        click.echo(f"{back.disposed} cases that had come back went again; the newest disposal known: {back.newest}.")


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--service", "services", multiple=True, help="Only this one is away; may be repeated. Default: all.")
def outage(folder: Path, services: tuple[str, ...]) -> None:
    """Write the page that a proxy shows while the e-services are away: telephone, hours, forms on paper."""
    from eservices.documents.outage import write
    from eservices.documents.rendering import Press, Unprintable
    from eservices.settings import house_folder

    library = _library()
    for service in services:
        _service(library, service)
    try:
        written = write(folder, library, Press(house_folder("templates")), only=services)
    except (Unprintable, OSError) as error:
        _fail(str(error))
    click.echo(f"{len(written)} files in {folder}.")


@main.group("keys")
def keys_group() -> None:
    """The key ring: which master key wraps how much, and moving on to a new one."""


@keys_group.command("list")
def keys_list() -> None:
    """Say how many keys lie under each master key. One with none may leave the ring, once no backup needs it."""
    from eservices.storage.keys import under

    database = _database()
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

    database, moved = _database(), 0
    try:
        while True:
            with database.transaction() as tx:
                some = rewrap(tx, limit=500)
            moved += some
            if not some:
                break
    except Unreadable as error:
        _fail(f"{error}: nothing may leave the ring that still wraps something")
    click.echo(f"{moved} keys lie under {database.keys.current_ring_id} now.")


@main.group("retention")
def retention_group() -> None:
    """Dispose of cases by plan and by decision, and tell what went."""


@retention_group.command("report")
@click.option("--cases", is_flag=True, help="Name every case, not only how many.")
def retention_report(*, cases: bool) -> None:
    """Say what is due, by which plan, and what keeps the rest. Changes nothing."""
    from eservices.calendars import clock
    from eservices.records import retention, telling

    settings = _settings()
    with _database().read() as tx:
        due = retention.report(tx, _library(), clock(settings.now).now(), unverified=settings.demo)
    for line in telling.report(due, cases=cases):
        click.echo(line)


@retention_group.command("run")
@click.option("--decision", required=True, help="The decision that says so, such as KS 2026/114.")
def retention_run(decision: str) -> None:
    """Dispose of everything that is due and that nothing keeps. What goes never comes back."""
    from eservices.calendars import clock
    from eservices.records import disposal_list, retention

    settings, database = _settings(), _database()
    if settings.demo:
        click.echo("In a demonstration plans that are samples count too.")
    try:
        ran = retention.run(database, _library(), settings, decision=decision, now=clock(settings.now).now())
        disposal_list.write(database, disposal_list.path_of(settings), clock(settings.now).now())
    except retention.NoDecision:
        _fail("Name the decision that says so: --decision.")
    except (disposal_list.UnreadableList, OSError) as error:
        _fail(f"The cases are gone, and the list of them could not be written: {error}")
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

    settings, database = _settings(), _database()
    here, now = disposal_list.path_of(settings), clock(settings.now).now()
    try:
        known = (disposal_list.read(path) for path in [*lists, *([here] if here.exists() else [])])
        gone = disposal_list.together(known)
        again = disposal_list.replay(database, settings, gone, now)
        disposal_list.write(database, here, now, also=gone)
    except (disposal_list.UnreadableList, OSError) as error:
        _fail(str(error))
    click.echo(f"{again} cases that had come back went again; the newest disposal known: {gone.newest or 'none'}.")


@retention_group.command("list")
@click.option("--csv", "as_csv", is_flag=True, help="As CSV, one line a decision, service and plan.")
@_LANGUAGE
def retention_list(language: str, *, as_csv: bool) -> None:
    """Tell what has been disposed of, by which decision, without any case: this may be published."""
    from eservices.records import store, telling

    with _database().read() as tx:
        done = store.carried_out(tx)
    names = {service.id: service.title.sv for service in _library().services.values()}
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

    now = clock(_settings().now).now()
    try:
        with _database().transaction() as tx:
            found, actor = read_case_number(number) or number, Actor.system()
            if because is None:
                done = retention.release(tx, found, actor=actor, now=now)
            else:
                done = retention.hold(tx, found, because=because, actor=actor, now=now)
    except UnknownCase:
        _fail(f"There is no case {number}.")
    if because is None:
        click.echo(f"{number} may go when its time comes." if done else f"{number} was not held.")
    else:
        click.echo(f"{number} stays until it is released." if done else f"{number} is held already.")


@main.command()
def doctor() -> None:
    """Say what is wrong now and what to do about it. Exits with 1 when something is."""
    from eservices.calendars import SystemClock
    from eservices.standing import faults

    found = faults(_settings(), _database(), SystemClock().now())
    for fault in found:
        click.echo(f"{fault.says} {fault.do}")
    if found:
        raise SystemExit(1)
    click.echo("Nothing is wrong.")


@main.command()
@click.option("--to", help="Send it there by e-mail; without, it is printed.")
def digest(to: str | None) -> None:
    """Tell in one mail what is wrong now and what to do, or that nothing is: for a timer, once a day."""
    from eservices.calendars import SystemClock
    from eservices.standing import faults
    from eservices.worker import digest as mail
    from eservices.worker.post import Never, NotNow, post_of

    settings, now = _settings(), SystemClock().now()
    found = faults(settings, _database(), now)
    if to is None:
        click.echo("\n".join(mail.told(found, now)), nl=False)
        return
    try:
        mail.send(settings, post_of(settings), found, to=to, now=now)
    except (Never, NotNow) as error:
        _fail(f"No mail server took it: {error}")
    click.echo(f"Sent to {to}.")


@main.group("journal")
def journal_group() -> None:
    """What was done and seen, in chains that show every change."""


@journal_group.command("verify")
def journal_verify() -> None:
    """Follow every chain, and hold each past day to its digest. Exits with 1 when something does not hold."""
    from eservices import journal

    with _database().read() as tx:
        report = journal.verify_everything(tx)
    for sentence in report.broken:
        click.echo(sentence)
    if report.broken:
        raise SystemExit(1)
    click.echo(f"{report.entries} entries in {report.chains} chains and {report.days} days: the journal is whole.")


@main.group("outbox")
def outbox_group() -> None:
    """What is to leave the house."""


@outbox_group.command("list")
def outbox_list() -> None:
    """What was given up, oldest first: its id, what it is, and why."""
    from eservices import outbox

    with _database().read() as tx:
        for row in outbox.given_up(tx):
            click.echo(f"{row.id}  {row.target:<9} {row.kind:<20} {row.since:%Y-%m-%d %H:%M}  {row.why}")


@outbox_group.command("retry")
@click.argument("ids", nargs=-1, required=True)
def outbox_retry(ids: tuple[str, ...]) -> None:
    """Try again what was given up, by id. What has arrived meanwhile is left alone."""
    from eservices import outbox
    from eservices.calendars import SystemClock

    with _database().transaction() as tx:
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
    with _database().transaction() as tx:
        told = outbox.replay(tx, outbox.webhook(system), from_then, SystemClock().now())
    click.echo(f"{told} to be told to {system} once more.")


@main.command()
def worker() -> None:
    """Send what must leave the house, make documents, keep the clocks. Stops cleanly on SIGTERM."""
    import logging

    from eservices.worker.loop import run

    settings = _settings()
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("eservices").setLevel(settings.log_level.upper())  # libraries: warnings only
    run(settings)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
def serve(host: str, port: int) -> None:
    """Prepare the database and serve: gunicorn and the worker side by side, until Ctrl-C."""
    from eservices.serving import serve as run

    settings = _settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _prepare(settings)
    if settings.demo:
        from eservices.demo.accounts import make_accounts

        make_accounts(settings)
    else:
        _refuse_broken_promises(settings)
    raise SystemExit(run(settings, host, port))


@main.group()
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
        _fail(f"There is no role {unknown[0]}. The roles are: {', '.join(Role)}.")
    held = {Role(role): tuple(units) or (ALL_UNITS,) for role in roles}
    try:
        with _database().transaction() as tx:
            accounts.add_staff(tx, username=username, name=name, password=password, roles=held, now=SystemClock().now())
    except accounts.NameTaken:
        _fail(f"There is already an account called {username}.")
    except accounts.WeakPassword as weak:
        _fail(f"That password is too easy to guess ({weak.code}).")
    click.echo(f"{username} can sign in.")


@staff.command("list")
def staff_list() -> None:
    """Every account with its roles and units."""
    from eservices.identity import accounts

    with _database().read() as tx:
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

    with _database().transaction() as tx:
        open_ones = {account.staff.username: account.staff for account in accounts.list_staff(tx) if account.is_open}
        person = open_ones.get(username.strip().casefold())
        if person is None:
            _fail(f"There is no open account called {username}.")
        try:
            accounts.change_password(tx, person, password, SystemClock().now())
        except accounts.WeakPassword as weak:
            _fail(f"That password is too easy to guess ({weak.code}).")
    click.echo(f"{username} has a new password.")


@staff.command("disable")
@click.argument("username")
def staff_disable(username: str) -> None:
    """Close an account: its sessions end at once, what it did stays in the journal."""
    from eservices.calendars import SystemClock
    from eservices.identity import accounts

    with _database().transaction() as tx:
        if not accounts.disable_staff(tx, username, SystemClock().now()):
            _fail(f"There is no open account called {username}.")
    click.echo(f"{username} can no longer sign in.")


@staff.command("remove-second-factor")
@click.argument("username")
def staff_remove_second_factor(username: str) -> None:
    """Let somebody in by password alone who has lost both app and recovery codes; their sessions end."""
    from eservices.calendars import SystemClock
    from eservices.identity import accounts, second_factor, sessions

    with _database().transaction() as tx:
        ids = {account.staff.username: account.staff.id for account in accounts.list_staff(tx)}
        staff_id = ids.get(username.strip().casefold())
        if staff_id is None or not second_factor.remove(tx, staff_id):
            _fail(f"There is no account called {username} with a second factor.")
        sessions.end_all(tx, staff_id, SystemClock().now())
    click.echo(f"{username} signs in by password alone until the factor is turned on again.")


@main.command("export-case")
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
    from eservices.storage.database import Database
    from eservices.submissions import codes
    from eservices.values import Json

    settings, wanted = _settings(), codes.read_case_number(number)
    database, now = Database.of(settings), clock(settings.now).now()
    municipality = Library(settings.forms_dirs, settings.data_dir / "cache").municipality
    with database.transaction() as tx:
        case = store.by_number(tx, wanted) if wanted else None
        if case is None:
            _fail(f"There is no case {number}.")
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


@main.command("demo-data")
@click.option("--cases", default=12, show_default=True, help="How many made-up cases.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same cases.")
@click.option("--days", default=21, show_default=True, help="How many days back the cases lie.")
@click.option("--gap", default=0, show_default=True, help="Per cent longer that others than the web's users wait.")
def demo_data(cases: int, seed: int, days: int, gap: int) -> None:
    """Fill a demo municipality with made-up people and their cases (only with ESERVICES_DEMO)."""
    from eservices.demo.municipality import fill

    settings = _settings()
    if not settings.demo:
        _fail("Made-up cases belong in a demo only: set ESERVICES_DEMO=1.")
    click.echo(f"{fill(settings, cases, seed, days=days, gap_percent=gap)} cases made.")


@main.command("telephony")
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def telephony_report(report: Path) -> None:
    """Bring in the telephone exchange's figures: a CSV file, one line a day and queue."""
    from eservices.contact_centre import telephony

    try:
        days = telephony.read(report.read_text(encoding="utf-8-sig").splitlines())
    except (telephony.UnreadableReport, UnicodeDecodeError) as error:
        _fail(f"{report}: {error}")
    with _database().transaction() as tx:
        click.echo(f"{telephony.bring_in(tx, days)} days brought in.")


@main.group()
def translations() -> None:
    """Catalogues of the shell (messages) and of the definitions (services)."""


@translations.command("extract")
def translations_extract() -> None:
    """Gather the texts to translate, and say how many there are."""
    for domain, catalog in _texts().items():
        click.echo(f"{domain}: {len(catalog)} texts")


@translations.command("update")
def translations_update() -> None:
    """Bring the catalogues up to the texts; a translation whose source changed becomes fuzzy."""
    from eservices.settings import house_folder
    from eservices.translating import update

    for path in update(house_folder("translations"), _texts()):
        click.echo(path)


@translations.command("compile")
def translations_compile() -> None:
    """Make the catalogues ready to use."""
    from eservices.language import translations_folder
    from eservices.translating import compile_all

    click.echo(f"{compile_all(translations_folder())} catalogues made.")


@translations.command("status")
def translations_status() -> None:
    """What is translated, language by language and service by service.

    Of easy Swedish it says how many questions, or sentences, have words of their own; the rest is ordinary Swedish.
    """
    from eservices.language import EASY
    from eservices.settings import house_folder
    from eservices.translating import status

    for row in status(house_folder("translations"), _library(), _texts()):
        share = f"{row.percent:>3} %  {row.translated}/{row.total}"
        notes = [f"{row.fuzzy} to look at again"] if row.fuzzy else []
        if row.language == EASY:
            notes.append(f"{row.translated} written, {row.total - row.translated} as in ordinary Swedish")
        elif not row.reviewed:
            notes.append("not read by a native speaker")
        click.echo(f"{row.language:<14} {row.part:<22} {share:<16} {', '.join(notes)}".rstrip())


def _texts() -> "dict[str, Catalog]":
    import eservices
    from eservices.settings import house_folder
    from eservices.translating import extract

    return extract(Path(eservices.__file__).parent, house_folder("templates"), _library())


def _library() -> "Library":
    from eservices.definitions.library import Library

    return Library(_forms())


def _service(library: "Library", service: str) -> "Service":
    found = library.service(service)
    if found is None:
        _fail(f"There is no service called {service}. There are: {', '.join(library.services)}.")
    return found


def _settings() -> "Settings":
    from eservices.settings import Settings, SettingsError

    try:
        return Settings.from_environment()
    except SettingsError as error:
        _fail(str(error))


def _prepare(settings: "Settings") -> None:
    """Bring the database up to date; a key ring that is not its own stops everything before harm is done."""
    from eservices.schema.upgrade import prepare
    from eservices.storage.keys import WrongRing

    try:
        prepare(settings)
    except WrongRing as error:
        _fail(str(error))


def _refuse_broken_promises(settings: "Settings") -> None:
    """A receipt means that the answers are on disk: a database that does not promise it is no place for them."""
    from eservices.storage.database import Database

    database = Database.of(settings)
    broken = database.broken_promises()
    database.dispose()
    if broken:
        _fail("\n".join(broken))


def _database() -> "Database":
    from eservices.storage.database import Database

    return Database.of(_settings())


def _fail(sentence: str) -> NoReturn:
    raise click.ClickException(sentence)


def _forms() -> tuple[Path, ...]:
    """The folders of definitions: no keys are needed to look at them."""
    from eservices.settings import SettingsError, forms_folders

    try:
        return forms_folders()
    except SettingsError as error:
        _fail(str(error))
