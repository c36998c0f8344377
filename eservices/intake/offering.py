"""Whether a service is offered on a day: its life-cycle, its opening period, and the moment that ends it for everybody.

A period ends at the same moment for every channel: the contact centre's next closing after the last day. So whoever
left a message on the last evening can be rung back in time, and whoever uses the web has exactly as long. Pure.
"""

import datetime as dt

from eservices.calendars import OpeningHours, day_of, end_of_day, start_of_day
from eservices.definitions.model import Lifecycle, Opening, Service

#: Stages in the order of life; a service never goes back by itself.
_ORDER = tuple(Lifecycle)

#: In which stages a new draft may be begun.
_BEGUN = frozenset({Lifecycle.PILOT, Lifecycle.ACTIVE, Lifecycle.SUNSET})

#: Longer than any contact centre stays closed.
_DAYS_AHEAD = 30


class NotOpen(Exception):
    """It cannot be handed in now. The answers stay as they are; `opens_on` is None when the period is over."""

    def __init__(self, *, opens_on: dt.date | None = None, closed_at: dt.datetime | None = None):
        super().__init__(f"opens on {opens_on}" if opens_on else f"closed at {closed_at}")
        self.opens_on = opens_on
        self.closed_at = closed_at


def stage(service: Service, today: dt.date) -> Lifecycle:
    """Where the service stands today: as written, or further on where a date of its life has come."""
    life = service.life
    begins = {
        Lifecycle.PILOT: life.pilot_from,
        Lifecycle.ACTIVE: life.active_from,
        Lifecycle.SUNSET: life.sunset_from,
        Lifecycle.CLOSED: life.closed_from,
    }
    reached = [Lifecycle(service.status), *(one for one, day in begins.items() if day is not None and day <= today)]
    return max(reached, key=_ORDER.index)


def closes_at(opening: Opening | None, hours: OpeningHours) -> dt.datetime | None:
    """The first moment at which it is too late, in every channel; None where no last day is set."""
    if opening is None or opening.closes is None:
        return None
    after = (opening.closes + dt.timedelta(days=days) for days in range(1, _DAYS_AHEAD))
    closings = (hours.closes_at(day) for day in after)
    return next((closing for closing in closings if closing is not None), end_of_day(opening.closes))


def why_not_open(opening: Opening | None, at: dt.datetime, hours: OpeningHours) -> NotOpen | None:
    """What keeps something given to us at `at` from being handed in, or None."""
    if opening is not None and opening.opens is not None and at < start_of_day(opening.opens):
        return NotOpen(opens_on=opening.opens)
    closing = closes_at(opening, hours)
    return NotOpen(closed_at=closing) if closing is not None and at > closing else None


def may_begin(service: Service, at: dt.datetime, hours: OpeningHours) -> bool:
    """Whether a new draft may be begun. What was begun may be finished, as long as its page says it is kept."""
    return stage(service, day_of(at)) in _BEGUN and why_not_open(service.opening, at, hours) is None


def may_be_taken_down(service: Service, today: dt.date) -> bool:
    """Whether an agent may take it down: a paper that comes after the period is registered too."""
    return stage(service, today) in _BEGUN


def is_listed(service: Service, today: dt.date, *, lot: int) -> bool:
    """Whether the catalogue shows it to a visitor who has drawn this `lot` (0 to 99): a pilot is offered to a share."""
    now = stage(service, today)
    return now in {Lifecycle.ACTIVE, Lifecycle.SUNSET} or (now is Lifecycle.PILOT and lot < service.life.share)
