"""What a resident can do with a case beyond writing: answer before a decision, take it back, ask for a decision, change
how news reaches them. The same acts that the contact centre does on their word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.calendars import day_of
from eservices.cases import acts, appealing, delays, following, renewing, spoken, store
from eservices.cases.following import Following
from eservices.cases.model import CaseId, Decision, NotAllowed
from eservices.cases.protecting import OWN_SIDE
from eservices.cases.spoken import Confirmed
from eservices.documents.appeal import how_to_appeal
from eservices.documents.decision import KINDS
from eservices.identity.people import Actor
from eservices.intake import offering
from eservices.language import N_
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import drafts
from eservices.values import Channel, ContactMethod
from eservices.web import i18n, once, reaching
from eservices.web.house import house
from eservices.web.pages import Page, render, see_other
from eservices.web.reaching import Reach
from eservices.web.resident import passes
from eservices.web.resident.blueprint import blueprint
from eservices.web.resident.visiting import new_token

_CASE = "/<lang:language>/case/<casenumber:number>"

#: No text of a resident's on these pages is longer.
_LONGEST = 10_000

METHODS = {
    ContactMethod.EMAIL: N_("Med e-post"),
    ContactMethod.SMS: N_("Med sms"),
    ContactMethod.PHONE: N_("På telefon"),
    ContactMethod.LETTER: N_("Med brev"),
    ContactMethod.OWN_PAGES: N_("På den här sidan, med nummer och kod"),
}

Errors = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Box:
    """One control."""

    kind: str  #: text, long, radios
    name: str
    label: str
    value: str = ""
    hint: str = ""
    autocomplete: str = "off"
    choices: Sequence[tuple[str, str]] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActPage(Page):
    """One thing to do, what it means, and what it asks."""

    template: ClassVar[str] = "resident/case_act.html"
    number: str
    heading: str
    about: Sequence[str]
    boxes: Sequence[Box]
    button: str
    back: str
    errors: Errors = ()

    def error(self, control: str) -> str:
        return next((sentence for id_, sentence in self.errors if id_ == control), "")


@blueprint.post(f"{_CASE}/opinion")
def give_opinion(number: str) -> Response:
    """Say what one thinks before a decision; nothing written says that there is nothing to say."""
    return _do(number, "opinion", lambda tx, seen: acts.answer_hearing(
        tx, seen.case_id, seen.party.id, actor=Actor.resident(), now=house().clock.now(), body=_written("opinion")
    ))  # fmt: skip


@blueprint.get(f"{_CASE}/withdraw")
def ask_to_withdraw(number: str) -> Response:
    return _show(number, _withdraw_page)


@blueprint.post(f"{_CASE}/withdraw")
def withdraw(number: str) -> Response:
    """Take the case back."""
    return _do(number, "withdrawn", lambda tx, seen: acts.withdraw(
        tx, _own(seen), actor=Actor.resident(), now=house().clock.now(), why=_written("why")
    ))  # fmt: skip


def _own(seen: Following) -> CaseId:
    """Their own case: a counterpart neither takes it back nor asks for a decision."""
    if seen.counterpart:
        raise NotFound
    return seen.case_id


def _withdraw_page(tx: Transaction, seen: Following, errors: Errors = ()) -> ActPage:  # noqa: ARG001 - as the others
    if not seen.may_withdraw:
        raise NotFound
    about = (
        i18n.plain("Då slutar vi handlägga ärendet. Det du har skickat finns kvar hos oss en tid, som lagen säger."),
        i18n.plain("Ångrar du dig får du söka på nytt."),
    )
    box = Box("long", "why", i18n.plain("Vill du säga varför? Du behöver inte."))
    return _page(
        seen, i18n.plain("Ta tillbaka ärendet"), about, (box,), button=i18n.plain("Ta tillbaka ärendet"), errors=errors
    )


@blueprint.get(f"{_CASE}/ask-for-decision")
def ask_about_decision(number: str) -> Response:
    return _show(number, _decision_page)


@blueprint.post(f"{_CASE}/ask-for-decision")
def ask_for_decision(number: str) -> Response:
    """Ask, in writing, that the case is decided now (FL 12 §)."""
    body = _written("body")
    if not body:
        return _show(number, _decision_page, [("body", i18n.plain("Skriv att du vill att vi avgör ärendet"))])
    home = house()
    return _do(number, "decision_asked_for", lambda tx, seen: delays.ask_for_decision(
        tx, _own(seen), party_id=seen.party.id, actor=Actor.resident(), now=home.clock.now(),
        on=home.clock.today(), body=body, hours=home.municipality.contact_centre.hours,
    ))  # fmt: skip


def _decision_page(tx: Transaction, seen: Following, errors: Errors = ()) -> ActPage:
    case = store.by_id(tx, seen.case_id)
    if case is None or seen.counterpart or not delays.may_ask_for_decision(tx, case, house().clock.now()):
        raise NotFound
    about = (
        i18n.plain(
            "Ditt ärende har pågått i mer än sex månader. Då får du begära att vi avgör det. Det får du göra en gång."
        ),
        i18n.plain("Inom fyra veckor avgör vi ärendet, eller säger nej till din begäran. Ett nej kan du överklaga."),
    )
    wish = i18n.plain("Jag begär att ni avgör mitt ärende.")
    box = Box("long", "body", i18n.plain("Din begäran"), request.form.get("body", wish))
    return _page(
        seen,
        i18n.plain("Begär att vi avgör ärendet"),
        about,
        (box,),
        button=i18n.plain("Skicka begäran"),
        errors=errors,
    )


@blueprint.get(f"{_CASE}/contact")
def ask_for_contact(number: str) -> Response:
    return _show(number, _contact_page)


@blueprint.post(f"{_CASE}/contact")
def change_contact(number: str) -> Response:
    """Have news another way from now on."""
    method = next((one for one in ContactMethod if one == request.form.get("method")), None)
    with house().database.read() as tx:
        seen = following.followed(tx, *passes.follower(number))
        if seen is None:
            raise NotFound
        hidden = _is_hidden(tx, seen)
    reach, errors = (Reach(), []) if hidden else reaching.read(request.form, house().clock.today(), i18n.words())
    if method is None:
        errors.insert(0, ("method", i18n.plain("Välj hur du vill ha besked")))
    elif not errors and not reaching.leads_to(seen.party, method, reach):
        errors.append(("method", i18n.plain("Skriv vart beskedet ska gå, eller välj ett annat sätt.")))
    if errors or method is None:
        return _show(number, _contact_page, errors)

    def change(tx: Transaction, seen: Following) -> None:
        if not seen.open:
            raise NotAllowed("change how news comes", seen.public_status)
        acts.change_contact(
            tx, seen.case_id, seen.party.id, actor=Actor.resident(), now=house().clock.now(), method=method,
            email=reach.email, phone=reach.phone, address=reach.address,
        )  # fmt: skip

    return _do(number, "contact", change)


def _is_hidden(tx: Transaction, seen: Following) -> bool:
    """Whether it is kept from this page where the party is."""
    case = store.by_id(tx, seen.case_id)
    return case is None or reaching.is_hidden(case, seen.party)


def _contact_page(tx: Transaction, seen: Following, errors: Errors = ()) -> ActPage:
    """What is there already is not shown: whoever holds the code learns nothing of where somebody is."""
    if not seen.open:
        raise NotFound
    form = request.form
    ways = tuple((method.value, i18n.plain(label)) for method, label in METHODS.items())
    keep = i18n.plain("Lämna tomt om det är som förut.")
    asked = i18n.plain("Hur vill du ha besked?")
    boxes: Sequence[Box] = (
        Box("radios", "method", asked, form.get("method", seen.party.method), choices=ways),
        Box("text", "email", i18n.plain("E-postadress"), form.get("email", ""), keep, "email"),
        Box("text", "phone", i18n.plain("Telefonnummer"), form.get("phone", ""), keep, "tel"),
        Box("text", "street", i18n.plain("Gatuadress"), form.get("street", ""), keep, "address-line1"),
        Box("text", "postal_code", i18n.plain("Postnummer"), form.get("postal_code", ""), "", "postal-code"),
        Box("text", "city", i18n.plain("Ort"), form.get("city", ""), "", "address-level2"),
    )
    about = (i18n.plain("Du får samma besked och lika snabbt, vilket sätt du än väljer."),)
    if _is_hidden(tx, seen):
        boxes = boxes[:1]
    return _page(seen, i18n.plain("Ändra hur du får besked"), about, boxes, button=i18n.plain("Spara"), errors=errors)


@blueprint.get(f"{_CASE}/appeal")
def ask_to_appeal(number: str) -> Response:
    return _show(number, _appeal_page)


@blueprint.post(f"{_CASE}/appeal")
def appeal(number: str) -> Response:
    """Appeal, in writing. It is taken in whenever it comes; who judges it judges the day."""
    body = _written("body")
    if not body:
        return _show(number, _appeal_page, [("body", i18n.plain("Skriv vad du vill ska ändras och varför"))])
    home = house()

    def receive(tx: Transaction, seen: Following) -> None:
        appealing.receive(
            tx, seen.case_id, party_id=seen.party.id, body=body, on=home.clock.today(), actor=Actor.resident(),
            now=home.clock.now(), decision_id=request.form.get("decision", ""),
            hours=home.municipality.contact_centre.hours,
        )  # fmt: skip

    return _do(number, "appealed", receive)


def _appeal_page(tx: Transaction, seen: Following, errors: Errors = ()) -> ActPage:
    case = store.by_id(tx, seen.case_id)
    if case is None or not (may_be := appealing.left_to_appeal(tx, case, seen.decisions, seen.party.id)):
        raise NotFound
    route = appealing.route_of(may_be[0])
    last = appealing.last_day(tx, case, may_be[0], seen.party.id)
    about = list(how_to_appeal(may_be[0].appeal_route, house().municipality, i18n.words(), may_be[0].kind))
    if last is not None:
        about.append(i18n.plain("Sista dag är {day}.", day=i18n.words().day(last, weekday=True)))
    if not route.checked_by_us:
        about.append(i18n.plain("Skickar du det till oss får domstolen det inte. Du måste skicka det dit själv."))
    about.append(i18n.plain("Du kan också skriva på papper. Vi hjälper dig gärna att skriva, ring oss."))
    hint = i18n.plain("Skriv vilket beslut det gäller, vad du vill ska ändras och varför.")
    boxes = [Box("long", "body", i18n.plain("Ditt överklagande"), request.form.get("body", ""), hint)]
    if may_be[1:]:
        choices = tuple((one.id, _decision_named(one)) for one in may_be)
        chosen = request.form.get("decision", may_be[0].id)
        boxes.insert(0, Box("radios", "decision", i18n.plain("Vilket beslut gäller det?"), chosen, choices=choices))
    heading = i18n.plain("Överklaga beslutet")
    return _page(seen, heading, about, boxes, button=i18n.plain("Skicka överklagandet"), errors=errors)


@blueprint.post(f"{_CASE}/confirm")
def confirm(number: str) -> Response:
    """Confirm, with number and code, what was said on the telephone: on this day it is received."""
    home = house()

    def confirm(tx: Transaction, seen: Following) -> None:
        case, spoken_id = store.by_id(tx, seen.case_id), request.form.get("spoken", "")
        if case is None or spoken_id not in {one.id for one in spoken.waiting_for(tx, case, seen.party.id)}:
            raise NotAllowed("confirm", seen.public_status)
        spoken.confirm(
            tx, seen.case_id, spoken_id, how=Confirmed.CODE, on=home.clock.today(), actor=Actor.resident(),
            now=home.clock.now(), hours=home.municipality.contact_centre.hours,
        )  # fmt: skip

    return _do(number, "confirmed", confirm)


def _decision_named(decision: Decision) -> str:
    told = i18n.words()
    return told(N_("{what}, {day}"), what=told(KINDS[decision.kind]), day=told.day(day_of(decision.decided_at)))


@blueprint.post(f"{_CASE}/renew")
def renew(number: str) -> Response:
    """Begin anew with the answers of last time: what has not changed is only confirmed."""
    language, party = i18n.language(), passes.follower(number)
    home = house()
    with home.database.transaction() as tx:
        seen = following.followed(tx, *party)
        service = home.library.services.get(seen.service) if seen is not None else None
        case = store.by_id(tx, party[0])
        if seen is None or case is None or service is None or not seen.submissions:
            raise NotFound
        start = f"/{language}/services/{service.id}"
        hours = home.municipality.contact_centre.hours
        if not (seen.party.role in OWN_SIDE and offering.may_begin(service, home.clock.now(), hours)):
            return see_other(start)
        given = renewing.answers_to_renew(tx, case, service)
        drafts.start(
            tx, service, language=language, channel=Channel.WEB, now=home.clock.now(), answers=given,
            token=new_token(tx, service.id), first_step=service.steps[0].id, renews=case.number,
        )  # fmt: skip
    return see_other(f"{start}/check")


def _written(name: str) -> str:
    return cleaning.lines(request.form.get(name, "")).strip()[:_LONGEST]


def _page(
    seen: Following, heading: str, about: Sequence[str], boxes: Sequence[Box], *, button: str, errors: Errors
) -> ActPage:
    back = f"/{i18n.language()}/case/{seen.number}"
    return ActPage(
        number=seen.number, heading=heading, about=about, boxes=boxes, button=button, back=back, errors=errors
    )


def _show(number: str, page: Callable[..., ActPage], errors: Errors = ()) -> Response:
    party = passes.follower(number)
    with house().database.read() as tx:
        seen = following.followed(tx, *party)
        if seen is None:
            raise NotFound
        shown = page(tx, seen, errors)
    return render(shown, 422 if errors else 200)


def _do(number: str, code: str, act: Callable[[Transaction, Following], object]) -> Response:
    """Do it, and show the case with what was done; what cannot be done any more shows the case as it is."""
    language, party = i18n.language(), passes.follower(number)
    try:
        with house().database.transaction() as tx:
            seen = following.followed(tx, *party)
            if seen is None:
                raise NotFound
            if once.is_new(tx):
                act(tx, seen)
    except NotAllowed:
        return see_other(f"/{language}/case/{number}")
    return see_other(f"/{language}/case/{number}?done={code}")
