"""The shapes a definition is made of, each once: it reads what an author wrote, and says itself as JSON Schema.

What comes out is canonical: plain JSON, decimals as text, and everything whose order matters as a list, so that no
store can lose it. What each key is called is in `grammar`.
"""

import datetime as dt
import itertools
import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, ClassVar, TypeAlias

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from eservices.definitions.complaints import ERROR, Complaint, Mark, Path, suggestion
from eservices.definitions.conditions import OPERATORS
from eservices.definitions.yaml_text import is_empty, pairs, plain
from eservices.questions.setting import REFERENCE_PATTERN, read_reference
from eservices.values import Json

_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")
_SPAN = re.compile(r"([1-9][0-9]{0,3}) (working hours?|working days?|days?|weeks?|months?|years?)")
_MOST_TEXT = 8_000

ID_PATTERN = "^[a-z][a-z0-9_]{0,59}$"
SPAN_PATTERN = "^[1-9][0-9]{0,3} (working hours?|working days?|days?|weeks?|months?|years?)$"

Schema: TypeAlias = dict[str, Any]


class Broken(Exception):
    """This part cannot be read; it has been complained about. What stands beside it is read all the same."""


class Reader:
    """One reading: gathers complaints, and where everything stands."""

    def __init__(self, repaired: Iterable[tuple[str, int]] = ()):
        self.complaints: list[Complaint] = []
        self.marks: dict[Path, Mark] = {}
        self._repaired = frozenset(repaired)

    def complain(self, node: Node, code: str, **facts: object) -> None:
        """Complain at a node, unless the line has been mended: it was complained about then."""
        self.complain_at(mark_of(node), code, facts)

    def complain_at(self, mark: Mark, code: str, facts: Mapping[str, object], severity: str = ERROR) -> None:
        """Complain at a place in a file."""
        if (mark.file, mark.line) not in self._repaired:
            self.complaints.append(Complaint(mark.file, mark.line, mark.column, severity, code, facts))

    def refuse(self, node: Node, code: str, **facts: object) -> Broken:
        """Complain, and give what to raise."""
        self.complain(node, code, **facts)
        return Broken()

    def note(self, path: Path, node: Node) -> None:
        self.marks[path] = mark_of(node)

    def place(self, path: Path) -> Mark:
        """The mark of a path, or of the nearest thing around it."""
        while path and path not in self.marks:
            path = path[:-1]
        return self.marks.get(path) or Mark("", 1, 1)


def mark_of(node: Node) -> Mark:
    return Mark(node.start_mark.name, node.start_mark.line + 1, node.start_mark.column + 1)


class Shape(ABC):
    """Something an author may write."""

    #: Whether it stands on lines of its own, each with a key, below the one it belongs to.
    nests: ClassVar[bool] = False

    @property
    def inside(self) -> frozenset[str]:
        """The keys that stand inside it, where those are the same for all."""
        return frozenset()

    @abstractmethod
    def read(self, node: Node, path: Path, reader: Reader) -> Any:
        """The canonical content. Raises `Broken` when there is none."""

    @abstractmethod
    def schema(self) -> Schema:
        """JSON Schema of what may be written."""


def _key(path: Path) -> str:
    """The last name in a path, for a sentence."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def scalar(node: Node, path: Path, reader: Reader) -> ScalarNode:
    """The node, which must be a single value that is not empty."""
    if not isinstance(node, ScalarNode):
        raise reader.refuse(node, "not_a_value", key=_key(path))
    if is_empty(node):
        raise reader.refuse(_blame(node, path, reader), "empty_value", key=_key(path))
    return node


def _blame(node: Node, path: Path, reader: Reader) -> Node:
    """An empty value has no place of its own worth showing: the key before it has."""
    mark = reader.marks.get(path)
    if mark is None or mark.line == node.start_mark.line + 1:
        return node
    moved = ScalarNode(node.tag, "", node.start_mark, node.end_mark)
    moved.start_mark = _Moved(mark.file, mark.line - 1, mark.column - 1)
    return moved


@dataclass(frozen=True, slots=True)
class _Moved:
    name: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Text(Shape):
    """A text in Swedish, as written."""

    most: int = _MOST_TEXT

    def read(self, node: Node, path: Path, reader: Reader) -> str:
        text: str = scalar(node, path, reader).value
        if not text.strip():
            raise reader.refuse(node, "empty_value", key=_key(path))
        if len(text) > self.most:
            raise reader.refuse(node, "too_long", key=_key(path), most=self.most)
        return text.strip()

    def schema(self) -> Schema:
        return {"type": ["string", "number"]}


@dataclass(frozen=True, slots=True)
class Id(Shape):
    """A name by which other parts of the definition refer to this one."""

    def read(self, node: Node, path: Path, reader: Reader) -> str:
        return read_id(scalar(node, path, reader), reader)

    def schema(self) -> Schema:
        return {"type": "string", "pattern": ID_PATTERN}


def read_id(node: ScalarNode, reader: Reader) -> str:
    written: str = node.value
    if not _ID.fullmatch(written):
        raise reader.refuse(node, "not_an_id", written=written, **name_like(written))
    return written


def name_like(written: str) -> dict[str, object]:
    """A name that can be, made of one that cannot: `Antal människor` becomes `antal_manniskor`."""
    plain_letters = unicodedata.normalize("NFKD", written.casefold()).encode("ascii", "ignore").decode()
    name = re.sub(r"[^a-z0-9]+", "_", plain_letters).strip("_")
    return {"suggestion": name} if _ID.fullmatch(name) else {}


@dataclass(frozen=True, slots=True)
class OneOf(Shape):
    """One of some words."""

    choices: tuple[str, ...]

    def read(self, node: Node, path: Path, reader: Reader) -> str:
        written: str = scalar(node, path, reader).value
        if written not in self.choices:
            raise reader.refuse(node, "not_one_of", written=written, **suggestion(written, self.choices))
        return written

    def schema(self) -> Schema:
        return {"enum": list(self.choices)}


@dataclass(frozen=True, slots=True)
class Whole(Shape):
    """A whole number between two limits; where `refers` is set, the name of an earlier answer may stand instead."""

    least: int
    most: int
    refers: bool = False

    def read(self, node: Node, path: Path, reader: Reader) -> int | str:
        value = plain(scalar(node, path, reader))
        if self.refers and isinstance(value, str) and read_reference(value) is not None:
            return value
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise reader.refuse(node, "not_a_number_between", key=_key(path), least=self.least, most=self.most)
        return value

    def schema(self) -> Schema:
        number: Schema = {"type": "integer", "minimum": self.least, "maximum": self.most}
        return {"anyOf": [number, {"type": "string", "pattern": REFERENCE_PATTERN}]} if self.refers else number


@dataclass(frozen=True, slots=True)
class Switch(Shape):
    """true or false; `yes` and `no` are understood."""

    def read(self, node: Node, path: Path, reader: Reader) -> bool:
        found = {"true": True, "yes": True, "false": False, "no": False}.get(scalar(node, path, reader).value.lower())
        if found is None:
            raise reader.refuse(node, "not_a_switch", key=_key(path))
        return found

    def schema(self) -> Schema:
        return {"enum": [True, False, "yes", "no"]}


@dataclass(frozen=True, slots=True)
class Span(Shape):
    """An amount of time: `10 working days`."""

    never: bool = False  #: whether `for ever` may be written

    def read(self, node: Node, path: Path, reader: Reader) -> str:
        written = " ".join(scalar(node, path, reader).value.split())
        if not _SPAN.fullmatch(written) and not (self.never and written == "for ever"):
            raise reader.refuse(node, "not_a_span", written=written, example="`10 working days`, `6 weeks`, `2 years`")
        return written

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"{SPAN_PATTERN}|^for ever$" if self.never else SPAN_PATTERN}


@dataclass(frozen=True, slots=True)
class Day(Shape):
    """A date."""

    def read(self, node: Node, path: Path, reader: Reader) -> str:
        written: str = scalar(node, path, reader).value
        try:
            return dt.date.fromisoformat(written).isoformat()
        except ValueError:
            raise reader.refuse(node, "not_a_date", written=written) from None

    def schema(self) -> Schema:
        return {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}


@dataclass(frozen=True, slots=True)
class Anything(Shape):
    """A setting of a question type: plain values, judged by the type."""

    described: Mapping[str, Any] = field(default_factory=dict)

    def read(self, node: Node, path: Path, reader: Reader) -> Json:
        return read_plain(node, path, reader)

    def schema(self) -> Schema:
        return dict(self.described)


def read_plain(node: Node, path: Path, reader: Reader) -> Json:
    """Any value as plain JSON."""
    if isinstance(node, SequenceNode):
        return [read_plain(item, (*path, index), reader) for index, item in enumerate(node.value)]
    if isinstance(node, MappingNode):
        entries: dict[str, Json] = {}
        for key, value in unique_pairs(node, reader):
            reader.note((*path, key.value), key)
            entries[key.value] = read_plain(value, (*path, key.value), reader)
        return entries
    return plain(node) if isinstance(node, ScalarNode) else None


#: Keys with which a thing of a list begins: standing a second time, the one after lacks its hyphen.
_BEGIN = frozenset({"step", "stop"})


def unique_pairs(node: MappingNode, reader: Reader) -> Iterable[tuple[ScalarNode, Node]]:
    """Keys and values, each key once; a second one is complained about and left."""
    seen: dict[str, int] = {}
    for key, value in pairs(node):
        name: str = key.value
        if name in seen and name in _BEGIN and next(iter(seen)) == name and isinstance(value, ScalarNode):
            reader.complain(key, "begins_without_hyphen", key=f"{name}s", example=f"{name}: {value.value}")
            return  # what follows belongs to another thing
        if name in seen:
            reader.complain(key, "duplicate_key", key=name, first=seen[name])
            continue
        seen[name] = key.start_mark.line + 1
        yield key, value


@dataclass(frozen=True, slots=True)
class Several(Shape):
    """A list; where `alone` is set, one thing may stand without a list."""

    item: Shape
    alone: bool = True

    def read(self, node: Node, path: Path, reader: Reader) -> list[Any]:
        if isinstance(node, ScalarNode) and not node.style and re.match(r"-[^\d\s]", node.value):
            raise reader.refuse(node, "no_space_after_dash", example=node.value[1:].partition(" ")[0])
        if isinstance(node, ScalarNode) and not node.style and _lines_below(node, path, reader):
            raise reader.refuse(node, "no_hyphens", key=_key(path))
        if isinstance(node, ScalarNode) and self.alone and not is_empty(node):
            return [self.item.read(node, path, reader)]
        if isinstance(node, MappingNode) and node.value:
            first = node.value[0][0]
            raise reader.refuse(first, "begins_without_hyphen", key=_key(path), example=first.value)
        if not isinstance(node, SequenceNode):
            raise reader.refuse(node, "not_a_sequence", key=_key(path))
        found = []
        for index, item in enumerate(node.value):
            reader.note((*path, index), item)
            try:
                found.append(self.item.read(item, (*path, index), reader))
            except Broken:
                continue
        return found

    def schema(self) -> Schema:
        inner = self.item.schema()
        several = {"type": "array", "items": inner, "minItems": 1}
        return {"anyOf": [several, inner]} if self.alone else several


def _lines_below(node: ScalarNode, path: Path, reader: Reader) -> bool:
    """Whether it is written on several lines of its own, below the key: a list that lacks its hyphens."""
    above = reader.marks.get(path)
    lines = node.end_mark.line - node.start_mark.line
    return lines > 0 and above is not None and node.start_mark.line + 1 > above.line


@dataclass(frozen=True, slots=True)
class Key:
    """One key of a part: what may stand there, and why one would write it (English, then Swedish if it is needed)."""

    shape: Shape
    why: str
    needed: str = ""  #: why it must be there, in Swedish; empty for keys that may be left out


#: What tells that something is a question.
_OF_A_QUESTION = frozenset({"label", "type"})


@dataclass(frozen=True, slots=True)
class Keys(Shape):
    """A part with keys of its own. Unknown ones are errors with a suggestion."""

    keys: Mapping[str, Key]
    where: tuple[str, str]  #: what the part is called in a sentence: "i en fråga", "of a question"
    #: where a single text stands for the whole part, the key it is
    short: str | None = None
    nests: ClassVar[bool] = True

    @property
    def inside(self) -> frozenset[str]:
        return frozenset(self.keys)

    def read(self, node: Node, path: Path, reader: Reader) -> dict[str, Any]:
        if self.short is not None and isinstance(node, ScalarNode) and not is_empty(node):
            return {self.short: self.keys[self.short].shape.read(node, path, reader)}
        return self.read_pairs(mapping(node, path, reader), path, reader, node)

    def read_pairs(
        self, entries: Iterable[tuple[ScalarNode, Node]], path: Path, reader: Reader, whole: Node
    ) -> dict[str, Any]:
        """Read keys that may come from several files."""
        found: dict[str, Any] = {}
        written: set[str] = set()
        entries = list(entries)
        outside: set[str] = set()
        for index, (key, value) in enumerate(entries):
            name: str = key.value
            written.add(name)
            if name in outside:
                continue
            if name in self.keys and is_empty(value) and self.keys[name].shape.nests:
                outside = {after.value for after, _ in itertools.takewhile(self._is_strange, entries[index + 1 :])}
                if outside:
                    reader.note((*path, name), key)
                    reader.complain(entries[index + 1][0], "too_far_out", key=entries[index + 1][0].value, above=name)
                    continue
            if name not in self.keys:
                if self._moved(key, value, entries[index + 1 :], reader):
                    break
                written.add(complain_of_unknown(key, self.keys, self.where, reader))
                continue
            reader.note((*path, name), key)
            try:
                found[name] = self.keys[name].shape.read(value, (*path, name), reader)
            except Broken:
                continue
        for name, expected in self.keys.items():
            if expected.needed and name not in written:
                mark = reader.marks.get(path) or mark_of(whole)
                facts = {"key": name, "where": self.where[0], "where_en": self.where[1], "why": expected.needed,
                         "why_en": expected.why}  # fmt: skip
                reader.complain_at(mark, "missing_key", facts)
        return found

    def _moved(self, key: ScalarNode, value: Node, after: Sequence[tuple[ScalarNode, Node]], reader: Reader) -> bool:
        """Whether a whole question stands among the keys of something else: one step too far in, or too far out."""
        inside = {each.value for each, _ in value.value} if isinstance(value, MappingNode) else set()
        if not inside & _OF_A_QUESTION and not (is_empty(value) and after and after[0][0].value in _OF_A_QUESTION):
            return False
        code = "question_too_far_in" if "label" in self.keys else "question_too_far_out"
        if code == "question_too_far_out" and "questions" not in self.keys:
            return False
        reader.complain(key, code, key=key.value)
        return True

    def _is_strange(self, entry: tuple[ScalarNode, Node]) -> bool:
        return entry[0].value not in self.keys

    def schema(self) -> Schema:
        properties = {name: {**key.shape.schema(), "description": key.why} for name, key in self.keys.items()}
        schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
        if required := [name for name, key in self.keys.items() if key.needed]:
            schema["required"] = required
        return {"anyOf": [schema, self.keys[self.short].shape.schema()]} if self.short else schema


def complain_of_unknown(key: ScalarNode, known: Iterable[str], where: tuple[str, str], reader: Reader) -> str:
    """Complain of an unknown key; gives the one that was probably meant, which then is not missing."""
    near = suggestion(key.value, known)
    reader.complain(key, "unknown_key", key=key.value, where=where[0], where_en=where[1], **near)
    return str(near.get("suggestion", ""))


def mapping(node: Node, path: Path, reader: Reader) -> Iterable[tuple[ScalarNode, Node]]:
    """The keys and values of a node that must have some."""
    if not isinstance(node, MappingNode):
        raise reader.refuse(_blame(node, path, reader), "not_a_mapping", key=_key(path))
    return unique_pairs(node, reader)


@dataclass(frozen=True, slots=True)
class Named(Shape):
    """Things by their ids, in order. Canonically a list whose entries hold their id under `id`."""

    item: Shape
    id: str = "id"
    #: what an id of this kind may look like
    pattern: re.Pattern[str] = _ID
    nests: ClassVar[bool] = True

    def read(self, node: Node, path: Path, reader: Reader) -> list[dict[str, Any]]:
        found, entries = [], list(mapping(node, path, reader))
        while entries:
            key, value = entries.pop(0)
            if is_empty(value) and entries and entries[0][0].value in self.item.inside:
                reader.complain(entries[0][0], "too_far_out", key=entries[0][0].value, above=key.value)
                while entries and entries[0][0].value in self.item.inside:
                    entries.pop(0)
                found.append({self.id: key.value, "broken": True})
            elif found and self._is_outside(key, value):
                reader.complain(key, "too_far_out", key=key.value, above=found[-1][self.id])
            elif (entry := self.read_entry(key, value, path, reader)) is not None:
                found.append(entry)
        return found

    def _is_outside(self, key: ScalarNode, value: Node) -> bool:
        """Whether it looks like a key of the thing above: a single value where a part with keys would stand."""
        alone = isinstance(value, ScalarNode) and getattr(self.item, "short", None) is None
        return alone and key.value in self.item.inside

    def read_entry(self, key: ScalarNode, value: Node, path: Path, reader: Reader) -> dict[str, Any] | None:
        name: str = key.value
        reader.note((*path, name), key)
        if not self.pattern.fullmatch(name):
            reader.complain(key, "not_an_id", written=name, **name_like(name))
            return None
        try:
            return {self.id: name, **self.item.read(value, (*path, name), reader)}
        except Broken:
            return {self.id: name, "broken": True}

    def schema(self) -> Schema:
        pattern = f"^{self.pattern.pattern}$"
        return {
            "type": "object",
            "patternProperties": {pattern: self.item.schema()},
            "additionalProperties": False,
            "minProperties": 1,
        }


@dataclass(frozen=True, slots=True)
class Condition(Shape):
    """A condition: which answers must be given. Several lines hold together (`all`)."""

    nests: ClassVar[bool] = True

    def read(self, node: Node, path: Path, reader: Reader) -> dict[str, Any]:
        if isinstance(node, ScalarNode) and is_empty(node):
            raise reader.refuse(_blame(node, path, reader), "empty_condition", key=_key(path))
        if isinstance(node, SequenceNode) and len(node.value) == 1 and isinstance(node.value[0], MappingNode):
            node = node.value[0]
        if not isinstance(node, MappingNode):
            raise reader.refuse(node, "not_a_condition", key=_key(path))
        entries = list(unique_pairs(node, reader))
        parts = []
        for index, (key, value) in enumerate(entries):
            place = path if len(entries) == 1 else (*path, "all", index)
            reader.note(place, key)
            with suppress(Broken):
                parts.append(self._part(key, value, place, reader))
        if not parts or len(parts) < len(entries):
            raise Broken
        return parts[0] if len(parts) == 1 else {"all": parts}

    def _part(self, key: ScalarNode, value: Node, path: Path, reader: Reader) -> dict[str, Any]:
        name: str = key.value
        if name in {"all", "any"}:
            return {name: self._parts(value, (*path, name), reader)}
        if name == "not":
            return {"not": self.read(value, (*path, "not"), reader)}
        if not _ID.fullmatch(name):
            raise reader.refuse(key, "not_an_id", written=name, **name_like(name))
        reader.note((*path, "operand"), value)
        if isinstance(value, SequenceNode):
            return {name: {"one_of": read_plain(value, path, reader)}}
        if isinstance(value, ScalarNode):
            if is_empty(value):
                raise reader.refuse(key, "empty_value", key=name)
            return {name: {"is": plain(value)}}
        return self._comparisons(name, value, path, reader)

    def _comparisons(self, name: str, node: Node, path: Path, reader: Reader) -> dict[str, Any]:
        entries = list(unique_pairs(node, reader)) if isinstance(node, MappingNode) else []
        parts = []
        for index, (operator, operand) in enumerate(entries):
            place = path if len(entries) == 1 else (*path, "all", index)
            if operator.value not in OPERATORS:
                facts = suggestion(operator.value, OPERATORS)
                raise reader.refuse(operator, "unknown_operator", operator=operator.value, **facts)
            reader.note(place, operator)
            reader.note((*place, "operand"), operand)
            parts.append({name: {operator.value: read_plain(operand, path, reader)}})
        if not parts:
            raise reader.refuse(node, "empty_condition", key=name)
        return parts[0] if len(parts) == 1 else {"all": parts}

    def _parts(self, node: Node, path: Path, reader: Reader) -> list[dict[str, Any]]:
        """The parts of `all` or `any`: a list of conditions, or simply keys below each other."""
        if isinstance(node, MappingNode):
            pieces: Sequence[Node] = [
                MappingNode(node.tag, [pair], pair[0].start_mark, pair[1].end_mark) for pair in node.value
            ]
        elif isinstance(node, SequenceNode):
            pieces = node.value
        else:
            raise reader.refuse(node, "not_a_condition", key=_key(path))
        if not pieces:
            raise reader.refuse(node, "empty_condition", key=_key(path))
        parts = []
        for index, piece in enumerate(pieces):
            with suppress(Broken):
                parts.append(self.read(piece, (*path, index), reader))
        if len(parts) < len(pieces):
            raise Broken
        return parts

    def schema(self) -> Schema:
        return {"$ref": "#/$defs/condition"}


def condition_schema() -> Schema:
    """What stands behind `#/$defs/condition`."""
    here = {"$ref": "#/$defs/condition"}
    value = {"type": ["string", "number", "boolean"]}
    several = {"anyOf": [{"type": "array", "items": here, "minItems": 1}, here]}
    operators = {name: {"anyOf": [value, {"type": "array", "items": value}]} for name in OPERATORS}
    comparison = {
        "anyOf": [
            value,
            {"type": "array", "items": value, "minItems": 1},
            {"type": "object", "properties": operators, "additionalProperties": False, "minProperties": 1},
        ]
    }
    return {
        "type": "object",
        "description": "Answers that must be given. Several keys hold together.",
        "properties": {"all": several, "any": several, "not": here},
        "patternProperties": {"^(?!(all|any|not)$)[a-z][a-z0-9_]{0,59}$": comparison},
        "additionalProperties": False,
        "minProperties": 1,
    }
