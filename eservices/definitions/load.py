"""A file -> a service, or everything that is wrong with it in one go, each with line and column.

The version of a service is the SHA-256 of its canonical content: shared blocks in place, translations not counted.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from yaml.nodes import MappingNode, Node

from eservices.definitions import grammar, yaml_text
from eservices.definitions.building import build
from eservices.definitions.complaints import ERROR, WARNING, Complaint, Finding, Mark, suggestion
from eservices.definitions.complaints import Path as Path_
from eservices.definitions.grammar import Block, Blocks
from eservices.definitions.lint import lint
from eservices.definitions.model import Service
from eservices.definitions.municipality import Municipality, read_municipality
from eservices.definitions.shape import Broken, Keys, Reader

#: Files of a forms folder that are no definitions.
TESTS_END = ".tests.yaml"
MUNICIPALITY = "municipality.yaml"
BLOCKS = "blocks"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What reading a definition gave. The service is None exactly when a complaint is an error."""

    service: Service | None
    complaints: tuple[Complaint, ...]
    #: where everything stands
    marks: Mapping[Path_, Mark] = field(default_factory=dict, compare=False, repr=False)

    @property
    def errors(self) -> tuple[Complaint, ...]:
        return tuple(complaint for complaint in self.complaints if complaint.severity == ERROR)


def read_service(
    path: Path,
    folders: Sequence[Path] = (),
    municipality: Municipality | None = None,
    *,
    name: str | None = None,
    blocks: Blocks | None = None,
) -> Loaded:
    """Read one definition. Shared blocks are looked for beside it, then in `folders` (or where `blocks` says).

    `municipality` tells which boards, units and facts there are: that of the file beside the definition unless it is
    given. Without any they are not judged. `name` is what complaints call the file.
    """
    if municipality is None and (beside := path.with_name(MUNICIPALITY)).is_file():
        municipality, _ = read_municipality(beside)
    called = name or str(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        return Loaded(None, (Complaint(called, 1, 1, ERROR, "cannot_read", {"reason": error.strerror or ""}),))
    found = read_content(content, called, blocks or shared_blocks(folders)(path), municipality)
    if found.service is not None and found.service.id != path.stem:
        facts = {"file": path.name, "service": found.service.id}
        odd = Complaint(called, _line_of(content, b"service:"), 1, WARNING, "wrong_file_name", facts)
        return Loaded(found.service, (odd, *found.complaints), found.marks)
    return found


def read_content(
    content: bytes, called: str, blocks: Blocks | None = None, municipality: Municipality | None = None
) -> Loaded:
    """Read one definition that is in memory; `called` stands for its file in complaints."""
    document = yaml_text.read(content, called)
    reader = Reader((called, line) for line in document.repaired)
    canonical = _canonical(document.root, grammar.service(blocks or Blocks()), reader)
    findings: Iterable[Finding] = ()
    service: Service | None = None
    if canonical is not None:
        _put_lists_in(canonical, municipality, reader)
        _put_promises_in(canonical, municipality, reader)
        built = build(canonical, version_of(canonical))
        service = built.service
        findings = [*built.findings, *(lint(service, municipality) if service is not None else ())]
    complaints = [*document.complaints, *reader.complaints]
    for finding in findings:
        mark = reader.place(finding.path)
        if (mark.file, mark.line) not in {(called, line) for line in document.repaired}:
            facts = {name: _lined(fact, reader) for name, fact in finding.facts.items()}
            file = mark.file or called
            if file != called:  # the block may be right, and what the service makes of it wrong
                facts["used_by"] = called
            complaints.append(Complaint(file, mark.line, mark.column, finding.severity, finding.code, facts))
    in_order = tuple(
        sorted(_without_echoes(_unique(complaints)), key=lambda c: (c.file != called, c.file, c.line, c.column, c.code))
    )
    sound = not any(complaint.severity == ERROR for complaint in in_order)
    return Loaded(service if sound else None, in_order, reader.marks)


def _put_lists_in(content: dict[str, Any], municipality: Municipality | None, reader: Reader) -> None:
    """Put the municipality's lists in the place of their names, so that a version holds what it offered."""
    for index, step in enumerate(content.get("steps") or ()):
        group = step.get("group")
        inside: Path_ = ("steps", index, "group", "questions") if group else ("steps", index, "questions")
        for entry in (group or step).get("questions") or ():
            written = entry.get("options")
            if not isinstance(written, dict) or "list" not in written:
                continue
            known = {} if municipality is None else municipality.lists
            place = (*inside, entry["id"], "options", "list")
            if written["list"] in known:
                offered = known[written["list"]].items()
                entry["options"] = [{"id": key, "label": label} for key, label in offered]
                entry["options_list"] = written["list"]
            else:
                facts = {"list": written["list"], **suggestion(written["list"], known)}
                reader.complain_at(reader.place(place), "unknown_list", facts)
                entry["options"] = [{"id": "x", "broken": True}]


#: What the contact centre does with every service, where a definition says nothing else; why it must be known.
_OF_THE_CENTRE = {
    "queue": ("vilken kö hos kundcenter.", "The contact centre's queue."),
    "mandate": ("beslutet som ger kundcenter rätten.", "The decision it rests on."),
    "first_contact_within": ("löftet om första kontakt.", "The promise of a first contact."),
}


def _put_promises_in(content: dict[str, Any], municipality: Municipality | None, reader: Reader) -> None:
    """What a definition does not say of the contact centre, the municipality does; the version holds it."""
    centre = (content.get("routing") or {}).get("contact_centre")
    if not isinstance(centre, dict):
        return
    for name, (why, why_en) in _OF_THE_CENTRE.items():
        promised = "" if municipality is None else getattr(municipality.contact_centre, name)
        if name not in centre and promised:
            centre[name] = promised
        elif name not in centre:
            facts = {"key": name, "where": "i `contact_centre`", "where_en": "of `contact_centre`", "why": why,
                     "why_en": why_en}  # fmt: skip
            reader.complain_at(reader.place(("routing", "contact_centre")), "missing_key", facts)


def service_from_content(content: Mapping[str, Any]) -> Service:
    """The service that was once read, from its stored canonical content alone. Raises `ValueError` for any other."""
    try:
        built = build(content, version_of(content))
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError("this is not the content of a definition") from error
    whole = all(key in content for key, described in grammar.HEADER.items() if described.needed)
    if built.service is None or built.findings or not whole:
        raise ValueError("this is not the content of a definition")
    return built.service


def version_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of canonical content, in hexadecimal digits."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def definition_files(folder: Path) -> list[Path]:
    """The definitions of a folder, by name."""
    return sorted(
        path
        for path in folder.glob("*.yaml")
        if not path.name.endswith(TESTS_END) and path.name != MUNICIPALITY and not path.name.startswith(".")
    )


def read_block(path: Path, called: str) -> tuple[Block | None, tuple[Complaint, ...]]:
    """Read one shared block and judge it on its own."""
    try:
        document = yaml_text.read(path.read_bytes(), called)
    except OSError as error:
        return None, (Complaint(called, 1, 1, ERROR, "cannot_read", {"reason": error.strerror or ""}),)
    reader = Reader((called, line) for line in document.repaired)
    _canonical(document.root, grammar.BLOCK, reader)
    complaints = (*document.complaints, *reader.complaints)
    if not isinstance(document.root, MappingNode):
        return None, complaints
    sound = not any(complaint.severity == ERROR for complaint in complaints)
    return Block(path.stem, called, document.root, sound), complaints


def _lined(fact: object, reader: Reader) -> object:
    """A place among the facts becomes its line."""
    return reader.place(fact).line if isinstance(fact, tuple) and fact[:1] and fact[0] in grammar.HEADER else fact


def _canonical(root: Node | None, shape: Keys, reader: Reader) -> dict[str, Any] | None:
    if root is None:
        return None
    try:
        return shape.read(root, (), reader)
    except Broken:
        return None


def shared_blocks(folders: Sequence[Path]) -> Callable[[Path], Blocks]:
    """Gives the blocks for a definition: those beside it first, then those of `folders`. Each file is read once."""

    @cache
    def block(path: Path) -> Block | None:
        return read_block(path, str(path))[0] if path.is_file() else None

    def for_definition(definition: Path) -> Blocks:
        places = tuple(dict.fromkeys(folder / BLOCKS for folder in (definition.parent, *folders)))

        def find(name: str) -> Block | None:
            return next((found for place in places if (found := block(place / f"{name}.yaml")) is not None), None)

        def names() -> tuple[str, ...]:
            return tuple(sorted({path.stem for place in places for path in place.glob("*.yaml")}))

        return Blocks(find, names)

    return for_definition


def _unique(complaints: Iterable[Complaint]) -> Iterable[Complaint]:
    """Each complaint once: a block used in two steps complains once of itself."""
    seen = set()
    for complaint in complaints:
        key = (complaint.file, complaint.line, complaint.column, complaint.code, complaint.sentence())
        if key not in seen:
            seen.add(key)
            yield complaint


#: Complaints of something that stands in the wrong place.
_MOVED = frozenset({"begins_without_hyphen", "question_too_far_in", "question_too_far_out", "too_far_out"})


def _without_echoes(complaints: Iterable[Complaint]) -> Iterable[Complaint]:
    """Without what only follows of something that stands in the wrong place: that alone is to be put right first."""
    every = list(complaints)
    moved = {
        c.file: min(o.line for o in every if o.code in _MOVED and o.file == c.file) for c in every if c.code in _MOVED
    }
    for complaint in every:
        line = moved.get(complaint.file)
        echo = complaint.code in {"indentation", "no_colon"} and line is not None and complaint.line > line
        if not echo and not (line is not None and complaint.code in _UNKNOWN):
            yield complaint


#: Complaints of what is not there: it may be, where things stand in the wrong place.
_UNKNOWN = frozenset(
    {"unknown_question", "unknown_quote", "unknown_part", "limit_not_known", "items_not_known", "nothing_asked"}
)


def _line_of(content: bytes, start: bytes) -> int:
    return next((n for n, line in enumerate(content.split(b"\n"), start=1) if line.startswith(start)), 1)


__all__ = [
    "Loaded",
    "definition_files",
    "read_block",
    "read_content",
    "read_service",
    "service_from_content",
    "shared_blocks",
    "version_of",
]
