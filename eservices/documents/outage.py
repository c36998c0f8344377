"""The page that stands in while the e-services are away: the telephone, the hours, and every form on paper.

It is whole in itself, without style sheet or script from us, so that a proxy serves it from a folder when nothing of
ours answers. What comes in on paper meanwhile keeps its true day: whoever keys it in says when it came.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from eservices.definitions.library import Library
from eservices.definitions.model import Service
from eservices.documents.letterhead import letterhead, unbroken
from eservices.documents.paper_form import form_of, paper_form_pdf
from eservices.documents.rendering import Press
from eservices.documents.shelf import is_printed, paper_languages, paper_of
from eservices.language import EASY, LANGUAGES, Words, html_lang, own_name, words

#: Where the forms lie, beside the pages.
_FORMS = "paper"

#: Where the folder is served. The page stands in for any address, and its links must lead here from all of them.
ADDRESS = "/outage/"


@dataclass(frozen=True, slots=True)
class Form:
    """A form on paper as the page lists it, by the language it is printed in."""

    title: str
    language: str
    file: str


@dataclass(frozen=True, slots=True)
class OutagePage:
    """All that the template is given. `services`: only these are away; empty: all are."""

    language: str
    direction: str
    address: str  #: what its links begin with
    others: Sequence[tuple[str, str, str]]  #: file, language and its own name
    services: Sequence[str]
    phone: str
    phone_address: str
    forms: Sequence[Form]


def write(folder: Path, library: Library, press: Press, *, only: Sequence[str] = ()) -> list[Path]:
    """Write a page for each language, and the forms beside them; gives what was written.

    `only`: the services that are away, by id; without any it is all of them. Raises `Unprintable`, `OSError`.
    """
    (folder / _FORMS).mkdir(parents=True, exist_ok=True)
    wanted = [one for one in library.services.values() if is_printed(one) and (not only or one.id in only)]
    printed = [folder / _FORMS / name for name in _print(folder / _FORMS, library, press, wanted)]
    pages = []
    for language in LANGUAGES:
        said = words(language)
        forms = []
        for service in wanted:
            paper = paper_of(service, language)
            title = library.texts(service, language).get(service.title)
            forms.append(Form(title, html_lang(paper.language), f"{_FORMS}/{paper.download_name}"))
        path = folder / f"{language}.html"
        path.write_text(_page(library, press, said, forms, bool(only)), "utf-8")
        pages.append(path)
    return [*pages, *printed]


def _page(library: Library, press: Press, said: Words, forms: Sequence[Form], some: bool) -> str:
    head = letterhead(library.municipality, said)
    page = OutagePage(
        language=html_lang(said.language),
        direction=said.direction,
        address=ADDRESS,
        others=[
            (f"{tag}.html", html_lang(tag), own_name(tag)) for tag in LANGUAGES if tag not in (said.language, EASY)
        ],
        services=[form.title for form in forms] if some else [],
        phone=unbroken(head.phone),
        phone_address=library.municipality.contact_centre.phone_e164,
        forms=forms,
    )
    return press.html("documents/outage.html", said, head=head, page=page)


def _print(folder: Path, library: Library, press: Press, services: Sequence[Service]) -> Iterator[str]:
    for service in services:
        for language in paper_languages(service):
            paper = paper_of(service, language)
            (folder / paper.download_name).write_bytes(paper_form_pdf(press, form_of(library, paper)))
            yield paper.download_name
