"""What is asked for in a supplement, as a small definition of its own: named questions of the service, and documents or
answers that the officer describes.

It is made from the content that the case was opened under, so it is shown, read aloud, printed and checked by the same
code as everything else, and its texts are translated where those of the service are. What hangs on other answers (a
condition, a limit, a total) is left out: an item is asked for by itself. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eservices.definitions.load import service_from_content
from eservices.definitions.model import Question, Service

#: The step, and the beginning of the ids, of what the officer describes.
OWN = "asked_for"

#: Keys of a header that say how a whole service goes, and nothing of what is asked now.
_NOT_NOW = frozenset({"stops", "requirements", "declaration", "submit", "next", "opening", "one_case", "easy_read"})

#: Keys of a question that hang on other answers, or on this being the first time it is asked.
_HANGING = frozenset({"when", "required", "prefill", "adds_up_to", "only_resident_knows", "preselected"})

_LONGEST = 2000


@dataclass(frozen=True, slots=True)
class OwnItem:
    """Something that the service does not ask for: a document to send, or a question to answer."""

    label: str
    document: bool


def may_be_asked(service: Service) -> Iterator[Question]:
    """The questions that can be asked for by themselves, in reading order. Others are described in words."""
    grouped = service.group_of
    for step in service.steps:
        for question in step.asked:
            stands_alone = not question.rests_on and question.items is None and not question.label.quotes
            if question.type.asks and question.id not in grouped and stands_alone and not question.asks_contact_method:
                yield question


def small_definition(service: Service, asked: Sequence[str], own: Sequence[OwnItem]) -> Service:
    """The definition of what is asked for. Raises `ValueError` when there is nothing to ask for."""
    possible = {question.id for question in may_be_asked(service)}
    wanted = [name for name in asked if name in possible]
    steps = [step for step in (_step(step, wanted) for step in service.content["steps"]) if step is not None]
    if own:
        steps.append({"step": OWN, "title": "Komplettering", "questions": [_own(n, one) for n, one in _numbered(own)]})
    return _with_steps(service, steps)


def may_be_flagged(question: Question) -> bool:
    """Whether somebody can be asked if their answer holds. How they want their news is changed in another way."""
    return question.type.asks and question.type.may_be_wrong and not question.asks_contact_method


def about_one_answer(service: Service, question: Question) -> tuple[Service, str]:
    """The definition that asks about one answer again, and the id of its question there.

    Of a group the question is asked once, for the one item that is meant. What hangs on other answers cannot be asked
    by itself, and is answered in the person's own words.
    """
    if not question.rests_on and question.items is None and not question.label.quotes:
        steps = [step for step in (_step(step, [question.id]) for step in service.content["steps"]) if step is not None]
        if steps:  # not the platform's own question, who applies, which stands in no definition
            return _with_steps(service, steps), question.id
    at = next(step for step in service.steps if question.id in {one.id for one in step.asked})
    label = question.label.sv if not question.label.quotes else at.title.sv
    step = {"step": OWN, "title": at.title.sv, "questions": [_own(1, OwnItem(label, document=False))]}
    return _with_steps(service, [step]), f"{OWN}_1"


def _with_steps(service: Service, steps: Sequence[Mapping[str, Any]]) -> Service:
    if not steps:
        raise ValueError("nothing is asked for")
    content = {key: value for key, value in service.content.items() if key not in _NOT_NOW}
    case = {key: value for key, value in content["routing"]["case"].items() if key != "rules"}
    legal = {key: value for key, value in content["legal"].items() if key != "by_law"}
    routing = {**content["routing"], "case": case}
    return service_from_content({**content, "legal": legal, "routing": routing, "steps": list(steps)})


def labels_of(small: Service) -> tuple[str, ...]:
    """What is asked for, in Swedish words, in order."""
    return tuple(question.label.sv for step in small.steps for question in step.asked)


def _step(step: Mapping[str, Any], wanted: Sequence[str]) -> dict[str, Any] | None:
    entries = step.get("questions") or step.get("group", {}).get("questions") or ()
    questions = [_question(entry) for entry in entries if entry.get("id") in wanted]
    return {"step": step["step"], "title": step["title"], "questions": questions} if questions else None


def _question(entry: Mapping[str, Any]) -> dict[str, Any]:
    """The question by itself. A blank never keeps the rest from being sent (FL 20 §): what is missing is still asked
    for."""
    kept = {key: value for key, value in entry.items() if key not in _HANGING}
    options = kept.get("options")
    if isinstance(options, list):
        kept["options"] = [{key: value for key, value in one.items() if key != "when"} for one in options]
    return {**kept, "required": "expected"}


def _numbered(own: Sequence[OwnItem]) -> Iterator[tuple[int, OwnItem]]:
    return enumerate(own, start=1)


def _own(number: int, item: OwnItem) -> dict[str, Any]:
    asked = {"id": f"{OWN}_{number}", "label": item.label, "required": "expected"}
    if item.document:
        return {**asked, "type": "file", "settings": {"max_files": 10}}
    return {**asked, "type": "textarea", "settings": {"max_length": _LONGEST}}
