"""Practising: a service filled in from start to end with nothing handed in, for those who want to try before they dare.

A practice draft is refused wherever something is handed in. It ends here: what a real one would be told is told, and
then all that was written is gone. There is no case, no item, nothing in the figures.
"""

from eservices.calendars import Clock
from eservices.intake.submit import NotReady, remaining_of
from eservices.journey.path import walk
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned
from eservices.submissions.model import Draft, HandedIn


def end(tx: Transaction, draft: Draft, handed_in: HandedIn, clock: Clock) -> None:
    """The practice is done, and its draft gone. Raises `NotReady` as a real one would."""
    if not draft.practice:
        raise ValueError(f"{draft.id} is no practice")
    here = walk(pinned.service(tx, draft.version), draft.answers)
    if remaining := remaining_of(here, handed_in, clock.today()):
        raise NotReady(remaining)
    drafts.cancel(tx, draft, clock.now())
