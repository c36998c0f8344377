"""Answers as ordered label-value lines: for the check page, the receipt, the officer, the archive and the read-back."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from eservices.definitions.conditions import Lookup
from eservices.definitions.model import Question, Required, Text
from eservices.definitions.texts import ServiceTexts
from eservices.journey.answers import Answer, AnswerState, Origin, Place
from eservices.journey.path import Walk, degree, options
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
    written: str = ""  #: what stands on a paper where it could not be read as an answer


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one step, or of one item of a group."""

    step: str
    item: int | None
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Quoted:
    """An earlier answer inside a text: it is shown in the language of the text, a choice by its label."""

    question: Question
    value: Any

    def shown_by(self, texts: ServiceTexts, words: Words) -> str:
        """The answer as one reads it."""
        return self.question.type.quote(self.value, labelled(self.question, texts, words))


#: Stands for an answer that is not there yet.
_NOT_YET = "…"


def summary(here: Walk, texts: ServiceTexts, words: Words, *, spoken: bool = False) -> tuple[Section, ...]:
    """Everything visible, in reading order. `spoken` gives answers as an agent reads them back."""
    return tuple(_Telling(here, texts, words, spoken).sections())


def summary_of(here: Walk, may_see: frozenset[Place] | None, texts: ServiceTexts, words: Words) -> tuple[Section, ...]:
    """The lines of the answers that somebody may see (all of them: None), and no section without any.

    What they may not see is not there for labels and titles to quote either.
    """
    if may_see is None:
        return summary(here, texts, words)
    given = here.answers
    left = replace(given, given={place: answer for place, answer in given.given.items() if place in may_see})
    sections = summary(replace(here, answers=left), texts, words)
    told = (replace(each, lines=tuple(line for line in each.lines if line.place in may_see)) for each in sections)
    return tuple(section for section in told if section.lines)


@dataclass(frozen=True, slots=True)
class _Telling:
    here: Walk
    texts: ServiceTexts
    words: Words
    spoken: bool

    def sections(self) -> Iterator[Section]:
        for visible in self.here.steps:
            step = visible.step
            if step.group is None:
                lines = self.lines(visible.questions, None, visible.lookup)
                if lines:
                    title = self.texts.get(step.title, **quotes_of(self.here, step.title))
                    yield Section(step.id, None, title, lines)
                continue
            for position, item in enumerate(visible.items, start=1):
                lines = self.lines(item.questions, item.number, item.lookup)
                yield Section(step.id, item.number, self.texts.get(step.group.item, n=position), lines)

    def lines(self, questions: tuple[Question, ...], item: int | None, lookup: Lookup) -> tuple[Line, ...]:
        made = (self.line(question, item, lookup) for question in questions)
        return tuple(line for line in made if line is not None)

    def line(self, question: Question, item: int | None, lookup: Lookup) -> Line | None:
        place, answer = (question.id, item), self.here.answers.get(question.id, item)
        label = self.texts.get(question.label, **quotes(self.here, question, lookup, item))
        if not question.type.asks:
            value = lookup(question.id) if question.type.shows_total else None
            if value is None:  # something to read, or a number for conditions only
                return None
            return Line(place, question, label, question.type.show(value, self.words), "answered", False, None, False)
        return Line(
            place,
            question,
            label,
            shown(question, answer, self.texts, self.words, spoken=self.spoken),
            state_of(answer),
            degree(question, lookup) is Required.EXPECTED,
            answer.origin if answer else None,
            question.type.free,
            answer.written if answer else "",
        )


def shown(question: Question, answer: Answer | None, texts: ServiceTexts, words: Words, *, spoken: bool = False) -> str:
    """The answer as one reads it (or says it), or "" where there is none."""
    if answer is None or answer.state is not AnswerState.ANSWERED or answer.value is None:
        return ""
    words = labelled(question, texts, words)
    return question.type.say(answer.value, words) if spoken else question.type.show(answer.value, words)


def quotes(here: Walk, question: Question, lookup: Lookup, item: int | None = None) -> dict[str, object]:
    """The facts for a question's texts: the earlier answers they quote, by the name in the braces."""
    names = here.service.quoting.get(question.id)
    return {} if not names else {name: _quoted(here, name, lookup, item) for name in names}


def quotes_of(here: Walk, text: Text) -> dict[str, object]:
    """The facts for any other text: of a step, a stop, a requirement, what follows."""
    return {name: _quoted(here, name, here.lookup, None) for name in text.quotes if name in here.service.questions}


def _quoted(here: Walk, name: str, lookup: Lookup, item: int | None) -> object:
    question = here.service.questions[name]
    if question.items is not None:
        question = replace(question, options=options(question, lookup))
    value = lookup(name)
    if value is None:
        return _NOT_YET
    if question.type.asks:
        value = here.answers.value(name, item if name in here.service.group_of else None)
    return _NOT_YET if value is None else Quoted(question, value)


def labelled(question: Question, texts: ServiceTexts, words: Words, lookup: Lookup | None = None) -> Words:
    """The words for speaking of this question: its choices are called by their labels, not by their keys.

    `lookup` is needed where one chooses among the items of a group.
    """
    offered = options(question, lookup) if question.items is not None and lookup is not None else question.options
    if not offered:
        return words
    return words.with_options({option.key: texts.get(option.label) for option in offered})


def state_of(answer: Answer | None) -> str:
    """How far an answer has come, as `Line.state` tells it."""
    if answer is None:
        return "unanswered"
    value = answer.value
    if isinstance(value, dict) and "ids" in value and not value["ids"]:
        return "later"
    return answer.state.value
