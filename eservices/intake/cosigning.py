"""Asking co-signers, taking their answers by any channel, and letting the case go on when all have answered.

The case started when the applicant handed it in; that day counts, whenever the others sign. Each gets their own code,
sees only what they must sign, and may say no. Nobody waits for one who cannot be reached.
"""

import datetime as dt
from dataclasses import replace

from eservices import deliveries, journal
from eservices.calendars import add_working_days, day_of, end_of_day
from eservices.cases import acts, signing, store
from eservices.cases.model import Case, Party
from eservices.cases.signing import COSIGNER, Signature, SignatureState
from eservices.contact_centre import items
from eservices.deliveries import News, Recipient
from eservices.identity.people import Actor
from eservices.journey import cosigning
from eservices.journey.answers import Answers
from eservices.journey.path import Walk
from eservices.storage.database import Transaction
from eservices.submissions import codes
from eservices.submissions import store as submissions
from eservices.submissions.model import Submission, SubmissionKind
from eservices.values import ContactMethod, IdentityBasis, Json, new_id

#: A co-signer who has not answered is reminded once, by the same way, after this long.
REMINDED_AFTER = dt.timedelta(days=7)


class UnknownSignature(Exception):
    """Nobody has asked this party to sign."""


def ask(tx: Transaction, here: Walk, case: Case, *, language: str, now: dt.datetime) -> None:
    """One signature for each co-signer, and a link, a call or a letter to each by the way the applicant has told.

    One whom nothing in the answers reaches is noted as such at once. The case has been opened as waiting for them.
    """
    for cosigner in cosigning.cosigners_of(here):
        party = _party(cosigner, language)
        store.add_party(tx, case, party)
        reachable = cosigner.method is not None
        state = SignatureState.ASKED if reachable else SignatureState.UNREACHABLE
        answered_at = None if reachable else now
        signature = Signature(
            new_id(), case.id, party.id, cosigner.step, cosigner.item, state, now, None, answered_at, None
        )
        signing.add(tx, case, signature)
        if reachable:
            _send(tx, case, party, now)
        content: dict[str, Json] = {"party": party.id, "reachable": reachable}
        _note(tx, case, Actor.system(), kind="signature_asked", now=now, content=content)


def answer(
    tx: Transaction,
    case_id: str,
    party_id: str,
    *,
    confirmed: bool,
    reason: str,
    actor: Actor,
    identity: IdentityBasis,
    language: str,
    now: dt.datetime,
) -> Signature:
    """What a co-signer says, themselves or through an agent: kept as a submission of its own.

    Who has answered stays with that: answering again changes nothing and gives the first answer. The case moves on
    when nobody is waited for any more. Raises `UnknownSignature`.
    """
    case = store.lock(tx, case_id)
    signature = _of_party(tx, case, party_id)
    if signature.submission_id is not None:
        return signature
    said = _submission(case, actor, identity, language, now, confirmed=confirmed, reason=reason)
    submissions.add_to_case(tx, said, case.key)
    items.add_submitted(
        tx,
        case_id=case.id,
        submission_id=said.id,
        service=case.service,
        queue=case.contact_queue,
        channel=said.channel,
        now=now,
    )
    state = SignatureState.CONFIRMED if confirmed else SignatureState.REFUSED
    signing.answer(tx, case, signature, state, at=now, reason=reason, submission_id=said.id)
    content: dict[str, Json] = {
        "party": party_id,
        "confirmed": confirmed,
        "submission": said.id,
        "identity_basis": identity.value,
    }
    return _settled(tx, case, signature, state, actor=actor, now=now, kind="signature_given", content=content)


def give_up(tx: Transaction, case_id: str, party_id: str, *, reason: str, actor: Actor, now: dt.datetime) -> Signature:
    """They cannot be reached, for this reason. The case no longer waits; they may still answer later."""
    case = store.lock(tx, case_id)
    signature = _of_party(tx, case, party_id)
    if signature.state is not SignatureState.ASKED:
        return signature
    state = SignatureState.UNREACHABLE
    signing.answer(tx, case, signature, state, at=now, reason=reason, submission_id=None)
    content: dict[str, Json] = {"party": party_id, "reason": reason}
    return _settled(tx, case, signature, state, actor=actor, now=now, kind="signature_given_up", content=content)


def remind(tx: Transaction, now: dt.datetime, most: int = 50) -> int:
    """Remind each who has been asked a week ago and not answered, once and by the same way. Gives how many."""
    waiting = signing.to_remind(tx, before=now - REMINDED_AFTER, most=most)
    for signature_id, case_id in waiting.items():
        case = store.lock(tx, case_id)
        signature = next(one for one in signing.of_case(tx, case) if one.id == signature_id)
        if signature.state is not SignatureState.ASKED or signature.reminded_at is not None:
            continue  # answered while we waited for the case
        party = next(one for one in store.parties_of(tx, case) if one.id == signature.party_id)
        signing.note_reminded(tx, signature, now)
        _send(tx, case, party, now)
        _note(tx, case, Actor.system(), kind="signature_reminded", now=now, content={"party": party.id})
    return len(waiting)


def _settled(
    tx: Transaction,
    case: Case,
    signature: Signature,
    state: SignatureState,
    *,
    actor: Actor,
    now: dt.datetime,
    kind: str,
    content: dict[str, Json],
) -> Signature:
    """Tell the journal, take back what need not be told any more, and let the case go on when it was the last."""
    _note(tx, case, actor, kind=kind, now=now, content=content)
    for delivery in deliveries.of_case(tx, case.id):
        if delivery.party_id == signature.party_id and delivery.kind == _NEWS and delivery.is_work:
            deliveries.cancel(tx, delivery.id, now)
    others = [one for one in signing.of_case(tx, case) if one.id != signature.id]
    if all(one.state is not SignatureState.ASKED for one in others):
        acts.go_on_after_signatures(tx, case, now=now)
    return replace(signature, state=state, answered_at=now)


_NEWS = "signature"


def _send(tx: Transaction, case: Case, party: Party, now: dt.datetime) -> None:
    """The request, by their way: the mail holds nothing about anybody, the letter no more than the mail."""
    due_at = end_of_day(add_working_days(day_of(now), 1))
    today = day_of(now)
    facts: dict[str, Json] = {
        "number": case.number,
        "code": party.code,
        "language": party.language,
        "name": party.name,
        "unit": case.unit,
        "date": today.isoformat(),
    }
    news = News(_NEWS, case.id, case.number, case.contact_queue, due_at, payload=facts)
    to = Recipient(party.id, party.method, party.language, party.name, party.email, party.phone, party.address)
    deliveries.deliver(tx, news, to, key=case.key, now=now)


def _party(cosigner: cosigning.Cosigner, language: str) -> Party:
    return Party(
        id=new_id(),
        role=COSIGNER,
        kind="person",
        language=language,
        method=cosigner.method or ContactMethod.OWN_PAGES,
        identity_basis=IdentityBasis.STATED,
        protected=False,
        name=cosigner.name,
        personal_number="",
        email=cosigner.email,
        phone=cosigner.phone,
        address=cosigner.address,
        code=codes.new_follow_code(),
    )


def _submission(
    case: Case,
    actor: Actor,
    identity: IdentityBasis,
    language: str,
    now: dt.datetime,
    *,
    confirmed: bool,
    reason: str,
) -> Submission:
    return Submission(
        id=new_id(),
        draft_id=new_id(),
        case_id=case.id,
        service=case.service,
        version=case.version,
        kind=SubmissionKind.SIGNATURE,
        channel=actor.channel,
        language=language,
        entered_by=actor.staff_id,
        identity_basis=identity,
        received_at=now,
        received_on=day_of(now),
        recorded_at=now,
        first_tried_at=now,
        answers=Answers(),
        declared=("confirmed",) if confirmed else ("refused",),
        consent=reason,
    )


def _of_party(tx: Transaction, case: Case, party_id: str) -> Signature:
    for signature in signing.of_case(tx, case):
        if signature.party_id == party_id:
            return signature
    raise UnknownSignature(party_id)


def _note(tx: Transaction, case: Case, actor: Actor, *, kind: str, now: dt.datetime, content: dict[str, Json]) -> None:
    shared = kind != "signature_given_up"
    journal.write(tx, actor=actor, kind=kind, at=now, key=case.key, case_id=case.id, shared=shared, content=content)
