"""Two versions of a service -> what changed, in sentences for the person who owns it."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from eservices.definitions.model import Service

#: Kind of difference -> the sentence in Swedish and in English.
_SENTENCES: Mapping[str, tuple[str, str]] = {
    "same": ("Ingenting har ändrats.", "Nothing has changed."),
    "step_new": ("Nytt steg `{name}`: {text}", "New step `{name}`: {text}"),
    "step_gone": ("Steget `{name}` är borttaget.", "The step `{name}` is gone."),
    "question_new": (
        "Ny fråga `{name}` i steget `{where}`: {text}",
        "New question `{name}` in the step `{where}`: {text}",
    ),
    "question_gone": (
        "Frågan `{name}` är borttagen. Påbörjade ansökningar behåller sin version och sina svar.",
        "The question `{name}` is gone. Drafts that have begun keep their version and their answers.",
    ),
    "question_moved": (
        "Frågan `{name}` har flyttats till steget `{where}`.",
        "The question `{name}` moved to the step `{where}`.",
    ),
    "order": ("Ordningen på stegen är en annan.", "The order of the steps is another."),
    "changed": ("{where}: ”{old}” blev ”{new}”.", "{where}: “{old}” became “{new}”."),
    "added": ("{where}: ”{new}” är nytt.", "{where}: “{new}” is new."),
    "removed": ("{where}: ”{old}” är borttaget.", "{where}: “{old}” is gone."),
}


def difference(old: Service, new: Service, language: str = "sv") -> list[str]:
    """Every change, steps and questions first; one sentence that says so where there is none."""
    spoken = 1 if language == "en" else 0
    told = [_SENTENCES[kind][spoken].format(**facts) for kind, facts in _differences(old, new)]
    return told or [_SENTENCES["same"][spoken]]


def _differences(old: Service, new: Service) -> Iterator[tuple[str, Mapping[str, object]]]:
    before, after = {step.id: step for step in old.steps}, {step.id: step for step in new.steps}
    for name, step in after.items():
        if name not in before:
            yield "step_new", {"name": name, "text": step.title.sv}
    yield from (("step_gone", {"name": name}) for name in before if name not in after)
    if [name for name in after if name in before] != [name for name in before if name in after]:
        yield "order", {}
    for name, question in new.questions.items():
        where = new.step_of[name].id
        if name not in old.questions:
            yield "question_new", {"name": name, "where": where, "text": question.label.sv}
        elif old.step_of[name].id != where:
            yield "question_moved", {"name": name, "where": where}
    yield from (("question_gone", {"name": name}) for name in old.questions if name not in new.questions)
    shared = old.questions.keys() & new.questions.keys()
    steps = before.keys() & after.keys()
    yield from _changes(_flat(old, shared, steps), _flat(new, shared, steps))


def _changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[tuple[str, Mapping[str, object]]]:
    for where, text in new.items():
        if where not in old:
            yield "added", {"where": where, "new": text}
        elif old[where] != text:
            yield "changed", {"where": where, "old": old[where], "new": text}
    yield from (("removed", {"where": where, "old": text}) for where, text in old.items() if where not in new)


def _flat(service: Service, questions: AbstractSet[str], steps: AbstractSet[str]) -> dict[str, str]:
    """Everything that is written, by its address; of steps and questions those that both versions have."""
    header = {key: value for key, value in service.content.items() if key != "steps"}
    found = dict(_leaves("", header))
    for step in service.content["steps"]:
        group = step.get("group") or {}
        if step["step"] in steps:
            own = {**step, **group}
            found.update(_leaves(step["step"], {key: value for key, value in own.items() if key not in _INSIDE}))
        asked = [*(step.get("questions") or ()), *(group.get("questions") or ())]
        for question in (each for each in asked if each["id"] in questions):
            found.update(_leaves(question["id"], {key: value for key, value in question.items() if key != "id"}))
    return found


_INSIDE = frozenset({"questions", "group", "step"})


def _leaves(prefix: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{prefix}.{key}" if prefix else key, inner)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for number, inner in enumerate(value, start=1):
            named = inner.get("id") if isinstance(inner, Mapping) else None
            rest = {key: each for key, each in inner.items() if key != "id"} if named else inner
            yield from _leaves(f"{prefix}.{named or number}", rest)
    else:
        yield prefix, str(value)
