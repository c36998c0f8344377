"""Refusing to decide now: a decision of its own, within four weeks of the request (FL 12 §). The case goes on."""

from collections.abc import Iterator, Mapping

from werkzeug.wrappers import Response

from eservices.cases import delays
from eservices.cases.changing import party_of
from eservices.cases.model import Case, DecisionKind
from eservices.identity.people import Act
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.web.case_handling.act_pages import ask, by_form, take
from eservices.web.case_handling.asked import Asked, Box, Letter, news_told_to
from eservices.web.case_handling.deciding import grounds_of, lines, ruling_fields, ruling_letter, ruling_wrong
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import see_other
from eservices.web.staff import access
from eservices.web.staff.field import Field

_LAW = "12 § förvaltningslagen (2017:900)"


def _fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    return tuple(ruling_fields(tx, case, "", _LAW))


def _boxes(tx: Transaction, case: Case) -> Iterator[Box]:
    yield Box(
        plain("Innan du avslår"),
        (plain("Ärendet fortsätter som förut. Personen får begära det bara en gång, och kan överklaga ditt beslut."),),
        warn=True,
    )
    yield news_told_to([delays.asked_by(tx, case) or party_of(tx, case, None)])


def _written(tx: Transaction, case: Case, written: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    party = delays.asked_by(tx, case) or party_of(tx, case, None)
    return ruling_letter(tx, case, party, written, DecisionKind.REFUSED_REQUEST)


def _letters(tx: Transaction, case: Case, written: Mapping[str, str]) -> Iterator[Letter]:
    party = delays.asked_by(tx, case) or party_of(tx, case, None)
    heading = plain("Det här läser {name}", name=party.name or plain("personen"))
    yield Letter(heading, *_written(tx, case, written), party.language)


REFUSE = Asked(
    "refuse-request", Act.DECIDE, N_("Avslå begäran att avgöra ärendet"), N_("Granska beslutet"), _fields, _boxes,
    after=N_("Inget skickas än. På nästa sida ser du beslutet innan du fattar det."),
    check=ruling_wrong,
    confirmed_by=N_("Fatta beslutet"),
    reviewed_as=N_("Granska beslutet"),
    letters=_letters,
    when_confirmed=N_("När du fattar beslutet skriver du under det, och beskedet går iväg."),
    signed=True,
)  # fmt: skip


@blueprint.get("/<casenumber:number>/request")
@access.requires(Act.DECIDE)
def ask_to_refuse_request(number: str) -> Response:
    """Only a request that waits for its answer is refused."""
    with house().database.read() as tx:
        case = access.case_for(tx, number, Act.DECIDE)
        if delays.asked_by(tx, case) is None:
            return see_other(f"/cases/{number}")
    return ask(number, REFUSE)


@blueprint.post("/<casenumber:number>/request")
@access.requires(Act.DECIDE)
def refuse_request(number: str) -> Response:
    """Show the decision as it will stand; when it comes back signed, make it."""

    def refuse(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        subject, letter = _written(tx, case, written)
        delays.refuse_request(
            tx, case.id, **by_form(), reasons=written["reasons"], law=written.get("law", ""),
            grounds=grounds_of(written), plain=lines(written, "plain"), subject=subject, letter=letter,
            hours=house().municipality.contact_centre.hours,
        )  # fmt: skip

    return take(number, REFUSE, refuse, "request_refused")
