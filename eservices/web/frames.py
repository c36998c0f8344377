"""The surface in which a journey is shown: its addresses, its language, who gives the answers, and its templates."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import BadRequest

from eservices.definitions.model import Service
from eservices.journey.answers import Answers, AnswerState, Origin, Place
from eservices.journey.path import Spot
from eservices.language import Words

#: What a form sent: strict text by the name of its control (see `bodies.Typed`).
Typed = ImmutableMultiDict[str, str]


class Frame(ABC):
    """Residents and agents each have one; a step itself does not know in which it stands."""

    #: Template by kind of page: step, group, check, stop.
    templates: ClassVar[Mapping[str, str]]
    #: Whether texts to read aloud are shown.
    spoken: ClassVar[bool] = False
    #: Whether a question may be put off ("ask later", "does not know").
    may_put_off: ClassVar[bool] = False
    #: Whether questions bear the numbers they have on paper, and nothing of what is said only to a resident.
    numbered: ClassVar[bool] = False
    #: The language in which texts to read aloud stand beside Swedish, for a caller with an interpreter; "" for none.
    beside = ""

    def __init__(self, words: Words):
        self.words = words
        self.language = words.language
        #: The language that the draft, and so the case, will be in; None leaves it as it is.
        self.keeps_language: str | None = words.language

    @abstractmethod
    def address(self, spot: Spot) -> str:
        """Where this page of the journey is."""

    @abstractmethod
    def stop_address(self, stop: str) -> str:
        """Where the stop page is."""

    @abstractmethod
    def start_address(self) -> str:
        """The page before the first step."""

    @abstractmethod
    def check_address(self) -> str:
        """The page after the last step: what else the surface asks, or the check page itself."""

    @abstractmethod
    def receipt_address(self) -> str:
        """Where the receipt of what has been sent is."""

    @abstractmethod
    def saved_address(self) -> str:
        """Where one lands after "save and go on later"."""

    @abstractmethod
    def removal_address(self, spot: Spot, file: str = "") -> str:
        """Where an item, or a file of this page, is removed."""

    @abstractmethod
    def origin(self, now: dt.datetime) -> Origin:
        """Who gives the answers on this page, and how."""

    @property
    def extra_fields(self) -> frozenset[str]:
        """Names of controls that are the surface's own."""
        return frozenset()

    def reads(self, service: Service, answers: Answers) -> Service:  # noqa: ARG002 - most read it as it is
        """The service as this surface walks through it. What is handed in is judged by the service itself."""
        return service

    def in_scan(self, place: Place) -> bool | None:  # noqa: ARG002 - only a paper has one
        """Whether what a question asks for lies in the scanned paper; None where there is no scanned paper."""
        return None

    def leave_address(self) -> str:
        """Where the browser is cleared; "" for surfaces that have no such thing."""
        return ""

    def in_language(self, language: str, spot: Spot) -> str:
        """The same page in another language, for surfaces that offer it."""
        raise BadRequest(f"{language} {spot}")

    def put_off(self, typed: Typed) -> Mapping[str, AnswerState]:  # noqa: ARG002 - residents put nothing off
        """Which questions were put off, from the surface's own controls `<id>-state`."""
        return {}
