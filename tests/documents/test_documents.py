"""What is printed can be read by everybody: on paper, on a screen and aloud."""

import datetime as dt
import io
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest

from eservices.definitions.library import Library
from eservices.documents.letter import Letter, address_lines, paragraphs
from eservices.documents.letterhead import Letterhead, letterhead
from eservices.documents.receipt import HandedInAsShown
from eservices.documents.rendering import Press, Unprintable
from eservices.journey.answers import Answer, Answers, AnswerState, Origin
from eservices.journey.path import walk
from eservices.language import words
from eservices.settings import house_folder
from eservices.values import Channel
from tests.documents.receipts import a_receipt, letter_pdf, receipt_pdf

ADDRESS = "https://tjanster.exempel.se/sv/case"


def test_a_receipt_is_a_tagged_document_in_its_language(press: Press, head: Letterhead, shown: HandedInAsShown) -> None:
    printed = receipt_pdf(press, head, shown, words("sv"), address=ADDRESS)

    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "sv"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert "2026-7K4P3" in str(pdf.docinfo.Title)
        assert pdf.open_metadata()["pdfuaid:part"] == "1"


def test_a_receipt_read_aloud_has_headings_lists_and_row_headers(
    press: Press, head: Letterhead, shown: HandedInAsShown
) -> None:
    printed = receipt_pdf(press, head, shown, words("sv"), address=ADDRESS)

    tags = structure(printed)

    assert tags.count("H1") == 1
    assert tags.count("H2") >= 3
    assert tags.count("TH") == tags.count("TD") == tags.count("TR") == 13
    assert {"L", "LI", "Table"} <= set(tags)
    assert "Figure" not in tags, "a picture without words"


def test_a_receipt_says_all_that_was_answered_and_how_to_reach_us(
    press: Press, head: Letterhead, shown: HandedInAsShown
) -> None:
    text = " ".join(text_of(receipt_pdf(press, head, shown, words("sv"), address=ADDRESS)).split())

    for said in ("2026-7K4P3", "K7PQ-4M2X", "O'Brien-Åström", "6,5 meter", "Skärhamn och Rönnäng", "7 december 2026",
                 "Vi har en liten hund.", head.phone, "tjanster.exempel.se/sv/case", "<b>inte fet</b>"):  # fmt: skip
        assert said in text


def test_a_letter_repeats_no_answers_that_its_printer_may_not_read(
    press: Press, head: Letterhead, shown: HandedInAsShown
) -> None:
    routing = replace(shown.service.routing, view="existence_only")
    secret = replace(shown, service=replace(shown.service, routing=routing))

    letter = text_of(
        receipt_pdf(press, head, secret, words("sv"), address=ADDRESS, recipient=("Åsa", "471 99 Exempelby"))
    )
    own_copy = text_of(receipt_pdf(press, head, secret, words("sv"), address=ADDRESS))

    assert "2026-7K4P3" in letter
    assert "SFC-1234" not in letter
    assert "SFC-1234" in own_copy


def test_a_receipt_says_whose_case_it_is_what_word_we_ring_with_and_what_was_illegible(
    press: Press, head: Letterhead, shown: HandedInAsShown
) -> None:
    origin = Origin(Channel.PAPER, "2026-11-23T10:42:00+00:00")
    scrawl = {("length", None): Answer(None, AnswerState.BLANK, origin, "sex ungefär")}
    keyed = walk(shown.service, shown.here.answers.with_answers(scrawl))
    receipt = replace(shown.receipt, about="Lo Sjögren", word="måsvik", missing=(("length", None),))

    printed = receipt_pdf(press, head, replace(shown, receipt=receipt, here=keyed), words("sv"), address=ADDRESS)
    text = " ".join(text_of(printed).split())

    for said in ("Ärendet gäller Lo Sjögren.", "måsvik", "Det gick inte att läsa: sex ungefär",
                 "Du svarar på frågan: Båtens längd"):  # fmt: skip
        assert said in text
    assert "Försättsblad" not in text, "there is nothing to send"


def test_who_is_to_send_something_gets_a_cover_sheet_that_a_scanner_reads(
    press: Press, head: Letterhead, library: Library
) -> None:
    service = library.services["felanmalan"]
    shown = a_receipt(library)
    receipt = replace(shown.receipt, service=service.id, missing=(("photo", None),))
    sent = HandedInAsShown(receipt, service, library.texts(service, "sv"), walk(service, Answers()), "Gata")

    printed = receipt_pdf(press, head, sent, words("sv"), address=ADDRESS)

    *_, cover = text_of(printed).split("\f")[:-1]
    assert "Försättsblad" in cover
    assert library.texts(service, "sv").get(service.questions["photo"].label) in cover
    if shutil.which("zbarimg"):
        page = str(text_of(printed).count("\f"))
        rendering = ["pdftoppm", "-r", "150", "-f", page, "-l", page, "-png", "-"]
        image = subprocess.run(rendering, input=printed, capture_output=True, check=True).stdout
        read = subprocess.run(["zbarimg", "-q", "--raw", "-"], input=image, capture_output=True, check=True).stdout
        assert read.decode().strip() == receipt.number


def test_an_answering_time_that_nobody_has_checked_is_marked_as_a_sample(
    press: Press, head: Letterhead, shown: HandedInAsShown
) -> None:
    assert "decide_within" in shown.service.samples

    text = text_of(receipt_pdf(press, head, shown, words("sv"), address=ADDRESS))

    assert "Tiden är ett exempel och inte kontrollerad." in text


def test_who_reads_arabic_gets_swedish_paper_that_says_where_the_arabic_is(
    press: Press, head: Letterhead, shown: HandedInAsShown
) -> None:
    with pytest.raises(ValueError, match="backwards"):
        receipt_pdf(press, head, shown, words("ar"), address=ADDRESS)

    text = text_of(receipt_pdf(press, head, shown, words("sv"), address=ADDRESS, wanted="ar"))

    assert "På webben finns kvittot även på ditt språk" in text


def test_a_letter_has_its_address_in_the_window_and_its_words_as_written(press: Press, head: Letterhead) -> None:
    printed = letter_pdf(press, head, a_letter("Hej!\n\nHur djupt går båten?\nMät från vattenlinjen."), words("sv"),
                         address=ADDRESS)  # fmt: skip

    page = text_of(printed, "-bbox")
    left, top = position(page, "Strandvägen")
    assert 95 < left / 72 * 25.4 < 115
    assert 40 < top / 72 * 25.4 < 75
    assert structure(printed).count("H1") == 1
    assert "Mät från vattenlinjen." in text_of(printed)


def test_a_long_letter_goes_on_over_the_page(press: Press, head: Letterhead) -> None:
    printed = letter_pdf(press, head, a_letter("\n\n".join(["Vi skriver mycket. " * 30] * 12)), words("sv"), address="")

    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert len(pdf.pages) >= 2


def test_a_document_asks_nobody_for_anything(tmp_path: Path) -> None:
    for source in ("http://192.0.2.1/pixel.png", "file:///etc/passwd"):
        (tmp_path / "page.html").write_text(f"<title>a</title><h1>a</h1><img alt='' src='{source}'>")
        with pytest.raises(Unprintable):
            Press(tmp_path).pdf("page.html", words("sv"))


def test_a_sentence_without_translation_is_marked_as_swedish(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text('<p>{{ _("En mening som ingen har översatt & mer") }}</p>')

    html = Press(tmp_path).html("page.html", words("ar"))

    assert html == '<p><span lang="sv" dir="ltr">En mening som ingen har översatt &amp; mer</span></p>'


def test_an_address_abroad_ends_with_its_country() -> None:
    address = {"street": "Storgatan 1", "postal_code": "00100", "city": "Helsingfors", "country": "Finland"}

    assert address_lines("Åsa Öberg", address) == ("Åsa Öberg", "Storgatan 1", "00100 Helsingfors", "FINLAND")


def test_paragraphs_are_parted_where_the_writer_left_a_line_empty() -> None:
    assert paragraphs(["Hej!", "Ett.\r\nTvå.\n\n\n\nTre."]) == ("Hej!", "Ett.\nTvå.", "Tre.")


@pytest.fixture(scope="module")
def press() -> Press:
    return Press(house_folder("templates"))


@pytest.fixture(scope="module")
def head(library: Library) -> Letterhead:
    return letterhead(library.municipality, words("sv"))


@pytest.fixture(scope="module")
def shown(library: Library) -> HandedInAsShown:
    return a_receipt(library)


def a_letter(body: str) -> Letter:
    address = {"street": "Strandvägen 3", "postal_code": "471 80", "city": "Skärhamn"}
    day = dt.date(2026, 11, 24)
    return Letter("2026-7K4P3", day, "Vi behöver veta mer", [body], "Hamnenheten", "Åsa Öberg", address, "K7PQ-4M2X")


def text_of(printed: bytes, *options: str) -> str:
    return poppler("pdftotext", "-layout", *options, "-", "-", given=printed)


def structure(printed: bytes) -> list[str]:
    """The tags in reading order, as a screen reader walks them."""
    lines = poppler("pdfinfo", "-struct", "-", given=printed).splitlines()
    return [line.split()[0].rstrip(":") for line in lines if line.strip()]


def poppler(*command: str, given: bytes) -> str:
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} (poppler-utils) is not installed")
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout.decode()


def position(page: str, word: str) -> tuple[float, float]:
    """Left and top of a word on the page, in points."""
    line = next(line for line in page.splitlines() if f">{word}<" in line)
    left, top = (float(line.split(f'{name}="')[1].split('"')[0]) for name in ("xMin", "yMin"))
    return left, top
