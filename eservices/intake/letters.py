"""A letter or an e-mail without a form starts a case: the same submission, case and item as any form, in one go.

Who receives it keys in the little that one sees at once; what else it says stands in the letter itself, which lies with
the case. Nothing that the service asks for is called missing before somebody has read it.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from eservices import attachments
from eservices.attachments import Limits, Received
from eservices.calendars import Clock, OpeningHours
from eservices.definitions.conditions import references
from eservices.definitions.model import Question, Service
from eservices.identity.people import Staff
from eservices.intake import assisted as assisting
from eservices.intake.submit import SCAN, hand_in
from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.journey.on_paper import rest_blank
from eservices.journey.path import walk
from eservices.storage.database import Transaction
from eservices.storage.sealing import DataKey
from eservices.submissions import drafts
from eservices.submissions.model import Assisted, Letter, Submission
from eservices.values import Channel, ContactMethod, IdentityBasis, Json


@dataclass(frozen=True, slots=True)
class Came:
    """How a letter came: by which channel, on which day and how, and in which language it is answered."""

    channel: Channel
    language: str
    arrived_on: dt.date
    arrived_how: str
    leads: Mapping[str, str]  #: question -> option: what decides which unit it goes to


def leading(service: Service) -> list[Question]:
    """The choices that decide where a case of this service goes, which whoever opens a letter can make at once."""
    named = {question for rule in service.routing.rules for question in references(rule.when)}
    asked = [question for step in service.steps if step.group is None for question in step.questions]
    return [one for one in asked if one.id in named and one.type.chooses_one and one.when is None]


def begin_case(
    tx: Transaction,
    service: Service,
    letter: Letter,
    came: Came,
    *,
    key: DataKey,
    files: Sequence[Received],
    limits: Limits,
    staff: Staff,
    clock: Clock,
    hours: OpeningHours,
    scanning: bool,
    token: str | None = None,
) -> Submission:
    """Register it: received on the day that counts, answered by the way it gives, with its files. Under `key`, stored.

    `token` is where the draft it becomes is found again, for whoever sends the same twice. Raises
    `assisting.InTheFuture`, and `attachments.Refused` for too many files.
    """
    now, letter = clock.now(), replace(letter, method=_way_to_answer(letter, came.channel))
    origin = Origin(came.channel, now.astimezone(dt.UTC).isoformat(timespec="seconds"), staff.id)
    draft = drafts.start(
        tx,
        service,
        language=came.language,
        channel=came.channel,
        now=now,
        token=token,
        assisted_by=staff.id,
        assisted=Assisted(
            identity=IdentityBasis.STATED if letter.name else IdentityBasis.ANONYMOUS,
            arrived_on=came.arrived_on,
            arrived_how=came.arrived_how,
        ),
        answers=_answers(service, letter, came, origin, clock.today()),
        key=key,
    )
    for one in files:
        attachments.keep(tx, one, draft_id=draft.id, question=SCAN, key=key, limits=limits, now=now, scanning=scanning)
    handed_in = replace(assisting.handed_in(draft, staff, now=now), letter=letter)
    return hand_in(tx, draft, handed_in, clock, hours=hours)


def _way_to_answer(letter: Letter, channel: Channel) -> ContactMethod:
    """How whoever wrote it hears from us: as they wrote, where that can be; else by what they have given."""
    written = [(ContactMethod.LETTER, bool(letter.address)), (ContactMethod.EMAIL, bool(letter.email))]
    if channel is Channel.EMAIL:
        written.reverse()
    ways = [*written, (ContactMethod.PHONE, bool(letter.phone))]
    return next((way for way, given in ways if given), ContactMethod.OWN_PAGES)


def _answers(service: Service, letter: Letter, came: Came, origin: Origin, today: dt.date) -> Answers:
    """What is known, where the service asks for it; all else is blank."""
    answers = Answers().with_answers(
        {
            (question.id, None): Answer(came.leads[question.id], AnswerState.ANSWERED, origin)
            for question in leading(service)
            if came.leads.get(question.id)
        }
    )
    known: dict[str | None, Json] = {
        "person.name": letter.name,
        "person.email": letter.email,
        "person.phone": letter.phone,
        "person.address": dict(letter.address),
        "letter.about": letter.about,
        "letter.text": letter.body,
    }
    while True:
        told: dict[tuple[str, int | None], Answer] = {}
        for place, question, _ in walk(service, answers).places():
            value = letter.method.value if _asks_way(question, letter.method) else known.get(question.prefill)
            if value and place not in answers.given and not question.type.check(value, today):
                told[place] = Answer(value, AnswerState.ANSWERED, origin)
        if not told:
            return rest_blank(service, answers, origin)
        answers = answers.with_answers(told)


def _asks_way(question: Question, method: ContactMethod) -> bool:
    return question.asks_contact_method and method.value in {option.key for option in question.options}
