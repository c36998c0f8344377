"""Signatures that a case waits for: one for each co-signer, asked, answered, or given up with a reason.

Says who has answered what; the handing-in of an answer is `intake.cosigning`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from eservices.cases import store
from eservices.cases.model import Case, CaseId
from eservices.cases.tables import cases, parties, signatures
from eservices.storage.database import Transaction
from eservices.storage.prepared import Prepared

#: The role of a party that only signs: it follows nothing but its own page.
COSIGNER = "cosigner"


class SignatureState(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"  #: an answer with a reason, never a wait


@dataclass(frozen=True, slots=True)
class Signature:
    """What one co-signer was asked, and has answered. `step` and `item` say which part of the answers is theirs."""

    id: str
    case_id: CaseId
    party_id: str
    step: str
    item: int | None
    state: SignatureState
    asked_at: dt.datetime
    reminded_at: dt.datetime | None
    answered_at: dt.datetime | None
    submission_id: str | None
    reason: str = ""


_INSERT = Prepared(insert(signatures))
_OF_CASE = Prepared(
    select(signatures)
    .where(signatures.c.case_id == bindparam("case_id"))
    .order_by(signatures.c.asked_at, signatures.c.step, signatures.c.item)
)
_UPDATE = Prepared(update(signatures).where(signatures.c.id == bindparam("b_id")))
_TO_REMIND = Prepared(
    select(signatures.c.id, signatures.c.case_id)
    .join(cases, cases.c.id == signatures.c.case_id)
    .where(
        signatures.c.state == SignatureState.ASKED.value,
        signatures.c.asked_at <= bindparam("before"),
        signatures.c.reminded_at.is_(None),
        cases.c.open,
    )
    .order_by(signatures.c.asked_at)
    .limit(bindparam("most"))
)
_BY_CODE = Prepared(
    select(parties.c.id, parties.c.case_id)
    .join(cases, cases.c.id == parties.c.case_id)
    .where(
        parties.c.code_digest == bindparam("digest"),
        cases.c.number == bindparam("number"),
        parties.c.role == COSIGNER,
    )
)


def add(tx: Transaction, case: Case, signature: Signature) -> None:
    """Write one that is asked for."""
    tx.run(
        _INSERT,
        {
            "id": signature.id,
            "case_id": case.id,
            "party_id": signature.party_id,
            "step": signature.step,
            "item": signature.item,
            "state": signature.state.value,
            "asked_at": signature.asked_at,
            "answered_at": signature.answered_at,
        },
    )


def answer(
    tx: Transaction,
    case: Case,
    signature: Signature,
    state: SignatureState,
    *,
    at: dt.datetime,
    reason: str,
    submission_id: str | None,
) -> None:
    """Write what was answered; the case is locked."""
    sealed = case.key.seal({"reason": reason}, place=_place(signature.id)) if reason else None
    values: dict[str, Any] = {"state": state.value, "answered_at": at, "submission_id": submission_id}
    tx.run(_UPDATE, {"b_id": signature.id, "sealed": sealed, **values})


def note_reminded(tx: Transaction, signature: Signature, at: dt.datetime) -> None:
    tx.run(_UPDATE, {"b_id": signature.id, "reminded_at": at})


def of_case(tx: Transaction, case: Case) -> list[Signature]:
    """Every signature of the case, in the order they were asked."""
    return [_signature(case, row) for row in tx.rows(_OF_CASE, case_id=case.id)]


def to_remind(tx: Transaction, *, before: dt.datetime, most: int) -> Mapping[str, CaseId]:
    """Signature -> case, of those asked before this and neither answered nor reminded of."""
    return {row.id: row.case_id for row in tx.rows(_TO_REMIND, before=before, most=most)}


def code_opens(tx: Transaction, number: str, code: str) -> tuple[CaseId, str] | None:
    """The case and the co-signer that number and code name together, as `codes` reads them; None for any mismatch."""
    row = tx.row(_BY_CODE, digest=store.follow_digest(tx.keys, number, code), number=number)
    return None if row is None else (row.case_id, row.id)


def _place(signature_id: str) -> str:
    return f"signatures.sealed:{signature_id}"


def _signature(case: Case, row: Any) -> Signature:
    reason = case.key.unseal(row.sealed, place=_place(row.id))["reason"] if row.sealed else ""
    return Signature(
        id=row.id,
        case_id=row.case_id,
        party_id=row.party_id,
        step=row.step,
        item=row.item,
        state=SignatureState(row.state),
        asked_at=row.asked_at,
        reminded_at=row.reminded_at,
        answered_at=row.answered_at,
        submission_id=row.submission_id,
        reason=reason,
    )
