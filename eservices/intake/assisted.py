"""Handing in for somebody else: which day counts, who entered it, and how we know who it is.

By phone and at the counter it is received when it was told, even if it is entered later. A paper is received the day
it reaches any office of the municipality, and the law gives an earlier day where it must have been there then
(FL 22 §). Both days are kept.
"""

import datetime as dt
from enum import StrEnum

from eservices.calendars import STOCKHOLM, day_of, end_of_day, is_working_day
from eservices.identity.people import Staff
from eservices.submissions.model import Assisted, Draft, HandedIn
from eservices.values import Channel


class Arrived(StrEnum):
    """How a paper came to us; whoever receives it chooses."""

    HANDED_IN = "handed_in"  #: to somebody of ours, or found in the box at a later emptying
    POST = "post"
    BOX = "box"  #: found when the box was emptied for the first time that day
    POST_SAME_DAY = "post_same_day"  #: by post, and it cannot have been sorted for us the day before


class InTheFuture(Exception):
    """Nothing can have been received later than today."""

    def __init__(self, day: dt.date):
        super().__init__(day.isoformat())
        self.day = day


def legal_day(how: str, arrived_on: dt.date) -> dt.date:
    """The day a paper counts as received, by how it came.

    Post, and what lay in the box at its first emptying, are taken to have been there the working day before (FL 22 §
    second and third paragraphs). What was handed in counts from that day.
    """
    if how not in {Arrived.POST, Arrived.BOX}:
        return arrived_on
    day = arrived_on - dt.timedelta(days=1)
    while not is_working_day(day):
        day -= dt.timedelta(days=1)
    return day


def handed_in(
    draft: Draft,
    staff: Staff,
    *,
    now: dt.datetime,
    channel: Channel | None = None,
    language: str | None = None,
    declared: tuple[str, ...] = (),
) -> HandedIn:
    """What an agent's entry says of itself. The agent is `entered_by`, and never taken for the applicant.

    Channel and language are the draft's unless the person has turned to another. Raises `InTheFuture`.
    """
    assisted = draft.assisted or Assisted()
    channel = channel or draft.channel
    at, on = _received(assisted, channel, now)
    return HandedIn.assisted(
        assisted,
        channel=channel,
        language=language or draft.language,
        at=at,
        on=on,
        entered_by=staff.id,
        declared=declared,
    )


def _received(assisted: Assisted, channel: Channel, now: dt.datetime) -> tuple[dt.datetime, dt.date]:
    today = day_of(now)
    arrived_on = assisted.arrived_on or today
    if arrived_on > today:
        raise InTheFuture(arrived_on)
    on = legal_day(assisted.arrived_how if channel is Channel.PAPER else Arrived.HANDED_IN, arrived_on)
    if on < arrived_on:  # the register has it on the day that counts, as all else that came with that post
        return end_of_day(on), on
    # Nobody notes the minute of an earlier day; noon stands for it.
    noon = dt.datetime.combine(arrived_on, dt.time(12), STOCKHOLM).astimezone(dt.UTC)
    return now if arrived_on == today else noon, on
