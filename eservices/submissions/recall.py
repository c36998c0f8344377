"""Calling a faulty version back: its open drafts go on in the version that is served now, where their answers fit."""

import datetime as dt
from dataclasses import dataclass

from eservices.calendars import day_of
from eservices.definitions.model import Service
from eservices.journey.recalling import carry_over
from eservices.storage.database import Transaction
from eservices.submissions import drafts, pinned
from eservices.submissions.model import DraftState


@dataclass(frozen=True, slots=True)
class Recalled:
    """How many drafts moved, in how many of them something must be looked at again, and how many answers no longer
    fit anywhere."""

    moved: int = 0
    look_again: int = 0
    lost: int = 0


def recall(tx: Transaction, version: str, new: Service, now: dt.datetime) -> Recalled:
    """Move every open draft of `version` to `new`. Doing it again changes nothing. Raises `pinned.UnknownVersion`."""
    old = pinned.service(tx, version)
    if old.version == new.version:
        return Recalled()
    moved = look_again = lost = 0
    for draft_id in drafts.open_in(tx, version):
        draft = drafts.lock(tx, draft_id)
        if draft.state is not DraftState.OPEN or draft.version != version:
            continue
        pinned.keep(tx, new, draft.language, now)
        carried = carry_over(old, new, draft.answers, day_of(now))
        drafts.move(tx, draft, new.version, carried.answers)
        moved, look_again, lost = moved + 1, look_again + carried.look_again, lost + len(carried.lost)
    return Recalled(moved, look_again, lost)
