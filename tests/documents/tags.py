"""What somebody who listens would miss in a PDF: tags, language, title, headings, tables, pictures, links, letters.

No veraPDF is to be had here, so this is not the whole of PDF/UA-1 and claims no more than what it looks at.
"""

import io
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise

import pikepdf

_TEXT = {"Tj", "TJ", "'", '"'}
#: What may stand where: the tag, and those of whom one must be around it.
_INSIDE: Mapping[str, set[str]] = {
    "LI": {"L"},
    "TR": {"Table", "THead", "TBody", "TFoot"},
    "TD": {"TR"},
    "TH": {"TR"},
}


def faults_in(printed: bytes, *, letters: bool = True) -> list[str]:
    """A sentence for each fault; `letters` looks also at every sign that is shown, which takes a second a page."""
    with pikepdf.open(io.BytesIO(printed)) as pdf:
        return [
            *_of_the_whole(pdf),
            *_of_the_structure(pdf),
            *_of_the_pages(pdf),
            *(fault for page in pdf.pages for fault in _of_the_letters(page) if letters),
        ]


def _of_the_whole(pdf: pikepdf.Pdf) -> Iterator[str]:
    root = pdf.Root
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield "it does not say that it is tagged"
    if not str(root.get("/Lang", "")):
        yield "it does not say its language"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "a reader shows the name of the file instead of the title"
    if not str(pdf.docinfo.get("/Title", "")).strip():
        yield "it has no title"
    if pdf.open_metadata().get("pdfuaid:part") != "1":
        yield "it does not say that it is PDF/UA"


def tags_of(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str, pikepdf.Object]]:
    """Every tag in reading order, with that of what is around it; what is there for the layout alone counts for nothing."""
    if "/StructTreeRoot" in pdf.Root:
        yield from _below(pdf.Root.StructTreeRoot, "")


def _below(node: pikepdf.Object, around: str) -> Iterator[tuple[str, str, pikepdf.Object]]:
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            name = str(child.S)[1:]
            yield name, around, child
            yield from _below(child, around if name == "NonStruct" else name)


def _of_the_structure(pdf: pikepdf.Pdf) -> Iterator[str]:
    tags = list(tags_of(pdf))
    if not tags:
        yield "nothing in it is tagged"
        return
    levels = [int(name[1:]) for name, _, _ in tags if name[0] == "H" and name[1:].isdecimal()]
    if not levels or levels[0] != 1:
        yield "its first heading is not of the first level"
    yield from (
        f"a heading of level {two} follows one of level {one}" for one, two in pairwise(levels) if two > one + 1
    )
    for name, around, node in tags:
        if name in _INSIDE and around not in _INSIDE[name]:
            yield f"a {name} stands in a {around or 'document'}"
        if name == "Figure" and not str(node.get("/Alt", "")).strip():
            yield "a picture has no words"
        if name == "Table" and not any(below == "TH" for below, _, _ in _below(node, name)):
            yield "a table has no heads"


def _of_the_pages(pdf: pikepdf.Pdf) -> Iterator[str]:
    for number, page in enumerate(pdf.pages, start=1):
        if "/StructParents" not in page.obj:
            yield f"page {number} is not part of the structure"
        links = [note for note in page.obj.get("/Annots", []) if note.get("/Subtype") == "/Link"]
        if links and page.obj.get("/Tabs") != "/S":
            yield f"page {number} goes through its links in no order"
        if any("/StructParent" not in note for note in links):
            yield f"page {number} has a link that is not tagged"
        for name, font in page.obj.get("/Resources", {}).get("/Font", {}).items():
            below = font.get("/DescendantFonts", [font])[0].get("/FontDescriptor", {})
            if not any(f"/FontFile{kind}" in below for kind in ("", "2", "3")):
                yield f"the font {name} is not in it"
            if "/ToUnicode" not in font:
                yield f"the letters of the font {name} cannot be read"


def _of_the_letters(page: pikepdf.Page) -> Iterator[str]:
    """Everything that is shown is either tagged or said to be decoration."""
    depth, loose = 0, Counter[str]()
    for _, operator in pikepdf.parse_content_stream(page):
        said = str(operator)
        if said in {"BDC", "BMC"}:
            depth += 1
        elif said == "EMC":
            depth -= 1
        elif said in _TEXT and not depth:
            loose["text that is neither tagged nor decoration"] += 1
    yield from loose
