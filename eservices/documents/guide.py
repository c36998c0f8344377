"""What stands in a Swedish document for somebody who reads another language, in that language."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from eservices.documents.rendering import tagged_pdf
from eservices.language import EASY, N_, SOURCE, direction, words

_INTERPRETER = N_("Är något svårt att förstå?")

#: To somebody who is to read what others have written in Swedish; on pages and in mails too.
WE_ARRANGE_IT = N_("Ring {phone}, så ordnar vi tolk. Det kostar ingenting.")

#: Of a decision: what an authority has written itself is in Swedish (10 § språklagen), whatever stands around it.
REASONS_IN_SWEDISH = N_("Det som den som beslutade själv har skrivit är på svenska, också skälen.")


@dataclass(frozen=True, slots=True)
class Guide:
    """How to use a Swedish document, for somebody who reads another language."""

    language: str
    direction: str
    title: str
    sentences: Sequence[str]


def interpreter(reader: str, phone: str, *, swedish: bool = False) -> Guide | None:
    """The way to an interpreter, in the reader's language; nothing for those who read Swedish.

    `swedish`: it says, too, that what somebody wrote in it is in Swedish, whatever the language of the rest.
    """
    if reader in {SOURCE, EASY}:
        return None
    theirs = words(reader)
    phone = phone.replace(" ", "\N{NO-BREAK SPACE}")  # one number in any direction
    sentences = [theirs(REASONS_IN_SWEDISH)] if swedish else []
    return Guide(reader, direction(reader), theirs(_INTERPRETER), [*sentences, theirs(WE_ARRANGE_IT, phone=phone)])


def printed(html: str, guide: Guide | None, *, articles: str = "") -> bytes:
    """The document as a tagged PDF (PDF/UA-1). Raises `Unprintable`.

    `articles`: the language of what stands in `article`, where that is not the document's. The printer knows of one
    language alone.
    """
    made = _with_guide_in_order(tagged_pdf(html), guide)
    return _spoken(made, articles) if articles else made


def _spoken(printed_form: bytes, language: str) -> bytes:
    """The document with the articles in it tagged as in another language, so that they are read aloud in it."""
    import pikepdf

    with pikepdf.open(io.BytesIO(printed_form)) as pdf:
        for article in _elements(pdf.Root.StructTreeRoot, "/Art"):
            article.Lang = pikepdf.String(language)
        done = io.BytesIO()
        pdf.save(done)
    return done.getvalue()


def _with_guide_in_order(printed_form: bytes, guide: Guide | None) -> bytes:
    """The text of a right-to-left guide as it is to be read.

    The printer lays such a text down in the order it is seen. Each paragraph is therefore given, beside its picture,
    the words in the order they are read, and their language.
    """
    if guide is None:
        return printed_form
    import pikepdf

    with pikepdf.open(io.BytesIO(printed_form)) as pdf:
        found = next(_elements(pdf.Root.StructTreeRoot, "/BlockQuote"), None)
        if found is None:
            raise ValueError("the guide is not in the form")
        sentences = (guide.title, *guide.sentences)
        paragraphs = [*_elements(found, "/P")]
        if len(paragraphs) != len(sentences):
            raise ValueError("the guide was printed in other paragraphs than it was written in")
        for paragraph, sentence in zip(paragraphs, sentences, strict=True):
            paragraph.Lang = pikepdf.String(guide.language)
            paragraph.ActualText = pikepdf.String(sentence)
        done = io.BytesIO()
        pdf.save(done)
    return done.getvalue()


def _elements(element: Any, tag: str) -> Iterator[Any]:
    """The tagged elements of a kind below one, in reading order."""
    import pikepdf

    below = element.get("/K")
    for child in below if isinstance(below, pikepdf.Array) else [below]:
        if isinstance(child, pikepdf.Dictionary):
            if child.get("/S") == tag:
                yield child
            else:
                yield from _elements(child, tag)
