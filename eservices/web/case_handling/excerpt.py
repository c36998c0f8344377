"""A part of a case for somebody who is asked about it: the answers and files that the officer has chosen, no more."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from eservices import attachments
from eservices.attachments import Attachment
from eservices.cases import enquiries
from eservices.cases.corrections import as_corrected
from eservices.cases.model import Case
from eservices.journey.path import walk
from eservices.journey.summary import Section, summary
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.submissions import pinned, store
from eservices.web.i18n import plain
from eservices.web.staff.telling import line_told


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the answers: its title, and each question with its answer as it stands now."""

    title: str
    lines: tuple[tuple[str, str], ...]


def parts_to_show(tx: Transaction, case: Case) -> tuple[tuple[str, str, str], ...]:
    """What can be chosen: each part of the answers, each file that can be opened."""
    parts = [(_key(section), section.title, "") for section, _ in _sections(tx, case)]
    return (*parts, *((file.id, file.name, plain("fil")) for file in _files(tx, case)))


def parts_shown(tx: Transaction, case: Case, chosen: Collection[str]) -> tuple[Part, ...]:
    """The chosen parts of the answers. A personal number is masked here, too."""
    return tuple(Part(section.title, lines) for section, lines in _sections(tx, case) if _key(section) in chosen)


def files_shown(tx: Transaction, case: Case, chosen: Collection[str]) -> Sequence[Attachment]:
    """The chosen files."""
    return [file for file in _files(tx, case) if file.id in chosen]


def _sections(tx: Transaction, case: Case) -> Iterator[tuple[Section, tuple[tuple[str, str], ...]]]:
    submissions = store.of_case(tx, case.id)
    if not submissions:
        return
    answers = as_corrected(submissions, enquiries.of_case(tx, case))
    service = pinned.service(tx, submissions[0].version)
    texts = pinned.texts(tx, submissions[0].version, "sv")
    for section in summary(walk(service, answers), texts, words_of("sv")):
        yield section, tuple((line.label, line_told(line, answers)) for line in section.lines)


def _files(tx: Transaction, case: Case) -> Iterator[Attachment]:
    """What was sent in; not what the house itself has made."""
    for file in attachments.of_case(tx, case.id, case.key):
        sent_in = file.submission_id is not None or file.message_id is not None or file.question == "document"
        if sent_in and file.may_be_opened and not file.question.startswith(("receipt", "letter")):
            yield file


def _key(section: Section) -> str:
    return section.step if section.item is None else f"{section.step}-{section.item}"
