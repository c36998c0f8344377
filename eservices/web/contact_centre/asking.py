"""The agent's own questions, each on a page: the channel, the identity, the day a paper came, receipt and consent.

Nothing is chosen beforehand, so that the figures are true. They are asked before the first step and after the last.
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import ClassVar

from flask import request
from werkzeug.wrappers import Response

from eservices.contact_centre import calls
from eservices.contact_centre.calls import Call
from eservices.identity.people import Act
from eservices.language import LANGUAGES, N_, own_name
from eservices.language import words as words_of
from eservices.naming import CHANNELS, IDENTITIES, MANDATES, SPEAKS_AS
from eservices.questions import cleaning
from eservices.questions.kinds import make
from eservices.storage.database import Transaction
from eservices.submissions import drafts
from eservices.submissions.model import Assisted, Draft, Needs, ReceiptBy, SubmissionKind
from eservices.values import Channel, IdentityBasis
from eservices.web.contact_centre.desk import BY_HAND
from eservices.web.contact_centre.in_hand import CallPage, base_of, caller_of, the_call, to_fill_in
from eservices.web.contact_centre.needed import needs_from
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access
from eservices.web.staff.field import Errors, Field, day_in
from eservices.web.staff.page import framed

#: The ways in which an agent can know who somebody is; an e-ID is never the agent's to vouch for.
BASES = (IdentityBasis.STATED, IdentityBasis.KNOWN_BY_CALLBACK, IdentityBasis.SHOWN_ID, IdentityBasis.ANONYMOUS)

RECEIPTS = {
    ReceiptBy.PHONE: (N_("Jag läser upp numret"), N_("Personen skriver upp det.")),
    ReceiptBy.SMS: (N_("Med sms"), ""),
    ReceiptBy.EMAIL: (N_("Med e-post"), ""),
    ReceiptBy.LETTER: (N_("Med brev"), N_("Kundcenter postar det.")),
    ReceiptBy.IN_HAND: (N_("På papper i handen"), N_("Skriv ut kvittot när ansökan är skickad.")),
    ReceiptBy.NONE: (N_("Vill inte ha något"), N_("Ärendets nummer får personen ändå.")),
}

#: What is read out before something is sent for somebody else.
CONSENT = N_("Jag skickar in det här åt dig, i ditt namn. Är det rätt att jag gör det?")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskPage(CallPage):
    """One of the agent's own questions."""

    template: ClassVar[str] = "contact_centre/ask.html"
    heading: str
    address: str
    button: str
    fields: tuple[Field, ...]
    say: str = ""
    errors: Errors = ()
    needs: Needs | None = None
    protected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingPage(AskPage):
    """How the person wants the receipt, and that they agree to what was read out."""

    template: ClassVar[str] = "contact_centre/closing.html"
    call: Call
    code: str
    consent: str = ""  #: read aloud in the language of the person
    consent_language: str = "sv"
    consent_direction: str = "ltr"
    consented: bool = False
    until: str = ""


@blueprint.get("/calls/<id:call_id>/channel")
@access.requires(Act.TAKE_DOWN)
def ask_channel(call_id: str) -> Response:
    with house().database.read() as tx:
        page = _channel_page(tx, the_call(tx, call_id))
    return render(page)


@blueprint.post("/calls/<id:call_id>/channel")
@access.requires(Act.TAKE_DOWN)
def set_channel(call_id: str) -> Response:
    """How the person reached us. Nothing is chosen beforehand."""
    chosen = request.form.get("channel", "")
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        if chosen not in {way.value for way in BY_HAND}:
            errors = (("channel", plain("Välj hur personen hör av sig.")),)
            return render(_channel_page(tx, call, errors), 422)
        calls.set_channel(tx, call, Channel(chosen))
    return see_other(f"/contact-centre/calls/{call_id}")


@blueprint.get("/calls/<id:call_id>/identity")
@access.requires(Act.TAKE_DOWN)
def ask_identity(call_id: str) -> Response:
    with house().database.read() as tx:
        call = the_call(tx, call_id)
        page = _identity_page(tx, call, call.identity_basis or "")
    return render(page)


@blueprint.post("/calls/<id:call_id>/identity")
@access.requires(Act.TAKE_DOWN)
def set_identity(call_id: str) -> Response:
    """How we know who it is, who speaks for whom, what they need to be understood, and the language of all news."""
    form = request.form
    basis, language = form.get("identity_basis", ""), form.get("news-language", "sv")
    speaks_as, mandate = form.get("speaks_as", ""), form.get("mandate", "")
    who = cleaning.line(form.get("helper-name", ""))[:200]
    speaks_as = speaks_as if speaks_as in SPEAKS_AS else ""
    mandate = mandate if mandate in MANDATES else ""
    with house().database.transaction() as tx:
        call = the_call(tx, call_id)
        errors = [("identity_basis", plain("Välj hur du vet vem det är."))] if basis not in set(BASES) else []
        if speaks_as and not mandate:
            errors.append(("mandate", plain("Fråga om den sökande vill det, och välj hur du vet det.")))
        if errors:
            told = replace(
                call, who=who, speaks_as=speaks_as, mandate=mandate, language=language, needs=needs_from(form)
            )
            return render(_identity_page(tx, told, basis, tuple(errors)), 422)
        call = calls.identify(
            tx, call, IdentityBasis(basis), who=who, speaks_as=speaks_as, mandate=mandate, needs=needs_from(form)
        )
        _journal_cases(tx, call)
        if language in LANGUAGES and language != call.language:
            call = calls.set_language(tx, call, language)
        _tell_draft(tx, call)
    return see_other(f"/contact-centre/calls/{call_id}")


@blueprint.get("/calls/<id:call_id>/closing")
@access.requires(Act.TAKE_DOWN)
def ask_closing(call_id: str) -> Response:
    """The agent's own questions after the last step."""
    with house().database.read() as tx:
        call, draft = to_fill_in(tx, call_id)
        if draft.kind is SubmissionKind.SUPPLEMENT:  # its case has a receipt, and what was agreed to
            return see_other(f"{base_of(call)}/check")
        said = draft.assisted or Assisted()
        page = _closing_page(tx, call, draft, said.receipt_by or "")
    return render(page)


@blueprint.post("/calls/<id:call_id>/closing")
@access.requires(Act.TAKE_DOWN)
def set_closing(call_id: str) -> Response:
    """How the person wants the receipt, that they agreed, and what they need."""
    form = request.form
    chosen = form.get("receipt_by", "")
    with house().database.transaction() as tx:
        call, draft = to_fill_in(tx, call_id, lock=True)
        said = replace(
            draft.assisted or Assisted(),
            consent=words_of(call.language)(CONSENT) if form.get("consent") else "",
            receipt_to=cleaning.line(form.get("receipt_to", ""))[:200],
        )
        until, wrong = _read_until(form.get("consent_until", ""))
        errors = [("receipt_by", plain("Välj hur personen vill ha kvittot."))] if chosen not in set(ReceiptBy) else []
        to, unreachable = _receipt_to(chosen, said.receipt_to)
        errors += [("receipt_to", unreachable)] if unreachable else []
        errors += [("consent_until", wrong)] if wrong else []
        if errors:
            return render(_closing_page(tx, call, replace(draft, assisted=said), chosen, tuple(errors)), 422)
        said = replace(said, receipt_by=ReceiptBy(chosen), receipt_to=to, consent_until=until)
        drafts.keep(tx, draft, draft.answers, now=house().clock.now(), assisted=said)
    return see_other(f"/contact-centre/calls/{call_id}/check")


def _journal_cases(tx: Transaction, call: Call) -> None:
    """From here on the caller's cases stand on every page of the call: that is one look, written down before it."""
    if call.is_identified and (rows := calls.cases_of_caller(tx, call)):
        access.journal_look(tx, "caller", call=call.id, numbers=[row.number for row in rows])


def _tell_draft(tx: Transaction, call: Call) -> None:
    """What is said of the person goes with the application in hand, too."""
    found = calls.draft_in_hand(tx, call)
    if found is not None and call.identity_basis is not None:
        draft = drafts.lock(tx, found.id)
        assisted = calls.told_of(draft.assisted or Assisted(), call)
        drafts.keep(tx, draft, draft.answers, now=house().clock.now(), assisted=assisted)


def _read_until(typed: str) -> tuple[dt.date | None, str]:
    """The last day the consent holds, the way dates are read everywhere; nothing typed: until it is withdrawn."""
    if not typed.strip():
        return None, ""
    until = day_in(typed.strip())
    if until is None:
        return None, plain("Skriv dagen som 2026-12-31, eller lämna tomt.")
    return (until, "") if until >= house().clock.today() else (None, plain("Den dagen har redan varit."))


def _receipt_to(chosen: str, typed: str) -> tuple[str, str]:
    """A number or an address for the receipt alone, in its normal form; or what is wrong with it."""
    kind = (
        {ReceiptBy.SMS: "phone", ReceiptBy.EMAIL: "email"}.get(ReceiptBy(chosen)) if chosen in set(ReceiptBy) else None
    )
    if not typed or kind is None:
        return "", ""
    parsed = make(kind, {}).parse({"": [typed]}, house().clock.today())
    if parsed.faults or not isinstance(parsed.value, str):
        return "", plain("Skriv ett telefonnummer till sms, eller en e-postadress till e-post.")
    return parsed.value, ""


def _channel_page(tx: Transaction, call: Call, errors: Errors = ()) -> AskPage:
    choices = tuple((way.value, plain(CHANNELS[way]), "") for way in BY_HAND)
    field = Field("radios", "channel", plain("Hur hör personen av sig?"), call.channel or "", choices=choices)
    return AskPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        heading=plain("Hur hör personen av sig?"),
        address=f"{base_of(call)}/channel",
        button=plain("Fortsätt"),
        fields=(field,),
        errors=errors,
    )


def _identity_page(tx: Transaction, call: Call, basis: str, errors: Errors = ()) -> AskPage:
    choices = tuple((way.value, plain(IDENTITIES[way]), "") for way in BASES)
    languages = tuple((tag, own_name(tag), "") for tag in LANGUAGES)
    nobody = ("", plain("Ingen, den sökande själv"), "")
    roles = (nobody, *((code, plain(label), "") for code, label in SPEAKS_AS.items()))
    mandates = (("", plain("Inte aktuellt"), ""), *((code, plain(label), "") for code, label in MANDATES.items()))
    return AskPage(
        **framed("contact_centre"),
        caller=caller_of(tx, call),
        heading=plain("Hur vet du vem det är?"),
        address=f"{base_of(call)}/identity",
        button=plain("Fortsätt"),
        fields=(
            Field("radios", "identity_basis", plain("Hur vet du vem det är?"), basis, choices=choices),
            Field("select", "speaks_as", plain("Vem hör av sig åt den sökande?"), call.speaks_as, choices=roles),
            Field(
                "text",
                "helper-name",
                plain("Namn på den som hör av sig åt någon annan"),
                call.who,
                plain("Till exempel ”dottern Eva”. Den sökandes namn frågar du efter sedan."),
                optional=True,
            ),
            Field("select", "mandate", plain("Hur vet du att det är rätt?"), call.mandate, choices=mandates),
            Field("select", "news-language", plain("Språk för kvitto och besked"), call.language, choices=languages),
        ),
        say="" if call.channel is Channel.PAPER else plain("Vem är det jag pratar med?"),
        errors=errors,
        needs=call.needs,
        protected=_protected_path(call),
    )


def _protected_path(call: Call) -> tuple[str, ...]:
    """What to do, and what never to write, when somebody's whereabouts must not be known."""
    service = house().library.services.get(call.service or "")
    unit = house().library.municipality.units.get(service.routing.unit) if service is not None else None
    there = (
        plain("Koppla till {unit}, {phone}.", unit=unit.name, phone=unit.phone)
        if unit
        else plain("Koppla till enheten.")
    )
    return (
        plain("Skriv inget här: inte namn, adress, telefon eller var personen finns."),
        there,
        plain("Enheten tar emot ansökan och ser till att uppgifterna inte syns för fler än den som handlägger."),
    )


def _closing_page(
    tx: Transaction, call: Call, draft: Draft, chosen: str, errors: tuple[tuple[str, str], ...] = ()
) -> ClosingPage:
    said = draft.assisted or Assisted()
    choices = tuple((code.value, plain(label), plain(hint) if hint else "") for code, (label, hint) in RECEIPTS.items())
    return ClosingPage(
        **framed("contact_centre"),
        call=call,
        code=draft.code,
        caller=caller_of(tx, call),
        heading=plain("Innan du läser upp och skickar"),
        address=f"{base_of(call)}/closing",
        button=plain("Läs upp svaren"),
        fields=(
            Field("radios", "receipt_by", plain("Hur vill personen ha kvittot?"), chosen, choices=choices),
            Field(
                "text",
                "receipt_to",
                plain("Nummer eller e-postadress för kvittot"),
                said.receipt_to,
                plain("Bara om det ska gå någon annanstans än till det som står i ansökan."),
                optional=True,
            ),
        ),
        errors=errors,
        consent="" if call.channel is Channel.PAPER else words_of(call.language)(CONSENT),
        consent_language=call.language,
        consent_direction=words_of(call.language).direction,
        consented=bool(said.consent),
        until=said.consent_until.isoformat() if said.consent_until else "",
    )
