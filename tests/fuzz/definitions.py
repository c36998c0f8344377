"""Definitions as somebody new to them leaves them: real ones, with lines moved, cut, doubled and filled with odd signs.

Whatever stands in a file, reading it ends; there is a service or there are complaints, and each complaint has a line of
that file and a sentence in both languages.
"""

from functools import cache
from pathlib import Path

from hypothesis import strategies as st

from eservices.definitions.complaints import SPOKEN, Complaint
from eservices.definitions.load import TESTS_END, read_content, read_service, shared_blocks
from eservices.definitions.municipality import Municipality, read_municipality
from tests.conftest import ROOT
from tests.fuzz.odd import BYTES, WORDS, broken
from tests.fuzz.running import Target

FORMS = ROOT / "forms"

#: What means something to YAML, or to the form language.
_SIGNS = (
    "  ", "\t", ":", ": ", " #", "- ", "- - - ", "'", '"', "{", "[", "}", "]", "&a ", "*a", "<<: *a", "!x ", "!!python/object:os.x ",
    "|", ">", "|9", "? ", "%YAML 9.9", "---", "...", "\n", "@", "`", "null", "~", "yes", "0x1f", "1e5", "12:30", "99999999999999999",
    "1" * 5000, "-1", "[]", "{}", "[[[[[[[[", "{a: {a: {a: ", "all:", "any:", "not:", "when:", "{x}", "{0}", "{answers.x}", "{",
    "\u200b", "\u202e", "\ufeff", "\x85", "\u2028", "type: radio", "use: applicant", "group:", "options:", "min: 5", "max: -1",
    "required: expected", "steps:", "service: ../x", "title:",
)  # fmt: skip


def _wholes() -> list[str]:
    found = [
        *FORMS.glob("*.yaml"),
        *(FORMS / "blocks").glob("*.yaml"),
        *(ROOT / "tests/definitions/odd").glob("*.yaml"),
    ]
    return [path.read_text("utf-8") for path in sorted(found) if not path.name.endswith(TESTS_END)]


@st.composite
def _edited(draw: st.DrawFn) -> bytes:
    lines = draw(st.sampled_from(_wholes())).split("\n")
    for _ in range(draw(st.integers(1, 6))):
        at, other = (draw(st.integers(0, max(len(lines) - 1, 0))) for _ in range(2))
        if not lines:
            break
        column = draw(st.integers(0, len(lines[at])))
        match draw(
            st.sampled_from(["sign", "value", "cut", "double", "swap", "in", "out", "end", "shorten", "borrow"])
        ):
            case "sign":
                sign = draw(st.sampled_from(_SIGNS))
                lines[at] = lines[at][:column] + sign + lines[at][column:]
            case "value":
                value = draw(st.one_of(st.sampled_from(_SIGNS), st.sampled_from(WORDS)))
                lines[at] = lines[at].partition(":")[0] + ": " + value
            case "cut":
                del lines[at : at + draw(st.integers(1, 12))]
            case "double":
                lines[other:other] = lines[at : at + draw(st.integers(1, 40))]
            case "swap":
                lines[at], lines[other] = lines[other], lines[at]
            case "in":
                lines[at] = " " * draw(st.integers(1, 90)) + lines[at]
            case "out":
                lines[at] = lines[at][draw(st.integers(1, 4)) :]
            case "end":
                del lines[at:]
            case "shorten":
                lines[at] = lines[at][:column]
            case _:
                lines[at] = lines[at].partition(":")[0] + ":" + lines[other].partition(":")[2]
    return "\n".join(lines).encode("utf-8", "surrogatepass")


#: Hundreds of the same: depth, breadth, names without end.
_MANY = st.builds(
    lambda sign, times, head: head + sign * times,
    st.sampled_from([b"[", b"{a: ", b"- ", b"a:\n ", b"? ", b"&a [*a,", b"'", b"#", b"a: b\n", b"- x\n", b"\n", b"|", b"!", b"\xef\xbb\xbf"]),
    st.sampled_from([1, 39, 41, 500, 3000, 30_000]),
    st.sampled_from([b"", b"service: x\n", b"steps:\n"]),
)  # fmt: skip

THROWN = st.one_of(
    _edited(),
    _edited(),
    broken(st.sampled_from(_wholes()).map(str.encode)),
    _MANY,
    st.lists(BYTES, max_size=6).map(b"\n".join),
)


@cache
def _municipality() -> Municipality:
    found, _ = read_municipality(FORMS / "municipality.yaml")
    assert found is not None
    return found


@cache
def _blocks():
    return shared_blocks(())(FORMS / "x.yaml")


def _judged(complaints: tuple[Complaint, ...], content: bytes, file: str, *, read: bool) -> str:
    lines = content.count(b"\n") + content.count(b"\r") + 1
    for complaint in complaints:
        assert complaint.line >= 1, complaint
        assert complaint.column >= 1, complaint
        assert complaint.file != file or complaint.line <= lines, f"{complaint} in a file of {lines} lines"
        for language in SPOKEN:
            said = complaint.sentence(language)
            assert said, complaint
            assert "Traceback" not in said
            assert complaint.printed(language).startswith(f"{complaint.file}:{complaint.line}:")
    wrong = [complaint.code for complaint in complaints if complaint.severity == "error"]
    assert read == (not wrong), f"read: {read}, though {wrong}"
    return wrong[0] if wrong else "a service"


def _definition(content: bytes) -> str:
    loaded = read_content(content, "x.yaml", _blocks(), _municipality())
    return _judged(loaded.complaints, content, "x.yaml", read=loaded.service is not None)


class _File:
    """What is read from the disk: the municipality's own file, and a definition that uses a block."""

    def __init__(self, folder: Path):
        self.folder = folder
        (folder / "blocks").mkdir(parents=True, exist_ok=True)
        (folder / "uses.yaml").write_bytes((FORMS / "batplats.yaml").read_bytes())
        for block in (FORMS / "blocks").glob("*.yaml"):
            (folder / "blocks" / block.name).write_bytes(block.read_bytes())

    def municipality(self, content: bytes) -> str:
        path = self.folder / "m.yaml"
        path.write_bytes(content)
        found, complaints = read_municipality(path)
        return _judged(complaints, content, str(path), read=found is not None)

    def block(self, content: bytes) -> str:
        path = self.folder / "blocks" / "applicant.yaml"
        path.write_bytes(content)
        loaded = read_service(self.folder / "uses.yaml", (), _municipality())
        return _judged(loaded.complaints, content, str(path), read=loaded.service is not None)


def targets(folder: Path) -> list[Target]:
    file = _File(folder)
    own = [(FORMS / name).read_bytes() for name in ("municipality.yaml", "blocks/applicant.yaml")]
    return [
        Target("definitions", THROWN, _definition),
        Target("the municipality's file", st.one_of(broken(st.just(own[0]), most=3), THROWN), file.municipality),
        Target("blocks", st.one_of(broken(st.just(own[1]), most=3), THROWN), file.block),
    ]
