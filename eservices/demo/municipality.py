"""Fills a demo with made-up people and their cases, through the same doors as everybody: drafts, and the handing-in."""

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass

from eservices.calendars import FixedClock, SystemClock, day_of
from eservices.cases import acts
from eservices.cases.store import by_id
from eservices.definitions.library import Library
from eservices.definitions.model import Service
from eservices.demo import inventing
from eservices.demo.accounts import make_accounts
from eservices.identity import accounts
from eservices.identity.people import Actor, Staff
from eservices.intake.submit import hand_in
from eservices.journey.answers import Origin
from eservices.settings import Settings
from eservices.storage.database import Database, Transaction
from eservices.submissions import drafts
from eservices.submissions.model import Assisted, HandedIn, ReceiptBy, Submission
from eservices.values import Channel, IdentityBasis

#: How requests come in, for each hundred.
_CHANNELS = ((Channel.WEB, 58), (Channel.PHONE, 26), (Channel.COUNTER, 9), (Channel.EMAIL, 7))

#: Cases lie spread over so many days back.
_DAYS_BACK = 21


@dataclass(frozen=True)
class _Stage:
    """Where the play takes place, and who works there."""

    services: Sequence[Service]
    agent: Staff
    officer: Staff


def fill(settings: Settings, count: int, seed: int) -> int:
    """Make `count` cases; the same seed, day and definitions give the same ones. Gives how many were made.

    Raises `ValueError` outside a demo.
    """
    make_accounts(settings)
    database = Database.of(settings)
    library = Library(settings.forms_dirs)
    offered = [service for service in library.services.values() if service.status in {"active", "pilot"}]
    chance = random.Random(seed)  # noqa: S311 made-up people, nothing secret
    now = SystemClock().now()
    moments = sorted(now - dt.timedelta(minutes=chance.randrange(5, _DAYS_BACK * 24 * 60)) for _ in range(count))
    with database.read() as tx:
        staff = {account.staff.username: account.staff for account in accounts.list_staff(tx)}
    stage = _Stage(offered, staff["agent"], staff["officer"])
    for moment in moments:
        with database.transaction() as tx:
            submission = hand_something_in(tx, chance.choice(offered), chance, moment, stage.agent)
            _perhaps_work_on_it(tx, submission, chance, moment, stage.officer)
    database.dispose()
    return count


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
    draft = drafts.keep(tx, draft, answers, now=moment)
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


def _basis(channel: Channel) -> IdentityBasis:
    return IdentityBasis.SHOWN_ID if channel is Channel.COUNTER else IdentityBasis.STATED


def _perhaps_work_on_it(
    tx: Transaction, submission: Submission, chance: random.Random, moment: dt.datetime, officer: Staff
) -> None:
    """Some cases have been taken in hand, as in any queue."""
    if chance.random() < 0.5:  # noqa: PLR2004 about every other
        return
    case = by_id(tx, submission.case_id)
    if case is None:
        raise LookupError(submission.case_id)
    actor = Actor.of_staff(officer, Channel.WEB)
    acts.claim(
        tx, case.id, actor=actor, expected=case.row_version, now=moment + dt.timedelta(hours=chance.randrange(1, 30))
    )
