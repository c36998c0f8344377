"""One contact instead of three: all that waits for the answer of the person in the call, to be taken there and then."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eservices.cases import enquiries, renewing, store
from eservices.cases.asking import still_asked
from eservices.cases.corrections import flag_of
from eservices.cases.enquiries import Consequence, Enquiry, EnquiryKind
from eservices.cases.model import Case
from eservices.cases.protecting import OWN_SIDE
from eservices.contact_centre import calls
from eservices.contact_centre.calls import Call
from eservices.contact_centre.case_view import AgentView, View, may_read
from eservices.intake import offering
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned
from eservices.submissions.model import Draft
from eservices.values import Channel
from eservices.web.asked_about import asked_about
from eservices.web.contact_centre.case import missing_told
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.staff.signers import signers_of

#: Why what was asked for cannot be filled in at once, and what to do instead.
_NOT_NOW = {
    "in_hand": N_("Det är det ni fyller i nu."),
    "busy": N_("Skicka först det ni fyller i nu."),
    "code": N_("Personen har börjat svara på webben. Be om koden som står på sidan där, eller koppla till enheten."),
    "paper": N_("Skriv in det som kommer på papper under ”Papper som kommer in”."),
}

_THEN = {
    Consequence.DECIDE_ANYWAY: N_("Kommer det inte avgör vi ärendet med det som finns."),
    Consequence.DISMISS: N_("Kommer det inte avvisar vi ansökan."),
}


@dataclass(frozen=True, slots=True)
class Supplement:
    """What has been asked for: its items, by when, what follows; and why it cannot be filled in now, or "".

    About a single answer: what the officer wonders, and the answer as it is, where the contact centre may read it.
    """

    id: str
    items: tuple[str, ...]
    last_day: str
    then: str
    not_now: str
    wonders: str = ""
    was: str = ""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the person has been given to read before the decision, and may say something about."""

    paragraphs: tuple[str, ...]
    last_day: str


@dataclass(frozen=True, slots=True)
class Awaited:
    """All that waits for the person's answer in one case. `signers` are names with where an answer is taken."""

    supplements: tuple[Supplement, ...] = ()
    hearing: Hearing | None = None
    missing: tuple[str, ...] = ()
    signers: tuple[tuple[str, str], ...] = ()
    renew_by: str = ""  #: the last day of what was given, once it is time to renew

    def __bool__(self) -> bool:
        return bool(self.supplements or self.hearing or self.missing or self.signers or self.renew_by)


def awaited(tx: Transaction, call: Call, view: AgentView) -> Awaited:
    """Nothing where the contact centre may not know what the matter is about, or where somebody is protected."""
    case = view.case
    if view.view not in {View.FULL, View.SUMMARY} or case.protected:
        return Awaited()
    orders = open_ones(tx, case, view, EnquiryKind.SUPPLEMENT)
    hearing = next(iter(open_ones(tx, case, view, EnquiryKind.HEARING)), None) if view.view is View.FULL else None
    return Awaited(
        supplements=tuple(_supplement(tx, call, view, order) for order in orders),
        hearing=Hearing(tuple(hearing.said("body").split("\n\n")), words().day(hearing.last_day)) if hearing else None,
        missing=_not_asked_for(tx, view, orders),
        signers=_signers(tx, case) if view.view is View.FULL else (),
        renew_by=words().day(until) if (until := renew_by(tx, call, case)) is not None else "",
    )


def renew_by(tx: Transaction, call: Call, case: Case) -> dt.date | None:
    """The last day of what the person has, when it can be renewed in this call."""
    service = house().library.services.get(case.service)
    hours = house().municipality.contact_centre.hours
    if service is None or call.channel is Channel.PAPER or calls.draft_in_hand(tx, call) is not None:
        return None
    if not offering.may_begin(service, house().clock.now(), hours):
        return None
    return renewing.is_time_to_renew(tx, case) if service.validity is not None else None


def open_ones(tx: Transaction, case: Case, view: AgentView, kind: EnquiryKind) -> list[Enquiry]:
    """What is open to the applicant's side. What another party is asked is not told to this one."""
    own = (party for party in view.parties if party.role in OWN_SIDE)
    return next((found for party in own if (found := enquiries.open_ones(tx, case, kind, party.id))), [])


def _supplement(tx: Transaction, call: Call, view: AgentView, order: Enquiry) -> Supplement:
    reason, flag = not_now(tx, call, view, order), flag_of(order)
    about = asked_about(tx, view.case, flag, words().language) if flag is not None else None
    return Supplement(
        id=order.id,
        items=tuple(_left_of(tx, view.case, order)),
        last_day=words().day(order.last_day),
        then=_then(order),
        not_now=plain(_NOT_NOW[reason]) if reason else "",
        wonders=flag.words if flag is not None else "",
        was=about.value if about is not None and may_read(about.question, view.view) else "",
    )


def _left_of(tx: Transaction, case: Case, order: Enquiry) -> Iterator[str]:
    """What has not come of what was asked for, in Swedish words."""
    asked = order.content.get("items")
    left = still_asked(tx, order, store.file_of(tx, case).submissions) if flag_of(order) is None else ()
    if left:
        texts = pinned.texts(tx, order.version or "", "sv")
        yield from (texts.get(question.label) for question in left)
    elif isinstance(asked, list):
        yield from (str(item) for item in asked)


def _then(order: Enquiry) -> str:
    if flag_of(order) is not None:
        return plain("Hör vi inget utgår vi från att svaret stämmer.")
    return plain(_THEN[order.consequence]) if order.consequence else ""


def not_now(tx: Transaction, call: Call, view: AgentView, order: Enquiry) -> str:
    """Why it cannot be filled in at once, as a key of `_NOT_NOW`, or ""."""
    if call.channel is Channel.PAPER:
        return "paper"
    in_hand = calls.draft_in_hand(tx, call)
    if in_hand is not None:
        return "in_hand" if in_hand.id == order.draft_id else "busy"
    begun = drafts.by_id(tx, order.draft_id) if order.draft_id else None
    return "code" if begun is not None and begun.is_open and _theirs_alone(tx, view, begun) else ""


def _theirs_alone(tx: Transaction, view: AgentView, draft: Draft) -> bool:
    """Whether the person has begun it alone, and written what an agent may not read without the person's code."""
    if draft.assisted_by is not None:
        return False
    questions = pinned.service(tx, draft.version).questions
    return any(not may_read(questions[place[0]], view.view) for place in draft.answers.given if place[0] in questions)


def _not_asked_for(tx: Transaction, view: AgentView, orders: Sequence[Enquiry]) -> tuple[str, ...]:
    """What was expected and has not come, without what an open order asks for already."""
    asked = {question for one in orders if one.version for question in pinned.service(tx, one.version).questions}
    return tuple(dict.fromkeys(missing_told(tx, view, but=asked)))


def _signers(tx: Transaction, case: Case) -> tuple[tuple[str, str], ...]:
    base = f"/contact-centre/cases/{case.number}/sign"
    return tuple((one.name, f"{base}/{one.party_id}") for one in signers_of(tx, case) if one.waits)
