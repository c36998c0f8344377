"""Files on a page of a journey: first made durable, outside any transaction, then named in the one that keeps the page.

Whatever is refused is told as a problem of its question, beside the others; the rest of the page is not lost for it.
"""

import contextlib
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge, TooManyRequests

from eservices import attachments
from eservices.attachments import Attachment, Limits, Received, Refused, State
from eservices.definitions.model import Question
from eservices.identity import limits
from eservices.journey.path import Spot
from eservices.questions.base import QuestionType
from eservices.questions.files import File
from eservices.storage.database import Transaction, Unavailable
from eservices.storage.sealing import DataKey
from eservices.submissions.model import Draft
from eservices.values import Problem
from eservices.web import security
from eservices.web.bodies import Upload
from eservices.web.files import size_in_words
from eservices.web.forms.fields import Kept
from eservices.web.frames import Frame
from eservices.web.house import house

_AN_HOUR = dt.timedelta(hours=1)
#: All files of one draft, or of one case, together.
_MOST_BYTES = 250_000_000


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a page: ids of attachments per question, as they are shown, and what was refused."""

    ids: Mapping[str, Sequence[str]] = field(default_factory=dict)
    kept: Mapping[str, Sequence[Kept]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()


@dataclass(slots=True)
class Durable:
    """Files for a draft or a case that lie on the disk, per control, and what was refused on the way there.

    It stands around the transaction that is to name them: those that it does not name are removed when it ends. Only
    when the database went away they stay for the sweep: a connection lost during COMMIT does not say whether a row
    names them by now.
    """

    owner_id: str = ""
    received: Mapping[str, Sequence[Received]] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    named: bool = False

    def __enter__(self) -> "Durable":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        in_doubt = kind is not None and issubclass(kind, Unavailable)
        if not in_doubt and (kind is not None or not self.named):
            for one in self.all():
                attachments.discard(one)

    def all(self) -> list[Received]:
        """Every file, whichever control it came by."""
        return [one for received in self.received.values() for one in received]

    def digests(self) -> list[str]:
        """What tells whether the same files came before."""
        return [one.sha256 for one in self.all()]


def receive(
    draft: Draft, questions: Mapping[str, Question], spot: Spot, uploads: Mapping[str, Sequence[Upload]]
) -> Durable:
    """Make what was sent for a page durable. Outside any transaction: a slow disk must not hold up those who write.

    Raises `TooManyRequests` before anything is written when the caller's network has sent as many as it may.
    """
    wanted = {question_id: limits_of(question) for question_id, question in questions.items()}
    return _receive(draft.id, draft.key, wanted, uploads, spot.item)


def receive_for_case(case_id: str, key: DataKey, control: str, wants: Limits, uploads: Sequence[Upload]) -> Durable:
    """The same for one control of a case's own page, which takes a few files at a time."""
    if len(uploads) > wants.max_files:
        return Durable(case_id, problems=(Problem("too_many_files", control, facts={"maximum": wants.max_files}),))
    return _receive(case_id, key, {control: wants}, {control: uploads}, None)


def _receive(
    owner_id: str,
    key: DataKey,
    wanted: Mapping[str, Limits],
    uploads: Mapping[str, Sequence[Upload]],
    item: int | None,
) -> Durable:
    received: dict[str, list[Received]] = {}
    problems: list[Problem] = []
    _refuse_when_full()
    folder = house().settings.files_dir
    for control, wants in wanted.items():
        for upload in uploads.get(control, ()):
            try:
                one = attachments.receive(folder, upload.stream, name=upload.name, key=key, limits=wants)
            except Refused as refused:
                named = {**refused.facts, "file": attachments.clean_name(upload.name)}
                problems.append(Problem(refused.code, control, item, "", named))
            else:
                received.setdefault(control, []).append(one)
            finally:
                with contextlib.suppress(OSError):
                    upload.stream.close()
    return Durable(owner_id, received, problems)


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
    problems = list(durable.problems)
    if durable.owner_id == draft.id and durable.received:
        refuse_too_much(tx, durable, attachments.of_draft(tx, draft.id, draft.key))
        durable.named = True
        for question_id, received in durable.received.items():
            for one in received:
                try:
                    attachments.keep(
                        tx, one, draft_id=draft.id, question=question_id, item=spot.item or 0, key=draft.key,
                        limits=limits_of(questions[question_id]), now=now, scanning=bool(house().settings.clamd),
                    )  # fmt: skip
                except Refused as refused:
                    named = {**refused.facts, "file": one.name}
                    problems.append(Problem(refused.code, question_id, spot.item, "", named))
    there = files_of(tx, draft, questions, spot, frame)
    return Files(there.ids, there.kept, problems)


def refuse_too_much(tx: Transaction, durable: Durable, there: Sequence[Attachment]) -> None:
    """Count files against the caller's network, and their bytes against the draft or case that has `there` already.

    Raises `RequestEntityTooLarge` or `TooManyRequests`. Members of staff scan for many people from one network: they
    are not counted.
    """
    together = sum(one.size_bytes for one in there) + sum(one.size_bytes for one in durable.all())
    if together > _MOST_BYTES:
        raise RequestEntityTooLarge
    if not _is_staff():
        for _ in durable.all():
            if not security.within_limit(tx, _bucket(), house().settings.uploads_per_hour, _AN_HOUR):
                raise TooManyRequests


def _refuse_when_full() -> None:
    if _is_staff() or security.is_spared():
        return
    with house().database.read() as tx:
        most = house().settings.uploads_per_hour
        if limits.is_full(tx, _bucket(), most, _AN_HOUR, house().clock.now()):
            raise TooManyRequests


def _bucket() -> tuple[str, str]:
    return "upload", security.network()


def _is_staff() -> bool:
    return request.path.startswith(security.STAFF_ADDRESSES)


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
    return _limits_of(question.type)


def limits_of_case() -> Limits:
    """What comes to a case beside a form: of the kinds, as large and as many as a form takes where it says nothing."""
    return _limits_of(File())


def _limits_of(kind: QuestionType) -> Limits:
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
    if attachment.state is State.QUARANTINED:
        size = frame.words("{size}, kontrolleras för virus", size=size)
    elif attachment.state is State.REFUSED:
        size = frame.words("Går inte att öppna. Ta bort den och välj en annan fil.")
    return Kept(attachment.id, attachment.name, size, frame.removal_address(spot, attachment.id))
