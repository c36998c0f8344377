"""Fills a demo with made-up people and their cases, through the same doors as everybody: drafts, and the handing-in."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from eservices.calendars import FixedClock, SystemClock, day_of
from eservices.definitions.library import Library
from eservices.definitions.model import Service
from eservices.demo import history, inventing, multiplying
from eservices.demo.accounts import make_accounts
from eservices.demo.history import Pace
from eservices.identity import accounts
from eservices.identity.people import Staff
from eservices.intake.submit import hand_in
from eservices.journey.answers import Origin
from eservices.settings import Settings
from eservices.storage.database import Database, Transaction
from eservices.submissions import drafts
from eservices.submissions.model import Assisted, HandedIn, ReceiptBy, Submission
from eservices.values import Channel, IdentityBasis

#: How requests come in, for each hundred.
_CHANNELS = ((Channel.WEB, 58), (Channel.PHONE, 26), (Channel.COUNTER, 9), (Channel.EMAIL, 7))

#: More than so many are copies: a hand-in takes milliseconds, and a million of them hours.
_THROUGH_THE_DOORS = 1_000

#: How far back those lie that are copied further back.
_RECENT = 60

#: Half of the cases of a service are decided within so many days; each service has its own pace.
_USUAL_DAYS = (4, 12)

#: Every so manieth service treats its callers worse, where a gap is asked for.
_EVERY = 3


@dataclass(frozen=True)
class _Stage:
    """Where the play takes place, and who works there."""

    services: Sequence[Service]
    agent: Staff
    officer: Staff


def fill(settings: Settings, count: int, seed: int, *, days: int = 21, gap_percent: int = 0) -> int:
    """Make `count` cases of the last `days`; the same seed, day and definitions give the same ones.

    With `gap_percent` those who do not use the web wait so much longer in every third service: the gap that the
    monitor should find. The first thousand go through the ordinary doors; any more are copies of those
    (`demo.multiplying`). Gives how many cases were made. Raises `ValueError` outside a demo.
    """
    make_accounts(settings)
    database = Database.of(settings)
    doors = min(count, _THROUGH_THE_DOORS)
    recent = days if doors == count else min(days, _RECENT)
    _through_the_doors(settings, database, doors, seed, days=recent, gap_percent=gap_percent)
    if count > doors:
        multiplying.multiply(database, cases=count - doors, seed=seed, days=days)
    database.dispose()
    return count


def _through_the_doors(
    settings: Settings, database: Database, count: int, seed: int, *, days: int, gap_percent: int
) -> None:
    library = Library(settings.forms_dirs)
    offered = [service for service in library.services.values() if service.status in {"active", "pilot"}]
    chance = random.Random(seed)  # noqa: S311 made-up people, nothing secret
    now = SystemClock().now()
    moments = sorted(now - dt.timedelta(minutes=chance.randrange(5, days * 24 * 60)) for _ in range(count))
    with database.read() as tx:
        staff = {account.staff.username: account.staff for account in accounts.list_staff(tx)}
    paces = {
        service.id: Pace(chance.uniform(*_USUAL_DAYS), 1.0 if place % _EVERY else 1 + gap_percent / 100)
        for place, service in enumerate(offered)
    }
    stage = _Stage(offered, staff["agent"], staff["officer"])
    for moment in moments:
        with database.transaction() as tx:
            submission = hand_something_in(tx, chance.choice(offered), chance, moment, stage.agent)
            history.live(tx, submission, paces[submission.service], chance, officer=stage.officer, now=now)


def hand_something_in(
    tx: Transaction, service: Service, chance: random.Random, moment: dt.datetime, agent: Staff
) -> Submission:
    """One made-up resident hands one service in, by one of the ways, at `moment`."""
    channel = chance.choices([way for way, _ in _CHANNELS], [share for _, share in _CHANNELS])[0]
    language = "sv" if channel is not Channel.WEB else chance.choices(("sv", "en"), (9, 1))[0]
    if language not in service.languages:
        language = "sv"
    assisted = None if channel is Channel.WEB else Assisted(_basis(channel), receipt_by=ReceiptBy.NONE)
    draft = drafts.start(
        tx,
        service,
        language=language,
        channel=channel,
        now=moment - dt.timedelta(minutes=chance.randrange(3, 12)),
        assisted_by=agent.id if assisted else None,
        assisted=assisted,
    )
    origin = Origin(channel, moment.isoformat(timespec="seconds"), agent.id if assisted else None)
    answers = inventing.answers(service, chance, origin=origin, today=day_of(moment))
    steps = _gone_through(service, chance, (moment - draft.started_at).total_seconds())
    draft = drafts.keep(tx, replace(draft, steps=steps), answers, now=moment)
    declared = tuple(declaration.id for declaration in service.declarations)
    if assisted is None:
        handed = HandedIn.on_the_web(at=moment, language=language, declared=declared)
    else:
        handed = HandedIn.assisted(
            assisted,
            channel=channel,
            language=language,
            at=moment,
            on=day_of(moment),
            entered_by=agent.id,
            declared=declared,
        )
    return hand_in(tx, draft, handed, FixedClock(moment))


def _gone_through(service: Service, chance: random.Random, seconds: float) -> dict[str, tuple[int | None, int | None]]:
    """When each page was seen and left, so that all of it took `seconds`."""
    pages = [*(step.id for step in service.steps), "check"]
    shares = [chance.uniform(0.5, 2) for _ in pages]
    marks = [round(seconds * sum(shares[:place]) / sum(shares)) for place in range(len(pages) + 1)]
    return {page: (start, end) for page, start, end in zip(pages, marks, marks[1:], strict=False)}


def _basis(channel: Channel) -> IdentityBasis:
    return IdentityBasis.SHOWN_ID if channel is Channel.COUNTER else IdentityBasis.STATED
