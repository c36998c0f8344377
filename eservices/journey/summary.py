"""Answers as ordered label-value lines: for the check page, the receipt, the officer, the archive and the read-back."""

from collections.abc import Iterator
from dataclasses import dataclass

from eservices.definitions.conditions import Lookup
from eservices.definitions.model import Question, Required, Text
from eservices.definitions.texts import ServiceTexts
from eservices.journey.answers import Answer, AnswerState, Origin, Place
from eservices.journey.path import Walk, degree
from eservices.language import Words


@dataclass(frozen=True, slots=True)
class Line:
    """One question and its answer, as somebody reads it in one language.

    `state` is answered, later (an agent's, or a file to come), unknown, blank, or unanswered; `value` is empty in the
    last two. `free` marks text that the applicant wrote, which may be in any language and direction.
    """

    place: Place
    question: Question
    label: str
    value: str
    state: str
    expected: bool
    origin: Origin | None
    free: bool


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one step, or of one item of a group."""

    step: str
    item: int | None
    title: str
    lines: tuple[Line, ...]


#: Types whose answer is the applicant's own words.
_FREE = frozenset({"text", "textarea", "location", "postal_address"})


def summary(here: Walk, texts: ServiceTexts, words: Words, *, spoken: bool = False) -> tuple[Section, ...]:
    """Everything visible, in reading order. `spoken` gives answers as an agent reads them back."""
    return tuple(_sections(here, texts, words, spoken))


def _sections(here: Walk, texts: ServiceTexts, words: Words, spoken: bool) -> Iterator[Section]:
    for visible in here.steps:
        step = visible.step
        if step.group is None:
            lines = _lines(here, visible.questions, None, visible.lookup, texts, words, spoken)
            if lines:
                yield Section(step.id, None, texts.get(step.title), lines)
            continue
        for position, item in enumerate(visible.items, start=1):
            lines = _lines(here, item.questions, item.number, item.lookup, texts, words, spoken)
            yield Section(step.id, item.number, texts.get(step.group.item, n=position), lines)


def _lines(
    here: Walk,
    questions: tuple[Question, ...],
    item: int | None,
    lookup: Lookup,
    texts: ServiceTexts,
    words: Words,
    spoken: bool,
) -> tuple[Line, ...]:
    return tuple(
        _line(question, item, here.answers.get(question.id, item), lookup, texts, words, spoken)
        for question in questions
        if question.type.asks
    )


def _line(
    question: Question,
    item: int | None,
    answer: Answer | None,
    lookup: Lookup,
    texts: ServiceTexts,
    words: Words,
    spoken: bool,
) -> Line:
    return Line(
        (question.id, item),
        question,
        texts.get(question.label, **label_facts(question.label, lookup)),
        shown(question, answer, texts, words, spoken=spoken),
        _state(answer),
        degree(question, lookup) is Required.EXPECTED,
        answer.origin if answer else None,
        question.type.name in _FREE,
    )


def shown(question: Question, answer: Answer | None, texts: ServiceTexts, words: Words, *, spoken: bool = False) -> str:
    """The answer as one reads it (or says it), or "" where there is none."""
    if answer is None or answer.state is not AnswerState.ANSWERED or answer.value is None:
        return ""
    if question.options:
        words = words.with_options({option.key: texts.get(option.label) for option in question.options})
    return question.type.say(answer.value, words) if spoken else question.type.show(answer.value, words)


def label_facts(text: Text, lookup: Lookup) -> dict[str, object]:
    """The earlier answers that a text quotes, by the name in its braces."""
    if "{" not in text.sv:
        return {}
    names = [part.partition("}")[0] for part in text.sv.split("{")[1:]]
    return {name: value for name in names if name.isidentifier() and (value := lookup(name)) is not None}


def _state(answer: Answer | None) -> str:
    if answer is None:
        return "unanswered"
    value = answer.value
    if isinstance(value, dict) and "ids" in value and not value["ids"]:
        return "later"
    return answer.state.value
