"""Letters printed in one go are still letters: each whole, in order, and known by its mark."""

import io
import subprocess

import pikepdf

from eservices.documents.batch import one_paper


def a_letter(pages: int) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        done = io.BytesIO()
        pdf.save(done)
    return done.getvalue()


def test_each_letter_bears_its_mark_once_in_the_window_of_its_first_page() -> None:
    printed = one_paper([(a_letter(2), "2026-7K4P3/2"), (a_letter(1), "2026-MA2JQ/1")])

    pages = read("pdftotext", "-layout", "-", "-", given=printed).split("\f")[:-1]
    assert [page.strip() for page in pages] == ["2026-7K4P3/2", "", "2026-MA2JQ/1"]
    # The window of a Swedish envelope: from 108 to 190 mm across and from 45 to 73 mm down.
    window = ("-x", "306", "-y", "128", "-W", "232", "-H", "79")
    assert "2026-7K4P3/2" in read("pdftotext", "-l", "1", *window, "-", "-", given=printed)


def read(*command: str, given: bytes) -> str:
    return subprocess.run(command, input=given, capture_output=True, check=True).stdout.decode()
