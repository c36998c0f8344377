"""The pages that a proxy shows when it answers itself.

While the e-services are away: the telephone, the hours, and every form on paper. What comes in on paper meanwhile keeps
its true day: whoever keys it in says when it came. And for what the proxy refuses: what it was, how to go on, and the
telephone. Each page is whole in itself, without style sheet or script from us, so that a folder is all it takes.
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
from eservices.language import EASY, LANGUAGES, N_, Words, html_lang, own_name, words

#: Where the forms lie, beside the pages.
_FORMS = "paper"

#: Where the folder is served. The page stands in for any address, and its links must lead here from all of them.
ADDRESS = "/outage/"


@dataclass(frozen=True, slots=True)
class Refused:
    """What a page says when the proxy takes a request no further: what it was, and how to go on."""

    title: str
    text: str


#: By the folder of its pages. In the words of our own error pages, since nobody should need to know who refused.
REFUSED = {
    "too-large": Refused(
        N_("Det var för stort"), N_("Korta texten, eller skicka en mindre fil. Det du har sparat finns kvar.")
    ),
    "too-many": Refused(
        N_("Det blev för många försök"), N_("Vänta en stund och försök igen. Ring om du inte kan vänta.")
    ),
    "not-understood": Refused(
        N_("Vi kunde inte läsa det som skickades"), N_("Gå tillbaka och försök igen. Inget har ändrats.")
    ),
    "not-found": Refused(
        N_("Sidan finns inte"),
        N_("Adressen kan vara felskriven, eller sidan ha flyttat. Sök på startsidan, eller ring så hjälper vi dig."),
    ),
}


@dataclass(frozen=True, slots=True)
class Form:
    """A form on paper as the page lists it, by the language it is printed in."""

    title: str
    language: str
    file: str


@dataclass(frozen=True, slots=True)
class OutagePage:
    """All that the template is given. `services`: only these are away; empty: all are, or none where one is refused."""

    language: str
    direction: str
    address: str  #: what its links begin with
    others: Sequence[tuple[str, str, str]]  #: file, language and its own name
    services: Sequence[str]
    phone: str
    phone_address: str
    forms: Sequence[Form]
    refused: Refused | None = None


def write(folder: Path, library: Library, press: Press, *, only: Sequence[str] = ()) -> list[Path]:
    """Write the pages for each language, and the forms beside them; gives what was written.

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
        path.write_text(_page(library, press, said, forms, some=bool(only)), "utf-8")
        pages.append(path)
    for name, refused in REFUSED.items():
        (folder / name).mkdir(exist_ok=True)
        for language in LANGUAGES:
            path = folder / name / f"{language}.html"
            path.write_text(_page(library, press, words(language), [], some=False, refused=(name, refused)), "utf-8")
            pages.append(path)
    return [*pages, *printed]


def _page(
    library: Library,
    press: Press,
    said: Words,
    forms: Sequence[Form],
    *,
    some: bool,
    refused: tuple[str, Refused] | None = None,
) -> str:
    head = letterhead(library.municipality, said)
    page = OutagePage(
        language=html_lang(said.language),
        direction=said.direction,
        address=ADDRESS if refused is None else f"{ADDRESS}{refused[0]}/",
        others=[
            (f"{tag}.html", html_lang(tag), own_name(tag)) for tag in LANGUAGES if tag not in (said.language, EASY)
        ],
        services=[form.title for form in forms] if some else [],
        phone=unbroken(head.phone),
        phone_address=library.municipality.contact_centre.phone_e164,
        forms=forms,
        refused=None if refused is None else refused[1],
    )
    return press.html("documents/outage.html", said, head=head, page=page)


def _print(folder: Path, library: Library, press: Press, services: Sequence[Service]) -> Iterator[str]:
    for service in services:
        for language in paper_languages(service):
            paper = paper_of(service, language)
            (folder / paper.download_name).write_bytes(paper_form_pdf(press, form_of(library, paper)))
            yield paper.download_name
