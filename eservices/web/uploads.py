"""Files on a page of a journey: first made durable, outside any transaction, then named in the one that keeps the page.

Whatever is refused is told as a problem of its question, beside the others; the rest of the page is not lost for it.
"""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.exceptions import TooManyRequests

from eservices import attachments
from eservices.attachments import Attachment, Limits, Received, Refused
from eservices.definitions.model import Question
from eservices.journey.path import Spot
from eservices.storage.database import Transaction
from eservices.submissions.model import Draft
from eservices.values import Problem
from eservices.web import security
from eservices.web.bodies import Upload
from eservices.web.files import size_in_words
from eservices.web.forms.fields import Kept
from eservices.web.frames import Frame
from eservices.web.house import house

_AN_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a page: ids of attachments per question, as they are shown, and what was refused."""

    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kept: Mapping[str, Sequence[Kept]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()


@dataclass(slots=True)
class Durable:
    """Files of a draft that lie on the disk, per question, and what was refused on the way there.

    It stands around the transaction that is to name them: those that it does not name are removed when it ends. When
    it fails they stay for the sweep: a connection lost during COMMIT does not say whether a row names them by now.
    """

    draft_id: str = ""
    received: Mapping[str, Sequence[Received]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    named: bool = False

    def __enter__(self) -> "Durable":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and not self.named:
            for received in self.received.values():
                for one in received:
                    attachments.discard(one)


def receive(
    draft: Draft, questions: Mapping[str, Question], spot: Spot, uploads: Mapping[str, Sequence[Upload]]
) -> Durable:
    """Make what was sent durable. Outside any transaction: a slow disk must not hold up everybody who writes."""
    received: dict[str, list[Received]] = {}
    problems: list[Problem] = []
    for question_id, question in questions.items():
        for upload in uploads.get(question_id, ()):
            try:
                one = attachments.receive(
                    house().settings.files_dir,
                    upload.stream,
                    name=upload.name,
                    key=draft.key,
                    limits=limits_of(question),
                )
            except Refused as refused:
                problems.append(Problem(refused.code, question_id, spot.item, "", refused.facts))
            else:
                received.setdefault(question_id, []).append(one)
            finally:
                with contextlib.suppress(OSError):
                    upload.stream.close()
    return Durable(draft.id, received, problems)


def keep(
    tx: Transaction,
    draft: Draft,
    questions: Mapping[str, Question],
    *,
    spot: Spot,
    durable: Durable,
    frame: Frame,
    now: dt.datetime,
) -> Files:
    """Name what has been received in this transaction, which has locked the draft; gives all files of the page."""
    many = sum(len(received) for received in durable.received.values())
    refuse_too_many(tx, many)
    problems = list(durable.problems)
    durable.named = durable.draft_id == draft.id
    for question_id, received in durable.received.items() if durable.named else ():
        for one in received:
            try:
                attachments.keep(
                    tx, one, draft_id=draft.id, question=question_id, item=spot.item or 0, key=draft.key,
                    limits=limits_of(questions[question_id]), now=now, scanning=bool(house().settings.clamd),
                )  # fmt: skip
            except Refused as refused:
                problems.append(Problem(refused.code, question_id, spot.item, "", refused.facts))
    there = files_of(tx, draft, questions, spot, frame)
    return Files(there.ids, there.kept, problems)


def refuse_too_many(tx: Transaction, files: int) -> None:
    """Count files against the caller's network. Raises `TooManyRequests` when it has sent as many as it may."""
    settings = house().settings
    for _ in range(files):
        if not security.within_limit(tx, ("upload", security.network()), settings.uploads_per_hour, _AN_HOUR):
            raise TooManyRequests


def files_of(tx: Transaction, draft: Draft, questions: Mapping[str, Question], spot: Spot, frame: Frame) -> Files:
    """The files that the questions of this page have now."""
    if not questions:
        return Files()
    ids: dict[str, list[str]] = {question_id: [] for question_id in questions}
    kept: dict[str, list[Kept]] = {}
    there = sorted(attachments.of_draft(tx, draft.id, draft.key), key=lambda one: (one.uploaded_at, one.name))
    for attachment in there:
        if attachment.question in questions and attachment.item == (spot.item or 0):
            ids[attachment.question].append(attachment.id)
            kept.setdefault(attachment.question, []).append(_kept(attachment, spot, frame))
    return Files(ids, kept)


def limits_of(question: Question) -> Limits:
    """What the question takes, and never more than the house does."""
    kind = question.type
    largest = min(int(getattr(kind, "max_size", 0)), house().settings.file_max_bytes)
    kinds = frozenset(getattr(kind, "accept", ()))
    return Limits(
        kinds=kinds,
        max_bytes=largest,
        max_files=int(getattr(kind, "max_files", 1)),
        keep_place=bool(getattr(kind, "keep_place", False)),
    )


def _kept(attachment: Attachment, spot: Spot, frame: Frame) -> Kept:
    size = size_in_words(attachment.size_bytes, frame.words)
    return Kept(attachment.id, attachment.name, size, frame.removal_address(spot, attachment.id))
