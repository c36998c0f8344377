"""Letters for those who do not read ordinary print: in large print, and as words for a Braille printer."""

import io

import pikepdf
import pytest

from eservices.definitions.library import Library
from eservices.documents.braille import as_text
from eservices.documents.letter import letter_html
from eservices.documents.letterhead import Letterhead, letterhead
from eservices.documents.receipt import receipt_html
from eservices.documents.rendering import Press
from eservices.language import words
from eservices.settings import house_folder
from tests.documents.receipts import a_receipt, letter_pdf
from tests.documents.test_documents import ADDRESS, a_letter, position, structure, text_of

BODY = "Hej!\n\nHur djupt går båten?\nMät från vattenlinjen."


def test_a_letter_in_large_print_is_eighteen_points_throughout_tagged_and_fits_the_window(
    press: Press, head: Letterhead
) -> None:
    printed = letter_pdf(press.large, head, a_letter(BODY), words("sv"), address=ADDRESS)

    page = text_of(printed, "-bbox")
    for word in ("djupt", "vattenlinjen.", "plats", "Vardagar"):
        assert height(page, word) >= 18, word
    left, top = position(page, "Strandvägen")
    assert 95 < left / 72 * 25.4 < 115
    assert 40 < top / 72 * 25.4 < 75
    assert structure(printed).count("H1") == 1
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        assert bool(pdf.Root.MarkInfo.Marked)


def test_a_letter_for_a_braille_printer_is_its_words_in_order_and_nothing_else(press: Press, head: Letterhead) -> None:
    html, _ = letter_html(press, head, a_letter(BODY), words("sv"), address=ADDRESS)

    text = as_text(html)

    assert (
        "Åsa Öberg\nStrandvägen 3\n471 80 Skärhamn\n\nVi behöver veta mer\n\nHej!\n\nHur djupt går båten?\nMät" in text
    )
    assert "<" not in text
    assert "font" not in text, "no style sheet is read with the fingers"
    assert text.index("Hej!") < text.index("Med vänlig hälsning") < text.index("Kod: K7PQ-4M2X")


def test_each_answer_stands_behind_its_question(press: Press, head: Letterhead, library: Library) -> None:
    shown = a_receipt(library)

    text = as_text(receipt_html(press, head, shown, words("sv"), address=ADDRESS))

    assert "Registreringsbeteckning: SFC-1234\nBåtens längd: 6,5 meter\n" in text
    assert "Vilken typ av båt har du? Motorbåt\n" in text


def height(page: str, word: str) -> float:
    line = next(line for line in page.splitlines() if f">{word}<" in line)
    top, bottom = (float(line.split(f'{name}="')[1].split('"')[0]) for name in ("yMin", "yMax"))
    return bottom - top


@pytest.fixture(scope="module")
def press() -> Press:
    return Press(house_folder("templates"))


@pytest.fixture(scope="module")
def head(library: Library) -> Letterhead:
    return letterhead(library.municipality, words("sv"))
