"""Taking a co-signer's answer by phone or at the counter: with their number and code, or when it is known who they are.

The code stands in the mail or letter they got; with it nothing but their own part is shown, whatever the contact centre
may see of the case. Somebody who has lost it is found from the case's page, where the board lets agents see people.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound, TooManyRequests
from werkzeug.wrappers import Response

from eservices.cases import signing, store
from eservices.contact_centre import calls, case_view
from eservices.contact_centre.case_view import View
from eservices.identity.people import Act, Actor, ActorKind
from eservices.intake import cosigning
from eservices.language import N_
from eservices.naming import IDENTITIES
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import codes
from eservices.values import Channel, IdentityBasis
from eservices.web import guessing
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain, words
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.page import StaffPage, framed
from eservices.web.staff.signers import STATES
from eservices.web.to_sign import ToSign, to_sign

_CODES = "sign code"
_HOW_KNOWN = (IdentityBasis.STATED, IdentityBasis.KNOWN_BY_CALLBACK, IdentityBasis.SHOWN_ID)
_LONGEST_REASON = 2_000

_NO_SUCH = N_("Numret och koden hör inte ihop. Be personen läsa en gång till.")
_ANSWERS = (
    ("yes", N_("Ja, godkänner")),
    ("no", N_("Nej, godkänner inte")),
    ("unreachable", N_("Går inte att nå")),
)
_CHOOSE_ANSWER = N_("Välj vad personen svarade")
_CHOOSE_BASIS = N_("Välj hur du vet vem det är")
_WRITE_WHY = N_("Skriv varför")

Errors = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPage(StaffPage):
    """Asks for the number and code that the person reads out."""

    template: ClassVar[str] = "contact_centre/sign_ask.html"
    number: str = ""
    errors: Errors = ()
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SignPage(StaffPage):
    """What to read out, and what the person answers."""

    template: ClassVar[str] = "contact_centre/sign.html"
    part: ToSign
    action: str
    number: str
    code: str
    state: str
    bases: tuple[tuple[str, str, str], ...]
    answers: tuple[tuple[str, str, str], ...]
    basis: str = ""
    answer: str = ""
    reason: str = ""
    errors: Errors = ()


@blueprint.get("/sign")
@access.requires(Act.USE_CONTACT_CENTRE)
def ask_for_signature() -> Response:
    """Where the number and code that the person reads out are typed."""
    return render(AskPage(**framed("contact_centre"), done="done" in request.args))


@blueprint.post("/sign")
@access.requires(Act.USE_CONTACT_CENTRE)
def take_signature() -> Response:
    """Their part to read out, for the right number and code; and their answer, once it has been given."""
    form = request.form
    number = codes.read_case_number(form.get("number", ""))
    code = codes.read_follow_code(form.get("code", ""))
    with house().database.transaction() as tx:
        if not guessing.may_try(tx, _CODES):
            raise TooManyRequests
        opened = signing.code_opens(tx, number, code) if number and code else None
        if opened is None or number is None or code is None:
            guessing.was_wrong(tx, _CODES)
            page = AskPage(
                **framed("contact_centre"), number=form.get("number", "")[:20], errors=[("number", plain(_NO_SUCH))]
            )
            return render(page, 422)
        return _taken(tx, *opened, action="/contact-centre/sign", code=code, back="/contact-centre/sign?done=1")


@blueprint.get("/cases/<casenumber:number>/sign/<id:party>")
@blueprint.post("/cases/<casenumber:number>/sign/<id:party>")
@access.requires(Act.USE_CONTACT_CENTRE)
def sign_from_case(number: str, party: str) -> Response:
    """The same for somebody without their code, where agents may see the people of this service's cases."""
    address = f"/contact-centre/cases/{number}"
    with house().database.transaction() as tx:
        case = store.by_number(tx, number)
        if case is None or case.protected or case_view.view_of(case) is not View.FULL:
            raise NotFound
        if access.ground_for(tx, case, own_work=False) is None:
            return see_other(address)
        return _taken(tx, case.id, party, action=f"{address}/sign/{party}", code="", back=address)


def _taken(tx: Transaction, case_id: str, party_id: str, *, action: str, code: str, back: str) -> Response:
    """Show the part, or keep the answer that came with it."""
    form, staff, now = request.form, access.current_staff(), house().clock.now()
    part = to_sign(tx, case_id, party_id, words())
    if part is None:
        raise NotFound
    answer, basis = form.get("answer", ""), form.get("basis", "")
    reason = cleaning.line(form.get("reason", ""))[:_LONGEST_REASON]
    if "answer" not in form and "basis" not in form:
        access.journal_look(tx, "signature", part.case, ground=access.Ground(plain("Tar emot svar om underskrift")))
        return render(_page(part, action, code))
    errors = _wrong(answer, basis, reason)
    if errors and part.waits:
        return render(_page(part, action, code, basis=basis, answer=answer, reason=reason, errors=errors), 422)
    call = calls.open_call(tx, staff.id)
    channel = call.channel if call is not None and call.channel is not None else Channel.PHONE
    actor = Actor(ActorKind.STAFF, channel, staff.id, staff.name)
    if part.waits and answer == "unreachable":
        cosigning.give_up(tx, case_id, party_id, reason=reason, actor=actor, now=now)
    elif part.waits:
        cosigning.answer(
            tx,
            case_id,
            party_id,
            confirmed=answer == "yes",
            reason=reason if answer == "no" else "",
            actor=actor,
            identity=IdentityBasis(basis),
            language="sv",
            now=now,
        )
    return see_other(back)


def _wrong(answer: str, basis: str, reason: str) -> list[tuple[str, str]]:
    errors = []
    if answer not in {key for key, _ in _ANSWERS}:
        errors.append(("answer", plain(_CHOOSE_ANSWER)))
    if answer in {"yes", "no"} and basis not in set(_HOW_KNOWN):
        errors.append(("basis", plain(_CHOOSE_BASIS)))
    if answer in {"no", "unreachable"} and not reason:
        errors.append(("reason", plain(_WRITE_WHY)))
    return errors


def _page(
    part: ToSign,
    action: str,
    code: str,
    *,
    basis: str = "",
    answer: str = "",
    reason: str = "",
    errors: Errors = (),
) -> SignPage:
    return SignPage(
        **framed("contact_centre"),
        part=part,
        action=action,
        number=part.case.number,
        code=code,
        state=plain(STATES[part.signature.state]),
        bases=tuple((one.value, plain(IDENTITIES[one]), "") for one in _HOW_KNOWN),
        answers=tuple((key, plain(label), "") for key, label in _ANSWERS),
        basis=basis,
        answer=answer,
        reason=reason,
        errors=errors,
    )
