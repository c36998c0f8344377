"""Two people in one draft: what a page showed goes with it, so that nobody's answer is overwritten unseen.

A page carries a short mark of each answer it was made from. When it comes back and an answer has changed meanwhile,
it is what the other has said that stays, unless this page says something else again: then both are shown, and whoever
sends the page once more has seen it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b

from eservices.definitions.model import Question
from eservices.journey.answers import Answer, Answers, Origin, Place
from eservices.journey.path import Spot

#: The control that carries the marks.
SEEN = "seen"

_to_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode

#: Enough to tell an answer from the one before it.
_SIGNS = 6


@dataclass(frozen=True, slots=True)
class Clash:
    """An answer that somebody else has given while the page was open, and that the page says otherwise."""

    place: Place
    question: Question
    theirs: Answer


@dataclass(frozen=True, slots=True)
class Other:
    """The same, as it is told: what was asked, what the other has answered, and how."""

    label: str
    value: str
    origin: Origin


def marks(questions: tuple[Question, ...], answers: Answers, spot: Spot) -> str:
    """What a page is made from, one mark a question."""
    return "".join(_mark(answers.get(question.id, spot.item)) for question in questions)


def between(
    questions: tuple[Question, ...], seen: str, stored: Answers, said: Answers, spot: Spot
) -> tuple[Answers, tuple[Clash, ...]]:
    """What `said` becomes when what others have stored since the page was shown stays; and where the two differ.

    Without marks, or with those of another version, the page is taken as it is. Files are added, never put in place
    of others.
    """
    if len(seen) != _SIGNS * len(questions):
        return said, ()
    clashes = tuple(_clashes(questions, seen, stored, said, spot))
    kept = dict(_changed_by_others(questions, seen, stored, spot))
    return said.with_answers(kept), clashes


def _clashes(questions: tuple[Question, ...], seen: str, stored: Answers, said: Answers, spot: Spot) -> Iterator[Clash]:
    by_id = {question.id: (question, seen[n * _SIGNS : (n + 1) * _SIGNS]) for n, question in enumerate(questions)}
    for place, theirs in _changed_by_others(questions, seen, stored, spot):
        question, before = by_id[place[0]]
        mine = _mark(said.get(*place))
        if mine not in {before, _mark(theirs)}:
            yield Clash(place, question, theirs)


def _changed_by_others(
    questions: tuple[Question, ...], seen: str, stored: Answers, spot: Spot
) -> Iterator[tuple[Place, Answer]]:
    for n, question in enumerate(questions):
        now = stored.get(question.id, spot.item)
        if now is not None and not question.type.takes_files and _mark(now) != seen[n * _SIGNS : (n + 1) * _SIGNS]:
            yield (question.id, spot.item), now


def _mark(answer: Answer | None) -> str:
    said = None if answer is None else [answer.value, answer.state.value, answer.written]
    text = _to_json(said).encode("utf-8", "surrogatepass")
    return blake2b(text, digest_size=_SIGNS // 2).hexdigest()
