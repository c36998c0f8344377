"""A call or a visit in hand: opened with the first word, closed when the agent is done.

An agent has one open call at a time. It is the reason in the journal for what the agent looks at meanwhile. A number
alone shows nothing of anyone: cases appear when it has been recorded how we know who it is.
"""

import contextlib
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from eservices import journal
from eservices.cases import asking
from eservices.cases.enquiries import Enquiry
from eservices.cases.index_keys import phone_form
from eservices.cases.model import Case
from eservices.cases.queue import QueueRow
from eservices.contact_centre import items, queue
from eservices.contact_centre.items import ItemKind, Need
from eservices.contact_centre.tables import calls
from eservices.definitions.model import Service
from eservices.identity.people import Actor, ActorKind
from eservices.journey.answers import Answers
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys, destroy_key, make_key
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.submissions import drafts
from eservices.submissions.model import Assisted, Draft, DraftState, Needs
from eservices.submissions.tables import drafts as drafts_table
from eservices.values import Channel, IdentityBasis, Json, new_id

#: What became of a call: counted, so that work which should not have been needed shows.
RESOLUTIONS = ("answered", "became_case", "handed_over", "connected", "referred", "will_call_back", "cancelled")

#: Nobody ended it; the night did.
FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Call:
    """One call or visit. `channel` is None until it is known; it is never chosen beforehand."""

    id: str
    agent_id: str
    channel: Channel | None
    caller: str
    identity_basis: IdentityBasis | None
    who: str
    service: str | None
    language: str
    draft_id: str | None
    case_id: str | None
    submission_id: str | None
    notes: str
    key: DataKey = field(compare=False, repr=False)
    started_at: dt.datetime
    ended_at: dt.datetime | None
    resolution: str | None
    practice: bool = False
    speaks_as: str = ""  #: what `who` is to the applicant
    mandate: str = ""  #: how we know that `who` may speak for them
    needs: Needs = field(default_factory=Needs)

    @property
    def is_identified(self) -> bool:
        """Whether it has been recorded how we know who it is; anonymous means that we do not."""
        return self.identity_basis not in {None, IdentityBasis.ANONYMOUS}


class NotIdentified(Exception):
    """Nothing of anyone is shown before it has been recorded how we know who it is."""


class Ended(Exception):
    """The call is over: nothing more is done in it, and it is nobody's reason for anything."""


class NoChannel(Exception):
    """It has not been said whether this is a call, a visit or something else."""


_FOUND = select(calls, *stored_keys.WRAPPED).join(data_keys, data_keys.c.id == calls.c.key_id)
_BY_ID = Prepared(_FOUND.where(calls.c.id == bindparam("id"), calls.c.agent_id == bindparam("agent_id")))
_OPEN = Prepared(
    _FOUND.where(calls.c.agent_id == bindparam("agent_id"), calls.c.ended_at.is_(None))
    .order_by(calls.c.started_at.desc())
    .limit(1)
)
_INSERT = Prepared(insert(calls))
_UPDATE = Prepared(update(calls).where(calls.c.id == bindparam("b_id"), calls.c.ended_at.is_(None)))


def start(
    tx: Transaction,
    *,
    staff_id: str,
    now: dt.datetime,
    channel: Channel | None = None,
    caller: str = "",
    service: str | None = None,
    language: str = "sv",
    practice: bool = False,
) -> Call:
    """A call or visit has begun. The caller's number is kept sealed, and as a digest to be found by.

    `practice`: with a made-up person. Nobody's number is looked up, and nothing that is filled in is ever handed in.
    """
    call = Call(
        id=new_id(),
        agent_id=staff_id,
        channel=channel,
        caller=caller,
        identity_basis=None,
        who="",
        service=service,
        language=language,
        draft_id=None,
        case_id=None,
        submission_id=None,
        notes="",
        key=make_key(tx, now),
        started_at=now,
        ended_at=None,
        resolution=None,
        practice=practice,
    )
    tx.run(
        _INSERT,
        {
            "id": call.id,
            "agent_id": staff_id,
            "channel": channel.value if channel else None,
            "caller_digest": tx.keys.digest("phone", phone_form(caller)) if caller else None,
            "service": service,
            "language": language,
            "key_id": call.key.id,
            "sealed": _seal(call),
            "started_at": now,
            "practice": practice,
        },
    )
    _write(tx, call, "call_begun", now)
    return call


def get(tx: Transaction, call_id: str, staff_id: str) -> Call | None:
    """A call of this agent's own."""
    row = tx.row(_BY_ID, id=call_id, agent_id=staff_id)
    return None if row is None else _call(tx, row)


def open_call(tx: Transaction, staff_id: str) -> Call | None:
    """The call this agent has in hand."""
    row = tx.row(_OPEN, agent_id=staff_id)
    return None if row is None else _call(tx, row)


def set_channel(tx: Transaction, call: Call, channel: Channel) -> Call:
    """It has been said how the person reached us."""
    return _change(tx, replace(call, channel=channel), {"channel": channel.value})


def set_language(tx: Transaction, call: Call, language: str) -> Call:
    """The language the person wants receipt and news in."""
    return _change(tx, replace(call, language=language), {"language": language})


def identify(
    tx: Transaction,
    call: Call,
    basis: IdentityBasis,
    *,
    who: str = "",
    speaks_as: str = "",
    mandate: str = "",
    needs: Needs | None = None,
) -> Call:
    """Record how we know who it is, and what they need to be understood.

    `who` is a helper, relative or trustee who speaks for somebody else, `speaks_as` what they are to that person, and
    `mandate` how we know that they may.
    """
    told = replace(call, identity_basis=basis, who=who, speaks_as=speaks_as, mandate=mandate, needs=needs or call.needs)
    return _change(tx, told, {"identity_basis": basis.value})


def note_case(tx: Transaction, call: Call, case_id: str) -> Call:
    """The case the call is about."""
    return _change(tx, replace(call, case_id=case_id), {"case_id": case_id})


def note_submission(tx: Transaction, call: Call, *, case_id: str, submission_id: str) -> Call:
    """What was handed in during the call."""
    changed = replace(call, case_id=case_id, submission_id=submission_id)
    return _change(tx, changed, {"case_id": case_id, "submission_id": submission_id})


def known_number(tx: Transaction, call: Call) -> bool:
    """Whether somebody with this number has been in touch before: all that a number alone may tell."""
    return bool(call.caller) and not call.practice and bool(queue.cases_of_number(tx, call.caller, limit=1))


def cases_of_caller(tx: Transaction, call: Call) -> list[QueueRow]:
    """The cases of whoever calls from this number. Raises `NotIdentified`."""
    if not call.is_identified:
        raise NotIdentified(call.id)
    return queue.cases_of_number(tx, call.caller) if call.caller and not call.practice else []


def running_cases(tx: Transaction, call: Call, service: Service, personal_number: str) -> list[QueueRow]:
    """Cases of this person that still run, where one at a time would do: an addition to one may be all that is needed.

    Nothing before it has been recorded how we know who it is; nothing of cases that may not be found by a person.
    """
    if not (service.one_case and personal_number and call.is_identified):
        return []
    return [row for row in queue.cases_of_person(tx, personal_number) if row.open and row.service == service.id]


def begin(
    tx: Transaction,
    call: Call,
    service: Service,
    *,
    now: dt.datetime,
    first_step: str | None = None,
    answers: Answers | None = None,
    renews: str = "",
) -> Draft:
    """A draft for the person in the call; with what is known already, where it `renews` a case. Raises `NoChannel`."""
    if call.channel is None:
        raise NoChannel(call.id)
    draft = drafts.start(
        tx,
        service,
        language=call.language,
        channel=call.channel,
        now=now,
        assisted_by=call.agent_id,
        assisted=_assisted(call),
        practice=call.practice,
        first_step=first_step,
        answers=answers,
        renews=renews,
    )
    _link(tx, call, draft)
    _write(tx, call, "draft_begun", now, {"draft": draft.id})
    return draft


def open_draft(tx: Transaction, call: Call, code: str, *, actor: Actor, now: dt.datetime) -> Draft | None:
    """The resident's own draft, opened by the resident's code; the agent has it in hand from now on.

    The caller asks `drafts.proof_question` first where it must be asked, and limits tries. The look is written in the
    journal.
    """
    found = drafts.by_code(tx, code)
    if found is None or found.practice:
        return None
    locked = drafts.lock(tx, found.id)
    draft = drafts.take_over(tx, locked, call.agent_id, now, locked.assisted or _assisted(call))
    _link(tx, call, draft)
    journal.write_look(tx, actor=actor, at=now, what="draft", content={"draft": draft.id, "call": call.id})
    return draft


def link_draft(tx: Transaction, call: Call, draft: Draft, *, now: dt.datetime) -> Call:
    """Go on with a draft that a colleague, or the agent, has taken down before."""
    _write(tx, call, "draft_taken_up", now, {"draft": draft.id})
    return _link(tx, call, draft)


def answer_order(tx: Transaction, call: Call, case: Case, order: Enquiry, *, now: dt.datetime) -> Draft:
    """Take down, in this call, what a supplement order asks for; what somebody has begun of it is gone on with.

    The case is locked. Raises `NoChannel`, `NotIdentified` and, when there is nothing to answer, `NotAllowed`.
    """
    if call.channel is None:
        raise NoChannel(call.id)
    if not call.is_identified or call.practice:
        raise NotIdentified(call.id)
    said = _assisted(call)
    draft = asking.draft_for(
        tx,
        case,
        order,
        language=call.language,
        channel=call.channel,
        now=now,
        assisted_by=call.agent_id,
        assisted=said,
    )
    if draft.assisted_by != call.agent_id:
        draft = drafts.take_over(tx, drafts.lock(tx, draft.id), call.agent_id, now, draft.assisted or said)
    link_draft(tx, note_case(tx, call, case.id), draft, now=now)
    return draft


def draft_in_hand(tx: Transaction, call: Call) -> Draft | None:
    """The application of this call, while this agent has it: not what went back, was sent, or a colleague took."""
    draft = drafts.by_id(tx, call.draft_id) if call.draft_id else None
    return draft if draft is not None and draft.is_open and draft.assisted_by == call.agent_id else None


def hand_back(tx: Transaction, call: Call, *, now: dt.datetime) -> Draft | None:
    """Give the call's draft to the resident, under a new code to be said, mailed or printed. Raises `Ended`."""
    if call.ended_at is not None:
        raise Ended(call.id)
    if call.draft_id is None:
        return None
    items.settle_draft(tx, call.draft_id, resolution="handed_over", now=now)
    _write(tx, call, "draft_handed_back", now, {"draft": call.draft_id})
    return drafts.hand_over(tx, drafts.lock(tx, call.draft_id), now)


def cancel_draft(tx: Transaction, call: Call, *, now: dt.datetime) -> None:
    """On the caller's word: what was taken down is gone for ever. Raises `Ended`."""
    if call.ended_at is not None:
        raise Ended(call.id)
    if call.draft_id is not None:
        items.settle_draft(tx, call.draft_id, resolution="cancelled", now=now)
        _write(tx, call, "draft_cancelled", now, {"draft": call.draft_id})
        drafts.cancel(tx, drafts.lock(tx, call.draft_id), now)


def end(tx: Transaction, call: Call, *, resolution: str, now: dt.datetime, about: str = "") -> Call:
    """The agent is done; what came of it is counted. From here on the call is nobody's reason to look.

    A call that has ended stays as it ended.
    """
    if resolution not in {*RESOLUTIONS, FORGOTTEN}:
        raise ValueError(resolution)
    if call.ended_at is not None:
        return call
    if call.practice and call.draft_id is not None:
        with contextlib.suppress(drafts.Gone):
            drafts.cancel(tx, drafts.lock(tx, call.draft_id), now)
    changed = replace(call, ended_at=now, resolution=resolution, notes=about or call.notes)
    ended = _change(tx, changed, {"ended_at": now, "resolution": resolution})
    _write(tx, call, "call_ended", now, {"resolution": resolution, "identity_basis": call.identity_basis})
    return ended


def end_forgotten(tx: Transaction, *, before: dt.datetime, now: dt.datetime, limit: int = 200) -> int:
    """End the calls that nobody has ended since `before`, so that none is a reason to look tomorrow. Gives how many."""
    query = _FOUND.where(calls.c.ended_at.is_(None), calls.c.started_at < before).limit(limit)
    forgotten = [_call(tx, row) for row in tx.execute(query)]
    for call in forgotten:
        end(tx, call, resolution=FORGOTTEN, now=now)
    return len(forgotten)


def forget(tx: Transaction, before: dt.datetime, *, now: dt.datetime, limit: int = 200) -> int:
    """Calls that ended before then and came to nothing are gone, with the number. Those about a case go with it."""
    still = select(drafts_table.c.id).where(
        drafts_table.c.id == calls.c.draft_id, drafts_table.c.state == DraftState.OPEN.value
    )
    query = (
        select(calls.c.id, calls.c.key_id)
        .where(calls.c.ended_at < before, calls.c.case_id.is_(None), ~still.exists())
        .order_by(calls.c.ended_at)
        .limit(limit)
    )
    rows = tx.execute(query).all()
    for row in rows:
        tx.execute(delete(calls).where(calls.c.id == row.id))
        destroy_key(tx, row.key_id, now)
    return len(rows)


def quick(
    tx: Transaction,
    *,
    staff_id: str,
    channel: Channel,
    service: str | None,
    about: str,
    resolution: str,
    now: dt.datetime,
    phone: str = "",
    due_at: dt.datetime | None = None,
    queue_name: str = "",
) -> str:
    """Something that was settled at once, without a name. It is counted, and nobody's task.

    Only with `phone` it becomes one: somebody rings that number by `due_at`.
    """
    if phone and due_at is not None:
        items.add_task(
            tx,
            kind=ItemKind.CALLBACK,
            need=Need.CALL_BACK,
            queue=queue_name,
            channel=channel,
            due_at=due_at,
            now=now,
            content={"about": about, "phone": phone, "name": ""},
            service=service,
        )
    journal.write(
        tx,
        actor=Actor(ActorKind.STAFF, channel, staff_id),
        kind="answered_at_once",
        at=now,
        content={"resolution": resolution},
    )
    return items.add_quick(
        tx,
        queue=queue_name,
        channel=channel,
        agent_id=staff_id,
        service=service,
        about=about,
        resolution=resolution,
        now=now,
    )


def call_back(
    tx: Transaction,
    call: Call,
    *,
    about: str,
    phone: str,
    due_at: dt.datetime,
    now: dt.datetime,
    not_before: dt.datetime | None = None,
    queue_name: str = "",
) -> str:
    """A promise to ring back, as a task for whoever is free by then. Gives the item's id.

    What the agent has taken down in the call goes with it, so that whoever rings can finish it. `not_before`: out of
    sight until then.
    """
    content: dict[str, Json] = {"about": about, "phone": phone, "name": call.who}
    _write(tx, call, "call_back_promised", now)
    return items.add_task(
        tx,
        kind=ItemKind.CALLBACK,
        need=Need.CALL_BACK,
        queue=queue_name,
        channel=call.channel or Channel.PHONE,
        due_at=due_at,
        now=now,
        content=content,
        service=call.service,
        draft_id=call.draft_id,
        parked_until=not_before,
    )


def apply_from(tx: Transaction, call: Call, day: dt.date, *, now: dt.datetime) -> None:
    """The caller has clearly applied, though not everything is said yet: it counts from this day. Raises `Ended`."""
    if call.ended_at is not None:
        raise Ended(call.id)
    if call.draft_id is not None:
        draft = drafts.lock(tx, call.draft_id)
        said = draft.assisted or _assisted(call)
        if said.arrived_on is None:
            drafts.keep(tx, draft, draft.answers, now=now, assisted=replace(said, arrived_on=day))
            _write(tx, call, "applied_for", now, {"draft": draft.id, "day": day.isoformat()})


def tasks_of_left_drafts(tx: Transaction, *, before: dt.datetime, due_at: dt.datetime, now: dt.datetime) -> int:
    """Make a task of each draft that an agent took down and nobody has touched since `before`. Gives how many.

    Such a draft never expires silently: it is sent, given back or cancelled, and is one task until then.
    """
    left = [draft for draft in drafts.left_in_hand(tx, before) if not items.is_left(tx, draft.id)]
    for draft in left:
        items.add_task(
            tx,
            kind=ItemKind.LEFT_DRAFT,
            need=Need.FINISH_DRAFT,
            queue="",
            channel=draft.channel,
            due_at=due_at,
            now=now,
            content={},
            service=draft.service,
            draft_id=draft.id,
            agent_id=draft.assisted_by,
        )
    return len(left)


def actor_of(call: Call, name: str = "") -> Actor:
    """Who acts in this call, and through which channel."""
    return Actor(ActorKind.STAFF, call.channel or Channel.PHONE, call.agent_id, name)


def _write(tx: Transaction, call: Call, kind: str, at: dt.datetime, content: Mapping[str, Json] | None = None) -> None:
    """In the agent's own chain of the day: what a call leads to in a case stands in the case's."""
    journal.write(tx, actor=actor_of(call), kind=kind, at=at, content={"call": call.id, **(content or {})})


def _assisted(call: Call) -> Assisted:
    return told_of(Assisted(), call)


def told_of(said: Assisted, call: Call) -> Assisted:
    """What has been said of the person in the call, beside what stood there before."""
    return replace(
        said,
        identity=call.identity_basis or IdentityBasis.STATED,
        helper=call.who,
        speaks_as=call.speaks_as,
        mandate=call.mandate,
        needs=call.needs,
    )


def _link(tx: Transaction, call: Call, draft: Draft) -> Call:
    changed = replace(call, draft_id=draft.id, service=draft.service)
    return _change(tx, changed, {"draft_id": draft.id, "service": draft.service})


def _change(tx: Transaction, call: Call, values: dict[str, Any]) -> Call:
    if not tx.run(_UPDATE, {"b_id": call.id, "sealed": _seal(call), **values}):
        raise Ended(call.id)
    return call


def _place(call_id: str) -> str:
    return f"calls.sealed:{call_id}"


def _seal(call: Call) -> bytes:
    content: dict[str, Json] = {
        "caller": call.caller,
        "who": call.who,
        "speaks_as": call.speaks_as,
        "mandate": call.mandate,
        "needs": call.needs.to_json(),
        "notes": call.notes,
    }
    return call.key.seal(content, place=_place(call.id))


def _call(tx: Transaction, row: Any) -> Call:
    key = stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)
    content = key.unseal(row.sealed, place=_place(row.id))
    return Call(
        id=row.id,
        agent_id=row.agent_id,
        channel=Channel(row.channel) if row.channel else None,
        caller=content["caller"],
        identity_basis=IdentityBasis(row.identity_basis) if row.identity_basis else None,
        who=content["who"],
        service=row.service,
        language=row.language,
        draft_id=row.draft_id,
        case_id=row.case_id,
        submission_id=row.submission_id,
        notes=content["notes"],
        key=key,
        started_at=row.started_at,
        ended_at=row.ended_at,
        resolution=row.resolution,
        practice=row.practice,
        speaks_as=content.get("speaks_as", ""),
        mandate=content.get("mandate", ""),
        needs=Needs.from_json(content.get("needs", {})),
    )
