"""A whole case for somebody who may have it, as data: what goes into an archive for machines and onto paper.

What must be withheld from this reader is left out and listed, each with its reason; a gap that nobody sees would be a
lie. Codes that open the case are in no export. Whether something is secret is decided by a person before this is run:
the audience that the definition states is where that decision starts, not where it ends.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from eservices import attachments, journal
from eservices.attachments import Attachment
from eservices.calendars import day_of
from eservices.cases import appealing, enquiries, marks, store
from eservices.cases.model import Case, Decision, Party
from eservices.cases.store import CaseFile
from eservices.definitions.model import Audience, Sensitivity
from eservices.definitions.texts import ServiceTexts
from eservices.identity import accounts
from eservices.journey.answers import Place
from eservices.journey.cosigning import what_others_see
from eservices.journey.path import walk
from eservices.journey.summary import Line, summary, summary_of
from eservices.language import Words
from eservices.storage.database import Transaction
from eservices.submissions import pinned
from eservices.submissions.model import Submission, SubmissionKind


class Reader(StrEnum):
    """Who asked for it."""

    UNIT = "unit"  #: the house itself, for transfer or archive
    PARTY = "party"  #: FL 10 §: the applicant, and whoever acts for them
    COUNTERPART = "counterpart"  #: FL 10 §: whoever else has a part in the case, such as a neighbour or an ex-partner
    PUBLIC = "public"  #: TF 2 kap.


#: Those who get neither files nor what somebody else has written to the house, or been told by it.
_OUTSIDE = frozenset({Reader.COUNTERPART, Reader.PUBLIC})


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that is left out, without saying what it says: its sort, what or when it is, and why."""

    sort: str  #: party, contact, answer, message, entry, file, decision
    what: str
    because: str  #: working_paper, personal, sensitive, audience, protected, file, message


@dataclass(frozen=True, slots=True)
class Exported:
    """The two forms, and what neither holds."""

    data: Mapping[str, Any]
    files: Sequence[Attachment]
    withheld: Sequence[Withheld]


def gather(tx: Transaction, case: Case, reader: Reader, words: Words) -> Exported:
    """Everything of a case that this reader may have, in Swedish, and a list of the rest."""
    file = store.file_of(tx, case)
    left_out: list[Withheld] = []
    parties = [_party(party, reader, case, left_out) for party in file.parties]
    data = {
        "edition": reader.value,
        "number": case.number,
        "registry_number": case.registry_number,
        "title": case.title,
        "service": case.service,
        "version": case.version,
        "board": case.board,
        "unit": case.unit,
        "regime": case.regime,
        "status": case.status,
        "public_status": case.public_status.value,
        "channel": case.channel.value,
        "received_on": case.received_on.isoformat(),
        "decided_at": case.decided_at.isoformat() if case.decided_at else None,
        "confidentiality": [[one.provision, one.marked_on.isoformat()] for one in marks.of_case(tx, case.id)],
        "parties": [party for party in parties if party],
        "submissions": [
            _submission(tx, one, case, reader, words, left_out=left_out)
            for one in file.submissions
            if one.kind is not SubmissionKind.SIGNATURE
        ],
        "messages": _messages(file, reader, left_out),
        "enquiries": [
            {
                "kind": one.kind.value,
                "state": one.state.value,
                "asked_at": one.asked_at.isoformat(),
                "last_day": one.last_day.isoformat(),
                "settled_at": one.settled_at.isoformat() if one.settled_at else None,
            }
            for one in enquiries.of_case(tx, case)
        ],
        "decisions": _decisions(tx, file, reader, left_out),
        "appeals": [
            {
                "received_on": one.received_on.isoformat(),
                "last_day": one.last_day.isoformat() if one.last_day else None,
                "state": one.state.value,
            }
            for one in appealing.of_case(tx, case)
        ],
        "journal": list(_journal(tx, case, reader, left_out)),
    }
    kept = list(_files(tx, case, reader, left_out))
    data["files"] = [
        {"path": _path(number, one), "id": one.id, "name": one.name, "size_bytes": one.size_bytes}
        for number, one in enumerate(kept, start=1)
    ]
    return Exported(
        {**data, "withheld": [[one.sort, one.what, one.because] for one in left_out]}, kept, tuple(left_out)
    )


def archive(exported: Exported, content_of: Callable[[Attachment], Iterable[bytes]]) -> bytes:
    """A zip with `case.json` and the files, under names that no machine stumbles over."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as folder:
        folder.writestr("case.json", json.dumps(exported.data, ensure_ascii=False, indent=1))
        for number, one in enumerate(exported.files, start=1):
            folder.writestr(_path(number, one), b"".join(content_of(one)))
    return made.getvalue()


def _path(number: int, file: Attachment) -> str:
    ending = file.name.rpartition(".")[2].lower()
    kind = ending if ending.isascii() and ending.isalnum() and ending != file.name.lower() else "bin"
    return f"files/{number:03}.{kind}"


def _party(party: Party, reader: Reader, case: Case, left_out: list[Withheld]) -> dict[str, Any]:
    hidden = case.protected or party.protected
    if reader is Reader.PUBLIC or (reader is Reader.COUNTERPART and hidden):
        left_out.append(Withheld("party", party.role, "protected" if hidden else "personal"))
        return {}
    told = {"role": party.role, "name": party.name}
    if hidden or reader is Reader.COUNTERPART:
        left_out.append(Withheld("contact", party.role, "protected" if hidden else "personal"))
        return told
    return {
        **told,
        "personal_number": party.personal_number,
        "email": party.email,
        "phone": party.phone,
        "address": dict(party.address),
        "method": party.method.value,
        "language": party.language,
    }


def _submission(
    tx: Transaction, submission: Submission, case: Case, reader: Reader, words: Words, *, left_out: list[Withheld]
) -> dict[str, Any]:
    service = pinned.service(tx, submission.version)
    texts = pinned.texts(tx, submission.version, "sv")
    here = walk(service, submission.answers)
    lines = [line for section in summary(here, texts, words) for line in section.lines]
    others = what_others_see(here, protected=case.protected)
    why = {line.place: _why_not(line, reader, others, case) for line in lines}
    left_out.extend(Withheld("answer", _label(line, texts), why[line.place]) for line in lines if why[line.place])
    told = summary_of(here, frozenset(place for place, reason in why.items() if not reason), texts, words)
    return {
        "kind": submission.kind.value,
        "channel": submission.channel.value,
        "received_on": submission.received_on.isoformat(),
        "version": submission.version,
        "answers": [
            {
                "section": section.title,
                "question": line.place[0],
                "item": line.place[1],
                "label": line.label,
                "value": line.value if line.state == "answered" else "",
                "state": line.state,
                "written": line.written,
            }
            for section in told
            for line in section.lines
        ],
    }


def _why_not(line: Line, reader: Reader, others: frozenset[Place], case: Case) -> str:
    """Why this reader does not get an answer; "" where they do. Where a protected person is leaves the house in no
    edition; the house gets all."""
    question = line.question
    if reader is Reader.UNIT:
        return ""
    if case.protected and question.tells_where:
        return "protected"
    if reader is Reader.PARTY:
        return ""
    if reader is Reader.COUNTERPART:
        return "" if line.place in others else "audience"
    if question.sensitivity is not Sensitivity.NORMAL or question.prefill:
        return "personal"
    return "" if question.audience is Audience.PUBLIC else "audience"


def _label(line: Line, texts: ServiceTexts) -> str:
    """What was asked, without the earlier answers that it quotes."""
    label = line.question.label
    return texts.get(label, **{name: "…" for name in label.quotes if "." not in name})


def _decisions(tx: Transaction, file: CaseFile, reader: Reader, left_out: list[Withheld]) -> list[dict[str, Any]]:
    """Every version, as it was signed. To the public only what was decided, where the matter is of somebody's health or
    the like; nothing at all where somebody is protected."""
    if reader is Reader.PUBLIC and file.case.protected:
        left_out.extend(Withheld("decision", one.decided_at.date().isoformat(), "protected") for one in file.decisions)
        return []
    asked = pinned.service(tx, file.case.version).questions.values()
    bare = reader is Reader.PUBLIC and any(one.sensitivity is Sensitivity.SENSITIVE for one in asked)
    if bare:
        left_out.extend(Withheld("decision", one.decided_at.date().isoformat(), "sensitive") for one in file.decisions)
    names = accounts.names(tx, {one.decided_by for one in file.decisions})
    return [
        {
            "revision": one.revision,
            "kind": one.kind.value,
            "outcome": one.outcome.value,
            **({} if bare else _said(one)),
            "law": one.law,
            "valid_until": one.valid_until.isoformat() if one.valid_until else None,
            "made_by": one.made_by.value,
            "meeting_on": one.meeting_on.isoformat() if one.meeting_on else None,
            "paragraph": one.paragraph,
            "delegate": one.delegate,
            "decided_by": names.get(one.decided_by, ""),
            "took_part": one.took_part,
            "decided_at": one.decided_at.isoformat(),
            "digest": one.digest,
        }
        for one in file.decisions
    ]


def _said(decision: Decision) -> dict[str, Any]:
    return {
        "text": decision.text,
        "plain": list(decision.plain),
        "parts": [[part.what, part.outcome.value] for part in decision.parts],
        "conditions": decision.conditions,
        "reasons": decision.reasons,
        "waiver": decision.waiver,
    }


def _messages(file: CaseFile, reader: Reader, left_out: list[Withheld]) -> list[dict[str, str]]:
    if reader in _OUTSIDE:
        left_out.extend(Withheld("message", one.sent_at.date().isoformat(), "message") for one in file.messages)
        return []
    return [
        {
            "direction": one.direction.value,
            "kind": one.kind,
            "sent_at": one.sent_at.isoformat(),
            "subject": one.subject,
            "body": one.body,
        }
        for one in file.messages
    ]


def _journal(tx: Transaction, case: Case, reader: Reader, left_out: list[Withheld]) -> Iterator[dict[str, str]]:
    for entry in journal.of_case(tx, case.id, case.key):
        if entry.kind == "viewed" and reader is not Reader.UNIT:
            continue
        if not entry.shared and reader is not Reader.UNIT:
            left_out.append(Withheld("entry", f"{day_of(entry.at).isoformat()} {entry.kind}", "working_paper"))
            continue
        told = {"at": entry.at.isoformat(), "kind": entry.kind, "by": entry.actor_kind.value}
        said = entry.content if isinstance(entry.content, dict) else {}
        if entry.kind == "status_changed":
            told["to"] = str(said.get("to", ""))
        if reader is Reader.UNIT:
            told |= {"note": str(said.get("body", "")), "why": entry.why}
        yield {**told, "name": entry.staff_name or ""}


def _files(tx: Transaction, case: Case, reader: Reader, left_out: list[Withheld]) -> Iterator[Attachment]:
    for number, one in enumerate(attachments.of_case(tx, case.id, case.key), start=1):
        if reader in _OUTSIDE or (case.protected and reader is not Reader.UNIT):
            left_out.append(Withheld("file", str(number), "protected" if case.protected else "file"))
        elif one.may_be_opened:
            yield one
