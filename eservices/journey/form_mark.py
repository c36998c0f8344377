"""What a paper form carries instead of a number: which service, which version of it, and in which language.

A person reads it off the paper (`biblioteket 3f9a2c1d sv`), a scanner from the square code on each page. It says
nothing about whoever fills the form in.
"""

import re
from dataclasses import dataclass, replace

from eservices.language import LANGUAGES

#: How much of a version a mark carries: two versions of one service that share it will not be met with.
SHORT_VERSION = 8

_MARK = re.compile(
    rf"""
    (?P<service>[a-z][a-z0-9_]*)
    [\s.,;:/|]+ (?:version\s+)? (?P<version>[0-9a-f]{{{SHORT_VERSION},64}})
    [\s.,;:/|]+ (?P<language>{"|".join(sorted(LANGUAGES, key=len, reverse=True))})
    (?:[\s.,;:/|]+ (?P<page>[1-9][0-9]{{0,2}}))?
    """,
    re.VERBOSE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class FormMark:
    """A form as it was printed; `page` is 0 where no page is told."""

    service: str
    version: str
    language: str
    page: int = 0

    def __str__(self) -> str:
        """As a person reads it, on the paper or over the telephone."""
        return f"{self.service} {self.version} {self.language}"

    @property
    def code(self) -> str:
        """As the square code holds it, in the letters that make such codes smallest."""
        parts = (self.service, self.version, self.language, *([str(self.page)] if self.page else []))
        return ".".join(parts).upper()

    def on_page(self, page: int) -> "FormMark":
        return replace(self, page=page)

    def fits(self, service: str, version: str) -> bool:
        """Whether it is the mark of this service in this version."""
        return self.service == service and version.startswith(self.version)


def form_mark(service: str, version: str, language: str) -> FormMark:
    """The mark of a form. `version` is the whole version of the definition."""
    return FormMark(service, version[:SHORT_VERSION], language)


def read_form_mark(text: str) -> FormMark | None:
    """The mark that somebody typed or a scanner read, however they set signs and capitals; None where it is none."""
    found = _MARK.fullmatch(text.strip().lower())
    if found is None:
        return None
    return FormMark(found["service"], found["version"], found["language"], int(found["page"] or 0))
