"""An appeal that came too late: a decision of its own not to try it (FL 45 §), seen as it will be read, and signed."""

from collections.abc import Iterator, Mapping

from werkzeug.wrappers import Response

from eservices.cases import appealing, store
from eservices.cases.appealing import Appeal, AppealState
from eservices.cases.changing import party_of
from eservices.cases.model import Case, DecisionKind, Party
from eservices.identity.people import Act
from eservices.language import N_, SOURCE
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.web.case_handling.act_pages import ask, by_form, take
from eservices.web.case_handling.appealing import appeal_of
from eservices.web.case_handling.asked import Asked, Box, Letter, news_told_to
from eservices.web.case_handling.deciding import grounds_of, lines, ruling_fields, ruling_letter, ruling_wrong
from eservices.web.case_handling.room import blueprint
from eservices.web.case_handling.telling import appeal_shown
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import see_other
from eservices.web.staff import access
from eservices.web.staff.field import Field
from eservices.web.staff.telling import tell

_LAW = "45 § förvaltningslagen (2017:900)"


def _dismissing(appeal_id: str) -> Asked:
    """The form of one appeal's dismissal."""

    def fields(tx: Transaction, case: Case) -> Iterator[Field]:
        yield from ruling_fields(tx, case, _reasons(tx, case, appeal_of(tx, case, appeal_id)), _LAW)

    def boxes(tx: Transaction, case: Case) -> Iterator[Box]:
        appeal = appeal_of(tx, case, appeal_id)
        yield Box(
            plain("Innan du avvisar"),
            (
                plain("Har vi berättat fel om hur man överklagar? Kom det i tid till den som prövar?"),
                plain("Då ska det prövas ändå. 45 § förvaltningslagen."),
            ),
            warn=True,
        )
        shown = appeal_shown(appeal, case, tell())
        yield Box(plain("Överklagandet"), (shown.came, shown.in_time, shown.body))
        yield news_told_to([party_of(tx, case, appeal.party_id)])

    def letters(tx: Transaction, case: Case, written: Mapping[str, str]) -> Iterator[Letter]:
        party = party_of(tx, case, appeal_of(tx, case, appeal_id).party_id)
        heading = plain("Det här läser {name}", name=party.name or plain("personen"))
        subject, paragraphs = _letter(tx, case, party, written)
        yield Letter(heading, subject, paragraphs, party.language)

    return Asked(
        "dismissal", Act.DECIDE, N_("Avvisa överklagandet"), N_("Granska beslutet"),
        lambda tx, case: tuple(fields(tx, case)), boxes,
        after=N_("Inget skickas än. På nästa sida ser du beslutet innan du fattar det."),
        check=ruling_wrong,
        confirmed_by=N_("Fatta beslutet"),
        reviewed_as=N_("Granska beslutet"),
        letters=letters,
        when_confirmed=N_(
            "När du fattar beslutet skriver du under det, och beskedet går iväg till den som överklagade. Det första "
            "beslutet står kvar."
        ),
        signed=True,
    )  # fmt: skip


def _reasons(tx: Transaction, case: Case, appeal: Appeal) -> str:
    """What the days say, to go on from. In Swedish, as what an authority decides."""
    told = words_of(SOURCE)
    decision = next(one for one in store.decisions_of(tx, case) if one.id == appeal.decision_id)
    got = appealing.delivered_on(tx, case, decision, appeal.party_id)
    days = [
        told(N_("Du fick beslutet {day}."), day=told.day(got)) if got is not None else "",
        told(N_("Sista dag att överklaga var {day}."), day=told.day(appeal.last_day)) if appeal.last_day else "",
        told(N_("Ditt överklagande kom in till kommunen {day}."), day=told.day(appeal.received_on)),
        told(N_("Det är för sent, och därför prövas det inte.")),
    ]
    return " ".join(day for day in days if day)


def _letter(tx: Transaction, case: Case, party: Party, written: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    return ruling_letter(tx, case, party, written, DecisionKind.DISMISSED_APPEAL)


@blueprint.get("/<casenumber:number>/appeals/<id:appeal>/dismissal")
@access.requires(Act.DECIDE)
def ask_to_dismiss(number: str, appeal: str) -> Response:
    """Only an appeal that waits and came too late is dismissed; all others are judged first."""
    with house().database.read() as tx:
        case = access.case_for(tx, number, Act.DECIDE)
        found = appeal_of(tx, case, appeal)
    if found.state is not AppealState.RECEIVED or found.in_time is not False:
        return see_other(f"/cases/{number}")
    return ask(number, _dismissing(appeal))


@blueprint.post("/<casenumber:number>/appeals/<id:appeal>/dismissal")
@access.requires(Act.DECIDE)
def dismiss_appeal(number: str, appeal: str) -> Response:
    """Show the decision as it will stand; when it comes back signed, make it."""

    def dismiss(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        party = party_of(tx, case, appeal_of(tx, case, appeal).party_id)
        subject, letter = _letter(tx, case, party, written)
        appealing.dismiss(
            tx, case.id, appeal, **by_form(), reasons=written["reasons"], law=written.get("law", ""),
            grounds=grounds_of(written), plain=lines(written, "plain"), subject=subject, letter=letter,
            hours=house().municipality.contact_centre.hours,
        )  # fmt: skip

    return take(number, _dismissing(appeal), dismiss, "appeal_dismissed")
