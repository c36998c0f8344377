"""Many letters as one paper, to be printed in one go; a mark in the envelope's window says which each of them is."""

import io
from collections.abc import Sequence
from typing import Any

#: Where the mark stands on a letter's first page, in points from its lower left: the last line of the address window
#: of a Swedish envelope, so that a letter that comes back is known unopened.
_MARK_AT = (307, 641)

_MARK_SIZE = 7


def one_paper(letters: Sequence[tuple[bytes, str]]) -> bytes:
    """The letters after each other, each with its mark. For the printer alone: what is read aloud is each by itself."""
    import pikepdf  # loaded with the first batch, so that a web process that prints none pays nothing

    with pikepdf.new() as paper:
        for printed, mark in letters:
            with pikepdf.open(io.BytesIO(printed)) as letter:
                first = len(paper.pages)
                paper.pages.extend(letter.pages)
            _write_mark(paper, paper.pages[first], mark)
        done = io.BytesIO()
        paper.save(done)
    return done.getvalue()


def _write_mark(paper: Any, page: Any, mark: str) -> None:
    import pikepdf

    font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    name = page.add_resource(paper.make_indirect(font), pikepdf.Name.Font)
    x, y = _MARK_AT
    written = f"q BT 0 g {name} {_MARK_SIZE} Tf {x} {y} Td ({_plain(mark)}) Tj ET Q".encode("ascii")
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q " + written)


def _plain(mark: str) -> str:
    """The mark without anything that a string in a page's own language would stumble on."""
    return "".join(sign for sign in mark if sign.isascii() and (sign.isalnum() or sign in "-/. "))
