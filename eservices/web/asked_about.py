"""The one answer that somebody is asked about, as it stands: the same for the officer, the agent and the resident."""

from dataclasses import dataclass

from eservices.cases import enquiries
from eservices.cases.corrections import Flag, as_corrected
from eservices.cases.model import Case
from eservices.definitions.model import Question
from eservices.journey.path import walk
from eservices.journey.summary import summary
from eservices.language import words as words_of
from eservices.storage.database import Transaction
from eservices.submissions import pinned, store


@dataclass(frozen=True, slots=True)
class AskedAbout:
    """A question and its answer in one language; of a personal number only as much as shows which one it is."""

    question: Question
    label: str
    value: str


def asked_about(tx: Transaction, case: Case, flag: Flag, language: str) -> AskedAbout | None:
    """None where the answer cannot be told: nobody has given it, or it is not asked for any more."""
    submissions = store.of_case(tx, case.id)
    if not submissions:
        return None
    answers = as_corrected(submissions, enquiries.of_case(tx, case))
    version, words = submissions[0].version, words_of(language)
    for section in summary(walk(pinned.service(tx, version), answers), pinned.texts(tx, version, language), words):
        for line in section.lines:
            if line.place == flag.place:
                value, given = line.value, answers.value(*line.place)
                if line.question.type.fact == "personal_number" and isinstance(given, str):
                    value = line.question.type.mask(given, words)
                return AskedAbout(line.question, line.label, value)
    return None
