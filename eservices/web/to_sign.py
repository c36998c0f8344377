"""What a co-signer is shown, on their own page and by an agent alike: who asks, what for, and only their part of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from eservices.cases import signing, store
from eservices.cases.model import Case
from eservices.cases.signing import Signature
from eservices.journey.cosigning import what_they_see
from eservices.journey.path import walk
from eservices.journey.summary import Section, summary_of
from eservices.language import Words
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.submissions import store as submissions
from eservices.submissions.model import SubmissionKind


@dataclass(frozen=True, slots=True)
class ToSign:
    """One co-signer's part of a case, in one language. `asked_by` is empty where the applicant is protected."""

    case: Case
    signature: Signature
    name: str
    title: str
    asked_by: str
    sections: Sequence[Section]
    text: str = ""  #: what their yes means, in the author's words

    @property
    def waits(self) -> bool:
        """Whether an answer can still be given."""
        return self.case.open and self.signature.submission_id is None


def to_sign(tx: Transaction, case_id: str, party_id: str, words: Words) -> ToSign | None:
    """The part of this co-signer, or None where nobody has asked them."""
    case = store.by_id(tx, case_id)
    if case is None:
        return None
    signature = next((one for one in signing.of_case(tx, case) if one.party_id == party_id), None)
    if signature is None:
        return None
    parties = store.parties_of(tx, case)
    party = next(one for one in parties if one.id == party_id)
    protected = case.protected or parties[0].protected
    service = pinned.service(tx, case.version)
    texts = pinned.texts(tx, case.version, words.language)
    asking = service.cosigners_at(signature.step)
    return ToSign(
        case=case,
        signature=signature,
        name=party.name,
        title=texts.get(service.title),
        asked_by="" if protected else case.name,
        sections=_sections(tx, case, signature, words, protected=protected),
        text=texts.get(asking.text) if asking is not None and asking.text is not None else "",
    )


def _sections(tx: Transaction, case: Case, signature: Signature, words: Words, *, protected: bool) -> Sequence[Section]:
    """Their part of the answers."""
    first = next(one for one in submissions.of_case(tx, case.id) if one.kind is SubmissionKind.INITIAL)
    here = walk(pinned.service(tx, case.version), first.answers)
    may_see = what_they_see(here, signature.step, signature.item, protected=protected)
    return summary_of(here, may_see, pinned.texts(tx, case.version, words.language), words)
