"""Drafts: answers on the server while somebody fills in a service, by cookie or by continue code.

Two tabs, or a resident and an agent, may have one draft open at once. Whoever writes locks the row first, reads the
answers anew and applies only what the posted page asked; so nothing that another has just written is lost.
"""

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects.postgresql import insert  # compiles for SQLite too; the Core insert knows no ON CONFLICT

from eservices import attachments
from eservices.definitions.model import Question, Sensitivity, Service
from eservices.journey.answers import Answers, AnswerState
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys, destroy_key, make_key
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey, KeyRing
from eservices.submissions import codes, pinned
from eservices.submissions.model import Assisted, Draft, DraftId, DraftState, StepTimes, SubmissionId, SubmissionKind
from eservices.submissions.tables import drafts
from eservices.values import Channel, Json, new_id

#: How long a draft that nobody touches is kept; told on its pages.
KEPT_FOR = dt.timedelta(days=30)

_FOUND = select(drafts, *stored_keys.WRAPPED).join(data_keys, data_keys.c.id == drafts.c.key_id)
_BY_ID = Prepared(_FOUND.where(drafts.c.id == bindparam("id")))
_BY_TOKEN = Prepared(_FOUND.where(drafts.c.token_digest == bindparam("token")))
_BY_CODE = Prepared(_FOUND.where(drafts.c.code_digest == bindparam("code"), drafts.c.state == DraftState.OPEN.value))
_LOCK = Prepared(_FOUND.where(drafts.c.id == bindparam("id")).with_for_update(of=drafts))
_LOCK_BY_TOKEN = Prepared(_FOUND.where(drafts.c.token_digest == bindparam("token")).with_for_update(of=drafts))
_CODE_IS_TAKEN = Prepared(select(drafts.c.id).where(drafts.c.code_digest == bindparam("code")))
_INSERT = Prepared(insert(drafts).on_conflict_do_nothing(index_elements=[drafts.c.token_digest]))
_UPDATE = Prepared(update(drafts).where(drafts.c.id == bindparam("b_id")))
_ADOPT = Prepared(update(drafts).where(drafts.c.id == bindparam("b_id"), drafts.c.state == DraftState.OPEN.value))
_FREE_TOKEN = Prepared(update(drafts).where(drafts.c.token_digest == bindparam("b_token")).values(token_digest=None))


class Gone(Exception):
    """There is no such draft any more: cancelled, expired, or never there."""


def token(keys: KeyRing, visitor_secret: str, service: str) -> str:
    """Where the draft of this visitor for this service is found. The secret itself is never stored."""
    return keys.digest("visitor", f"{visitor_secret}\x00{service}")


def start(
    tx: Transaction,
    service: Service,
    *,
    language: str,
    channel: Channel,
    now: dt.datetime,
    token: str | None = None,
    assisted_by: str | None = None,
    assisted: Assisted | None = None,
    practice: bool = False,
    answers: Answers | None = None,
    first_step: str | None = None,
    supplements: tuple[str, DataKey] | None = None,
    renews: str = "",
    key: DataKey | None = None,
) -> Draft:
    """A new draft on the present version of `service`, which is pinned.

    A visitor has one draft for each service: starting anew lets go of the former, which its code still opens.
    `supplements` is the case that it adds to, with its key, under which the draft lies; `renews` the number of the case
    that it renews. `key` is one that is stored already, for files that came before it.
    """
    case_id, key = supplements or (None, key or make_key(tx, now))
    pinned.keep(tx, service, language, now)
    if token is not None:
        tx.run(_FREE_TOKEN, {"b_token": token})
    code, digest = _free_code(tx)
    draft = Draft(
        id=new_id(),
        service=service.id,
        version=service.version,
        kind=SubmissionKind.INITIAL if case_id is None else SubmissionKind.SUPPLEMENT,
        state=DraftState.OPEN,
        language=language,
        channel=channel,
        practice=practice,
        key=key,
        answers=answers or Answers(),
        code=code,
        assisted=assisted,
        assisted_by=assisted_by,
        case_id=case_id,
        submission_id=None,
        row_version=1,
        started_at=now,
        touched_at=now,
        expires_at=now + KEPT_FOR,
        steps={first_step: (0, None)} if first_step else {},
        renews=renews,
    )
    values = {
        "id": draft.id,
        "service": draft.service,
        "version": draft.version,
        "kind": draft.kind.value,
        "state": draft.state.value,
        "language": language,
        "channel": channel.value,
        "practice": practice,
        "key_id": draft.key.id,
        "sealed": _seal(draft),
        "token_digest": token,
        "code_digest": digest,
        "assisted_by": assisted_by,
        "case_id": case_id,
        "started_at": now,
        "touched_at": now,
        "expires_at": draft.expires_at,
        "steps": draft.steps,
    }
    while not tx.run(_INSERT, values):
        # Start was pressed twice at once: the other press has taken the visitor's place a moment ago.
        tx.run(_FREE_TOKEN, {"b_token": token})
    return draft


def by_token(tx: Transaction, token: str) -> Draft | None:
    """The visitor's draft, also when it has been handed in: then it leads to the receipt. One statement."""
    row = tx.row(_BY_TOKEN, token=token)
    return None if row is None else _draft(tx, row)


def open_under(tx: Transaction, tokens: Collection[str]) -> list[Draft]:
    """The open drafts that are found under any of these tokens. One statement, however many there are to look under."""
    query = _FOUND.where(drafts.c.token_digest.in_(tokens), drafts.c.state == DraftState.OPEN.value)
    return [_draft(tx, row) for row in tx.execute(query)]


def by_id(tx: Transaction, draft_id: DraftId) -> Draft | None:
    """The draft, unless it has been cancelled or has expired."""
    row = tx.row(_BY_ID, id=draft_id)
    return None if row is None or row.state in _ENDED else _draft(tx, row)


def by_code(tx: Transaction, code: str) -> Draft | None:
    """The open draft with this continue code, as `codes.read_continue_code` gives it.

    The caller limits tries, says the same whatever is wrong, and asks `proof_question` before showing anything.
    """
    row = tx.row(_BY_CODE, code=_code_digest(tx.keys, code))
    return None if row is None else _draft(tx, row)


def lock(tx: Transaction, draft_id: DraftId) -> Draft:
    """The draft as it is now, and nobody else writes it before this transaction ends. Raises `Gone`."""
    row = tx.row(_LOCK, id=draft_id)
    if row is None or row.state in _ENDED:
        raise Gone(draft_id)
    return _draft(tx, row)


def lock_by_token(tx: Transaction, token: str) -> Draft | None:
    """The visitor's draft, locked; None where there is none."""
    row = tx.row(_LOCK_BY_TOKEN, token=token)
    return None if row is None else _draft(tx, row)


def keep(
    tx: Transaction,
    draft: Draft,
    answers: Answers,
    *,
    now: dt.datetime,
    passed: str | None = None,
    shown: str | None = None,
    language: str | None = None,
    assisted: Assisted | None = None,
) -> Draft:
    """Write the answers of a draft that this transaction has locked. One statement.

    `passed` is the step just answered and `shown` the one that follows: when each was first met is kept, without
    person, also after the draft has gone.
    """
    kept = replace(
        draft,
        answers=answers,
        language=language or draft.language,
        assisted=assisted or draft.assisted,
        row_version=draft.row_version + 1,
        touched_at=now,
        expires_at=now + KEPT_FOR,
        steps=_noted(draft, now, passed, shown),
    )
    tx.run(
        _UPDATE,
        {
            "b_id": draft.id,
            "language": kept.language,
            "sealed": _seal(kept),
            "row_version": kept.row_version,
            "touched_at": now,
            "expires_at": kept.expires_at,
            "steps": kept.steps,
        },
    )
    return kept


def proof_question(service: Service, draft: Draft) -> Question | None:
    """The question whose answer must go with the continue code, or None when the code is enough.

    From sensitivity `personal` upwards, and wherever an answer tells who somebody is or how to reach them: what only
    the resident knows, else the personal number, the name, the phone, the e-mail address – the first of them answered.
    """
    answered = [question for question in service.questions.values() if _given(draft.answers, question.id)]
    if not any(_is_personal(question) for question in answered):
        return None
    for fits in _PROOFS:
        for question in answered:
            if fits(question) and not question.type.is_guessed and _given(draft.answers, question.id) != ["none"]:
                return question
    # Nothing but choices has been answered: better a poor proof, with few tries, than none.
    return next(question for question in answered if _is_personal(question))


def proves(question: Question, draft: Draft, value: Json) -> bool:
    """Whether `value`, as the question's type has parsed it, is what was answered (in any item of a group).

    Words are compared loosely.
    """
    return value is not None and any(_alike(given, value) for given in _given(draft.answers, question.id))


def adopt(tx: Transaction, draft: Draft, token: str, now: dt.datetime) -> Draft:
    """The resident goes on in another browser: the draft follows, and the code stays as it is.

    Raises `Gone` when it has been sent or cancelled since it was looked up.
    """
    tx.run(_FREE_TOKEN, {"b_token": token})
    if not tx.run(_ADOPT, {"b_id": draft.id, "token_digest": token, "touched_at": now, "expires_at": now + KEPT_FOR}):
        raise Gone(draft.id)
    return replace(draft, touched_at=now, expires_at=now + KEPT_FOR)


def take_over(
    tx: Transaction, draft: Draft, staff_id: str, now: dt.datetime, assisted: Assisted | None = None
) -> Draft:
    """An agent has it in hand from now on. The resident's own browser keeps it open too."""
    taken = replace(draft, assisted_by=staff_id, assisted=assisted or draft.assisted, touched_at=now)
    tx.run(_UPDATE, {"b_id": draft.id, "assisted_by": staff_id, "sealed": _seal(taken), "touched_at": now})
    return taken


def hand_over(tx: Transaction, draft: Draft, now: dt.datetime) -> Draft:
    """Give it back to the resident, under a new code; the old one is dead."""
    code, digest = _free_code(tx)
    given = replace(draft, assisted_by=None, code=code, touched_at=now, expires_at=now + KEPT_FOR)
    tx.run(
        _UPDATE,
        {
            "b_id": draft.id,
            "assisted_by": None,
            "code_digest": digest,
            "sealed": _seal(given),
            "row_version": draft.row_version + 1,
            "touched_at": now,
            "expires_at": given.expires_at,
        },
    )
    return replace(given, row_version=draft.row_version + 1)


def cancel(tx: Transaction, draft: Draft, now: dt.datetime) -> None:
    """Clear and leave: what was answered is gone for ever. A draft that was handed in is only let go of."""
    if draft.is_open:
        _end(tx, draft.id, draft.key.id if draft.case_id is None else None, DraftState.CANCELLED, now)
    else:
        tx.run(_UPDATE, {"b_id": draft.id, "token_digest": None})


def close(tx: Transaction, draft: Draft, submission_id: SubmissionId, now: dt.datetime) -> None:
    """It has been handed in: what counted is in the submission, the rest goes. The row leads to the receipt."""
    tx.run(
        _UPDATE,
        {
            "b_id": draft.id,
            "state": DraftState.HANDED_IN.value,
            "submission_id": submission_id,
            "sealed": None,
            "code_digest": None,
            "row_version": draft.row_version + 1,
            "touched_at": now,
        },
    )


def unfinished(tx: Transaction, *, staff_id: str | None = None) -> list[Draft]:
    """Open drafts that agents have in hand (those of one, or of all), the longest untouched first."""
    query = _FOUND.where(
        drafts.c.state == DraftState.OPEN.value, drafts.c.assisted_by.is_not(None), drafts.c.practice.is_(False)
    )
    if staff_id is not None:
        query = query.where(drafts.c.assisted_by == staff_id)
    return [_draft(tx, row) for row in tx.execute(query.order_by(drafts.c.touched_at).limit(200))]


def open_in(tx: Transaction, version: str) -> list[DraftId]:
    """The open drafts that keep this version of a definition."""
    query = select(drafts.c.id).where(drafts.c.version == version, drafts.c.state == DraftState.OPEN.value)
    return [DraftId(row.id) for row in tx.execute(query.order_by(drafts.c.id))]


def move(tx: Transaction, draft: Draft, version: str, answers: Answers) -> None:
    """Let a draft that this transaction has locked go on in another version, with these answers."""
    moved = replace(draft, version=version, answers=answers, row_version=draft.row_version + 1)
    tx.execute(
        update(drafts)
        .where(drafts.c.id == draft.id)
        .values(version=version, sealed=_seal(moved), row_version=moved.row_version)
    )


def left_in_hand(tx: Transaction, before: dt.datetime, limit: int = 200) -> list[Draft]:
    """Drafts that an agent took down and nobody has touched since `before`: they become somebody's task."""
    query = _FOUND.where(
        drafts.c.state == DraftState.OPEN.value,
        drafts.c.assisted_by.is_not(None),
        drafts.c.practice.is_(False),
        drafts.c.touched_at < before,
    )
    return [_draft(tx, row) for row in tx.execute(query.order_by(drafts.c.touched_at).limit(limit))]


def expire(tx: Transaction, now: dt.datetime, limit: int = 200) -> int:
    """End drafts whose time has passed; only the times of their steps stay. Gives how many.

    A draft that an agent took down for a caller never expires: see `left_in_hand`.
    """
    query = (
        select(drafts.c.id, drafts.c.key_id, drafts.c.case_id)
        .where(drafts.c.state == DraftState.OPEN.value, drafts.c.expires_at <= now, drafts.c.assisted_by.is_(None))
        .order_by(drafts.c.expires_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = tx.execute(query).all()
    for row in rows:
        # A supplement's draft lies under its case's key, which lives on.
        _end(tx, row.id, row.key_id if row.case_id is None else None, DraftState.EXPIRED, now)
    return len(rows)


def ended_since(tx: Transaction, since: dt.datetime) -> list[DraftId]:
    """Drafts that were cleared away, or expired, since then."""
    query = select(drafts.c.id).where(drafts.c.state.in_(_ENDED), drafts.c.touched_at >= since)
    return [DraftId(row.id) for row in tx.execute(query.order_by(drafts.c.id))]


def end_again(tx: Transaction, ids: Iterable[DraftId], now: dt.datetime) -> int:
    """End those of these drafts that an old backup has brought back. Gives how many that were."""
    ended = 0
    for draft_id in sorted(ids):
        row = tx.row(_LOCK, id=draft_id)
        if row is not None and row.state == DraftState.OPEN.value:
            _end(tx, row.id, row.key_id if row.case_id is None else None, DraftState.CANCELLED, now)
            ended += 1
    return ended


_ENDED = frozenset({DraftState.CANCELLED.value, DraftState.EXPIRED.value})


def _end(tx: Transaction, draft_id: DraftId, key_id: str | None, state: DraftState, now: dt.datetime) -> None:
    tx.run(
        _UPDATE,
        {
            "b_id": draft_id,
            "state": state.value,
            "sealed": None,
            "token_digest": None,
            "code_digest": None,
            "assisted_by": None,
            "touched_at": now,
        },
    )
    attachments.remove_all(tx, draft_id)
    if key_id is not None:
        destroy_key(tx, key_id, now)


def _noted(draft: Draft, now: dt.datetime, passed: str | None, shown: str | None) -> StepTimes:
    if passed is None and shown is None:
        return draft.steps
    seconds = max(0, int((now - draft.started_at).total_seconds()))
    steps = dict(draft.steps)
    if passed is not None:
        first_shown, first_passed = steps.get(passed, (None, None))
        steps[passed] = (first_shown, seconds if first_passed is None else first_passed)
    if shown is not None and shown not in steps:
        steps[shown] = (seconds, None)
    return steps


def _free_code(tx: Transaction) -> tuple[str, str]:
    """A continue code that opens nothing yet. The unique key refuses the one in a million that two draw at once."""
    while True:
        code = codes.new_continue_code()
        digest = _code_digest(tx.keys, code)
        if tx.row(_CODE_IS_TAKEN, code=digest) is None:
            return code, digest


def _code_digest(keys: KeyRing, code: str) -> str:
    return keys.digest("continue code", code)


def _place(draft_id: DraftId) -> str:
    return f"drafts.sealed:{draft_id}"


def _seal(draft: Draft) -> bytes:
    content: dict[str, Any] = {"answers": draft.answers.to_json(), "code": draft.code}
    if draft.assisted is not None:
        content["assisted"] = draft.assisted.to_json()
    if draft.renews:
        content["renews"] = draft.renews
    return draft.key.seal(content, place=_place(draft.id))


def _draft(tx: Transaction, row: Any) -> Draft:
    key = stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)
    content: Mapping[str, Any] = {} if row.sealed is None else key.unseal(row.sealed, place=_place(row.id))
    assisted = content.get("assisted")
    return Draft(
        id=row.id,
        service=row.service,
        version=row.version,
        kind=SubmissionKind(row.kind),
        state=DraftState(row.state),
        language=row.language,
        channel=Channel(row.channel),
        practice=row.practice,
        key=key,
        answers=Answers.from_json(content["answers"]) if content else Answers(),
        code=content.get("code", ""),
        assisted=Assisted.from_json(assisted) if assisted else None,
        assisted_by=row.assisted_by,
        case_id=row.case_id,
        submission_id=row.submission_id,
        row_version=row.row_version,
        started_at=row.started_at,
        touched_at=row.touched_at,
        expires_at=row.expires_at,
        steps={step: (shown, passed) for step, (shown, passed) in row.steps.items()},
        renews=content.get("renews", ""),
    )


def _given(answers: Answers, question: str) -> list[Json]:
    """What was answered to a question, once or in each item."""
    return [
        answer.value
        for place, answer in answers.given.items()
        if place[0] == question and answer.state is AnswerState.ANSWERED and answer.value is not None
    ]


def _words(text: str) -> list[str]:
    """The words of a text; all of it where it has none. Nobody remembers their commas."""
    folded = text.casefold()
    return _WORD.findall(folded) or folded.split()


_WORD = re.compile(r"\w+")


def _alike(given: Json, value: Json) -> bool:
    if isinstance(given, str) and isinstance(value, str):
        return _words(given) == _words(value)
    return given == value


def _is_personal(question: Question) -> bool:
    return (
        question.sensitivity is not Sensitivity.NORMAL
        or question.type.tells_who
        or (question.prefill or "").startswith("person.")
        or question.autocomplete in {"name", "email", "tel"}
    )


#: What to ask for, the hardest to guess first.
_PROOFS: tuple[Callable[[Question], bool], ...] = (
    lambda question: question.only_resident_knows,
    lambda question: question.type.fact == "personal_number",
    lambda question: question.prefill == "person.name" or question.autocomplete == "name",
    lambda question: question.type.fact == "phone",
    lambda question: question.type.fact == "email",
    lambda question: question.sensitivity is not Sensitivity.NORMAL,
    _is_personal,
)
