"""What the law wants in writing, said in the call: taken down, sent to be confirmed, or signed on the counter."""

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.cases import spoken
from eservices.cases.asking import Said
from eservices.cases.model import Case, NotAllowed, Party
from eservices.cases.spoken import Confirmed, SpokenKind
from eservices.contact_centre import calls
from eservices.contact_centre.calls import Call
from eservices.identity.people import Act
from eservices.language import N_
from eservices.language import words as words_of
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.values import Channel
from eservices.web import once
from eservices.web.contact_centre.answering import NO_WORDS, case_in_call
from eservices.web.contact_centre.call import hub
from eservices.web.contact_centre.in_hand import base_of
from eservices.web.contact_centre.room import blueprint
from eservices.web.contact_centre.theirs import first_party, to_write
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access

_LONGEST = 10_000

#: The subject of the letter, and how it begins.
_LETTERS = {
    SpokenKind.APPEAL: (
        N_("Bekräfta ditt överklagande"),
        N_("{day} sa du till oss att du vill överklaga beslutet i ditt ärende. Så här skrev vi ner det:"),
    ),
    SpokenKind.DELAY_REQUEST: (
        N_("Bekräfta din begäran"),
        N_("{day} sa du till oss att du begär att vi avgör ditt ärende. Så här skrev vi ner det:"),
    ),
}

if missing := set(SpokenKind) - set(_LETTERS):
    raise RuntimeError(f"spoken acts without a letter: {sorted(missing)}")


@blueprint.post("/calls/<id:call_id>/write-down")
@access.requires(Act.TAKE_DOWN)
def write_down(call_id: str) -> Response:
    """Take it down and send it to be confirmed; on the counter it may be signed at once."""
    body = cleaning.lines(request.form.get("words", "")).strip()[:_LONGEST]
    now = house().clock.now()
    with house().database.transaction() as tx:
        call, case, view = case_in_call(tx, call_id)
        back, party = f"{base_of(call)}/choose#case-{case.number}", first_party(view)
        kind = request.form.get("kind", "")
        if party is None or kind not in {one for one, _, _ in to_write(tx, call, view).may_say}:
            return see_other(back)  # taken down already, or nothing to say it about any more
        if not body:
            return render(hub(tx, call, errors=((f"{kind}-{case.number}", plain(NO_WORDS)),)), 422)
        if not once.is_new(tx):
            return see_other(back)
        calls.note_case(tx, call, case.id)
        actor = access.actor(call.channel or Channel.PHONE)
        said = _letter(tx, case, party, SpokenKind(kind), body)
        try:
            taken = spoken.take_down(
                tx, case.id, party_id=party.id, kind=SpokenKind(kind), body=body, said=said, actor=actor, now=now
            )
            if request.form.get("how") == Confirmed.COUNTER and call.channel is Channel.COUNTER:
                _sign(tx, call, case, taken.id)
        except NotAllowed:
            return see_other(back)
    return see_other(back)


@blueprint.post("/calls/<id:call_id>/signed")
@access.requires(Act.TAKE_DOWN)
def signed(call_id: str) -> Response:
    """The person has come by and signed what was taken down before."""
    with house().database.transaction() as tx:
        call, case, _ = case_in_call(tx, call_id)
        if call.channel is not Channel.COUNTER:
            raise NotFound
        calls.note_case(tx, call, case.id)
        try:
            _sign(tx, call, case, request.form.get("spoken", ""))
        except NotAllowed:
            return see_other(f"{base_of(call)}/choose#case-{case.number}")
    return see_other(f"{base_of(call)}/choose#case-{case.number}")


def _sign(tx: Transaction, call: Call, case: Case, spoken_id: str) -> None:
    home = house()
    spoken.confirm(
        tx, case.id, spoken_id, how=Confirmed.COUNTER, on=home.clock.today(), now=home.clock.now(),
        actor=access.actor(call.channel or Channel.COUNTER), hours=home.municipality.contact_centre.hours,
    )  # fmt: skip


def _letter(tx: Transaction, case: Case, party: Party, kind: SpokenKind, body: str) -> Said:
    """What was taken down, in the person's own words, and how it is confirmed, in their language."""
    told, now = words_of(party.language), house().clock.now()
    subject, begins = _LETTERS[kind]
    last = told.day(spoken.confirm_by(tx, case, party, kind, now), weekday=True)
    return Said(
        told(subject),
        (
            told(begins, day=told.day(house().clock.today())),
            body,
            told(N_("Det ska vara skriftligt enligt lagen. Därför räknas det först när du har bekräftat det.")),
            told(
                N_(
                    "Bekräfta senast {day}: på ärendets sida på webben, eller skriv under här nedanför och skicka "
                    "pappret till oss, eller kom hit och skriv under."
                ),
                day=last,
            ),
            told(N_("Datum och namn: {line}"), line="." * 60),
        ),
    )
