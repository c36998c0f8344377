"""The pages of a journey as values: a step, a group's list, the check page, a stop. Each frame has its templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from eservices.journey.summary import Line
from eservices.submissions import drafts
from eservices.web.forms.fields import QuestionField
from eservices.web.frames import Frame
from eservices.web.pages import Page
from eservices.web.seeing import Other

#: (address of the control, sentence)
Errors: TypeAlias = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class JourneyPage(Page):
    """What every page of a journey shows: where one is, the way back, the code to say on the phone."""

    kind: str
    frame: Frame
    service: str
    caption: str
    title: str
    code: str
    back: str | None = None
    progress: tuple[int, int] | None = None
    offered: tuple[str, ...] = ()
    trial: bool = False  #: the service is on trial
    practice: bool = False  #: nothing of it is ever sent
    errors: Errors = ()
    kept_days: int = drafts.KEPT_FOR.days

    @property
    def template(self) -> str:  # type: ignore[override]
        return self.frame.templates[self.kind]

    @property
    def leave(self) -> str:
        return self.frame.leave_address()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPage(JourneyPage):
    """The questions of a step, or of one item of a group."""

    kind: str = "step"
    intro: str | None = None
    fields: Sequence[QuestionField] = ()
    takes_files: bool = False
    new: bool = False
    alone: bool = False
    seen: str = ""  #: what the page is made from: see `seeing`
    others: Sequence[Other] = ()  #: what somebody else has answered while this page was open
    shared: bool = False  #: the contact centre has the draft in hand, too
    one_case: bool = False  #: they have just said who they are, and one running case would do
    wonders: str = ""  #: what the officer wonders about the answer on this page


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a group as its list shows it."""

    number: int
    position: int
    title: str
    lines: tuple[Line, ...]
    address: str
    removal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupPage(JourneyPage):
    """The list of a repeated group, and whether there is more."""

    kind: str = "group"
    group: str
    intro: str | None = None
    items: Sequence[Item] = ()
    maximum: int = 0

    @property
    def full(self) -> bool:
        return len(self.items) >= self.maximum


@dataclass(frozen=True, slots=True)
class Checked:
    """A section of answers with where to change each."""

    title: str
    lines: tuple[tuple[Line, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPage(JourneyPage):
    """Everything answered, what no longer applies, what is missing and what follows, and the declarations."""

    kind: str = "check"
    sections: Sequence[Checked] = ()
    dropped: Sequence[str] = ()
    missing: Sequence[tuple[str, str]] = ()
    requirements: Sequence[str] = ()
    declarations: Sequence[tuple[str, str]] = ()
    declared: frozenset[str] = frozenset()
    submit: str = ""
    seen: int = 0
    changed: bool = False

    def undeclared(self, declaration: str) -> str:
        """What is said beside a declaration that was not confirmed."""
        return next((sentence for address, sentence in self.errors if address == f"#{declaration}"), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPage(JourneyPage):
    """Why it ends here, and what to do instead."""

    kind: str = "stop"
    paragraphs: Sequence[str] = ()
    emergency: bool = False
