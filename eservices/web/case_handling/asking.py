"""Asking for what is missing, hearing a party, referring, and telling of a delay: forms, letters, and their views."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.calendars import add_working_days, day_of
from eservices.cases import asking, clocks, delays, enquiries, proposals, store
from eservices.cases.asked_items import OwnItem, labels_of, may_be_asked, small_definition
from eservices.cases.changing import locked, note_entry
from eservices.cases.enquiries import Consequence, Enquiry, EnquiryKind, UnknownEnquiry
from eservices.cases.model import Case, ClockKind, NotAllowed, Party
from eservices.cases.proposals import Proposed
from eservices.cases.signing import COSIGNER
from eservices.definitions.model import Question, Service
from eservices.identity.people import Act
from eservices.journey.path import walk
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.web.case_handling.act_pages import ask, by_form, take
from eservices.web.case_handling.asked import Asked, Letter, careful, how_it_goes, nothing, why
from eservices.web.case_handling.excerpt import parts_to_show
from eservices.web.case_handling.letters import delay_letter, hearing_letter, supplement_letter
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field, day_in
from eservices.web.staff.telling import tell

#: Nobody is given less time than this to answer us.
_FEWEST_DAYS = 7


# ---- Supplement ----------------------------------------------------------------------------------------------------


def _supplement_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    waited, shown, folded = _possible(tx, case)
    consequences = (
        (
            Consequence.DECIDE_ANYWAY.value,
            plain("Vi avgör ärendet med det som finns"),
            plain("Avgörs på befintligt underlag. Det vanliga."),
        ),
        (
            Consequence.DISMISS.value,
            plain("Vi avvisar ansökan"),
            plain("Bara om bristen gör att ansökan inte går att pröva. 20 § förvaltningslagen."),
        ),
    )
    return (
        Field(
            "checks", "items", plain("Frågor och dokument ur tjänsten"), " ".join(waited), optional=True,
            hint=plain("Det som saknas står först. Allt annat finns under rubrikerna."), choices=shown, folded=folded,
        ),
        Field(
            "long", "documents", plain("Andra dokument"), hint=plain("Ett på varje rad, så som personen ska läsa det."),
            optional=True, rows=2,
        ),
        Field("long", "questions", plain("Andra frågor"), hint=plain("En på varje rad."), optional=True, rows=2),
        Field("long", "more", plain("Något mer som personen behöver veta"), optional=True, rows=3),
        last_day(case, ClockKind.SUPPLEMENT, plain("Vi behöver det senast")),
        Field(
            "radios", "consequence", plain("Om det inte kommer"), Consequence.DECIDE_ANYWAY.value, choices=consequences
        ),
    )  # fmt: skip


#: Choices of a form: value, label, hint.
_Choices = tuple[tuple[str, str, str], ...]


def _possible(tx: Transaction, case: Case) -> tuple[list[str], _Choices, tuple[tuple[str, _Choices], ...]]:
    """What can be asked for: what is missing and not asked for already, to be chosen from the start; what is seen at
    once, which is that and all that has no answer; and the rest, folded up by the step that asked.

    Last comes what this person was never asked: it may not be about them.
    """
    service, submissions = pinned.service(tx, case.version), store.file_of(tx, case).submissions
    lacking = {place[0] for place in store.still_missing(submissions)}
    here = walk(service, submissions[0].answers) if submissions else None
    seen = {question.id for _, question, _ in here.places()} if here is not None else set(service.questions)
    given = {place[0] for one in submissions for place, said in one.answers.given.items() if said.value is not None}
    by_when = {
        question: plain("efterfrågat, senast {day}", day=tell().day(order.last_day))
        for order in enquiries.open_ones(tx, case, EnquiryKind.SUPPLEMENT, told_of(tx, case)[0].id)
        if order.version is not None
        for question in pinned.service(tx, order.version).questions
    }

    def choice(one: Question) -> tuple[str, str, str]:
        return one.id, one.label.sv, by_when.get(one.id) or (plain("saknas") if one.id in lacking else "")

    possible = list(may_be_asked(service))
    first = sorted((one for one in possible if one.id in seen - given), key=lambda one: one.id not in lacking)
    answered = [(step.title.sv, {one.id for one in step.asked} & seen & given) for step in service.steps]
    folds = [*answered, (plain("Frågades inte den här gången"), {one.id for one in possible} - seen)]
    folded = ((title, tuple(choice(one) for one in possible if one.id in inside)) for title, inside in folds)
    waited = [one.id for one in first if one.id in lacking and one.id not in by_when]
    return waited, tuple(choice(one) for one in first), tuple((title, inside) for title, inside in folded if inside)


def _supplement_wrong(_tx: Transaction, _case: Case, written: Mapping[str, str]) -> Errors:
    if not (written.get("items") or written.get("documents") or written.get("questions")):
        return (("items", plain("Välj eller skriv vad ni behöver.")), *day_wrong(written))
    return day_wrong(written)


def _supplement_letters(tx: Transaction, case: Case, written: Mapping[str, str]) -> Iterator[Letter]:
    party = told_of(tx, case)[0]
    said = supplement_letter(
        _small(tx, case, written),
        party.language,
        last_day=chosen_day(written),
        consequence=Consequence(written["consequence"]),
        more=written.get("more", ""),
    )
    yield Letter(plain("Det här läser personen"), said.subject, said.paragraphs, party.language)


def _small(tx: Transaction, case: Case, written: Mapping[str, str]) -> Service:
    own = [
        OwnItem(line, document=document)
        for name, document in (("documents", True), ("questions", False))
        for line in map(str.strip, written.get(name, "").splitlines())
        if line
    ]
    return small_definition(pinned.service(tx, case.version), written.get("items", "").split(), own[:10])


def _order(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
    small, party = _small(tx, case, written), told_of(tx, case)[0]
    consequence = Consequence(written["consequence"])
    asking.ask_for_supplement(
        tx,
        case.id,
        **by_form(),
        hours=house().municipality.contact_centre.hours,
        asked=small,
        items=labels_of(small),
        consequence=consequence,
        last_day=chosen_day(written),
        said=supplement_letter(
            small, party.language, last_day=chosen_day(written), consequence=consequence, more=written.get("more", "")
        ),
        party_id=party.id,
    )


SUPPLEMENT = Asked(
    "supplement",
    Act.WORK_ON_CASE,
    N_("Be om komplettering"),
    N_("Granska brevet"),
    _supplement_fields,
    how_it_goes,
    after=N_("Inget skickas än. På nästa sida ser du brevet så som personen läser det."),
    check=_supplement_wrong,
    confirmed_by=N_("Skicka"),
    reviewed_as=N_("Granska brevet"),
    letters=_supplement_letters,
    when_confirmed=N_(
        "Ärendet väntar sedan på svaret och kommer tillbaka av sig självt. Efter halva tiden går en påminnelse."
    ),
)


@blueprint.get("/<casenumber:number>/supplement")
@access.requires(Act.WORK_ON_CASE)
def ask_for_supplement(number: str) -> Response:
    return ask(number, SUPPLEMENT)


@blueprint.post("/<casenumber:number>/supplement")
@access.requires(Act.WORK_ON_CASE)
def request_supplement(number: str) -> Response:
    """Ask for what is missing, in writing, with a last day and what follows."""
    return take(number, SUPPLEMENT, _order, "supplement_requested")


# ---- Hearing -------------------------------------------------------------------------------------------------------


def _hearing_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    hint = plain("Allt av betydelse som någon annan har lämnat eller som ni själva har tagit fram. Skriv du och vi.")
    fields = [
        Field("long", "material", plain("Det som beslutet kommer att bygga på"), hint=hint, rows=9),
        last_day(case, ClockKind.HEARING, plain("Personen kan svara till och med")),
    ]
    return (*_party_field(told_of(tx, case)), *fields)


def _hearing_letters(tx: Transaction, case: Case, written: Mapping[str, str]) -> Iterator[Letter]:
    party = _chosen(tx, case, written)
    said = hearing_letter(party.language, last_day=chosen_day(written), material=written["material"])
    yield Letter(plain("Det här läser personen"), said.subject, said.paragraphs, party.language)


def _hear(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
    party = _chosen(tx, case, written)
    said = hearing_letter(party.language, last_day=chosen_day(written), material=written["material"])
    hours = house().municipality.contact_centre.hours
    asking.ask_for_opinion(
        tx, case.id, **by_form(), hours=hours, last_day=chosen_day(written), said=said, party_id=party.id
    )


def _only_days(_tx: Transaction, _case: Case, written: Mapping[str, str]) -> Errors:
    return day_wrong(written)


HEARING = Asked(
    "hearing",
    Act.WORK_ON_CASE,
    N_("Låt någon yttra sig innan ni beslutar"),
    N_("Granska brevet"),
    _hearing_fields,
    how_it_goes,
    after=N_("Behövs före varje beslut som helt eller delvis går någon emot, också en granne. 25 § förvaltningslagen."),
    check=_only_days,
    confirmed_by=N_("Skicka"),
    reviewed_as=N_("Granska brevet"),
    letters=_hearing_letters,
)


@blueprint.get("/<casenumber:number>/hearing")
@access.requires(Act.WORK_ON_CASE)
def ask_for_hearing(number: str) -> Response:
    return ask(number, HEARING)


@blueprint.post("/<casenumber:number>/hearing")
@access.requires(Act.WORK_ON_CASE)
def hold_hearing(number: str) -> Response:
    """Show a party what the decision will rest on, and wait for what they say."""
    return take(number, HEARING, _hear, "hearing_held")


# ---- Referral ------------------------------------------------------------------------------------------------------


def _shown_fields(tx: Transaction, case: Case) -> Iterator[Field]:
    """What of the case they may read. Of a protected person's case nothing can be chosen."""
    if case.protected:
        return
    hint = plain("De ser frågan och det du väljer här, och inget annat i ärendet.")
    if choices := parts_to_show(tx, case):
        label = plain("Det här får de läsa")
        yield Field("checks", "shows", label, hint=hint, choices=choices, optional=True)


def _referral_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    units = tuple((unit, found.name, "") for unit, found in house().municipality.units.items() if unit != case.unit)
    return (
        Field(
            "select", "unit", plain("Annan enhet"), choices=(("", plain("Ingen, någon utanför kommunen"), ""), *units)
        ),
        Field("text", "to", plain("Någon utanför kommunen"), optional=True),
        Field("long", "question", plain("Vad ska de svara på?"), rows=6),
        *_shown_fields(tx, case),
        last_day(case, ClockKind.REFERRAL, plain("Svar senast")),
    )


def _referral_wrong(_tx: Transaction, _case: Case, written: Mapping[str, str]) -> Errors:
    who = () if written.get("unit") or written.get("to", "").strip() else (("to", plain("Välj eller skriv vem.")),)
    return (*who, *day_wrong(written))


def _refer(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
    unit = written.get("unit") or None
    known = house().municipality.units.get(unit or "")
    asking.refer(
        tx,
        case.id,
        **by_form(),
        hours=house().municipality.contact_centre.hours,
        last_day=chosen_day(written),
        to=known.name if known is not None else written["to"],
        question=written["question"],
        unit=unit if known is not None else None,
        shows=_chosen_to_show(tx, case, written),
    )


def _chosen_to_show(tx: Transaction, case: Case, written: Mapping[str, str]) -> list[str]:
    offered = {value for field in _shown_fields(tx, case) for value, _, _ in field.choices}
    return [one for one in written.get("shows", "").split() if one in offered]


REFERRAL = Asked(
    "referral",
    Act.WORK_ON_CASE,
    N_("Skicka på remiss"),
    N_("Skicka på remiss"),
    _referral_fields,
    careful,
    after=N_(
        "En annan enhet svarar under ”Remisser till oss”, och svaret kommer till ärendet. Till någon utanför kommunen "
        "skriver du ut remissen och skickar den. Svaret antecknar du här när det kommer."
    ),
    check=_referral_wrong,
)


@blueprint.get("/<casenumber:number>/referral")
@access.requires(Act.WORK_ON_CASE)
def ask_to_refer(number: str) -> Response:
    return ask(number, REFERRAL)


@blueprint.post("/<casenumber:number>/referral")
@access.requires(Act.WORK_ON_CASE)
def refer(number: str) -> Response:
    """Ask another unit, or somebody outside, for a statement."""
    return take(number, REFERRAL, _refer, "referred")


# ---- What has been asked -------------------------------------------------------------------------------------------


def _settle_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (Field("long", "answer", plain("Vad som svarades"), hint=plain("Kort. Står i ärendet."), rows=4),)


def _longer_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (Field("date", "last_day", plain("Ny sista dag"), hint=plain("Senare än den förra.")),)


def _take_back_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (replace(why(), optional=False),)


def _settled(name: str, heading: str, button: str) -> Asked:
    fields = {"settle": _settle_fields, "longer": _longer_fields, "take_back": _take_back_fields}[name]
    check = _only_days if name == "longer" else None
    asked = Asked(name, Act.WORK_ON_CASE, heading, button, fields, nothing)
    return replace(asked, check=check) if check else asked


SETTLE = _settled("settle", N_("Anteckna svaret"), N_("Svaret har kommit"))
LONGER = _settled("longer", N_("Ge mer tid"), N_("Ge mer tid"))
TAKE_BACK = _settled("take_back", N_("Ta tillbaka frågan"), N_("Ta tillbaka frågan"))


@blueprint.get("/<casenumber:number>/enquiries/<id:enquiry>/<slug:how>")
@access.requires(Act.WORK_ON_CASE)
def ask_about_enquiry(number: str, enquiry: str, how: str) -> Response:
    with house().database.read() as tx:
        _enquiry(tx, access.case_for(tx, number, Act.WORK_ON_CASE), enquiry)
    return ask(number, _how(how))


@blueprint.post("/<casenumber:number>/enquiries/<id:enquiry>/<slug:how>")
@access.requires(Act.WORK_ON_CASE)
def deal_with_enquiry(number: str, enquiry: str, how: str) -> Response:
    """It is answered by another way, gets more time, or is not needed any more."""

    def deal(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        if how == "settle":
            asking.settle(tx, case.id, enquiry, **by_form(), answer=written["answer"])
        elif how == "longer":
            hours = house().municipality.contact_centre.hours
            asking.give_longer(tx, case.id, enquiry, **by_form(), last_day=chosen_day(written), hours=hours)
        else:
            asking.take_back(tx, case.id, enquiry, **by_form(), why=written["why"])

    return take(number, _how(how), deal, _DONE.get(how, ""))


#: What was done -> what the case's page says.
_DONE = {"settle": "answered", "longer": "longer", "take_back": "taken_back"}


def _how(name: str) -> Asked:
    if name not in _HOW:
        raise NotFound
    return _HOW[name]


_HOW = {"settle": SETTLE, "longer": LONGER, "take_back": TAKE_BACK}


def _enquiry(tx: Transaction, case: Case, enquiry_id: str) -> Enquiry:
    try:
        return enquiries.get(tx, case, enquiry_id)
    except UnknownEnquiry:
        raise NotFound from None


# ---- Delay ---------------------------------------------------------------------------------------------------------


def _delay_fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    expects = delays.forecast(tx, case)
    soonest = add_working_days(house().clock.today(), 10)
    on = expects if expects is not None and expects > house().clock.today() else soonest
    hint = plain("Skriv vad det beror på, så att personen förstår. 11 § förvaltningslagen.")
    return (
        Field("long", "reasons", plain("Varför det tar längre tid"), hint=hint, rows=4),
        Field("date", "last_day", plain("När räknar ni med att vara klara?"), on.isoformat()),
    )


def _delay_letters(tx: Transaction, case: Case, written: Mapping[str, str]) -> Iterator[Letter]:
    party = told_of(tx, case)[0]
    subject, body = _delay_said(tx, case, party, written)
    yield Letter(plain("Det här läser personen"), subject, tuple(body.split("\n\n")), party.language)


def _delay_said(tx: Transaction, case: Case, party: Party, written: Mapping[str, str]) -> tuple[str, str]:
    promised = delays.promise_of(tx, case)
    due_on = day_of(promised.due_at if promised is not None else case.due_at)
    return delay_letter(party.language, promised=due_on, on=chosen_day(written), reasons=written["reasons"])


def _tell_of_delay(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
    subject, body = _delay_said(tx, case, told_of(tx, case)[0], written)
    delays.tell_of_delay(tx, case.id, **by_form(), subject=subject, body=body, on=chosen_day(written))


DELAY = Asked(
    "delay",
    Act.WORK_ON_CASE,
    N_("Berätta att det tar längre tid"),
    N_("Granska brevet"),
    _delay_fields,
    how_it_goes,
    check=lambda _tx, _case, written: day_wrong(written, fewest=1),
    confirmed_by=N_("Skicka"),
    reviewed_as=N_("Granska brevet"),
    letters=_delay_letters,
    when_confirmed=N_("Det som ni lovade först står kvar. Personen ser båda dagarna."),
)


@blueprint.get("/<casenumber:number>/delay")
@access.requires(Act.WORK_ON_CASE)
def ask_about_delay(number: str) -> Response:
    return ask(number, DELAY)


@blueprint.post("/<casenumber:number>/delay")
@access.requires(Act.WORK_ON_CASE)
def tell_of_delay(number: str) -> Response:
    """Tell the parties that it takes longer, and why."""
    return take(number, DELAY, _tell_of_delay, "delay_told")


def _forecast_fields(_tx: Transaction, case: Case) -> tuple[Field, ...]:
    hint = plain("Blir det senare än ni har lovat föreslår vi att du berättar det för personen.")
    value = case.forecast_on.isoformat() if case.forecast_on else ""
    return (Field("date", "last_day", plain("När räknar du med att vara klar?"), value, hint=hint),)


FORECAST = Asked(
    "forecast",
    Act.WORK_ON_CASE,
    N_("När blir det klart?"),
    N_("Spara"),
    _forecast_fields,
    nothing,
    check=lambda _tx, _case, written: day_wrong(written, fewest=0),
)


@blueprint.get("/<casenumber:number>/forecast")
@access.requires(Act.WORK_ON_CASE)
def ask_for_forecast(number: str) -> Response:
    return ask(number, FORECAST)


@blueprint.post("/<casenumber:number>/forecast")
@access.requires(Act.WORK_ON_CASE)
def set_forecast(number: str) -> Response:
    """Say when it will be decided."""
    return take(
        number,
        FORECAST,
        lambda tx, case, written: delays.set_forecast(tx, case.id, **by_form(), on=chosen_day(written)),
        "forecast",
    )


# ---- Proposals -----------------------------------------------------------------------------------------------------


def _aside_fields(_tx: Transaction, _case: Case) -> tuple[Field, ...]:
    return (replace(why(), optional=False),)


ASIDE = Asked("aside", Act.WORK_ON_CASE, N_("Lägg förslaget åt sidan"), N_("Lägg åt sidan"), _aside_fields, nothing)


@blueprint.get("/<casenumber:number>/proposals/<slug:kind>/aside")
@access.requires(Act.WORK_ON_CASE)
def ask_to_lay_aside(number: str, kind: str) -> Response:
    if kind not in set(Proposed):
        raise NotFound
    return ask(number, ASIDE)


@blueprint.post("/<casenumber:number>/proposals/<slug:kind>/aside")
@access.requires(Act.WORK_ON_CASE)
def lay_aside(number: str, kind: str) -> Response:
    """The proposed step is not taken, for a reason that stands in the journal."""
    if kind not in set(Proposed):
        raise NotFound

    def aside(tx: Transaction, case: Case, written: Mapping[str, str]) -> None:
        by = by_form()
        here = locked(tx, case.id, by["expected"])
        if not proposals.settle(tx, here, [Proposed(kind)], now=by["now"], staff_id=by["actor"].staff_id, taken=False):
            raise NotAllowed("lay aside", case.status)
        note_entry(
            tx, here, by["actor"], "proposal_laid_aside", by["now"], why=written["why"], content={"proposed": kind}
        )

    return take(number, ASIDE, aside, "laid_aside")


# ---- Parts ---------------------------------------------------------------------------------------------------------


def told_of(tx: Transaction, case: Case) -> Sequence[Party]:
    """The parties that can be written to; first the one who gets the news."""
    return [party for party in store.parties_of(tx, case) if party.role not in {"child", COSIGNER}]


def _party_field(parties: Sequence[Party]) -> Iterator[Field]:
    if len(parties) > 1:
        choices = tuple((party.id, party.name or plain("Anonym"), "") for party in parties)
        yield Field("radios", "party", plain("Vem ska få yttra sig?"), parties[0].id, choices=choices)


def _chosen(tx: Transaction, case: Case, written: Mapping[str, str]) -> Party:
    parties = told_of(tx, case)
    return next((party for party in parties if party.id == written.get("party")), parties[0])


def last_day(case: Case, kind: ClockKind, label: str) -> Field:
    span = clocks.RULES[kind].span
    now, hours = house().clock.now(), house().municipality.contact_centre.hours
    ends = clocks.ends(kind, span, at=now, on=day_of(now), hours=hours) if span is not None else case.due_at
    return Field("date", "last_day", label, day_of(ends).isoformat())


def chosen_day(written: Mapping[str, str]) -> dt.date:
    return dt.date.fromisoformat(written["last_day"])


def day_wrong(written: Mapping[str, str], *, fewest: int = _FEWEST_DAYS) -> Errors:
    day = day_in(written.get("last_day", ""))
    if day is None:
        return (("last_day", plain("Välj en dag.")),)
    if (day - house().clock.today()).days < fewest:
        soonest = tell().day(house().clock.today() + dt.timedelta(days=fewest))
        return (("last_day", plain("Välj en dag tidigast {day}.", day=soonest)),)
    return ()
