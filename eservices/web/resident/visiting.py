"""The drafts of the browser at hand: found by its secret, and nobody else's."""

import contextlib
import datetime as dt

from eservices.definitions.model import Question
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned
from eservices.submissions.model import Draft
from eservices.web import security
from eservices.web.house import house

_REST = dt.timedelta(hours=2)


def current_draft(tx: Transaction, service: str) -> Draft | None:
    """This visitor's draft of a service, or None; also once it has been handed in, for then it leads to the receipt.

    The receipt has an end of its own: whose turn at the computer it is later nobody knows, and number and code open the
    case. An open draft rests as long as it is kept; what is personal in it, `question_after_rest` keeps.
    """
    visitor = security.known_visitor()
    if visitor is None:
        return None
    return _unless_long_sent(drafts.by_token(tx, drafts.token(tx.keys, visitor, service)))


def locked_draft(tx: Transaction, service: str) -> Draft | None:
    """The same, and nobody else writes it before this transaction ends."""
    visitor = security.known_visitor()
    if visitor is None:
        return None
    return _unless_long_sent(drafts.lock_by_token(tx, drafts.token(tx.keys, visitor, service)))


def _unless_long_sent(draft: Draft | None) -> Draft | None:
    if draft is None or draft.is_open:
        return draft
    longest = dt.timedelta(hours=house().settings.receipt_rest_hours)
    return None if house().clock.now() - draft.touched_at > longest else draft


def question_after_rest(tx: Transaction, draft: Draft) -> Question | None:
    """What is asked before a draft with personal answers is shown again that nobody has touched for a while.

    A browser at the library may have been left open, or have brought its pages back, for somebody else.
    """
    if not draft.is_open or house().clock.now() - draft.touched_at < _REST:
        return None
    return drafts.proof_question(pinned.service(tx, draft.version), draft)


def new_token(tx: Transaction, service: str) -> str:
    """Under what the draft that is begun or opened now will be found: a new secret.

    What this browser has open of other services follows to it; what it knew before opens nothing any more.
    """
    known = security.known_visitor()
    secret = security.begin_anew()
    if known is not None:
        others = [drafts.token(tx.keys, known, other) for other in house().library.services if other != service]
        for draft in drafts.open_under(tx, others):
            with contextlib.suppress(drafts.Gone):  # sent meanwhile: its receipt is found by number and code
                drafts.adopt(tx, draft, drafts.token(tx.keys, secret, draft.service), house().clock.now())
    return drafts.token(tx.keys, secret, service)
