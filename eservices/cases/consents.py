"""What somebody agreed to, and who was let speak for them, as it was handed in; and taking it back again.

What was given stands in the submission, which is never changed. That it was taken back is an entry in the journal.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from eservices import journal
from eservices.cases import store
from eservices.cases.changing import note_entry
from eservices.cases.model import Case, CaseId, NotAllowed
from eservices.identity.people import Actor
from eservices.journal import Entry
from eservices.storage.database import Transaction
from eservices.submissions import store as submissions
from eservices.submissions.model import Submission, SubmissionKind
from eservices.values import Channel

TAKEN_BACK = "consent_withdrawn"


class Given(StrEnum):
    CONSENT = "consent"  #: to what was read out
    MANDATE = "mandate"  #: somebody may speak for the applicant


@dataclass(frozen=True, slots=True)
class Consent:
    """One consent or mandate, and until when it holds: `until` is its last day, None until it is taken back."""

    submission_id: str
    given: Given
    text: str  #: a consent: what was read out, in `language`
    who: str  #: a mandate: who speaks
    speaks_as: str
    basis: str  #: how we know that they may
    at: dt.datetime
    language: str
    channel: Channel
    until: dt.date | None
    taken_back_at: dt.datetime | None

    def holds(self, today: dt.date) -> bool:
        return self.taken_back_at is None and (self.until is None or today <= self.until)


def of_case(tx: Transaction, case: Case) -> list[Consent]:
    """Everything given in a case, the first first."""
    return given_in(submissions.of_case(tx, case.id), journal.of_case(tx, case.id, case.key, shared_only=True))


def given_in(handed_in: Sequence[Submission], entries: Sequence[Entry]) -> list[Consent]:
    """The same, of what has been read already."""
    back = {
        (entry.content.get("submission"), entry.content.get("given")): entry.at
        for entry in entries
        if entry.kind == TAKEN_BACK
    }
    return [
        _consent(submission, given, back.get((submission.id, given.value)))
        for submission in handed_in
        for given in _kinds(submission)
    ]


def take_back(
    tx: Transaction, case_id: CaseId, submission_id: str, given: Given, *, actor: Actor, now: dt.datetime
) -> None:
    """The person takes it back, by any channel; what was done while it held stays done. A second time changes nothing.

    Raises `NotAllowed` where nothing of the kind was given.
    """
    case = store.lock(tx, case_id)
    found = [one for one in of_case(tx, case) if (one.submission_id, one.given) == (submission_id, given)]
    if not found:
        raise NotAllowed("take back a consent", case.status)
    if found[0].taken_back_at is None:
        content = {"submission": submission_id, "given": given.value}
        note_entry(tx, case, actor, TAKEN_BACK, now, shared=True, content=content)


def _kinds(submission: Submission) -> Iterator[Given]:
    if submission.kind is SubmissionKind.SIGNATURE:  # has a reason where others have a consent
        return
    if submission.consent:
        yield Given.CONSENT
    if submission.helper or submission.speaks_as:
        yield Given.MANDATE


def _consent(submission: Submission, given: Given, taken_back_at: dt.datetime | None) -> Consent:
    speaks = given is Given.MANDATE
    return Consent(
        submission_id=submission.id,
        given=given,
        text="" if speaks else submission.consent,
        who=submission.helper if speaks else "",
        speaks_as=submission.speaks_as if speaks else "",
        basis=submission.mandate if speaks else "",
        at=submission.recorded_at,
        language=submission.language,
        channel=submission.channel,
        until=submission.consent_until,
        taken_back_at=taken_back_at,
    )
