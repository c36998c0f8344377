"""A decision on paper: what was decided in plain lines first, then the whole of it, why, and how to appeal."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from eservices.calendars import day_of
from eservices.cases import store
from eservices.cases.appeals import APPEAL_ROUTES
from eservices.cases.model import Case, Decision, DecisionKind, MadeBy, Outcome, of_the_matter
from eservices.definitions.municipality import Municipality
from eservices.documents.appeal import how_to_appeal
from eservices.documents.guide import Guide, interpreter, printed
from eservices.documents.letterhead import Letterhead
from eservices.documents.receipt import short_address
from eservices.documents.rendering import Press
from eservices.identity import accounts
from eservices.language import N_, SOURCE, Words
from eservices.naming import decided
from eservices.storage.database import Transaction
from eservices.submissions import pinned

PARTS = {
    Outcome.GRANTED: N_("Ja"),
    Outcome.PARTLY_GRANTED: N_("Till en del"),
    Outcome.REFUSED: N_("Nej"),
    Outcome.DISMISSED: N_("Prövas inte"),
    Outcome.WRITTEN_OFF: N_("Avslutas"),
}

KINDS = {
    DecisionKind.DECISION: N_("Beslut"),
    DecisionKind.CORRECTION: N_("Rättelse av beslut"),
    DecisionKind.CHANGE: N_("Ändrat beslut"),
    DecisionKind.DISMISSED_APPEAL: N_("Beslut att avvisa överklagandet"),
    DecisionKind.REFUSED_REQUEST: N_("Beslut om begäran att avgöra ärendet"),
}


#: What a version does with the one before; what a decision on a step is about.
_REPLACES = {
    DecisionKind.DECISION: N_("Ersätter beslutet {day}."),
    DecisionKind.CORRECTION: N_("Rättar beslutet {day}."),
    DecisionKind.CHANGE: N_("Ersätter beslutet {day}."),
    DecisionKind.DISMISSED_APPEAL: N_("Gäller överklagandet av beslutet {day}, som står kvar."),
    DecisionKind.REFUSED_REQUEST: N_("Gäller en begäran enligt 12 § förvaltningslagen."),
}

if missing := set(DecisionKind) - (set(KINDS) & set(_REPLACES)):
    raise RuntimeError(f"kinds of decision without words: {sorted(missing)}")


_HELP = N_("Behöver du hjälp att överklaga? Ring oss, så hjälper vi dig att skriva.")


@dataclass(frozen=True, slots=True)
class DecisionDocument:
    """A decision with what stands around it. Nobody's personal number or address is in it."""

    decision: Decision
    number: str
    title: str
    name: str
    unit: str
    board: str
    decided_by: str
    regime: str
    municipality: Municipality  #: who tries an appeal, and where it is sent
    before: dt.date | None = None  #: the day of the version that this one corrects or changes, or that was appealed


def document_of(
    tx: Transaction, case: Case, decision: Decision, municipality: Municipality, words: Words
) -> DecisionDocument:
    """A decision, made or still to be signed, with what stands around it on paper."""
    made = store.decisions_of(tx, case)
    before = next((one for one in reversed(of_the_matter(made)) if one.revision < decision.revision), None)
    service, texts = pinned.service(tx, case.version), pinned.texts(tx, case.version, words.language)
    return DecisionDocument(
        decision=decision,
        number=case.number,
        title=texts.get(service.title),
        name="" if case.protected else case.name,
        unit=municipality.unit(case.unit).name,
        board=municipality.board(case.board).name,
        decided_by=accounts.names(tx, [decision.decided_by]).get(decision.decided_by, ""),
        regime=case.regime,
        municipality=municipality,
        before=decided_on(before) if before is not None else None,
    )


@dataclass(frozen=True, slots=True)
class Recipient:
    """One party who gets it by post: name and address line by line, and the code that follows the case."""

    lines: Sequence[str]
    code: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """All that the template is given."""

    kind: str
    title: str
    number: str
    name: str
    unit: str
    day: str
    replaces: str
    outcome: str
    plain: Sequence[str]
    text: Sequence[str]
    parts: Sequence[tuple[str, str]]
    conditions: Sequence[str]
    valid_until: str
    reasons: Sequence[str]
    law: str
    signed: str
    ground: str
    took_part: str
    appeal: Sequence[str]
    appeal_heading: str
    appeal_help: str
    address: str
    digest: str
    guide: Guide | None
    recipient: Sequence[str]
    code: str


def decision_pdf(
    press: Press, head: Letterhead, made: DecisionDocument, words: Words, *, address: str, reader: str = SOURCE
) -> bytes:
    """The decision as a tagged PDF (see `decision_html`)."""
    html, guide = decision_html(press, head, made, words, address=address, reader=reader)
    return printed(html, guide, articles=own_words(words))


def own_words(words: Words) -> str:
    """The language of what an officer has written, where that is not the document's: an authority writes Swedish."""
    return "" if words.reads_swedish else SOURCE


def decision_html(
    press: Press,
    head: Letterhead,
    made: DecisionDocument,
    words: Words,
    *,
    address: str,
    reader: str = SOURCE,
    to: Recipient | None = None,
) -> tuple[str, Guide | None]:
    """The decision as it is set before it is printed. `address` is where the case is followed on the web.

    To a `reader` of another language it says, in that language, that we arrange an interpreter. With `to` it is posted
    as it is: the address stands in the window of the envelope, and the code beside where the case is followed.
    """
    guide = interpreter(reader, head.phone, swedish=True)
    page = page_of(made, words, address=address, guide=guide, to=to)
    return press.html("documents/decision.html", words, head=head, page=page), guide


def page_of(
    made: DecisionDocument, words: Words, *, address: str, guide: Guide | None = None, to: Recipient | None = None
) -> DecisionPage:
    decision = made.decision
    route = APPEAL_ROUTES[decision.appeal_route]
    return DecisionPage(
        kind=words(KINDS[decision.kind]),
        title=made.title,
        number=made.number,
        name=made.name,
        unit=made.unit,
        day=words.day(decided_on(decision)),
        replaces=words(_REPLACES[decision.kind], day=words.day(made.before)) if made.before else "",
        outcome=words(decided(decision.kind, decision.outcome)),
        plain=decision.plain,
        text=_paragraphs(decision.text),
        parts=[(part.what, words(PARTS[part.outcome])) for part in decision.parts],
        conditions=_paragraphs(decision.conditions),
        valid_until=words.day(decision.valid_until) if decision.valid_until else "",
        reasons=_paragraphs(decision.reasons),
        law=decision.law,
        signed=_signed(made, words),
        ground=_ground(made, words),
        took_part=decision.took_part,
        appeal=list(how_to_appeal(decision.appeal_route, made.municipality, words, decision.kind)),
        appeal_heading=words(N_("Om du vill överklaga") if route.weeks else N_("Om du inte är nöjd")),
        appeal_help=words(_HELP) if route.weeks else "",
        address=short_address(address),
        digest=decision.digest[:16],
        guide=guide,
        recipient=to.lines if to is not None else (),
        code=to.code if to is not None else "",
    )


def decided_on(decision: Decision) -> dt.date:
    """The day it was decided: that of the meeting, where there was one."""
    return decision.meeting_on or day_of(decision.decided_at)


def _signed(made: DecisionDocument, words: Words) -> str:
    if made.decision.made_by is MadeBy.DELEGATE:
        return words(N_("{name}, {unit}"), name=made.decided_by, unit=made.unit)
    return words(N_("{board}, {day}, paragraf {paragraph}"), board=made.board, paragraph=made.decision.paragraph,
                 day=words.day(decided_on(made.decision)))  # fmt: skip


def _ground(made: DecisionDocument, words: Words) -> str:
    if made.decision.made_by is not MadeBy.DELEGATE or not made.decision.delegate:
        return ""
    return words(N_("Beslutat för {board} med stöd av {ground}."), board=made.board, ground=made.decision.delegate)


def _paragraphs(text: str) -> Sequence[str]:
    return [part.strip("\n") for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
