"""Writing a decision, seeing it as it will be read, and signing it with one's password once more."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TypedDict

from flask import request
from werkzeug.wrappers import Response

from eservices.calendars import plain_last_day
from eservices.cases import deciding, enquiries, store
from eservices.cases.deciding import Grounds
from eservices.cases.enquiries import EnquiryKind
from eservices.cases.model import Case, Decision, DecisionKind, MadeBy, Outcome, Part, Party, of_the_matter
from eservices.documents.appeal import how_to_appeal
from eservices.documents.decision import PARTS, decision_html, document_of, own_words
from eservices.documents.letterhead import letterhead
from eservices.documents.rendering import Press, printable
from eservices.identity.people import Act
from eservices.language import N_, SOURCE, Words
from eservices.language import words as words_of
from eservices.naming import DECIDED, OUTCOMES, RULED
from eservices.settings import house_folder
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.web.case_handling import phrases
from eservices.web.case_handling.act_pages import PRINT, as_printed, ask, by_form, take
from eservices.web.case_handling.asked import Asked, Box, Letter, Sheet, news_told_to
from eservices.web.case_handling.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field, day_in

#: So many short lines; more is no longer short.
_PLAIN_LINES = 5


def _fields(tx: Transaction, case: Case) -> tuple[Field, ...]:
    hints = {
        Outcome.GRANTED: plain("Personen får det hen söker"),
        Outcome.PARTLY_GRANTED: plain("Personen får en del. Skriv i skälen vad hen inte får."),
        Outcome.REFUSED: plain("Personen får inte det hen söker"),
        Outcome.DISMISSED: plain("Vi kan inte pröva ansökan"),
        Outcome.WRITTEN_OFF: plain("Ansökan är återtagen, eller det finns inget kvar att avgöra"),
    }
    outcomes = tuple((outcome.value, plain(OUTCOMES[outcome]), hints[outcome]) for outcome in Outcome)
    begun = _begun(tx, case)
    parts = plain("En sak på varje rad, med ja, nej eller delvis efter ett kolon. Till exempel: Plats i hamnen: ja")
    fields = [
        *_kinds(tx, case),
        Field("radios", "outcome", plain("Vad blir beslutet?"), choices=outcomes),
        Field(
            "long", "text", plain("Beslutet, så som personen läser det"), optional=True, rows=4,
            hint=plain("Börja med vad som gäller. Skriv du och vi."),
        ),
        Field("long", "parts", plain("Det som personen sökte, sak för sak"), hint=parts, optional=True, rows=2),
        Field("long", "conditions", plain("Villkor"), optional=True, rows=2),
        Field(
            "date", "valid_until", plain("Gäller till och med"), _lasts(tx, case), optional=True,
            hint=plain("Bara om personen får något."),
        ),
        Field(
            "long", "reasons", plain("Varför"), rows=7,
            hint=plain("Skriv vilka regler och vilka fakta som avgjorde. 32 § förvaltningslagen."),
        ),
        Field("text", "law", plain("Regel som avgjorde"), optional=True),
        Field(
            "long", "plain", plain("Kort om beslutet, högst fem rader"), optional=True, rows=5,
            hint=plain("En kort mening på varje rad. Den som har svårt att läsa, och den som läser upp, börjar här."),
        ),
        *makers(tx, case),
    ]  # fmt: skip
    if not deciding.has_been_heard(tx, case):
        fields.append(
            Field(
                "text", "waiver", plain("Varför har ingen fått yttra sig före beslutet?"), optional=True,
                hint=plain("Behövs om beslutet går någon emot. Till exempel: inga uppgifter från någon annan."),
            )
        )  # fmt: skip
    return tuple(replace(field, value=begun.get(field.name, field.value)) for field in fields)


def makers(tx: Transaction, case: Case) -> Iterator[Field]:
    """Who decides, and with what right."""
    service = pinned.service(tx, case.version)
    sample = (
        plain("Ett exempel ur tjänstens beskrivning. Skriv vad som gäller.") if "delegate" in service.samples else ""
    )
    choices = (
        (MadeBy.DELEGATE.value, plain("Du, på delegation"), ""),
        (MadeBy.COMMITTEE.value, plain("Ett utskott"), plain("Skriv dag och paragraf")),
        (MadeBy.BOARD.value, plain("Nämnden"), plain("Skriv dag och paragraf")),
    )
    ground = plain("Du beslutar med stöd av")
    yield Field("radios", "made_by", plain("Vem beslutar?"), MadeBy.DELEGATE.value, choices=choices)
    yield Field("text", "delegate", ground, service.legal.delegate, hint=sample, optional=True)
    yield Field("date", "meeting_on", plain("Dag för sammanträdet"), optional=True)
    yield Field("text", "paragraph", plain("Paragraf i protokollet"), optional=True, width="w8")
    yield Field("text", "took_part", plain("Vilka fler har varit med?"), optional=True)


def _kinds(tx: Transaction, case: Case) -> Iterator[Field]:
    """What a further version is: asked only where there is a decision already."""
    if of_the_matter(store.decisions_of(tx, case)):
        choices = (
            (
                DecisionKind.CHANGE.value,
                plain("Ändrat beslut"),
                plain("Beslutet var fel i sak. 37–38 §§ förvaltningslagen."),
            ),
            (
                DecisionKind.CORRECTION.value,
                plain("Rättelse"),
                plain("Ett uppenbart skrivfel. 36 § förvaltningslagen."),
            ),
        )
        yield Field("radios", "kind", plain("Vad gör du med beslutet som finns?"), choices=choices)


def _begun(tx: Transaction, case: Case) -> dict[str, str]:
    """What already stands in the form: the decision that is corrected or changed, and the phrase that was chosen.

    An authority's own words are in Swedish (10 § språklagen), whatever its reader's language.
    """
    versions = of_the_matter(store.decisions_of(tx, case))
    begun = _as_written(versions[-1]) if versions else {}
    phrase = phrases.find(phrases.REASONS, request.args.get("phrase", ""))
    if phrase is None:
        return begun
    title = pinned.texts(tx, case.version, SOURCE).get(pinned.service(tx, case.version).title)
    chosen = {"reasons": phrases.merged(phrase, case, title, words_of(SOURCE)), "law": phrase.law}
    return {**begun, **chosen, **({"outcome": phrase.outcome.value} if phrase.outcome else {})}


def _as_written(decision: Decision) -> dict[str, str]:
    """The decision as somebody typed it, so that a slip of the pen is all that has to be put right."""
    became = {outcome: word for word, outcome in reversed(_BECAME.items())}
    return {
        "outcome": decision.outcome.value,
        "text": decision.text,
        "parts": "\n".join(f"{part.what}: {became[part.outcome]}" for part in decision.parts),
        "conditions": decision.conditions,
        "valid_until": decision.valid_until.isoformat() if decision.valid_until else "",
        "reasons": decision.reasons,
        "law": decision.law,
        "plain": "\n".join(decision.plain),
        "made_by": decision.made_by.value,
        "delegate": decision.delegate,
        "took_part": decision.took_part,
        "waiver": decision.waiver,
    }


def _lasts(tx: Transaction, case: Case) -> str:
    validity = pinned.service(tx, case.version).validity
    if validity is None or validity.lasts.unit.startswith("working"):
        return ""
    return plain_last_day(house().clock.today(), validity.lasts.amount, validity.lasts.unit).isoformat()


def _what_belongs_together(written: dict[str, str]) -> dict[str, str]:
    """Only what somebody gets lasts until a day."""
    gets = written.get("outcome", "") in {"", Outcome.GRANTED, Outcome.PARTLY_GRANTED}
    return written if gets else {**written, "valid_until": ""}


def _wrong(tx: Transaction, case: Case, written: Mapping[str, str]) -> Errors:
    errors = []
    outcome = written.get("outcome", "")
    unheard = outcome in set(Outcome) and deciding.must_be_heard(tx, case, Outcome(outcome))
    if unheard and not written.get("waiver", "").strip():
        told = plain("Låt personen yttra sig först, eller skriv varför det inte behövs. 25 § förvaltningslagen.")
        errors.append(("waiver", told))
    errors += makers_wrong(written)
    if (
        written.get("valid_until")
        and (day_in(written.get("valid_until", "")) or house().clock.today()) <= house().clock.today()
    ):
        errors.append(("valid_until", plain("Välj en dag som kommer.")))
    if written.get("parts", "").strip() and _parts(written) is None:
        errors.append(("parts", plain("Skriv ja, nej eller delvis efter ett kolon på varje rad.")))
    errors += plain_lines_wrong(written)
    if of_the_matter(store.decisions_of(tx, case)) and written.get("kind") not in {
        DecisionKind.CHANGE,
        DecisionKind.CORRECTION,
    }:
        errors.append(("kind", plain("Välj om du rättar eller ändrar.")))
    return tuple(errors)


def plain_lines_wrong(written: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What is no longer short."""
    if len(lines(written, "plain")) > _PLAIN_LINES:
        yield "plain", plain("Skriv högst fem rader.")


def makers_wrong(written: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What a committee or a board must have, and has not."""
    if written.get("made_by") in {MadeBy.BOARD, MadeBy.COMMITTEE}:
        if day_in(written.get("meeting_on", "")) is None:
            yield "meeting_on", plain("Skriv vilken dag sammanträdet var.")
        if not written.get("paragraph", "").strip():
            yield "paragraph", plain("Skriv paragrafen i protokollet.")


def grounds_of(written: Mapping[str, str]) -> Grounds:
    """By whom it is decided and on what ground, as it was filled in."""
    return Grounds(
        made_by=MadeBy(written["made_by"]),
        delegate=written.get("delegate", ""),
        meeting_on=day_in(written.get("meeting_on", "")),
        paragraph=written.get("paragraph", "").strip()[:40],
        took_part=written.get("took_part", ""),
        waiver=written.get("waiver", "").strip(),
    )


def _letters(tx: Transaction, case: Case, written: Mapping[str, str]) -> Iterator[Letter]:
    for party in deciding.told_of(store.parties_of(tx, case)):
        subject, paragraphs = _letter(tx, case, party, written)
        heading = plain("Det här läser {name}", name=party.name or plain("personen"))
        yield Letter(heading, subject, paragraphs, party.language)


def _letter(tx: Transaction, case: Case, party: Party, written: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """The decision as a letter, short lines first; the same is read out over the telephone."""
    told = words_of(party.language)
    route = pinned.service(tx, case.version).legal.appeal
    paragraphs = [told(DECIDED[Outcome(written["outcome"])]), *lines(written, "plain")]
    paragraphs += paragraphs_of(written.get("text", ""))
    paragraphs += [f"– {part.what}: {told(PARTS[part.outcome])}" for part in _parts(written) or ()]
    if conditions := written.get("conditions", "").strip():
        paragraphs.append(told(N_("Villkor: {conditions}"), conditions=conditions))
    if (until := day_in(written.get("valid_until", ""))) is not None:
        paragraphs.append(told(N_("Beslutet gäller till och med {day}."), day=told.day(until)))
    paragraphs += paragraphs_of(written["reasons"])
    if written.get("law"):
        paragraphs.append(told(N_("Regel som avgjorde: {law}"), law=written["law"]))
    return _subject(written, told), (*paragraphs, *how_to_appeal(route, house().municipality, told))


#: What the letter of a decision on a step is about.
_RULINGS = {
    DecisionKind.DISMISSED_APPEAL: N_("Beslut om ditt överklagande"),
    DecisionKind.REFUSED_REQUEST: N_("Beslut om din begäran"),
}


def ruling_fields(tx: Transaction, case: Case, reasons: str, law: str) -> Iterator[Field]:
    """What a decision on a single party's step asks: `reasons` and `law` to go on from."""
    yield Field(
        "long", "reasons", plain("Varför"), reasons, rows=6,
        hint=plain("Skriv vilka regler och vilka fakta som avgjorde. 32 § förvaltningslagen."),
    )  # fmt: skip
    yield Field("text", "law", plain("Regel som avgjorde"), law, optional=True)
    yield Field(
        "long", "plain", plain("Kort om beslutet, högst fem rader"), optional=True, rows=3,
        hint=plain("En kort mening på varje rad. Den som har svårt att läsa, och den som läser upp, börjar här."),
    )  # fmt: skip
    yield from makers(tx, case)


def ruling_wrong(_tx: Transaction, _case: Case, written: Mapping[str, str]) -> Errors:
    return (*plain_lines_wrong(written), *makers_wrong(written))


def ruling_letter(
    tx: Transaction, case: Case, party: Party, written: Mapping[str, str], kind: DecisionKind
) -> tuple[str, tuple[str, ...]]:
    """Such a decision as a letter in its party's language; the same is read out over the telephone."""
    told = words_of(party.language)
    paragraphs = [told(RULED[kind]), *lines(written, "plain"), *paragraphs_of(written["reasons"])]
    if written.get("law"):
        paragraphs.append(told(N_("Regel som avgjorde: {law}"), law=written["law"]))
    route = pinned.service(tx, case.version).legal.appeal
    return told(_RULINGS[kind]), (*paragraphs, *how_to_appeal(route, house().municipality, told, kind))


def _subject(written: Mapping[str, str], told: Words) -> str:
    if written.get("kind") == DecisionKind.CORRECTION:
        return told(N_("Rättelse av beslutet i ditt ärende"))
    return told(N_("Beslut i ditt ärende"))


def _decide(tx: Transaction, case: Case, written: Mapping[str, str]) -> Case:
    """Make the decision, with the letter for whoever gets it on paper or read out, in their language."""
    subject, letter = _letter(tx, case, store.parties_of(tx, case)[0], written)
    return deciding.decide(
        tx,
        case.id,
        **_said(written),
        subject=subject,
        letter=letter,
        hours=house().municipality.contact_centre.hours,
        **by_form(),
    )


class _Said(TypedDict):
    """What a decision says, apart from who decides it and when."""

    outcome: Outcome
    reasons: str
    law: str
    grounds: Grounds
    text: str
    plain: Sequence[str]
    parts: Sequence[Part]
    conditions: str
    valid_until: dt.date | None
    kind: DecisionKind


def _said(written: Mapping[str, str]) -> _Said:
    return {
        "outcome": Outcome(written["outcome"]),
        "reasons": written["reasons"],
        "law": written.get("law", ""),
        "grounds": grounds_of(written),
        "text": written.get("text", ""),
        "plain": lines(written, "plain"),
        "parts": _parts(written) or (),
        "conditions": written.get("conditions", "").strip(),
        "valid_until": day_in(written.get("valid_until", "")),
        "kind": DecisionKind(written.get("kind") or DecisionKind.DECISION),
    }


def _as_paper(tx: Transaction, case: Case, written: Mapping[str, str]) -> Sheet:
    """The decision as it will be printed, but for the line that says it is signed."""
    home, staff = house(), access.current_staff()
    told = printable(case.language)
    decision = deciding.composed(tx, case, by=staff.id, now=home.clock.now(), **_said(written))
    document = document_of(tx, case, decision, home.municipality, told)
    html, guide = decision_html(
        Press(house_folder("templates")), letterhead(home.municipality, told), document, told,
        address=f"{home.settings.base_url}/{case.language}/case", reader=case.language,
    )  # fmt: skip
    return Sheet(html, guide, own_words(told))


#: What is written after the colon of a part.
_BECAME = {
    "ja": Outcome.GRANTED,
    "yes": Outcome.GRANTED,
    "nej": Outcome.REFUSED,
    "no": Outcome.REFUSED,
    "delvis": Outcome.PARTLY_GRANTED,
    "partly": Outcome.PARTLY_GRANTED,
}


def _parts(written: Mapping[str, str]) -> tuple[Part, ...] | None:
    """The parts, or None when a line cannot be read."""
    found = []
    for line in lines(written, "parts"):
        what, colon, became = line.rpartition(":")
        outcome = _BECAME.get(became.strip().rstrip(".").lower())
        if not colon or not what.strip() or outcome is None:
            return None
        found.append(Part(what.strip(), outcome))
    return tuple(found)


def lines(written: Mapping[str, str], name: str) -> list[str]:
    """The lines of a field, without blank ones."""
    return [line.strip() for line in written.get(name, "").splitlines() if line.strip()]


def paragraphs_of(text: str) -> list[str]:
    """A text as it is set in a letter, paragraph by paragraph."""
    return [part.strip("\n") for part in text.split("\n\n") if part.strip()]


def _before_deciding(tx: Transaction, case: Case) -> Iterator[Box]:
    """How the news goes out, how to appeal, what is missing, words to start from."""
    yield news_told_to(store.parties_of(tx, case))
    route = pinned.service(tx, case.version).legal.appeal
    appeal = (*how_to_appeal(route, house().municipality, words()), plain("Det läggs till av sig självt."))
    yield Box(plain("Hur man överklagar"), appeal)
    before = []
    if case.missing:
        before.append(
            words().plural(
                "{n} sak saknas. Du kan besluta ändå.", "{n} saker saknas. Du kan besluta ändå.", case.missing
            )
        )
    asked = enquiries.open_one(tx, case, EnquiryKind.SUPPLEMENT)
    if asked is not None and asked.last_day >= house().clock.today():
        before.append(plain("Du har bett om komplettering till {day}. Den tiden är inte slut.", day=asked.last_day))
    if not deciding.has_been_heard(tx, case):
        before.append(
            plain("Har du uppgifter från någon annan? Då ska personen få se dem först. 25 § förvaltningslagen.")
        )
    if before:
        yield Box(plain("Innan du beslutar"), tuple(before), warn=True)
    if request.method == "GET":
        base = f"/cases/{case.number}/decision?phrase="
        links = tuple((plain(phrase.title), base + phrase.key) for phrase in phrases.reasons_for(case))
        yield Box(
            plain("Skäl att utgå från"),
            (),
            plain("På svenska, som alla beslut. Skriv sedan vad som gäller här."),
            links=links,
        )


DECISION = Asked(
    "decision",
    Act.DECIDE,
    N_("Skriv beslut"),
    N_("Granska beslutet"),
    _fields,
    _before_deciding,
    after=N_("Inget skickas än. På nästa sida ser du beslutet innan du fattar det."),
    taken=_what_belongs_together,
    check=_wrong,
    confirmed_by=N_("Fatta beslutet"),
    reviewed_as=N_("Granska beslutet"),
    letters=_letters,
    when_confirmed=N_(
        "När du fattar beslutet skriver du under det, och beskedet går iväg. Ett beslut ändras bara genom ett nytt "
        "beslut eller en rättelse."
    ),
    signed=True,
    has_paper=True,
)


@blueprint.get("/<casenumber:number>/decision")
@access.requires(Act.DECIDE)
def ask_for_decision(number: str) -> Response:
    return ask(number, DECISION)


@blueprint.post("/<casenumber:number>/decision")
@access.requires(Act.DECIDE)
def decide(number: str) -> Response:
    """Show the decision as it will stand, or as it will be printed; when it comes back signed, make it."""
    if request.form.get("go") == PRINT:
        return as_printed(number, DECISION, _as_paper)
    return take(number, DECISION, _decide, "decided")
