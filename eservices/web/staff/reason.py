"""Why somebody opens what is not their own work: asked before anything of the case is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from werkzeug.wrappers import Response

from eservices.cases.model import Case
from eservices.questions import cleaning
from eservices.web.i18n import plain
from eservices.web.pages import render
from eservices.web.staff.page import StaffPage, framed

#: Shorter than this is no reason: "x", "-", "ok".
_SHORTEST_REASON = 4


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody opens what is not their own work, as they typed it."""

    why: str = ""
    asked: bool = False

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "Reason":
        return cls(cleaning.line(form.get("why", ""))[:500], asked=True)

    @property
    def missing(self) -> bool:
        return len(self.why) < _SHORTEST_REASON


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyPage(StaffPage):
    template: ClassVar[str] = "staff/why.html"
    number: str
    heading: str
    explanation: str
    address: str
    back: str
    button: str
    typed: str
    errors: tuple[tuple[str, str], ...]


def reason_page(
    room: str,
    case: Case,
    address: str,
    back: str,
    given: Reason | None = None,
    *,
    heading: str = "",
    explanation: str = "",
    button: str = "",
) -> Response:
    """Ask why, before anything of the case is shown. The page names nothing but the number."""
    errors = (("why", plain("Skriv varför, med några ord.")),) if given else ()
    page = WhyPage(
        **framed(room),
        number=case.number,
        heading=heading or plain("Varför öppnar du ärendet?"),
        explanation=explanation
        or plain("Det hör inte till det du arbetar med just nu. Skälet skrivs i ärendets journal, med ditt namn."),
        address=address,
        back=back,
        button=button or plain("Visa ärendet"),
        typed=given.why if given else "",
        errors=errors,
    )
    return render(page, 422 if given else 200)
