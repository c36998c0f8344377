"""Submissions in and out of the database. They are added and read, never changed."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from eservices.journey.answers import Answers, Place
from eservices.storage import keys as stored_keys
from eservices.storage.database import Transaction
from eservices.storage.keys import data_keys
from eservices.storage.prepared import Prepared
from eservices.storage.sealing import DataKey
from eservices.submissions.model import DraftState, Submission, SubmissionId, SubmissionKind
from eservices.submissions.tables import drafts, submissions
from eservices.values import Channel, IdentityBasis

# A submission lies under its draft's key, which is its case's key.
_FOUND = (
    select(submissions, data_keys.c.id.label("key_id"), *stored_keys.WRAPPED)
    .join(drafts, drafts.c.id == submissions.c.draft_id)
    .join(data_keys, data_keys.c.id == drafts.c.key_id)
)
_BY_ID = Prepared(_FOUND.where(submissions.c.id == bindparam("id")))
_OF_CASE = Prepared(
    _FOUND.where(submissions.c.case_id == bindparam("case_id")).order_by(submissions.c.recorded_at, submissions.c.id)
)
_INSERT = Prepared(insert(submissions))
_INSERT_DRAFT = Prepared(insert(drafts))
_LEADS_TO = Prepared(update(drafts).where(drafts.c.id == bindparam("b_id")))


class UnknownSubmission(Exception):
    """There is no submission with this id."""


def add(tx: Transaction, submission: Submission, key: DataKey) -> None:
    """Write it, under its case's key. A second one for the same draft is refused by the unique key."""
    content: dict[str, Any] = {
        "answers": submission.answers.to_json(),
        "dropped": submission.dropped,
        "missing": submission.missing,
        "declared": submission.declared,
        "consent": submission.consent,
        "helper": submission.helper,
    }
    if submission.entered_by is not None:  # whoever writes it down says for whom, and for how long
        content |= {
            "consent_until": submission.consent_until.isoformat() if submission.consent_until else None,
            "speaks_as": submission.speaks_as,
            "mandate": submission.mandate,
        }
    if submission.about:
        content |= {"about": submission.about, "body": submission.body}
    tx.run(
        _INSERT,
        {
            "id": submission.id,
            "draft_id": submission.draft_id,
            "case_id": submission.case_id,
            "service": submission.service,
            "version": submission.version,
            "kind": submission.kind.value,
            "channel": submission.channel.value,
            "language": submission.language,
            "entered_by": submission.entered_by,
            "identity_basis": submission.identity_basis.value,
            "received_at": submission.received_at,
            "received_on": submission.received_on,
            "arrived_on": submission.arrived_on,
            "arrived_how": submission.arrived_how or None,
            "recorded_at": submission.recorded_at,
            "first_tried_at": submission.first_tried_at,
            "sealed": key.seal(content, place=_place(submission.id)),
        },
    )


def add_to_case(tx: Transaction, submission: Submission, key: DataKey) -> None:
    """Write something handed in for a case that is there already, without a draft to fill in first.

    It gets the row of a draft all the same, handed in at once: a submission lies under its draft's key, and this one
    under its case's.
    """
    at = submission.recorded_at
    tx.run(
        _INSERT_DRAFT,
        {
            "id": submission.draft_id,
            "service": submission.service,
            "version": submission.version,
            "kind": submission.kind.value,
            "state": DraftState.HANDED_IN.value,
            "language": submission.language,
            "channel": submission.channel.value,
            "practice": False,
            "key_id": key.id,
            "case_id": submission.case_id,
            "started_at": at,
            "touched_at": at,
            "expires_at": at,
            "steps": {},
        },
    )
    add(tx, submission, key)
    tx.run(_LEADS_TO, {"b_id": submission.draft_id, "submission_id": submission.id})


def get(tx: Transaction, submission_id: SubmissionId) -> Submission:
    """What was handed in, as it was. Raises `UnknownSubmission`."""
    row = tx.row(_BY_ID, id=submission_id)
    if row is None:
        raise UnknownSubmission(submission_id)
    return _submission(tx, row)


def of_case(tx: Transaction, case_id: str) -> list[Submission]:
    """Everything handed in for a case, the first first."""
    found = [_submission(tx, row) for row in tx.rows(_OF_CASE, case_id=case_id)]
    return sorted(found, key=lambda one: one.kind is not SubmissionKind.INITIAL)  # of one moment, the first is first


def unsealed(key: DataKey, submission_id: SubmissionId, sealed: bytes) -> Mapping[str, Any]:
    """The sealed content of a row that another query has brought along."""
    content: Mapping[str, Any] = key.unseal(sealed, place=_place(submission_id))
    return content


def places_of(rows: Any) -> tuple[Place, ...]:
    """Places as JSON keeps them."""
    return tuple((question, item) for question, item in rows)


def _place(submission_id: SubmissionId) -> str:
    return f"submissions.sealed:{submission_id}"


def _submission(tx: Transaction, row: Any) -> Submission:
    key = stored_keys.opened(tx, row.key_id, row.ring_id, row.wrapped)
    content = unsealed(key, row.id, row.sealed)
    return Submission(
        id=row.id,
        draft_id=row.draft_id,
        case_id=row.case_id,
        service=row.service,
        version=row.version,
        kind=SubmissionKind(row.kind),
        channel=Channel(row.channel),
        language=row.language,
        entered_by=row.entered_by,
        identity_basis=IdentityBasis(row.identity_basis),
        received_at=row.received_at,
        received_on=row.received_on,
        recorded_at=row.recorded_at,
        first_tried_at=row.first_tried_at,
        answers=Answers.from_json(content["answers"]),
        dropped=places_of(content["dropped"]),
        missing=places_of(content["missing"]),
        declared=tuple(content["declared"]),
        consent=content["consent"],
        helper=content["helper"],
        arrived_on=row.arrived_on,
        arrived_how=row.arrived_how or "",
        consent_until=dt.date.fromisoformat(until) if (until := content.get("consent_until")) else None,
        speaks_as=content.get("speaks_as", ""),
        mandate=content.get("mandate", ""),
        about=content.get("about", ""),
        body=content.get("body", ""),
    )
