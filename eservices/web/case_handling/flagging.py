"""Wondering about one answer: an officer marks it on the page of the case, and the person is asked if it holds.

It is asked as a supplement with one question, so that it has a last day, a reminder and every way to answer. What was
handed in stays as it was; what is said now stands beside it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.cases import asking, enquiries, model
from eservices.cases.asked_items import about_one_answer, labels_of, may_be_flagged
from eservices.cases.asking import Said
from eservices.cases.corrections import Flag, flag_of
from eservices.cases.enquiries import Consequence, Enquiry
from eservices.cases.model import Case, ClockKind, Party
from eservices.definitions.model import Question, Sensitivity, Service
from eservices.identity.people import Act
from eservices.journey.answers import Place
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.web.asked_about import AskedAbout, asked_about
from eservices.web.case_handling.act_pages import ask, by_form, take
from eservices.web.case_handling.asked import Asked, Box, Letter, how_it_goes
from eservices.web.case_handling.asking import chosen_day, day_wrong, last_day, told_of
from eservices.web.case_handling.letters import flag_letter
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field
from eservices.web.staff.telling import tell


@blueprint.get("/<casenumber:number>/answers/<slug:question>/flag")
@access.requires(Act.WORK_ON_CASE)
def ask_to_flag(number: str, question: str) -> Response:
    return ask(number, _about(number, (question, None)))


@blueprint.post("/<casenumber:number>/answers/<slug:question>/flag")
@access.requires(Act.WORK_ON_CASE)
def flag(number: str, question: str) -> Response:
    """Ask the person if an answer holds."""
    return _flag(number, (question, None))


@blueprint.get("/<casenumber:number>/answers/<slug:question>/<item:item>/flag")
@access.requires(Act.WORK_ON_CASE)
def ask_to_flag_in_item(number: str, question: str, item: int) -> Response:
    return ask(number, _about(number, (question, item)))


@blueprint.post("/<casenumber:number>/answers/<slug:question>/<item:item>/flag")
@access.requires(Act.WORK_ON_CASE)
def flag_in_item(number: str, question: str, item: int) -> Response:
    """Ask the person if an answer about one of several holds."""
    return _flag(number, (question, item))


def _flag(number: str, place: Place) -> Response:
    def act(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        service, question, _ = _answer(tx, case, place)
        small, asked_as = about_one_answer(service, question)
        party = told_of(tx, case)[0]
        asking.ask_for_supplement(
            tx,
            case.id,
            **by_form(),
            hours=house().municipality.contact_centre.hours,
            asked=small,
            items=labels_of(small),
            consequence=Consequence.DECIDE_ANYWAY,
            last_day=chosen_day(written),
            said=_said(tx, case, party, place, written),
            party_id=party.id,
            flag=Flag(place, asked_as, written["wonders"].strip()),
        )

    return take(number, _about(number, place), act, "flagged")


def _about(number: str, place: Place) -> Asked:
    """The act for this answer. A case that may not be opened is refused first, as everywhere."""
    with house().database.read() as tx:
        case = access.case_for(tx, number, Act.WORK_ON_CASE)
        _answer(tx, case, place)

    def boxes(tx: Transaction, case: Case) -> Iterator[Box]:
        _, question, answer = _answer(tx, case, place)
        small = plain("Det ursprungliga svaret ändras inte. Det nya svaret står bredvid.")
        yield Box(answer.label, (answer.value or plain("Inget svar"),), small)
        if question.type.takes_files:
            yield Box(plain("En fil"), (plain("Personen skickar en ny fil."),))
        yield from how_it_goes(tx, case)

    def letters(tx: Transaction, case: Case, written: Mapping[str, str]) -> Iterator[Letter]:
        party = told_of(tx, case)[0]
        said = _said(tx, case, party, place, written)
        yield Letter(plain("Det här läser personen"), said.subject, said.paragraphs, party.language)

    def check(tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
        if (asked := _asked_already(tx, case, place)) is not None:
            day = tell().day(asked.last_day)
            return (
                ("wonders", plain("Personen har redan fått den frågan, och kan svara till och med {day}.", day=day)),
            )
        return _wrong(tx, case, written)

    return replace(FLAG, boxes=boxes, letters=letters, check=check)


def _asked_already(tx: Transaction, case: Case, place: Place) -> Enquiry | None:
    """The open question about this answer. Others may be open beside it, each with a last day of its own."""
    flagged = ((one, flag_of(one)) for one in enquiries.of_case(tx, case) if one.is_open)
    return next((one for one, about in flagged if about is not None and about.place == place), None)


def _answer(tx: Transaction, case: Case, place: Place) -> tuple[Service, Question, AskedAbout]:
    service = pinned.service(tx, case.version)
    question = service.questions.get(place[0])
    answer = asked_about(tx, case, Flag(place, "", ""), "sv")
    if question is None or answer is None or not may_be_flagged(question):
        raise NotFound
    return service, question, answer


def _said(tx: Transaction, case: Case, party: Party, place: Place, written: Mapping[str, str]) -> Said:
    """The letter. An answer that is more than ordinary, and a file, are not written in it."""
    answer = asked_about(tx, case, Flag(place, "", ""), party.language)
    if answer is None:
        raise NotFound
    kind = answer.question.type
    plainly = answer.question.sensitivity is Sensitivity.NORMAL and not (kind.takes_files or kind.tells_who)
    return flag_letter(
        party.language,
        label=answer.label,
        was=answer.value if plainly and not case.protected else "",
        wonders=written["wonders"].strip(),
        last_day=chosen_day(written),
    )


def _fields(_tx: Transaction, case: Case) -> tuple[Field, ...]:
    hint = plain("En kort fråga. Skriv du. Personen ser sitt svar bredvid.")
    return (
        Field("long", "wonders", plain("Vad undrar du?"), plain("Stämmer det här?"), hint=hint, rows=3),
        last_day(case, ClockKind.SUPPLEMENT, plain("Svar senast")),
    )


def _wrong(tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
    blank = () if written.get("wonders", "").strip() else (("wonders", plain("Skriv vad du undrar.")),)
    if model.standing(case.status, pinned.service(tx, case.version).own_states) not in model.MAY_BE_ASKED:
        return (*blank, ("wonders", plain("Nu går det inte att fråga. Ändra ärendets läge först.")))
    return (*blank, *day_wrong(written))


FLAG = Asked(
    "flag",
    Act.WORK_ON_CASE,
    N_("Fråga om ett svar"),
    N_("Granska brevet"),
    _fields,
    how_it_goes,
    after=N_("Inget skickas än. På nästa sida ser du brevet så som personen läser det."),
    check=_wrong,
    confirmed_by=N_("Skicka"),
    reviewed_as=N_("Granska brevet"),
    when_confirmed=N_("Personen svarar på webben, i telefon eller på papper. Hör vi inget gäller svaret som det är."),
)
