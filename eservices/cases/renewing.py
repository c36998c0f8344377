"""Renewing what was granted for a time: the answers of last time, as they stand now, and which case they are from.

A renewal is a new case. It knows the former one, so that whoever handles it reads what was decided then; the former one
is told that it has been renewed.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from eservices.calendars import day_of
from eservices.cases import enquiries, store
from eservices.cases.changing import note_entry
from eservices.cases.clocks import ClockAct
from eservices.cases.corrections import as_corrected
from eservices.cases.model import Case, ClockKind, Decision, Outcome, of_the_matter
from eservices.definitions.model import Question, Service
from eservices.identity.people import Actor
from eservices.journey.answers import Answers, AnswerState
from eservices.storage.database import Transaction

_GIVEN = frozenset({Outcome.GRANTED, Outcome.PARTLY_GRANTED})


def may_be_renewed(service: Service, decisions: Sequence[Decision]) -> bool:
    """Whether something was given for a time, in a service that knows of renewal."""
    newest = next(iter(reversed(of_the_matter(decisions))), None)
    given = newest is not None and newest.valid_until is not None and newest.outcome in _GIVEN
    return given and service.validity is not None


def is_time_to_renew(tx: Transaction, case: Case) -> dt.date | None:
    """The last day of what was given, once the holder has been told that it is soon over."""
    for clock in store.clocks_of(tx, case):
        told = ClockAct.REMIND_OF_RENEWAL in clock.acted
        if clock.kind is ClockKind.VALIDITY and clock.met_at is None and told:
            return day_of(clock.due_at)
    return None


def answers_to_renew(
    tx: Transaction, case: Case, service: Service, *, may_have: Callable[[Question], bool] = lambda _: True
) -> Answers:
    """The answers of last time, as they have been corrected since, that today's version still asks for.

    Days and signatures are asked anew; a file is left out, and the unit asks if it needs one again, so that whoever has
    nothing new to tell only confirms. `may_have` leaves out what whoever fills it in may not read.
    """
    before = as_corrected(store.file_of(tx, case).submissions, enquiries.of_case(tx, case))
    kept = {}
    for place, answer in before.given.items():
        question = service.questions.get(place[0])
        if question is None or not may_have(question):
            continue
        if question.type.takes_files:
            kept[place] = replace(answer, value=None, state=AnswerState.BLANK)
        elif not (question.type.asked_anew and answer.state is AnswerState.ANSWERED):
            kept[place] = answer
    return Answers(kept, before.items, before.last_item, before.closed_groups)


def note_renewal(tx: Transaction, case: Case, renews: str, *, actor: Actor, now: dt.datetime) -> None:
    """The new case knows the former by its number, and the former the new one."""
    former = store.by_number(tx, renews)
    if former is None:
        return
    note_entry(tx, case, actor, "renews", now, shared=True, content={"numbers": [former.number]})
    former = store.lock(tx, former.id)
    note_entry(tx, former, actor, "renewed", now, shared=True, content={"numbers": [case.number]})
