"""The answers of a draft or submission: (question, item) -> value with origin; JSON both ways."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from eservices.values import Channel, Json


class AnswerState(StrEnum):
    """`later` and `unknown` are answers an agent may give; `blank` was left empty on purpose or on paper."""

    ANSWERED = "answered"
    LATER = "later"
    UNKNOWN = "unknown"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who gave an answer its present value, how and when. `staff_id` is None when the resident did."""

    channel: Channel
    at: str  #: UTC, ISO 8601, to the second
    staff_id: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    value: Json
    state: AnswerState
    origin: Origin
    written: str = ""  #: what stands on a paper where it could not be read as an answer; the answer is a blank then


#: (question id, number of the repeated item or None)
Place = tuple[str, int | None]


@dataclass(frozen=True, slots=True)
class Answers:
    """Immutable; each change gives a new one. `items` holds, per group, the numbers of its items in order (never
    reused); a group whose list has been confirmed as complete is in `closed_groups`.
    """

    given: Mapping[Place, Answer] = field(default_factory=dict)
    items: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    last_item: Mapping[str, int] = field(default_factory=dict)
    closed_groups: frozenset[str] = frozenset()
    #: What an answer or a total rested on when it was last looked at, for those that rest on others.
    grounds: Mapping[Place, str] = field(default_factory=dict)

    def get(self, question: str, item: int | None = None) -> Answer | None:
        return self.given.get((question, item))

    def value(self, question: str, item: int | None = None) -> Json:
        """The value, or None when not answered."""
        answer = self.given.get((question, item))
        return answer.value if answer is not None and answer.state is AnswerState.ANSWERED else None

    def with_answers(self, changes: Mapping[Place, Answer]) -> "Answers":
        """These answers with some given anew. An answer whose value and state do not change keeps its origin."""
        kept = dict(self.given)
        for place, answer in changes.items():
            old = kept.get(place)
            if old is None or (old.value, old.state, old.written) != (answer.value, answer.state, answer.written):
                kept[place] = answer
        return replace(self, given=kept)

    def with_grounds(self, grounds: Mapping[Place, str]) -> "Answers":
        """These answers, some of them confirmed on the ground of what others are now."""
        return replace(self, grounds={**self.grounds, **grounds}) if grounds else self

    def with_new_item(self, group: str) -> tuple["Answers", int]:
        """One more item in a group, and its number."""
        number = self.last_item.get(group, 0) + 1
        items = {**self.items, group: (*self.items.get(group, ()), number)}
        last = {**self.last_item, group: number}
        return replace(self, items=items, last_item=last, closed_groups=self.closed_groups - {group}), number

    def without_item(self, group: str, number: int) -> "Answers":
        """The group without that item; its number is never used again."""
        items = {**self.items, group: tuple(n for n in self.items.get(group, ()) if n != number)}
        return replace(self, items=items)

    def with_group_closed(self, group: str) -> "Answers":
        """The person has said that the list is complete."""
        return replace(self, closed_groups=self.closed_groups | {group})

    def places(self) -> Iterator[Place]:
        return iter(self.given)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; `from_json` gives the same answers back."""
        grounds = {"grounds": [[*place, ground] for place, ground in self.grounds.items()]} if self.grounds else {}
        return grounds | {
            "given": [[*place, *_answer_row(answer)] for place, answer in self.given.items()],
            "items": {group: list(numbers) for group, numbers in self.items.items()},
            "last": dict(self.last_item),
            "closed": sorted(self.closed_groups),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Answers":
        given = {
            (row[0], row[1]): Answer(row[2], _STATES[row[3]], Origin(_CHANNELS[row[4]], row[5], row[6]), *row[7:])
            for row in data["given"]
        }
        items = {group: tuple(numbers) for group, numbers in data["items"].items()}
        grounds = {(row[0], row[1]): row[2] for row in data.get("grounds", ())}
        return cls(given, items, dict(data["last"]), frozenset(data["closed"]), grounds)


#: Looked up by the dozen whenever a draft is read, where asking the enumeration itself costs three times as much.
_STATES = {state.value: state for state in AnswerState}
_CHANNELS = {channel.value: channel for channel in Channel}


def _answer_row(answer: Answer) -> list[Any]:
    origin = answer.origin
    row = [answer.value, answer.state.value, origin.channel.value, origin.at, origin.staff_id]
    return [*row, answer.written] if answer.written else row
