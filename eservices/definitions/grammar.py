"""The whole form language: which keys there are, what may stand behind each, and why one would write it.

The loader reads by it, `schema` makes the JSON Schema of it, and the reference is held against it by a test.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, ClassVar

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from eservices.definitions.complaints import Path, suggestion
from eservices.definitions.model import Audience, Lifecycle, Sensitivity
from eservices.definitions.shape import (
    ID_PATTERN,
    Anything,
    Broken,
    Condition,
    Day,
    Id,
    Key,
    Keys,
    Named,
    OneOf,
    Reader,
    Schema,
    Several,
    Shape,
    Span,
    Switch,
    Text,
    Whole,
    condition_schema,
    mapping,
    name_like,
    unique_pairs,
)
from eservices.definitions.yaml_text import is_empty
from eservices.language import LANGUAGES
from eservices.questions import kinds
from eservices.questions.base import QuestionType
from eservices.values import Json

KINDS_OF_APPLICANT = ("person", "company", "association", "visitor", "child")
REGIMES = ("forvaltningslag", "kommunallag", "private_law")
APPEALS = ("forvaltningsbesvar", "laglighetsprovning", "lansstyrelsen", "kammarratten", "none")
VIEWS = ("full", "summary", "existence_only", "by_reference_only")
PUBLIC_KINDS = (
    "submitted",
    "registered",
    "in_progress",
    "supplement_needed",
    "awaiting_signature",
    "awaiting_payment",
    "decided",
    "appealed",
    "closed",
    "withdrawn",
    "transferred",
)

_OPTION_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")


# ---- easy Swedish ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Easy(Shape):
    """Easy Swedish beside a text: one text for the first of `texts`, or a key for each. Canonically always keys."""

    texts: tuple[str, ...]
    where: tuple[str, str] = ("i `easy_read`", "of `easy_read`")

    def read(self, node: Node, path: Path, reader: Reader) -> dict[str, Any]:
        if isinstance(node, ScalarNode):
            return {self.texts[0]: Text().read(node, path, reader)}
        return self._keys().read(node, path, reader)

    def schema(self) -> Schema:
        return {"anyOf": [Text().schema(), self._keys().schema()]}

    def _keys(self) -> Keys:
        return Keys({name: Key(Text(), f"The {name} in easy Swedish.") for name in self.texts}, self.where)


@dataclass(frozen=True, slots=True)
class Degree(Shape):
    """How much a question is required: true, expected, false, or a condition."""

    def read(self, node: Node, path: Path, reader: Reader) -> Json:
        if isinstance(node, MappingNode):
            return Condition().read(node, path, reader)
        written = node.value.lower() if isinstance(node, ScalarNode) else ""
        found = {"true": "true", "yes": "true", "expected": "expected", "false": "false", "no": "false"}.get(written)
        if found is None:
            known = ("true", "expected", "false")
            raise reader.refuse(node, "not_one_of", written=written, **suggestion(written, known))
        return found

    def schema(self) -> Schema:
        return {"anyOf": [{"enum": [True, False, "expected"]}, Condition().schema()]}


@dataclass(frozen=True, slots=True)
class OwnErrors(Shape):
    """The author's own words about a fault: one text for what is left blank, or one for each code of a fault.

    Canonically the first is a text, the others a list.
    """

    def read(self, node: Node, path: Path, reader: Reader) -> Any:
        return (Text() if isinstance(node, ScalarNode) else _ERRORS).read(node, path, reader)

    def schema(self) -> Schema:
        return {"anyOf": [Text().schema(), _ERRORS.schema()]}


# ---- questions -------------------------------------------------------------------------------------------------------

_ERRORS = Named(
    Keys(
        {
            "text": Key(Text(), "What is said.", "det är det som sägs."),
            "easy_read": Key(Easy(("text",)), "The same in easy Swedish."),
        },
        ("i `error`", "of `error`"),
        short="text",
    )
)

_OPTION = Keys(
    {
        "label": Key(Text(300), "What the option says.", "det är det man väljer."),
        "hint": Key(Text(), "A short help below it."),
        "easy_read": Key(Easy(("label", "hint")), "The option in easy Swedish."),
        "when": Key(Condition(), "The option is there only while this holds."),
    },
    ("i ett alternativ", "of an option"),
    short="label",
)


@dataclass(frozen=True, slots=True)
class Link(Shape):
    """An address on the web, or a path on this site."""

    def read(self, node: Node, path: Path, reader: Reader) -> str:
        written = Text(500).read(node, path, reader)
        if not _LINK.fullmatch(written):
            raise reader.refuse(node, "not_a_link", written=written)
        return written

    def schema(self) -> Schema:
        return {"type": "string", "pattern": f"^{_LINK.pattern}$"}


_LINK = re.compile(r"(https?://[^/\s]+|/[^/\s])\S*")
_NAMED_OPTIONS = Named(_OPTION, pattern=_OPTION_KEY)

_ITEMS = Keys(
    {
        "each": Key(Id(), "The group whose items there are to choose among.", "det är därur man väljer."),
        "name": Key(Id(), "The question of the group by whose answer an item goes.", "det är vad alternativen heter."),
    },
    ("i `options`", "of `options`"),
)
_LIST = Keys(
    {"list": Key(Id(), "A list of the municipality's file.", "det är kommunens lista.")},
    ("i `options`", "of `options`"),
)


@dataclass(frozen=True, slots=True)
class Options(Shape):
    """What there is to choose among: a key and a text for each, a list of the municipality, or a group's items.

    Canonically the first is a list, the others keep their keys.
    """

    nests: ClassVar[bool] = True

    def read(self, node: Node, path: Path, reader: Reader) -> Any:
        if isinstance(node, SequenceNode):
            raise reader.refuse(node, "options_without_keys", **_keyed(node))
        written = {key.value for key, _ in node.value} if isinstance(node, MappingNode) else set()
        for other in (_ITEMS, _LIST):
            if written and written == set(other.keys):
                return other.read(node, path, reader)
        return _NAMED_OPTIONS.read(node, path, reader)

    def schema(self) -> Schema:
        return {"anyOf": [_ITEMS.schema(), _LIST.schema(), _NAMED_OPTIONS.schema()]}


def _keyed(node: SequenceNode) -> dict[str, object]:
    """How the first of some options in a list is written with a key of its own."""
    first = node.value[0] if node.value else None
    text = first.value if isinstance(first, ScalarNode) else ""
    if isinstance(first, MappingNode) and first.value and isinstance(first.value[0][1], ScalarNode):
        return {"example": f"{first.value[0][0].value}: {first.value[0][1].value}"}
    key = name_like(text).get("suggestion", text) or "key"
    return {"example": f"{key}: {text or '…'}"}


_OPTIONS = Options()

#: What every question may have, whatever its type.
QUESTION: Mapping[str, Key] = {
    "label": Key(Text(500), "The question.", "det är själva frågan."),
    "type": Key(OneOf(kinds.names()), "What kind of answer it takes.", "den säger vilket slags svar det är."),
    "hint": Key(Text(), "Help that stands below the question."),
    "why": Key(Text(), "Why we ask, for whoever wonders."),
    "say": Key(Text(), "How the agent asks it aloud; made from the question where it is not written."),
    "easy_read": Key(Easy(("label", "hint", "why", "text", "missing")), "The question in easy Swedish."),
    "text": Key(Text(), "What is to be read, in an information text."),
    "missing": Key(Text(), "What follows when the answer is left out; told on the check page."),
    "error": Key(
        OwnErrors(),
        "What is said to somebody who left it blank, instead of the general sentence; or a text for each code.",
    ),
    "required": Key(Degree(), "true, expected or false, or a condition that makes it required."),
    "when": Key(Condition(), "The question is asked only while this holds."),
    "options": Key(_OPTIONS, "What there is to choose among: a key and a text for each."),
    "adds_up_to": Key(Id(), "An earlier answer that this one makes, together with those of the same step that say so."),
    "document": Key(
        Keys(
            {
                "name": Key(Text(200), "What the form is called.", "det är vad länken heter."),
                "link": Key(Link(), "Where it is.", "utan adress hittar ingen blanketten."),
                "easy_read": Key(Easy(("name",)), "The same in easy Swedish."),
            },
            ("i `document`", "of `document`"),
        ),
        "A form to print and fill in, that the file is to be.",
    ),
    "preselected": Key(Text(60), "The option chosen before anybody has answered."),
    "sensitivity": Key(OneOf(tuple(Sensitivity)), "How sensitive the answer is; normal unless written."),
    "audience": Key(OneOf(tuple(Audience)), "Who may see the answer; contact_centre unless written."),
    "index": Key(OneOf(("place", "property")), "Staff find the case by this place or property."),
    "read_back": Key(Switch(), "The agent reads the answer back word by word."),
    "autocomplete": Key(Text(60), "HTML's own name of the field, so that the browser can fill it in."),
    "prefill": Key(
        OneOf(
            (
                "person.name",
                "person.personal_number",
                "person.email",
                "person.phone",
                "person.address",
                "person.needs",
                "person.interpreter",
                "organisation.name",
                "organisation.number",
                "representative.name",
                "representative.personal_number",
                "representative.email",
                "representative.phone",
                "representative.address",
                "child.name",
                "child.personal_number",
                "letter.about",
                "letter.text",
                "somebody_else",
            )
        ),
        "What the answer says about the applicant, or what a letter without a form says.",
    ),
    "only_resident_knows": Key(Switch(), "May be asked together with a continue code."),
    "protects": Key(Text(60), "The answer that says that somebody in the case has a protected identity."),
    "says_where": Key(Switch(), "The answer tells where somebody is; of a protected person no counterpart sees it."),
}


@dataclass(frozen=True, slots=True)
class Question(Shape):
    """A question: the keys of all, and those of its type (which land under `settings`)."""

    @property
    def inside(self) -> frozenset[str]:
        return frozenset(QUESTION)

    def read(self, node: Node, path: Path, reader: Reader) -> dict[str, Any]:
        if isinstance(node, MappingNode):
            node = self._alone(node, reader)
        return self.read_entries(list(mapping(node, path, reader)), path, reader, node)

    def _alone(self, node: MappingNode, reader: Reader) -> MappingNode:
        """The question without another that begins among its keys: whose line, with its first keys, is too far in."""
        seen: set[str] = set()
        for index, ((key, value), (after, _)) in enumerate(pairwise(node.value)):
            seen.add(key.value)
            if is_empty(value) and key.value not in QUESTION and after.value in seen & {"label", "type"}:
                reader.complain(key, "question_too_far_in", key=key.value)
                return MappingNode(node.tag, node.value[:index], node.start_mark, node.end_mark)
        return node

    def read_entries(
        self, entries: list[tuple[ScalarNode, Node]], path: Path, reader: Reader, whole: Node
    ) -> dict[str, Any]:
        """Read keys that may come from a block and from the step that uses it."""
        written = next((value.value for key, value in entries if key.value == "type" and is_text(value)), "")
        kind = kinds.KINDS.get(written)
        own = {} if kind is None else {name: Key(Anything(), setting.why) for name, setting in kind.settings.items()}
        known = {**QUESTION, **own}
        if kind is None:  # which settings there are is not known: complain of the type alone
            known |= {name: Key(Anything(), "") for each in kinds.KINDS.values() for name in each.settings}
        shape = Keys(known, ("i en fråga", "of a question"))
        if kind is not None:
            entries = list(self._fitting(entries, kind, known, reader))
        content = shape.read_pairs(entries, path, reader, whole)
        if "options" not in content and any(key.value == "options" for key, _ in entries):
            raise Broken  # what the options were meant to be is not known, and nothing more can be said of them
        settings = {name: content.pop(name) for name in list(content) if name not in QUESTION}
        if settings:
            content["settings"] = settings
        return content

    def _fitting(
        self,
        entries: Iterable[tuple[ScalarNode, Node]],
        kind: type[QuestionType],
        known: Mapping[str, Key],
        reader: Reader,
    ) -> Iterator[tuple[ScalarNode, Node]]:
        """The keys that suit the type; the others get the reason why they do not."""
        elsewhere = {name for each in kinds.KINDS.values() for name in each.settings}
        for key, value in entries:
            if key.value == "options" and not kind.has_options:
                reader.complain(key, "no_options_here", type=kind.name)
            elif key.value == "text" and kind.name != "info":
                reader.complain(key, "text_only_in_info")
            elif (key.value == "document" and kind.name != "file") or (
                key.value == "adds_up_to" and kind.name not in {"integer", "decimal", "money"}
            ):
                wanted = ["file"] if key.value == "document" else ["integer", "decimal", "money"]
                reader.complain(key, "setting_of_another_type", type=kind.name, key=key.value, types=wanted)
            elif key.value not in known and key.value in elsewhere:
                near = {name: fact for name, fact in suggestion(key.value, kind.settings).items() if name != "known"}
                types = [each.name for each in kinds.KINDS.values() if key.value in each.settings]
                reader.complain(key, "setting_of_another_type", type=kind.name, key=key.value, types=types, **near)
            else:
                yield key, value

    def schema(self) -> Schema:
        return {"$ref": "#/$defs/question"}


def change_schema() -> Schema:
    """What stands behind `#/$defs/change`: what a step changes in a question of a block. An empty key takes it away."""
    known = {name: {**key.shape.schema(), "description": key.why} for name, key in QUESTION.items()}
    for kind in kinds.KINDS.values():
        known |= {name: {"description": setting.why} for name, setting in kind.settings.items() if name not in known}
    removable = {name: {"anyOf": [schema, {"type": "null"}]} for name, schema in known.items()}
    return {"type": ["object", "null"], "properties": removable, "additionalProperties": False}


def is_text(node: Node) -> bool:
    return isinstance(node, ScalarNode) and not is_empty(node)


def question_schema() -> Schema:
    """What stands behind `#/$defs/question`: each type with its own keys."""
    common = {name: {**key.shape.schema(), "description": key.why} for name, key in QUESTION.items()}
    branches = []
    for name, kind in kinds.KINDS.items():
        properties = {key: schema for key, schema in common.items() if key != "options" or kind.has_options}
        properties |= {key: setting.schema() for key, setting in kind.settings.items()}
        properties["type"] = {"const": name, "description": kind.why}
        required = ["label", "type", *(["options"] if kind.has_options else [])]
        branches.append(
            {"type": "object", "properties": properties, "required": required, "additionalProperties": False}
        )
    return {"description": "A question.", "oneOf": branches}


# ---- steps and blocks ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """A shared block as it was read: its questions by id, still as nodes, and its texts."""

    name: str
    file: str
    root: MappingNode
    sound: bool  #: whether its file had no errors

    def entry(self, key: str) -> tuple[ScalarNode, Node] | None:
        return next(((k, v) for k, v in self.root.value if isinstance(k, ScalarNode) and k.value == key), None)

    @property
    def questions(self) -> dict[str, tuple[ScalarNode, Node]]:
        found = self.entry("questions")
        if found is None or not isinstance(found[1], MappingNode):
            return {}
        return {key.value: (key, value) for key, value in found[1].value if isinstance(key, ScalarNode)}


#: Finds a block by its name, and lists the names there are.
@dataclass(frozen=True, slots=True)
class Blocks:
    find: Callable[[str], Block | None] = lambda _: None
    names: Callable[[], tuple[str, ...]] = tuple


_QUESTIONS = Named(Question())

GROUP: Mapping[str, Key] = {
    "min": Key(Whole(0, 100, refers=True), "How many there must be, or an earlier answer; 0 unless written."),
    "max": Key(Whole(1, 100, refers=True), "How many there may be, or an earlier answer; 10 unless written."),
    "item": Key(Text(120), "What each is called; {n} is its number.", "varje sida behöver en rubrik."),
    "easy_read": Key(Easy(("item",)), "The name of an item in easy Swedish."),
    "use": Key(Id(), "A shared block whose questions are asked for each."),
    "without": Key(Several(Id()), "Questions of the block that are left out."),
    "only": Key(Several(Id()), "The questions of the block that are asked; all others are left out."),
    "questions": Key(_QUESTIONS, "What is asked for each.", "det är det som frågas för var och en."),
}

_COSIGNERS = Keys(
    {
        "each": Key(Id(), "The group whose items they are."),
        "name": Key(Id(), "The question that holds the name.", "den säger vilken fråga som har namnet."),
        "reach": Key(Several(Id()), "The questions that say how to reach them.", "den säger hur personen nås."),
        "when": Key(Condition(), "They sign only while this holds."),
        "text": Key(Text(), "What they read before they answer: what their yes means. Quotes no answer."),
        "easy_read": Key(Easy(("text",)), "The same in easy Swedish."),
    },
    ("i `cosigners`", "of `cosigners`"),
)

#: What stands beside `questions` in a step that takes in a block.
_UNKNOWN = {"without": "without_unknown", "only": "only_unknown"}
_OF_USE = frozenset({"use", *_UNKNOWN})


@dataclass(frozen=True, slots=True)
class _Taking(Shape):
    """A part that asks questions of its own or takes them out of a shared block, which is put in place here, so that
    the canonical content knows nothing of blocks."""

    blocks: Blocks = field(default_factory=Blocks)

    def _read(self, node: Node, path: Path, reader: Reader, keys: Keys, given: tuple[str, ...] = ()) -> dict[str, Any]:
        """Read by `keys`; texts named in `given` come from the block where the part has none."""
        entries = list(mapping(node, path, reader))
        block = self._block(entries, reader)
        if block is None:
            return self._without_use(keys.read_pairs(entries, path, reader, node))
        for name in given:
            if (entry := block.entry(name)) is not None and not any(key.value == name for key, _ in entries):
                entries.append(entry)
        rest = [(key, value) for key, value in entries if key.value not in {"questions", *_OF_USE}]
        others = {name: key for name, key in keys.keys.items() if name != "questions"}
        content = replace(keys, keys=others).read_pairs(rest, path, reader, node)
        content["questions"] = list(self._merged(block, entries, (*path, "questions"), reader))
        return content

    def _block(self, entries: list[tuple[ScalarNode, Node]], reader: Reader) -> Block | None:
        used = next(((key, value) for key, value in entries if key.value == "use"), None)
        if used is None:
            for key, _ in entries:
                if key.value in _OF_USE:
                    reader.complain(key, "misplaced_key", key=key.value, where="tillsammans med `use`",
                                    where_en="together with `use`")  # fmt: skip
            return None
        _, name = used
        if not isinstance(name, ScalarNode) or is_empty(name):
            return None
        block = self.blocks.find(name.value)
        if block is None:
            reader.complain(name, "unknown_block", block=name.value, **suggestion(name.value, self.blocks.names()))
            raise Broken
        if not block.sound:
            reader.complain(name, "broken_block", block=name.value, file=block.file)
        return block

    def _without_use(self, content: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in content.items() if key not in _OF_USE}

    def _merged(
        self, block: Block, entries: list[tuple[ScalarNode, Node]], path: Path, reader: Reader
    ) -> Iterator[dict[str, Any]]:
        """The questions of the block in its order, changed key by key; then those that the step adds."""
        given = block.questions
        own = self._own(entries, path, reader)
        for name in self._left_out(block, entries, own, reader):
            given.pop(name, None)
        for name, (key, value) in given.items():
            changes = own.pop(name, None)
            place = (*path, name)
            reader.note(place, changes[0] if changes else key)
            try:
                yield {"id": name, **self._changed(value, changes[1] if changes else None, place, reader)}
            except Broken:
                yield {"id": name, "broken": True}
        for key, value in own.values():
            if (entry := _QUESTIONS.read_entry(key, value, path, reader)) is not None:
                yield entry

    def _own(
        self, entries: list[tuple[ScalarNode, Node]], path: Path, reader: Reader
    ) -> dict[str, tuple[ScalarNode, Node]]:
        found = next((value for key, value in entries if key.value == "questions"), None)
        if found is None or is_empty(found):
            return {}
        try:
            return {key.value: (key, value) for key, value in mapping(found, path, reader)}
        except Broken:
            return {}

    def _left_out(
        self,
        block: Block,
        entries: list[tuple[ScalarNode, Node]],
        own: Mapping[str, tuple[ScalarNode, Node]],
        reader: Reader,
    ) -> Iterator[str]:
        """The questions of the block that the step does not ask."""
        written = {key.value: (key, value) for key, value in entries if key.value in _UNKNOWN}
        if len(written) > 1:
            reader.complain(written["only"][0], "only_and_without")
        for how, (_, found) in written.items():
            named = []
            for item in [found] if isinstance(found, ScalarNode) else found.value:
                name = item.value if isinstance(item, ScalarNode) else ""
                if name not in block.questions:
                    near = suggestion(name, block.questions)
                    reader.complain(item, _UNKNOWN[how], block=block.name, question=name, **near)
                elif name in own and how == "without":
                    reader.complain(item, "without_and_written", question=name)
                named.append(name)
            yield from named if how == "without" else (name for name in block.questions if name not in named)

    def _changed(self, given: Node, changes: Node | None, path: Path, reader: Reader) -> dict[str, Any]:
        """A question of the block with the step's keys over it. An empty key takes the block's away."""
        entries = {key.value: (key, value) for key, value in given.value} if isinstance(given, MappingNode) else {}
        if isinstance(changes, MappingNode):
            for key, value in unique_pairs(changes, reader):
                if is_empty(value) and key.value in entries:
                    del entries[key.value]
                else:
                    entries[key.value] = (key, value)
        elif changes is not None and not is_empty(changes):
            reader.complain(changes, "not_a_mapping", key=path[-1])
        return Question().read_entries(list(entries.values()), path, reader, changes or given)

    def _schema(self, known: Mapping[str, Key], name: str) -> Schema:
        """What may be written: whole questions, or changes of a block's."""
        schema = Keys(known, ("", "")).schema()
        schema["required"] = [name]
        whole, changes = (
            {"properties": {"questions": {**_QUESTIONS.schema(), "patternProperties": {ID_PATTERN: {"$ref": ref}}}}}
            for ref in ("#/$defs/question", "#/$defs/change")
        )
        schema["properties"]["questions"] = {"type": "object", "description": known["questions"].why}
        needed = [key for key, each in known.items() if each.needed and key != name]
        return {**schema, "if": {"required": ["use"]}, "then": changes, "else": {**whole, "required": needed}}


@dataclass(frozen=True, slots=True)
class Group(_Taking):
    """Questions asked once for each of several."""

    nests: ClassVar[bool] = True

    def read(self, node: Node, path: Path, reader: Reader) -> dict[str, Any]:
        return self._read(node, path, reader, Keys(GROUP, ("i en grupp", "of a group")))

    def schema(self) -> Schema:
        return self._schema(GROUP, "item")


STEP: Mapping[str, Key] = {
    "step": Key(Id(), "The name of the step, which stands in the address.", "steget behöver ett namn."),
    "title": Key(Text(200), "The heading of the page.", "sidan behöver en rubrik."),
    "intro": Key(Text(), "A text above the questions."),
    "easy_read": Key(Easy(("title", "intro")), "The heading, and perhaps the text, in easy Swedish."),
    "when": Key(Condition(), "The step is there only while this holds."),
    "sensitivity": Key(OneOf(tuple(Sensitivity)), "How sensitive its answers are, where a question says nothing else."),
    "audience": Key(OneOf(tuple(Audience)), "Who may see its answers, where a question says nothing else."),
    "use": Key(Id(), "A shared block from the folder `blocks`, whose questions the step asks."),
    "without": Key(Several(Id()), "Questions of the block that are left out."),
    "only": Key(Several(Id()), "The questions of the block that are asked; all others are left out."),
    "questions": Key(_QUESTIONS, "What is asked; with `use`, what is changed in the block or added to it."),
    "group": Key(Group(), "Questions asked once for each of several."),
    "cosigners": Key(_COSIGNERS, "Who must sign beside the applicant."),
}


@dataclass(frozen=True, slots=True)
class Step(_Taking):
    """A page of questions, or a group of them."""

    def read(self, node: Node, path: Path, reader: Reader) -> dict[str, Any]:
        known = {**STEP, "group": Key(Group(self.blocks), STEP["group"].why)}
        keys = Keys(known, ("i ett steg", "of a step"))
        return self._read(node, path, reader, keys, ("title", "intro", "easy_read"))

    def schema(self) -> Schema:
        return self._schema(STEP, "step")


BLOCK = Keys(
    {
        "block": Key(Id(), "The name of the block, as the file is called.", "det är namnet som `use` tar in."),
        "title": Key(Text(200), "The heading of a step that uses it and has none."),
        "intro": Key(Text(), "A text above the questions."),
        "easy_read": Key(Easy(("title", "intro")), "The same in easy Swedish."),
        "questions": Key(_QUESTIONS, "What is asked.", "utan frågor är blocket tomt."),
    },
    ("i ett block", "of a block"),
)


# ---- the header ------------------------------------------------------------------------------------------------------

_BEFORE = Keys(
    {
        "minutes": Key(Whole(1, 600), "How long it takes to fill in."),
        "have_ready": Key(Several(Text()), "What to have at hand."),
        "cost": Key(Text(), "What it costs."),
        "answer": Key(Text(), "How and when the answer comes."),
    },
    ("i `before_you_start`", "of `before_you_start`"),
)

_RETENTION = Keys(
    {
        "keep": Key(Span(never=True), "How long it is kept, or `for ever`.", "hur länge uppgifterna sparas."),
        "after": Key(
            OneOf(("closed", "decided", "received", "expired", "obsolete")), "From when.", "från när tiden räknas."
        ),
        "then": Key(OneOf(("delete", "archive", "keep")), "What happens then.", "vad som händer sedan."),
        "source": Key(Text(300), "The plan that says so.", "vilken plan som säger det."),
    },
    ("i `retention`", "of `retention`"),
)

_BY_LAW = Keys(
    {
        "within": Key(Span(), "The time.", "hur lång tiden är."),
        "law": Key(Text(200), "The rule that sets it.", "regeln visas för den som handlägger."),
        "when": Key(Condition(), "The rule applies only while this holds."),
    },
    ("i `by_law`", "of `by_law`"),
)

_LEGAL = Keys(
    {
        "regime": Key(
            OneOf(REGIMES), "Which law governs the handling.", "den styr tider, rättigheter och överklagande."
        ),
        "board": Key(Id(), "The board that answers for it.", "nämnden är personuppgiftsansvarig."),
        "controller": Key(Text(200), "Who answers for the personal data, where it is not the board."),
        "basis": Key(Text(300), "The law it rests on.", "den rättsliga grunden visas för den som söker."),
        "delegate": Key(Text(300), "The point in the delegation order.", "vem som får besluta."),
        "appeal": Key(OneOf(APPEALS), "How a decision is appealed.", "hur man överklagar."),
        "klassa": Key(Text(40), "The class in the classification scheme.", "handlingarna behöver en klass."),
        "fee": Key(Text(), "The tariff that a fee follows."),
        "personal_number_because": Key(Text(), "Why a personal number is needed."),
        "by_law": Key(Several(_BY_LAW, alone=False), "Times that the law sets; nothing stops these clocks."),
        "retention": Key(_RETENTION, "How long it is kept.", "hur länge uppgifterna sparas."),
    },
    ("i `legal`", "of `legal`"),
)

_RULE = Keys(
    {
        "when": Key(Condition(), "When the rule applies.", "regeln behöver ett villkor."),
        "unit": Key(Id(), "The unit then."),
        "queue": Key(Id(), "The contact centre's queue then."),
        "decide_within": Key(Span(), "The promise then."),
    },
    ("i en regel", "of a rule"),
)

_ROUTING = Keys(
    {
        "case": Key(
            Keys(
                {
                    "unit": Key(Id(), "The responsible unit.", "vilken enhet som handlägger."),
                    "decide_within": Key(Span(), "The promise.", "löftet om när svaret kommer."),
                    "rules": Key(Several(_RULE, alone=False), "Other units or queues, by condition; the first wins."),
                    "targets": Key(Several(Id()), "External systems that get a copy, by name."),
                },
                ("i `case`", "of `case`"),
            ),
            "Where it is handled.",
            "allt går både till handläggning och till kundcenter.",
        ),
        "contact_centre": Key(
            Keys(
                {
                    "queue": Key(Id(), "The contact centre's queue; the municipality's unless written."),
                    "view": Key(OneOf(VIEWS), "How much the contact centre sees.", "hur mycket kundcenter får se."),
                    "mandate": Key(Text(300), "The decision it rests on; the municipality's unless written."),
                    "first_contact_within": Key(
                        Span(), "The promise of a first contact; the municipality's unless written."
                    ),
                },
                ("i `contact_centre`", "of `contact_centre`"),
            ),
            "What the contact centre does.",
            "allt går både till handläggning och till kundcenter.",
        ),
    },
    ("i `routing`", "of `routing`"),
)

_STOP = Keys(
    {
        "stop": Key(Id(), "The name of the page.", "sidan behöver ett namn."),
        "when": Key(Condition(), "When the path ends here.", "sidan behöver ett villkor."),
        "title": Key(Text(200), "The heading.", "sidan behöver en rubrik."),
        "text": Key(Text(), "Why it ends here, and what to do instead.", "den som stannar behöver veta varför."),
        "easy_read": Key(Easy(("text", "title")), "The text in easy Swedish."),
        "emergency": Key(Switch(), "Danger for life: the emergency number comes first."),
    },
    ("i ett stopp", "of a stop"),
)

_REQUIREMENT = Keys(
    {
        "text": Key(Text(), "What is required.", "det är det som krävs."),
        "easy_read": Key(Easy(("text",)), "The same in easy Swedish."),
        "when": Key(Condition(), "It is required only while this holds."),
    },
    ("i ett krav", "of a requirement"),
    short="text",
)

_DECLARATION = Keys(
    {
        "label": Key(Text(500), "What is declared.", "det är det man intygar."),
        "easy_read": Key(Easy(("label",)), "The same in easy Swedish."),
    },
    ("i ett intygande", "of a declaration"),
    short="label",
)

_STATE = Keys(
    {
        "label": Key(Text(120), "What staff call it.", "läget behöver ett namn."),
        "public": Key(OneOf(PUBLIC_KINDS), "What the applicant sees.", "den sökande ser ett av de kända lägena."),
        "easy_read": Key(Easy(("label",)), "The same in easy Swedish."),
    },
    ("i ett ärendeläge", "of a case state"),
)

#: What `samples` may name.
SAMPLES = (
    "regime",
    "board",
    "basis",
    "delegate",
    "appeal",
    "klassa",
    "fee",
    "retention",
    "personal_number_because",
    "mandate",
    "decide_within",
    "first_contact_within",
    "cost",
    "minutes",
    "unit",
    "answer",
    "validity",
    "opening",
    "states",
)

HEADER: Mapping[str, Key] = {
    "service": Key(Id(), "The name of the service, as the file is called.", "e-tjänsten behöver ett namn."),
    "title": Key(Text(120), "What one does here: Ansök om …", "e-tjänsten behöver en rubrik."),
    "summary": Key(Text(600), "One sentence for the list of services.", "en mening för listan över e-tjänster."),
    "status": Key(
        OneOf(tuple(Lifecycle)),
        "draft, pilot, active, sunset or closed.",
        "var i livet e-tjänsten är, till exempel `active`.",
    ),
    "life": Key(
        Keys(
            {
                "pilot_from": Key(Day(), "The first day of the pilot."),
                "active_from": Key(Day(), "The first day it is offered to all."),
                "sunset_from": Key(Day(), "From when people are told that it will close."),
                "closed_from": Key(Day(), "The first day it is closed."),
                "share": Key(Whole(1, 100), "Of a hundred visitors, how many are offered the pilot."),
                "replaced_by": Key(Id(), "The service that comes instead."),
            },
            ("i `life`", "of `life`"),
        ),
        "When the status changes by itself.",
    ),
    "opening": Key(
        Keys(
            {
                "opens": Key(Day(), "The first day it may be sent."),
                "closes": Key(Day(), "The last day, to the contact centre's closing."),
            },
            ("i `opening`", "of `opening`"),
        ),
        "The period in which it may be sent.",
    ),
    "one_case": Key(Switch(), "Whether a person may have one running case only."),
    "validity": Key(
        Keys(
            {
                "lasts": Key(Span(), "How long what is granted lasts.", "hur länge det gäller."),
                "renew_before": Key(Span(), "How long before the end the holder is reminded."),
            },
            ("i `validity`", "of `validity`"),
        ),
        "How long what is granted lasts.",
    ),
    "owner": Key(Text(120), "Who owns the service and answers for its texts.", "någon behöver svara för texterna."),
    "theme": Key(Id(), "Where it stands in the catalogue.", "den behövs för listan över e-tjänster."),
    "life_events": Key(Several(Id()), "What happens in a life that makes one need it: moving, having a child."),
    "keywords": Key(Several(Text(60)), "Everyday words by which people search."),
    "applicants": Key(
        Several(OneOf(KINDS_OF_APPLICANT)), "Who may apply.", "vem som kan söka, till exempel `[person]`."
    ),
    "representatives": Key(Several(OneOf(("guardian", "proxy", "custodian"))), "Who may act for the applicant."),
    "anonymous": Key(Switch(), "May be sent without saying who one is."),
    "login": Key(OneOf(("none", "optional", "required")), "Whether one signs in; optional unless written."),
    "identification": Key(
        OneOf(("anonymous", "stated", "known_by_callback", "shown_id", "eid")), "The least we must know of who it is."
    ),
    "languages": Key(Several(OneOf(LANGUAGES)), "The languages it promises.", "minst `[sv]`."),
    "easy_read": Key(Easy(("text", "title", "summary")), "What it is, in easy Swedish."),
    "before_you_start": Key(_BEFORE, "What the start page tells."),
    "legal": Key(_LEGAL, "What it rests on.", "utan den vet ingen vilka regler som gäller."),
    "samples": Key(Several(OneOf(SAMPLES)), "Header keys whose value is not verified; marked where people see them."),
    "routing": Key(_ROUTING, "Where it goes.", "allt går både till handläggning och till kundcenter."),
    "states": Key(Named(_STATE), "Case states of this service."),
    "monitor": Key(
        Keys(
            {
                "gap_percent": Key(Whole(1, 100), "A gap between channels that is an alarm, in per cent."),
                "gap": Key(Span(), "A gap in time that is an alarm."),
            },
            ("i `monitor`", "of `monitor`"),
        ),
        "When the equal-service monitor raises an alarm.",
    ),
    "stops": Key(Several(_STOP, alone=False), "Pages that end the path and say what to do instead."),
    "steps": Key(Several(Step(), alone=False), "The pages, in order.", "utan steg frågas ingenting."),
    "requirements": Key(Named(_REQUIREMENT), "What must be fulfilled or enclosed."),
    "declaration": Key(Named(_DECLARATION), "What one declares before sending."),
    "submit": Key(Text(60), "The words on the sending button."),
    "next": Key(Several(Text()), "What happens after sending, in order."),
}

_WHERE = ("i en e-tjänst", "of a service")


def service(blocks: Blocks) -> Keys:
    """The shape of a whole definition, with its shared blocks found by `blocks`."""
    steps = Key(Several(Step(blocks), alone=False), HEADER["steps"].why, HEADER["steps"].needed)
    return Keys({**HEADER, "steps": steps}, _WHERE)


def json_schema() -> Schema:
    """The language as JSON Schema, for completion in editors."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "E-service definition",
        "description": "One e-service, written once: forms, call script, paper, case handling come from it.",
        **Keys(HEADER, _WHERE).schema(),
        "$defs": {"question": question_schema(), "change": change_schema(), "condition": condition_schema()},
    }


# ---- stored tests ----------------------------------------------------------------------------------------------------

_DUE = Keys(
    {
        "promised": Key(Day(), "The last day of the promise.", "det är den dag som utlovas."),
        "by_law": Key(Several(Day()), "The last days of the times that the law sets: exactly these."),
    },
    ("i `due`", "of `due`"),
    short="promised",
)

_EXPECT = Keys(
    {
        "steps": Key(Several(Text(60)), "The steps that are visible, in order; `check` where no stop is met."),
        "errors": Key(Anything(), "Question -> code of the fault: at least these."),
        "dropped": Key(Several(Text(60)), "What was answered and no longer applies: exactly these."),
        "unit": Key(Id(), "The unit it goes to."),
        "queue": Key(Id(), "The contact centre's queue it goes to."),
        "due": Key(_DUE, "The last day of the promise; with `by_law`, the days that the law sets too."),
        "stop": Key(Id(), "The stop page that is met."),
        "values": Key(Anything(), "Computed values: question -> number."),
        "missing": Key(Several(Text(60)), "The case's list of what is missing: exactly these."),
    },
    ("i `expect`", "of `expect`"),
)

TESTS = Keys(
    {
        "service": Key(Id(), "The service the tests are for.", "proven hör till en e-tjänst."),
        "tests": Key(
            Several(
                Keys(
                    {
                        "name": Key(Text(200), "What is promised, as a sentence.", "det är det som lovas."),
                        "answered": Key(Day(), "The day of answering; the day of the run unless written."),
                        "answers": Key(Anything(), "Question -> what a person would write."),
                        "expect": Key(_EXPECT, "What is to happen.", "annars prövas ingenting."),
                    },
                    ("i ett prov", "of a test"),
                ),
                alone=False,
            ),
            "The tests.",
            "utan prov prövas ingenting.",
        ),
    },
    ("bland proven", "of the tests"),
)
