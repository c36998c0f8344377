"""Where finished paper forms lie: the worker puts them there, the web hands them out. Nothing is printed here.

A blank form says nothing about anybody, so it lies in the clear. What is wished for and not there is noted on the
shelf too, so that the worker makes it before the others.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from eservices.definitions.model import Service
from eservices.definitions.texts import EASY
from eservices.language import SOURCE, direction

_SHELF = "paper"
_WISHES = "wanted"
_LARGE = "-large"


@dataclass(frozen=True, slots=True)
class Paper:
    """One form: a service in one version, for somebody who reads `language`, in ordinary or in large print."""

    service: str
    version: str
    language: str
    large: bool = False

    @property
    def name(self) -> str:
        """Its place on the shelf."""
        return f"{self.service}/{self.version}-{self.language}{_LARGE if self.large else ''}.pdf"

    @property
    def download_name(self) -> str:
        """What it is called where somebody keeps it."""
        return f"{self.service}-{self.language}{_LARGE if self.large else ''}.pdf"


def is_printed(service: Service) -> bool:
    """Whether there is a form: for as long as the service can be applied for."""
    return service.status in {"pilot", "active", "sunset"}


def paper_languages(service: Service) -> tuple[str, ...]:
    """The languages a form is made for: those that the service promises, and easy Swedish where it has any."""
    easy = [EASY] if EASY not in service.languages and any(text.easy for text in service.texts()) else []
    return (*service.languages, *easy)


def printed_in(language: str) -> str:
    """The language of the print for somebody who reads `language`: Swedish, with a guide, for right-to-left scripts."""
    return SOURCE if direction(language) == "rtl" else language


def paper_of(service: Service, language: str, *, large: bool = False) -> Paper:
    """The form for somebody who reads `language`; in Swedish where the service does not promise that language."""
    return Paper(service.id, service.version, language if language in paper_languages(service) else SOURCE, large)


class Shelf:
    """The forms of an installation, in its data folder."""

    def __init__(self, data_dir: Path):
        self._folder = data_dir / _SHELF

    def path(self, paper: Paper) -> Path:
        return self._folder / paper.name

    def is_there(self, paper: Paper) -> bool:
        return self.path(paper).is_file()

    def put(self, paper: Paper, printed: bytes, made_of: str) -> None:
        """Lay a form on the shelf, whole or not at all; those of earlier versions go. `made_of` tells its content."""
        path = self.path(paper)
        path.parent.mkdir(parents=True, exist_ok=True)
        for place, content in ((path, printed), (_note(path), made_of.encode())):
            half = place.with_name(f"{place.name}.{os.getpid()}.new")
            half.write_bytes(content)
            half.replace(place)
        ending = paper.name.removeprefix(f"{paper.service}/{paper.version}")
        for other in path.parent.glob(f"*{ending}"):
            if other != path and other.name.partition("-")[0] + ending == other.name:
                other.unlink(missing_ok=True)
                _note(other).unlink(missing_ok=True)

    def made_of(self, paper: Paper) -> str:
        """What the form that lies here was made of; "" where none does."""
        try:
            return _note(self.path(paper)).read_text() if self.is_there(paper) else ""
        except OSError:
            return ""

    def wish(self, paper: Paper) -> None:
        """Note that somebody waits for this form."""
        path = self._wish(paper)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()

    def wishes(self) -> frozenset[str]:
        """The names of the forms that somebody waits for."""
        try:
            return frozenset(path.name.replace(":", "/") for path in (self._folder / _WISHES).iterdir())
        except OSError:
            return frozenset()

    def clear_wish(self, name: str) -> None:
        """Nobody can be given this form: what it was made of is gone."""
        (self._folder / _WISHES / name.replace("/", ":")).unlink(missing_ok=True)

    def _wish(self, paper: Paper) -> Path:
        return self._folder / _WISHES / paper.name.replace("/", ":")


def _note(path: Path) -> Path:
    return path.with_suffix(".made-of")
