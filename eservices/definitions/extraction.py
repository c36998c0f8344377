"""Babel's way to the texts of definitions: `pybabel extract` with `eservices.definitions.extraction:extract`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

from eservices.definitions.load import MUNICIPALITY, TESTS_END, read_service
from eservices.definitions.texts import extract_texts


def extract(
    file: IO[bytes], _keywords: object, _comment_tags: object, _options: object
) -> Iterator[tuple[int, str, tuple[str, str], Iterable[str]]]:
    """The texts of one definition with their context; other files of a forms folder have none."""
    path = Path(file.name)
    if path.name.endswith(TESTS_END) or path.name == MUNICIPALITY:
        return
    service = read_service(path).service
    if service is not None:
        for context, text in extract_texts(service):
            yield 1, "pgettext", (context, text), ()
