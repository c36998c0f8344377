"""Each kind of document read as somebody who listens reads it, to its last sign; and the faults that are planted found.

The conftest beside this looks at every document that any test prints; here two are looked at sign by sign. The pile of
letters that is printed in one go is for the printer alone and has no tags; each letter of it has, where it is read.
"""

import datetime as dt

import pytest
import weasyprint

from eservices.definitions.library import Library
from eservices.documents.letter import Letter
from eservices.documents.letterhead import letterhead
from eservices.documents.rendering import Press
from eservices.language import words
from eservices.settings import house_folder
from tests.documents.receipts import a_receipt, letter_pdf, receipt_pdf
from tests.documents.tags import faults_in

_PAGE = "<html lang='sv'><head><title>Prov</title></head><body><h1>Prov</h1>{}</body></html>"
_HIS = {"street": "Strandvägen 3", "postal_code": "471 99", "city": "Exempelby"}


@pytest.mark.parametrize("language", ["sv", "uk"])
def test_a_receipt_and_a_letter_are_read_to_the_last_sign(library: Library, language: str) -> None:
    press, spoken = Press(house_folder("templates")), words(language)
    head = letterhead(library.municipality, spoken)
    letter = Letter(
        "2026-7K4P3", dt.date(2026, 11, 24), "Vi behöver veta mer", ["Hur djupt?"], "Hamn", "Åsa", _HIS, "K7PQ"
    )
    receipt = receipt_pdf(press, head, a_receipt(library), spoken, address="https://tjanster.exempel.se/sv/case")
    sent = letter_pdf(press, head, letter, spoken, address="")

    assert faults_in(receipt) == []
    assert faults_in(sent) == []


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ('<img src=\'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\'>', "words"),
        ("<h3>Två steg ned</h3>", "a heading of level 3 follows one of level 1"),
        ("<table><tr><td>Namn</td><td>Åsa</td></tr></table>", "a table has no heads"),
    ],
)
def test_a_fault_that_is_planted_in_a_document_is_found(planted: str, found: str) -> None:
    page = weasyprint.HTML(string=_PAGE.format(planted))
    printed = page.render(pdf_variant="pdf/ua-1").write_pdf(pdf_variant="pdf/ua-1")

    assert any(found in fault for fault in faults_in(printed))


def test_a_document_without_tags_is_found_by_all_it_lacks() -> None:
    faults = faults_in(weasyprint.HTML(string="<p>Prov</p>").write_pdf())

    assert {
        "it does not say that it is tagged",
        "it does not say its language",
        "it has no title",
        "nothing in it is tagged",
        "text that is neither tagged nor decoration",
    } <= set(faults)
