"""A file is what its content says; what its name says otherwise is refused, as is what hides something."""

import contextlib
import io
import struct
import tracemalloc
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eservices.attachments.content import MEDIA_TYPES, clean_name, look
from eservices.attachments.model import Limits, Refused
from eservices.questions.files import FILE_KINDS
from tests.attachments import files

_TRUE_FILES = {
    "ritning.pdf": files.PDF,
    "bild.jpg": files.a_picture("JPEG"),
    "bild.png": files.a_picture("PNG"),
    "bild.webp": files.a_picture("WEBP"),
    "bild.gif": files.a_picture("GIF"),
    "bild.tif": files.a_picture("TIFF"),
    "IMG_0001.HEIC": files.a_picture("HEIF"),
    "brev.docx": files.a_word_document(),
    "lista.xlsx": files.a_workbook(),
    "brev.odt": files.an_open_document("text"),
    "lista.ods": files.an_open_document("spreadsheet"),
    "brev.rtf": files.RTF,
    "åäö.txt": "Hej på dig\r\n".encode(),
    "gammal.txt": "Hej på dig".encode("latin-1"),
    "tabell.csv": b"a;b\n1;2\n",
}


def test_every_kind_that_a_definition_may_ask_for_is_known_by_its_content() -> None:
    assert set(MEDIA_TYPES) == set(FILE_KINDS)


@pytest.mark.parametrize("name", _TRUE_FILES)
def test_a_true_file_is_taken_under_its_own_type(name: str) -> None:
    kind = {"csv": "txt"}.get(name.rpartition(".")[2].lower(), name.rpartition(".")[2].lower())

    looked = look(io.BytesIO(_TRUE_FILES[name]), name=name, limits=files.ANY)

    assert looked.media_type == MEDIA_TYPES[kind]


def _with_torn_part(archive: bytes) -> bytes:
    """The archive with another first byte in what its first part was packed to: no packer writes it so."""
    begins = archive.index(b"[Content_Types].xml") + len(b"[Content_Types].xml")
    return archive[:begins] + b"\xff" + archive[begins + 1 :]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("tom.pdf", b"", "file_empty"),
        ("bild.jpg", files.PDF, "file_mismatched"),
        ("brev.pdf", files.PROGRAM, "file_mismatched"),
        ("brev.pdf", files.PAGE, "file_mismatched"),
        ("bild.jpg", files.PAGE, "file_mismatched"),
        ("bild.png", files.DRAWING, "file_mismatched"),
        ("brev.txt", files.PAGE, "file_mismatched"),
        ("brev.docx", files.an_archive({"x": "y"}), "file_mismatched"),
        ("brev.docx", files.a_workbook(), "file_mismatched"),
        ("brev.docx", b"PK\x03\x04 broken", "file_mismatched"),
        ("brev.docx", _with_torn_part(files.a_word_document()), "file_mismatched"),
        ("bild.svg", files.DRAWING, "file_wrong_type"),
        ("sida.html", files.PAGE, "file_wrong_type"),
        ("program.exe", files.PROGRAM, "file_wrong_type"),
        ("skript", b"#!/bin/sh\n", "file_wrong_type"),
        ("brev.pdf.exe", files.PROGRAM, "file_wrong_type"),
        ("brev.docx", files.a_word_document(**{"word/vbaProject.bin": b"x"}), "file_unsafe"),
        ("brev.odt", files.an_archive(
            {"mimetype": "application/vnd.oasis.opendocument.text", "Basic/Standard/Module1.xml": "x"}), "file_unsafe"),
        ("brev.docx", files.a_word_document(**{"word/big.xml": bytes(40_000_000)}), "file_unsafe"),
    ],
)  # fmt: skip
def test_what_is_not_what_it_says_or_hides_something_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        look(io.BytesIO(content), name=name, limits=files.ANY)

    assert caught.value.code == code


def test_an_archive_of_half_a_million_parts_is_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    end = b"PK\x05\x06" + bytes(4) + (65_000).to_bytes(2, "little") * 2 + (24_000_000).to_bytes(4, "little") + bytes(6)
    many = io.BytesIO(b"PK\x03\x04" + bytes(1_000) + end)
    monkeypatch.setattr(zipfile, "ZipFile", None)

    with pytest.raises(Refused) as caught:
        look(many, name="brev.docx", limits=files.ANY)

    assert caught.value.code == "file_unsafe"


def test_an_archive_is_not_even_opened_where_none_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = Limits(kinds=frozenset({"pdf"}), max_bytes=1_000, max_files=1)
    document = io.BytesIO(files.a_word_document())
    monkeypatch.setattr(zipfile, "ZipFile", None)

    with pytest.raises(Refused) as caught:
        look(document, name="brev.docx", limits=limits)

    assert caught.value.code == "file_wrong_type"


def test_what_was_not_asked_for_is_refused_with_what_was() -> None:
    limits = Limits(kinds=frozenset({"jpg", "pdf"}), max_bytes=1_000, max_files=1)

    with pytest.raises(Refused) as caught:
        look(io.BytesIO(files.RTF), name="brev.rtf", limits=limits)

    assert caught.value.code == "file_wrong_type"
    assert caught.value.facts == {"allowed": ["jpg", "pdf"]}


@pytest.mark.parametrize(("name", "kept"), [("bild.jpg", "bild.png"), ("bild", "bild.png"), ("a.JPEG", "a.png")])
def test_a_picture_under_another_picture_s_name_is_taken_under_its_own(name: str, kept: str) -> None:
    assert look(io.BytesIO(files.a_picture("PNG")), name=name, limits=files.ANY).name == kept


@pytest.mark.parametrize(
    ("content", "name", "needs"),
    [
        (files.a_picture("JPEG"), "x.jpg", None),
        (files.a_picture("JPEG", place=True), "x.jpg", "strip"),
        (files.a_picture("JPEG", turned=True), "x.jpg", "strip"),
        (files.a_picture("JPEG") + b"<?php hidden", "x.jpg", "strip"),
        (files.a_picture("PNG"), "x.png", None),
        (files.a_picture("PNG", place=True), "x.png", "strip"),
        (files.a_picture("PNG") + b"hidden", "x.png", "strip"),
        (files.a_picture("WEBP"), "x.webp", None),
        (files.a_picture("WEBP", place=True), "x.webp", "strip"),
        (files.a_picture("HEIF"), "x.heic", "strip"),
        (files.PDF, "x.pdf", None),
    ],
)
def test_a_photo_that_says_more_than_the_picture_waits_for_the_worker(
    content: bytes, name: str, needs: str | None
) -> None:
    assert look(io.BytesIO(content), name=name, limits=files.ANY).conversion == needs


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("C:\\fakepath\\Åsas ritning.pdf", "Åsas ritning.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("brev\u202efdp.exe", "brevfdp.exe"),
        ("a\x00b\r\nc.pdf", "abc.pdf"),
        ("...", "fil"),
        ("", "fil"),
        ("صورة.pdf", "صورة.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
        ("x." * 100 + "ritning", "x." * 59 + "x"),
    ],
)
def test_a_name_is_kept_without_what_could_harm(name: str, kept: str) -> None:
    assert clean_name(name) == kept


@given(st.text(st.sampled_from("ae.\\/ \u0301\u0323\ufe21\ufe2b\x00\u200d\u202e\ud800"), max_size=140))
def test_a_name_that_was_cleaned_is_clean(name: str) -> None:
    """Marks that only what is taken out kept apart are put in order the first time: one file has one name."""
    kept = clean_name(name)

    assert clean_name(kept) == kept
    assert unicodedata.is_normalized("NFC", kept)


_CUT_OFF = st.sampled_from(list(_TRUE_FILES.values())).flatmap(
    lambda content: st.integers(0, len(content)).map(lambda at: content[:at])
)


@given(content=st.binary(max_size=300) | _CUT_OFF, name=st.text(max_size=30))
def test_whatever_is_sent_is_taken_or_refused_and_never_breaks_anything(content: bytes, name: str) -> None:
    with contextlib.suppress(Refused):
        looked = look(io.BytesIO(content), name=name, limits=files.ANY)

        assert looked.media_type in MEDIA_TYPES.values()
        assert looked.name == clean_name(looked.name)


@pytest.mark.parametrize("end", ["twice", "in a comment"])
def test_an_archive_whose_end_is_written_twice_is_judged_by_both(end: str):
    local = b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    names = (
        b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    ) * 100_000
    if end == "twice":
        record = b"PK\x05\x06PK\x05\x06" + struct.pack("<HHIIH", 1, 1, len(names), len(local), 0)
    else:
        small = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 47, 0, 0)
        record = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(names), len(local), len(small)) + small

    tracemalloc.start()
    try:
        with pytest.raises(Refused):
            look(
                io.BytesIO(local + names + record),
                name="a.docx",
                limits=Limits(kinds=frozenset({"docx"}), max_bytes=25_000_000, max_files=1),
            )
        taken = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert taken < 10_000_000
