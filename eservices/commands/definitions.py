"""The commands for whoever owns a service: read what is written, say what is wrong with it, show it, compare it."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from eservices.commands.at_hand import LANGUAGE, fail, find_service, forms, open_database, read_library

if TYPE_CHECKING:
    from eservices.definitions.model import Service
    from eservices.journey.publishing import PaperForm


_ALL_WELL = {
    "sv": "E-tjänster: {services}. Tester: {tests}. Inget hindrar att de visas.",
    "en": "Services: {services}. Tests: {tests}. Nothing keeps them from being served.",
}


@click.command()
@click.argument("paths", nargs=-1, metavar="[FILES]", type=click.Path(exists=True, path_type=Path))
@click.option("--publish", is_flag=True, help="Say also what is missing before the service may be active.")
@click.option("--coverage", is_flag=True, help="Name the conditions and options that no stored test reaches.")
@click.option("--summary", is_flag=True, help="Print how long each definition is: lines, questions, pages.")
@LANGUAGE
def check(paths: tuple[Path, ...], *, publish: bool, coverage: bool, summary: bool, language: str) -> None:
    """Read definitions, say what is wrong with line and column, and run the tests stored beside them."""
    from eservices.calendars import SystemClock
    from eservices.definitions.load import definition_files
    from eservices.journey.checking import check as run
    from eservices.journey.length import lengths, table

    paper_form = _paper_form() if publish else None
    report = run(
        paths or forms(),
        SystemClock().now(),
        folders=forms(),
        publish=publish,
        coverage=coverage,
        paper_form=paper_form,
    )
    for line in report.lines(language):
        click.echo(line)
    if summary:
        files = [file for path in paths or forms() for file in (definition_files(path) if path.is_dir() else [path])]
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

    municipality, press = read_library().municipality, Press(house_folder("templates"))

    def reason(service: "Service", language: str) -> str | None:
        texts = ServiceTexts(printed_in(language), translated_table(service, printed_in(language)))
        try:
            html_of(press, set_in_type(service, texts, municipality, wanted=language))
        except Exception as error:  # noqa: BLE001  whatever keeps a form from being made is the reason
            return f"{type(error).__name__}: {error}"
        return None

    return reason


@click.command()
def schema() -> None:
    """Print the JSON Schema of the form language, for editors that complete and underline."""
    import json

    from eservices.definitions.schema import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@click.command()
@click.argument("service")
@click.option("--language", default="sv", show_default=True, help="A language the service promises.")
def preview(service: str, language: str) -> None:
    """Say in words what a service asks, in its order, as an agent reads it aloud."""
    from eservices.journey.script import script
    from eservices.language import words

    library = read_library()
    found = find_service(library, service)
    texts = library.texts(found, language)
    click.echo(texts.get(found.title))
    for line in script(found, texts, words(language)):
        if line.kind != "question":
            click.echo(f"\n  {line.say}{f'  ({line.only_if})' if line.only_if else ''}")
            continue
        number = f"{line.number}." if line.number else ""
        conditions = " ".join(sentence for sentence in (line.only_if, line.needed_if) if sentence)
        click.echo(f"  {number:>5} {line.say}{f'  ({conditions})' if conditions else ''}")


@click.command()
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

    library = read_library()
    found = find_service(library, service)
    if language not in paper_languages(found):
        fail(f"{service} is not promised in {language}, but in: {', '.join(paper_languages(found))}.")
    wanted = paper_of(found, language, large=size == "large")
    made = form_of(library, wanted)
    path = out or Path(wanted.download_name)
    try:
        path.write_bytes(paper_form_pdf(Press(house_folder("templates")), made))
    except (Unprintable, OSError) as error:
        fail(str(error))
    click.echo(f"{path} is made: {made.form.mark}")


def _an_id(_ctx: click.Context, _param: click.Parameter, service: str) -> str:
    """A name that a service can have; asked before its title is."""
    from eservices.definitions.shape import ID_PATTERN, name_like

    if not re.fullmatch(ID_PATTERN, service):
        like = name_like(service).get("suggestion")
        fail(
            f"{service!r} cannot be the id of a service: small letters a–z, digits and underscores, beginning with a "
            "letter." + (f" Try: {like}" if like else "")
        )
    return service


@click.command()
@click.argument("service", callback=_an_id, is_eager=True)
@click.option("--title", prompt="What is it called, in plain words", help="As residents will see it.")
def new(service: str, title: str) -> None:
    """Make a definition that passes, to go on from."""
    from eservices.journey.checking import new_definition

    path = forms()[0] / f"{service}.yaml"
    if path.exists():
        fail(f"{path} is there already.")
    path.write_text(new_definition(service, title), "utf-8")
    click.echo(f"{path} is made. Look at it with: eservices check {path}")


@click.command()
@click.argument("old", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("new", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@LANGUAGE
def diff(old: Path, new: Path, language: str) -> None:
    """Say in words what changed between two versions of a definition."""
    from eservices.definitions.load import read_service
    from eservices.journey.checking import difference

    services = []
    for path in (old, new):
        loaded = read_service(path)
        if loaded.service is None:
            fail("\n".join(complaint.printed(language) for complaint in loaded.complaints))
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


@click.command()
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

    with open_database().transaction() as tx:
        found = cases.whole(tx, case)
        if found is None or not found.submissions:
            fail(f"There is no case {case}.")
        of, submission = found.case, found.submissions[0]
        journal.write_look(
            tx, actor=Actor.system(), at=clock.now(), what="record", key=of.key, case_id=of.id, why="a stored test"
        )
        service = pinned.service(tx, submission.version)
        click.echo(as_yaml(recorded(service, submission.answers, name, make_up)))


@click.command()
@click.argument("service")
@click.argument("version")
def recall(service: str, version: str) -> None:
    """Call a faulty version of a service back: its drafts go on in the version served now, where answers fit."""
    from eservices.calendars import SystemClock
    from eservices.submissions.pinned import UnknownVersion
    from eservices.submissions.recall import recall as run

    served = read_library().service(service)
    if served is None:
        fail(f"There is no service called {service}.")
    try:
        with open_database().transaction() as tx:
            done = run(tx, version, served, SystemClock().now())
    except UnknownVersion:
        fail(f"No draft has ever used the version {version}.")
    click.echo(
        f"{done.moved} drafts moved; {done.look_again} must be looked at again; {done.lost} answers no longer fit."
    )
