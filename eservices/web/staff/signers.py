"""Those who must sign beside the applicant, as staff see them: who, where it stands, and for what reason."""

from dataclasses import dataclass

from eservices.cases import signing, store
from eservices.cases.model import Case
from eservices.cases.signing import SignatureState
from eservices.language import N_
from eservices.storage.database import Transaction
from eservices.web.i18n import plain
from eservices.web.staff.telling import tell

#: Where a signature stands.
STATES = {
    SignatureState.ASKED: N_("Har inte svarat än"),
    SignatureState.CONFIRMED: N_("Har godkänt"),
    SignatureState.REFUSED: N_("Har sagt nej"),
    SignatureState.UNREACHABLE: N_("Gick inte att nå"),
}


@dataclass(frozen=True, slots=True)
class Signer:
    """One of them. `waits` while an answer can still be taken."""

    party_id: str
    name: str
    state: str
    day: str
    reason: str
    waits: bool


def signers_of(tx: Transaction, case: Case) -> tuple[Signer, ...]:
    """Everybody who has been asked to sign, in the order they were asked."""
    asked = signing.of_case(tx, case)
    if not asked:
        return ()
    names = {party.id: party.name for party in store.parties_of(tx, case)}
    return tuple(
        Signer(
            party_id=one.party_id,
            name=names.get(one.party_id, ""),
            state=plain(STATES[one.state]),
            day=tell().day_of(one.answered_at or one.asked_at),
            reason=one.reason,
            waits=case.open and one.submission_id is None,
        )
        for one in asked
    )
