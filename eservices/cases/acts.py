"""What is done to a case: each act locks it, checks that the page it came from was still true, and writes the journal.

An act changes nothing halfway: its entry, its message and its delivery stand in the same transaction. Who may do it
in which unit is decided at the door; what the case's state allows is decided here.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from eservices.attachments import Received
from eservices.cases import appealing, asking, enquiries, proposals, store
from eservices.cases.appealing import Hinders
from eservices.cases.changing import (
    change,
    keep_with,
    locked,
    meet,
    moved,
    note_entry,
    nothing_more_is_asked,
    party_of,
    registered,
    tell,
    write_message,
)
from eservices.cases.enquiries import EnquiryKind
from eservices.cases.index_keys import keys_of_person
from eservices.cases.model import (
    MAY_BE_CLOSED,
    MAY_BE_WITHDRAWN,
    NO_LONGER_DUE,
    Case,
    CaseId,
    ClockKind,
    Direction,
    Message,
    NotAllowed,
    Party,
    Public,
    Status,
    moves_from,
    public_of,
    standing,
)
from eservices.cases.proposals import Proposed
from eservices.identity.people import Actor
from eservices.language import N_
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.values import ContactMethod, IdentityBasis, Json


def claim(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime) -> Case:
    """Whoever acts is the case's officer from now on; a case that had only been received is registered with it."""
    if actor.staff_id is None:
        raise NotAllowed("claim", "")
    return assign(tx, case_id, actor=actor, expected=expected, now=now, officer_id=actor.staff_id)


def release(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime) -> Case:
    """Back to the unit's queue, for whoever comes first."""
    case = locked(tx, case_id, expected)
    after = change(tx, case, officer_id=None)
    note_entry(tx, after, actor, "released", now)
    return after


def assign(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, officer_id: str) -> Case:
    """Give the case an officer."""
    case = locked(tx, case_id, expected)
    if not case.open:
        raise NotAllowed("assign", case.status)
    after = change(tx, case, officer_id=officer_id)
    kind = "claimed" if officer_id == actor.staff_id else "assigned"
    note_entry(tx, after, actor, kind, now, content={"officer": officer_id})
    if after.status == Status.RECEIVED:
        after = registered(tx, after, actor, now)
    elif after.status == Status.AWAITING_SIGNATURES:
        meet(tx, after, {ClockKind.REGISTER}, now)
    return after


def hand_over(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    unit: str,
    why: str,
    board: str = "",
) -> Case:
    """Another unit answers for it from now on, and its `board`; whoever had it there is its officer no longer.

    Everything follows along: answers, files, journal, clocks with what has passed of them. What was promised stays
    promised. What that unit had been asked of the case is its own to find out now. A second time takes a reason as the
    first did.
    """
    case = locked(tx, case_id, expected)
    if not case.open or unit == case.unit:
        raise NotAllowed("hand over", case.status)
    after = change(tx, case, unit=unit, board=board or case.board, officer_id=None)
    content: dict[str, Json] = {"from": case.unit, "to": unit}
    note_entry(tx, after, actor, "handed_over", now, shared=True, why=why, content=content)
    for enquiry in enquiries.of_case(tx, after):
        if enquiry.is_open and enquiry.unit == unit:
            after = asking.take_back(tx, case.id, enquiry.id, actor=actor, expected=after.row_version, now=now, why=why)
    return after


def register(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    expected: int,
    now: dt.datetime,
    registry_number: str | None = None,
) -> Case:
    """It stands in the register. A board's own number is added to the case's, never put in its place."""
    case = locked(tx, case_id, expected)
    if registry_number is not None:
        case = change(tx, case, registry_number=registry_number)
        note_entry(tx, case, actor, "registry_number_given", now, content={"registry_number": registry_number})
    if case.status == Status.AWAITING_SIGNATURES:  # it stands in the register, and waits all the same
        note_entry(tx, case, actor, "registered", now, shared=True)
        meet(tx, case, {ClockKind.REGISTER}, now)
    return registered(tx, case, actor, now) if case.status == Status.RECEIVED else case


def change_status(
    tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, to: str, why: str = ""
) -> Case:
    """Move the case to another state, if the table of states allows it. Raises `NotAllowed`.

    Clocks that may stand still do so while the resident has something to do, and go on afterwards.
    """
    case = locked(tx, case_id, expected)
    own = pinned.service(tx, case.version).own_states
    if to not in moves_from(case.status, own):
        raise NotAllowed(f"change to {to}", case.status)
    after = moved(tx, case, to, actor, now, why=why, own_states=own)
    if standing(to, own) in {Status.WITHDRAWN, Status.TRANSFERRED}:
        nothing_more_is_asked(tx, after, now)
    return after


def go_on_after_signatures(tx: Transaction, case: Case, *, now: dt.datetime) -> Case:
    """Nobody is waited for any more: back to where it would have been, and the clocks that stood still go on.

    A case that an officer has moved meanwhile stays where it is.
    """
    if case.status != Status.AWAITING_SIGNATURES:
        return case
    to = Status.UNDER_REVIEW if case.officer_id is not None else Status.RECEIVED
    return moved(tx, case, to.value, Actor.system(), now)


def note(tx: Transaction, case_id: CaseId, *, actor: Actor, now: dt.datetime, body: str) -> Case:
    """An internal note. It takes nothing from anybody's page, so no row version is asked for and none is changed."""
    case = store.lock(tx, case_id)
    note_entry(tx, case, actor, "noted", now, shared=False, content={"body": body})
    return case


def message(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    now: dt.datetime,
    subject: str,
    body: str,
    party_id: str | None = None,
    expected: int | None = None,
    files: Sequence[Received] = (),
    scanning: bool = False,
    enclosed: str = "",
) -> Case:
    """Write to a party (the applicant unless named): kept with the case, and brought by the way the party asked for.

    `files` come along; `enclosed` is what a letter says of them, in the party's language.
    """
    case = locked(tx, case_id, expected)
    party = party_of(tx, case, party_id)
    sent = write_message(tx, case, party, actor, now, kind="message", subject=subject, body=body)
    kept = keep_with(tx, case, sent, files, now=now, scanning=scanning)
    paragraphs = [*body.split("\n\n"), *([enclosed] if enclosed else [])]
    tell(tx, case, party, "message", now, message_id=sent.id, subject=subject, paragraphs=paragraphs)
    after = change(tx, case)
    content: dict[str, Json] = {"message": sent.id, "subject": subject, **kept}
    note_entry(tx, after, actor, "message_sent", now, shared=True, content=content)
    meet(tx, after, {ClockKind.FIRST_CONTACT}, now)
    proposals.settle(tx, after, [Proposed.READ_MAIL], now=now, staff_id=actor.staff_id)
    return after


def receive_message(
    tx: Transaction,
    case_id: CaseId,
    *,
    actor: Actor,
    now: dt.datetime,
    body: str,
    subject: str = "",
    party_id: str | None = None,
    files: Sequence[Received] = (),
    scanning: bool = False,
) -> Message:
    """Something the resident says, by any channel, with the files that come along. A case that waited for a supplement
    comes back to the unit."""
    case = store.lock(tx, case_id)
    party = party_of(tx, case, party_id)
    received = write_message(
        tx, case, party, actor, now, kind="message", subject=subject, body=body, direction=Direction.IN
    )
    kept = keep_with(tx, case, received, files, now=now, scanning=scanning)
    after = change(tx, case)
    content: dict[str, Json] = {"message": received.id, **kept}
    note_entry(tx, after, actor, "message_received", now, shared=True, content=content)
    if after.status == Status.AWAITING_SUPPLEMENT:
        moved(tx, after, Status.SUPPLEMENT_RECEIVED.value, actor, now)
    return received


def close(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, why: str = "") -> Case:
    """Nothing more is to be done. It can be reopened.

    Never while an appeal waits to be judged; while somebody can still appeal, or a court has it, only for a reason.
    """
    case = locked(tx, case_id, expected)
    own = pinned.service(tx, case.version).own_states
    hinders = appealing.hinders_closing(tx, case)
    for_no_reason = hinders is not None and not why.strip()
    if standing(case.status, own) not in MAY_BE_CLOSED or hinders is Hinders.WAITS or for_no_reason:
        raise NotAllowed("close", case.status)
    after = change(
        tx,
        case,
        moved_at=now,
        status=Status.CLOSED.value,
        public_status=Public.CLOSED,
        open=False,
        closed_at=now,
        due_at=NO_LONGER_DUE,
    )
    note_entry(tx, after, actor, "closed", now, shared=True, why=why)
    meet(tx, after, set(ClockKind) - {ClockKind.VALIDITY}, now)
    nothing_more_is_asked(tx, after, now)
    proposals.settle(tx, after, tuple(Proposed), now=now, staff_id=actor.staff_id)
    return after


def reopen(tx: Transaction, case_id: CaseId, *, actor: Actor, expected: int, now: dt.datetime, why: str) -> Case:
    """The case is worked on again, by the time once promised."""
    case = locked(tx, case_id, expected)
    if case.open:
        raise NotAllowed("reopen", case.status)
    promised = next(clock for clock in store.clocks_of(tx, case) if clock.kind is ClockKind.PROMISED)
    after = change(
        tx,
        case,
        moved_at=now,
        status=Status.UNDER_REVIEW.value,
        public_status=public_of(Status.UNDER_REVIEW),
        open=True,
        closed_at=None,
        due_at=promised.due_at,
    )
    note_entry(tx, after, actor, "reopened", now, shared=True, why=why)
    return after


def change_contact(
    tx: Transaction,
    case_id: CaseId,
    party_id: str,
    *,
    actor: Actor,
    now: dt.datetime,
    method: ContactMethod,
    email: str = "",
    phone: str = "",
    address: Mapping[str, str] | None = None,
    language: str = "",
    basis: IdentityBasis | None = None,
) -> Case:
    """A party wants news another way from now on. What is blank stays as it was; what is on its way goes as it went.

    The journal says that it was changed, and not from what; and `basis`, how whoever wrote it down knew who asked.
    Where nobody knew, it is told in the old way as well.
    """
    case = store.lock(tx, case_id)
    before = next(party for party in store.parties_of(tx, case) if party.id == party_id)
    after = replace(
        before,
        method=method,
        email=email or before.email,
        phone=phone or before.phone,
        address=dict(address) if address else before.address,
        language=language or before.language,
    )
    store.change_party(tx, case, after)
    if not (case.protected or before.protected):
        store.add_index_keys(tx, case.id, keys_of_person(name="", personal_number="", phone=phone, email=email))
    changed = change(tx, case)
    told: dict[str, Json] = {"party": party_id}
    if basis is not None:
        told["basis"] = basis.value
    note_entry(tx, changed, actor, "contact_changed", now, shared=True, content=told)
    if basis is IdentityBasis.STATED:
        _tell_as_before(tx, changed, before, after, actor=actor, now=now)
    return changed


def _tell_as_before(
    tx: Transaction, case: Case, before: Party, after: Party, *, actor: Actor, now: dt.datetime
) -> None:
    """Whoever only said that they were the party may not have been: what is told from now on elsewhere is said once
    where it was told until now. A number that is rung is left in peace, since it may be anybody's by now."""
    where = {
        ContactMethod.EMAIL: (before.email, after.email),
        ContactMethod.SMS: (before.phone, after.phone),
        ContactMethod.LETTER: (before.address, after.address),
    }
    was, becomes = where.get(before.method, ("", ""))
    if not was or (before.method is after.method and was == becomes):
        return
    words = words_of(before.language)
    subject = words(N_("Du får besked på ett annat sätt"))
    paragraphs = [
        words(N_("Någon har kontaktat oss och sagt att du vill ha besked i ärendet på ett annat sätt än förut.")),
        words(N_("Var det du? Då behöver du inte göra något. Var det inte du? Ring oss genast.")),
    ]
    sent = write_message(tx, case, before, actor, now, kind="message", subject=subject, body="\n\n".join(paragraphs))
    tell(tx, case, before, "message", now, message_id=sent.id, subject=subject, paragraphs=paragraphs)


def answer_hearing(
    tx: Transaction, case_id: CaseId, party_id: str, *, actor: Actor, now: dt.datetime, body: str
) -> Case:
    """What a party says before the decision, by any channel; "" for nothing to say. The case is the unit's again."""
    case = store.lock(tx, case_id)
    enquiry = enquiries.open_one(tx, case, EnquiryKind.HEARING, party_id)
    if enquiry is None:
        raise NotAllowed("answer a hearing", case.status)
    party = party_of(tx, case, party_id)
    write_message(tx, case, party, actor, now, kind="opinion", subject="", body=body, direction=Direction.IN)
    return asking.answered(tx, case, enquiry, actor=actor, now=now)


def withdraw(tx: Transaction, case_id: CaseId, *, actor: Actor, now: dt.datetime, why: str = "") -> Case:
    """The resident takes it back, by any channel. An officer closes it."""
    case = store.lock(tx, case_id)
    own = pinned.service(tx, case.version).own_states
    if standing(case.status, own) not in MAY_BE_WITHDRAWN:
        raise NotAllowed("withdraw", case.status)
    after = moved(tx, case, Status.WITHDRAWN.value, actor, now, why=why)
    nothing_more_is_asked(tx, after, now)
    return after
