"""An appeal on the officer's side: from which day its time counts, written in when it came on paper, and judged.

One that came too late is not tried, by a decision of its own: see `dismissing`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.calendars import day_of
from eservices.cases import appealing, store
from eservices.cases.appealing import Appeal, AppealState
from eservices.cases.model import Case, Decision
from eservices.documents.decision import KINDS
from eservices.identity.people import Act, may
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.values import Channel
from eservices.web.case_handling.act_pages import ask, by_form, take
from eservices.web.case_handling.asked import Asked, Box, careful
from eservices.web.case_handling.asking import told_of
from eservices.web.case_handling.room import blueprint
from eservices.web.case_handling.telling import appeal_shown
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field, day_in
from eservices.web.staff.telling import tell


def _fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    parties = told_of(tx, case)
    choices = tuple((party.id, party.name or plain("Anonym"), "") for party in parties)
    who = (Field("radios", "party", plain("Vem överklagar?"), parties[0].id, choices=choices),) if choices[1:] else ()
    return (
        *who,
        *_which(tx, case),
        Field(
            "date", "on", plain("Vilken dag kom det in till kommunen?"), house().clock.today().isoformat(),
            hint=plain("Den dag det räknas som inkommet. 22 § förvaltningslagen."),
        ),
        Field("long", "body", plain("Vad personen skriver"), rows=6, hint=plain("Ett överklagande är skriftligt.")),
    )  # fmt: skip


def _which(tx: Transaction, case: Case) -> Iterator[Field]:
    """Which decision, where there is more than one that somebody can appeal."""
    may_be = appealing.appealable(store.decisions_of(tx, case))
    if may_be[1:]:
        choices = tuple((one.id, decision_named(one), "") for one in may_be)
        yield Field("radios", "decision", plain("Vilket beslut gäller det?"), may_be[0].id, choices=choices)


def decision_named(decision: Decision) -> str:
    return plain("{what}, {day}", what=plain(KINDS[decision.kind]), day=day_of(decision.decided_at))


def _wrong(_tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
    day, today = day_in(written.get("on", "")), house().clock.today()
    if day is None or day > today or (case.decided_at is not None and day < day_of(case.decided_at)):
        return (("on", plain("Välj en dag mellan beslutet och i dag.")),)
    return ()


def _receive(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
    parties, by = told_of(tx, case), by_form()
    appealing.receive(
        tx,
        case.id,
        party_id=written.get("party") or parties[0].id,
        body=written["body"],
        on=day_in(written.get("on", "")) or house().clock.today(),
        actor=replace(by["actor"], channel=Channel.PAPER),
        now=by["now"],
        decision_id=written.get("decision", ""),
        hours=house().municipality.contact_centre.hours,
    )


RECEIVE = Asked(
    "appeal", Act.WORK_ON_CASE, N_("Ta emot överklagande"), N_("Anteckna överklagandet"), _fields, careful, check=_wrong
)


@blueprint.get("/<casenumber:number>/appeal")
@access.requires(Act.WORK_ON_CASE)
def ask_for_appeal(number: str) -> Response:
    """An appeal that waits is judged; else one is written in."""
    with house().database.read() as tx:
        case = access.case_for(tx, number, Act.WORK_ON_CASE)
        waiting = [one for one in appealing.of_case(tx, case) if one.state is AppealState.RECEIVED]
    if waiting:
        return see_other(f"/cases/{number}/appeals/{waiting[0].id}")
    return ask(number, RECEIVE)


@blueprint.post("/<casenumber:number>/appeal")
@access.requires(Act.WORK_ON_CASE)
def receive_appeal(number: str) -> Response:
    """Take in an appeal that came on paper or by mail, on the day that counts."""
    return take(number, RECEIVE, _receive, "appeal_received")


def _announcing_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    known = next((one.announced_on for one in reversed(store.decisions_of(tx, case))), None)
    hint = plain(
        "Den dag då det stod på kommunens anslagstavla att protokollet är justerat. 13 kap. 5 § kommunallagen."
    )
    return (
        Field(
            "date", "on", plain("Vilken dag tillkännagavs det?"), known.isoformat() if known else "",
            hint=hint,
        ),
    )  # fmt: skip


def _announcing_boxes(_tx: Transaction, _case: Case) -> Iterator[Box]:
    yield Box(
        plain("Vad som följer"),
        (
            plain(
                "Tiden att begära laglighetsprövning är tre veckor från den dagen. Den sökande ser dagen på sin sida."
            ),
        ),
    )


ANNOUNCE = Asked(
    "announce", Act.WORK_ON_CASE, N_("Skriv in dagen på anslagstavlan"), N_("Spara dagen"), _announcing_fields,
    _announcing_boxes, check=_wrong,
)  # fmt: skip


@blueprint.get("/<casenumber:number>/announcement")
@access.requires(Act.WORK_ON_CASE)
def ask_when_announced(number: str) -> Response:
    with house().database.read() as tx:
        case = access.case_for(tx, number, Act.WORK_ON_CASE)
        if not appealing.waits_to_be_announced(case, store.decisions_of(tx, case)):
            return see_other(f"/cases/{number}")
    return ask(number, ANNOUNCE)


@blueprint.post("/<casenumber:number>/announcement")
@access.requires(Act.WORK_ON_CASE)
def announce(number: str) -> Response:
    """Write in the day the notice board told of the decision: the time to have it tried counts from there."""

    def keep(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        hours = house().municipality.contact_centre.hours
        appealing.announce(
            tx, case.id, on=day_in(written.get("on", "")) or house().clock.today(), hours=hours, **by_form()
        )

    return take(number, ANNOUNCE, keep, "announced")


def _judging(appeal_id: str) -> Asked:
    def fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
        appeal = appeal_of(tx, case, appeal_id)
        choices = []
        if appealing.may_be_reconsidered(tx, case, appeal):
            changed = plain("Om det är uppenbart fel och går att ändra enkelt. 38 § förvaltningslagen.")
            choices.append((AppealState.RECONSIDERED.value, plain("Vi ändrar själva beslutet"), changed))
        if appeal.in_time is False:
            late = plain("Skriv ett beslut om det på nästa sida. Det går också att överklaga. 45 § förvaltningslagen.")
            choices.append((AppealState.LATE.value, plain("Avvisa, det kom för sent"), late))
            sent = plain(
                "Om vi har berättat fel om hur man överklagar, eller om det kom i tid till den som prövar. Skriv "
                "skälet. 45 § förvaltningslagen."
            )
        else:
            sent = plain("Skicka överklagandet och ärendets handlingar. 46 § förvaltningslagen.")
        choices.append((AppealState.FORWARDED.value, plain("Skicka vidare till den som prövar"), sent))
        reasons = Field("text", "why", plain("Skäl"), hint=plain("Står i journalen."), optional=True)
        return (Field("radios", "state", plain("Vad händer med överklagandet?"), choices=tuple(choices)), reasons)

    def boxes(tx: Transaction, case: Case) -> Iterator[Box]:
        appeal = appeal_of(tx, case, appeal_id)
        shown = appeal_shown(appeal, case, tell())
        about = (decision_named(one) for one in store.decisions_of(tx, case) if one.id == appeal.decision_id)
        yield Box(plain("Överklagandet"), (*about, shown.came, shown.in_time, shown.body))
        if may(access.current_staff(), Act.EXPORT_CASE, case.unit):
            papers = ((plain("Ta fram ärendets handlingar"), f"/cases/{case.number}/hand-out"),)
            told = plain("Den som prövar ska ha överklagandet och ärendets handlingar, i regel inom en vecka.")
            yield Box(plain("Att skicka med"), (told,), links=papers)

    def wrong(tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
        if not written.get("state"):
            return (("state", plain("Välj vad som händer.")),)
        appeal = appeal_of(tx, case, appeal_id)
        late = written["state"] == AppealState.FORWARDED and appeal.in_time is False
        if late and not written.get("why", "").strip():
            return (("why", plain("Skriv varför det prövas fast det kom för sent.")),)
        return ()

    return Asked("appeals", Act.DECIDE, N_("Pröva överklagandet"), N_("Spara"), fields, boxes, check=wrong)


def appeal_of(tx: Transaction, case: Case, appeal_id: str) -> Appeal:
    """An appeal of the case; there is no such page otherwise."""
    found = next((one for one in appealing.of_case(tx, case) if one.id == appeal_id), None)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/<casenumber:number>/appeals/<id:appeal>")
@access.requires(Act.DECIDE)
def ask_to_judge(number: str, appeal: str) -> Response:
    return ask(number, _judging(appeal))


@blueprint.post("/<casenumber:number>/appeals/<id:appeal>")
@access.requires(Act.DECIDE)
def judge_appeal(number: str, appeal: str) -> Response:
    """Send it on, or change the decision; that it came too late is decided on a page of its own."""
    late = request.form.get("state") == AppealState.LATE

    def judge(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        if not late:
            appealing.judge(tx, case.id, appeal, **by_form(), state=AppealState(written["state"]), why=written["why"])

    def go_on(case: Case) -> str:
        return (
            f"/cases/{case.number}/appeals/{appeal}/dismissal" if late else f"/cases/{case.number}?done=appeal_judged"
        )

    return take(number, _judging(appeal), judge, go_on=go_on)
