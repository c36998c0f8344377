"""What somebody answers in each service, and what of the record must not depend on the way it came."""

import json
from pathlib import Path

from eservices.submissions.model import Submission
from tests.bench.robot import Answers

#: What somebody answers in each service, as one does at a browser.
ANSWERS = Path(__file__).parent.parent / "browser" / "answers"
SERVICES = sorted(path.stem for path in ANSWERS.glob("*.json"))


def answers_without_browser(service: str) -> Answers:
    """What somebody answers, as a form without a browser sends it: ticks are a yes."""
    read = json.loads((ANSWERS / f"{service}.json").read_text("utf-8"))
    return {name: "yes" if value == "__check__" else value for name, value in read.items()}


def record_of(submission: Submission) -> object:
    answers = {place: (answer.value, answer.state) for place, answer in submission.answers.given.items()}
    return answers, submission.answers.items, submission.missing, submission.declared, submission.received_on
