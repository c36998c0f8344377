"""Codes may be mistyped, not guessed: who is wrong too often waits, and nobody else waits for it.

Only wrong tries are counted, and never against the code or the number that was tried: else anybody could shut its owner
out. A network that has used up its own tries is told so before anything is looked up. When wrong tries come from very
many networks at once, each of those has but one; a network without a wrong try always gets in.
"""

import datetime as dt

from eservices.identity import limits
from eservices.storage.database import Transaction
from eservices.web import security
from eservices.web.house import house

_AN_HOUR = dt.timedelta(hours=1)
_EVERYWHERE = "everywhere"
_PROOFS_PER_HOUR = 10


def may_try(tx: Transaction, kind: str) -> bool:
    """Whether this caller may try another code of this kind now."""
    if security.is_spared():
        return True
    settings, now, network = house().settings, house().clock.now(), security.network()
    if limits.is_full(tx, (kind, network), settings.code_tries_per_hour, _AN_HOUR, now):
        return False
    if not limits.is_full(tx, (kind, _EVERYWHERE), settings.code_tries_everywhere, _AN_HOUR, now):
        return True
    return not limits.is_full(tx, (kind, network), 1, _AN_HOUR, now)


def may_prove(tx: Transaction, draft_id: str) -> bool:
    """Whether the answer that goes with a continue code may be tried again: whoever knows the code knows it too.

    Counted for the draft, from wherever it is tried: that shuts out nobody but somebody who has the code.
    """
    return not limits.is_full(tx, ("proof", draft_id), _PROOFS_PER_HOUR, _AN_HOUR, house().clock.now())


def was_no_proof(tx: Transaction, draft_id: str) -> None:
    """Count an answer that did not fit."""
    limits.hit(tx, ("proof", draft_id), _PROOFS_PER_HOUR, _AN_HOUR, house().clock.now())


def was_wrong(tx: Transaction, kind: str) -> None:
    """Count a try that failed. It stands only if the caller commits."""
    if security.is_spared():
        return
    settings, now = house().settings, house().clock.now()
    limits.hit(tx, (kind, security.network()), settings.code_tries_per_hour, _AN_HOUR, now)
    limits.hit(tx, (kind, _EVERYWHERE), settings.code_tries_everywhere, _AN_HOUR, now)
