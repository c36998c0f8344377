"""What somebody said that must be written: the unit marks the day its confirmation came on paper or at the counter."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.calendars import day_of
from eservices.cases import spoken
from eservices.cases.model import Case
from eservices.cases.spoken import Confirmed, SpokenAct
from eservices.identity.people import Act
from eservices.language import N_
from eservices.naming import SPOKEN
from eservices.storage.database import Transaction
from eservices.web.case_handling.act_pages import ask, by_form, take
from eservices.web.case_handling.asked import Asked, Box
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field, day_in

HOW = {
    Confirmed.CODE: N_("på webben"),
    Confirmed.PAPER: N_("på papper"),
    Confirmed.COUNTER: N_("på plats"),
}


@dataclass(frozen=True, slots=True)
class SpokenShown:
    """What was said and waits to be confirmed, and where that is marked."""

    what: str
    when: str
    body: str
    address: str


def waiting_shown(found: Sequence[SpokenAct], case: Case) -> tuple[SpokenShown, ...]:
    return tuple(
        SpokenShown(
            plain(SPOKEN[one.kind]),
            plain(
                "Sagt {day}. Räknas först när det är bekräftat skriftligt. Personen har fått veta: senast {last}.",
                day=day_of(one.said_at), last=one.last_day,
            ),
            one.body,
            f"/cases/{case.number}/spoken/{one.id}",
        )
        for one in found
        if one.waits
    )  # fmt: skip


def said_first(found: Sequence[SpokenAct], appeal_id: str) -> str:
    """Of an appeal that was said before it was written: both days, so that neither is taken for the other."""
    act = next((one for one in found if one.appeal_id == appeal_id), None)
    if act is None or act.confirmed_on is None or act.confirmed_how is None:
        return ""
    said, how = day_of(act.said_at), plain(HOW[act.confirmed_how])
    return plain("Sagt {said}, bekräftat skriftligt {how} {day}.", said=said, how=how, day=act.confirmed_on)


def _confirming(spoken_id: str) -> Asked:
    def fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
        _of(tx, case, spoken_id)
        ways = (
            (Confirmed.PAPER.value, plain("På papper som kom till oss"), ""),
            (Confirmed.COUNTER.value, plain("Skrev under på plats"), ""),
        )
        return (
            Field("radios", "how", plain("Hur bekräftade personen?"), Confirmed.PAPER.value, choices=ways),
            Field(
                "date", "on", plain("Vilken dag kom det in till kommunen?"), house().clock.today().isoformat(),
                hint=plain("Den dag det räknas som inkommet. 22 § förvaltningslagen."),
            ),
        )  # fmt: skip

    def boxes(tx: Transaction, case: Case) -> Iterator[Box]:
        for shown in waiting_shown([_of(tx, case, spoken_id)], case):
            yield Box(shown.what, (shown.when, shown.body))

    def wrong(tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
        day, said = day_in(written.get("on", "")), day_of(_of(tx, case, spoken_id).said_at)
        right = day is not None and said <= day <= house().clock.today()
        return () if right else (("on", plain("Välj en dag mellan samtalet och i dag.")),)

    return Asked(
        "spoken", Act.WORK_ON_CASE, N_("Bekräftat skriftligt"), N_("Spara"), fields, boxes, check=wrong,
        after=N_("Först då räknas det, från den dagen."),
    )  # fmt: skip


def _of(tx: Transaction, case: Case, spoken_id: str) -> SpokenAct:
    found = next((one for one in spoken.of_case(tx, case) if one.id == spoken_id), None)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/<casenumber:number>/spoken/<id:spoken_id>")
@access.requires(Act.WORK_ON_CASE)
def ask_how_confirmed(number: str, spoken_id: str) -> Response:
    return ask(number, _confirming(spoken_id))


@blueprint.post("/<casenumber:number>/spoken/<id:spoken_id>")
@access.requires(Act.WORK_ON_CASE)
def confirm_spoken(number: str, spoken_id: str) -> Response:
    """It is confirmed: the appeal or the request is received on the day the paper was."""

    def confirm(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        by = by_form()
        spoken.confirm(
            tx, case.id, spoken_id, how=Confirmed(written["how"]), on=day_in(written.get("on", "")) or by["now"].date(),
            actor=by["actor"], now=by["now"], hours=house().municipality.contact_centre.hours,
        )  # fmt: skip

    return take(number, _confirming(spoken_id), confirm, "confirmed")
