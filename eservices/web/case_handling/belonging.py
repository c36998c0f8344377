"""Whose a case is: given to a colleague, handed to another unit, watched, kept to a few, kept from oneself, protected,
marked as confidential."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from flask import request
from werkzeug.wrappers import Response

from eservices import journal
from eservices.cases import acts, belonging, enquiries, marks, protecting
from eservices.cases.belonging import Relation
from eservices.cases.model import Case
from eservices.definitions.municipality import Unit
from eservices.identity import accounts
from eservices.identity.people import Act, Staff, may
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.web.case_handling.act_pages import ask, by_form, take
from eservices.web.case_handling.asked import Asked, Box, nothing, why
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.telling import tell

#: Provisions of OSL that a municipality marks by most; another is written.
PROVISIONS = ("26 kap. 1 § OSL", "23 kap. 2 § OSL", "21 kap. 3 § OSL", "22 kap. 1 § OSL")


def colleagues(tx: Transaction, unit: str, act: Act = Act.WORK_ON_CASE) -> Sequence[Staff]:
    """The open accounts that may do this in the unit, by name."""
    everybody = [account.staff for account in accounts.list_staff(tx) if account.disabled_at is None]
    return [person for person in everybody if may(person, act, unit)]


def nobody_else() -> str:
    """What is said where there is no colleague to give a case to."""
    return plain("Ingen annan arbetar på enheten. Lämna över ärendet till en annan enhet i stället.")


def _needed_why() -> Field:
    return replace(why(), optional=False)


# ---- To a colleague, or another unit ---------------------------------------------------------------------------------


def _give_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    choices = tuple((p.id, p.name, "") for p in colleagues(tx, case.unit) if p.id != case.officer_id)
    nobody = "" if choices else nobody_else()
    return (Field("radios", "officer", plain("Vem tar över?"), hint=nobody, choices=choices), why())


def _give_wrong(tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
    chosen = written.get("officer", "")
    if chosen not in {person.id for person in colleagues(tx, case.unit)} or belonging.is_kept_from(tx, case, chosen):
        return (("officer", plain("Välj vem som tar över.")),)
    return ()


GIVE = Asked(
    "give", Act.ASSIGN_CASE, N_("Ge till en kollega"), N_("Ge ärendet"), _give_fields, nothing, check=_give_wrong
)


@blueprint.get("/<casenumber:number>/give")
@access.requires(Act.ASSIGN_CASE)
def ask_to_give(number: str) -> Response:
    return ask(number, GIVE)


@blueprint.post("/<casenumber:number>/give")
@access.requires(Act.ASSIGN_CASE)
def give(number: str) -> Response:
    """A colleague of the unit is the officer from now on; also where the one before is away."""
    return take(
        number,
        GIVE,
        lambda tx, case, written: acts.assign(tx, case.id, **by_form(), officer_id=written["officer"]),
        "given",
    )


def _over_fields(_tx: Transaction, case: Case) -> tuple[Field, ...]:
    units = house().municipality.units
    choices = tuple((unit, found.name, "") for unit, found in units.items() if unit != case.unit)
    return (Field("radios", "unit", plain("Vilken enhet?"), choices=choices), _needed_why())


def _over_wrong(tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
    chosen = written.get("unit", "")
    if chosen not in house().municipality.units or chosen == case.unit:
        return (("unit", plain("Välj en enhet.")),)
    if len(written.get("why", "").strip()) < _A_REASON and list(_before(tx, case)):
        return (("why", plain("Ärendet har lämnats över förut. Skriv skälet så att den nya enheten förstår.")),)
    return ()


#: A reason for moving a case about is more than a word.
_A_REASON = 15


def _before(tx: Transaction, case: Case) -> Iterator[str]:
    """Each time it was handed over: day, from, to and why."""
    telling = tell()
    for entry in journal.of_case(tx, case.id, case.key):
        if entry.kind == "handed_over":
            of, to = (telling.unit(str(entry.content.get(name, ""))) for name in ("from", "to"))
            day = telling.day_of(entry.at)
            yield plain("{day}: från {of} till {to}. {why}", day=day, of=of, to=to, why=entry.why)


def _before_handing_over(tx: Transaction, case: Case) -> Iterator[Box]:
    """What follows along, what must be chosen, and what is lost; for the unit that was chosen, once one is."""
    if earlier := tuple(_before(tx, case)):
        small = plain("Lämna bara över igen om det finns ett gott skäl. Den sökande ser att ärendet flyttas.")
        yield Box(plain("Ärendet har lämnats över förut"), earlier, small, warn=True)
    yield Box(
        plain("Det här följer med"),
        (
            plain("Svaren, filerna, meddelandena, besluten och journalen."),
            plain("Klockorna, med den tid som har gått. Det ni har lovat gäller fortfarande."),
            plain("Frågor som väntar på svar. Svaret kommer till den nya enheten."),
            plain("Sekretessmarkeringar, skydd och jäv."),
        ),
    )
    units = house().municipality.units
    chosen = units.get(request.form.get("unit", ""))
    yield Box(plain("Det här försvinner"), tuple(_lost(tx, case, chosen)), warn=True)
    if chosen is not None and not colleagues(tx, chosen.id):
        nobody = plain("Ingen på {unit} har ett konto som får arbeta med ärenden. Ring dem först.", unit=chosen.name)
        yield Box(plain("Ingen tar emot"), (nobody,), warn=True)


def _lost(tx: Transaction, case: Case, chosen: Unit | None) -> Iterator[str]:
    yield plain("Handläggaren. Ärendet väntar tills någon på den nya enheten tar det.")
    if chosen is not None and chosen.board and chosen.board != case.board:
        board = house().municipality.board(chosen.board).name
        yield plain("Nämnden. {board} svarar för ärendet och beslutar enligt sin delegationsordning.", board=board)
        if case.registry_number:
            yield plain(
                "Numret {number} hör till den förra nämndens diarium. Det står kvar.", number=case.registry_number
            )
    if chosen is not None and any(one.is_open and one.unit == chosen.id for one in enquiries.of_case(tx, case)):
        yield plain("Remissen till {unit} tas tillbaka. De har själva ärendet.", unit=chosen.name)
    if case.restricted:
        yield plain("Ärendet är begränsat. Bara de som är namngivna kan öppna det där också.")
    if not may(access.current_staff(), Act.SEE_CASE, chosen.id if chosen is not None else None):
        yield plain("Du kan inte öppna ärendet sedan.")


HAND_OVER = Asked(
    "hand-over",
    Act.HAND_OVER_CASE,
    N_("Lämna över till en annan enhet"),
    N_("Se vad som händer"),
    _over_fields,
    _before_handing_over,
    after=N_("Inget är gjort än."),
    check=_over_wrong,
    confirmed_by=N_("Lämna över"),
    reviewed_as=N_("Så här blir det när du lämnar över"),
)


@blueprint.get("/<casenumber:number>/hand-over")
@access.requires(Act.HAND_OVER_CASE)
def ask_to_hand_over(number: str) -> Response:
    return ask(number, HAND_OVER)


@blueprint.post("/<casenumber:number>/hand-over")
@access.requires(Act.HAND_OVER_CASE)
def hand_over(number: str) -> Response:
    """Another unit answers for it. Whoever may not see that unit's cases lands in the queue."""
    sees = may(access.current_staff(), Act.SEE_CASE, request.form.get("unit", ""))
    return take(
        number,
        HAND_OVER,
        lambda tx, case, form: acts.hand_over(
            tx,
            case.id,
            **by_form(),
            unit=form["unit"],
            why=form["why"],
            board=house().municipality.units[form["unit"]].board,
        ),
        "handed_over",
        go_on=None if sees else _to_the_queue,
    )


def _to_the_queue(_case: Case) -> str:
    return "/cases/"


# ---- Watching --------------------------------------------------------------------------------------------------------


@blueprint.post("/<casenumber:number>/watch")
@access.requires(Act.SEE_CASE)
def watch(number: str) -> Response:
    """Follow the case, or stop: the same button."""
    with house().database.transaction() as tx:
        case = access.case_for(tx, number, Act.SEE_CASE)
        mine = access.current_staff().id
        watches = (mine, Relation.WATCHES) not in belonging.relations_of(tx, case.id)
        belonging.watch(tx, case, actor=access.actor(), now=house().clock.now(), watches=watches)
    return see_other(f"/cases/{number}?done={'watched' if watches else 'unwatched'}")


# ---- Kept from, kept to ----------------------------------------------------------------------------------------------


def _recuse_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (_needed_why(),)


RECUSE = Asked(
    "recuse",
    Act.WORK_ON_CASE,
    N_("Jag är jävig"),
    N_("Lämna ärendet"),
    _recuse_fields,
    nothing,
    after=N_("Ärendet går tillbaka till enheten, och du kan inte öppna det mer. 16–18 §§ förvaltningslagen."),
)


@blueprint.get("/<casenumber:number>/recuse")
@access.requires(Act.WORK_ON_CASE)
def ask_to_recuse(number: str) -> Response:
    return ask(number, RECUSE)


@blueprint.post("/<casenumber:number>/recuse")
@access.requires(Act.WORK_ON_CASE)
def recuse(number: str) -> Response:
    """Say that one has a conflict of interest: the case is closed to oneself from now on."""
    return take(
        number,
        RECUSE,
        lambda tx, case, form: belonging.recuse(tx, case.id, **by_form(), why=form["why"]),
        go_on=_to_the_queue,
    )


def _restrict_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    named = " ".join(p for p, relation in belonging.relations_of(tx, case.id) if relation is Relation.NAMED)
    mine = access.current_staff().id
    others = [person for person in colleagues(tx, case.unit, Act.SEE_CASE) if person.id != mine]
    choices = ((mine, plain("Du själv"), ""), *((person.id, person.name, "") for person in others))
    hint = plain(
        "Du är alltid med när du väljer någon. Välj bara dig själv om ingen annan får öppna ärendet, och ingen för att "
        "öppna det för hela enheten igen."
    )
    return (
        Field("checks", "named", plain("Vilka får öppna ärendet?"), named, hint=hint, choices=choices, optional=True),
        _needed_why(),
    )


RESTRICT = Asked(
    "restrict",
    Act.WORK_ON_CASE,
    N_("Begränsa vem som får öppna ärendet"),
    N_("Spara"),
    _restrict_fields,
    nothing,
    after=N_("Andra ser inte ärendet, varken i listor, i sökningar eller på kundcenter."),
)


@blueprint.get("/<casenumber:number>/restrict")
@access.requires(Act.WORK_ON_CASE)
def ask_to_restrict(number: str) -> Response:
    return ask(number, RESTRICT)


@blueprint.post("/<casenumber:number>/restrict")
@access.requires(Act.WORK_ON_CASE)
def restrict(number: str) -> Response:
    """Only those who are named may open the case; nobody named opens it for the unit again."""

    def keep(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        known = {person.id for person in colleagues(tx, case.unit, Act.SEE_CASE)}
        named = [person for person in written.get("named", "").split() if person in known]
        belonging.restrict(tx, case.id, **by_form(), named=named, why=written["why"])

    return take(number, RESTRICT, keep, "restricted")


# ---- Protected, confidential -----------------------------------------------------------------------------------------


def _protect_fields(_tx: Transaction, case: Case) -> tuple[Field, ...]:
    choices = (
        ("yes", plain("Ja, någon i ärendet har skyddade uppgifter"), ""),
        ("no", plain("Nej, skyddet gäller inte längre"), ""),
    )
    legend = plain("Har någon i ärendet skyddade uppgifter?")
    return (Field("radios", "protected", legend, "yes" if case.protected else "", choices=choices), _needed_why())


def _protect_wrong(_tx: Transaction, _case: Case, written: Mapping[str, str]) -> Errors:
    return () if written.get("protected") else (("protected", plain("Välj ja eller nej.")),)


PROTECT = Asked(
    "protect",
    Act.SEE_PROTECTED,
    N_("Skyddade uppgifter"),
    N_("Spara"),
    _protect_fields,
    nothing,
    after=N_("Namn, adress och telefon göms i listor och sökningar, och varje titt antecknas."),
    check=_protect_wrong,
)


@blueprint.get("/<casenumber:number>/protect")
@access.requires(Act.SEE_PROTECTED)
def ask_to_protect(number: str) -> Response:
    return ask(number, PROTECT)


@blueprint.post("/<casenumber:number>/protect")
@access.requires(Act.SEE_PROTECTED)
def protect(number: str) -> Response:
    """Mark that somebody in the case is protected, or that it no longer holds."""

    def keep(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        done = protecting.protect if written["protected"] == "yes" else protecting.lift
        done(tx, case.id, **by_form(), why=written["why"])

    return take(number, PROTECT, keep, "protected")


def _mark_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    hint = plain("Till exempel {provision}. 5 kap. 5 § offentlighets- och sekretesslagen.", provision=PROVISIONS[0])
    return (Field("text", "provision", plain("Bestämmelse"), hint=hint), why())


def _mark_wrong(_tx: Transaction, _case: Case, written: Mapping[str, str]) -> Errors:
    return () if written.get("provision", "").strip() else (("provision", plain("Skriv bestämmelsen.")),)


MARK = Asked(
    "mark",
    Act.WORK_ON_CASE,
    N_("Sekretessmarkera"),
    N_("Sekretessmarkera"),
    _mark_fields,
    nothing,
    after=N_("En markering är en varning. Om något är hemligt prövas varje gång någon frågar."),
    check=_mark_wrong,
)


@blueprint.get("/<casenumber:number>/mark")
@access.requires(Act.WORK_ON_CASE)
def ask_to_mark(number: str) -> Response:
    return ask(number, MARK)


@blueprint.post("/<casenumber:number>/mark")
@access.requires(Act.WORK_ON_CASE)
def mark(number: str) -> Response:
    """Warn that something in the case may be secret."""
    return take(
        number,
        MARK,
        lambda tx, case, form: marks.mark(
            tx, case.id, **by_form(), provision=form["provision"].strip()[:80], why=form["why"]
        ),
        "marked",
    )
