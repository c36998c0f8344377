"""YAML as text -> nodes with line and column. What YAML itself stumbles over is explained to somebody new to it.

Values stay what the author wrote: only whole numbers without a leading zero, decimals, `true`, `false` and `null` are
anything but text (the core of YAML 1.2), so `no`, `on`, `12:30` and `0304` never change. There are no tags, anchors or
aliases, hence no bombs; a file has a size and a depth it may not exceed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from eservices.definitions.complaints import ERROR, WARNING, Complaint
from eservices.values import Json

MOST_BYTES = 400_000
MOST_LEVELS = 40
_LONGEST_NUMBER = 32

#: How many mistakes of the file format are repaired and read past, so that the rest of the file is judged too.
_MOST_REPAIRS = 25

_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,14})\.[0-9]{1,12}")
_WORDS: dict[str, Json] = {"": None, "~": None, "null": None, "true": True, "false": False}

_DEFAULT_TAGS = frozenset({"tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"})
_NOT_SEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: the root, or None; complaints; and the lines, of which `repaired` are not as the author wrote."""

    file: str
    root: Node | None
    complaints: tuple[Complaint, ...]
    lines: tuple[str, ...]
    repaired: frozenset[int]


class _Source:
    """A stream that knows the name of its file, which the marks of nodes then carry."""

    def __init__(self, lines: list[str], name: str):
        self.name = name
        self._rest = "\n".join(lines).encode()

    def read(self, _size: int = -1) -> bytes:
        content, self._rest = self._rest, b""
        return content


def read(content: bytes, file: str) -> Document:
    """Read one definition. `file` is what complaints call it."""

    def refuse(code: str, line: int = 1, column: int = 1, **facts: object) -> Document:
        return Document(file, None, (Complaint(file, line, column, ERROR, code, facts),), (), frozenset())

    if len(content) > MOST_BYTES:
        return refuse("too_big", most=MOST_BYTES // 1000)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return refuse("not_utf8", content[: error.start].count(b"\n") + 1)
    if unseen := _NOT_SEEN.search(text):
        before = text[: unseen.start()]
        return refuse("strange_character", before.count("\n") + 1, len(before) - before.rfind("\n"))
    if (deep := _too_deep(text)) is not None:
        return refuse("too_deep", deep, most=MOST_LEVELS)
    return _Reading(file, text.replace("\r\n", "\n").replace("\r", "\n")).document()


def plain(node: ScalarNode) -> Json:
    """A scalar as the author meant it. Quoted is text; decimals stay text, for they must keep their digits."""
    value: str = node.value
    if node.style or len(value) > _LONGEST_NUMBER:
        return value
    if value in _WORDS:
        return _WORDS[value]
    return int(value) if _WHOLE.fullmatch(value) else value


def is_empty(node: Node) -> bool:
    """Whether nothing stands there: `key:` with nothing behind it."""
    return isinstance(node, ScalarNode) and not node.style and node.value in {"", "~", "null"}


def pairs(node: MappingNode) -> list[tuple[ScalarNode, Node]]:
    """The keys and values in order; keys that are no plain words have been complained about in `read`."""
    return [(key, value) for key, value in node.value if isinstance(key, ScalarNode)]


def _too_deep(text: str) -> int | None:
    """The line on which the text is nested deeper than any definition; None where it is not.

    Judged before parsing, so that ten thousand brackets never reach the parser.
    """
    open_brackets = 0
    for number, line in enumerate(text.split("\n"), start=1):
        open_brackets += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        dashes = re.match(r"(?:\s*- )*", line)
        inwards = (len(line) - len(line.lstrip(" "))) // 2 + (dashes[0].count("- ") if dashes else 0)
        if line.count("[") > MOST_LEVELS or open_brackets > MOST_LEVELS * 5 or inwards > MOST_LEVELS * 2:
            return number
    return None


class _Reading:
    """One reading of one file, with its repairs."""

    def __init__(self, file: str, text: str):
        self.file = file
        self.lines = text.split("\n")
        self.complaints: list[Complaint] = []
        self.repaired: set[int] = set()
        self.moved: set[int] = set()

    def document(self) -> Document:
        """Parse; where YAML stumbles, explain, mend the line in memory, and parse again."""
        self._tabs()
        root: Node | None = None
        for _ in range(_MOST_REPAIRS):
            try:
                root = self._parse()
                break
            except yaml.MarkedYAMLError as error:
                if not self._explain(error):
                    break
        if root is not None:
            self._look_through(root)
        elif not self.complaints:
            self.complaint("empty_file", 1, 1)
        unique = {(c.line, c.code): c for c in self.complaints}
        return Document(self.file, root, tuple(unique.values()), tuple(self.lines), frozenset(self.repaired))

    def complaint(self, code: str, line: int, column: int, severity: str = ERROR, **facts: object) -> None:
        self.complaints.append(Complaint(self.file, line, column, severity, code, facts))

    def _parse(self) -> Node | None:
        loader = yaml.CBaseLoader(_Source(self.lines, self.file))
        try:
            root: Node | None = loader.get_single_node()
        finally:
            loader.dispose()
        return root

    def _tabs(self) -> None:
        """A tab among the first spaces of a line: said at once for every line, and read as if it stood right."""
        for index, line in enumerate(self.lines):
            start = line[: len(line) - len(line.lstrip())]
            odd = start.lstrip(" ")
            if odd and line.strip() and not line.lstrip().startswith("#"):
                code = "tab" if odd[0] == "\t" else "odd_space"
                self.complaint(code, index + 1, start.index(odd[0]) + 1)
                self._mend(index, " " * self._indent_after(index) + line.lstrip())

    def _indent_after(self, index: int) -> int:
        """How far in a line would stand that goes on from the lines above it."""
        above = next((line for line in reversed(self.lines[:index]) if line.strip()), "")
        indent = len(above) - len(above.lstrip())
        return indent + 2 if above.rstrip().endswith(":") else indent

    # ---- mistakes of the format

    def _explain(self, error: yaml.MarkedYAMLError) -> bool:
        """Say what is wrong, and mend it in memory; False where it cannot be mended."""
        problem = error.problem or ""
        mark = error.problem_mark or error.context_mark
        if error.context_mark and "simple key" in (error.context or ""):
            mark = error.context_mark  # the line that lacks its colon, not the one where that was noticed
        index = min(mark.line if mark else 0, len(self.lines) - 1)
        column = (mark.column if mark else 0) + 1
        if "but found another document" in problem or "document start" in problem:
            self.complaint("several_documents", index + 1, column)
            return self._mend(index, "")
        if "escape" in problem:
            self.complaint("backslash", index + 1, column, example="`'C:\\mapp'`")
            return self._mend(index, self.lines[index].replace("\\", "/"))
        for sign, code in (("alias", "anchor"), ("anchor", "anchor"), ("tag", "tag")):
            if sign in problem:
                return self._quote(index, code, column)
        if (open_quote := self._open_quote(index, error)) is not None:
            return self._unclosed(*open_quote)
        stray_colon = "mapping values" in problem
        if any(self._known_mistake(at, stray_colon=stray_colon) for at in self._suspects(index, error)):
            return True
        return self._place(index, column, problem)

    def _suspects(self, index: int, error: yaml.MarkedYAMLError) -> list[int]:
        """The lines to look at: where the parser stopped, the ones above it, and where the thing it was in began."""
        lines = [index]
        above = index - 1
        while above >= 0 and not self.lines[above].strip():
            above -= 1
        if above >= 0:
            lines.append(above)
        begun = error.context_mark.line if error.context_mark else None
        if begun is not None and begun not in lines and begun < len(self.lines):
            lines.append(begun)
        return [line for line in lines if line + 1 not in self.repaired]

    def _open_quote(self, last: int, error: yaml.MarkedYAMLError) -> tuple[int, int] | None:
        """Where a text begins with a quotation mark that its line does not close, up to where the parser stopped."""
        start = error.context_mark
        if start is not None and "quoted scalar" in (error.context or ""):
            return start.line, start.column
        for index, line in enumerate(self.lines[: last + 1]):
            found = re.match(r"\s*(?:- )*(?:[\w-]+:\s+)?([\"'])([^\"']*)$", line)
            if found and index + 1 not in self.repaired:
                return index, found.start(1)
        return None

    def _known_mistake(self, index: int, *, stray_colon: bool) -> bool:
        """The mistakes that people make who write sentences: told by the line itself."""
        found = re.match(r"(\s*(?:- )*)(?:([\w-]+)(:)(\s*))?(.*)$", self.lines[index])
        if not found or not found[5].strip():
            return False
        start, key, colon, space, text = (part or "" for part in found.groups())
        text = text.rstrip()
        prefix = f"{start}{key}: " if key else start
        column = len(start + key + colon + space) + 1
        if colon and not space:
            self.complaint("no_space_after_colon", index + 1, column, example=f"`{key}: {_shown(text)}`")
            return self._mend(index, prefix + _quoted(text))
        if text[0] in "\"'":
            return self._bad_quotes(index, column, prefix, text)
        goes_on = stray_colon and not key  # a text that goes on from the line above
        code, at = _mistaken(text, in_value=bool(key) or goes_on or start.rstrip().endswith("-"))
        if not code:
            return False
        example = self._with_line_above(index, text) if goes_on else _written(key, text)
        self.complaint(code, index + 1, column + at, sign=text[0], example=f"`{example}`")
        if code == "unclosed_bracket":
            return self._mend(index, f"{prefix}{text}]")
        return self._mend(index, prefix + _quoted(text))

    def _with_line_above(self, index: int, text: str) -> str:
        above = next((line.strip() for line in reversed(self.lines[:index]) if line.strip()), "")
        key, _, begun = above.partition(": ")
        return _written(key, f"{begun} {text}") if begun else _written("", text)

    def _bad_quotes(self, index: int, column: int, prefix: str, text: str) -> bool:
        sign = text[0]
        end = text.find(sign, 1)
        if end < 0 or (end == len(text) - 1):
            return False
        rest = text[end + 1 :].strip()
        if rest.startswith("#") or (sign == "'" and rest.startswith("'")):
            return False
        key = prefix.strip().rstrip(":").lstrip("- ")
        self.complaint("after_quote", index + 1, column + end, sign=sign, example=f"`{_written(key, text)}`")
        return self._mend(index, prefix + _quoted(text))

    def _unclosed(self, index: int, column: int) -> bool:
        line = self.lines[index]
        sign = line[column] if column < len(line) else '"'
        self.complaint("unclosed_quote", index + 1, column + 1, sign=sign)
        return self._mend(index, line[:column] + _quoted(line[column + 1 :].rstrip()))

    def _place(self, index: int, column: int, problem: str) -> bool:
        """A line that stands in the wrong place, or lacks its colon."""
        line = self.lines[index]
        bare = line.strip()
        if index + 1 in self.repaired:
            return self._mend(index, "")
        if not bare and index > 0:
            return self._blame_before(index)
        indent = len(line) - len(line.lstrip())
        if re.match(r"(- )*[\w-]+:(\s|$)", bare) or bare.startswith("- ") or bare == "-":
            return self._misplaced(index, indent, problem)
        if (above := self._line_above(index)) is not None and re.match(rf" {{{indent}}}- ", above):
            self.complaint("hyphen_missing", index + 1, indent + 1, text=_shown(bare))
            return self._mend(index, f"{' ' * indent}- {_quoted(bare)}")
        code = "no_colon" if re.match(r"[\w\"'(]", bare) else "yaml"
        self.complaint(code, index + 1, column if code == "yaml" else indent + 1)
        return self._mend(index, "")

    def _line_above(self, index: int) -> str | None:
        return next((line for line in reversed(self.lines[:index]) if line.strip()), None)

    def _misplaced(self, index: int, indent: int, problem: str) -> bool:
        """A line that is right in itself: it stands in the wrong column, or the one above lacks its colon."""
        if self._goes_on(index):
            return self._realign(index)
        if "mapping values" in problem and (above := self._keyless_above(index)) is not None:
            self.complaint("no_colon", above + 1, len(self.lines[above]) - len(self.lines[above].lstrip()) + 1)
            return self._mend(above, "")
        mixed = "block sequence entries" in problem or "'-' indicator" in problem
        self.complaint("list_and_keys" if mixed else "indentation", index + 1, indent + 1)
        return self._realign(index)

    def _keyless_above(self, index: int) -> int | None:
        """The line above, where it is neither key nor list nor comment: it was taken for a text that goes on here."""
        above = next((at for at in range(index - 1, -1, -1) if self.lines[at].strip()), None)
        if above is None or above + 1 in self.repaired:
            return None
        return None if re.match(r"\s*(#|- |[\w-]+:(\s|$))", self.lines[above]) else above

    def _goes_on(self, index: int) -> bool:
        """Whether the line just above was misplaced too: one complaint is enough for lines that moved together."""
        above = index - 1
        while above >= 0 and not self.lines[above].strip() and above + 1 not in self.repaired:
            above -= 1
        self.moved.add(index)
        return above in self.moved

    def _blame_before(self, index: int) -> bool:
        above = index - 1
        while above > 0 and not self.lines[above].strip():
            above -= 1
        indent = len(self.lines[above]) - len(self.lines[above].lstrip())
        self.complaint("yaml", above + 1, indent + 1)
        return self._mend(above, "")

    def _realign(self, index: int) -> bool:
        """Move a line to the nearest column that a line above it has; give it up if that has been tried."""
        line = self.lines[index]
        indent = len(line) - len(line.lstrip())
        columns = []
        for above in reversed(self.lines[:index]):
            if above.strip() and not above.lstrip().startswith("#"):
                column = len(above) - len(above.lstrip())
                if above.lstrip().startswith("- "):
                    columns.append(column + 2)
                columns.append(column)
                if column == 0:
                    break
        nearest = min(columns, key=lambda column: abs(column - indent), default=0)
        if nearest == indent:
            nearest = columns[0] if columns else 0
        return self._mend(index, "" if nearest == indent else " " * nearest + line.lstrip())

    def _quote(self, index: int, code: str, column: int) -> bool:
        found = re.match(r"(\s*(?:- )*(?:[\w-]+:\s+)?)(.*)$", self.lines[index])
        self.complaint(code, index + 1, column)
        return found is not None and self._mend(index, found[1] + _quoted(found[2]))

    def _mend(self, index: int, line: str) -> bool:
        """Change a line in memory; one that was changed before is given up. Whether anything changed."""
        if index + 1 in self.repaired:
            line = ""
        changed = self.lines[index] != line
        self.lines[index] = line
        self.repaired.add(index + 1)
        return changed

    # ---- what YAML would accept and an author did not mean

    def _look_through(self, root: Node) -> None:
        if any("&" in line or "!" in line or "*" in line for line in self.lines):
            self._signs()
        seen: set[int] = set()
        for node in _walk(root, seen):
            if node.tag not in _DEFAULT_TAGS:
                self.complaint("tag", node.start_mark.line + 1, node.start_mark.column + 1)
            if isinstance(node, SequenceNode):
                for item in node.value:
                    self._lines_of_item(item)
            if isinstance(node, MappingNode):
                for key, value in node.value:
                    if not isinstance(key, ScalarNode):
                        self.complaint("flow", key.start_mark.line + 1, key.start_mark.column + 1)
                    elif isinstance(value, ScalarNode):
                        self._comment(key, value)

    def _lines_of_item(self, item: Node) -> None:
        """A line of a list that begins like a new thing, and was read as more of the one above."""
        if not isinstance(item, ScalarNode) or item.style:
            return
        for index in range(item.start_mark.line + 1, min(item.end_mark.line + 1, len(self.lines))):
            line = self.lines[index].strip()
            if line[:1].isupper() and self.lines[index - 1].rstrip()[-1:] not in {",", ";", ".", "–", "-"}:
                at = len(self.lines[index]) - len(self.lines[index].lstrip()) + 1
                self.complaint("hyphen_missing", index + 1, at, WARNING, text=_shown(line))

    def _signs(self) -> None:
        for event in yaml.parse(_Source(self.lines, self.file), Loader=yaml.CBaseLoader):
            if getattr(event, "anchor", None) is not None:
                mark: Any = event.start_mark
                self.complaint("anchor", mark.line + 1, mark.column + 1)

    def _comment(self, key: ScalarNode, value: ScalarNode) -> None:
        """A hash that the author took for part of the sentence."""
        if value.style:
            return
        line = self.lines[value.end_mark.line] if value.end_mark.line < len(self.lines) else ""
        if value.value == "":
            begun = self.lines[key.start_mark.line]
            rest = begun[key.end_mark.column + 1 :].strip()
            if re.match(r"#\S", rest):
                place = begun.index("#", key.end_mark.column)
                self.complaint("starts_with_hash", key.start_mark.line + 1, place + 1,
                               example=f"`{_written(key.value, rest)}`")  # fmt: skip
                self.repaired.add(key.start_mark.line + 1)
            return
        after = line[value.end_mark.column :]
        spaces = len(after) - len(after.lstrip(" "))
        comment = after.lstrip(" ")
        # A single word in small letters is a name or a number, and what follows it is a comment.
        if not comment.startswith("#") or spaces > 1 or re.fullmatch(r"[a-z0-9_.-]*", value.value):
            return
        numbered = re.match(r"#\s?\d|#\S", comment)
        self.complaint("hash_in_text", value.end_mark.line + 1, value.end_mark.column + 2,
                       ERROR if numbered else WARNING, kept=_shown(value.value))  # fmt: skip


def _walk(node: Node, seen: set[int]) -> Iterator[Node]:
    ahead = [node]
    while ahead:
        here = ahead.pop()
        if id(here) in seen:  # an alias; complained about, and never followed twice
            continue
        seen.add(id(here))
        yield here
        if isinstance(here, MappingNode):
            ahead.extend(part for pair in here.value for part in pair)
        elif isinstance(here, SequenceNode):
            ahead.extend(here.value)


def _mistaken(text: str, *, in_value: bool) -> tuple[str, int]:
    """What in a text means something else to YAML, and where; "" for nothing that is known."""
    if text[0] in "@`%]}!&*," or (text[0] in "|>" and not re.fullmatch(r"[|>][+-]?\d?", text)):
        return "starts_with_sign", 0
    if text[0] == "[" and "]" not in text and "," in text:
        return "unclosed_bracket", 0
    if text[0] in "[{" and _sentence_in_brackets(text):
        return "starts_with_sign", 0
    if text == "?" or text.startswith("? "):
        return "question_mark_first", 0
    inside = re.search(r":(\s|$)", text)
    if in_value and inside and text[0] not in "#[{|>":
        return "colon_in_text", inside.start()
    return "", 0


def _sentence_in_brackets(text: str) -> bool:
    """`[Valfritt] Namn` or `{municipality.phone} svarar`: more text after the closing bracket, or none to close."""
    closing = {"[": "]", "{": "}"}[text[0]]
    end = text.find(closing)
    rest = text[end + 1 :].split(" #", maxsplit=1)[0].strip()
    return end < 0 or bool(rest)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _written(key: str | None, text: str) -> str:
    """The line as it should be: in quotation marks of one kind, those that readers see being of another."""
    text = _shown(text)
    if text[:1] in {"'", '"'} and text[-1:] == text[:1] and text.count(text[0]) > 2:  # noqa: PLR2004  more than a pair
        text = text[1:-1]  # the marks around the whole are those that stay
    text = _PAIR.sub(r"”\2”", text).replace('"', "”")
    quoted = f'"{text}"'
    return f"{key}: {quoted}" if key else quoted


#: A word or more in quotation marks; an apostrophe inside a word is none.
_PAIR = re.compile(r"(?<!\w)(['\"])([^'\"]+)\1(?!\w)")


def _shown(text: str, most: int = 60) -> str:
    text = text.strip()
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
