"""Taking down, within the call, what somebody has been asked for: the unit sees it at once."""

from flask import request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from eservices.cases import acts, renewing, store
from eservices.cases.corrections import flag_of
from eservices.cases.enquiries import EnquiryKind
from eservices.cases.model import Case, NotAllowed
from eservices.cases.protecting import OWN_SIDE
from eservices.contact_centre import bringing, calls, case_view
from eservices.contact_centre.calls import Call
from eservices.contact_centre.case_view import AgentView, View, may_read
from eservices.identity.people import Act
from eservices.language import N_
from eservices.questions import cleaning
from eservices.storage.database import Transaction
from eservices.submissions import codes, pinned
from eservices.values import Channel
from eservices.web import once
from eservices.web.contact_centre.awaiting import not_now, open_ones, renew_by
from eservices.web.contact_centre.call import hub
from eservices.web.contact_centre.in_hand import base_of, next_question, the_call
from eservices.web.contact_centre.room import blueprint
from eservices.web.house import house
from eservices.web.i18n import plain
from eservices.web.pages import render, see_other
from eservices.web.staff import access

_LONGEST_OPINION = 10_000

#: At a box that was sent empty.
NO_WORDS = N_("Skriv vad personen säger.")


@blueprint.post("/calls/<id:call_id>/supplement")
@access.requires(Act.TAKE_DOWN)
def take_supplement(call_id: str) -> Response:
    """Fill in together what was asked for: the same pages as for an application, with nothing but that."""
    with house().database.transaction() as tx:
        call, case, view = case_in_call(tx, call_id)
        orders = open_ones(tx, case, view, EnquiryKind.SUPPLEMENT)
        order = next((one for one in orders if one.id == request.form.get("order")), None)
        if order is None or not_now(tx, call, view, order):
            return see_other(f"{base_of(call)}/choose#case-{case.number}")
        draft = calls.answer_order(tx, call, case, order, now=house().clock.now())
        access.journal_look(tx, "draft", case, ground=access.Ground(call=call.id), draft=draft.id)
        first = pinned.service(tx, draft.version).steps[0].id
    if flag_of(order) is not None:  # the answer is there already, and is read out beside what is wondered
        return see_other(f"{base_of(call)}/steps/{first}")
    return see_other(f"{base_of(call)}/go-on")


@blueprint.post("/calls/<id:call_id>/renew")
@access.requires(Act.TAKE_DOWN)
def take_renewal(call_id: str) -> Response:
    """Begin anew with the answers of last time, as far as the contact centre may read them: the rest is asked again."""
    with house().database.transaction() as tx:
        call, case, view = case_in_call(tx, call_id)
        service = house().library.services.get(case.service)
        if service is None or renew_by(tx, call, case) is None:
            return see_other(f"{base_of(call)}/choose#case-{case.number}")
        given = renewing.answers_to_renew(tx, case, service, may_have=lambda question: may_read(question, view.view))
        first, now = service.steps[0].id, house().clock.now()
        call = calls.note_case(tx, call, case.id)
        draft = calls.begin(tx, call, service, now=now, first_step=first, answers=given, renews=case.number)
        access.journal_look(tx, "draft", case, ground=access.Ground(call=call.id), draft=draft.id)
    return see_other(f"{base_of(call)}/go-on")


@blueprint.post("/calls/<id:call_id>/opinion")
@access.requires(Act.TAKE_DOWN)
def take_opinion(call_id: str) -> Response:
    """What the person says before the decision, in their own words; nothing written says that there is nothing."""
    body = cleaning.lines(request.form.get("opinion", ""))[:_LONGEST_OPINION]
    with house().database.transaction() as tx:
        call, case, view = case_in_call(tx, call_id)
        heard = open_ones(tx, case, view, EnquiryKind.HEARING) if view.view is View.FULL else []
        hearing = next(iter(heard), None)
        if hearing is not None and hearing.party_id is not None:
            calls.note_case(tx, call, case.id)
            actor, now = access.actor(call.channel or Channel.PHONE), house().clock.now()
            acts.answer_hearing(tx, case.id, hearing.party_id, actor=actor, now=now, body=body)
            bringing.told_in_call(tx, hearing, actor=actor, now=now)
    return see_other(f"{base_of(call)}/choose?done=opinion#case-{case.number}")


@blueprint.post("/calls/<id:call_id>/say")
@access.requires(Act.TAKE_DOWN)
def take_word(call_id: str) -> Response:
    """What the person wants to tell whoever handles the case, or that they take the case back: both may be said."""
    body = cleaning.lines(request.form.get("said", "")).strip()[:_LONGEST_OPINION]
    withdraws = request.form.get("what") == "withdraw"
    with house().database.transaction() as tx:
        call, case, view = case_in_call(tx, call_id)
        party = next((one for one in view.parties if one.role in OWN_SIDE), None)
        if party is None or not case.open:
            return see_other(f"{base_of(call)}/choose#case-{case.number}")
        if not (body or withdraws):
            return render(hub(tx, call, errors=((f"said-{case.number}", plain(NO_WORDS)),)), 422)
        calls.note_case(tx, call, case.id)
        actor, now = access.actor(call.channel or Channel.PHONE), house().clock.now()
        try:
            if withdraws:
                acts.withdraw(tx, case.id, actor=actor, now=now, why=body)
            elif once.is_new(tx):
                acts.receive_message(tx, case.id, actor=actor, now=now, body=body, party_id=party.id)
        except NotAllowed:  # decided, or taken back already
            return see_other(f"{base_of(call)}/choose#case-{case.number}")
    return see_other(f"{base_of(call)}/choose#case-{case.number}")


def case_in_call(tx: Transaction, call_id: str) -> tuple[Call, Case, AgentView]:
    """A case that stands on the page of this call, locked. No other can be answered in it."""
    call = the_call(tx, call_id)
    number = codes.read_case_number(request.form.get("number", ""))
    found = store.by_number(tx, number) if number else None
    if found is None or next_question(call) or not call.is_identified or call.practice:
        raise NotFound
    if found.id != call.case_id and found.id not in {row.id for row in calls.cases_of_caller(tx, call)}:
        raise NotFound
    case = store.lock(tx, found.id)
    view = case_view.see(store.file_of(tx, case), pinned.service(tx, case.version))
    if view.view not in {View.FULL, View.SUMMARY} or case.protected:
        raise NotFound
    return call, case, view
