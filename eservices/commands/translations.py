"""The translators' round: catalogues out of the texts, and back."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from eservices.commands.at_hand import read_library

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog


@click.group()
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

    for row in status(house_folder("translations"), read_library(), _texts()):
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

    return extract(Path(eservices.__file__).parent, house_folder("templates"), read_library())
