"""What reads a single thing: answers of every type, codes, marks on paper, languages, searches, passes, files."""

import io
import json
from functools import cache

import jsonschema
from hypothesis import strategies as st

from eservices.attachments import Limits, Refused, pictures
from eservices.attachments.content import Looked, clean_name, look
from eservices.definitions.library import Library
from eservices.journey.form_mark import read_form_mark
from eservices.language import LANGUAGES, best_match, words
from eservices.questions.base import QuestionType
from eservices.questions.faults import FAULTS, sentence
from eservices.questions.kinds import KINDS
from eservices.submissions import codes
from tests.attachments import files
from tests.conftest import ROOT
from tests.fuzz.odd import TEXT, broken
from tests.fuzz.running import Target
from tests.questions.asking import SV, TODAY, a

_ASKED = tuple(name for name in KINDS if a(name).asks)


@st.composite
def _typed(draw: st.DrawFn) -> tuple[str, dict[str, list[str]]]:
    name = draw(st.sampled_from(_ASKED))
    return name, {part: draw(st.lists(TEXT, max_size=3)) for part in a(name).parts}


def _answer(thrown: tuple[str, dict[str, list[str]]]) -> str:
    """Read, or told what is wrong with it; and what was read can be shown, said, found, and typed once more."""
    name, typed = thrown
    question = a(name)
    parsed = question.parse(typed, TODAY)
    assert not (parsed.faults and parsed.value is not None)
    faults = parsed.faults
    if parsed.value is not None:
        faults = question.check(parsed.value, TODAY)
        _goes_on(question, parsed.value, sound=not faults)
    for fault in faults:
        assert fault.code in question.codes
        assert fault.facts.keys() >= FAULTS[fault.code].facts
        for language in ("sv", "en", "ar"):
            assert sentence(fault, "Ett svar", words(language), question=question).strip()
    return faults[0].code if faults else "blank" if parsed.value is None else "read"


def _goes_on(question: QuestionType, value: object, *, sound: bool) -> None:
    json.dumps(value).encode()
    str(value).encode()
    typed = {part: text if isinstance(text, list) else [text] for part, text in question.controls(value).items()}
    assert question.parse(typed, TODAY).value == value
    shown = question.show(value, SV) + question.say(value, SV) + question.mask(value, SV) + question.index_form(value)
    assert "\x00" not in shown
    question.comparable(value)
    if sound:
        jsonschema.validate(value, question.json_schema())


def _code(typed: str) -> str:
    """Each reader of codes takes what can have been meant, writes it one way, and reads that again as the same."""
    found = []
    for name in ("read_continue_code", "read_follow_code", "read_case_number"):
        read = getattr(codes, name)
        meant = read(typed)
        if meant is not None:
            assert read(meant) == meant
            assert meant.isascii()
            assert codes.spoken(meant)
            found.append(name)
    mark = read_form_mark(typed)
    if mark is not None:
        assert read_form_mark(str(mark)) is not None
        assert read_form_mark(mark.code) is not None
        found.append("a form's mark")
    return found[0] if found else "no code"


_GOOD_CODES = st.one_of(
    st.builds(codes.new_continue_code), st.builds(codes.new_follow_code),
    st.builds(lambda: codes.new_case_number(2026, signs=4)), st.just("batplats 3f2a9c01 sv 2"),
)  # fmt: skip


@st.composite
def _slips(draw: st.DrawFn) -> str:
    """A right code with a few signs of it written as somebody might."""
    code = draw(_GOOD_CODES)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(code)))
        code = code[:at] + draw(st.sampled_from(["-", " ", "O", "l", "é", "\u200b", "１", "ß", "."])) + code[at + 1 :]
    return draw(st.sampled_from([code, code.lower(), f" {code} "]))


def _language(header: str) -> str:
    found = best_match(header)
    assert found in LANGUAGES
    return found


_HEADERS = st.lists(
    st.one_of(TEXT, st.sampled_from(["sv", "en-GB", "*", "ar;q=0.9", "fi;q=NaN", "uk;q=1e400", "sv-x-lattlast", "xx;q=-1"])),
    max_size=5,
).map(",".join)  # fmt: skip


@cache
def _library() -> Library:
    return Library((ROOT / "forms",))


def _search(query: str) -> str:
    found = _library().search(query[:200], "sv")  # as much of it as the door lets in
    return "found" if found.sure else "near" if found.fitting or found.near else "nothing"


@cache
def _good_files() -> tuple[tuple[str, bytes], ...]:
    photos = [(f"a.{ending}", files.a_picture(form, place=True)) for ending, form in
              (("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("tif", "TIFF"), ("heic", "HEIF"))]  # fmt: skip
    letters = [("a.docx", files.a_word_document()), ("a.xlsx", files.a_workbook()), ("a.pdf", files.PDF),
               ("a.odt", files.an_open_document("text")), ("a.rtf", files.RTF), ("a.txt", "Hej på dig".encode())]  # fmt: skip
    return (*photos, *letters)


@st.composite
def _file(draw: st.DrawFn) -> tuple[str, bytes]:
    name, whole = draw(st.sampled_from(_good_files()))
    content = draw(st.one_of(st.just(whole), broken(st.just(whole), most=6), st.binary(max_size=300)))
    if draw(st.booleans()):
        content += draw(st.sampled_from(_good_files()))[1]
    return draw(
        st.one_of(st.just(name), TEXT, st.builds(str.__add__, TEXT, st.sampled_from([".pdf", ".jpg", "."])))
    ), content


def _looked(thrown: tuple[str, bytes]) -> str:
    """Taken under a harmless name, or refused with a code that has a sentence."""
    name, content = thrown
    kept = clean_name(name)
    assert kept
    assert not set(kept) & set("/\\\r\n\x00\u202e")
    assert clean_name(kept) == kept
    stream = io.BytesIO(content)
    try:
        looked = look(stream, name=name, limits=files.ANY)
    except Refused as refusal:
        told = refusal
    else:
        return _taken(looked, stream)
    assert told.code in FAULTS
    assert told.facts.keys() >= FAULTS[told.code].facts
    return told.code


def _taken(looked: Looked, stream: io.BytesIO) -> str:
    assert stream.tell() == 0, "it is stored from where it was left"
    assert looked.name == clean_name(looked.name)
    return looked.media_type


_PHOTOS = Limits(kinds=frozenset({"jpg", "png", "webp", "tif", "heic"}), max_bytes=10_000_000, max_files=1)


@st.composite
def _photo(draw: st.DrawFn) -> bytes:
    return draw(broken(st.sampled_from([content for _, content in _good_files()[:5]]), most=6))


def _decoded(content: bytes) -> str:
    """Whatever a child process makes of it, what comes out is a picture, or it is unreadable."""
    try:
        looked = look(io.BytesIO(content), name="a", limits=_PHOTOS)
    except Refused as refused:
        return refused.code
    if looked.media_type not in pictures.WRITTEN_AS:
        return looked.media_type
    try:
        written, found = pictures.cleaned(content, looked.media_type, "a", keep_place=bool(len(content) % 2))
    except pictures.UnreadablePicture:
        return "unreadable"
    assert look(io.BytesIO(written), name=found.name, limits=_PHOTOS).media_type == found.media_type
    return "written anew"


def targets() -> list[Target]:
    return [
        Target("answers", _typed(), _answer),
        Target("codes", st.one_of(_slips(), TEXT), _code),
        Target("languages", _HEADERS, _language),
        Target("searches", TEXT, _search),
        Target("files", _file(), _looked),
        Target("photos", _photo(), _decoded),
    ]
