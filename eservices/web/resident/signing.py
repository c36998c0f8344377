"""Signing beside an applicant: number and code, what it is about, yes or no. Nothing of the case but that."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.cases import signing
from eservices.cases.signing import SignatureState
from eservices.identity.people import Actor
from eservices.intake import cosigning
from eservices.language import N_
from eservices.questions import faults
from eservices.questions.text import TextArea
from eservices.values import IdentityBasis
from eservices.web import i18n, security
from eservices.web.house import house
from eservices.web.pages import Page, render, see_other
from eservices.web.resident import passes
from eservices.web.resident.blueprint import blueprint
from eservices.web.to_sign import ToSign, to_sign

#: What is counted when somebody is wrong.
_CODES = "sign code"
#: How long one may go on before number and code are asked again.
_OPEN_FOR = dt.timedelta(hours=1)
_REASON = TextArea(max_length=2_000)

_NO_SUCH = N_("Numret och koden hör inte ihop. Se efter en gång till, eller ring oss.")
_CHOOSE = N_("Välj om du godkänner eller inte")
_WHY = N_("Skriv varför du inte godkänner")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToSign(Page):
    """Asks for number and code."""

    template: ClassVar[str] = "resident/sign_ask.html"
    number: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignPage(Page):
    """What somebody must sign, and their answer."""

    template: ClassVar[str] = "resident/sign.html"
    part: ToSign
    unit: str
    answered: str
    chosen: str = ""
    reason: str = ""
    errors: Sequence[tuple[str, str]] = ()

    def error(self, control: str) -> str:
        """What is wrong with a control."""
        return next((sentence for id_, sentence in self.errors if id_ == control), "")


@blueprint.get("/<lang:language>/sign")
def ask_for_signature() -> Response:
    """Where number and code of the letter or mail are typed."""
    return render(AskToSign())


@blueprint.post("/<lang:language>/sign")
def open_signature() -> Response:
    """Open what number and code name together; one answer for whatever is wrong."""
    opened = passes.typed(_CODES, signing.code_opens)
    if opened is None:
        return render(AskToSign(number=request.form.get("number", "")[:20], error=i18n.plain(_NO_SUCH)), 422)
    response = see_other(f"/{i18n.language()}/sign/{opened[0]}")
    security.set_cookie(response, security.SIGN, passes.write(security.SIGN, *opened, open_for=_OPEN_FOR))
    return response


@blueprint.get("/<lang:language>/sign/<casenumber:number>")
def show_signature(number: str) -> Response:
    """What they must sign, for whoever has shown the code."""
    party = passes.read(security.SIGN, number)
    if party is None:
        return see_other(f"/{i18n.language()}/sign")
    with house().database.read() as tx:
        part = to_sign(tx, *party, i18n.words())
    if part is None:
        raise NotFound
    return render(_page(part))


@blueprint.post("/<lang:language>/sign/<casenumber:number>")
def sign(number: str) -> Response:
    """Yes, or no with the reason. The first answer stays."""
    party = passes.read(security.SIGN, number)
    language, form = i18n.language(), request.form
    if party is None:
        return see_other(f"/{language}/sign")
    answer, errors = form.get("answer", ""), []
    parsed = _REASON.parse({"": [form.get("reason", "")]}, house().clock.today())
    reason = str(parsed.value or "")
    if answer not in {"yes", "no"}:
        errors.append(("answer", i18n.plain(_CHOOSE)))
    wrong = [*parsed.faults, *_REASON.check(reason, house().clock.today())]
    if answer == "no" and not reason:
        errors.append(("reason", i18n.plain(_WHY)))
    elif wrong:
        errors.append(("reason", faults.sentence(wrong[0], "", i18n.words())))
    with house().database.transaction() as tx:
        part = to_sign(tx, *party, i18n.words())
        if part is None:
            raise NotFound
        if errors and part.waits:
            return render(_page(part, chosen=answer, reason=form.get("reason", ""), errors=errors), 422)
        if part.waits:
            cosigning.answer(
                tx,
                *party,
                confirmed=answer == "yes",
                reason=reason if answer == "no" else "",
                actor=Actor.resident(),
                identity=IdentityBasis.STATED,
                language=language,
                now=house().clock.now(),
            )
    return see_other(f"/{language}/sign/{number}")


def _page(part: ToSign, *, chosen: str = "", reason: str = "", errors: Sequence[tuple[str, str]] = ()) -> SignPage:
    return SignPage(
        part=part,
        unit=house().municipality.unit(part.case.unit).name,
        answered={SignatureState.CONFIRMED: "yes", SignatureState.REFUSED: "no"}.get(part.signature.state, ""),
        chosen=chosen,
        reason=reason,
        errors=errors,
    )
