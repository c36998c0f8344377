"""Templates outside a request: HTML and plain text for messages, tagged PDF for paper and screen.

Not for the web process: WeasyPrint needs 135 MB. It is loaded with the first document, so that a house without the
libraries it needs still sends its e-mail.
"""

import logging
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from eservices.language import SOURCE, Words, direction, words

logger = logging.getLogger(__name__)

logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.WARNING)


class Unprintable(Exception):
    """The document cannot be made here: a library is missing, or the template wants something from outside."""


class Press:
    """Renders the templates of one folder. Safe for several threads."""

    def __init__(self, templates: Path, *, large: bool = False):
        self._templates = templates
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=select_autoescape(disabled_extensions=("txt", "css"), default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals["large"] = large

    @cached_property
    def large(self) -> "Press":
        """The same documents in large print, for those who read no other."""
        return Press(self._templates, large=True)

    def text(self, template: str, words: Words, **facts: object) -> str:
        """Plain text, for the part of a message that everybody can read."""
        return self._environment.get_template(template).render(words=words, _=words, **facts)

    def html(self, template: str, words: Words, **facts: object) -> str:
        """HTML in the language of `words`; a sentence that is not translated is marked as Swedish."""
        return self._environment.get_template(template).render(words=words, _=Said(words), **facts)

    @staticmethod
    def warm() -> None:
        """Load what documents need before somebody waits for the first one; what is missing is told."""
        try:
            import weasyprint  # noqa: F401
        except (ImportError, OSError) as error:
            logger.error("no documents can be made here: %s", error)  # noqa: TRY400 -- the sentence says it all

    def pdf(self, template: str, words: Words, **facts: object) -> bytes:
        """A tagged PDF: language, title, headings, lists, tables with header cells (PDF/UA-1). See `tagged_pdf`."""
        return tagged_pdf(self.html(template, words, **facts), words)


class Said:
    """A sentence in a template, marked as Swedish where the reader's language lacks it."""

    def __init__(self, words: Words):
        self._words = words

    def __call__(self, text: str, **facts: object) -> Markup:
        return escape(self._words(text, **facts))


def printable(wanted: str) -> Words:
    """The reader's words, or Swedish ones where theirs cannot be printed so that they are read aloud in order."""
    language = SOURCE if direction(wanted) == "rtl" else wanted
    return words(language)


def tagged_pdf(html: str, words: Words | None = None) -> bytes:
    """A whole page of ours as a tagged PDF (PDF/UA-1), with the `words` it was set in. Raises `Unprintable`.

    Right-to-left languages are not printed: their text would lie in the file in the order it is seen, and be read
    aloud backwards. Give Swedish words instead and say so on the paper.
    """
    if words is not None and words.direction == "rtl":
        raise ValueError(f"a document in {words.language} would be read backwards")
    try:
        from weasyprint import HTML
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse
    except (ImportError, OSError) as error:
        raise Unprintable(f"no documents can be made here: {error}") from error

    class Nothing(URLFetcher):  # type: ignore[misc]
        """A document is whole in itself: it may carry its pictures, and asks nobody for anything."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
            if not url.startswith("data:image/"):
                raise FatalURLFetchingError(f"a document may not fetch {url[:80]}")
            return super().fetch(url, headers)

    try:
        printed: Any = HTML(string=html, url_fetcher=Nothing()).write_pdf(pdf_variant="pdf/ua-1")
    except FatalURLFetchingError as error:
        raise Unprintable(str(error)) from error
    return bytes(printed)
