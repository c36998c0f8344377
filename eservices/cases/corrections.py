"""What has become of the answers since they were handed in: asked about one by one, corrected, confirmed. Pure.

The first submission is never changed. A supplement may answer a question of it anew, and an officer may ask about one
answer ("does this hold?"): what stands now is the first answers with what has been said since laid over them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from eservices.cases.enquiries import Enquiry
from eservices.journey.answers import Answer, Answers, AnswerState, Place
from eservices.submissions.model import Submission, SubmissionKind
from eservices.values import Json


@dataclass(frozen=True, slots=True)
class Flag:
    """One answer that an officer wonders about: which, as what question it is asked, and the officer's words."""

    place: Place
    asked_as: str
    words: str

    def to_json(self) -> dict[str, Json]:
        question, item = self.place
        return {"question": question, "item": item, "asked_as": self.asked_as, "words": self.words}


@dataclass(frozen=True, slots=True)
class Correction:
    """Where an answer was given anew: in which later submission, and at which place of it."""

    submission: Submission
    place: Place


def flag_of(enquiry: Enquiry) -> Flag | None:
    """What single answer an enquiry is about; None for one that asks for other things."""
    told = enquiry.content.get("flag")
    if not isinstance(told, dict):
        return None
    item = told["item"]
    return Flag(
        (str(told["question"]), item if isinstance(item, int) else None), str(told["asked_as"]), str(told["words"])
    )


def corrections(submissions: Sequence[Submission], asked: Iterable[Enquiry]) -> Mapping[Place, Sequence[Correction]]:
    """Per answer of the first submission, what has been said of it since, in order."""
    found: dict[Place, list[Correction]] = {}
    for place, correction in _said_since(submissions, asked):
        if submissions and submissions[0].answers.get(*place) is not None:
            found.setdefault(place, []).append(correction)
    return found


def as_corrected(submissions: Sequence[Submission], asked: Iterable[Enquiry]) -> Answers:
    """The answers as they stand now. What was put off or left blank since changes nothing."""
    if not submissions:
        return Answers()
    first = submissions[0].answers
    given: dict[Place, Answer] = dict(first.given)
    for place, correction in _said_since(submissions, asked):
        answer = correction.submission.answers.get(*correction.place)
        if answer is not None and answer.state is AnswerState.ANSWERED and correction.place[0] == place[0]:
            given[place] = answer
    return replace(first, given=given)


def _said_since(submissions: Sequence[Submission], asked: Iterable[Enquiry]) -> Iterator[tuple[Place, Correction]]:
    flags = {one.submission_id: flag for one in asked if (flag := flag_of(one)) is not None and one.submission_id}
    for later in submissions[1:]:
        if later.kind is not SubmissionKind.SUPPLEMENT:
            continue
        flag = flags.get(later.id)
        for place in later.answers.given:
            of = flag.place if flag is not None and place == (flag.asked_as, None) else place
            yield of, Correction(later, place)
