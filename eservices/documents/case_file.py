"""A whole case for somebody who may have it, as data: what goes into an archive for machines and onto paper.

What must be withheld from this reader is left out and listed, each with its reason; a gap that nobody sees would be a
lie. Codes that open the case are in no export. Whether something is secret is decided by a person before this is run:
the audience that the definition states is where that decision starts, and what the person leaves out besides is where
it ends.
"""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from eservices import attachments, journal
from eservices.attachments import Attachment
from eservices.calendars import day_of
from eservices.cases import filing, marks, store
from eservices.cases.model import Case, Decision, Party
from eservices.cases.store import CaseFile
from eservices.definitions.model import Audience, Sensitivity
from eservices.definitions.texts import ServiceTexts
from eservices.documents.case_beside import beside
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


#: Under names that begin so lie the copies that were made of a case; no question can be called so.
COPY = "copy-"

#: What the house has printed for one party bears the code that opens the case. What it says stands in the case itself.
_BEARS_CODE = ("receipt", "letter-", "braille-")

#: Those who get neither files nor what somebody else has written to the house, or been told by it.
_OUTSIDE = frozenset({Reader.COUNTERPART, Reader.PUBLIC})


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that is left out, without saying what it says: its sort, what or when it is, and why."""

    sort: str  #: party, contact, answer, message, entry, file, decision
    what: str
    because: str  #: working_paper, personal, sensitive, audience, protected, file, message, code; or a provision
    key: str = ""


@dataclass(frozen=True, slots=True)
class Included:
    """Something that the reader gets, and that a person can leave out by its key; `says` is how it begins."""

    key: str
    sort: str
    what: str
    says: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What a person has found to be secret besides, by keys, and the provision that says so."""

    keys: frozenset[str] = frozenset()
    provision: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """The two forms, what can still be left out of them, and what neither holds."""

    data: Mapping[str, Any]
    files: Sequence[Attachment]
    withheld: Sequence[Withheld]
    included: Sequence[Included]


@dataclass
class _Sorting:
    """Sorts what this reader gets from what they do not."""

    reader: Reader
    besides: LeftOut
    withheld: list[Withheld] = field(default_factory=list)
    included: list[Included] = field(default_factory=list)

    def keeps(self, sort: str, what: str, because: str = "", *, key: str = "", says: str = "") -> bool:
        """Whether the reader gets it: there is no reason against it, and nobody has left it out."""
        if not because and key in self.besides.keys:
            because = self.besides.provision
        if because:
            self.withheld.append(Withheld(sort, what, because, key))
        elif key:
            self.included.append(Included(key, sort, what, says))
        return not because


def gather(tx: Transaction, case: Case, reader: Reader, words: Words, *, besides: LeftOut = LeftOut()) -> Exported:
    """Everything of a case that this reader may have, in Swedish, and a list of the rest."""
    file = store.file_of(tx, case)
    sorting = _Sorting(reader, besides)
    lying = attachments.of_case(tx, case.id, case.key)
    parties = [_party(party, sorting, case) for party in file.parties]
    data: dict[str, Any] = {
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
            _submission(tx, one, case, sorting, words)
            for one in file.submissions
            if one.kind is not SubmissionKind.SIGNATURE
        ],
        "messages": _messages(tx, file, sorting),
        "decisions": _decisions(tx, file, sorting),
        "journal": list(_journal(tx, case, sorting)),
        **beside(tx, case, file, sorting.keeps, inside=reader is Reader.UNIT, outside=reader in _OUTSIDE),
    }
    kept = list(_files(lying, case, sorting))
    data["files"] = [
        {"path": _path(number, one), "id": one.id, "name": one.name, "size_bytes": one.size_bytes}
        for number, one in enumerate(kept, start=1)
    ]
    for message in data["messages"]:
        message["files"] = [
            _path(number, one) for number, one in enumerate(kept, start=1) if one.message_id == message["id"]
        ]
    listed = [{"sort": one.sort, "what": one.what, "because": one.because} for one in sorting.withheld]
    return Exported({**data, "withheld": listed}, kept, tuple(sorting.withheld), tuple(sorting.included))


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


def _party(party: Party, sorting: _Sorting, case: Case) -> dict[str, Any]:
    hidden, reader = case.protected or party.protected, sorting.reader
    because = "protected" if hidden else "personal"
    unnamed = reader is Reader.PUBLIC or (reader is Reader.COUNTERPART and hidden)
    if not sorting.keeps("party", party.role, because if unnamed else ""):
        return {}
    told = {"role": party.role, "name": party.name}
    unreached = hidden or reader is Reader.COUNTERPART
    if not sorting.keeps(
        "contact", party.role, because if unreached else "", key=f"contact-{party.id}", says=party.name
    ):
        return told
    return {
        **told,
        "personal_number": party.personal_number,
        "email": party.email,
        "phone": party.phone,
        "address": dict(party.address),
        "method": party.method.value,
        "language": party.language,
        "identity_basis": party.identity_basis.value,
        "needs": party.needs.to_json(),
        "helper": party.helper,
        "consent": party.consent,
    }


def _submission(tx: Transaction, submission: Submission, case: Case, sorting: _Sorting, words: Words) -> dict[str, Any]:
    service = pinned.service(tx, submission.version)
    texts = pinned.texts(tx, submission.version, "sv")
    here = walk(service, submission.answers)
    others = what_others_see(here, protected=case.protected)
    seen = frozenset(
        line.place
        for section in summary(here, texts, words)
        for line in section.lines
        if sorting.keeps(
            "answer",
            _label(line, texts),
            _why_not(line, sorting.reader, others, case),
            key=f"answer-{submission.id}-{line.place[0]}-{line.place[1] or ''}",
            says="" if line.question.type.fact == "personal_number" else line.value or line.written,
        )
    )
    return {
        "kind": submission.kind.value,
        "channel": submission.channel.value,
        "received_on": submission.received_on.isoformat(),
        "arrived_on": submission.arrived_on.isoformat() if submission.arrived_on else None,
        "identity_basis": submission.identity_basis.value,
        "declared": list(submission.declared),
        **_as_letter(submission, sorting),
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
            for section in summary_of(here, seen, texts, words)
            for line in section.lines
        ],
    }


def _as_letter(submission: Submission, sorting: _Sorting) -> dict[str, str]:
    """What a letter without a form is about and says: its writer's own words, as any message is."""
    if not submission.about:
        return {}
    because = "message" if sorting.reader in _OUTSIDE else ""
    on, key = submission.received_on.isoformat(), f"message-{submission.id}"
    told = sorting.keeps("message", on, because, key=key, says=submission.about)
    return {"about": submission.about, "body": submission.body} if told else {}


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


def _decisions(tx: Transaction, file: CaseFile, sorting: _Sorting) -> list[dict[str, Any]]:
    """Every version, as it was signed. To the public only what was decided, where the matter is of somebody's health or
    the like; nothing at all where somebody is protected."""
    asked = pinned.service(tx, file.case.version).questions.values()
    names = accounts.names(tx, {one.decided_by for one in file.decisions})
    public = sorting.reader is Reader.PUBLIC
    because = "sensitive" if public and any(one.sensitivity is Sensitivity.SENSITIVE for one in asked) else ""
    if public and file.case.protected:
        because = "protected"
    found = []
    for one in file.decisions:
        told = sorting.keeps(
            "decision", one.decided_at.date().isoformat(), because, key=f"decision-{one.id}", says=one.reasons
        )
        if because != "protected":
            found.append(_decision(one, names, told=told))
    return found


def _decision(one: Decision, names: Mapping[str, str], *, told: bool) -> dict[str, Any]:
    """The decision; without its text and reasons, unless they are `told`."""
    said = {
        "text": one.text,
        "plain": list(one.plain),
        "parts": [[part.what, part.outcome.value] for part in one.parts],
        "conditions": one.conditions,
        "reasons": one.reasons,
        "waiver": one.waiver,
    }
    return {
        "revision": one.revision,
        "kind": one.kind.value,
        "outcome": one.outcome.value,
        **(said if told else {}),
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


def _messages(tx: Transaction, file: CaseFile, sorting: _Sorting) -> list[dict[str, Any]]:
    """What was written, both ways; of mail that was filed by hand also who it is from and the day it counts from."""
    because, found, filed = "message" if sorting.reader in _OUTSIDE else "", [], filing.of_case(tx, file.case)
    for one in file.messages:
        on, key = day_of(one.sent_at).isoformat(), f"message-{one.id}"
        if sorting.keeps("message", on, because, key=key, says=one.subject or one.body):
            told = {"direction": one.direction.value, "kind": one.kind, "sent_at": one.sent_at.isoformat()}
            mail = filed.get(one.id)
            came = {"sender": mail.sender, "received_on": mail.received_on.isoformat()} if mail is not None else {}
            found.append({"id": one.id, **told, "subject": one.subject, "body": one.body, **came})
    return found


def _journal(tx: Transaction, case: Case, sorting: _Sorting) -> Iterator[dict[str, Any]]:
    inside = sorting.reader is Reader.UNIT
    for entry in journal.of_case(tx, case.id, case.key):
        if entry.kind == "viewed" and not inside:
            continue
        because = "" if entry.shared or inside else "working_paper"
        if not sorting.keeps("entry", f"{day_of(entry.at).isoformat()} {entry.kind}", because):
            continue
        told: dict[str, Any] = {"at": entry.at.isoformat(), "kind": entry.kind, "by": entry.actor_kind.value}
        said = entry.content if isinstance(entry.content, dict) else {}
        if entry.kind == "status_changed":
            told["to"] = str(said.get("to", ""))
        if inside:
            told |= {"note": str(said.get("body", "")), "why": entry.why, "content": said}
        yield {**told, "name": entry.staff_name or ""}


def _files(lying: Sequence[Attachment], case: Case, sorting: _Sorting) -> Iterator[Attachment]:
    """What lies with the case; earlier copies of all of it do not count as parts of it."""
    outside = sorting.reader in _OUTSIDE or (case.protected and sorting.reader is not Reader.UNIT)
    because = "" if not outside else "protected" if case.protected else "file"
    files = [one for one in lying if one.may_be_opened and not one.question.startswith(COPY)]
    for number, one in enumerate(files, start=1):
        why = because or ("code" if one.question.startswith(_BEARS_CODE) else "")
        if sorting.keeps("file", str(number), why, key=f"file-{one.id}", says=one.name):
            yield one
