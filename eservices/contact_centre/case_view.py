"""What an agent may see of a case: as much as the service's board has allowed, and no answer meant for others.

The same record as the officer's, seen through a narrower window; nothing is copied. A person who is the case's own
party has the same right by telephone as on the page where the case is followed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eservices.cases.model import Case, Decision, Message, Party, Public
from eservices.cases.store import CaseFile
from eservices.definitions.model import Audience, Question, Sensitivity, Service
from eservices.deliveries import Delivery
from eservices.journey.answers import Answer, Answers, Place
from eservices.journey.path import walk
from eservices.journey.summary import state_of


class View(StrEnum):
    """From the widest to the narrowest."""

    FULL = "full"
    SUMMARY = "summary"
    EXISTENCE_ONLY = "existence_only"
    BY_REFERENCE_ONLY = "by_reference_only"


#: Answers that the contact centre may read, by who the definition says may see them.
_FOR_AGENTS = frozenset({Audience.CONTACT_CENTRE, Audience.PUBLIC})

#: Answers that are only said to be there, whatever the view: they are read where the work is done.
_MASKED = frozenset({Sensitivity.SENSITIVE, Sensitivity.CONFIDENTIAL})


@dataclass(frozen=True, slots=True)
class Outline:
    """What a step, or one item of a group, asked this person, and how far each answer had come; no answers."""

    step: str
    item: int | None
    position: int  #: of the item in its group, from 1; 0 for a step
    states: tuple[tuple[Place, str], ...]


@dataclass(frozen=True, slots=True)
class AgentView:
    """A case as an agent may see it. What is None or empty may not be shown, and the page says so.

    `answers` holds what may be read; of the places in `masked` only that they were answered. `outline` is the whole
    path as the person walked it, follow-up questions too: what was filled in, left blank, or is to come.
    """

    view: View
    number: str
    title: str
    unit: str
    public_status: Public
    case: Case
    parties: tuple[Party, ...]
    answers: Answers | None
    masked: frozenset[Place]
    outline: tuple[Outline, ...]
    missing: tuple[Place, ...]
    messages: tuple[Message, ...]
    decisions: tuple[Decision, ...]
    deliveries: tuple[Delivery, ...]


def view_of(case: Case) -> View:
    """How much of this case the contact centre may see."""
    return View(case.contact_view)


def see(case_file: CaseFile, service: Service) -> AgentView:
    """The case through the contact centre's window. `service` is the version the case was opened under."""
    case = case_file.case
    view = view_of(case)
    shows_matter = view in {View.FULL, View.SUMMARY}
    shows_person = shows_matter and not case.protected
    # Of a protected person the unit's named officers know, and nobody else, where they are and how to reach them.
    shows_content = view is View.FULL and not case.protected
    readable, masked = _answers(case_file, service, View.SUMMARY if shows_matter and case.protected else view)
    return AgentView(
        view=view,
        number=case.number,
        title="" if view is View.BY_REFERENCE_ONLY else case.title,
        unit="" if view is View.BY_REFERENCE_ONLY else case.unit,
        public_status=case.public_status,
        case=case,
        parties=case_file.parties if shows_person else (),
        answers=readable,
        masked=masked,
        outline=() if readable is None else tuple(_outline(case_file, service)),
        missing=case_file.missing if shows_matter else (),
        messages=case_file.messages if shows_content else (),
        decisions=case_file.decisions if shows_content else (),
        deliveries=case_file.deliveries,
    )


def may_read(question: Question, view: View) -> bool:
    """Whether an agent may read this answer, not only know that it is there."""
    if view is not View.FULL or question.audience not in _FOR_AGENTS:
        return False
    return question.sensitivity not in _MASKED


def _outline(case_file: CaseFile, service: Service) -> Iterator[Outline]:
    """The path that the answers made, walked with all of them: which questions were asked hangs on those too that an
    agent may not read."""
    here = walk(service, case_file.submissions[0].answers)

    def states(questions: tuple[Question, ...], item: int | None) -> tuple[tuple[Place, str], ...]:
        return tuple(
            ((question.id, item), state_of(here.answers.get(question.id, item)) if question.type.asks else "computed")
            for question in questions
        )

    for visible in here.steps:
        if visible.step.group is None:
            yield Outline(visible.step.id, None, 0, states(visible.questions, None))
        for position, each in enumerate(visible.items, start=1):
            yield Outline(visible.step.id, each.number, position, states(each.questions, each.number))


def _answers(case_file: CaseFile, service: Service, view: View) -> tuple[Answers | None, frozenset[Place]]:
    if view not in {View.FULL, View.SUMMARY} or not case_file.submissions:
        return None, frozenset()
    handed_in = case_file.submissions[0].answers
    readable: dict[Place, Answer] = {}
    masked: set[Place] = set()
    questions: Mapping[str, Question] = service.questions
    for place, answer in handed_in.given.items():
        if may_read(questions[place[0]], view):
            readable[place] = answer
        else:
            masked.add(place)
    groups = handed_in.items
    return Answers(readable, groups, handed_in.last_item, handed_in.closed_groups), frozenset(masked)
