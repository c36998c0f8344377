"""What a service must have before it may be active: a whole header, tests that reach everything, texts, paper.

Texts that are made by themselves count, and are told of. Missing translations never keep a correction back.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from eservices.definitions.complaints import ERROR, WARNING, Complaint, Mark
from eservices.definitions.load import TESTS_END, Loaded
from eservices.definitions.model import Question, Service
from eservices.definitions.texts import EASY, coverage, written_easily
from eservices.journey.trial import Verdict

#: Why a service cannot be had on paper in a language; None where it can.
PaperForm: TypeAlias = Callable[[Service, str], str | None]

_KINDS = {
    "step": ("steget", "step"),
    "question": ("frågan", "question"),
    "stop": ("stoppet", "stop"),
    "requirement": ("kravet", "requirement"),
    "required": ("att man måste svara på", "that one must answer"),
    "rule": ("regeln i `routing`, nummer", "rule of `routing`, number"),
    "cosigners": ("dem som ska skriva under i", "those who are to sign in"),
}

#: The facts of which one is enough to reach somebody.
_REACHED_BY = frozenset({"email", "phone", "address"})


def for_publishing(
    loaded: Loaded, path: Path, verdicts: Sequence[Verdict], paper_form: PaperForm | None = None
) -> Iterator[Complaint]:
    """Exactly what is missing; errors keep the service back, warnings do not."""
    if loaded.service is None:
        return
    service, at = loaded.service, _Places(loaded, path)
    yield from _header(service, at)
    yield from _unreached(service, at, verdicts, ERROR)
    yield from _texts(service, at)
    if not service.anonymous and not any(_reaches(service, question) for question in service.questions.values()):
        yield at.complain("no_way_to_reach", "steps", WARNING)
    if paper_form is not None:
        for language in service.languages:
            if (reason := paper_form(service, language)) is not None:
                yield at.complain("no_paper_form", "service", language=language, reason=reason)


def not_reached(loaded: Loaded, path: Path, verdicts: Sequence[Verdict]) -> Iterator[Complaint]:
    """What no stored test reaches, for thought."""
    if loaded.service is not None:
        yield from _unreached(loaded.service, _Places(loaded, path), verdicts, WARNING)


class _Places:
    """Where things stand in the file of a definition."""

    def __init__(self, loaded: Loaded, path: Path):
        self._loaded = loaded
        self._path = path
        self.tests = f"{path.stem}{TESTS_END}"

    def complain(self, code: str, name: str, severity: str = ERROR, **facts: object) -> Complaint:
        """Complain at the question of that name, else at whatever has it."""
        marks = self._loaded.marks
        named = [(place, mark) for place, mark in marks.items() if place[-1:] == (name,)]
        asked = [mark for place, mark in named if place[-2:-1] == ("questions",)]
        mark = next(iter([*asked, *(mark for _, mark in named)]), Mark(str(self._path), 1, 1))
        return Complaint(mark.file, mark.line, mark.column, severity, code, facts)


def _header(service: Service, at: _Places) -> Iterator[Complaint]:
    before = service.before
    for key, there, severity in (
        ("minutes", before.minutes is not None, ERROR),
        ("cost", before.cost is not None, WARNING),
        ("keywords", service.keywords is not None, WARNING),
        ("next", bool(service.next), WARNING),
    ):
        if not there:
            yield at.complain("header_lacks", "before_you_start", severity, key=key)
    if service.samples:
        listed = ", ".join(service.samples)
        facts = {"what": f"bekräftade värden för {listed}", "what_en": f"verified values of {listed}"}
        yield at.complain("not_for_publishing", "samples", WARNING, **facts)


def _unreached(service: Service, at: _Places, verdicts: Sequence[Verdict], severity: str) -> Iterator[Complaint]:
    if not verdicts:
        yield at.complain("no_tests", "service", severity, file=at.tests)
        return
    reached = frozenset().union(*(verdict.reached for verdict in verdicts))
    for question in service.questions.values():
        # A municipality's list is its own affair.
        left = [o.key for o in question.options if not o.label.house and f"{question.id}.{o.key}" not in reached]
        if left:
            yield at.complain("options_not_reached", question.id, severity, question=question.id, options=left)
    for kind, name, key in _to_reach(service):
        if key not in reached:
            place = {"rule": "rules"}.get(kind) or name.partition(".")[0]
            yield at.complain("not_reached", place, severity, what=_KINDS[kind][0], what_en=_KINDS[kind][1], id=name)


def _to_reach(service: Service) -> Iterator[tuple[str, str, str]]:
    """What stored tests must have seen, as (kind, name, what `trial` calls it): whatever a condition governs."""
    for step in service.steps:
        if step.when is not None:
            yield "step", step.id, step.id
        if step.cosigners is not None and step.cosigners.when is not None:
            yield "cosigners", step.id, f"cosigners:{step.id}"
        for question in step.asked:
            if question.when is not None:
                yield "question", question.id, question.id
            if question.required_when is not None:
                yield "required", question.id, f"required:{question.id}"
    yield from (("stop", stop.id, stop.id) for stop in service.stops)
    for requirement in service.requirements:
        if requirement.when is not None:
            yield "requirement", requirement.id, f"requirement:{requirement.id}"
    for number, _ in enumerate(service.routing.rules, start=1):
        yield "rule", str(number), f"rule:{number}"


def _texts(service: Service, at: _Places) -> Iterator[Complaint]:
    for language in service.languages:
        done, total = coverage(service, language)
        if language != EASY and done < total:
            yield at.complain("not_for_publishing", "languages", WARNING, **_so_many(total - done, language))
    easy, wanted = written_easily(service)
    if easy < wanted:
        yield at.complain("not_for_publishing", "languages", WARNING, **_so_many(wanted - easy, EASY))
    made = [q.id for q in service.questions.values() if q.type.asks and not q.label.ours and _spoken_by_itself(q)]
    if made:
        yield at.complain("spoken_by_itself", made[0], WARNING, number=len(made), questions=", ".join(made))


def _reaches(service: Service, question: Question) -> bool:
    """Whether its answer tells how the applicant is reached."""
    if question.prefill is not None:
        return question.prefill in {f"person.{fact}" for fact in _REACHED_BY}
    return question.type.fact in _REACHED_BY and question.id not in service.about_cosigners


def _spoken_by_itself(question: Question) -> bool:
    """Whether what is read aloud is made of a label that is no sentence."""
    return question.say is None and not question.label.sv.rstrip().endswith("?")


def _so_many(number: int, language: str) -> dict[str, object]:
    return {
        "what": f"{number} texter på språket {language}",
        "what_en": f"{number} texts in the language {language}",
    }
