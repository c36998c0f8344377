"""What the commands share: settings, definitions and a database to work on, or one clear line of what is wrong."""

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from eservices.definitions.library import Library
    from eservices.definitions.model import Service
    from eservices.settings import Settings
    from eservices.storage.database import Database


#: What a command says that cannot reach its database.
AWAY = "The database does not answer. Is ESERVICES_DATABASE_URL right, and does its server run?"

LANGUAGE = click.option(
    "--language",
    type=click.Choice(["sv", "en"]),
    default="sv",
    show_default=True,
    help="The language of the sentences.",
)


def forms() -> tuple[Path, ...]:
    """The folders of definitions: no keys are needed to look at them."""
    from eservices.settings import SettingsError, forms_folders

    try:
        return forms_folders()
    except SettingsError as error:
        fail(str(error))


def read_library() -> "Library":
    from eservices.definitions.library import Library

    return Library(forms())


def find_service(library: "Library", service: str) -> "Service":
    found = library.service(service)
    if found is None:
        fail(f"There is no service called {service}. There are: {', '.join(library.services)}.")
    return found


def read_settings() -> "Settings":
    from eservices.settings import Settings, SettingsError

    try:
        return Settings.from_environment()
    except SettingsError as error:
        fail(str(error))


def open_database() -> "Database":
    """The database of the settings, once it answers and has the tables that this version needs."""
    from eservices.schema.upgrade import is_up_to_date
    from eservices.storage.database import Database, Unavailable

    database = Database.of(read_settings())
    try:
        if not is_up_to_date(database):
            fail("The database is not as this version needs it: run `eservices db upgrade`.")
    except Unavailable:
        fail(AWAY)
    return database


def prepare_database(settings: "Settings", *, alone: bool = False) -> None:
    """Bring the database up to date; a key ring that is not its own stops everything before harm is done.

    Unless nobody uses the house (`alone`), a migration gives up that would keep everybody waiting.
    """
    from sqlalchemy.exc import OperationalError

    from eservices.schema.upgrade import MOST_SECONDS, TooLong, prepare
    from eservices.storage.database import Unavailable
    from eservices.storage.keys import WrongRing

    try:
        prepare(settings, alone=alone)
    except WrongRing as error:
        fail(str(error))
    except Unavailable:
        fail(AWAY)
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) is not None:  # it has answered
            raise
        fail(AWAY)
    except TooLong:
        fail(
            f"A migration takes longer than {MOST_SECONDS:.0f} seconds, and everybody would wait for it: nothing was"
            " done. Stop web and worker, and run `eservices db upgrade --alone`."
        )


def fail(sentence: str) -> NoReturn:
    raise click.ClickException(sentence)
