"""How long definitions are: what a person has to read who owns a service, for each question that it asks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eservices.definitions.model import Service


@dataclass(frozen=True, slots=True)
class Length:
    """One definition: its lines without blank ones and comments, and its questions, those of shared blocks too."""

    service: str
    lines: int
    questions: int
    pages: int

    @property
    def lines_per_question(self) -> float:
        return self.lines / max(self.questions, 1)


def lengths(files: Sequence[Path], services: Mapping[str, Service]) -> Iterator[Length]:
    """The length of every file that is a service, in the order of the files."""
    for path in files:
        service = services.get(path.stem)
        if service is not None:
            written = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
            lines = sum(bool(line) and not line.startswith("#") for line in written)
            asked = sum(question.type.asks for question in service.questions.values())
            yield Length(service.id, lines, asked, len(service.steps))


def table(found: Sequence[Length]) -> Iterator[str]:
    """The lengths as lines of text, with the whole and the middle one last."""
    yield f"{'':24}{'lines':>7}{'questions':>11}{'pages':>7}{'lines/question':>16}"
    for one in found:
        yield (f"{one.service:24}{one.lines:>7}{one.questions:>11}{one.pages:>7}{one.lines_per_question:>16.1f}")
    if found:
        lines, questions = sum(one.lines for one in found), sum(one.questions for one in found)
        middle = sorted(one.lines for one in found)[len(found) // 2]
        pages = sum(one.pages for one in found)
        yield f"{'all':24}{lines:>7}{questions:>11}{pages:>7}{lines / max(questions, 1):>16.1f}"
        yield f"{'the middle one':24}{middle:>7}"
